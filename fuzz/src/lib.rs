//! The fuzz targets of servicelofte; `make fuzz` runs them.

pub mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use targets::Check;

/// For the fuzzer, which ends the process at the first panic, even at one that the program catches
/// by design: only panics that leave `check` count here.
pub fn guarded(check: Check, bytes: &[u8]) {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let told = std::env::var_os("FUZZ_PANICS").is_some();
        std::panic::set_hook(Box::new(move |panic| {
            if told || panic.location().is_some_and(|place| place.file().starts_with("src/")) {
                eprintln!("{panic}");
            }
        }));
    });
    if catch_unwind(AssertUnwindSafe(|| check(bytes))).is_err() {
        std::process::abort();
    }
}
