//! Lotus Notes and Domino: "Karin Ek/Kommun is out of the office.", in its languages.

use crate::domain::subject;

/// How the subject ends that Lotus Notes gives an absence, in its languages.
const NOTES_ENDS: &[&str] = &[
    "is out of the office",
    "is out of office",
    "är inte på kontoret",
    "är ute från kontoret",
    "är frånvarande",
    "on poissa",
    "ist außer haus",
    "ist nicht im büro",
    "ist nicht im haus",
    "er ikke på kontoret",
    "ei ole toimistossa",
    "on poissa toimistosta",
    "est absent",
    "est absent(e)",
    "est absente",
    "is niet aanwezig",
    "is niet op kantoor",
    "está fuera de la oficina",
    "è fuori ufficio",
    "jest poza biurem",
    "será fuera de la oficina",
    "will be out of the office",
];

/// How the day of the return begins behind it.
const RETURNS: &[&str] = &[
    "return",
    "retour",
    "åter",
    "zurück",
    "er tilbage",
    "palaa",
    "terug",
    "e)",
];

/// Whether the whole subject has that form.
#[must_use]
pub fn notes(subject: &str) -> bool {
    let subject = subject::opening(subject);
    let may_stop = subject.ends_with('.') || subject.contains(" (");
    if !may_stop || subject::prefix(subject).is_some() {
        return false;
    }
    let lower = subject.to_lowercase();
    // "(returning 2026-12-01)" follows it, or a full stop; a person's sentence goes on.
    let head = lower
        .split_once(" (")
        .map_or(lower.as_str(), |(head, tail)| {
            if RETURNS.iter().any(|word| tail.starts_with(word)) {
                head
            } else {
                lower.as_str()
            }
        });
    let stopped = head.len() < lower.len() || head.ends_with('.');
    stopped
        && NOTES_ENDS
            .iter()
            .any(|end| head.trim_end_matches('.').ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_writes_whole_sentences() {
        assert!(notes("Karin Ek/Kommun is out of the office."));
        assert!(notes(
            "Karin Ek is out of the office (returning 2026-12-01)"
        ));
        assert!(notes("Max Muster ist außer Haus."));
        assert!(!notes("Who answers when Karin is out of the office?"));
        assert!(!notes("Re: Karin Ek is out of the office."));
        assert!(!notes("My handler is out of the office and I wait"));
    }
}
