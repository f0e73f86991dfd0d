//! Where each part goes on the paper, and in which order it is read.

mod pictures;
mod tables;

use super::super::document::{Block, Document, Picture, Section};
use super::super::scene::Ink;
use crate::config::Language;
use crate::mail::letter::face::{Face, Faces};
use crate::words::of;

/// One millimetre in points.
const MM: f32 = 72.0 / 25.4;

/// A4.
pub const PAGE: (f32, f32) = (210.0 * MM, 297.0 * MM);

const LEFT: f32 = 16.0 * MM;
const RIGHT: f32 = 194.0 * MM;
const TOP: f32 = 15.0 * MM;
const BOTTOM: f32 = 281.0 * MM;
/// Between two columns of pictures.
const GAP: f32 = 8.0 * MM;
/// The height of the page number.
const NUMBER: f32 = 289.0 * MM;

const TITLE: f32 = 16.0;
const HEADING: f32 = 11.5;
const PLEDGE: f32 = 10.5;
const BODY: f32 = 9.5;
const SMALL: f32 = 8.5;
const LEADING: f32 = 1.28;
/// Of page one, from the largest: the first in which it fits.
const SCALES: [f32; 5] = [1.0, 0.95, 0.9, 0.86, 0.82];
/// Within a cell.
const PADDING: f32 = 2.5;
/// Of the rules of tables.
const RULE: u8 = 110;

/// Most of the text.
const BLACK: u8 = 0;
/// Text that may stay in the background.
const QUIET: u8 = 60;

/// Something drawn on a page; the shade is 0 for black to 255 for white.
#[derive(Clone, Debug)]
pub enum Drawn {
    Text {
        at: (f32, f32),
        size: f32,
        bold: bool,
        shade: u8,
        text: String,
    },
    Fill([f32; 4], u8),
    Frame([f32; 4], f32, u8),
    Line([f32; 4], f32, u8),
}

/// `leaf`: to which piece of the reading order it belongs; `None` for decoration.
#[derive(Clone, Debug)]
pub struct Placed {
    pub page: usize,
    pub leaf: Option<usize>,
    pub drawn: Drawn,
}

/// A piece of the reading order.
#[derive(Clone, Debug)]
pub enum Part {
    Heading {
        level: u16,
        title: String,
        leaf: usize,
        page: usize,
        y: f32,
    },
    Paragraph {
        leaf: usize,
    },
    Figure {
        told: String,
        leaf: usize,
        page: usize,
        place: [f32; 4],
    },
    Table {
        caption: usize,
        head: Vec<usize>,
        rows: Vec<Vec<usize>>,
        keys: usize,
    },
}

/// A document in its places.
pub struct Layout<'a> {
    faces: &'a Faces,
    language: Language,
    pub placed: Vec<Placed>,
    pub parts: Vec<Part>,
    pub pages: usize,
    pub leaves: usize,
    page: usize,
    y: f32,
    left: f32,
    right: f32,
    /// Of all type and pictures.
    scale: f32,
}

impl<'a> Layout<'a> {
    /// Page one in the largest type in which it is one page; the appendix in the usual one.
    pub fn of(document: &Document, faces: &'a Faces) -> Self {
        let mut layouts = SCALES
            .iter()
            .map(|scale| Self::page_one(document, faces, *scale));
        let fits = layouts.find(|layout| layout.pages == 1);
        let mut layout = fits.unwrap_or_else(|| Self::page_one(document, faces, 1.0));
        layout.scale = 1.0;
        layout.next_page();
        layout.heading(2, of(document.language).page.appendix, TITLE);
        for section in &document.appendix {
            layout.section(section, 3);
        }
        let pictures = pictures(&document.page_one);
        if !pictures.is_empty() {
            layout.heading(3, of(document.language).page.figures_of_pictures, HEADING);
            for picture in pictures {
                layout.table(&picture.table);
            }
        }
        layout.numbers(&document.title);
        layout
    }

    fn page_one(document: &Document, faces: &'a Faces, scale: f32) -> Self {
        let mut layout = Self {
            faces,
            language: document.language,
            placed: Vec::new(),
            parts: Vec::new(),
            pages: 1,
            leaves: 0,
            page: 0,
            y: TOP,
            left: LEFT,
            right: RIGHT,
            scale,
        };
        layout.heading(1, &document.title, TITLE);
        for line in &document.lead {
            layout.paragraph(line, SMALL, false, QUIET);
        }
        for section in &document.page_one {
            layout.section(section, 2);
        }
        layout
    }

