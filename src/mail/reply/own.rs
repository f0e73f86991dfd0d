//! Lines of a reply: which are the writer's own. What programs put around a quotation, in Swedish,
//! English and their neighbours' languages, is known by its shape.

/// Lines of a text that are looked at.
const MAX_LINES: usize = 2_000;

/// Lines that the words above a quotation may take when they are broken.
const MAX_ATTRIBUTION: usize = 3;

/// Fields of the header block that Outlook puts above the answered mail, without the colon and the
/// blank before it.
const FIRST_FIELDS: [&str; 8] = ["från", "from", "fra", "lähettäjä", "von", "de", "od", "van"];
const NEXT_FIELDS: [&str; 30] = [
    "skickat",
    "sent",
    "datum",
    "date",
    "till",
    "to",
    "ämne",
    "subject",
    "sendt",
    "dato",
    "kopia",
    "cc",
    "til",
    "emne",
    "lähetetty",
    "päivämäärä",
    "vastaanottaja",
    "aihe",
    "gesendet",
    "an",
    "betreff",
    "envoyé",
    "à",
    "objet",
    "wysłano",
    "wysłane",
    "do",
    "temat",
    "data",
    "verzonden",
];

/// The words between dashes above an answered or forwarded mail.
const DIVIDERS: [&str; 17] = [
    "ursprungligt meddelande",
    "original message",
    "originalmeddelande",
    "opprinnelig melding",
    "oprindelig meddelelse",
    "original meddelelse",
    "vidarebefordrat meddelande",
    "vidarebefordrat brev",
    "forwarded message",
    "begin forwarded message",
    "ursprüngliche nachricht",
    "originalnachricht",
    "message d'origine",
    "message d’origine",
    "oryginalna wiadomość",
    "wiadomość oryginalna",
    "alkuperäinen viesti",
];

/// With what programs and telephones sign on their own.
const MOBILE: [&str; 22] = [
    "skickat från",
    "skickad från",
    "skickades från",
    "sent from",
    "hämta outlook",
    "get outlook",
    "skaffa outlook",
    "skickat med",
    "sendt fra",
    "sendt via",
    "sent with",
    "sent via",
    "hent outlook",
    "von meinem",
    "gesendet von",
    "outlook für",
    "envoyé de",
    "envoyé depuis",
    "wysłane z",
    "wysłano z",
    "lähetetty",
    "hanki outlook",
];

/// Words of such a signature.
const MAX_MOBILE_WORDS: usize = 12;

/// What a program writes into the plain part of a mail that is HTML.
const STUBS: [&str; 2] = ["visas inte korrekt", "cannot be displayed"];

/// Words of a stub: more is a text that speaks of HTML.
const MAX_STUB_WORDS: usize = 25;

/// Whether the own words are nothing but a program's note that the text is in another part.
pub(super) fn is_stub(words: &str) -> bool {
    let folded = words.to_lowercase();
    let mut single = folded.split(|c: char| !c.is_alphanumeric());
    words.split_whitespace().count() <= MAX_STUB_WORDS
        && (single.any(|word| ["html", "mime"].contains(&word))
            || STUBS.iter().any(|stub| folded.contains(stub)))
}

/// The writer's own lines, trimmed of blank ones before and after.
pub(super) fn words(text: &str) -> String {
    let lines: Vec<&str> = text.lines().take(MAX_LINES).collect();
    let mut own: Vec<&str> = Vec::new();
    let mut signature = false;
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        if is_groupwise(line) {
            break;
        } else if is_quoted(line) {
            signature = false;
        } else if is_divider(line) || is_header_block(&lines[at..]) {
            break;
        } else if let Some(length) = words_above(&lines[at..]) {
            at += length;
            signature = false;
            if goes_on_quoted(&lines[at..]) {
                continue;
            }
            // The quotation has no marks: nothing below can be separated from it.
            break;
        } else if matches!(line.trim_end(), "--" | "\u{2014}") {
            signature = true;
        } else if !signature && !is_mobile_signature(line) && !is_rule(line) {
            own.push(line.trim_end());
        }
        at += 1;
    }
    own.join("\n").trim().to_owned()
}

