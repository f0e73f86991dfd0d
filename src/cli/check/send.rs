//! `check --send`: one mail from the mailbox to itself, by the configured way, and its result.
//! Nothing is cleaned up.

use super::asked::{newest, within};
use super::said::Report;
use super::senders;
use crate::cli::live::check_sent_key;
use crate::config::{Config, Mailbox};
use crate::daemon::{SystemClock, header_fields};
use crate::domain::effect::Kind;
use crate::domain::folders::{Role, Watched, watch};
use crate::domain::keyed::{KEY_BYTES, Key, Seal};
use crate::domain::message::{Address, Message};
use crate::failure::Failure;
use crate::imap::ImapMailbox;
use crate::mail::author::{Author, Draft, Thread, Words, Written};
use crate::mail::parse;
use crate::ports::{Clock, Delivered, Envelope, Mailbox as _, MailboxError, Transport};
use crate::smtp::SmtpTransport;
use crate::store::{Access, Store};
use std::time::{Duration, Instant};

/// How long its arrival is waited for.
pub const ARRIVES_WITHIN: Duration = Duration::from_secs(90);

/// Between two looks.
const LOOK: Duration = Duration::from_secs(2);

/// How long a copy in Sent is waited for, once it has arrived.
const COPIED_WITHIN: Duration = Duration::from_secs(6);

/// Where the mail was found, and which parts of it survived.
struct Found {
    folder: String,
    message: Message,
}

/// Sends it, and reports the result.
pub(super) async fn tried(
    config: &Config,
    mailbox: &Mailbox,
    report: &mut Report<'_>,
) -> Result<(), Failure> {
    let name = &mailbox.name;
    let token = format!("{:x}", SystemClock.now().timestamp_micros());
    let written = match sent(config, mailbox, &token).await {
        Ok(written) => written,
        Err(why) => return report.fault(&format!("{name}: --send: {why}")),
    };
    let sent_at = Instant::now();
    match look(config, mailbox, &token, sent_at).await {
        Ok(Some((found, copied))) => {
            arrived(mailbox, &found, &written, sent_at.elapsed(), report)?;
            saved(mailbox, copied, report)?;
            vouched(mailbox, &found.message, report)?;
            report.ok(&format!("{name}: --send: nothing was cleaned up: the mail lies in {:?}", found.folder))?;
            note(config, mailbox, report)
        }
        Ok(None) => report.fault(&format!(
            "{name}: --send: the server took the mail, and it did not arrive within {} s; look at its log, at rules of the mailbox and at its junk folder",
            ARRIVES_WITHIN.as_secs()
        )),
        Err(error) => report.fault(&format!("{name}: --send: IMAP: {error}")),
    }
}

/// Writes it, and hands it over.
async fn sent(config: &Config, mailbox: &Mailbox, token: &str) -> Result<Written, String> {
    let written = write(config, mailbox, token)
        .map_err(|why| format!("the mail cannot be written: {why}"))?;
    hand_over(mailbox, &written)
        .await
        .map_err(|why| format!("the server did not take the mail: {why}"))?;
    Ok(written)
}

fn write(config: &Config, mailbox: &Mailbox, token: &str) -> Result<Written, String> {
    let text =
        "This is a trial of the mailbox's own way out. No one needs to do anything about it.";
    let draft = Draft {
        kind: Kind::Check,
        refs: Vec::new(),
        to: vec![Address {
            name: None,
            addr: mailbox.address.clone(),
        }],
        words: Words {
            subject: format!("servicelofte check {token}"),
            text: format!("{text}\n"),
            html: format!(
                "<!doctype html><html lang=\"en\"><title>check</title><body><p>{text}</p></body></html>"
            ),
        },
        thread: Thread::default(),
        files: Vec::new(),
        at: config.calendar.local(SystemClock.now()),
    };
    let author = Author::new(mailbox.organisation.letterhead.author(), &mailbox.address);
    let seal = Seal {
        unique: format!("check.{token}"),
        key: key(config),
    };
    author
        .write(draft, &seal)
        .map_err(|error| error.to_string())
}

/// The register's, by which the daemon knows the mail; before there is a register, one that proves
/// nothing.
fn key(config: &Config) -> Key {
    let stored = Store::open(&config.service.database, Access::Command)
        .and_then(|store| store.db().tag_key());
    stored.unwrap_or(Key([0; KEY_BYTES]))
}

async fn hand_over(mailbox: &Mailbox, written: &Written) -> Result<(), String> {
    let mut transport = SmtpTransport::new(&mailbox.smtp).map_err(|error| error.to_string())?;
    let own = mailbox.address.clone();
    let envelope = Envelope {
        from: Some(own.clone()),
        to: vec![own],
        own_copy: None,
        mail: written.bytes.clone(),
    };
    let outcome = transport.send(&envelope, async { Ok(()) }).await;
    transport.close().await;
    match outcome {
        Delivered::Accepted(_) | Delivered::Partly { .. } | Delivered::Unknown(_) => Ok(()),
        Delivered::Deferred(why)
        | Delivered::Later(why)
        | Delivered::NoReader(why)
        | Delivered::PutOff(why)
        | Delivered::Barred(why)
        | Delivered::Rejected(why) => Err(why),
    }
}

/// Looks for it until it is there; and whether the server has put a copy into Sent.
async fn look(
    config: &Config,
    mailbox: &Mailbox,
    token: &str,
    sent_at: Instant,
) -> Result<Option<(Found, bool)>, MailboxError> {
    let mut open = within(ImapMailbox::connect(
        &mailbox.imap.server,
        &header_fields(config, mailbox),
    ))
    .await?;
    let folders = watch(&within(open.folders()).await?, &mailbox.wanted()).folders;
    let (sent, arrivals): (Vec<&Watched>, Vec<&Watched>) =
        folders.iter().partition(|folder| folder.role == Role::Sent);
    let found = waited_for(&mut open, &arrivals, token, sent_at + ARRIVES_WITHIN).await?;
    let Some(found) = found else { return Ok(None) };
    let until = Instant::now() + COPIED_WITHIN;
    let copy = waited_for(&mut open, &sent, token, until).await?;
    open.logout().await;
    Ok(Some((found, copy.is_some())))
}

