//! Text as it is compared.

use icu_normalizer::ComposingNormalizerBorrowed;

/// Composed (NFC), case folded, white space joined.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    if folded.is_ascii() {
        folded.make_ascii_lowercase();
        return folded;
    }
    // Upper case first: ß and ss, ς and σ, ſ and s are the same letters then.
    let upper = composed(&folded).to_uppercase();
    let lower: String = upper.chars().flat_map(char::to_lowercase).collect();
    composed(&lower)
}

/// `text` in Unicode's composed form: what a Mac writes as two characters is one everywhere else.
pub(crate) fn composed(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc()
        .normalize(text)
        .into_owned()
}

/// `text.to_lowercase()`, in place where that is possible.
#[must_use]
pub fn lowercase(mut text: String) -> String {
    if text.is_ascii() {
        text.make_ascii_lowercase();
        return text;
    }
    text.to_lowercase()
}
