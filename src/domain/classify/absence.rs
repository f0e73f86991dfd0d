//! Words of absence and of automatic receipts in a subject, in the languages that reach a Swedish
//! municipality.
//!
//! The subjects that programs write by themselves, with their colon at the start, show an automatic
//! reply. All other words only withhold the automatic notice: a parent writes "Frånvaro: Elsa 4A",
//! a colleague "Semester". Behind SV: or RE: nothing counts: that is a person's answer.

mod notes;
mod one_word;
mod phrases;
mod receipts;
mod returns;
mod sentence;
mod threaded;
mod whole;

use super::signs;
use crate::domain::subject::{self, fold};
pub use notes::notes;
use phrases::{ALONE, ANSWER, AUTOMATIC, PROGRAMS, STEMS, WORDS};
use receipts::{REACTIONS, READ, RECEIPTS, SENTENCES};
use sentence::is_part_of_sentence;

/// Words of the longest subject that [`WORDS`] alone make an absence's: a longer one says something
/// else.
const MAX_WORDS: usize = 12;

/// What a subject says about the program that may have written it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    /// A program's own words, and their colon.
    Program,
    /// Words of absence, of a receipt or of a reaction, in any other form.
    Absence,
}

/// Reads a subject.
#[must_use]
pub fn words(subject: &str) -> Option<Words> {
    let is_tagged = tagged(&fold(subject));
    let subject = subject::opening(subject);
    if subject::prefix(subject).is_some() {
        return None;
    }
    let lower = fold(subject);
    let head = lower.split_once([':', '：']).map(|(head, _)| head.trim());
    if head.is_some_and(|head| PROGRAMS.contains(&head))
        || subject.starts_with("AUTO:")
        || lower.trim_end_matches('.') == "away from my mail"
    {
        return Some(Words::Program);
    }
    (is_tagged || withholds(&lower, head)).then_some(Words::Absence)
}

/// Whether the subject of a mail that answers none says an absence or a receipt, and nothing else
/// with it.
#[must_use]
pub fn says_it_whole(subject: &str) -> bool {
    if words(subject) == Some(Words::Program) || tagged(&fold(subject)) {
        return true;
    }
    let subject = subject::opening(subject);
    let is_a_mark = !subject.is_empty() && !subject.contains(char::is_alphanumeric);
    subject::prefix(subject).is_none()
        && !subject.ends_with('?')
        && (is_a_mark && !subject.is_ascii() || whole::says(subject))
}

/// Whether the subject of a mail that answers another is a program's: it keeps no prefix, and has a
/// word of absence or of a receipt.
#[must_use]
pub fn answers_under_its_own(subject: &str) -> bool {
    let is_numbered = threaded::has_a_number(&fold(subject));
    let subject = subject::opening(subject);
    subject::prefix(subject).is_none() && (is_numbered || threaded::has_stem(subject))
}

/// Whether the subject is that of a read receipt.
#[must_use]
pub fn is_receipt(subject: &str) -> bool {
    let lower = fold(subject::opening(subject));
    lower
        .split_once([':', '：'])
        .is_some_and(|(head, _)| READ.contains(&head.trim()))
}

fn withholds(lower: &str, head: Option<&str>) -> bool {
    if head.is_some_and(|head| WORDS.contains(&head) || READ.contains(&head) || head == "auto") {
        return true;
    }
    // "(…)", "[Ticket#12]", "Kim:" may come before it.
    if lower.ends_with('?') {
        return false;
    }
    // A reaction that a program sends as a subject of its own.
    if !lower.is_empty() && !lower.contains(|c: char| c.is_alphanumeric() || c.is_ascii()) {
        return true;
    }
    let short = lower.split(' ').count() <= MAX_WORDS;
    begins_as_a_machine(lower, short) || has_a_machines_words(lower, head, short)
}

fn begins_as_a_machine(lower: &str, short: bool) -> bool {
    let fits = |words: &str| {
        signs::starts(lower, words)
            && (words.len() >= UNMISTAKABLE || ends_word(&lower[words.len()..]))
    };
    let begins = |list: &[&str]| list.iter().any(|words| fits(words));
    let says = |words: &str| fits(words) && !is_part_of_sentence(words, &lower[words.len()..]);
    begins(PROGRAMS)
        || (short && WORDS.iter().any(|words| says(words)))
        || returns::tells_when(lower)
        || returns::tells_when_behind(lower)
        || one_word::is_one_word(lower)
        || (short && STEMS.iter().any(|stem| signs::starts(lower, stem)))
        || begins(&["return receipt", "read receipt", "läskvitto"])
}

