//! The report as one HTML page: nothing is fetched from anywhere, it reads at phone width, on paper and by ear.
//!
//! Tables have a caption and header cells with a scope; a wide one scrolls in a region of its own that the keyboard
//! reaches. The chart is SVG with title and description, and the table beside it says the same, so nothing depends on
//! seeing colours. All colours have a contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3).

use super::document::{Cell, Chart, Document, Section, Table};
use super::words::pick;
use crate::config::Language;
use std::fmt::Write as _;

const STYLE: &str = include_str!("style.css");

/// The bars' colours, in the order of the legend; white stands readable on each.
const COLOURS: [&str; 4] = ["#17663a", "#1f4e9c", "#a4161a", "#5c5c5c"];

/// Width of the drawing in its own units: that of a phone, so that its letters are readable there.
const WIDTH: u32 = 340;

/// Height of one bar with its label.
const BAR: u32 = 48;

/// A part of a bar narrower than this has no number in it; the table has.
const ROOM_FOR_NUMBER: u32 = 18;

/// The whole page.
#[must_use]
pub fn html(document: &Document) -> String {
    let mut out = String::new();
    let (lang, title) = (pick(document.language, "sv", "en"), escape(&document.title));
    // Writing to a String cannot fail, here and below.
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    );
    for line in &document.lead {
        let _ = writeln!(out, "<p class=\"lead\">{}</p>", escape(line));
    }
    let mut tables = 0;
    for (number, section) in document.sections.iter().enumerate() {
        self::section(&mut out, section, number, &mut tables, document.language);
    }
    out + "</main>\n</body>\n</html>\n"
}

fn section(out: &mut String, section: &Section, number: usize, tables: &mut usize, language: Language) {
    let title = escape(&section.title);
    let _ = writeln!(out, "<section aria-labelledby=\"s{number}\">\n<h2 id=\"s{number}\">{title}</h2>");
    for line in &section.text {
        let _ = writeln!(out, "<p>{}</p>", escape(line));
    }
    if let Some(chart) = &section.chart {
        self::chart(out, chart, language);
    }
    for table in &section.tables {
        *tables += 1;
        self::table(out, table, *tables, language);
    }
    out.push_str("</section>\n");
}

fn table(out: &mut String, table: &Table, number: usize, language: Language) {
    let _ = writeln!(
        out,
        "<div class=\"wide\" role=\"region\" aria-labelledby=\"t{number}\" tabindex=\"0\">\n<table>\n\
         <caption id=\"t{number}\">{}</caption>\n<thead>\n<tr>",
        escape(&table.caption)
    );
    for (column, name) in table.head.iter().enumerate() {
        let class = if is_number(table, column) { " class=\"number\"" } else { "" };
        let _ = writeln!(out, "<th scope=\"col\"{class}>{}</th>", escape(name));
    }
    out.push_str("</tr>\n</thead>\n<tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>\n");
        for (column, cell) in row.iter().enumerate() {
            let text = escape(&cell.show(language));
            let _ = match (column < table.keys, is_number(table, column)) {
                (true, _) => writeln!(out, "<th scope=\"row\">{text}</th>"),
                (false, true) => writeln!(out, "<td class=\"number\">{text}</td>"),
                (false, false) => writeln!(out, "<td>{text}</td>"),
            };
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
}

fn is_number(table: &Table, column: usize) -> bool {
    table.rows.first().is_some_and(|row| !matches!(row[column], Cell::Text(_)))
}

fn chart(out: &mut String, chart: &Chart, language: Language) {
    let bars = u32::try_from(chart.bars.len()).unwrap_or(u32::MAX);
    let height = bars.saturating_mul(BAR);
    let _ = writeln!(
        out,
        "<figure>\n<svg role=\"img\" aria-labelledby=\"chart-title chart-desc\" viewBox=\"0 0 {WIDTH} {height}\" \
         xmlns=\"http://www.w3.org/2000/svg\">\n<title id=\"chart-title\">{}</title>\n<desc id=\"chart-desc\">{}</desc>",
        escape(&chart.title),
        escape(&described(chart))
    );
    let longest = chart.bars.iter().map(|(_, parts)| parts.iter().sum::<u32>()).max().unwrap_or(0).max(1);
    for (number, (label, parts)) in (0..).zip(&chart.bars) {
        let top = number * BAR;
        let _ = writeln!(out, "<text x=\"0\" y=\"{}\">{}</text>", top + 14, escape(label));
        let mut x = 0;
        for (part, colour) in parts.iter().zip(COLOURS).filter(|(part, _)| **part > 0) {
            let width = (u64::from(*part) * u64::from(WIDTH) / u64::from(longest)).max(2);
            let width = u32::try_from(width).unwrap_or(WIDTH);
            let _ = writeln!(
                out,
                "<rect x=\"{x}\" y=\"{}\" width=\"{width}\" height=\"22\" fill=\"{colour}\" stroke=\"#fff\"/>",
                top + 19
            );
            if width >= ROOM_FOR_NUMBER {
                let middle = x + width / 2;
                let _ = writeln!(
                    out,
                    "<text class=\"part\" x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{part}</text>",
                    top + 35
                );
            }
            x += width;
        }
    }
    out.push_str("</svg>\n<figcaption>\n");
    let _ = writeln!(out, "{}", pick(language, "Färgerna betyder:", "The colours mean:"));
    out.push_str("<ul class=\"legend\">\n");
    for (name, colour) in chart.legend.iter().zip(COLOURS) {
        let _ =
            writeln!(out, "<li><span style=\"background:{colour}\" aria-hidden=\"true\"></span>{}</li>", escape(name));
    }
    out.push_str("</ul>\n</figcaption>\n</figure>\n");
}

/// The chart in words: `kf, e-post: Besvarade i tid 4, Brutna 1.`
fn described(chart: &Chart) -> String {
    let bars = chart.bars.iter().map(|(label, parts)| {
        let parts = parts.iter().zip(&chart.legend).filter(|(part, _)| **part > 0);
        let parts: Vec<String> = parts.map(|(part, name)| format!("{name} {part}")).collect();
        format!("{label}: {}.", parts.join(", "))
    });
    bars.collect::<Vec<_>>().join(" ")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
