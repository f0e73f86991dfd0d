//! The servers of the tests, without the tests.

#[path = "../../tests/it/servers/dovecot.rs"]
pub mod dovecot;
#[path = "../../tests/it/servers/pem.rs"]
pub mod pem;
#[path = "../../tests/it/servers/pki.rs"]
pub mod pki;
#[path = "../../tests/it/servers/postfix.rs"]
pub mod postfix;
