//! See `targets::classify`.

#![no_main]

use servicelofte_fuzz::{guarded, targets::classify::check};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| guarded(check, bytes));
