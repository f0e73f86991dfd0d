//! The report as one HTML page (WCAG 2.2 AA), by the template `page.html`: nothing is fetched from
//! anywhere, it reads at the width of a phone, on paper, in the dark and by ear.
//!
//! Tables have a caption and header cells with a scope. Below the width at which their columns have
//! room, each row becomes a block with its columns' names, so nothing lies outside the page; the
//! roles are written out, since some programs forget what a table is when its style changes.
//! Pictures have a text alternative, and their figures follow below them.

use super::document::{Block, Cell, Document, Picture, Section, Table};
use super::svg::svg;
use crate::config::Language;
use crate::words::of;
use minijinja::{Environment, UndefinedBehavior, Value, context};

const STYLE: &str = include_str!("style.css");
const PAGE: &str = include_str!("page.html");
const NOTE: &str = include_str!("note.html");

/// In a table with more columns words may be broken anywhere, so that it has room.
const MANY: usize = 7;

/// What the mail says that the report comes with.
pub fn note(document: &Document, lines: &[String]) -> Result<String, minijinja::Error> {
    let lang = document.language.code();
    environment()?
        .get_template("note.html")?
        .render(context! { lang, title => document.title, lines })
}

fn environment() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.set_keep_trailing_newline(true);
    environment.add_template("page.html", PAGE)?;
    environment.add_template("note.html", NOTE)?;
    Ok(environment)
}

/// The whole page.
pub fn html(document: &Document) -> Result<String, minijinja::Error> {
    let environment = environment()?;
    let l = document.language;
    let mut pictures = 0;
    let mut sections = |sections: &[Section]| -> Vec<Value> {
        sections
            .iter()
            .map(|one| section(one, l, &mut pictures))
            .collect()
    };
    environment.get_template("page.html")?.render(context! {
        lang => l.code(),
        style => Value::from_safe_string(STYLE.to_owned()),
        title => document.title,
        lead => document.lead,
        page_one => sections(&document.page_one),
        appendix => sections(&document.appendix),
        words => context! {
            appendix => of(l).page.appendix,
            figures => of(l).page.figures_of_picture,
        },
    })
}

fn section(section: &Section, l: Language, pictures: &mut usize) -> Value {
    let mut blocks: Vec<Value> = Vec::new();
    // Pictures that follow each other are set side by side where there is room.
    let mut row: Vec<Value> = Vec::new();
    for block in &section.blocks {
        let told = match block {
            Block::Pledge(text) => context! { pledge => text },
            Block::Text(text) => context! { text => text },
            Block::Table(one) => context! { table => table(one, l) },
            Block::Picture(one) => {
                *pictures += 1;
                row.push(picture(one, *pictures, l));
                continue;
            }
        };
        blocks.extend(side_by_side(&mut row));
        blocks.push(told);
    }
    blocks.extend(side_by_side(&mut row));
    context! { title => section.title, blocks => blocks }
}

/// The pictures that follow each other, if there are any.
fn side_by_side(row: &mut Vec<Value>) -> Option<Value> {
    let pictures = std::mem::take(row);
    (!pictures.is_empty()).then(|| context! { pictures => pictures })
}

fn picture(picture: &Picture, number: usize, l: Language) -> Value {
    let Picture { title, told, .. } = picture;
    let svg = svg(&picture.scene, title, told, &format!("picture-{number}"));
    context! {
        title => title,
        svg => Value::from_safe_string(svg),
        table => table(&picture.table, l),
    }
}

fn table(table: &Table, l: Language) -> Value {
    let last = table.rows.len().saturating_sub(1);
    let rows = table.rows.iter().enumerate().map(|(index, row)| {
        context! {
            cells => cells(table, row, l),
            is_total => table.has_total && index == last,
        }
    });
    let head = table.head.iter().enumerate();
    context! {
        caption => table.caption,
        head => head.map(|(column, name)| context! { name => name, is_number => table.is_number(column) }).collect::<Vec<_>>(),
        rows => rows.collect::<Vec<_>>(),
        has_many => table.head.len() > MANY,
    }
}

fn cells(table: &Table, row: &[Cell], l: Language) -> Vec<Value> {
    let cell = |(column, cell): (usize, &Cell)| {
        context! {
            text => cell.show(l),
            head => table.head[column],
            is_key => column < table.keys,
            is_number => table.is_number(column),
        }
    };
    row.iter().enumerate().map(cell).collect()
}
