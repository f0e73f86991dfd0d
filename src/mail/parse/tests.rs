//! Small mails, one trouble each.

use super::*;

/// Parses a header given with LF line ends.
fn parsed(text: &str) -> Message {
    message(text.replace('\n', "\r\n").as_bytes())
}

#[test]
fn a_header_alone() {
    let m = parsed("From: Karin Ek <Karin.Ek@Example.ORG>\nTo: a@b.se\nSubject: Bygglov\n\n");
    assert_eq!((m.from[0].addr.as_str(), m.from[0].name.as_deref()), ("karin.ek@example.org", Some("Karin Ek")));
    assert_eq!((m.subject.as_str(), m.content.len(), m.defects.len()), ("Bygglov", 1, 0));
}
