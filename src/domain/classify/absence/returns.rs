//! «Åter 7 januari», «Borta till den 7 januari», «Back on Monday»: a word that says that its writer
//! is not there, and right behind it a day.

/// Words of an absence that many sentences begin with, folded.
const BEGINNINGS: [&str; 22] = [
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
];

/// Words between them and the day.
const BETWEEN: [&str; 24] = [
    "i", "den", "på", "till", "tom", "t.o.m", "t.o.m.", "med", "och", "fr.o.m.", "from", "från",
    "efter", "igen", "vecka", "v", "v.", "jobbet", "on", "until", "in", "am", "ab", "le",
];

/// How the name of a day, a week or a time begins.
const TIMES: [&str; 28] = [
    "mån",
    "tisdag",
    "onsdag",
    "torsdag",
    "fredag",
    "lördag",
    "söndag",
    "morgon",
    "eftermiddag",
    "nästa",
    "helgen",
    "semestern",
    "nyår",
    "jul",
    "januari",
    "februari",
    "mars",
    "april",
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

fn is_time(rest: &str) -> bool {
    let mut words = rest.split_whitespace();
    let next = words.find(|word| !BETWEEN.contains(word));
    next.is_some_and(|word| {
        let word = word.trim_start_matches(['(', 'v']);
        word.starts_with(|c: char| c.is_ascii_digit())
            || TIMES.iter().any(|time| word.starts_with(time))
    })
}
