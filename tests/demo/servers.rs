//! The servers of the tests, without the tests.

#[path = "../it/servers/dovecot.rs"]
pub mod dovecot;
#[path = "../it/servers/pem.rs"]
pub mod pem;
#[path = "../it/servers/pki.rs"]
pub mod pki;
#[path = "../it/servers/ports.rs"]
pub mod ports;
#[path = "../it/servers/postfix.rs"]
pub mod postfix;