fn has_a_machines_words(lower: &str, head: Option<&str>, short: bool) -> bool {
    let within = |list: &[&str]| list.iter().any(|words| lower.contains(words));
    ALONE.contains(&lower.trim_end_matches(['.', '!']))
        || receipts::tells_of_a_case(lower)
        || within(RECEIPTS)
        || within(REACTIONS)
        || (short && within(SENTENCES))
        || PROGRAMS
            .iter()
            .any(|words| words.len() >= LONG && lower.contains(words))
        || head.map_or_else(
            || answers_by_itself(lower, MAX_ALONE_WORDS),
            |head| answers_by_itself(head, MAX_HEAD_WORDS),
        )
}

/// Words of the longest head that [`answers_by_itself`]: programs add «to your message».
const MAX_HEAD_WORDS: usize = 4;
/// The same of a subject without a colon: of more words it may be a person's sentence.
const MAX_ALONE_WORDS: usize = 3;

/// «Automatic» and «answer» in one language or another, and little else: how the programs of every
/// language name their reply.
fn answers_by_itself(words: &str, most: usize) -> bool {
    let within = |stems: &[&str]| stems.iter().any(|stem| words.contains(stem));
    words.split(' ').count() <= most && within(AUTOMATIC) && within(ANSWER)
}

/// A program's words of this many bytes are its own anywhere in a subject.
const LONG: usize = 10;

/// Bytes of words that need no end: some programs put the subject that they answer right behind
/// them.
const UNMISTAKABLE: usize = 15;

fn ends_word(rest: &str) -> bool {
    !rest.starts_with(char::is_alphanumeric)
}

