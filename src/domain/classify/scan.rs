//! How many documents a scan holds: by the kinds of its parts, never by what they say.

use super::signs;
use crate::domain::message::Message;

/// Kinds of a scanned document; a logo or a text beside it is none.
const DOCUMENTS: [&str; 5] = [
    "application/pdf",
    "application/octet-stream",
    "image/tiff",
    "image/jpeg",
    "image/jp2",
];

/// Whether the parts of a scanner's mail are to be asked for: its header alone does not show them.
#[must_use]
pub fn may_hold_documents(message: &Message) -> bool {
    message.content.len() == 1 && signs::top(message) == "multipart/mixed"
}

/// It holds more than one document.
#[must_use]
pub fn holds_documents(message: &Message) -> bool {
    let is_document = |mime: &str| DOCUMENTS.contains(&mime);
    let parts = message.content.iter().skip(1);
    parts.filter(|part| is_document(&part.mime)).count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::ContentType;

    fn scan(kinds: &[&str]) -> Message {
        let kinds = ["multipart/mixed"].iter().chain(kinds);
        let content = kinds.map(|kind| ContentType {
            mime: (*kind).to_owned(),
            params: vec![],
        });
        Message {
            content: content.collect(),
            ..Message::default()
        }
    }

    #[test]
    fn two_documents_are_several_letters_perhaps() {
        assert!(may_hold_documents(&scan(&[])));
        assert!(!may_hold_documents(&scan(&["application/pdf"])));
        for (kinds, several) in [
            (&["application/pdf"][..], false),
            (&["text/plain", "application/pdf"], false),
            (&["text/plain", "application/pdf", "image/png"], false),
            (&["application/pdf", "application/pdf"], true),
            (&["text/plain", "image/tiff", "image/tiff"], true),
            (&["text/html", "application/pdf", "image/jpeg"], true),
        ] {
            assert_eq!(holds_documents(&scan(kinds)), several, "{kinds:?}");
        }
    }
}
