//! A mail that answers none: a person begins a matter there far more often than a program speaks,
//! so its words count only where a clause of the subject says nothing else. «Jag är sjuk till den 7
//! december» is an absence, «Sjuk granne behöver hemtjänst» a question.

use super::one_word::is_one_word;
use super::phrases::{ALONE, ANSWER, AUTOMATIC, PROGRAMS, STEMS, WORDS};
use super::receipts::{REACTIONS, READ, RECEIPTS, SENTENCES, tells_of_a_case};
use super::{MAX_HEAD_WORDS, answers_by_itself, ends_word, returns};
use crate::domain::subject::fold;

/// Marks between two clauses.
const BETWEEN: &[&str] = &[" - ", " – ", "! ", ": ", " (", "] "];

/// Letters of the shortest word that a full stop ends: «t.o.m. 7 januari» is one clause.
const MIN_LAST: usize = 6;

/// Words that ask, in the languages in which most people write here.
const ASKS: &[&str] = &[
    "vem", "vad", "vart", "när", "hur", "varför", "vilken", "vilket", "who", "when", "how", "why",
    "where", "what",
];

/// Whether a word of the subject asks.
pub fn asks(subject: &str) -> bool {
    fold(subject)
        .split(' ')
        .any(|word| ASKS.contains(&bare(word)))
}

/// Whether some clause says it, and none asks.
pub fn says(subject: &str) -> bool {
    let whole = fold(subject);
    ALONE.contains(&bare(&whole))
        || begins_as_a_program(&whole)
        || tells_whose(subject)
        || !asks(subject)
            && clauses(subject).iter().any(|clause| {
                let lower = fold(clause);
                is_one_word(&lower)
                    || tells_of_a_case(&lower)
                    || returns::tells_when(&lower)
                    || answers_by_itself(&lower, MAX_HEAD_WORDS)
                    || is_receipt(&lower)
                    || is_said(clause, |here| {
                        [PROGRAMS, WORDS, SENTENCES]
                            .iter()
                            .any(|list| says_at(here, list))
                            || by_stem(here)
                    })
            })
}

/// How a program says what its mail is.
const THIS_IS: &[&str] = &[
    "detta är ett ",
    "det här är ett ",
    "dette er et ",
    "this is an ",
    "dies ist eine ",
];

/// «Automatiskt svar …»: the two words are a program's, whatever stands behind them.
fn begins_as_a_program(lower: &str) -> bool {
    let this_is = THIS_IS.iter().find_map(|words| lower.strip_prefix(words));
    let lower = this_is.unwrap_or(lower);
    let has = |word: &str, list: &[&str]| list.iter().any(|stem| word.contains(stem));
    let mut words = lower.split(' ');
    words.next().is_some_and(|word| has(word, AUTOMATIC))
        && words.next().is_some_and(|word| has(word, ANSWER))
        || this_is.is_some_and(|said| says_at(said, PROGRAMS))
}

/// Before the name of the one whose answer it is.
const FROM: &[&str] = &["från", "fra", "from", "von"];

/// «Autosvar från Anna Berg».
fn tells_whose(subject: &str) -> bool {
    let mut words = subject.split_whitespace();
    let mut next = || words.next().unwrap_or_default();
    PROGRAMS.contains(&fold(next()).as_str())
        && FROM.contains(&next())
        && next().starts_with(char::is_uppercase)
}

/// The parts of a subject between marks.
pub fn clauses(subject: &str) -> Vec<&str> {
    let mut clauses = sentences(subject.trim());
    for mark in BETWEEN {
        clauses = clauses
            .into_iter()
            .flat_map(|clause| clause.split(mark))
            .collect();
    }
    clauses
}

fn sentences(subject: &str) -> Vec<&str> {
    let mut from = 0;
    let mut sentences = Vec::new();
    for (at, _) in subject.match_indices(". ") {
        let last = subject[from..at].rsplit(' ').next().unwrap_or_default();
        if last.chars().count() >= MIN_LAST && !last.contains('.') {
            sentences.push(&subject[from..at]);
            from = at + 2;
        }
    }
    sentences.push(&subject[from..]);
    sentences
}

