//! Real servers: Dovecot and Postfix from Debian, each on loopback, on random ports, in a
//! throw-away folder; and scripted ones of our own that misbehave by script.

pub mod browser;
pub mod dovecot;
pub mod etcd;
pub mod fake_imap;
pub mod idp;
pub mod guest;
pub mod imap_client;
pub mod courier;
pub mod cyrus;
pub mod exim;
pub mod machine;
pub mod meter;
pub mod net;
pub mod pem;
pub mod pki;
pub mod player;
pub mod ports;
pub mod postfix;
pub mod roundcube;
pub mod sink;

mod exchange;
mod fresh;
mod imap;
mod lease;
mod pace;
mod imap_endless;
mod imap_hostile;
mod oauth;
mod imap_lies;
mod own_copy;
mod smtp;
mod tls_faults;
