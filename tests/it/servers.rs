//! Real servers: Dovecot and Postfix from Debian, each on loopback, on random ports, in a throw-away folder; and
//! scripted ones of our own that misbehave as told.

pub mod dovecot;
pub mod pem;
pub mod fake_imap;
pub mod idp;
pub mod pki;
pub mod postfix;
pub mod sink;

mod imap;
mod imap_hostile;
mod oauth;
mod smtp;