fn bare(lower: &str) -> &str {
    lower.trim_matches(|c: char| c.is_whitespace() || ".!,;:()[]*-–\"".contains(c))
}

/// Words before the words of an absence: a name of two and a title.
const MAX_BEFORE: usize = 3;

/// Whether `said` finds the words of an absence behind nothing or a word for the writer.
pub fn is_said(clause: &str, said: impl Fn(&str) -> bool) -> bool {
    let names: Vec<&str> = clause.split_whitespace().collect();
    let lower = fold(clause);
    let lower = bare(&lower);
    let starts = std::iter::once(0).chain(lower.match_indices(' ').map(|(at, _)| at + 1));
    starts.take(MAX_BEFORE + 1).enumerate().any(|(before, at)| {
        let (here, who) = (&lower[at..], &names[..before.min(names.len())]);
        is_whose(who) && said(here)
    })
}

/// Whether one of the words stands here, and behind it only a time or a name's end.
fn says_at(here: &str, list: &[&str]) -> bool {
    list.iter().any(|words| {
        here.strip_prefix(words)
            .is_some_and(|rest| ends_word(rest) && (is_over(rest) || is_where(words, rest)))
    })
}

/// «No longer at Acme»: the one word behind a preposition.
fn is_where(words: &str, rest: &str) -> bool {
    let last = words.rsplit(' ').next().unwrap_or_default();
    [
        "från", "fra", "from", "på", "hos", "vid", "at", "with", "works",
    ]
    .contains(&last)
        && !rest.trim().contains(' ')
}

fn by_stem(here: &str) -> bool {
    let word = here.split(' ').next().unwrap_or(here);
    STEMS.iter().any(|stem| word.starts_with(stem)) && is_over(&here[word.len()..])
}

/// Words with which an absence goes on.
const AND: &[&str] = &[
    "och", "ej", "and", "und", "just", "tills", "for", "för", "min", "mitt", "my", "hos", "at",
    "from", "från", "här", "here", "längre", "in", "i", "u", "w", "semester", "on", "på", "la",
];

/// How the subject that it answers begins.
const ANSWERS: &[&str] = &["sv", "re", "aw", "vs", "antw", "odp", "ang"];

/// What it goes on about.
const PLACES: &[&str] = &[
    "nu",
    "vidare",
    "hela",
    "dagen",
    "stunden",
    "tjänsten",
    "kontoret",
    "jobbet",
    "tjänst",
    "skrivbordet",
    "office",
    "desk",
    "business",
    "mejl",
    "mail",
    "email",
    "e-mail",
    "e-post",
    "now",
    "here",
    "uredu",
    "kancelariji",
    "biurze",
    "inkorg",
    "semester",
    "resa",
    "maternité",
    "annuels",
    "parental",
    "lekarskie",
    "vagyok",
    "odmoru",
    "fredagar",
    "vecka",
    "phép",
    "tahunan",
    "fasax",
    "werk",
    "dall'ufficio",
    "besked",
    "toimistolta",
    "toimistosta",
    "töistä",
    "the",
    "company",
    "oficina",
    "konferens",
    "kurs",
    "möte",
    "utbildning",
    "inventering",
];

/// Whether nothing but a time or a place stands behind the words of an absence.
pub fn is_over(rest: &str) -> bool {
    let rest = bare(rest);
    rest.is_empty()
        || goes_on_in_another_script(rest)
        || ANSWERS.contains(&rest)
        || returns::is_time(rest)
        || rest
            .split(' ')
            .all(|word| AND.contains(&word) || PLACES.contains(&word))
        || rest
            .strip_prefix("och ")
            .or_else(|| rest.strip_prefix("and "))
            .is_some_and(|next| says_at(next, SENTENCES) || returns::tells_when(next))
}