    fn section(&mut self, section: &Section, level: u16) {
        self.heading(level, &section.title, HEADING);
        let mut row = Vec::new();
        for block in &section.blocks {
            if let Block::Picture(picture) = block {
                row.push(picture.as_ref());
                continue;
            }
            self.side_by_side(&std::mem::take(&mut row));
            match block {
                Block::Pledge(text) => self.pledge(text),
                Block::Text(text) => self.paragraph(text, BODY, false, BLACK),
                Block::Table(table) => self.table(table),
                Block::Picture(_) => {}
            }
        }
        self.side_by_side(&row);
    }

    fn leaf(&mut self) -> usize {
        self.leaves += 1;
        self.leaves - 1
    }

    fn put(&mut self, leaf: Option<usize>, drawn: Drawn) {
        self.placed.push(Placed {
            page: self.page,
            leaf,
            drawn,
        });
    }

    fn next_page(&mut self) {
        self.page += 1;
        self.pages = self.pages.max(self.page + 1);
        self.y = TOP;
    }

    /// Goes to the next page unless this height fits on this one.
    fn room_for(&mut self, height: f32) {
        if self.y + height > BOTTOM && self.y > TOP {
            self.next_page();
        }
    }

    /// Lines of text from the current place; a line that goes on ends with a blank, so that words
    /// are apart.
    fn lines(
        &mut self,
        leaf: usize,
        lines: &[String],
        (size, bold, shade): (f32, bool, u8),
        x: f32,
    ) {
        for (index, line) in lines.iter().enumerate() {
            self.room_for(size * LEADING);
            self.y += size * LEADING;
            let text = if index + 1 < lines.len() {
                format!("{line} ")
            } else {
                line.clone()
            };
            let at = (x, self.y - size * 0.3);
            self.put(
                Some(leaf),
                Drawn::Text {
                    at,
                    size,
                    bold,
                    shade,
                    text,
                },
            );
        }
    }

    fn face(&self, bold: bool) -> &'a Face {
        if bold {
            &self.faces.bold
        } else {
            &self.faces.regular
        }
    }

    fn heading(&mut self, level: u16, title: &str, size: f32) {
        let size = size * self.scale;
        self.y += if self.y > TOP { size * 0.6 } else { 0.0 };
        self.room_for(size * 5.0);
        let (leaf, page, y) = (self.leaf(), self.page, self.y);
        let lines = self.face(true).lines(title, size, self.right - self.left);
        self.lines(leaf, &lines, (size, true, BLACK), self.left);
        self.y += size * 0.15;
        self.parts.push(Part::Heading {
            level,
            title: title.to_owned(),
            leaf,
            page,
            y,
        });
    }

    fn paragraph(&mut self, text: &str, size: f32, bold: bool, shade: u8) {
        let size = size * self.scale;
        let leaf = self.leaf();
        let lines = self.face(bold).lines(text, size, self.right - self.left);
        self.lines(leaf, &lines, (size, bold, shade), self.left);
        self.y += size * 0.3;
        self.parts.push(Part::Paragraph { leaf });
    }

    /// The pledge in its own words, with a bar beside it.
    fn pledge(&mut self, text: &str) {
        let (leaf, indent, size) = (self.leaf(), 4.0 * MM, PLEDGE * self.scale);
        let lines = self
            .face(true)
            .lines(text, size, self.right - self.left - indent);
        let top = self.y;
        self.lines(leaf, &lines, (size, true, BLACK), self.left + indent);
        self.put(
            None,
            Drawn::Fill([self.left, top + 1.5, 2.5, self.y - top], QUIET),
        );
        self.y += size * 0.5;
        self.parts.push(Part::Paragraph { leaf });
    }

    /// `Servicelöften oktober 2026, 1 (3)` at the foot of every page.
    fn numbers(&mut self, title: &str) {
        for page in 0..self.pages {
            let text = self
                .faces
                .regular
                .shown(&format!("{title}, {} ({})", page + 1, self.pages));
            let at = (RIGHT - self.faces.regular.width(&text, SMALL), NUMBER);
            let drawn = Drawn::Text {
                at,
                size: SMALL,
                bold: false,
                shade: QUIET,
                text,
            };
            self.placed.push(Placed {
                page,
                leaf: None,
                drawn,
            });
        }
    }
}

/// The lightness of an ink on paper without colours.
fn shade(ink: Ink) -> u8 {
    match ink {
        Ink::Black => 0,
        Ink::Dark => 40,
        Ink::Mid => 130,
        Ink::Light => 255,
    }
}

fn pictures(sections: &[Section]) -> Vec<&Picture> {
    let blocks = sections.iter().flat_map(|section| &section.blocks);
    blocks
        .filter_map(|block| match block {
            Block::Picture(picture) => Some(picture.as_ref()),
            _ => None,
        })
        .collect()
}
