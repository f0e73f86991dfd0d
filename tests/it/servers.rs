//! Real servers: Dovecot and Postfix from Debian, each on loopback, on random ports, in a throw-away folder.

pub mod dovecot;
pub mod fake_imap;
pub mod pki;
pub mod postfix;

mod imap;
mod imap_hostile;
mod smtp;
