//! How absence notices and other automatic replies begin their subject, in the languages that reach a Swedish
//! municipality. A phrase counts at the start, with its colon, never behind SV: or RE: (that is a person's answer).

use super::signs;
use crate::domain::subject;

/// Phrases before a colon, lower case.
const PHRASES: &[&str] = &[
    // Swedish
    "automatiskt svar",
    "autosvar",
    "automatsvar",
    "auto-svar",
    "autosvar från",
    "automatsvar från",
    "frånvaro",
    "frånvarande",
    "frånvaromeddelande",
    "frånvaroavisering",
    "frånvaroassistent",
    "ej på kontoret",
    "inte på kontoret",
    "är inte på kontoret",
    "ute från kontoret",
    "mottagningsbekräftelse",
    "bekräftelse på mottaget meddelande",
    "autosvar semester",
    // English
    "automatic reply",
    "automatic response",
    "auto reply",
    "auto-reply",
    "autoreply",
    "autoreply from",
    "auto response",
    "auto-response",
    "autoresponse",
    "please confirm your message",
    "autoresponder",
    "auto responder",
    "auto-responder",
    "automated reply",
    "automated response",
    "automatic answer",
    "out of office",
    "out-of-office",
    "out of the office",
    "out of office reply",
    "out of office autoreply",
    "out of office auto-reply",
    "out of office response",
    "out of office notification",
    "away from office",
    "out of office message",
    "ooo",
    "on vacation",
    "vacation reply",
    "vacation",
    "vacation message",
    "vacation response",
    "away",
    "away from my mail",
    "absence",
    "auto",
    "automatic reply from",
    "on leave",
    "annual leave",
    "on holiday",
    "i am out of the office",
    "currently out of the office",
    // Norwegian and Danish
    "automatisk svar",
    "fravær",
    "fraværsmelding",
    "fraværsbesked",
    "fraværsassistent",
    "ikke på kontoret",
    "ikke til stede",
    "ferie",
    "ikke til stede på kontoret",
    "autosvar ferie",
    "automatisk besvarelse",
    "automatisk svarmelding",
    // Finnish
    "automaattinen vastaus",
    "automaattivastaus",
    "poissaoloilmoitus",
    "poissa",
    "poissaolo",
    "poissa toimistosta",
    "lomavastaus",
    "poissaoloviesti",
    "lomavastaaja",
    // German
    "automatische antwort",
    "automatische rückantwort",
    "automatische antwort von",
    "automatische antwort auf",
    "abwesenheit",
    "abwesenheitsnotiz",
    "abwesenheitsmeldung",
    "abwesenheitsbenachrichtigung",
    "abwesend",
    "außer haus",
    "autoantwort",
    "automatische eingangsbestätigung",
    "eingangsbestätigung",
    "nicht im büro",
    "urlaub",
    "urlaubsvertretung",
    // Dutch
    "automatisch antwoord",
    "afwezig",
    "afwezigheid",
    "afwezigheidsbericht",
    "niet aanwezig",
    "autoantwoord",
    // French
    "réponse automatique",
    "reponse automatique",
    "absence du bureau",
    "absent",
    "absent du bureau",
    "en dehors du bureau",
    "message d'absence",
    "absence bureau",
    "accusé de réception automatique",
    // Spanish, Portuguese, Catalan
    "respuesta automática",
    "respuesta automatica",
    "fuera de la oficina",
    "fuera de oficina",
    "ausente",
    "ausencia",
    "autorespuesta",
    "resposta automática",
    "resposta automàtica",
    "fora do escritório",
    "ausência temporária",
    "ausente do escritório",
    // Italian
    "risposta automatica",
    "fuori ufficio",
    "fuori sede",
    "assente",
    "assenza",
    "non in ufficio",
    // Polish, Czech, Slovak, Hungarian, Romanian, Baltic, Balkan
    "odpowiedź automatyczna",
    "automatyczna odpowiedź",
    "autoodpowiedź",
    "poza biurem",
    "nieobecność",
    "nieobecny",
    "automatická odpověď",
    "automatická odpoveď",
    "mimo kancelář",
    "automatikus válasz",
    "házon kívül",
    "răspuns automat",
    "automaatvastus",
    "kontorist väljas",
    "automātiska atbilde",
    "automatinis atsakymas",
    "automatski odgovor",
    "samodejni odgovor",
    "avtomatski odgovor",
    // Greek, Turkish, Russian, Ukrainian, Icelandic, Arabic, Chinese, Japanese, Korean
    "αυτόματη απάντηση",
    "otomatik yanıt",
    "ofis dışında",
    "автоматический ответ",
    "автоответ",
    "вне офиса",
    "автоматична відповідь",
    "sjálfvirkt svar",
    "رد تلقائي",
    "自动回复",
    "自動回覆",
    "自动答复",
    "自動応答",
    "不在通知",
    "자동 회신",
    "자동 응답",
];

