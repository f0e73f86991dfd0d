//! Where each line goes: the letter's text in lines with their places on pages, before anything is
//! drawn.
//!
//! The places are those of Swedish office letters: the sender top left; date and reference to the
//! right; under them the receiver, where the window of a C5 or E65 envelope of the kind H2 (window
//! to the right) shows it; the text below the upper fold of E65.

use super::face::{Face, Faces};
use super::{Letter, LetterError, MAX_PAGES, reference};
use crate::mail::texts::in_words;

/// One millimetre in points, PDF's unit.
pub const MM: f32 = 72.0 / 25.4;

/// A4.
pub const PAGE: (f32, f32) = (210.0 * MM, 297.0 * MM);

/// The part of the page that a right window may show, from the left, the top, to the right and the
/// bottom. Envelope makers differ by some millimetres; this is the whole of it, and only the
/// receiver is there.
pub const WINDOW: (f32, f32, f32, f32) = (104.0 * MM, 40.0 * MM, 200.0 * MM, 82.0 * MM);

/// Where the receiver is written: within every such window.
pub const RECEIVER: (f32, f32) = (112.0 * MM, 185.0 * MM);
/// From the baseline down to the line that is written on.
const ABOVE_RULE: f32 = 1.2 * MM;
/// The lines to write on.
pub const RECEIVER_LINES: [f32; 4] = [53.0 * MM, 60.0 * MM, 67.0 * MM, 74.0 * MM];

// The receiver is seen, and the sender is not.
const _: () =
    assert!(RECEIVER.0 > WINDOW.0 && RECEIVER.1 < WINDOW.2 && LEFT + SENDER_WIDTH < WINDOW.0);
const _: () =
    assert!(RECEIVER_LINES[0] > WINDOW.1 && RECEIVER_LINES[3] < WINDOW.3 && TEXT_TOP > WINDOW.3);

/// Folds: C5 in the middle, E65 at the thirds.
pub const FOLDS: [f32; 3] = [99.0 * MM, 148.5 * MM, 198.0 * MM];

const LEFT: f32 = 25.0 * MM;
const TOP: f32 = 21.0 * MM;
/// The sender keeps clear of the window.
const SENDER_WIDTH: f32 = 75.0 * MM;
const RIGHT_COLUMN: f32 = 112.0 * MM;
const RIGHT_WIDTH: f32 = 75.0 * MM;
/// Some 70 characters a line: easy to read.
const TEXT_WIDTH: f32 = 155.0 * MM;
const TEXT_TOP: f32 = 109.0 * MM;
const TEXT_BOTTOM: f32 = 278.0 * MM;
const NEXT_TOP: f32 = 32.0 * MM;

const NAME_SIZE: f32 = 13.0;
const HEAD_SIZE: f32 = 10.0;
/// Of the text: the first in which it fits one page. If none does, the first is used, over several
/// pages.
const SIZES: [f32; 5] = [11.0, 10.5, 10.0, 9.5, 9.0];
/// Heading and line distance, and the distance between paragraphs, by the size of the text.
const HEADING: f32 = 1.35;
const LEADING: f32 = 1.4;
const GAP: f32 = 0.7;
const INDENT: f32 = 1.6;
/// Lines of the sender's name, of its unit, of the reference; a longer text is cut.
const HEAD_LINES: usize = 3;

/// What a piece of text is to a reader who hears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Heading,
    Paragraph,
    /// Its first line is the bullet.
    Item,
}

/// A line of text at its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub page: usize,
    pub x: f32,
    /// Of the baseline, from the top.
    pub y: f32,
    pub bold: bool,
    pub size: f32,
    pub text: String,
}

/// A paragraph, a heading or a point of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    pub role: Role,
    pub lines: Vec<Line>,
}

/// A letter that is ready to be drawn: its elements in reading order.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    pub elements: Vec<Element>,
    pub pages: usize,
}

/// Sets a letter in the largest type in which it fits one page.
pub fn set(letter: &Letter<'_>, faces: &Faces) -> Result<Set, LetterError> {
    let fits = SIZES
        .iter()
        .map(|size| set_in(letter, faces, *size))
        .find(|set| set.pages == 1);
    let set = fits.unwrap_or_else(|| set_in(letter, faces, SIZES[0]));
    if set.pages <= MAX_PAGES {
        Ok(set)
    } else {
        Err(LetterError::TooLong)
    }
}

fn set_in(letter: &Letter<'_>, faces: &Faces, size: f32) -> Set {
    let mut elements = head(letter, faces);
    let mut column = Column {
        page: 0,
        y: TEXT_TOP,
        elements: Vec::new(),
    };
    column.put(
        Role::Heading,
        &faces.bold,
        letter.heading,
        size * HEADING,
        0.0,
    );
    body(letter.body, &mut column, faces, size);
    elements.extend(column.elements);
    Set {
        elements,
        pages: column.page + 1,
    }
}

