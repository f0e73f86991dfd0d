//! See `targets::config`.

#![no_main]

use servicelofte_fuzz::{guarded, targets::config::check};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| guarded(check, bytes));
