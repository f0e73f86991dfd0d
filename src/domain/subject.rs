//! Subjects: reply and forward prefixes, tags, our own reference, and the *core* by which two
//! subjects are the same.
//!
//! The core is what a person wrote there: without prefixes (any language, repeated, numbered), tags
//! in brackets and those of mail gateways, our reference, diary numbers and the words that our own
//! mails put before it; folded, white space joined. Ids are compared as they are, elsewhere. Pure
//! and linear in the subject.

mod compared;
mod marks;
mod prefixes;

use regex::Regex;

pub(crate) use compared::composed;
pub use compared::{fold, lowercase};
pub use marks::{MAX_FOUND, is_our_words, is_reference, references};
pub use prefixes::Prefix;

/// Characters of the longest `[list]` tag believed.
const MAX_TAG: usize = 60;

/// The subject without leading prefixes and `[list]` tags, blanks collapsed, in lower case. A
/// subject of nothing else keeps its words.
///
/// Registers hold hashes of this form, so it stays as it is; new comparisons of subjects use their
/// [`core()`].
#[must_use]
pub fn normalised_subject(subject: &str) -> String {
    let mut rest = subject.trim();
    loop {
        let next = without_tag(prefixes::without_first_known(rest).unwrap_or(rest));
        if next.len() == rest.len() {
            break;
        }
        rest = next;
    }
    let kept = if rest.is_empty() { subject } else { rest };
    let mut words = String::with_capacity(kept.len());
    for word in kept.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    lowercase(words)
}

/// The core of a subject; `diary` finds diary numbers. Empty when a person wrote nothing there.
///
/// A subject that is nothing but a tag or a diary number keeps it: two of them are two subjects.
#[must_use]
pub fn core(subject: &str, diary: &[Regex]) -> String {
    let subject = visible(subject);
    let own = marks::without_references(&subject);
    let bare = diary.iter().fold(own.clone(), |text, pattern| {
        marks::without_matches(&text, pattern)
    });
    let core = fold(stripped(&bare, without_tag));
    if core.is_empty() {
        fold(stripped(&own, |rest| rest))
    } else {
        core
    }
}

/// Whether a subject has our reference, and nothing of its own: «Angående SL-2026-00042».
#[must_use]
pub fn is_bare_reference(subject: &str, diary: &[Regex]) -> bool {
    marks::has_reference(subject) && marks::says_no_more_than(&core(subject, diary))
}

/// The subject without leading `[list]` tags.
#[must_use]
pub fn without_tags(subject: &str) -> &str {
    let mut rest = subject.trim();
    loop {
        let next = without_tag(rest);
        if next.len() == rest.len() {
            return rest;
        }
        rest = next;
    }
}

/// The subject without the tags of lists and gateways before it.
#[must_use]
pub fn opening(subject: &str) -> &str {
    let mut rest = subject.trim();
    loop {
        let next = marks::without_gateway_tag(without_tag(rest));
        if next.len() == rest.len() {
            return rest;
        }
        rest = next;
    }
}

/// The first prefix behind any tags of lists and gateways.
#[must_use]
pub fn prefix(subject: &str) -> Option<Prefix> {
    prefixes::without_prefix(opening(subject)).map(|(prefix, _)| prefix)
}

fn without_tag(subject: &str) -> &str {
    let Some(inner) = subject.strip_prefix('[') else {
        return subject;
    };
    match inner
        .char_indices()
        .take(MAX_TAG + 1)
        .find(|(_, c)| *c == ']')
    {
        Some((end, _)) => inner[end + 1..].trim_start(),
        None => subject,
    }
}

/// Without the additions before and behind the words of a person: prefixes, tags (`tag` takes one
/// off), our own words.
fn stripped(subject: &str, tag: impl Fn(&str) -> &str) -> &str {
    let mut rest = marks::without_separators(subject);
    loop {
        let next = prefixes::without_prefix(rest).map_or(rest, |(_, next)| next);
        let next = marks::without_our_words(marks::without_gateway_tag(tag(next)));
        if next.len() == rest.len() {
            return rest;
        }
        rest = marks::without_separators(next);
    }
}

