//! What `check` says of the folders that are not read: their names, how much lies there, and why.

use super::asked::{Broken, within};
use super::said::Report;
use crate::domain::folders::{Unwatched, Why};
use crate::imap::ImapMailbox;
use crate::ports::{Mailbox, MailboxError};

/// Most folders that have a line of their own.
pub const MAX_NAMED: usize = 100;

/// A line each; of another mailbox's folders only their number, since nothing of it is looked at.
pub(super) async fn told(
    mailbox: &str,
    unwatched: &[Unwatched],
    connection: &mut ImapMailbox,
    report: &mut Report<'_>,
) -> Result<(), Broken> {
    let (elsewhere, here): (Vec<_>, Vec<_>) = unwatched
        .iter()
        .partition(|folder| folder.why == Why::Elsewhere);
    for Unwatched { name, why } in here.iter().take(MAX_NAMED) {
        let messages = match within(connection.glance(name)).await {
            Ok(told) => {
                told.map_or_else(String::new, |told| format!(": {} message(s)", told.exists))
            }
            Err(error @ (MailboxError::Lost(_) | MailboxError::Expired(_))) => {
                return Err(error.into());
            }
            Err(_) => String::new(),
        };
        report.ok(&format!(
            "{mailbox}: not watched: {name:?}{messages}: {}",
            reason(*why)
        ))?;
    }
    if here.len() > MAX_NAMED {
        report.ok(&format!(
            "{mailbox}: not watched: {} more folders",
            here.len() - MAX_NAMED
        ))?;
    }
    if !elsewhere.is_empty() {
        report.ok(&format!(
            "{mailbox}: {} folder(s) of other mailboxes are not touched; name one in `watch` to have it read",
            elsewhere.len()
        ))?;
    }
    Ok(())
}

fn reason(why: Why) -> &'static str {
    match why {
        Why::Drafts => "drafts",
        Why::Trash => "deleted mail",
        Why::Outbox => "outbox",
        Why::View => "shows messages of other folders",
        Why::NoMail => "known to hold no mail from citizens; name it in `watch` if it does",
        Why::Ignored => "named in `ignore`",
        Why::NotListed => "not in the list `watch`",
        Why::NotNamed => "looks like sent or junk mail, and `sent` or `junk` names others",
        Why::Elsewhere => "of another mailbox",
    }
}
