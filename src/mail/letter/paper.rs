//! A letter that has been set, as PDF: drawn page by page, and tagged in reading order.

use super::face::Faces;
use super::flow::{Element, FOLDS, Line, MM, PAGE, RECEIVER, RECEIVER_LINES, Role, Set};
use super::{Letter, LetterError};
use crate::words::of;
use chrono::Datelike;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, Node, SpanTag, Tag, TagGroup,
    TagTree,
};
use krilla::text::TextDirection;
use krilla::{Document, SerializeSettings, color::luma};
use std::num::NonZeroU16;

/// How dark the lines to write on and the marks for folding are: seen by who looks for them.
const FAINT: u8 = 190;

/// Width of those lines, in points.
const HAIR: f32 = 0.4;

/// Fold marks, from the left edge: most printers reach no farther out.
const MARK: (f32, f32) = (5.0 * MM, 9.0 * MM);

/// Where the following pages say which they are.
const PAGE_NUMBER: (f32, f32, f32) = (25.0 * MM, 20.0 * MM, 9.0);

pub(super) fn write(letter: &Letter<'_>, faces: &Faces, set: &Set) -> Result<Vec<u8>, LetterError> {
    let mut document = archival()?;
    let mut leaves: Vec<Vec<Identifier>> = vec![Vec::new(); set.elements.len()];
    for page in 0..set.pages {
        let mut paper = document.start_page_with(sheet()?);
        let mut surface = paper.surface();
        if page == 0 {
            marks(&mut surface);
        } else {
            number(&mut surface, letter, faces, page + 1, set.pages);
        }
        for (element, leaves) in set.elements.iter().zip(&mut leaves) {
            leaves.extend(lines_of(page, element, &mut surface, faces));
        }
        surface.finish();
        paper.finish();
    }
    document.set_tag_tree(tree(&set.elements, leaves, letter));
    document.set_outline(outline(letter, &set.elements));
    document.set_metadata(metadata(letter));
    document
        .finish()
        .map_err(|error| LetterError::Pdf(error.to_string()))
}

fn sheet() -> Result<PageSettings, LetterError> {
    PageSettings::from_wh(PAGE.0, PAGE.1).ok_or(LetterError::Pdf("page".to_owned()))
}

/// Draws the lines of an element that are on this page.
fn lines_of(
    page: usize,
    element: &Element,
    surface: &mut Surface,
    faces: &Faces,
) -> Vec<Identifier> {
    let last = element.lines.len() - 1;
    let lines = element.lines.iter().enumerate();
    lines
        .filter(|(_, line)| line.page == page)
        .map(|(at, line)| draw(surface, line, faces, at < last))
        .collect()
}

/// A document that is fit for archives and for screen readers.
pub fn archival() -> Result<Document, LetterError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| LetterError::Pdf(format!("{error:?}")))?;
    Ok(Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    }))
}

/// A line of text. Where a paragraph goes on, a blank ends it, so that words are apart for who
/// reads the text alone.
fn draw(surface: &mut Surface<'_>, line: &Line, faces: &Faces, goes_on: bool) -> Identifier {
    let face = if line.bold {
        &faces.bold
    } else {
        &faces.regular
    };
    let text = format!("{}{}", line.text, if goes_on { " " } else { "" });
    let leaf = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
    surface.set_fill(Some(Fill {
        paint: luma::Color::black().into(),
        opacity: NormalizedF32::ONE,
        ..Fill::default()
    }));
    surface.set_stroke(None);
    let start = Point::from_xy(line.x, line.y);
    surface.draw_text(
        start,
        face.font.clone(),
        line.size,
        &text,
        false,
        TextDirection::LeftToRight,
    );
    surface.end_tagged();
    leaf
}

