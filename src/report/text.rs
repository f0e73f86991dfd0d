//! The report as plain text: short tables in columns, wide ones as a block for each row, so that it reads well in a
//! mail and in a narrow window.

use super::document::{Document, Section, Table};
use crate::config::Language;
use crate::mail::texts::wrap;
use std::fmt::Write as _;

/// Characters of a line. Tables whose columns need more are shown as blocks.
const WIDTH: usize = 72;

/// The whole report, `\n` line ends.
#[must_use]
pub fn text(document: &Document) -> String {
    let mut out = format!("{}\n{}\n\n", document.title, "=".repeat(document.title.chars().count()));
    for line in &document.lead {
        out += &paragraph(line);
    }
    for section in &document.sections {
        out += &self::section(section, document.language);
    }
    out.trim_end().to_owned() + "\n"
}

fn section(section: &Section, language: Language) -> String {
    let mut out = format!("\n{}\n{}\n\n", section.title, "-".repeat(section.title.chars().count()));
    for line in &section.text {
        out += &paragraph(line);
    }
    for table in &section.tables {
        out += &self::table(table, language);
    }
    out
}

fn paragraph(text: &str) -> String {
    wrap::wrap(text).trim_end().to_owned() + "\n"
}

fn table(table: &Table, language: Language) -> String {
    let rows: Vec<Vec<String>> =
        table.rows.iter().map(|row| row.iter().map(|cell| cell.show(language)).collect()).collect();
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([table.head[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..table.head.len()).map(width).collect();
    // Writing to a String cannot fail.
    let mut out = format!("{}\n", table.caption);
    if widths.iter().sum::<usize>() + 2 * widths.len() <= WIDTH {
        for row in std::iter::once(&table.head).chain(&rows) {
            let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
            let _ = writeln!(out, "  {}", cells.collect::<Vec<_>>().join("  ").trim_end());
        }
    } else {
        let (keys, columns) = (table.keys, &table.head[table.keys..]);
        let label = columns.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        for row in &rows {
            let _ = writeln!(out, "\n  {}", row[..keys].join(", "));
            for (name, cell) in columns.iter().zip(&row[keys..]) {
                let _ = writeln!(out, "    {name:<label$}  {cell}");
            }
        }
    }
    out + "\n"
}
