//! The only place that knows RFC 5322 and MIME: bytes to [`crate::domain::message::Message`]
//! (total), and our own mails to bytes.

pub mod author;
pub mod compose;
pub mod letter;
pub mod parse;
pub mod reply;
pub mod texts;
