//! Where each part goes on the paper, and in which order it is read.

use super::super::document::{Block, Cell, Document, Picture, Section, Table};
use super::super::scene::{Anchor, Ink, Shape, WIDTH};
use super::super::words::pick;
use crate::config::Language;
use crate::mail::letter::face::{Face, Faces};

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

const BLACK: u8 = 0;
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
        layout.heading(2, pick(document.language, "Bilaga", "Appendix"), TITLE);
        for section in &document.appendix {
            layout.section(section, 3);
        }
        let pictures = pictures(&document.page_one);
        if !pictures.is_empty() {
            layout.heading(
                3,
                pick(
                    document.language,
                    "Bildernas siffror",
                    "The figures of the pictures",
                ),
                HEADING,
            );
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

    /// Pictures in two columns: the first in the left one, the others below each other in the right
    /// one.
    fn side_by_side(&mut self, pictures: &[&Picture]) {
        if pictures.is_empty() {
            return;
        }
        let wide = (RIGHT - LEFT - GAP) / 2.0;
        let scale = wide / WIDTH * self.scale;
        let high = |picture: &Picture| picture.scene.height * scale + BODY * LEADING * 1.6;
        let right: f32 = pictures.iter().skip(1).map(|picture| high(picture)).sum();
        self.room_for(high(pictures[0]).max(right));
        let (top, mut bottom) = (self.y, self.y);
        for (index, picture) in pictures.iter().enumerate() {
            if index == 1 {
                self.y = top;
            }
            let x = if index == 0 { LEFT } else { LEFT + wide + GAP };
            self.picture(picture, x, scale);
            bottom = bottom.max(self.y);
        }
        self.y = bottom + BODY * 0.4;
    }

    fn picture(&mut self, picture: &Picture, x: f32, scale: f32) {
        let leaf = self.leaf();
        self.lines(
            leaf,
            std::slice::from_ref(&picture.title),
            (BODY, true, BLACK),
            x,
        );
        self.parts.push(Part::Paragraph { leaf });
        let (leaf, top) = (self.leaf(), self.y + BODY * 0.3);
        for shape in &picture.scene.shapes {
            let drawn = self.shape(shape, (x, top), scale);
            self.put(Some(leaf), drawn);
        }
        let place = [x, top, WIDTH * scale, picture.scene.height * scale];
        self.parts.push(Part::Figure {
            told: picture.told.clone(),
            leaf,
            page: self.page,
            place,
        });
        self.y = top + picture.scene.height * scale;
    }

    fn shape(&self, shape: &Shape, (left, top): (f32, f32), scale: f32) -> Drawn {
        let (x_of, y_of) = (|x: f32| left + x * scale, |y: f32| top + y * scale);
        match shape {
            Shape::Fill([x, y, w, h], ink) => {
                Drawn::Fill([x_of(*x), y_of(*y), w * scale, h * scale], shade(*ink))
            }
            Shape::Frame([x, y, w, h], width) => Drawn::Frame(
                [x_of(*x), y_of(*y), w * scale, h * scale],
                width * scale,
                shade(Ink::Dark),
            ),
            Shape::Line([x1, y1, x2, y2], width) => Drawn::Line(
                [x_of(*x1), y_of(*y1), x_of(*x2), y_of(*y2)],
                width * scale,
                shade(Ink::Dark),
            ),
            Shape::Text {
                at,
                size,
                anchor,
                bold,
                ink,
                text,
            } => {
                let (face, size) = (self.face(*bold), size * scale);
                let text = face.shown(text);
                let width = face.width(&text, size);
                let back = match anchor {
                    Anchor::Start => 0.0,
                    Anchor::Middle => width / 2.0,
                    Anchor::End => width,
                };
                // A box that would run out of the picture ends at its edge.
                let x = (x_of(at.0) - back).min(left + WIDTH * scale - width);
                let at = (x, y_of(at.1));
                Drawn::Text {
                    at,
                    size,
                    bold: *bold,
                    shade: shade(*ink),
                    text,
                }
            }
        }
    }

    fn table(&mut self, table: &Table) {
        let size = if table.head.len() > 7 { 7.5 } else { SMALL } * self.scale;
        let caption = self.leaf();
        self.y += size * 0.3;
        self.room_for(size * LEADING * 5.0);
        let lines = self
            .face(true)
            .lines(&table.caption, size + 0.5, self.right - self.left);
        self.lines(caption, &lines, (size + 0.5, true, BLACK), self.left);
        let widths = self.widths(table, size);
        let heads: Vec<String> = table.head.clone();
        let head: Vec<usize> = heads.iter().map(|_| self.leaf()).collect();
        self.row(table, &heads, &widths, size, true, Some(&head));
        let mut rows = Vec::new();
        for (index, row) in table.rows.iter().enumerate() {
            let cells: Vec<String> = row.iter().map(|cell| cell.show(self.language)).collect();
            let leaves: Vec<usize> = cells.iter().map(|_| self.leaf()).collect();
            if self.y + self.height(&cells, &widths, size, false) > BOTTOM {
                self.next_page();
                // For the eye alone: who hears the table has heard its head.
                self.row(table, &heads, &widths, size, true, None);
            }
            let is_total = table.has_total && index + 1 == table.rows.len();
            self.row(table, &cells, &widths, size, is_total, Some(&leaves));
            rows.push(leaves);
        }
        self.y += size * 0.6;
        self.parts.push(Part::Table {
            caption,
            head,
            rows,
            keys: table.keys,
        });
    }

    fn height(&self, cells: &[String], widths: &[f32], size: f32, bold: bool) -> f32 {
        let lines = |(cell, width): (&String, &f32)| {
            self.face(bold)
                .lines(cell, size, width - 2.0 * PADDING)
                .len()
                .max(1)
        };
        let most = u16::try_from(cells.iter().zip(widths).map(lines).max().unwrap_or(1))
            .unwrap_or(u16::MAX);
        f32::from(most) * size * LEADING + PADDING
    }

    /// One row; without leaves it is decoration.
    fn row(
        &mut self,
        table: &Table,
        cells: &[String],
        widths: &[f32],
        size: f32,
        bold: bool,
        leaves: Option<&[usize]>,
    ) {
        let height = self.height(cells, widths, size, bold);
        let (top, mut x) = (self.y, self.left);
        for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
            let leaf = leaves.and_then(|leaves| leaves.get(column).copied());
            let lines = self.face(bold).lines(cell, size, width - 2.0 * PADDING);
            let mut y = top;
            for (index, line) in lines.iter().enumerate() {
                y += size * LEADING;
                let wide = self.face(bold).width(line, size);
                let at = if table.is_number(column) {
                    x + width - PADDING - wide
                } else {
                    x + PADDING
                };
                let text = if index + 1 < lines.len() {
                    format!("{line} ")
                } else {
                    line.clone()
                };
                self.put(
                    leaf,
                    Drawn::Text {
                        at: (at, y - size * 0.3),
                        size,
                        bold,
                        shade: BLACK,
                        text,
                    },
                );
            }
            if lines.is_empty() && leaf.is_some() {
                // An empty cell is one all the same.
                self.put(
                    leaf,
                    Drawn::Text {
                        at: (x + PADDING, top + size),
                        size,
                        bold,
                        shade: BLACK,
                        text: " ".to_owned(),
                    },
                );
            }
            x += width;
        }
        self.y = top + height;
        let weight = if bold { 1.0 } else { 0.4 };
        self.put(
            None,
            Drawn::Line([self.left, self.y, x, self.y], weight, RULE),
        );
    }

    /// Columns as wide as their contents; where that is too wide, the widest give way.
    fn widths(&self, table: &Table, size: f32) -> Vec<f32> {
        let (regular, bold) = (self.face(false), self.face(true));
        let all = self.right - self.left;
        let natural = |column: usize| {
            let face = if table.has_total { bold } else { regular };
            let cells = table
                .rows
                .iter()
                .map(|row: &Vec<Cell>| face.width(&row[column].show(self.language), size));
            let longest = table.head[column]
                .split(' ')
                .map(|word| bold.width(word, size))
                .fold(0.0, f32::max);
            let longest = longest.max(bold.width(&table.head[column], size) * 0.55);
            cells.fold(longest, f32::max) + 2.0 * PADDING + 1.0
        };
        let mut widths: Vec<f32> = (0..table.head.len()).map(natural).collect();
        let mut cap = all;
        while widths.iter().map(|width| width.min(cap)).sum::<f32>() > all && cap > 20.0 {
            cap -= 4.0;
        }
        for width in &mut widths {
            *width = width.min(cap);
        }
        let rest = all - widths.iter().sum::<f32>();
        if let Some(first) = widths.first_mut().filter(|_| rest > 0.0) {
            *first += rest;
        }
        widths
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