/// Lines to write the receiver on, and where to fold.
fn marks(surface: &mut Surface<'_>) {
    let receiver = RECEIVER_LINES.iter().map(|y| (RECEIVER, *y));
    let folds = FOLDS.iter().map(|y| (MARK, *y));
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(
        ArtifactType::Page,
    )));
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke {
        paint: luma::Color::new(FAINT).into(),
        width: HAIR,
        ..Stroke::default()
    }));
    for ((from, to), y) in receiver.chain(folds) {
        let mut path = PathBuilder::new();
        path.move_to(from, y);
        path.line_to(to, y);
        if let Some(path) = path.finish() {
            surface.draw_path(&path);
        }
    }
    surface.end_tagged();
}

/// `SL-2026-00042, 2 (3)`.
fn number(
    surface: &mut Surface<'_>,
    letter: &Letter<'_>,
    faces: &Faces,
    page: usize,
    pages: usize,
) {
    let (x, y, size) = PAGE_NUMBER;
    let text = faces
        .regular
        .shown(&format!("{}, {page} ({pages})", letter.reference));
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(
        ArtifactType::Header,
    )));
    surface.set_fill(Some(Fill {
        paint: luma::Color::black().into(),
        ..Fill::default()
    }));
    surface.set_stroke(None);
    let font = faces.regular.font.clone();
    surface.draw_text(
        Point::from_xy(x, y),
        font,
        size,
        &text,
        false,
        TextDirection::LeftToRight,
    );
    surface.end_tagged();
}

fn tree(elements: &[Element], leaves: Vec<Vec<Identifier>>, letter: &Letter<'_>) -> TagTree {
    let mut tree = TagTree::new();
    let mut list: Option<TagGroup> = None;
    for (element, leaves) in elements.iter().zip(leaves) {
        let leaves = leaves.into_iter().map(Node::from);
        if element.role != Role::Item
            && let Some(list) = list.take()
        {
            tree.push(list);
        }
        match element.role {
            Role::Heading => {
                let tag = Tag::Hn(NonZeroU16::MIN, Some(letter.heading.to_owned()));
                tree.push(TagGroup::with_children(tag, leaves.collect()));
            }
            Role::Paragraph => tree.push(TagGroup::with_children(Tag::P, leaves.collect())),
            Role::Item => {
                list.get_or_insert_with(|| TagGroup::new(Tag::L(ListNumbering::Disc)))
                    .push(point(leaves));
            }
        }
    }
    if let Some(list) = list {
        tree.push(list);
    }
    tree
}

/// A point of a list: its bullet, then its text.
fn point(mut leaves: impl Iterator<Item = Node>) -> TagGroup {
    let label = TagGroup::with_children(Tag::Lbl, leaves.next().into_iter().collect());
    let body = TagGroup::with_children(Tag::LBody, leaves.collect());
    TagGroup::with_children(Tag::LI, vec![label.into(), body.into()])
}

/// PDF/UA-1 wants one, be it as short as this.
fn outline(letter: &Letter<'_>, elements: &[Element]) -> Outline {
    let heading = elements
        .iter()
        .find(|element| element.role == Role::Heading)
        .and_then(|e| e.lines.first());
    let (x, y) = heading.map_or((0.0, 0.0), |line| (line.x, line.y - line.size));
    let mut outline = Outline::new();
    let place = XyzDestination::new(0, Point::from_xy(x, y));
    outline.push_child(OutlineNode::new(letter.heading.to_owned(), place));
    outline
}

fn metadata(letter: &Letter<'_>) -> Metadata {
    let language = of(letter.language).tag;
    let number = |number: u32| u8::try_from(number).unwrap_or(1);
    let (month, day) = (number(letter.date.month()), number(letter.date.day()));
    let date = DateTime::new(u16::try_from(letter.date.year()).unwrap_or_default())
        .month(month)
        .day(day);
    Metadata::new()
        .title(format!("{} ({})", letter.heading, letter.reference))
        .authors(vec![letter.sender.name.clone()])
        .creator("servicelofte".to_owned())
        .language(language.to_owned())
        .document_id(letter.reference.to_owned())
        .creation_date(date.hour(0).minute(0).second(0).utc_offset_hour(0))
}
