//! The fuzz targets without the fuzzer: over their seeds, and over everything that the fuzzer ever
//! found. A file that it finds goes, minimised, into `tests/data/fuzz/<target>`, with a name that
//! says what it broke.

#[path = "../../fuzz/src/targets/mod.rs"]
pub mod targets;

use crate::sim::dice::Dice;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

#[test]
fn seeds_and_findings_hold() {
    for (name, check) in targets::TARGETS {
        let folder =
            PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/fuzz")).join(name);
        let mut files: Vec<PathBuf> = fs::read_dir(&folder)
            .expect("a folder of seeds")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        files.sort();
        assert!(files.len() >= 2, "{name} has no seeds");
        for file in files {
            let bytes = fs::read(&file).expect("a seed");
            let held = catch_unwind(AssertUnwindSafe(|| {
                check(&bytes);
                // Cut short, as a connection or a disk does it.
                check(&bytes[..bytes.len() / 2]);
            }));
            assert!(held.is_ok(), "{} breaks {name}", file.display());
        }
    }
}

/// The fuzzer is for hours; these few thousand headers hold every choice of the grammar already.
#[test]
fn headers_by_the_grammar_are_read_as_another_parser_reads_them() {
    let mut dice = Dice::new(1);
    for _ in 0..5_000 {
        let bytes: Vec<u8> = (0..dice.below(400))
            .map(|_| dice.below(256).to_le_bytes()[0])
            .collect();
        targets::headers::check(&bytes);
    }
}
