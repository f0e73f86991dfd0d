//! See `targets::mail`.

#![no_main]

use servicelofte_fuzz::{guarded, targets::mail::check};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| guarded(check, bytes));