/// «Until» in scripts that this knows few words of: «في إجازة حتى الأحد».
const UNTIL: &[&str] = &["до", "с", "з", "حتى", "עד"];

/// One word, or a time: «Отпуск по уходу за ребёнком» is about something else.
fn goes_on_in_another_script(rest: &str) -> bool {
    let mut words = rest.split(' ');
    !rest.contains(is_latin)
        && (words.clone().count() < 2
            || rest.contains(|c: char| c.is_ascii_digit())
            || words.next().is_some_and(|word| UNTIL.contains(&word)))
}

/// A letter of the script that this knows words of.
fn is_latin(c: char) -> bool {
    c.is_alphabetic() && c < '\u{250}'
}

/// Words for the writer of a notice.
const SELF: &[&str] = &[
    "jag",
    "olen",
    "vi",
    "i",
    "i'm",
    "we",
    "ich",
    "wir",
    "je",
    "nous",
    "jeg",
    "hej",
    "hi",
    "hello",
    "är",
    "am",
    "currently",
    "tyvärr",
    "unfortunately",
    "suis",
    "actuellement",
    "esu",
    "bin",
    "przebywam",
    "befinner",
    "mig",
    "holder",
    "jam",
    "me",
    "na",
    "sono",
    "estoy",
    "я",
    "ez",
    "har",
];

/// How a noun ends that is about a thing or an office: «rektorn», «tomten», «kontoret».
const THINGS: &[&str] = &[
    "en", "et", "orn", "orna", "arna", "erna", "ten", "hus", "an",
];

/// Words that begin with a capital at the head of a subject and are no name.
const OTHERS: &[&str] = &[
    "ni", "du", "han", "hon", "min", "mitt", "mina", "er", "era", "ingen", "alla", "många", "the",
    "my", "your", "no", "they", "all", "der", "die", "das", "mein", "le", "la", "les",
];

/// Whether these words are the writer's name or a word for them.
fn is_whose(before: &[&str]) -> bool {
    let lower: Vec<String> = before.iter().map(|word| fold(word)).collect();
    let is_self = |word: &str| SELF.contains(&bare(word));
    let is_name = |word: &str| word.starts_with(char::is_uppercase);
    let is_thing = |lower: &str| lower.len() > 3 && THINGS.iter().any(|end| lower.ends_with(end));
    let has_surname = before.get(1).is_some_and(|word| is_name(word));
    before
        .iter()
        .zip(&lower)
        .enumerate()
        .all(|(at, (word, lower))| {
            is_self(lower)
                || is_name(word)
                    && !OTHERS.contains(&lower.as_str())
                    && (at > 0 || has_surname || !is_thing(lower))
        })
}

/// Whose mail a receipt tells of, as words.
const YOURS: &[&str] = &[
    "din",
    "ditt",
    "dina",
    "er",
    "ert",
    "your",
    "you",
    "us",
    "oss",
    "ihre",
    "deres",
    "dit",
    "su",
    "votre",
    "vostra",
    "sua",
    "suo",
    "uw",
    "je",
    "twoje",
    "ваше",
    "ваш",
    "ваша",
    "viestisi",
    "yhteydenottosi",
    "ärende",
    "ärendet",
    "ticket",
    "case",
    "request",
    "support",
    "henvendelse",
    "mejl",
    "mejlet",
    "message",
    "email",
    "e-mail",
    "meddelande",
    "enquiry",
    "tilbakemelding",
    "sak",
    "zgłoszenie",
    "wiadomość",
    "talebiniz",
    "mesajiniz",
    "başvurunuz",
    "sähköpostistasi",
    "viestistäsi",
    "inkommen",
    "inkommet",
    "inkommit",
    "nachricht",
    "anfrage",
    "tilkobling",
    "kundtjänst",
    "modtagelse",
    "mottatt",
    "megkeresését",
    "odbioru",
    "otrzymania",
    "registrerad",
    "registrerats",
];

