//! What a report says: which mail came back, for whom it failed (RFC 3464, RFC 3798), or a system's
//! plain words.

use super::limits::MAX_FAILED;
use super::{address, ids, mime::Part};
use crate::domain::classify::bounce;
use crate::domain::message::{Message, Returned};

/// The action of a report that a mail did not arrive.
const FAILED: &str = "failed";

/// Sets `returned` of a message whose parts are a report's, or which comes from a mail system and
/// says in words that a mail was not delivered. An attached message alone does not make a report:
/// people attach mails too.
pub fn read(parts: &[Part], message: &mut Message) {
    let mut returned = Returned::default();
    let mut report = false;
    for part in parts {
        match part.content.mime.as_str() {
            "message/delivery-status"
            | "message/global-delivery-status"
            | "message/disposition-notification" => {
                report = true;
                status(&part.text(), &mut returned);
            }
            _ => {}
        }
    }
    let told = report || bounce::sign(message).is_some();
    let told = told || (bounce::suspect(message) && says_so(parts, message));
    if !told {
        return;
    }
    if returned.message_id.is_none() {
        let status = |part: &&Part| part.content.mime == "message/delivery-status";
        // A report whose last parts cannot be separated still holds the returned header somewhere
        // below.
        returned.message_id = parts
            .iter()
            .find_map(original)
            .or_else(|| id_line(&parts.iter().rev().find(status)?.text(), false));
    }
    let failed = message.headers_named("x-failed-recipients");
    for addr in failed
        .flat_map(|v| v.split(','))
        .filter_map(address::normal)
    {
        add(&mut returned.failed, addr);
    }
    message.returned = Some(returned);
}

/// Reads the fields of a delivery status or a disposition notification: a block of the report
/// itself, then one for each recipient (RFC 3464 §2.3). A reader whom the mail reached has not
/// failed, even if others have.
fn status(text: &str, returned: &mut Returned) {
    let mut recipient = Recipient::default();
    for line in text.lines() {
        if line.trim().is_empty() {
            std::mem::take(&mut recipient).note(returned);
        }
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        match name.trim().to_ascii_lowercase().as_str() {
            "final-recipient" | "original-recipient" => {
                recipient.addresses.extend(final_address(value));
            }
            "action" if recipient.action.is_none() => {
                let action = value.split_whitespace().next();
                recipient.action =
                    action.map(|action| action.to_lowercase().chars().take(20).collect());
            }
            "original-message-id" | "x-original-message-id" if returned.message_id.is_none() => {
                returned.message_id = ids::all(value).into_iter().next();
            }
            _ => {}
        }
    }
    recipient.note(returned);
}

/// The address behind the kind of address (RFC 3464 §2.3.2).
fn final_address(value: &str) -> Option<String> {
    let addr = value.rsplit_once(';').map_or(value, |(_, addr)| addr);
    address::normal(addr.trim().trim_matches(['<', '>']))
}

/// What a report says of one recipient, or of several where it does not set them apart.
#[derive(Default)]
struct Recipient {
    addresses: Vec<String>,
    action: Option<String>,
}

impl Recipient {
    /// A failure outweighs what became of the mail elsewhere.
    fn note(self, returned: &mut Returned) {
        let has_failed = self.action.as_deref().is_none_or(|action| action == FAILED);
        if has_failed {
            self.addresses
                .into_iter()
                .for_each(|addr| add(&mut returned.failed, addr));
        }
        if self.action.is_some()
            && returned.action.as_deref() != Some(FAILED)
            && (has_failed || returned.action.is_none())
        {
            returned.action = self.action;
        }
    }
}

fn add(list: &mut Vec<String>, addr: String) {
    if list.len() < MAX_FAILED && !list.contains(&addr) {
        list.push(addr);
    }
}

/// Types in which a mail comes back (RFC 6522, RFC 6533).
fn is_original(mime: &str) -> bool {
    let types = [
        "message/rfc822",
        "message/global",
        "text/rfc822-headers",
        "message/rfc822-headers",
        "message/global-headers",
    ];
    types.contains(&mime)
}

/// The Message-ID of a returned mail or header; of a plain text, of the copy that a system put
/// below its words.
fn original(part: &Part) -> Option<String> {
    let mime = part.content.mime.as_str();
    let attached = is_original(mime);
    if !attached && mime != "text/plain" {
        return None;
    }
    id_line(&part.text(), attached)
}

/// The first Message-ID line of a text; of a `header`, only before its blank line.
fn id_line(text: &str, header: bool) -> Option<String> {
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let line = line.trim_start_matches([' ', '\t', '>', '|']);
        let named = line
            .get(..11)
            .is_some_and(|name| name.eq_ignore_ascii_case("message-id:"));
        if named {
            let value = format!(
                "{} {}",
                &line[11..],
                if line.contains('>') {
                    ""
                } else {
                    lines.next().unwrap_or_default()
                }
            );
            return ids::all(value.trim()).into_iter().next();
        }
        if header && line.is_empty() {
            return None;
        }
    }
    None
}

/// Whether the first text says that a mail was not delivered.
fn says_so(parts: &[Part], message: &Message) -> bool {
    let attached = parts.iter().any(|part| is_original(&part.content.mime));
    let first = parts
        .iter()
        .find(|part| part.content.mime.starts_with("text/"))
        .or(parts.first());
    first.is_some_and(|part| bounce::text_reports_failure(message, &part.text(), attached))
}
