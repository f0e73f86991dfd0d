//! Words for the reasons of the log.

use crate::domain::item::ItemId;
use crate::domain::kind::Kind;
use crate::domain::reason::{DueChange, Sign, Withdrawal};

/// Each is a clause after a colon or in brackets: no capital, no full stop.
pub struct Reasons {
    /// A sign by which a message was judged.
    pub sign: fn(sign: Sign) -> &'static str,
    /// A kind of our mails, in a word or two.
    pub mail: fn(kind: Kind) -> &'static str,
    pub own_mail: &'static str,
    pub no_failure: &'static str,
    pub own_mail_bounced: fn(mail: &str) -> String,
    pub own_copy_bounced: &'static str,
    pub answer_bounced: fn(conversation: ItemId) -> String,
    pub notice_bounced: fn(item: ItemId) -> String,
    pub strange_bounce: &'static str,
    pub auto_reply_to_us: fn(mail: &str) -> String,
    pub auto_reply_in: fn(conversation: ItemId) -> String,
    pub copy_of_answer: fn(conversation: ItemId) -> String,
    pub internal: &'static str,
    pub without_clock: &'static str,
    pub part_of: fn(item: ItemId) -> String,
    pub staff_command: &'static str,
    pub staff_reply: &'static str,
    /// Why the due date was changed.
    pub due_change: fn(why: DueChange) -> &'static str,
    /// Why a mail of ours was withdrawn.
    pub withdrawal: fn(why: Withdrawal) -> &'static str,
    /// Why a mail of ours was not delivered; the server's answer is given unchanged.
    pub server_said: fn(answer: &str) -> String,
    pub no_copy: &'static str,
    pub no_address: &'static str,
}
