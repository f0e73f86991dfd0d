//! See `targets::rules`.

#![no_main]

use servicelofte_fuzz::{guarded, targets::rules::check};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| guarded(check, bytes));