/// Words of a complaint, which no receipt has.
const COMPLAINTS: &[&str] = &[
    "inte", "ej", "ingen", "inget", "inga", "aldrig", "saknas", "saknar", "utan", "fel", "men",
    "ikke", "ingen", "mangler", "not", "no", "never", "wrong", "twice", "but", "nicht", "kein",
    "keine", "nie", "non", "ne", "pas", "ei", "puuttuu", "niet", "geen", "nu", "не", "brak",
    "varför", "när", "hur", "why", "when", "how", "missing", "without", "jag", "mitt", "min",
    "mina", "mig", "me", "vill", "behöver", "önskar", "need", "want", "my",
];

/// How the names of our mails to citizens begin: a citizen writes «Jag har fått ert beslut».
const OURS: &[&str] = &[
    "faktur",
    "räkning",
    "beslut",
    "brev",
    "svar",
    "kallelse",
    "avgift",
    "föreläggande",
    "invoice",
    "bill",
    "letter",
    "decision",
    "answer",
    "reply",
    "rechnung",
    "brief",
    "bescheid",
    "lasku",
    "päätö",
    "vedtak",
    "regning",
    "factur",
    "réponse",
    "respuesta",
    "decyzj",
    "rachun",
];

fn is_receipt(lower: &str) -> bool {
    if lower.starts_with("fråga ") || lower.starts_with("question ") {
        return false;
    }
    let words = || lower.split(' ').map(bare);
    let found = RECEIPTS
        .iter()
        .chain(REACTIONS)
        .find(|receipt| lower.contains(*receipt));
    let Some(receipt) = found else {
        return READ.contains(&bare(lower));
    };
    let is_ours = |word: &str| OURS.iter().any(|stem| word.starts_with(stem));
    let complains =
        |word: &str| COMPLAINTS.contains(&word) && !receipt.split(' ').any(|of_it| of_it == word);
    let names_it =
        |word: &str| YOURS.contains(&word) || word.contains(|c: char| c.is_ascii_digit());
    bare(lower) == bare(receipt)
        || (!words().any(|word| is_ours(word) || complains(word))
            && (words().any(names_it) || !lower.contains(is_latin)))
}

#[cfg(test)]
mod tests {
    use crate::domain::classify::absence::{answers_under_its_own, says_it_whole};

