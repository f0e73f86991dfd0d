//! Real servers: Dovecot and Postfix from Debian, each on loopback, on random ports, in a throw-away folder; and an
//! SMTP server of our own that misbehaves as told.

pub mod dovecot;
pub mod pem;
pub mod pki;
pub mod postfix;
pub mod sink;

mod imap;
mod smtp;
