//! One word that is two days: `4/12–6/12`, `4–6/12`, `30 nov–4 dec`, `2026-12-04/2026-12-06`.

/// Between the first day and the last.
pub(super) const DASHES: [char; 4] = ['-', '–', '—', '\u{2212}'];

/// The words that a word is which joins two days: the second begins with the dash. `month`: the
/// word behind it.
pub(super) fn two_days(raw: &str, month: Option<&str>) -> Option<Vec<String>> {
    raw.char_indices()
        .filter(|(_, c)| DASHES.contains(c) || *c == '/')
        .find_map(|(at, dash)| {
            let (first, second) = (&raw[..at], &raw[at + dash.len_utf8()..]);
            if is_whole(first, second) {
                return Some(vec![first.to_owned(), format!("-{second}")]);
            }
            (dash != '/').then(|| with_month(first, second, month))?
        })
}

/// Each has its own month; that of the first may stand before the dash, as in `30 nov–4 dec`.
fn is_whole(first: &str, second: &str) -> bool {
    is_iso(first) && is_iso(second)
        || month_in(first).is_some() && month_in(second).is_some()
        || is_name(first) && is_day(second)
}

/// The first has the month of the second, or that of the word behind.
fn with_month(first: &str, second: &str, month: Option<&str>) -> Option<Vec<String>> {
    if !is_day(first) {
        return None;
    }
    let last = format!("-{second}");
    match (month_in(second), month.filter(|_| is_day(second))) {
        (Some(month), _) => Some(vec![format!("{first}/{month}"), last]),
        (None, Some(month)) => Some(vec![first.to_owned(), month.to_owned(), last]),
        (None, None) => None,
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(char::is_alphabetic)
}

/// One or two digits.
fn is_day(text: &str) -> bool {
    (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// The month of `4/12`.
fn month_in(text: &str) -> Option<&str> {
    let (day, month) = text.split_once('/')?;
    (is_day(day) && is_day(month)).then_some(month)
}

fn is_iso(text: &str) -> bool {
    text.len() == 10 && text.parse::<chrono::NaiveDate>().is_ok()
}