    #[test]
    fn a_person_who_begins_a_matter_is_not_withheld() {
        for subject in [
            "Playground no longer in use",
            "Отпуск по уходу за ребёнком",
            "إجازة الأمومة والحضانة",
            "When will be back the bus stop",
            "The lift will be back when?",
            "Lekplatsen används inte längre",
            "Vägen är inte längre i bruk",
            "Detta är ett automatiskt lås",
            "Detta är ett klagomål",
            "Autosvaret på er webbplats är fel",
            "Butiken har stängt för gott",
            "Badhuset har stängt för reparation - pengarna tillbaka",
            "Värmen har slutat fungera i lägenheten",
            "Min dotter har slutat på skolan",
            "Begränsad tillgång till vatten",
            "Begränsad möjlighet att parkera vid skolan",
            "Limited access to the beach for wheelchairs",
            "Tomten på Storgatan är ledig",
            "Handläggaren är på semester hela tiden",
            "Min handläggare är inte på kontoret när jag ringer",
            "Rektorn är sjukskriven och ingen svarar",
            "Läraren är frånvarande",
            "Jag är inte nöjd med svaret",
            "Jag är sjuk och behöver hemtjänst",
            "Jag är sjukskriven och behöver försörjningsstöd",
            "Jag är ledig på torsdag, kan vi ses?",
            "Jag är på semester och har fått en p-bot",
            "Jag har slutat betala för maten",
            "Jag har gått en utbildning hos er",
            "Jag finns inte i röstlängden",
            "Jag arbetar inte och behöver bidrag",
            "Sjuk granne behöver hjälp",
            "Sjuk pappa",
            "Sjukfrånvaro på skolan utan vikarier",
            "Frånvaromeddelande till skolan fungerar inte",
            "Svarar inte i telefon",
            "Svarar ej på mina frågor",
            "Ingen på kommunen svarar",
            "Kansliet stängt när jag kom",
            "Expeditionen stängd utan förvarning",
            "Office closed when I came",
            "Kontoret är stängt på lunchen?",
            "Ej tillgänglig för rullstol",
            "Inte tillgänglig toalett i parken",
            "Tillgänglighet för rullstol på badhuset",
            "Otillgänglig busshållplats",
            "Ärendenummer saknas i beslutet",
            "Mitt ärendenummer fungerar inte",
            "Ditt ärendenummer? Jag hittar inget",
            "Denna brevlåda på Storgatan är trasig",
            "Den här brevlådan är full",
            "This mailbox is broken",
            "Mitt barn har registrerats på fel skola",
            "Företaget är registrerat på fel adress",
            "Vatten har kommit in till källaren",
            "Vi har mottagit en faktura som är fel",
            "Vi har fått din faktura två gånger",
            "Vi har fått ditt brev om sophämtning",
            "Har tagit emot er faktura men den är fel",
            "Ett hål har skapats i vägen",
            "Kvittens saknas för inlämnad nyckel",
            "Kvitto på parkering",
            "Vill ha kvitto på att jag har betalat",
            "Kvitto saknas",
            "Bekräftelse på min ansökan saknas",
            "Saknar bekräftelse på mottagen ansökan",
            "Saknar bekräftelse på inkommen överklagan",
            "Fråga om inkommet ärende",
            "Mottagningsbevis saknas",
            "No answer has been received",
            "My payment was received twice",
            "My child has been registered at the wrong school",
            "Wir haben Ihre Rechnung nicht erhalten",
            "Wir haben Ihre Rechnung zweimal bekommen",
            "Hemos recibido una factura equivocada",
            "No hemos recibido respuesta",
            "Non abbiamo ricevuto risposta",
            "Nie otrzymaliśmy decyzji",
            "Nu am primit răspuns",
            "Мы получили отказ",
            "Ваше письмо от 5 мая",
            "Ваш запрос непонятен",
            "Ваша заявка на место в саду",
            "En ole saanut vastausta",
            "En ole tyytyväinen päätökseen",
            "Olen sairas ja tarvitsen apua",
            "Ich bin nicht zufrieden",
            "Ich bin krank und brauche Hilfe",
            "Jeg er ikke fornøyd",
            "Jeg er syg og har brug for hjælp",
            "I am on the waiting list for housing",
            "I'm on parental benefit and need daycare",
            "I am currently looking for a flat",
            "I am away from home and my mother needs care",
            "I'm out of work and need help",
            "Ziek kind naar school",
            "Zwanger en verhuizen naar Zweden",
            "De baja por enfermedad: ayuda",
            "Absent teacher all autumn",
            "Absence note for my son",
            "Unavailable website",
            "Retired and moving to Sweden",
            "Away match parking",
            "On holiday in Sweden - parking",
            "On vacation in Västervik - where is the camping?",
            "Back in April I sent you a form",
            "Back on track with the building permit",
            "Åter 14 dagar utan sophämtning",
            "Åter 3 veckor utan svar",
            "Borta 3 soptunnor på Storgatan",
            "Tillbaka 500 kr",
            "Tillbaka i Sverige efter flytt",
            "Ute på Storgatan är det mörkt",
            "Ute i skärgården hämtas inga sopor",
            "Ledig lägenhet",
            "Lediga tomter",
            "Ledig plats på förskolan",
            "Ledighet beviljas inte",
            "Ledighetsansökan",
            "Semester i Västervik",
            "Semesterbostad och sopor",
            "Slutat få fakturor",
            "Har slutat fungera",
            "På utbildning men får inget bidrag",
            "På resande fot med rullstol",
            "Urlaub mit Hund in Schweden",
            "Urlop rodzicielski a przedszkole",
            "Vacances en Suède",
            "Vacaciones en Suecia",
            "Ferie med børn",
            "Ferie i Västervik",
            "Loma-ajan päivähoito",
            "Lomake ei toimi",
            "Sjukhuset",
            "Sjukresor",
            "Sjuksköterska på skolan",
            "Ticket for parking",
            "Parking ticket",
            "Closed road",
            "Leave of absence from school",
            "Holiday opening hours",
            "Out of order",
            "Out of school care",
            "Received wrong bill",
            "Confirmation",
            "Confirmation of address needed",
            "Krankenhaus",
            "Officin",
            "Ofis açmak istiyorum",
            "Izin belgesi",
            "Nisam dobio odgovor",
            "Nem vagyok elégedett",
            "Nekancelarija",
            "Automatiska dörrar är trasiga",
            "Automatisk dörröppnare",
            "Bekräftelse på placering har inte kommit",
            "Vikarie på förskolan",
            "Deltid på fritids",
            "Adress har upphört att gälla för min far",
            "Ny e-postadress till rektor",
            "Ny mejladress saknas på er hemsida",
            "Avgiften för vatten är mottagen men felaktig",
            "Min ansökan är mottagen",
            "Mitt bygglov är inte registrerat",
            "Vabba för sjukt barn",
            "VAB och skolmat",
            "Expeditionen är aldrig bemannad",
            "Vi har tagit emot er kallelse",
            "Tack för hjälpen med bygglovet",
            "Tack för svaret",
            "Tack för ert svar",
            "Thank you for your reply",
            "Please do not reply with standard text",
            "Do not reply all",
            "Out of the office hours calls are not answered",
            "Stängt bad",
            "Julstängt på fritids?",
            "Sommarstängt dagis - var ska barnen vara",
            "Semesterstängt på förskolan i juli",
            "Kontoret stängt igen",
            "Autosvar får jag bara",
            "Automatsvar från er varje gång",
            "Autosvar på alla mejl jag skickar",
            "Automatisk påminnelse fel",
            "Borta fra skolen",
            "Tjänstledig lärare",
            "Föräldraledig och förskola",
            "Pensionerad lärare vill hjälpa till",
            "Jag har bytt jobb och behöver annan förskoletid",
            "Jag arbetar deltid och behöver omsorg",
            "Jag är föräldraledig, får min son gå kvar?",
            "Inkommen handling till nämnden - begäran",
            "Vänligen kontakta mig",
            "Åter i skolan",
            "Ute på promenad - hund utan koppel",
            "Concediu medical",
            "Ausente del colegio",
            "Assente da scuola",
            "Poissa koulusta",
            "Fravær på skolen",
            "Sykmeldt og trenger hjelp",
            "Frånvaro av svar",
            "Frånvarande lärare i matte",
            "Ledig tid för vigsel",
            "Semester på kortidsboende",
            "Tack för att ni tog hand om mamma",
            "Tack för er insats, men gatan är fortfarande mörk",
            "Kvitto för p-avgift",
            "Bekräftelse på bokning av lokal saknas",
            "Bekräftelse på att jag är skriven i kommunen",
            "Ärende 4711 - när får jag svar",
            "Ärende 4711",
            "Ärende: gatlampa mottaget men inget hänt",
            "Ditt beslut om bygglov",
            "Ert brev om sophämtning",
            "Inkommet ärende från mig i maj",
            "Jag är borta när ni ska läsa av vattnet",
            "Jag är bortrest när slamsugning sker den 7 december",
            "Jag är sjuk den 7 december, inställt möte",
            "Jag är på semester till den 7 december och kan inte svara på remissen",
            "Vi är bortresta och ni har satt upp en skylt",
            "Vi är inte nöjda",
            "Vi har stängt vår verksamhet",
            "Stängt badhus i Gamleby",
            "Badhuset är stängt igen",
            "Biblioteket stängt på lördagar?",
            "Återvinningen stängd",
            "Kundtjänst svarar inte",
            "Ni svarar inte på mejl",
            "Växeln svarar ej",
            "Handläggaren har slutat, vem tar över?",
            "Min kontaktperson har slutat",
            "Min handläggare har gått i pension",
            "Anna Berg svarar inte",
            "Når inte Karin Ek",
            "Karin Ek svarar inte på mejl",
            "Out of date information on your website",
            "Out of order toilet",
            "Away day booking",
            "Holiday home permit",
            "Leave my house alone",
            "Your office closed early",
            "Office is closed but sign says open",
            "Thank you for your help with permit",
            "Request received but no answer",
            "Fine received",
            "Message in a bottle",
            "Received no answer",
            "I received your letter",
            "I have received a fine",
            "I have changed my email address",
            "I have moved",
            "Ny adress",
            "Ändrad adress",
            "Wir sind im Urlaub in Schweden",
            "Abwesenheit vom Unterricht",
            "Krank und ohne Arzt",
            "Reaktion auf Ihr Schreiben",
            "Reaktion på er plan",
            "Reaction to the new plan",
            "Automatisk betalning",
            "Automatisk brandlarm",
            "Automat på stationen trasig",
            "Autogiro",
            "Read this please",
            "Lest mein Schreiben",
            "Lu et approuvé",
            "Delivered to the wrong address",
            "Displayed signs are wrong",
            "Levererat fel soptunna",
            "Barsel og flytting til Sverige",
            "Permisjon fra jobb",
            "Sykmeldt, hva nå",
            "Lomapalkka",
            "Poissaolot koulussa",
            "Kuittaus puuttuu",
            "Kuittaus maksusta",
            "Вопрос об отпуске",
            "نسيت رقم الطلب",
            "سؤال عن إجازة الأمومة",
            "Pytanie o urlop",
            "Urlop w Szwecji",
            "Zwolnienie z opłaty",
            "Zwolnienie lekarskie dziecka",
            "Vacances scolaires",
            "Ferias escolares",
            "Assenze scolastiche",
            "Ziek",
            "Sjukanmälan Elsa 4A",
            "Anmälan om frånvaro",
            "Oanträffbar chef",
            "Otillgänglig hemsida",
            "Begränsad tillgänglighet till stranden",
            "Begränsad framkomlighet",
            "Tillbaka på jobbet efter sjukskrivning - hjälp",
            "Åter till min fråga",
            "Åter igen",
            "Återkommer angående bygglovet",
            "Återkommer med kompletteringar",
            "Återkommer till er på måndag",
            "Jag återkommer med handlingar den 7 december",
            "Komplettering av ärende mottaget 3 maj",
            "Går inte att nå hemtjänsten",
            "Går ej att nå er växel",
            "Kan inte nås av färdtjänsten",
            "Svarar inte på mejl, er rektor",
            "Jobbar inte hissen på torget",
            "Arbetar inte pumpen i Åby",
            "Ny kontaktperson för min mamma",
            "Inte tillgänglig för rullstol",
            "Stängt för trafik på Ågatan",
            "No longer with a school place",
            "Limited email access for my father",
        ] {
            assert!(!says_it_whole(subject), "{subject}");
            assert!(!answers_under_its_own(subject), "{subject}");
        }
    }

