//! See `targets::smtp`.

#![no_main]

use servicelofte_fuzz::{guarded, targets::smtp::check};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| guarded(check, bytes));
