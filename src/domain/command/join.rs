//! Words that people part and that are one, and the reverse: `SL 2026-00042`, `4 / 12`, `t o m`,
//! `SL-41/SL-42`.

use super::token::is_around;

/// Between references that stick to each other.
const BETWEEN: [char; 5] = ['/', '+', '&', ',', ';'];

/// Digits of a reference's number, as our mails write it.
const NUMBER: usize = 5;

/// Abbreviations of three words, and how they are read.
const SHORT: [([&str; 3], &str); 2] = [(["t", "o", "m"], "tom"), (["fr", "o", "m"], "from")];

/// The words of a line, one blank between them.
pub(super) fn joined(text: &str) -> String {
    let parted: Vec<String> = text.split_whitespace().flat_map(references).collect();
    let words: Vec<&str> = parted.iter().map(String::as_str).collect();
    let mut out: Vec<String> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let (word, taken) = next(&words[at..]);
        out.push(word);
        at += taken;
    }
    out.join(" ")
}

/// The word with which these begin, and how many it was.
fn next(words: &[&str]) -> (String, usize) {
    let (first, second) = (words[0], words.get(1).copied().unwrap_or_default());
    if let Some(short) = abbreviation(words) {
        return (short.to_owned(), 3);
    }
    if goes_on(first, second) {
        return (format!("{first}-{second}"), 2);
    }
    let third = words.get(2).copied().unwrap_or_default();
    if is_short_number(first) && second == "/" && is_short_number(end(third)) {
        return (format!("{first}/{third}"), 3);
    }
    let month = second.strip_prefix('/').unwrap_or_default();
    if is_short_number(first) && is_short_number(end(month)) {
        return (format!("{first}{second}"), 2);
    }
    (first.to_owned(), 1)
}

fn abbreviation(words: &[&str]) -> Option<&'static str> {
    let is = |short: &[&str; 3]| {
        words.len() > 3
            && short
                .iter()
                .zip(words)
                .all(|(part, word)| word.trim_end_matches('.').eq_ignore_ascii_case(part))
    };
    let (_, read) = SHORT.iter().find(|(short, _)| is(short))?;
    Some(read)
}

/// `SL 42`, `SL 2026-00042`, `SL-2026 00042`: the second word is the rest of the reference.
fn goes_on(first: &str, second: &str) -> bool {
    let begun = first.trim_start_matches(is_around).to_ascii_lowercase();
    let rest = second.trim_end_matches(is_around);
    let own_number = || is_digits(rest) && (!rest.starts_with('0') || rest.len() == NUMBER);
    let with_year = || {
        rest.split_once('-')
            .is_some_and(|(year, number)| is_year(year) && is_digits(number))
    };
    match begun.split_once('-') {
        None => begun == "sl" && (own_number() || with_year()),
        Some((prefix, year)) => {
            prefix == "sl" && is_year(year) && is_digits(rest) && rest.len() == NUMBER
        }
    }
}

/// A word, parted where one reference sticks to the next, and `SL2026-00042` with its dash.
fn references(word: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut begins = 0;
    for (at, mark) in word.match_indices(BETWEEN) {
        let next = at + mark.len();
        let behind = word[next..].trim_start_matches(['[', '(']);
        let ends_reference = |c: char| c.is_ascii_digit() || c == ']' || c == ')';
        let is_joint = word[..at].ends_with(ends_reference) && begins_reference(behind);
        if is_joint && at > begins {
            parts.push(with_dash(&word[begins..at]));
            begins = next;
        }
    }
    parts.push(with_dash(&word[begins..]));
    parts
}

fn begins_reference(text: &str) -> bool {
    text.get(..2)
        .is_some_and(|sl| sl.eq_ignore_ascii_case("sl"))
        && text[2..]
            .trim_start_matches('-')
            .starts_with(|c: char| c.is_ascii_digit())
}

fn with_dash(word: &str) -> String {
    let at = word.len() - word.trim_start_matches(is_around).len();
    let core = &word[at..];
    if begins_reference(core) && !core[2..].starts_with('-') {
        format!("{}-{}", &word[..at + 2], &core[2..])
    } else {
        word.to_owned()
    }
}

fn end(word: &str) -> &str {
    word.trim_end_matches(['.', ',', ':', ';', '!', ')'])
}

fn is_short_number(text: &str) -> bool {
    text.len() <= 2 && is_digits(text)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && is_digits(text) && text.starts_with("20")
}
