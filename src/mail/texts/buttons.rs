//! Buttons: links that write a whole command into a mail to us, so that a handler need not type.
//! The same command is in the subject and in the body, and either is understood
//! ([`crate::domain::command::read_mail`]).

use super::facts::{Matter, Part, StaffItem};
use super::in_words;
use crate::domain::language::Language;
use crate::words::buttons::Press;
use crate::words::of;
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
    let words = &of(language).buttons;
    let button = |label: String, command: &str| button(to, item, label, command);
    let plain = |press: &Press| button(press.label.to_owned(), press.command);
    let mut buttons = match item.part(today) {
        Part::Post => vec![plain(&words.posted), plain(&words.letter_answered)],
        Part::Confirm if item.matters.contains(&Matter::NoteMissing) => Vec::new(),
        Part::Confirm => vec![plain(&words.confirm), plain(&words.deny)],
        Part::NoQuestion => vec![plain(&words.no_question_either), plain(&words.question)],
        Part::Trashed => vec![plain(&words.no_question)],
        Part::Team | Part::Aware => vec![plain(&words.take)],
        Part::Answer | Part::New => to_answer(language, to, item),
    };
    buttons.truncate(MAX_LINKS);
    buttons
}

/// The links of an item that waits for an answer.
fn to_answer(language: Language, to: &str, item: &StaffItem) -> Vec<Button> {
    let words = &of(language).buttons;
    let button = |label: String, command: &str| button(to, item, label, command);
    let plain = |press: &Press| button(press.label.to_owned(), press.command);
    let by = (words.answer_by)(&in_words::brief(language, item.pledge.suggested));
    let mut buttons = vec![
        plain(&words.answered),
        button(by, &(words.promise)(item.pledge.suggested)),
        plain(&words.no_question),
    ];
    let deputy = item.holder.deputy.as_deref();
    buttons.extend(deputy.map(|name| button((words.takes)(name), &(words.take_for)(name))));
    buttons
}

fn button(to: &str, item: &StaffItem, label: String, command: &str) -> Button {
    Button {
        label,
        href: mailto(to, &format!("{command} {}", item.reference)),
    }
}

/// The link of an unwatched message.
pub(super) fn of_excluded(language: Language, to: &str, reference: &str) -> Vec<Button> {
    let Press { label, command } = of(language).buttons.question;
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
