//! The report on paper: tagged A4 pages in shades of grey, by the library that the letters use.
//! krilla refuses to write a file that is not PDF/UA-1 and PDF/A-2a, as far as a program can check,
//! so the same file is heard, printed and preserved.
//!
//! `layout` puts everything in its place, the reading order beside it; this draws it page by page
//! and makes the tags. Lines, boxes and page numbers are artifacts; a picture is one figure with
//! its text alternative, and its figures are in the appendix.

mod layout;

use super::document::Document;
use crate::domain::period::Period;
use crate::mail::letter::face::{Face, Faces};
use crate::mail::letter::{LetterError, archival};
use crate::words::of;
use chrono::{Datelike, NaiveDate};
use krilla::color::luma;
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, BBox, ContentTag, Identifier, Node, SpanTag, TableHeaderScope, Tag,
    TagGroup, TagTree,
};
use krilla::text::TextDirection;
use layout::{Drawn, Layout, PAGE, Part, Placed};
use std::num::NonZeroU16;

/// The report as PDF.
pub fn pdf(document: &Document) -> Result<Vec<u8>, LetterError> {
    let faces = Faces::load()?;
    let layout = Layout::of(document, &faces);
    let mut paper = archival()?;
    let mut leaves: Vec<Vec<Identifier>> = vec![Vec::new(); layout.leaves];
    for page in 0..layout.pages {
        let settings =
            PageSettings::from_wh(PAGE.0, PAGE.1).ok_or(LetterError::Pdf("page".to_owned()))?;
        let mut sheet = paper.start_page_with(settings);
        let mut surface = sheet.surface();
        draw_page(&mut surface, (&layout, page), &faces, &mut leaves);
        surface.finish();
        sheet.finish();
    }
    paper.set_tag_tree(tree(&layout.parts, &mut leaves));
    paper.set_outline(outline(&layout.parts));
    paper.set_metadata(metadata(document));
    paper
        .finish()
        .map_err(|error| LetterError::Pdf(error.to_string()))
}

/// Draws one page; a text that is read aloud notes its place among the leaves.
fn draw_page(
    surface: &mut Surface<'_>,
    (layout, page): (&Layout, usize),
    faces: &Faces,
    leaves: &mut [Vec<Identifier>],
) {
    let here: Vec<&Placed> = layout
        .placed
        .iter()
        .filter(|placed| placed.page == page)
        .collect();
    for together in here.chunk_by(|one, next| one.leaf == next.leaf) {
        let leaf = together[0].leaf;
        let tag = match leaf {
            Some(_) => ContentTag::Span(SpanTag::empty()),
            None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Page)),
        };
        let identifier = surface.start_tagged(tag);
        for placed in together {
            draw(surface, &placed.drawn, faces);
        }
        surface.end_tagged();
        if let Some(leaves) = leaf.and_then(|leaf| leaves.get_mut(leaf)) {
            leaves.push(identifier);
        }
    }
}

fn draw(surface: &mut Surface<'_>, drawn: &Drawn, faces: &Faces) {
    match drawn {
        Drawn::Text {
            at,
            size,
            bold,
            shade,
            text,
        } => {
            let face: &Face = if *bold { &faces.bold } else { &faces.regular };
            fill_in(surface, *shade);
            let start = Point::from_xy(at.0, at.1);
            let font = face.font.clone();
            surface.draw_text(start, font, *size, text, false, TextDirection::LeftToRight);
        }
        Drawn::Fill(place, shade) => {
            fill_in(surface, *shade);
            draw_box(surface, *place);
        }
        Drawn::Frame(place, width, shade) => {
            stroke_in(surface, *width, *shade);
            draw_box(surface, *place);
        }
        Drawn::Line([x1, y1, x2, y2], width, shade) => {
            stroke_in(surface, *width, *shade);
            draw_line(surface, (*x1, *y1), (*x2, *y2));
        }
    }
}

/// From here on shapes are filled with a shade of grey, and have no outline.
fn fill_in(surface: &mut Surface<'_>, shade: u8) {
    surface.set_fill(Some(Fill {
        paint: luma::Color::new(shade).into(),
        ..Fill::default()
    }));
    surface.set_stroke(None);
}

/// From here on shapes are outlines alone.
fn stroke_in(surface: &mut Surface<'_>, width: f32, shade: u8) {
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke {
        paint: luma::Color::new(shade).into(),
        width,
        ..Stroke::default()
    }));
}

