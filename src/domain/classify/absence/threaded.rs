//! A reply that keeps neither a prefix nor the subject that it answers: programs write so, and a
//! person who begins another matter. Words that would say too little elsewhere say enough there to
//! withhold the notice.

use super::whole;

/// Stems that begin a word, folded. «Tack!» alone is a person's.
pub(super) const STEMS: &[&str] = &[
    "semester",
    "tjänstledig",
    "föräldraledig",
    "barnledig",
    "frånvar",
    "sjukfrånvar",
    "sjukskriv",
    "bortrest",
    "pensionerad",
    "återkommer",
    "anträffbar",
    "oanträffbar",
    "autosvar",
    "ärendebekräftelse",
    "mottagningsb",
    "kvittens",
    "autokvittens",
    "julstängt",
    "sommarstängt",
    "semesterstängt",
    "kompled",
    "utlandsresa",
    "fravær",
    "bortreist",
    "bekreftelse",
    "bekræftelse",
    "kvittering",
    "barsel",
    "sykmeldt",
    "sygemeldt",
    "utilgjengelig",
    "poissa",
    "vuosiloma",
    "kuittaus",
    "vastaanot",
    "äitiyslom",
    "isyyslom",
    "vanhempainvapa",
    "sairasloma",
    "sairauslom",
    "opintovapa",
    "virkamatka",
    "tavoitett",
    "vacation",
    "absence",
    "ooo",
    "automatic",
    "automated",
    "autoreply",
    "acknowledg",
    "unavailable",
    "travelling",
    "traveling",
    "sabbatical",
    "urlaub",
    "abwesen",
    "abwesend",
    "eingangsbest",
    "empfangsbest",
    "elternzeit",
    "mutterschutz",
    "erreichbar",
    "dienstreise",
    "betriebsferien",
    "ausencia",
    "ausente",
    "assenza",
    "assente",
    "afwezig",
    "ontvangstbe",
    "congedo",
    "déplacement",
    "zwangerschap",
    "ausência",
    "nieobecn",
    "potwierdzen",
    "dovolen",
    "nepřítom",
    "odsut",
    "godišnj",
    "dopust",
    "puhkus",
    "atvaļinājum",
    "prombūtn",
    "atostog",
    "szabads",
    "távol",
    "odsot",
    "отпуск",
    "відпуст",
    "отсутств",
    "відсутн",
    "автоответ",
    "автовідп",
    "подтвержд",
    "больничн",
    "командировк",
    "одсут",
    "лікарнян",
    "απουσ",
    "άδεια",
    "إجاز",
    "غائب",
    "عطلة",
    "استلام",
    "חופש",
    "מחוץ",
    "مرخصی",
    "pushim",
    "fasax",
    "maqan",
    "i̇zin",
    "vắng",
    "krankg",
    "krankh",
    "lomalla",
    "lomail",
    "otillgänglig",
    "tatil",
    "休假",
    "在休假",
    "休暇",
    "不在",
    "휴가",
    "במחוץ",
    "בחופש",
];

/// Words that say it, and not as the beginning of a longer one: «Sjukhuset».
pub(super) const WHOLE: &[&str] = &[
    "absent",
    "away",
    "bekräftelse",
    "borte",
    "cerrado",
    "chiuso",
    "closed",
    "concedi",
    "congé",
    "congés",
    "cuti",
    "delegacj",
    "deltid",
    "ferie",
    "fermé",
    "frí",
    "férias",
    "geschlossen",
    "gesloten",
    "holiday",
    "izin",
    "kompledig",
    "krank",
    "leave",
    "ledig",
    "licença",
    "loma",
    "mottagen",
    "mottaget",
    "orlov",
    "permisjon",
    "retired",
    "sjuk",
    "stängt",
    "upptagen",
    "urlop",
    "vab",
    "vabbar",
    "vacaciones",
    "vacances",
    "vakantie",
    "verlof",
    "vikarie",
    "zwolnieni",
];

/// And of several words.
pub(super) const TWO: &[&str] = &[
    "i pension",
    "i möte",
    "bytt jobb",
    "bytt arbetsplats",
    "ny arbetsplats",
    "bevakas inte",
    "inte bevakad",
    "läses inte",
    "på kurs",
    "på konferens",
    "på utbildning",
    "på resa",
    "no-reply",
    "left the company",
    "ausser haus",
    "mimo kancel",
    "out of office",
    "out of the office",
    "begränsad tillgänglighet",
    "begränsad tillgång",
    "ny e-postadress",
    "ny mejladress",
    "ny mailadress",
    "new email address",
    "new e-mail address",
    "bytt e-postadress",
    "nisam u",
    "går ej att nå",
    "går inte att nå",
    "kan ej nås",
    "kan inte nås",
    "nås ej",
    "nås inte",
    "jobbar inte",
    "jobbar ej",
    "arbetar inte",
    "arbetar ej",
    "inte tillgänglig",
    "ej tillgänglig",
    "ny kontaktperson",
    "ute av kontoret",
    "er ute av kontoret",
    "ude af kontoret",
    "er ude af kontoret",
    "out sick",
    "ausencia de la oficina",
    "limited email access",
    "limited e-mail access",
    "limited access to email",
    "no longer with",
    "нет на работе",
    "не на работе",
];

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

/// Whether a clause has one of them, of its writer, and says nothing else with it.
pub fn has_stem(subject: &str) -> bool {
    let is_headed = subject
        .split_once(':')
        .is_some_and(|(head, _)| head.trim().eq_ignore_ascii_case("auto"));
    is_headed
        || !subject.ends_with('?')
            && !whole::asks(subject)
            && whole::clauses(subject)
                .iter()
                .any(|clause| whole::is_said(clause, by_stem))
}

fn by_stem(here: &str) -> bool {
    let word = here.split([' ', ',', '/', '-', '.']).next().unwrap_or(here);
    let behind = &here[word.len()..];
    (WHOLE.contains(&word) || STEMS.iter().any(|stem| word.starts_with(stem)))
        && whole::is_over(behind)
        || TWO
            .iter()
            .any(|words| here.strip_prefix(words).is_some_and(whole::is_over))
}

/// «[Ticket ID: 4711]», «(Ärende 4711)», «Ärende #4711: »: a program's number for the matter, before
/// its subject.
pub fn has_a_number(lower: &str) -> bool {
    let lower = lower.trim_start();
    let inner = match lower.strip_prefix(['[', '(', '#']) {
        Some(tag) => tag.split([']', ')']).next(),
        None => lower.split_once(':').map(|(head, _)| head),
    };
    inner.is_some_and(|inner| {
        ["ticket", "ärende", "case", "sak", "request", "incident"]
            .iter()
            .any(|name| inner.starts_with(name))
            && inner.contains(|c: char| c.is_ascii_digit())
    })
}
