//! Buttons: links that write a whole command into a mail to us, so that a handler need not type.
//! The same command is in the subject and in the body, and either is understood
//! ([`crate::domain::command::read_mail`]).

use super::facts::{Matter, Part, StaffItem};
use super::words;
use crate::config::Language;
use chrono::NaiveDate;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

/// Most links of an item: more than that is a form to fill in.
pub const MAX_LINKS: usize = 4;

/// What a link says, and the mail that it writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Button {
    pub label: String,
    pub href: String,
}

/// The links of an item; `to` reads commands.
pub(super) fn of_item(
    language: Language,
    to: &str,
    item: &StaffItem,
    today: NaiveDate,
) -> Vec<Button> {
    let reference = &item.reference;
    let button = |label: String, command: &str| Button {
        label,
        href: mailto(to, command),
    };
    let plain = |[swedish, english]: [&str; 2], [sv, en]: [&str; 2]| {
        let (label, command) = if language == Language::Swedish {
            (swedish, sv)
        } else {
            (english, en)
        };
        button(label.to_owned(), &format!("{command} {reference}"))
    };
    let taken_by = |name: &str| match language {
        Language::Swedish => button(
            format!("{name} tar det"),
            &format!("ÖVERTA {name} {reference}"),
        ),
        Language::English => button(
            format!("{name} takes it"),
            &format!("TAKEOVER {name} {reference}"),
        ),
    };
    let by_day = |day: NaiveDate| {
        let shown = words::brief(language, day);
        match language {
            Language::Swedish => button(
                format!("Svar senast {shown}"),
                &format!("SVAR SENAST {day} {reference}"),
            ),
            Language::English => button(
                format!("Answer by {shown}"),
                &format!("ANSWER BY {day} {reference}"),
            ),
        }
    };
    let no_question = plain(
        ["Ingen fråga", "No question"],
        ["INGEN FRÅGA", "NOT A QUESTION"],
    );
    let mut buttons = match item.part(today) {
        Part::Post => {
            vec![
                plain(["Jag har postat", "I have posted it"], ["POSTAT", "POSTED"]),
                plain(
                    ["Brevet är besvarat", "The letter is answered"],
                    ["KLAR BREV", "DONE LETTER"],
                ),
            ]
        }
        Part::Confirm if item.matters.contains(&Matter::NoteMissing) => Vec::new(),
        Part::Confirm => {
            vec![
                plain(["Ja, besvarat", "Yes, answered"], ["JA", "YES"]),
                plain(["Nej", "No"], ["NEJ", "NO"]),
            ]
        }
        Part::NoQuestion => {
            vec![
                plain(["Ingen fråga", "No question"], ["JA", "YES"]),
                plain(
                    ["Det är en fråga", "It is a question"],
                    ["FRÅGA", "QUESTION"],
                ),
            ]
        }
        Part::Team | Part::Aware => {
            vec![plain(["Jag tar det", "I take it"], ["ÖVERTA", "TAKEOVER"])]
        }
        Part::Answer | Part::New => {
            let mut buttons = vec![plain(
                ["Jag har svarat", "I have answered"],
                ["KLAR MEJL", "DONE EMAIL"],
            )];
            buttons.push(by_day(item.suggested));
            buttons.push(no_question);
            buttons.extend(item.deputy.as_deref().map(taken_by));
            buttons
        }
    };
    buttons.truncate(MAX_LINKS);
    buttons
}

/// The link of an unwatched message.
pub(super) fn of_excluded(language: Language, to: &str, reference: &str) -> Vec<Button> {
    let [label, command] = match language {
        Language::Swedish => ["Det är en fråga", "FRÅGA"],
        Language::English => ["It is a question", "QUESTION"],
    };
    vec![Button {
        label: label.to_owned(),
        href: mailto(to, &format!("{command} {reference}")),
    }]
}

/// Percent-encodes all that RFC 6068 does not allow in a part.
const PART: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@');

fn mailto(to: &str, command: &str) -> String {
    let [to, command] = [to, command].map(|part| utf8_percent_encode(part, PART).to_string());
    format!("mailto:{to}?subject={command}&body={command}")
}

#[cfg(test)]
mod tests {
    use super::mailto;

    #[test]
    fn a_link_writes_the_command_twice() {
        let expected = "mailto:kf%2Ba%26b@example.se?subject=%C3%85NGRA%20SL-2026-00042&body=%C3%85NGRA%20SL-2026-00042";
        assert_eq!(mailto("kf+a&b@example.se", "ÅNGRA SL-2026-00042"), expected);
    }
}