    #[test]
    fn a_program_is_known_though_it_answers_no_mail() {
        for subject in [
            "Case created: 00012345",
            "Vi är på plats igen 1/12",
            "Tilbake 7. januar",
            "Vård av barn",
            "Je suis absent jusqu'au 1er décembre",
            "Autoresponder",
            "Kompledig",
            "Denna brevlåda bevakas inte",
            "Jag har gått i pension",
            "Potvrzení o přijetí",
            "Trả lời tự động",
            "Kiitos viestistäsi",
            "On annual leave",
            "Mammaledig",
            "Tack för att du kontaktar oss",
            "Автоматско одговарање",
            "Returning 7 January",
            "Empfangsbestätigung",
            "På semester t.o.m. 7 januari",
            "در مرخصی هستم",
            "This mailbox is no longer monitored",
            "En congé maternité",
            "Tôi đang nghỉ phép",
            "Nicht im Büro",
            "Yhteydenottosi on vastaanotettu",
            "Away from my desk",
            "Niet op kantoor",
            "Ärende #1234 har registrerats",
            "Autosvar - åter måndag",
            "Autosvar från Brf Solen",
            "Auto-reply from Anna Berg",
            "Detta är ett autosvar",
            "Detta är ett automatiskt svar",
            "This is an automated response",
            "Tack för ditt mejl!",
            "Na dovolené",
            "[Support] Request received",
            "Jag har slutat på Kommunbolaget",
            "Otomatik yanıt",
            "خارج المكتب حتى الأحد",
            "En ole paikalla",
            "On PTO until Monday",
            "Support: ärende mottaget",
            "Automaattivastaus",
            "Change of email address",
            "Vi har modtaget din henvendelse",
            "Eingangsbestätigung",
            "De férias",
            "Außer Haus",
            "Ваш запит отримано",
            "Vastaanottokuittaus",
            "Ej i tjänst",
            "أنا في إجازة",
            "Out of the Office: Anna Berg",
            "Kvittering",
            "Otrzymaliśmy Twoje zgłoszenie",
            "Parental leave",
            "Fraværsmeddelelse",
            "Sono assente",
            "Respuesta automática",
            "I have left the company",
            "Отсутствую в офисе",
            "已收到您的邮件",
            "Trevlig sommar - jag är åter 5 augusti",
            "Expeditionen stängd",
            "Ваша заявка принята",
        ] {
            assert!(says_it_whole(subject), "{subject}");
        }
    }