fn draw_line(surface: &mut Surface<'_>, from: (f32, f32), to: (f32, f32)) {
    let mut path = PathBuilder::new();
    path.move_to(from.0, from.1);
    path.line_to(to.0, to.1);
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

fn draw_box(surface: &mut Surface<'_>, [x, y, w, h]: [f32; 4]) {
    let mut path = PathBuilder::new();
    if let Some(rect) = Rect::from_xywh(x, y, w, h) {
        path.push_rect(rect);
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

fn tree(parts: &[Part], leaves: &mut [Vec<Identifier>]) -> TagTree {
    let mut tree = TagTree::new();
    let mut nodes = |leaf: usize| -> Vec<Node> {
        let leaves = leaves.get_mut(leaf).map(std::mem::take).unwrap_or_default();
        leaves.into_iter().map(Node::from).collect()
    };
    for part in parts {
        tree.push(group(part, &mut nodes));
    }
    tree
}

fn group(part: &Part, nodes: &mut impl FnMut(usize) -> Vec<Node>) -> TagGroup {
    match part {
        Part::Heading {
            level, title, leaf, ..
        } => {
            let level = NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN);
            let tag = Tag::Hn(level, Some(title.clone()));
            TagGroup::with_children(tag, nodes(*leaf))
        }
        Part::Paragraph { leaf } => TagGroup::with_children(Tag::P, nodes(*leaf)),
        Part::Figure {
            told,
            leaf,
            page,
            place: [x, y, w, h],
        } => {
            let place = Rect::from_xywh(*x, *y, *w, *h).map(|rect| BBox::new(*page, rect));
            let tag = Tag::Figure(Some(told.clone())).with_bbox(place);
            TagGroup::with_children(tag, nodes(*leaf))
        }
        Part::Table {
            caption,
            head,
            rows,
            keys,
        } => table((*caption, head), (rows, *keys), nodes),
    }
}

/// A table with its headings, so that a screen reader says to which each cell belongs. The first
/// `keys` cells of a row are headings too.
fn table(
    (caption, head): (usize, &[usize]),
    (rows, keys): (&[Vec<usize>], usize),
    nodes: &mut impl FnMut(usize) -> Vec<Node>,
) -> TagGroup {
    let mut table = TagGroup::new(Tag::Table);
    table.push(TagGroup::with_children(Tag::Caption, nodes(caption)));
    let mut line = TagGroup::new(Tag::TR);
    for leaf in head {
        let tag = Tag::TH(TableHeaderScope::Column);
        line.push(TagGroup::with_children(tag, nodes(*leaf)));
    }
    table.push(TagGroup::with_children(Tag::THead, vec![line.into()]));
    let mut body = TagGroup::new(Tag::TBody);
    for row in rows {
        let mut line = TagGroup::new(Tag::TR);
        for (column, leaf) in row.iter().enumerate() {
            let cell = nodes(*leaf);
            line.push(if column < keys {
                TagGroup::with_children(Tag::TH(TableHeaderScope::Row), cell)
            } else {
                TagGroup::with_children(Tag::TD, cell)
            });
        }
        body.push(line);
    }
    table.push(body);
    table
}

/// Every heading below the title.
fn outline(parts: &[Part]) -> Outline {
    let mut outline = Outline::new();
    for part in parts {
        if let Part::Heading { title, page, y, .. } = part {
            let place = XyzDestination::new(*page, Point::from_xy(0.0, *y));
            outline.push_child(OutlineNode::new(title.clone(), place));
        }
    }
    outline
}

fn metadata(document: &Document) -> Metadata {
    let language = of(document.language).tag;
    let number = |number: u32| u8::try_from(number).unwrap_or(1);
    let made = document
        .made
        .parse::<NaiveDate>()
        .unwrap_or(document.period.to);
    let date = DateTime::new(u16::try_from(made.year()).unwrap_or_default());
    let date = date.month(number(made.month())).day(number(made.day()));
    let Period { from, to } = document.period;
    Metadata::new()
        .title(document.title.clone())
        .authors(vec![document.organisation.clone()])
        .creator("servicelofte".to_owned())
        .language(language.to_owned())
        .document_id(format!("{} {from} {to} {made}", document.title))
        .creation_date(date.hour(0).minute(0).second(0).utc_offset_hour(0))
}