/// Phrases that stand for the whole thing when a person may begin a subject with the same word ("Ferie: frågor"):
/// they count only beside another sign.
const PLAIN_WORDS: &[&str] = &[
    "ferie",
    "urlaub",
    "away",
    "absence",
    "absent",
    "vacation",
    "auto",
    "ausente",
    "assente",
    "afwezig",
    "poissa",
    "semester",
    "frånvaro",
    "fravær",
    "on leave",
    "on holiday",
    "annual leave",
    "ausencia",
    "assenza",
];

/// How surely a subject is an automatic reply's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sureness {
    /// Phrase and colon.
    Certain,
    /// A phrase without its colon: another sign is needed.
    Hint,
    /// A word that people begin a subject with as well: it must also answer something.
    Word,
}

/// Reads a subject.
#[must_use]
pub fn subject(subject: &str) -> Option<Sureness> {
    if tagged(subject) {
        return Some(Sureness::Certain);
    }
    let subject = subject::without_tags(subject);
    if subject::prefix(subject).is_some() {
        return None;
    }
    let lower = subject.to_lowercase();
    if lower.trim_end_matches('.') == "away from my mail" {
        // What vacation(1) writes when its user wrote nothing.
        return Some(Sureness::Certain);
    }
    if lower.ends_with('?') && !lower.contains([':', '：']) {
        return None;
    }
    if let Some((head, _)) = lower.split_once([':', '：']) {
        let head = head.trim();
        if PHRASES.contains(&head) {
            return Some(if PLAIN_WORDS.contains(&head) && head != "frånvaro" {
                Sureness::Word
            } else {
                Sureness::Certain
            });
        }
    }
    without_colon(&lower)
}

/// Whether the subject begins with a word that forms and people use as well ("Frånvaro: Elsa 4A").
#[must_use]
pub fn everyday(subject: &str) -> bool {
    let lower = subject::without_tags(subject).to_lowercase();
    let head = lower.split([':', '：']).next().unwrap_or_default().trim();
    PLAIN_WORDS.contains(&head)
}

/// A phrase followed by the subject that it answers ("Autosvar SV: Bygglov"), or standing alone.
fn without_colon(lower: &str) -> Option<Sureness> {
    let phrase = PHRASES.iter().filter(|phrase| {
        signs::starts(lower, phrase)
            && matches!(lower[phrase.len()..].chars().next(), None | Some(' ' | '.' | '!' | '-' | '–' | ','))
    });
    let phrase = phrase.max_by_key(|phrase| phrase.len())?;
    let rest = lower[phrase.len()..].trim_start_matches([' ', '-', '–', ',', '.', '!']);
    // "Autosvar SV: Bygglov": a machine put its word before the subject that it answers; a person's would be in front.
    Some(match (PLAIN_WORDS.contains(phrase), subject::prefix(rest).is_some()) {
        (true, _) => Sureness::Word,
        (false, true) => Sureness::Certain,
        (false, false) => Sureness::Hint,
    })
}