/// Looks into these folders again and again, `until` at the longest.
async fn waited_for(
    open: &mut ImapMailbox,
    folders: &[&Watched],
    token: &str,
    until: Instant,
) -> Result<Option<Found>, MailboxError> {
    while Instant::now() < until {
        let found = among(open, folders, token).await?;
        if found.is_some() {
            return Ok(found);
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(None)
}

/// The first of these folders among whose newest messages it is.
async fn among(
    open: &mut ImapMailbox,
    folders: &[&Watched],
    token: &str,
) -> Result<Option<Found>, MailboxError> {
    for folder in folders {
        let selected = match within(open.examine(&folder.name)).await {
            Ok(selected) => selected,
            Err(MailboxError::Folder { .. } | MailboxError::Refused(_)) => continue,
            Err(error) => return Err(error),
        };
        for fetched in newest(&selected, open).await? {
            let message = parse::message(&fetched.header);
            if message.subject.contains(token) {
                return Ok(Some(Found {
                    folder: folder.name.clone(),
                    message,
                }));
            }
        }
    }
    Ok(None)
}

/// Where it arrived, which parts of it survived, and whether a reply to it would be recognised.
fn arrived(
    mailbox: &Mailbox,
    found: &Found,
    written: &Written,
    after: Duration,
    report: &mut Report<'_>,
) -> Result<(), Failure> {
    let (name, message) = (&mailbox.name, &found.message);
    report.ok(&format!(
        "{name}: --send: arrived in {:?} after {} s",
        found.folder,
        after.as_secs()
    ))?;
    let same_id = message.message_id.as_deref() == Some(written.message_id.as_str());
    let in_references = message.references.contains(&written.message_id);
    match (same_id, in_references) {
        (true, _) => report.ok(&format!("{name}: --send: under its own Message-ID: replies to our mails are known"))?,
        (false, true) => report.ok(&format!(
            "{name}: --send: the server gave it another Message-ID; replies to our mails are known by References"
        ))?,
        (false, false) => report.fault(&format!(
            "{name}: --send: the server gave it another Message-ID and took its References away: replies to our mails are not known; have it leave both as they are"
        ))?,
    }
    let ours = [
        "x-servicelofte",
        "auto-submitted",
        "x-auto-response-suppress",
    ];
    let lost: Vec<&str> = ours
        .into_iter()
        .filter(|field| message.header(field).is_none())
        .collect();
    if lost.is_empty() {
        report.ok(&format!(
            "{name}: --send: every header field of ours survived"
        ))
    } else {
        report.warning(&format!(
            "{name}: --send: lost on the way: {}; have the server keep them, so that machines do not answer our mails",
            lost.join(", ")
        ))
    }
}

/// What `save_sent` must be.
fn saved(mailbox: &Mailbox, copied: bool, report: &mut Report<'_>) -> Result<(), Failure> {
    let name = &mailbox.name;
    match (copied, mailbox.save_sent) {
        (true, false) => {
            report.ok(&format!("{name}: --send: the server keeps a copy in Sent itself, as save_sent = false says"))
        }
        (false, true) => {
            report.ok(&format!("{name}: --send: the server keeps no copy in Sent; the service does (save_sent = true)"))
        }
        (true, true) => report.warning(&format!(
            "{name}: --send: the server keeps a copy in Sent itself: set save_sent = false, or each mail lies there twice"
        )),
        (false, false) => report.warning(&format!(
            "{name}: --send: no one keeps a copy in Sent: set save_sent = true"
        )),
    }?;
    let own_copy = if mailbox.own_copy {
        "as configured"
    } else {
        "own_copy = true would work"
    };
    report.ok(&format!(
        "{name}: --send: a copy to the mailbox itself arrives ({own_copy})"
    ))
}

/// What the border says of our own mail.
fn vouched(mailbox: &Mailbox, message: &Message, report: &mut Report<'_>) -> Result<(), Failure> {
    let name = &mailbox.name;
    let servers: Vec<String> = senders::vouching(message).collect();
    match (servers.first(), &mailbox.authserv_id) {
        (None, _) => report.ok(&format!("{name}: --send: it came from inside, without Authentication-Results")),
        (Some(server), Some(id)) if servers.contains(id) => {
            report.ok(&format!("{name}: --send: {server} wrote Authentication-Results, as authserv_id says"))
        }
        (Some(server), Some(id)) => report.warning(&format!(
            "{name}: --send: Authentication-Results are of {server}, authserv_id is {id:?}; see which is your border"
        )),
        (Some(server), None) => report.ok(&format!(
            "{name}: --send: Authentication-Results are of {server}: if that is your border, set authserv_id = {server:?}"
        )),
    }
}

/// For `go-live`: it has been seen that it works.
fn note(config: &Config, mailbox: &Mailbox, report: &mut Report<'_>) -> Result<(), Failure> {
    let noted = Store::open(&config.service.database, Access::Command).and_then(|mut store| {
        store.write(|db| {
            db.set_meta(
                &check_sent_key(&mailbox.name),
                &SystemClock.now().to_rfc3339(),
            )
        })
    });
    match noted {
        Ok(()) => Ok(()),
        Err(_) => report.ok(&format!(
            "{}: --send: go-live will ask for this once more: there is no register yet (servicelofte run)",
            mailbox.name
        )),
    }
}
