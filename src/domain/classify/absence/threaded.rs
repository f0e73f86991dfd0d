//! A reply that keeps neither a prefix nor the subject that it answers: programs write so, and a
//! person who begins another matter. Words that would say too little elsewhere say enough there to
//! withhold the notice.

/// Stems that begin a word, folded. «Tack!» alone is a person's.
pub(super) const STEMS: &[&str] = &[
    // sv
    "semester",
    "ledig",
    "tjänstledig",
    "föräldraledig",
    "barnledig",
    "frånvar",
    "sjukfrånvar",
    "sjukskriv",
    "bortrest",
    "pensionerad",
    "i pension",
    "slutat",
    "återkommer",
    "anträffbar",
    "oanträffbar",
    "automatisk",
    "autosvar",
    "bekräftelse",
    "ärendebekräftelse",
    "mottagningsb",
    "kvitto",
    "kvittens",
    "autokvittens",
    "mottaget",
    "mottagen",
    "stängt",
    "julstängt",
    "sommarstängt",
    "semesterstängt",
    "e-postadress",
    "mejladress",
    "mailadress",
    "tillgänglighet",
    "ärendenummer",
    "ärendenr",
    "upptagen",
    "i möte",
    "vikarie",
    "deltid",
    "kompled",
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
    "utlandsresa",
    "sjuk",
    "vab",
    "vabbar",
    // no, da, is
    "ferie",
    "fravær",
    "permisjon",
    "bortreist",
    "bekreftelse",
    "bekræftelse",
    "kvittering",
    "barsel",
    "orlov",
    "sykmeldt",
    "sygemeldt",
    "borte",
    "utilgjengelig",
    "frí",
    // fi
    "poissa",
    "loma",
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
    // en
    "vacation",
    "holiday",
    "leave",
    "absence",
    "absent",
    "away",
    "ooo",
    "automatic",
    "automated",
    "autoreply",
    "acknowledg",
    "confirmation",
    "received",
    "unavailable",
    "no-reply",
    "ticket",
    "closed",
    "travelling",
    "traveling",
    "left the company",
    "out of",
    "sabbatical",
    "retired",
    // de
    "urlaub",
    "abwesen",
    "abwesend",
    "eingangsbest",
    "empfangsbest",
    "ausser haus",
    "elternzeit",
    "mutterschutz",
    "erreichbar",
    "dienstreise",
    "krank",
    "betriebsferien",
    "geschlossen",
    // fr, es, pt, it, nl
    "congé",
    "vacances",
    "vacaciones",
    "ausencia",
    "ausente",
    "férias",
    "assenza",
    "assente",
    "ferie",
    "afwezig",
    "vakantie",
    "verlof",
    "ontvangstbe",
    "congedo",
    "licença",
    "déplacement",
    "fermé",
    "cerrado",
    "chiuso",
    "gesloten",
    "zwangerschap",
    "ausência",
    // pl, cs, sk, hr, sr, sl, et, lv, lt, hu
    "urlop",
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
    "zwolnieni",
    "delegacj",
    "nisam",
    "kancelar",
    "concedi",
    "odsot",
    "mimo kancel",
    "nem vagyok",
    // ru, uk, bg
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
    // el, ar, he, fa
    "απουσ",
    "άδεια",
    "γραφείου",
    "إجاز",
    "غائب",
    "عطلة",
    "استلام",
    "חופש",
    "מחוץ",
    "مرخصی",
    // sq, so, tr, vi, id
    "pushim",
    "fasax",
    "maqan",
    "izin",
    "i̇zin",
    "ofis",
    "vắng",
    "cuti",
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
    let ends = |list: &[&str]| list.iter().any(|end| word.ends_with(end));
    word.chars().all(char::is_alphabetic) && ends(&ENDS) && !ends(&OTHER_ENDS)
}

/// Words of the longest subject that they decide: a longer one says something else.
const MAX_WORDS: usize = 8;

/// Whether a folded subject has one of them.
pub fn has_stem(lower: &str) -> bool {
    let words = || lower.split([' ', '(', '[', '"', '”', ',', '/', ':', '.', '*', '-']);
    !lower.ends_with('?')
        && lower.split(' ').count() <= MAX_WORDS
        && (STEMS
            .iter()
            .any(|stem| words().any(|word| word.starts_with(stem)) || begins(lower, stem))
            || words().any(is_one_word))
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

/// A stem of two words, or with a mark of its own.
fn begins(lower: &str, stem: &str) -> bool {
    stem.contains([' ', '-']) && lower.contains(stem)
}
