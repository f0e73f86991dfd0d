//! A notice as a letter: one A4 page as PDF, to print, put into a window envelope and post; and the
//! same text plain, one paragraph a line, to be pasted or merged into the municipality's own
//! letterhead.
//!
//! Promises: the same letter always gives the same bytes; nothing runs over the edge of the page,
//! into the envelope's window or off the last line, since long values are broken over lines, a long
//! text is set smaller, and what still does not fit goes on on the next page; what the font cannot
//! show is shown as `�`. The PDF is tagged (PDF/UA-1, ISO 14289-1) and fit for archives (PDF/A-2a,
//! ISO 19005-2): krilla refuses to write one that is not, as far as a program can check.
//!
//! Deliberately absent: the receiver's name and address. Only the scan has them, and only a person
//! can read it; so the window shows faint lines to write on, as artifacts that no screen reader
//! reads.

pub mod face;
mod flow;
mod paper;

use crate::config::Language;
use crate::mail::texts::facts::{LetterFacts, Sender};
use crate::mail::texts::{Text, in_words};
use crate::words::{NO_BREAK, of};
use chrono::NaiveDate;
pub use paper::archival;

/// Pages of one letter at most: a template that makes more is not one of a letter.
pub const MAX_PAGES: usize = 5;

/// The contents of a letter.
#[derive(Clone, Debug)]
pub struct Letter<'a> {
    pub language: Language,
    pub sender: &'a Sender,
    pub reference: &'a str,
    pub date: NaiveDate,
    /// To whom, as a person wrote it: the parts between commas are its lines.
    pub receiver: Option<&'a str>,
    /// One line.
    pub heading: &'a str,
    /// Paragraphs with a blank line between them, each on one line; an indented line and a list
    /// line (`- `) are kept apart.
    pub body: &'a str,
}

impl<'a> Letter<'a> {
    /// The letter of a notice; `text` is that of the template `letter-text.txt`.
    #[must_use]
    pub fn new(language: Language, facts: &'a LetterFacts, text: &'a Text) -> Self {
        Self {
            language,
            sender: &facts.notice.sender,
            reference: &facts.notice.reference,
            date: facts.today,
            receiver: facts.receiver.as_deref(),
            heading: &text.subject,
            body: &text.unwrapped,
        }
    }
}

impl Letter<'_> {
    /// The lines in the window, as far as a person has entered them.
    pub(crate) fn receiver_lines(&self) -> impl Iterator<Item = &str> {
        let parts = self.receiver.unwrap_or_default().split(',').map(str::trim);
        parts
            .filter(|part| !part.is_empty())
            .take(flow::RECEIVER_LINES.len())
    }
}

/// Why a letter cannot be made; without any of its words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LetterError {
    #[error("the letter's font cannot be read")]
    Font,
    #[error("the letter is longer than {MAX_PAGES} pages: shorten the template letter-text.txt")]
    TooLong,
    #[error("the letter cannot be written as PDF: {0}")]
    Pdf(String),
}

/// The letter as PDF.
pub fn pdf(letter: &Letter<'_>) -> Result<Vec<u8>, LetterError> {
    let faces = face::Faces::load()?;
    paper::write(letter, &faces, &flow::set(letter, &faces)?)
}

/// The letter as plain text with `\n` line ends: what the page shows, in the order in which it is
/// read.
#[must_use]
pub fn plain(letter: &Letter<'_>) -> String {
    let (language, unit) = (letter.language, letter.sender.unit.as_deref());
    let mut lines = vec![letter.sender.name.as_str()];
    lines.extend(unit);
    lines.extend(letter.sender.ways());
    let date = in_words::date_without_weekday(language, letter.date);
    let reference = reference(letter);
    lines.extend(["", date.as_str(), reference.as_str(), ""]);
    let receiver: Vec<&str> = letter.receiver_lines().collect();
    lines.extend(&receiver);
    lines.extend(if receiver.is_empty() { &[][..] } else { &[""] });
    lines.extend([letter.heading, ""]);
    let text = format!("{}\n{}\n", lines.join("\n"), letter.body.trim_end());
    text.replace(NO_BREAK, " ")
}

/// [`plain`] as a file that word processors on Windows open rightly: UTF-8 with its mark, CRLF line
/// ends.
#[must_use]
pub fn file(letter: &Letter<'_>) -> Vec<u8> {
    format!("\u{feff}{}", plain(letter))
        .replace('\n', "\r\n")
        .into_bytes()
}

/// `Referens: SL-2026-00042`
fn reference(letter: &Letter<'_>) -> String {
    let word = of(letter.language).reference;
    format!("{word}: {}", letter.reference)
}
