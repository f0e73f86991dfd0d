//! «Åter 7 januari», «Borta till den 7 januari», «Back on Monday»: a word that says that its writer
//! is not there, and right behind it a day.

/// Words of an absence that many sentences begin with, folded.
const BEGINNINGS: &[&str] = &[
    "åter",
    "är åter",
    "jag är åter",
    "vi är åter",
    "tillbaka",
    "är tillbaka",
    "jag är tillbaka",
    "borta",
    "är borta",
    "ute",
    "återkommer",
    "jag återkommer",
    "back",
    "i am back",
    "i'm back",
    "returning",
    "tilbake",
    "tilbage",
    "palaan",
    "zurück",
    "wieder da",
    "de retour",
    "will be back",
    "i will be back",
    "we will be back",
    "we are back",
    "på plats igen",
    "är på plats igen",
    "jag är på plats igen",
    "vi är på plats igen",
];

/// Words between them and the day, and behind it.
const BETWEEN: &[&str] = &[
    "i",
    "den",
    "på",
    "till",
    "til",
    "tom",
    "t.o.m",
    "t.o.m.",
    "med",
    "och",
    "fr.o.m.",
    "from",
    "från",
    "fram",
    "efter",
    "igen",
    "vecka",
    "v",
    "v.",
    "jobbet",
    "kontoret",
    "tjänst",
    "senast",
    "kl",
    "on",
    "until",
    "to",
    "the",
    "of",
    "after",
    "in",
    "am",
    "ab",
    "bis",
    "zum",
    "vom",
    "le",
    "du",
    "jusqu'au",
    "hasta",
    "al",
    "el",
    "de",
    "do",
    "от",
    "до",
    "asti",
    "og",
    "next",
    "office",
    "at",
    "förskola",
    "kuni",
    "līdz",
    "här",
    "week",
    "uke",
    "uge",
    "woche",
    "-",
    "–",
];

/// How the name of a day, a week or a time begins.
const TIMES: &[&str] = &[
    "mån",
    "tisdag",
    "onsdag",
    "torsdag",
    "fredag",
    "lördag",
    "söndag",
    "morgon",
    "imorgon",
    "idag",
    "eftermiddag",
    "nästa",
    "helgen",
    "veckan",
    "semestern",
    "nyår",
    "jul",
    "januar",
    "februar",
    "mars",
    "april",
    "maj",
    "juni",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "january",
    "march",
    "october",
    "tomorrow",
    "janvier",
    "enero",
    "декабря",
    "marts",
    "märz",
    "grudnia",
    "stycznia",
    "jaanuar",
    "janvār",
    "ledna",
    "décembre",
    "jan",
    "feb",
    "aug",
    "sep",
    "okt",
    "oct",
    "nov",
    "dec",
    "today",
    "denna",
    "this",
    "diese",
    "heute",
];

/// Words of the longest subject that says so, and nothing else.
const MAX_WORDS: usize = 8;

/// Whether a folded subject is one of them.
pub fn tells_when(lower: &str) -> bool {
    let behind = |beginning: &&str| {
        lower
            .strip_prefix(*beginning)
            .and_then(|rest| rest.strip_prefix([' ', ',', ':']))
    };
    lower.split(' ').count() <= MAX_WORDS && BEGINNINGS.iter().filter_map(behind).any(is_time)
}

/// Whether what stands behind a greeting is one: «Trevlig sommar - jag är åter 5 augusti».
pub fn tells_when_behind(lower: &str) -> bool {
    [" - ", " – ", "! ", ". ", ", "]
        .iter()
        .filter_map(|mark| lower.split_once(mark))
        .any(|(_, rest)| tells_when(rest))
}

/// Whether these words name a time, and nothing else: «Åter 14 dagar utan sophämtning» does not.
pub fn is_time(rest: &str) -> bool {
    let mut words = rest
        .split([' ', ','])
        .map(|word| word.trim_matches(['(', ')', '.', '!']))
        .filter(|word| !word.is_empty());
    let is_day = |word: &str| {
        word.trim_start_matches('v')
            .starts_with(|c: char| c.is_ascii_digit())
            || word == "dag"
            || TIMES.iter().any(|time| word.starts_with(time))
    };
    let mut named = false;
    words.all(|word| {
        let is_day = is_day(word);
        named |= is_day;
        is_day || BETWEEN.contains(&word)
    }) && named
}
