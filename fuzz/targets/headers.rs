//! See `targets::headers`.

#![no_main]

use servicelofte_fuzz::{guarded, targets::headers::check};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| guarded(check, bytes));