/// The text, line by line.
fn body(text: &str, column: &mut Column, faces: &Faces, size: f32) {
    let mut after_line = false;
    for line in text.lines().map(str::trim_end) {
        let content = line.trim_start();
        let (indent, item) = (line.len() > content.len(), content.strip_prefix("- "));
        if content.is_empty() {
            column.y += GAP * size;
            after_line = false;
            continue;
        }
        // Lines that are kept apart belong together; anything else begins after a distance.
        let alone = indent || item.is_some();
        if after_line && !alone {
            column.y += GAP * size;
        }
        after_line = alone;
        let indent = if indent { INDENT * size } else { 0.0 };
        match item {
            Some(item) => column.item(&faces.regular, item, size, indent),
            None => column.put(Role::Paragraph, &faces.regular, content, size, indent),
        }
    }
}

/// The sender's name, its unit, and how it is reached.
fn sender<'l>(
    letter: &'l Letter<'_>,
    faces: &'l Faces,
) -> impl Iterator<Item = (&'l str, &'l Face, f32)> {
    let name = (letter.sender.name.as_str(), &faces.bold, NAME_SIZE);
    let below = letter.sender.unit.as_deref().into_iter();
    let below = below.chain(letter.sender.ways());
    let below = below.map(|text| (text, &faces.regular, HEAD_SIZE));
    [name].into_iter().chain(below)
}

/// Sender, date, reference: their places do not depend on the text.
fn head(letter: &Letter<'_>, faces: &Faces) -> Vec<Element> {
    let mut elements = Vec::new();
    let mut y = TOP;
    for (text, face, size) in sender(letter, faces) {
        elements.extend(block(face, text, size, (LEFT, SENDER_WIDTH), &mut y));
    }
    let mut y = TOP;
    let date = in_words::date_without_weekday(letter.language, letter.date);
    for text in [date, reference(letter)] {
        elements.extend(block(
            &faces.regular,
            &text,
            HEAD_SIZE,
            (RIGHT_COLUMN, RIGHT_WIDTH),
            &mut y,
        ));
    }
    let lines = receiver(letter, faces);
    elements.extend((!lines.is_empty()).then_some(Element {
        role: Role::Paragraph,
        lines,
    }));
    elements
}

/// The receiver's address, a line of it on each rule.
fn receiver(letter: &Letter<'_>, faces: &Faces) -> Vec<Line> {
    let width = RECEIVER.1 - RECEIVER.0;
    let first = |text| {
        faces
            .regular
            .lines(text, HEAD_SIZE, width)
            .into_iter()
            .next()
    };
    let lines = letter.receiver_lines().zip(RECEIVER_LINES);
    lines
        .filter_map(|(text, rule)| {
            Some(Line {
                page: 0,
                x: RECEIVER.0,
                y: rule - ABOVE_RULE,
                bold: false,
                size: HEAD_SIZE,
                text: first(text)?,
            })
        })
        .collect()
}

/// At most [`HEAD_LINES`] lines from `y` on down.
fn block(
    face: &Face,
    text: &str,
    size: f32,
    (x, width): (f32, f32),
    y: &mut f32,
) -> Option<Element> {
    let mut lines = face.lines(text, size, width);
    if lines.len() > HEAD_LINES {
        lines.truncate(HEAD_LINES);
        if let Some(last) = lines.last_mut() {
            // Room for the sign that something is missing.
            last.pop();
            last.pop();
            last.push('…');
        }
    }
    let lines: Vec<Line> = lines
        .into_iter()
        .map(|text| {
            let line = Line {
                page: 0,
                x,
                y: *y,
                bold: size > HEAD_SIZE,
                size,
                text,
            };
            *y += LEADING * size;
            line
        })
        .collect();
    (!lines.is_empty()).then_some(Element {
        role: Role::Paragraph,
        lines,
    })
}

/// The text's column, from page to page.
struct Column {
    page: usize,
    /// Of the next baseline.
    y: f32,
    elements: Vec<Element>,
}

impl Column {
    fn put(&mut self, role: Role, face: &Face, text: &str, size: f32, indent: f32) {
        let (x, bold) = (LEFT + indent, role == Role::Heading);
        let lines: Vec<Line> = face
            .lines(text, size, TEXT_WIDTH - indent)
            .into_iter()
            .map(|text| {
                if self.y > TEXT_BOTTOM {
                    self.page += 1;
                    self.y = NEXT_TOP;
                }
                let line = Line {
                    page: self.page,
                    x,
                    y: self.y,
                    bold,
                    size,
                    text,
                };
                self.y += LEADING * size;
                line
            })
            .collect();
        if role == Role::Heading {
            self.y += GAP * size;
        }
        if !lines.is_empty() {
            self.elements.push(Element { role, lines });
        }
    }

    /// A point of a list, its text beside the bullet.
    fn item(&mut self, face: &Face, text: &str, size: f32, indent: f32) {
        self.put(Role::Item, face, text, size, indent + INDENT * size);
        if let Some(element) = self.elements.last_mut()
            && let Some(first) = element.lines.first()
        {
            let bullet = Line {
                x: LEFT + indent,
                text: "•".to_owned(),
                ..first.clone()
            };
            element.lines.insert(0, bullet);
        }
    }
}
