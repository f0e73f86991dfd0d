//! The invariants for any bytes: one function a target. The fuzzer looks for bytes that break one
//! of them; the program's own tests (`tests/it/fuzz.rs`) run the same functions over the seeds and
//! over all that was ever found.

pub mod classify;
pub mod commands;
pub mod config;
pub mod headers;
pub mod imap;
pub mod mail;
pub mod names;
pub mod rules;
pub mod smtp;

/// A target: it panics when something does not hold.
pub type Check = fn(&[u8]);

/// Every target by its name, which is also that of its folder of seeds.
pub const TARGETS: [(&str, Check); 9] = [
    ("classify", classify::check),
    ("commands", commands::check),
    ("config", config::check),
    ("headers", headers::check),
    ("imap", imap::check),
    ("mail", mail::check),
    ("names", names::check),
    ("rules", rules::check),
    ("smtp", smtp::check),
];
