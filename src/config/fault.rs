//! The mistakes of a configuration: one [`Fault`] each, on one line, with its remedy.

use std::fmt;
use toml::Value;

/// One mistake: `mailbox[0].imap.security = "none": must be "tls", "starttls" or "plaintext"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Path of the key, counted from 0 in lists; `line 3, column 7` for a text that is not TOML;
    /// else the file's name.
    pub key: String,
    /// The value as it was written, cut at [`SHOWN_VALUE`]; `None` where there is none or where it
    /// might be a secret.
    pub value: Option<String>,
    /// A right value instead.
    pub remedy: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{} = {value}: {}", self.key, self.remedy),
            None => write!(f, "{}: {}", self.key, self.remedy),
        }
    }
}

/// How a fault speaks of a file or folder that is not there, or not yet.
pub(super) const UNREADABLE: &str = "that can be read";

impl Fault {
    /// Whether time may mend it: a file that is not there yet.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.remedy.contains(UNREADABLE)
    }

    pub(super) fn new(key: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            value: None,
            remedy: remedy.into(),
        }
    }
}

/// Characters of a value that a fault shows; more would hide the remedy.
pub const SHOWN_VALUE: usize = 100;

/// A value for people, on one line. Lists and tables are only named: they may hold a secret.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => {
            let quoted = format!("{text:?}");
            if quoted.chars().count() <= SHOWN_VALUE {
                return quoted;
            }
            quoted.chars().take(SHOWN_VALUE).chain(['…', '"']).collect()
        }
        Value::Array(_) => "[…]".to_owned(),
        Value::Table(_) => "{…}".to_owned(),
        plain => plain.to_string(),
    }
}

/// The known word that a misspelt one most probably means.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    // A third of the letters may be wrong; more is another word.
    let limit = (word.chars().count() / 3).clamp(1, MAX_MISSPELT);
    known
        .into_iter()
        .map(|candidate| {
            (
                strsim::osa_distance(&word, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Letters that may differ before a word is another word.
const MAX_MISSPELT: usize = 3;

/// `; did you mean "port"?`, or what else is known; bounded, since a municipality may have many
/// staff.
pub(super) fn suggestion<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> String {
    if let Some(near) = nearest(word, known.clone()) {
        return format!("; did you mean {near:?}?");
    }
    let mut words: Vec<&str> = known.into_iter().collect();
    words.sort_unstable();
    words.dedup();
    let more = if words.len() > LISTED_WORDS {
        " …"
    } else {
        ""
    };
    words.truncate(LISTED_WORDS);
    if words.is_empty() {
        String::new()
    } else {
        format!("; known: {}{more}", words.join(", "))
    }
}

/// Known words that a fault lists when none is near.
const LISTED_WORDS: usize = 24;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_word_is_recognised() {
        let known = ["port", "host", "security", "password", "password_file"];
        assert_eq!(nearest("prot", known), Some("port"));
        assert_eq!(nearest("Password", known), Some("password"));
        assert_eq!(nearest("passwordfile", known), Some("password_file"));
        assert_eq!(nearest("tls", known), None);
        assert_eq!(suggestion("tls", ["b", "a"]), "; known: a, b");
    }

    #[test]
    fn a_value_is_one_bounded_line() {
        assert_eq!(shown(&Value::String("a\nå\"".to_owned())), r#""a\nå\"""#);
        assert_eq!(
            shown(&Value::String("x".repeat(5000))).chars().count(),
            SHOWN_VALUE + 2
        );
        assert_eq!(
            shown(&Value::Array(vec![Value::String("hemligt".to_owned())])),
            "[…]"
        );
    }
}
