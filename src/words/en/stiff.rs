//! English words for which there is a plainer one.

pub const STIFF: &[&str] = &[
    "aforementioned",
    "commence",
    "endeavour",
    "forthwith",
    "henceforth",
    "hereby",
    "herein",
    "herewith",
    "in accordance with",
    "in respect of",
    "notwithstanding",
    "prior to",
    "pursuant",
    "thereof",
    "utilise",
    "whereas",
];
