//! The report as plain text, 80 columns: page one, or all of it. Short tables are set in columns,
//! wide ones as a block for each row, so that it reads well in a mail and in a narrow window. A
//! picture is its figures.

use super::document::{Block, Cell, Document, Section, Table};
use crate::config::Language;
use crate::mail::texts::wrap;
use std::fmt::Write as _;

/// Characters of a line. Tables whose columns need more are shown as blocks.
pub const WIDTH: usize = 80;

/// How much of it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    PageOne,
    Full,
}

/// The report, `\n` line ends.
#[must_use]
pub fn text(document: &Document, extent: Extent) -> String {
    let mut out = format!(
        "{}\n{}\n\n",
        document.title,
        "=".repeat(document.title.chars().count())
    );
    for line in &document.lead {
        out += &paragraph(line);
    }
    let appendix: &[Section] = if extent == Extent::Full {
        &document.appendix
    } else {
        &[]
    };
    for section in document.page_one.iter().chain(appendix) {
        out += &self::section(section, document.language);
    }
    out.trim_end().to_owned() + "\n"
}

fn section(section: &Section, language: Language) -> String {
    let mut out = format!(
        "\n{}\n{}\n\n",
        section.title,
        "-".repeat(section.title.chars().count())
    );
    for block in &section.blocks {
        out += &match block {
            Block::Pledge(text) | Block::Text(text) => paragraph(text),
            Block::Table(table) => self::table(table, language),
            Block::Picture(picture) => {
                self::table(picture.in_text.as_ref().unwrap_or(&picture.table), language)
            }
        };
    }
    out
}

fn paragraph(text: &str) -> String {
    wrap::wrap(text).trim_end().to_owned() + "\n"
}

fn table(table: &Table, language: Language) -> String {
    let rows = table.rows.iter().map(|row| shown(row, language));
    let rows: Vec<Vec<String>> = rows.collect();
    let head: Vec<Vec<&str>> = table.head.iter().map(|name| broken(name)).collect();
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].as_str());
        widest(cells.chain(head[column].iter().copied()))
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let body = if widths.iter().sum::<usize>() + 2 * widths.len() <= WIDTH {
        in_columns(table, &head, &rows, &widths)
    } else {
        in_blocks(table, &rows)
    };
    format!("{}\n{body}\n", table.caption)
}

fn shown(row: &[Cell], language: Language) -> Vec<String> {
    let cells = row.iter().map(|cell| cell.show(language));
    cells.map(|text| text.replace('\u{a0}', " ")).collect()
}

fn widest<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(|text| text.chars().count()).max().unwrap_or(0)
}

/// The columns side by side: figures to the right, words to the left.
fn in_columns(table: &Table, head: &[Vec<&str>], rows: &[Vec<String>], widths: &[usize]) -> String {
    let line = |cells: &[&str]| side_by_side(table, cells, widths);
    let deep = head.iter().map(Vec::len).max().unwrap_or(0);
    let mut out = String::new();
    for at in 0..deep {
        // A short head goes on the line above the figures.
        let cells = head.iter().map(|lines| {
            let own = (at + lines.len()).wrapping_sub(deep);
            lines.get(own).copied().unwrap_or("")
        });
        out += &line(&cells.collect::<Vec<_>>());
    }
    for row in rows {
        out += &line(&row.iter().map(String::as_str).collect::<Vec<_>>());
    }
    out
}

/// One line of the columns.
fn side_by_side(table: &Table, cells: &[&str], widths: &[usize]) -> String {
    let cells = cells.iter().zip(widths).enumerate();
    let cells = cells.map(|(column, (cell, width))| {
        if table.is_number(column) {
            format!("{cell:>width$}")
        } else {
            format!("{cell:<width$}")
        }
    });
    let cells = cells.collect::<Vec<_>>().join("  ");
    format!("  {}\n", cells.trim_end())
}

/// Each row by itself: its keys on a line, and a line for each of its values.
fn in_blocks(table: &Table, rows: &[Vec<String>]) -> String {
    let (keys, columns) = (table.keys, &table.head[table.keys..]);
    let label = widest(columns.iter().map(String::as_str));
    let mut out = String::new();
    for row in rows {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "\n  {}", row[..keys].join(", "));
        for (name, cell) in columns.iter().zip(&row[keys..]) {
            let _ = writeln!(out, "    {name:<label$}  {cell}");
        }
    }
    out
}

/// A heading in lines: at its commas and after each word that is long enough for one.
fn broken(name: &str) -> Vec<&str> {
    /// Letters of a line: longer headings make a column too wide.
    const LONG: usize = 9;
    let mut lines = Vec::new();
    let mut rest = name;
    while rest.chars().count() > LONG
        && let Some((at, _)) = rest
            .match_indices(' ')
            .find(|(at, _)| rest[..*at].chars().count() + 3 > LONG / 2 + 1)
    {
        lines.push(&rest[..at]);
        rest = &rest[at + 1..];
    }
    lines.push(rest);
    lines
}