/// "[Auto-Reply] Bygglov", "(Out of Office) Bygglov": the phrase as a tag.
fn tagged(subject: &str) -> bool {
    let subject = subject.trim();
    let close = match subject.chars().next() {
        Some('[') => ']',
        Some('(') => ')',
        Some('*') => '*',
        _ => return false,
    };
    let inner = subject.trim_start_matches(['[', '(', '*', ' ']);
    inner.split_once(close).is_some_and(|(tag, _)| {
        let tag = tag.trim().to_lowercase();
        PHRASES.contains(&tag.as_str()) && !PLAIN_WORDS.contains(&tag.as_str())
    })
}

/// Lotus Notes and Domino: "Karin Ek/Kommun is out of the office.", in its languages. The whole subject has that form.
#[must_use]
pub fn notes(subject: &str) -> bool {
    const ENDS: &[&str] = &[
        "is out of the office",
        "is out of office",
        "är inte på kontoret",
        "är ute från kontoret",
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
    let subject = subject::without_tags(subject);
    let may_stop = subject.ends_with('.') || subject.contains(" (");
    if !may_stop || subject::prefix(subject).is_some() {
        return false;
    }
    let lower = subject.to_lowercase();
    // "(returning 2026-12-01)" stands behind it, or a full stop; a person's sentence goes on.
    let head = lower.split_once(" (").map_or(lower.as_str(), |(head, tail)| {
        if tail.starts_with("return")
            || tail.starts_with("retour")
            || tail.starts_with("åter")
            || tail.starts_with("zurück")
            || tail.starts_with("e)")
        {
            head
        } else {
            lower.as_str()
        }
    });
    let stopped = head.len() < lower.len() || head.ends_with('.');
    stopped && ENDS.iter().any(|end| head.trim_end_matches('.').ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects() {
        let certain = |s: &str| assert_eq!(subject(s), Some(Sureness::Certain), "{s:?}");
        let hint = |s: &str| assert_eq!(subject(s), Some(Sureness::Hint), "{s:?}");
        let word = |s: &str| assert_eq!(subject(s), Some(Sureness::Word), "{s:?}");
        let none = |s: &str| assert_eq!(subject(s), None, "{s:?}");
        certain("Autosvar: Bygglov");
        certain("Automatiskt svar: SV: Fastighetsreglering");
        certain("AUTOMATISKT SVAR : Bygglov");
        certain("Frånvaro: Karin Ek");
        certain("Out of office: Re: your question");
        certain("Out of Office AutoReply: your question");
        certain("[lista] Automatic reply: x");
        certain("Automatisk svar: Søknad");
        certain("Automaattinen vastaus: Hakemus");
        certain("Automatische Antwort: Anfrage");
        certain("Réponse automatique : Demande");
        certain("Automatisch antwoord: vraag");
        certain("Respuesta automática: consulta");
        certain("Risposta automatica: domanda");
        certain("Odpowiedź automatyczna: pytanie");
        certain("Autosvar SV: Avfallstaxa 2024");
        certain("away from my mail");
        hint("Automatiskt svar");
        hint("Out of office until Monday");
        word("Frånvaro förskola vecka 28");
        word("Ferie: når er dere åpne?");
        certain("[Auto-Reply] Your question");
        certain("(Out of Office) Your question");
        none("[Bygglov] Out in the office");
        none("Automatiskt svar?");
        none("SV: Autosvar: Bygglov");
        none("Re: Out of office: x");
        none("VB: Automatiskt svar: x");
        none("Semester");
        none("Fråga om autosvar: hur?");
        none("Bortresta grannar: vem svarar?");
        none("Automatiserad process: fråga");
        none("");
    }

    #[test]
    fn notes_writes_whole_sentences() {
        assert!(notes("Karin Ek/Kommun is out of the office."));
        assert!(notes("Karin Ek is out of the office (returning 2026-12-01)"));
        assert!(notes("Max Muster ist außer Haus."));
        assert!(!notes("Who answers when Karin is out of the office?"));
        assert!(!notes("Re: Karin Ek is out of the office."));
        assert!(!notes("My handler is out of the office and I wait"));
    }
}
