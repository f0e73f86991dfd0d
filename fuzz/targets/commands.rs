//! See `targets::commands`.

#![no_main]

use servicelofte_fuzz::{guarded, targets::commands::check};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| guarded(check, bytes));
