//! One word that says an absence: «Mammaledig».

/// How a word ends that says it: «Mammaledig», «Sommerstengt», «Kesäloma».
const ENDS: [&str; 18] = [
    "ledig",
    "ledighet",
    "stängt",
    "stängd",
    "stengt",
    "lukket",
    "ferie",
    "permisjon",
    "orlov",
    "loma",
    "lomalla",
    "vapaalla",
    "urlaub",
    "abwesenheit",
    "bestätigung",
    "bekräftelse",
    "kvittens",
    "kvittering",
];

/// How one ends that ends alike, and is about something else: water, a road, a telephone.
const OTHER_ENDS: [&str; 4] = ["avstängt", "avstängd", "instängd", "utestängd"];

/// Whether a folded subject is one word that says it.
pub fn is_one_word(lower: &str) -> bool {
    let word = lower.trim_end_matches(['.', '!']);
    let ends = |list: &[&str]| {
        list.iter()
            .any(|end| word.len() > end.len() && word.ends_with(end))
    };
    word.chars().all(char::is_alphabetic)
        && ends(&ENDS)
        && !OTHER_ENDS.iter().any(|end| word.ends_with(end))
}
