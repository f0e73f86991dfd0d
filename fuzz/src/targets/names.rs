//! Folder names: modified UTF-7 goes both ways, with anything on the wire.

use servicelofte::imap::utf7::{decode, encode};
use servicelofte::mail::texts::foreign;

pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let wire = encode(&text);
    assert!(
        wire.bytes().all(|byte| (b' '..=b'~').contains(&byte)),
        "{wire:?}"
    );
    assert_eq!(decode(&wire), text, "{wire:?}");
    let read = decode(&text);
    assert_eq!(decode(&encode(&read)), read);
    let line = foreign::one_line(&text);
    assert!(!line.contains(|c: char| c.is_control()), "{line:?}");
    assert_eq!(foreign::one_line(&line), line);
}
