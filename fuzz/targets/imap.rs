//! See `targets::imap`.

#![no_main]

use servicelofte_fuzz::{guarded, targets::imap::check};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| guarded(check, bytes));
