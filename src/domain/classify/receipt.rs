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
    let part = signs::has_part(message, "message/disposition-notification");
    (declared || (part && (signs::top(message) == "multipart/report" || !passes_on(message))))
        .then_some(Sign::ReadReceipt)
}
