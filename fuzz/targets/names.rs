//! See `targets::names`.

#![no_main]

use servicelofte_fuzz::{guarded, targets::names::check};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| guarded(check, bytes));
