//! Read receipts (message disposition notifications, RFC 8098).

use super::{absence, signs};
use crate::domain::message::Message;
use crate::domain::reason::Sign;

#[must_use]
pub fn sign(message: &Message) -> Option<Sign> {
    let declared = message.content.first().is_some_and(|top| {
        top.mime == "multipart/report"
            && signs::param(top, "report-type").as_deref() == Some("disposition-notification")
    });
    // A person may attach one as proof.
    let part = signs::has_part(message, "message/disposition-notification");
    let sure = signs::top(message) == "multipart/report"
        || (signs::null_return_path(message) && !signs::passes_on(message));
    (declared || (part && sure) || wrapped(message)).then_some(Sign::ReadReceipt)
}

/// Whether the kinds of a message's parts are to be asked for: a server may have put a footer below
/// a receipt.
#[must_use]
pub fn may_wrap_receipt(message: &Message) -> bool {
    let mixed = matches!(&message.content[..], [whole] if whole.mime == "multipart/mixed");
    mixed && (signs::null_return_path(message) || absence::is_receipt(&message.subject))
}

/// A receipt that was signed, or got a footer: the report is the first part.
fn wrapped(message: &Message) -> bool {
    let top = matches!(signs::top(message), "multipart/signed" | "multipart/mixed");
    top && message.content.get(1).is_some_and(|part| {
        part.mime == "multipart/report"
            && signs::param(part, "report-type").as_deref() == Some("disposition-notification")
    })
}
