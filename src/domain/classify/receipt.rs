//! Read receipts (message disposition notifications, RFC 8098).

use super::{passes_on, signs};
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
    let sure = signs::top(message) == "multipart/report" || (signs::null_return_path(message) && !passes_on(message));
    (declared || (part && sure) || signed(message)).then_some(Sign::ReadReceipt)
}

/// A signed receipt: the report is the first part of `multipart/signed`.
fn signed(message: &Message) -> bool {
    let top = signs::top(message) == "multipart/signed";
    top && message.content.get(1).is_some_and(|part| {
        part.mime == "multipart/report"
            && signs::param(part, "report-type").as_deref() == Some("disposition-notification")
    })
}