fn is_quoted(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

/// `>>> Kansliet <kf@example.se> 2026-11-24 08:05 >>>`: the text below has no marks.
fn is_groupwise(line: &str) -> bool {
    let line = line.trim();
    line.len() > 8 && line.starts_with(">>> ") && line.ends_with(" >>>")
}

/// A line without case and without the marks of bold that plain text gets of HTML.
fn plain(line: &str) -> String {
    line.trim()
        .trim_start_matches(['*', '_', ' ', '\u{a0}'])
        .replace('*', "")
        .to_lowercase()
}

fn is_divider(line: &str) -> bool {
    let inner = line.trim();
    let dashed = inner.starts_with("--") || inner.starts_with("__") || inner.starts_with("==");
    let words = plain(inner.trim_matches(['-', '_', '=', ' ', ':']));
    DIVIDERS.iter().any(|divider| words == *divider) && (dashed || words.starts_with("begin"))
}

/// `Från: …`, and one of the other fields within the next lines.
fn is_header_block(lines: &[&str]) -> bool {
    let is = |line: &str, fields: &[&str]| {
        plain(line)
            .split_once(':')
            .is_some_and(|(name, _)| fields.contains(&name.trim_end()))
    };
    let next = lines
        .iter()
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .take(3);
    lines.first().is_some_and(|first| is(first, &FIRST_FIELDS))
        && next.into_iter().any(|line| is(line, &NEXT_FIELDS))
}

/// How many lines the words above a quotation take, when they begin here.
fn words_above(lines: &[&str]) -> Option<usize> {
    attribution(lines).or_else(|| introduction(lines))
}

/// Whether the next line with words is marked as quoted.
fn goes_on_quoted(lines: &[&str]) -> bool {
    let mut with_words = lines.iter().filter(|line| !line.trim().is_empty());
    with_words.next().is_some_and(|next| is_quoted(next))
}

/// How many lines `Den … skrev …:`, `On … wrote:` takes, when that is what begins here.
fn attribution(lines: &[&str]) -> Option<usize> {
    let mut joined = String::new();
    for (at, line) in lines.iter().take(MAX_ATTRIBUTION).enumerate() {
        let line = plain(line);
        if line.is_empty() || is_quoted(&line) {
            return None;
        }
        // Own words may come above it without a blank line between.
        if at > 0 && opens_attribution(&line) && attribution(&lines[at..]).is_some() {
            return None;
        }
        if at > 0 {
            joined.push(' ');
        }
        joined.push_str(&line);
        if joined.ends_with(':') {
            return is_attribution(&joined).then_some(at + 1);
        }
        // GroupWise puts its words between marks, other programs leave out the colon before a
        // quotation.
        let is_quoted_next = lines.get(at + 1).is_some_and(|next| is_quoted(next));
        if is_quoted_next && opens_attribution(&joined) && is_attribution(&joined) {
            return Some(at + 1);
        }
        if at == 0 && !opens_attribution(&joined) {
            return None;
        }
    }
    None
}

/// The same in any other language: a line with a day and a time right above a quotation, which may
/// be broken before the address.
fn introduction(lines: &[&str]) -> Option<usize> {
    let (first, below) = lines.split_first()?;
    let second = below.first().filter(|next| next.starts_with('<'));
    let (words, length) = match second {
        Some(second) => (format!("{first} {second}"), 2),
        None => ((*first).to_owned(), 1),
    };
    let names_its_writer = words.contains('<') && words.contains('@');
    let introduces = (words.trim_end().ends_with(':') || names_its_writer) && tells_when(&words);
    (introduces && goes_on_quoted(&lines[length..])).then_some(length)
}

/// With what such words begin where they are broken over lines: an article or preposition, or the
/// short name of a day.
const OPENINGS: [&str; 40] = [
    "den ",
    "on ",
    "at ",
    "in article",
    "quoting ",
    "* ",
    "citerar ",
    "am ",
    "le ",
    "w dniu ",
    "dnia ",
    "dne ",
    "dňa ",
    "op ",
    "el ",
    "il ",
    "em ",
    "d. ",
    "måndag",
    "tisdag",
    "onsdag",
    "torsdag",
    "fredag",
    "lördag",
    "söndag",
    "mån",
    "tis",
    "ons",
    "tor",
    "fre",
    "lör",
    "sön",
    "ma ",
    "ti ",
    "ke ",
    "to ",
    "pe ",
    "la ",
    "su ",
    "wiadomość",
];

/// Names of days before a comma or a full stop, in Polish, Danish, Norwegian, German and English.
const DAYS: [&str; 24] = [
    "pon", "wt", "śr", "czw", "pt", "sob", "niedz", "man", "tir", "tirs", "tors", "lør", "søn",
    "mo", "di", "mi", "do", "fr", "sa", "so", "mon", "tue", "wed", "thu",
];

fn opens_attribution(line: &str) -> bool {
    let day = line
        .split_once([',', '.'])
        .is_some_and(|(day, _)| DAYS.contains(&day));
    // `24 nov. 2026 kl. 08:05 skrev …`, and not the number of a list.
    let date = line.starts_with(|c: char| c.is_ascii_digit())
        && line
            .split_whitespace()
            .next()
            .is_some_and(|first| !first.ends_with(')') && first != "1." && first != "2.");
    day || date || OPENINGS.iter().any(|opening| line.starts_with(opening))
}

/// Words that say that a person wrote.
const WROTE: [&str; 31] = [
    "skrev",
    "wrote",
    "writes",
    "skriver",
    "kirjoitti",
    "schrieb",
    "schreibt",
    "écrit",
    "ecrit",
    "pisze",
    "napisał",
    "napisała",
    "napisał(a)",
    "napisał/a",
    "napisana",
    "schreef",
    "escribió",
    "scritto",
    "escreveu",
    "skreiv",
    "scrisse",
    "пишет",
    "написал",
    "написала",
    "писал(а)",
    "написав",
    "пише",
    "napsal",
    "napsala",
    "napsal(a)",
    "napísal(a)",
];

/// Numbers of a day and a time: day, month, year, hour, minute.
const NUMBERS_OF_A_MOMENT: usize = 5;

/// The same where the month is a word: then an address has to stand there too.
const NUMBERS_WITH_A_MONTH: usize = 4;

/// A day with its year and the time of day, in any language.
fn tells_when(line: &str) -> bool {
    let numbers = line.split(|c: char| !c.is_numeric());
    let short = |number: &&str| matches!(number.chars().count(), 1 | 2 | 4);
    let count = numbers.filter(short).count();
    let has_address = line.contains('@');
    count >= NUMBERS_OF_A_MOMENT || has_address && count >= NUMBERS_WITH_A_MONTH
}

fn is_attribution(line: &str) -> bool {
    let words: Vec<&str> = line
        .trim_end_matches([':', ' ', '\u{a0}'])
        .split_whitespace()
        .map(|word| word.trim_matches([',', ':']))
        .collect();
    let has_digit = line.bytes().any(|b| b.is_ascii_digit());
    let has_address = line.contains('@');
    words.iter().any(|word| WROTE.contains(word))
        && (has_digit || has_address || words.last().is_some_and(|w| WROTE.contains(w)))
        || (line.starts_with("citerar ") || line.starts_with("quoting ")) && words.len() > 1
}

/// The rule that Outlook draws above what it quotes.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() > 9 && line.bytes().all(|b| matches!(b, b'_' | b'-' | b'='))
}

fn is_mobile_signature(line: &str) -> bool {
    let line = plain(line);
    MOBILE.iter().any(|start| line.starts_with(start))
        && line.split_whitespace().count() <= MAX_MOBILE_WORDS
}

/// Soft line ends taken out: a line that ends with a blank goes on in the next one of the same
/// depth of quotation.
pub(super) fn unflowed(text: &str, delete_space: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let depth = line.len() - line.trim_start_matches('>').len();
        let content = &line[depth..];
        // RFC 3676 §4.4: a blank in front was stuffed in.
        let content = content.strip_prefix(' ').unwrap_or(content);
        if open != Some(depth) {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(&line[..depth]);
            if depth > 0 {
                out.push(' ');
            }
        }
        let soft = content.ends_with(' ') && content != "-- ";
        out.push_str(if soft && delete_space {
            &content[..content.len() - 1]
        } else {
            content
        });
        open = soft.then_some(depth);
    }
    out
}