/// "[Auto-Reply] Bygglov", "(Out of Office) Bygglov": the phrase as a tag.
fn tagged(lower: &str) -> bool {
    let close = match lower.chars().next() {
        Some('[') => ']',
        Some('(') => ')',
        Some('*') => '*',
        _ => return false,
    };
    let inner = lower.trim_start_matches(['[', '(', '*', ' ']);
    inner.split_once(close).is_some_and(|(tag, _)| {
        let tag = tag.trim();
        PROGRAMS.contains(&tag) || WORDS.contains(&tag)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(subjects: &[&str], expected: Option<Words>) {
        for subject in subjects {
            assert_eq!(words(subject), expected, "{subject:?}");
        }
    }

    #[test]
    fn programs_write_their_own_words_and_a_colon() {
        check(
            &[
                "Autosvar: Bygglov",
                "Automatiskt svar: SV: Fastighetsreglering",
                "AUTOMATISKT SVAR : Bygglov",
                "EXTERNT: Automatiskt svar: Bygglov",
                "Out of office: Re: your question",
                "Out of Office AutoReply: your question",
                "[lista] Automatic reply: x",
                "Automatisk svar: Søknad",
                "Automaattinen vastaus: Hakemus",
                "Automatische Antwort: Anfrage",
                "Réponse automatique : Demande",
                "Automatisch antwoord: vraag",
                "Respuesta automática: consulta",
                "Risposta automatica: domanda",
                "Odpowiedź automatyczna: pytanie",
                "Автоматичен отговор: x",
                "پاسخ خودکار: x",
                "תשובה אוטומטית: x",
                "ตอบกลับอัตโนมัติ: x",
                "AUTO: Kim Ås är frånvarande (återkommer 2026-12-01)",
                "away from my mail",
                "Erantzun automatikoa: Svar",
                "Автоматты жауап: Svar",
                "خودکار جواب: Svar",
                "Jibu otomatiki: x",
                "ავტომატური პასუხი: x",
                "Автовідповідь: x",
            ],
            Some(Words::Program),
        );
    }

    #[test]
    fn the_lists_are_folded_as_subjects_are() {
        for words in [
            PROGRAMS,
            WORDS,
            STEMS,
            ALONE,
            SENTENCES,
            RECEIPTS,
            READ,
            REACTIONS,
            AUTOMATIC,
            ANSWER,
            threaded::STEMS,
        ] {
            for word in words {
                assert_eq!(fold(word), *word);
            }
        }
    }

    #[test]
    fn other_words_only_withhold() {
        check(
            &[
                "Frånvaro: Karin Ek",
                "Frånvaro - ledighet v 8",
                "Frånvaro förskola vecka 28",
                "Semester",
                "Semester: Elsa",
                "Sjuk: Elsa 4A",
                "Automatiskt svar",
                "Automatiskt svar saknas i er e-tjänst",
                "Automatiskt svar från Anna Berg",
                "Auto: Re: Svar på din fråga",
                "Autosvar SV: Avfallstaxa 2024",
                "Out of Office",
                "Out of office until Monday",
                "Anna Berg är inte på kontoret",
                "Jag är på semester",
                "Ledig till 1 december",
                "Semestersvar: Svar på din fråga",
                "Utanför kontoret: x",
                "Fraværende: x",
                "Ferie: når er dere åpne?",
                "Poissaoloilmoitus",
                "Abwesenheitsnotiz",
                "Außer Haus",
                "خارج المكتب: x",
                "Поза офісом: x",
                "Vi har tagit emot ditt mejl",
                "Ditt ärende är mottaget (ID 4711)",
                "Bekräftelse på inkommet ärende",
                "[Ticket#4711] We have received your request",
                "Thank you for contacting us",
                "Läst: SV: Fråga om skolskjuts",
                "Read: Bygglov",
                "Yahoo! Auto Response",
                "[Auto-Reply] Your question",
                "(Out of Office) Your question",
                "(Semester) Bygglov",
                "*Semester* Bygglov",
                "Svar helt automatiskt",
                "Svar till dig automatiskt: Bygglov",
                "Kim Ås reacted to your message",
                "Frånvarobesked: Svar",
                "Ej anträffbar",
                "Tillfälligt frånvarande",
                "Kvittens på ditt ärende",
                "[Ärende #123] Mottaget",
                "On annual leave",
                "Я в отпуске",
                "我不在办公室",
                "Ofis dışında: x",
                "Reaction: x",
                "Automatiskt meddelande",
                "Abwesenheitsnachricht",
                "Semesterstängt",
                "Jag läser inte min mejl just nu",
                "Är sjuk i dag",
                "Niet op kantoor",
                "Olen poissa",
                "Jestem na urlopie",
                "Ude af kontoret",
                "Bekräftelse",
                "Ärende 4711 skapat",
                "Ärende mottaget [#4711]",
                "Ticket 4711 created",
                "Ute på tjänsteresa",
                "Åter på jobbet 1 december",
                "Kontoret stängt",
                "Julstängt",
                "Vi har stängt till 7 januari",
                "Kim Ås arbetar inte längre här",
                "Adressen används inte längre",
                "I have changed my email address",
                "Barsel",
                "Férias",
                "غير موجود في المكتب",
                "الرد الآلي: Svar",
                "Automātiskā atbilde: Svar",
                "Svar från automaten: Bygglov",
                "已读: Svar",
                "مقروءة: Svar",
                "Ärende #4711 har skapats",
                "We've received your message",
                "Thank you for your enquiry",
                "Ihre Anfrage ist bei uns eingegangen",
                "Votre demande a bien été reçue",
                "Åter 7 januari",
                "Är tillbaka måndag 30 november",
                "Tillbaka 1/12",
                "Borta till den 7 januari",
                "Åter v 2",
                "Back on Monday",
                "Inte på jobbet",
                "Pensionerad",
                "Har gått i pension",
                "Automatiskt frånvaromeddelande",
                "Auto svar",
                "On parental leave",
                "I no longer work at Sweco",
                "Tack för din fråga",
                "Tack för ert mejl",
                "Tack för att ni kontaktat oss",
                "Ärendebekräftelse 4711",
                "Kvitto på ditt mejl",
                "Takk for din e-post",
                "Merci pour votre message",
                "Gracias por su mensaje",
                "Grazie per averci contattato",
                "Bedankt voor uw bericht",
                "Dziękujemy za wiadomość",
                "Jestem poza biurem",
                "Нет на рабочем месте",
                "Ваше обращение принято",
                "Автовідповідь",
                "Yıllık izindeyim",
                "Nuk jam në zyrë",
                "外出中",
                "不在",
                "ไม่อยู่ที่สำนักงาน",
                "Jag svarar på mejl igen den 7 december",
                "Begränsad tillgång till e-post",
                "Min e-postadress har ändrats",
                "Vi har julstängt",
                "Begränsad tillgänglighet",
                "Ärendenummer för din fråga: A-5521",
                "I have left the company",
                "Office closed",
                "Borte fra kontoret",
                "På barsel",
                "Jeg er sykmeldt",
                "Olen äitiyslomalla",
                "Autom. Antwort",
                "In Elternzeit",
                "Bin nicht erreichbar",
                "En déplacement",
                "Jestem na zwolnieniu",
                "Odsotnost",
                "Nisam u kancelariji",
                "Concediu",
                "Εκτός γραφείου",
                "Автоматско одговарање",
                "تم استلام رسالتك",
                "Ofis dışındayım",
                "İzindeyim",
                "Read-Receipt: Svar",
                "Mammaledig",
                "Helgstängt",
                "Kesäloma",
                "Trevlig sommar - jag är åter 5 augusti",
                "On PTO until Monday",
                "Will be back Monday",
                "Denna brevlåda bevakas inte",
                "Jag har bytt jobb",
                "Ваше письмо получено",
                "Votre demande a été enregistrée",
            ],
            Some(Words::Absence),
        );
    }

    #[test]
    fn people_write_about_the_same_things() {
        check(
            &[
                "",
                "Bygglov",
                "SV: Autosvar: Bygglov",
                "Re: Out of office: x",
                "VB: Automatiskt svar: x",
                "Automatiskt svar?",
                "Varför får jag bara automatiska svar?",
                "Who answers when Karin is out of the office?",
                "[Bygglov] Out in the office",
                "Bortresta grannar: vem svarar?",
                "Bekräftelse saknas på min ansökan",
                "Vägen är stängd",
                "Ärende om mottaget bidrag",
                "Frånvaroanmälan till skolan fungerar inte",
                "Åter igen dålig snöröjning",
                "Automatiserad process: fråga",
                "Ledigheten för min dotter har inte beviljats trots att rektorn lovade det i augusti förra året",
                "Sjukhuset ringde",
                "Autonoma bussar",
                "Svar går ut automatiskt",
                "Svar kommer till dig automatiskt: Bygglov",
                "Automaten svarar inte när jag ringer växeln om bygglov",
                "Åter till min fråga om avloppet",
                "Ny adress på fakturan",
                "Ledig lägenhet på Storgatan",
                "Semester för kontaktfamilj",
                "Mottaget bidrag ska återbetalas",
                "Vacation home tax",
                "Away with the fences",
                "Absence note for my son",
                "Tillbaka till skolan efter sommaren",
                "Borta bra men hemma bäst",
                "Tack för din hjälp med bygglovet",
                "Utanför kontoret ligger snön kvar",
                "Vacation care for school children",
                "Urlaub in Schweden",
                "Begränsad tillgänglighet för rullstol",
                "Vänligen kontakta mig om bygglovet",
                "Receipt for parking",
                "I have left my bag on the bus",
                "Je ne suis plus locataire",
                "Nisam u mogućnosti platiti",
                "Avstängt",
                "Jullov och fritids",
                "Expeditionen på skolan är aldrig bemannad",
            ],
            None,
        );
    }

    #[test]
    fn a_subject_may_say_nothing_else() {
        for (subject, expected) in [
            ("Semester", true),
            ("Autosvar: Bygglov", true),
            ("[Auto-Reply] Bygglov", true),
            ("👍", true),
            ("Semester?", false),
            ("SV: Semester", false),
            ("Bygglov", false),
            ("***", false),
            ("", false),
        ] {
            assert_eq!(says_it_whole(subject), expected, "{subject}");
        }
    }

    #[test]
    fn an_answer_under_a_subject_of_its_own_needs_fewer_words() {
        for (subject, expected) in [
            ("Sjukfrånvaro", true),
            ("Vi har semesterstängt v 28-31", true),
            ("Anna Berg (föräldraledig)", true),
            ("Atvaļinājums", true),
            ("En congés", true),
            ("[Ticket ID: 4711] Svar på din fråga", true),
            ("Begränsad tillgänglighet i veckan", true),
            ("Olen sairauslomalla", true),
            ("Im Mutterschutz bis März", true),
            ("Ärende #4711: Svar på din fråga", true),
            ("Vi har sommarstängt nu", true),
            ("Arbetar deltid, ej fredagar", true),
            ("Ärende: parkering på Storgatan", false),
            // Another matter, and an answer that keeps its prefix.
            ("Bygglov för altan", false),
            ("Tack!", false),
            ("SV: Sjukfrånvaro", false),
            ("Är rektorn på semester?", false),
        ] {
            assert_eq!(answers_under_its_own(subject), expected, "{subject}");
        }
    }
}
