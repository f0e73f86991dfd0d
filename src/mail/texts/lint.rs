//! Plain language, as far as a program can judge it: "Vi uttrycker oss klart och tydligt i tal och
//! skrift".
//!
//! The remarks are for the writer of a template. They are advice: a mail is sent in spite of them.

use super::Text;
use crate::config::Language;
use crate::words::of;

/// Longest sentence, in words.
pub const MAX_SENTENCE: usize = 25;

/// Longest paragraph, in sentences.
pub const MAX_PARAGRAPH: usize = 5;

/// Longest line, in characters (RFC 5322 §2.1.1); a web address may be longer.
pub const MAX_LINE: usize = 78;

/// Places of a text that are hard to read; empty without any.
#[must_use]
pub fn lint(language: Language, text: &Text) -> Vec<String> {
    let mut remarks = length(text);
    let forbidden = of(language).stiff;
    let all = format!("{} {}", text.subject, text.body);
    let plain = format!(
        " {} ",
        words(&all).collect::<Vec<_>>().join(" ").to_lowercase()
    );
    let found = forbidden
        .iter()
        .filter(|word| plain.contains(&format!(" {word} ")));
    remarks.extend(found.map(|word| format!("there is a plainer word than “{word}”")));
    remarks
}

/// Places that are too long, in any language.
#[must_use]
pub fn length(text: &Text) -> Vec<String> {
    let mut remarks = Vec::new();
    for line in text
        .body
        .lines()
        .filter(|line| line.chars().count() > MAX_LINE && !line.contains("://"))
    {
        remarks.push(format!(
            "a line is longer than {MAX_LINE} characters: {}",
            start_of(line)
        ));
    }
    for paragraph in paragraphs(&text.body) {
        let sentences = sentences(&paragraph);
        if sentences.len() > MAX_PARAGRAPH {
            let n = sentences.len();
            remarks.push(format!(
                "a paragraph has {n} sentences, more than {MAX_PARAGRAPH}: {}",
                start_of(&paragraph)
            ));
        }
        for sentence in sentences {
            let n = words(&sentence).count();
            if n > MAX_SENTENCE {
                remarks.push(format!(
                    "a sentence has {n} words, more than {MAX_SENTENCE}: {}",
                    start_of(&sentence)
                ));
            }
        }
    }
    remarks
}

/// Parts that a text must have and has not: each is what it is called and the string that must
/// occur.
#[must_use]
pub fn missing(text: &Text, required: &[(&str, String)]) -> Vec<String> {
    // Lines are broken anywhere, so blanks and line ends are the same here.
    let flat = format!("{} {}", text.subject, text.body)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let lacks =
        |needle: &str| !flat.contains(&needle.split_whitespace().collect::<Vec<_>>().join(" "));
    let missing = required.iter().filter(|(_, needle)| lacks(needle));
    missing
        .map(|(part, needle)| format!("{part} is missing (“{needle}” in the sample)"))
        .collect()
}

/// Paragraphs; an indented or a list line is one of its own, with the lines that hang under it.
fn paragraphs(body: &str) -> Vec<String> {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut open = false;
    let mut indent = 0;
    let mut list = false;
    for line in body.lines() {
        let content = line.trim_start();
        let depth = line.len() - content.len();
        let starts_list = content.starts_with("- ");
        let follows = if list || indent > 0 {
            depth > indent
        } else {
            depth == 0
        };
        let hangs = open && follows && !starts_list;
        if content.is_empty() {
            open = false;
        } else if let (true, Some(last)) = (hangs, paragraphs.last_mut()) {
            last.push(' ');
            last.push_str(content);
        } else {
            paragraphs.push(content.to_owned());
            open = true;
            indent = depth;
            list = starts_list;
        }
    }
    paragraphs
}

/// A full stop, question or exclamation mark ends a sentence when a blank and a capital follow
/// (`kl. 09.12` does not).
fn sentences(paragraph: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut sentence = String::new();
    let mut chars = paragraph.chars().peekable();
    while let Some(c) = chars.next() {
        sentence.push(c);
        if matches!(c, '.' | '?' | '!' | ':')
            && chars.peek().is_some_and(|next| next.is_whitespace())
        {
            let next = chars.clone().find(|next| !next.is_whitespace());
            if c == ':' || next.is_some_and(char::is_uppercase) {
                sentences.push(std::mem::take(&mut sentence));
            }
        }
    }
    if words(&sentence).next().is_some() {
        sentences.push(sentence);
    }
    sentences
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
        .map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
}

fn start_of(text: &str) -> String {
    format!("“{}”", super::foreign::clip(text.trim(), 60))
}

#[cfg(test)]
mod tests {
    use super::{Text, lint, missing};
    use crate::config::Language;

    #[track_caller]
    fn check(body: &str, expected: &[&str]) {
        let text = Text {
            subject: "Hej".to_owned(),
            body: body.to_owned(),
            html: String::new(),
            unwrapped: String::new(),
        };
        let remarks = lint(Language::Swedish, &text);
        assert_eq!(remarks.len(), expected.len(), "{remarks:?}");
        for (remark, part) in remarks.iter().zip(expected) {
            assert!(remark.contains(part), "{remark} lacks {part}");
        }
    }

    #[test]
    fn remarks() {
        check("Du får svar kl. 09.12 i morgon. Hej då!\n", &[]);
        check(
            &format!("{}slut.\n", "ord ".repeat(25)),
            &["longer than 78", "26 words"],
        );
        check(
            &"ord "
                .repeat(12)
                .repeat(2)
                .replace("ord ord ord ord ord ord ", "ord ord ord ord ord ord\n"),
            &[],
        );
        check("A b. C d. E f. G h. I j. K l.\n", &["6 sentences"]);
        check(
            "Härmed meddelas att svar erhållits i\nenlighet med vår ticket.\n",
            &["härmed", "i enlighet", "ticket"],
        );
        check(&format!("https://{}\n", "x".repeat(90)), &[]);
    }

    #[test]
    fn required_parts_may_be_broken_over_lines() {
        let text = Text {
            subject: "[SL-2026-00042]".into(),
            body: "Svar senast måndag\n7 december.\n".into(),
            html: String::new(),
            unwrapped: String::new(),
        };
        let required = [
            ("the date", "måndag 7 december".to_owned()),
            ("the handler", "Anna".to_owned()),
        ];
        assert_eq!(
            missing(&text, &required),
            ["the handler is missing (“Anna” in the sample)"]
        );
    }
}