/// Without invisible characters: marks of direction, joiners, soft hyphens.
fn visible(subject: &str) -> String {
    let unseen = |c: char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    composed(&subject.chars().filter(|c| !unseen(*c)).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_lose_prefixes_and_tags() {
        let check = |subject: &str, expected: &str| {
            assert_eq!(normalised_subject(subject), expected, "{subject:?}");
        };
        check("Bygglov", "bygglov");
        check("SV: Bygglov", "bygglov");
        check(
            "Sv: SV: RE: Fwd: VB: Ang: AW:  Bygglov  för\tcarport",
            "bygglov för carport",
        );
        check("SV[2]: Bygglov", "bygglov");
        check("Re (3): Bygglov", "bygglov");
        check("RE^2: Bygglov", "bygglov");
        check("RE : Permis", "permis");
        check("[Byalaget] SV: [Byalaget] Vägbelysning", "vägbelysning");
        check("SV:[SL-2026-00123] Bygglov", "bygglov");
        check("Re：全角", "全角");
        check("Svar: Vidarebefordrat: Fråga", "fråga");
        check("Re:", "re:");
        check("[tagg]", "[tagg]");
        check("", "");
        check("Regel: en fråga", "regel: en fråga");
        check("Re foo: en fråga", "re foo: en fråga");
        check("SVÅRT: Läsa", "svårt: läsa");
        check("Telefonnummer: 070", "telefonnummer: 070");
        // Not of the old list: hashes of registers are made without them.
        check("R: Bygglov", "r: bygglov");
    }

    fn diary() -> Vec<Regex> {
        vec![
            Regex::new(r"(?:KS|Dnr) ?\d{4}/\d+").unwrap(),
            Regex::new(r"(?i)ärende \d+").unwrap(),
        ]
    }

    #[test]
    fn the_core_is_what_a_person_wrote() {
        let check = |subjects: &[&str], expected: &str| {
            for subject in subjects {
                assert_eq!(core(subject, &diary()), expected, "{subject:?}");
            }
        };
        check(
            &[
                "Bygglov för altan",
                "  bygglov \t FÖR altan ",
                "SV: Bygglov för altan",
                "Sv: SV: RE: Fwd: VB: Ang: AW: Antw: Odp: Bygglov för altan",
                "SV[2]: Bygglov för altan",
                "Re (3): Re^2: Re:Re: Bygglov för altan",
                "RE : R: I: Bygglov för altan",
                "Re：回复：答复：Bygglov för altan",
                "ΑΠ: Отв: Bygglov för altan",
                "[Byalaget] SV: [Byalaget] Bygglov för altan",
                "Bygglo\u{308}v fo\u{308}r altan"
                    .replace("lo\u{308}v", "lov")
                    .as_str(),
                "\u{200f}SV:\u{200e} Bygg\u{ad}lov för altan",
                // Gateways.
                "[EXTERN] Bygglov för altan",
                "EXTERN: SV: Bygglov för altan",
                "SV: (EXTERNAL) Bygglov för altan",
                "*** EXTERN AVSÄNDARE *** Bygglov för altan",
                "{External email} Bygglov för altan",
                "(!EXTERN!) Bygglov för altan",
                "<EXT> Bygglov för altan",
                "EXTERNT - Bygglov för altan",
                "EXTERN Bygglov för altan",
                "Bygglov för altan [EXTERN]",
                "Bygglov för altan (External)",
                // Our reference.
                "[SL-2026-00042] Bygglov för altan",
                "SV: Bygglov för altan [SL-2026-00042]",
                "Bygglov för altan sl-2026-00042",
                "Bygglov för altan (SL-2026-42)",
                "SL-2026-00042: Bygglov för altan",
                "SL 2026-00042 – Bygglov för altan",
                "SV: SL-2026-00042: SV: Bygglov för altan",
                // Diary numbers.
                "Bygglov för altan KS 2026/123",
                "KS 2026/123 Bygglov för altan",
                "SV: KS 2026/123 - Bygglov för altan (Dnr 2026/7)",
                "Bygglov för altan, ärende 17",
                "[KS 2026/123] SV: Bygglov för altan",
                // Our own words.
                "SV: Vi behöver mer tid: Bygglov för altan [SL-2026-00042]",
                "Sv: We need more time for our decision: SV: Bygglov för altan [SL-2026-00042]",
                "Nytt datum för vårt svar: Bygglov för altan",
            ],
            "bygglov för altan",
        );
        check(
            &[
                "",
                "SV:",
                "Re: Re: ",
                "[SL-2026-00042]",
                "SV: SL-2026-00042",
                "[EXTERN]",
                "EXTERN: SV:",
            ],
            "",
        );
        check(&["[tagg]", "SV: [tagg]", "[EXTERN] [Tagg]"], "[tagg]");
        check(&["KS 2026/123", "SV: KS 2026/123"], "ks 2026/123");
        check(
            &[
                "Vi behöver mer tid [SL-2026-00042]",
                "SV: Vi behöver mer tid [SL-2026-00042]",
            ],
            "vi behöver mer tid",
        );
        // Other words, other questions.
        check(&["Bygglov för altan 2"], "bygglov för altan 2");
        check(
            &["Extern granskning av avtal"],
            "extern granskning av avtal",
        );
        check(&["EXTERN GRANSKNING"], "extern granskning");
        check(&["Regel: en fråga"], "regel: en fråga");
        check(&["Re foo: en fråga"], "re foo: en fråga");
        check(&["Fråga om plan [del 2]"], "fråga om plan [del 2]");
        check(&["SL-2026-00042x"], "sl-2026-00042x");
        check(&["Straße", "STRASSE", "strasse"], "strasse");
        check(&["ΟΔΟΣ", "οδος", "οδοσ"], "οδοσ");
    }

    #[test]
    fn prefixes_are_told_apart() {
        assert_eq!(prefix("[lista] SV: x"), Some(Prefix::Answer));
        assert_eq!(prefix("VB: Autosvar: x"), Some(Prefix::Forward));
        assert_eq!(prefix("Autosvar: SV: x"), None);
    }
}
