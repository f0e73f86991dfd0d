//! Words of absence that begin a sentence about something else.

use super::ends_word;

/// Nouns behind a single word of absence that make it a part of a sentence: «Ledig lägenhet»,
/// «Semester för kontaktfamilj», «Vacation home».
const NOUNS: [&str; 33] = [
    "lägenhet",
    "lokal",
    "tomt",
    "mark",
    "plats",
    "tjänst",
    "förskoleplats",
    "parkering",
    "bidrag",
    "ersättning",
    "för",
    "och",
    "med",
    "som",
    "with",
    "game",
    "home",
    "rental",
    "note",
    "leave",
    "of",
    "and",
    "und",
    "i kommunen",
    "fungera",
    "care",
    "in",
    "koulusta",
    "houses",
    "homes",
    "rentals",
    "school",
    "program",
];

/// Words behind any words of absence with which a sentence about something else goes on:
/// «Utanför kontoret ligger snön kvar».
const GO_ON: [&str; 3] = ["ligger", "står", "finns"];

/// Whether what stands behind the words makes them something else than an absence.
pub(super) fn is_part_of_sentence(words: &str, rest: &str) -> bool {
    let Some(rest) = rest.strip_prefix(' ') else {
        return false;
    };
    let goes_on = |list: &[&str]| {
        list.iter()
            .any(|next| rest.strip_prefix(next).is_some_and(ends_word))
    };
    goes_on(&GO_ON) || (!words.contains(' ') && goes_on(&NOUNS))
}
