//! What has changed, asked as cheaply as the server allows: STATUS for folders that are not open,
//! CHANGEDSINCE and VANISHED (RFC 7162) for the messages of the one that is.

use super::conn::{Command, Conn, Fault};
use super::fetch::{flags_in, sets, uid_of};
use crate::ports::{Changes, Selected};
use async_imap::imap_proto::{MailboxDatum, Response, StatusAttribute};
use std::collections::{BTreeMap, BTreeSet};

/// What EXAMINE would say of a folder that is not open; `None` when the server leaves out what
/// matters.
pub(super) async fn status(
    conn: &mut Conn,
    wire: &str,
    condstore: bool,
) -> Result<Option<Selected>, Fault> {
    let items = if condstore {
        " (MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ)"
    } else {
        " (MESSAGES UIDNEXT UIDVALIDITY)"
    };
    let (mut exists, mut next, mut validity, mut modseq) = (None, None, None, None);
    conn.exec(
        Command::new("STATUS", "STATUS").string(wire).text(items),
        |response| {
            let Response::MailboxData(MailboxDatum::Status { status, .. }) = response else {
                return;
            };
            for item in status {
                match *item {
                    StatusAttribute::Messages(value) => exists = Some(value),
                    StatusAttribute::UidNext(value) => next = Some(value),
                    StatusAttribute::UidValidity(value) => validity = Some(value),
                    StatusAttribute::HighestModSeq(value) => modseq = Some(value),
                    _ => {}
                }
            }
        },
    )
    .await?;
    let told = exists.zip(next).zip(validity);
    // 0 is what a folder without mod-sequences has (RFC 7162 §3.1.2.2).
    let highest_modseq = modseq.filter(|modseq| *modseq > 0);
    Ok(told.map(|((exists, uid_next), uid_validity)| Selected {
        uid_validity,
        uid_next,
        exists,
        highest_modseq,
    }))
}

/// What changed among these UIDs of the open folder after a mod-sequence. `qresync`: the server has
/// been told to speak of what vanished; else it is asked which are left.
pub(super) async fn changes(
    conn: &mut Conn,
    uids: &[u32],
    since: u64,
    qresync: bool,
) -> Result<Changes, Fault> {
    let wanted: BTreeSet<u32> = uids.iter().copied().filter(|uid| *uid > 0).collect();
    let listed: Vec<u32> = wanted.iter().copied().collect();
    let (mut flags, mut gone, mut left) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
    let modifier = if qresync { " VANISHED" } else { "" };
    for set in sets(&listed) {
        let text = format!("UID FETCH {set} (UID FLAGS) (CHANGEDSINCE {since}{modifier})");
        conn.exec(Command::new("FETCH", &text), |response| match response {
            Response::Vanished { uids, .. } => {
                let proper = uids.iter().filter(|range| !range.is_empty());
                gone.extend(proper.flat_map(|range| wanted.range(range.clone())));
            }
            response => {
                if let Some((uid, found)) = uid_of(response)
                    .zip(flags_in(response))
                    .filter(|(uid, _)| wanted.contains(uid))
                {
                    flags.insert(uid, found);
                }
            }
        })
        .await?;
        if !qresync {
            conn.exec(
                Command::new("SEARCH", &format!("UID SEARCH UID {set}")),
                |response| {
                    if let Response::MailboxData(MailboxDatum::Search(uids)) = response {
                        left.extend(uids.iter().copied().filter(|uid| wanted.contains(uid)));
                    }
                },
            )
            .await?;
        }
    }
    if !qresync {
        gone = wanted.difference(&left).copied().collect();
    }
    flags.retain(|uid, _| !gone.contains(uid));
    Ok(Changes {
        flags: flags.into_iter().collect(),
        gone: gone.into_iter().collect(),
    })
}
