//! A sample of what a mail to staff says of messages that are not watched.

use super::{CITIZEN, MAILBOX, SUBJECT, at};
use crate::domain::board::StaffMail;
use crate::domain::classify::Class;
use crate::domain::effect::Kind;
use crate::domain::reason::{Reason, Sign};
use crate::mail::texts::facts::{ExcludedItem, JunkFolder, Shown, Unwatched};

/// One of each class.
pub(super) fn excluded(policy: StaffMail) -> Unwatched {
    let items = (80..)
        .zip(classes())
        .map(|(number, (class, reason))| ExcludedItem {
            reference: format!("SL-2026-{number:05}"),
            class,
            reason,
            received: at(22, 18, 30),
            mailbox: MAILBOX.to_owned(),
            folder: "INBOX".to_owned(),
            shown: Shown::new(policy.handler, SUBJECT, CITIZEN),
        });
    Unwatched {
        items: items.collect(),
        known: Some(12),
        junk: vec![JunkFolder {
            mailbox: MAILBOX.to_owned(),
            folder: "Skräppost".to_owned(),
            refs: vec!["SL-2026-00095".to_owned(), "SL-2026-00096".to_owned()],
            ending: 1,
        }],
        unnamed: 3,
    }
}

fn classes() -> [(Class, Option<Reason>); 12] {
    [
        (
            Class::Bulk,
            Some(Reason::Signs(vec![Sign::BulkAndList, Sign::ForeignReplyTo])),
        ),
        (
            Class::AutoReply,
            Some(Reason::Signs(vec![Sign::AutoSubmitted])),
        ),
        (
            Class::Bounce,
            Some(Reason::OwnMailBounced { kind: Kind::Notice }),
        ),
        (Class::Receipt, None),
        (Class::Calendar, None),
        (Class::Group, None),
        (Class::Notification, None),
        (Class::Own, None),
        (Class::Unreadable, None),
        (Class::Letter, None),
        (Class::Correspondence, Some(Reason::Internal)),
        (
            Class::Correspondence,
            Some(Reason::Person(
                "Avsändaren har ringt och fått svar".to_owned(),
            )),
        ),
    ]
}
