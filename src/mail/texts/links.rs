//! The links of a mail: only addresses that the municipality itself has written in its
//! configuration, and nothing that came from outside. A web address in a citizen's subject stays
//! text: a mail of ours must not lend it our name.

use serde_json::Value;

/// Fields of the facts that hold the municipality's own telephone numbers and addresses.
const OWN: [&str; 4] = ["complaints", "email", "phone", "privacy_url"];

/// Fewest digits of a telephone number that can be called from anywhere: 112 and room numbers are
/// not linked.
const MIN_DIGITS: usize = 6;

/// Strings as they are in a text, each with where it leads; the longest first.
#[derive(Debug, Default)]
pub(super) struct Links(Vec<(String, String)>);

impl Links {
    pub(super) fn of(facts: &Value) -> Self {
        let mut links = Self::default();
        links.walk(facts);
        links
            .0
            .sort_by(|(a, _), (b, _)| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        links.0.dedup();
        links
    }

    fn walk(&mut self, facts: &Value) {
        match facts {
            Value::Object(fields) => {
                for (name, value) in fields {
                    match value.as_str() {
                        Some(text) if OWN.contains(&name.as_str()) => self.find(text),
                        _ => self.walk(value),
                    }
                }
            }
            Value::Array(values) => values.iter().for_each(|value| self.walk(value)),
            _ => {}
        }
    }

    /// Web and mail addresses and telephone numbers in the municipality's words.
    fn find(&mut self, text: &str) {
        for word in text.split_whitespace() {
            let word = word.trim_matches(|c: char| ".,;:()<>\"'”„".contains(c));
            if is_web(word) {
                self.0.push((word.to_owned(), word.to_owned()));
            } else if is_mail(word) {
                self.0.push((word.to_owned(), format!("mailto:{word}")));
            }
        }
        for number in text.split(|c: char| !(c.is_ascii_digit() || "+-() \u{a0}".contains(c))) {
            let number = number.trim_matches(|c: char| !c.is_ascii_digit() && c != '+');
            self.0
                .extend(telephone(number).map(|to| (number.to_owned(), to)));
        }
    }

    /// The text in pieces, each with where it leads, if anywhere.
    pub(super) fn pieces<'a>(&'a self, text: &'a str) -> Vec<(&'a str, Option<&'a str>)> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((at, shown, to)) = self.first(rest) {
            pieces.push((&rest[..at], None));
            pieces.push((&rest[at..at + shown.len()], Some(to)));
            rest = &rest[at + shown.len()..];
        }
        pieces.push((rest, None));
        pieces.retain(|(text, _)| !text.is_empty());
        pieces
    }

    fn first(&self, text: &str) -> Option<(usize, &str, &str)> {
        let found = self.0.iter().filter_map(|(shown, to)| {
            let (at, _) = text
                .match_indices(shown.as_str())
                .find(|(at, _)| stands_alone(text, *at, shown.len()))?;
            Some((at, shown.as_str(), to.as_str()))
        });
        // Of two at the same place the longer one, which comes first.
        found.min_by_key(|(at, ..)| *at)
    }
}

/// Not a part of something longer: `example.se` in `example.se.evil.example` is not.
fn stands_alone(text: &str, at: usize, length: usize) -> bool {
    let joins = |c: char| c.is_alphanumeric() || "@/_-+%=&?#~".contains(c);
    let mut after = text[at + length..].chars();
    let follows = match after.next() {
        None => false,
        // A full stop ends a sentence, unless more follows at once.
        Some('.' | ':' | ',' | ';' | '!') => after.next().is_some_and(joins),
        Some(c) => joins(c),
    };
    !follows && !text[..at].ends_with(|c: char| joins(c) || c == '.' || c == ':')
}

fn is_web(word: &str) -> bool {
    word.strip_prefix("https://")
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
        && word
            .bytes()
            .all(|b| b.is_ascii_graphic() && !b"<>\"'`\\{}|^".contains(&b))
}

fn is_mail(word: &str) -> bool {
    word.split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
        && word
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b".@_+-".contains(&b))
        && word.matches('@').count() == 1
}

/// `0490-25 40 01` → `tel:+46490254001` (RFC 3966 §5.1.4 wants a number that holds everywhere).
fn telephone(number: &str) -> Option<String> {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < MIN_DIGITS || digits.len() > 15 || number[1..].contains('+') {
        return None;
    }
    match (
        number.starts_with('+'),
        digits.strip_prefix("00"),
        digits.strip_prefix('0'),
    ) {
        (true, ..) => Some(format!("tel:+{digits}")),
        (_, Some(abroad), _) => Some(format!("tel:+{abroad}")),
        (_, _, Some(swedish)) => Some(format!("tel:+46{swedish}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Links;
    use serde_json::json;

    #[track_caller]
    fn check(complaints: &str, text: &str, expected: &[&str]) {
        let links = Links::of(
            &json!({ "sender": { "complaints": complaints }, "subject": "https://evil.example" }),
        );
        let found: Vec<&str> = links
            .pieces(text)
            .iter()
            .filter_map(|(_, to)| *to)
            .collect();
        assert_eq!(found, expected);
        assert_eq!(
            links
                .pieces(text)
                .iter()
                .map(|(piece, _)| *piece)
                .collect::<String>(),
            text
        );
    }

    #[test]
    fn only_our_own_addresses_lead_anywhere() {
        let own = "synpunkter@example.se eller 0490-25 40 00, https://example.se/klaga";
        check(
            own,
            "Skriv till synpunkter@example.se.",
            &["mailto:synpunkter@example.se"],
        );
        check(
            own,
            "Ring 0490-25 40 00 eller https://example.se/klaga",
            &["tel:+46490254000", "https://example.se/klaga"],
        );
        check(
            own,
            "https://example.se/klaga.evil.example https://example.se/klaga/x a0490-25 40 001",
            &[],
        );
        check(
            own,
            "xsynpunkter@example.se synpunkter@example.se.evil.example https://evil.example",
            &[],
        );
        check(
            "http://example.se javascript:alert(1) a@b 112 2026-12-04",
            "http://example.se javascript:alert(1) 112",
            &[],
        );
        check(
            "+46 490 25 40 00",
            "+46 490 25 40 00",
            &["tel:+46490254000"],
        );
        check(
            "a\"b@example.se https://x/\"onclick",
            "a\"b@example.se https://x/\"onclick",
            &[],
        );
    }
}
