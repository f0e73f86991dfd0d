//! What an SMTP server says: the replies that are read before lettre takes over, and the text that
//! is kept of any. The first byte is the size of the pieces in which the rest comes.

use servicelofte::smtp::reply::{MAX_TEXT, tidy};
use servicelofte::smtp::wire::{MAX_REPLY, read_reply};
use std::io;

pub fn check(bytes: &[u8]) {
    let Some((&size, bytes)) = bytes.split_first() else {
        return;
    };
    let read = |size: usize| {
        let mut stream = super::imap::Pieces::new(bytes, size);
        super::imap::finish(async { read_reply(&mut stream).await })
    };
    let whole = read(usize::MAX);
    if let Ok((code, lines)) = &whole {
        assert!(*code <= 999 && !lines.is_empty());
        let length: usize = lines.iter().map(String::len).sum();
        assert!(
            length <= MAX_REPLY
                && lines
                    .iter()
                    .all(|line| line.is_ascii() && !line.contains(['\r', '\n']))
        );
    }
    // In pieces, the bytes behind a reply may not have come yet; all else is the same.
    let out_of_turn = |read: &io::Result<_>| {
        read.as_ref()
            .is_err_and(|e| e.kind() == io::ErrorKind::InvalidData)
    };
    let pieces = read(usize::from(size).max(1));
    if !out_of_turn(&whole) {
        assert_eq!(pieces.as_ref().ok(), whole.as_ref().ok());
    }
    let kept = tidy(&String::from_utf8_lossy(bytes), &["anna".to_owned()]);
    assert!(
        kept.chars().count() <= MAX_TEXT && !kept.contains(char::is_control),
        "{kept:?}"
    );
    assert!(
        !kept.contains('@') || kept.contains("…@…"),
        "an address is left in {kept:?}"
    );
}