    #[test]
    fn in_an_answer_fewer_words_are_enough() {
        for subject in [
            "Inte anträffbar denna vecka",
            "Går ej att nå denna vecka",
            "Kan ej nås v 48",
            "Otillgänglig 24-28/11",
            "Upptagen på konferens",
            "Jobbar inte onsdagar",
            "Ny kontaktperson",
            "Stängt för inventering",
            "Poissa toimistolta",
            "På ferie uke 48",
            "Jeg er ute av kontoret",
            "Out sick today",
            "Limited email access this week",
            "Annual leave 24 Nov - 5 Dec",
            "No longer with the company",
            "Ausencia de la oficina",
            "Нет на работе",
            "Tatildeyim",
            "在休假",
            "במחוץ למשרד",
            "בחופשה",
            "Auto: Re: Svar på din fråga",
            "[Ticket ID: 4711] Svar på din fråga",
            "Urlaubsmeldung",
            "Nieobecna",
            "Vikarie: Bo Ek",
            "Ny arbetsplats",
            "I möte hela dagen",
            "På resa",
            "Jag befinner mig på resa",
            "Semesterperiod",
            "Stängt v 28-31",
            "Kundtjänst har stängt",
            "Ärende #4711: Svar på din fråga",
            "Mottagen: Svar på din fråga",
            "Automatisk kvittens",
            "Acknowledgement",
            "Auto acknowledgement",
            "Automated email",
            "Automatisk kvittering",
            "Elternzeit bis März",
            "Mutterschutz",
            "Betriebsferien",
            "Congés annuels",
            "Congé parental",
            "Bureau fermé",
            "Ufficio chiuso",
            "Zwangerschapsverlof",
            "Gesloten",
            "Távollét",
            "Esu atostogose",
            "Na godišnjem odmoru",
            "Na dopustu",
            "Больничный",
            "На лікарняному",
            "Jam me pushime",
            "Cuti tahunan",
        ] {
            assert!(answers_under_its_own(subject), "{subject}");
        }
    }
}
