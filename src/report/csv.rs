//! The report as CSV (RFC 4180) for a Swedish spreadsheet: one value a line, semicolons between fields, and a byte order
//! mark, without which Excel takes UTF-8 for Windows-1252.
//!
//! One value a line instead of one table after the other: a program can read it, and a pivot table shows it in any way.

use super::document::{Cell, Document};
use super::words::pick;
use crate::config::Language;
use std::fmt::Write as _;

/// What a file begins with.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The whole report, CRLF line ends.
#[must_use]
pub fn csv(document: &Document) -> String {
    let head = pick(
        document.language,
        ["Från", "Till", "Tabell", "Rad", "Mått", "Värde"],
        ["From", "To", "Table", "Row", "Figure", "Value"],
    );
    let mut out = String::from(BYTE_ORDER_MARK);
    line(&mut out, head);
    let (from, to) = &document.figures_of;
    for table in document.sections.iter().flat_map(|section| &section.tables) {
        for row in &table.rows {
            let keys: Vec<String> = row[..table.keys].iter().map(|key| key.show(document.language)).collect();
            for (name, cell) in table.head[table.keys..].iter().zip(&row[table.keys..]) {
                let fields = [
                    from.clone(),
                    to.clone(),
                    table.caption.clone(),
                    keys.join(", "),
                    name.clone(),
                    value(cell, document.language),
                ];
                line(&mut out, fields);
            }
        }
    }
    out
}

/// Numbers as a spreadsheet reckons with them: times in hours, with the language's decimal sign; nothing for nothing.
fn value(cell: &Cell, language: Language) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Count(number) | Cell::Percent(Some(number)) => number.to_string(),
        Cell::Time(Some(minutes)) => {
            let (hours, hundredths) = (minutes / 60, minutes % 60 * 100 / 60);
            format!("{hours}{}{hundredths:02}", pick(language, ',', '.'))
        }
        Cell::Time(None) | Cell::Percent(None) => String::new(),
    }
}

/// A line of fields that can neither break out of it nor be formulas; also for what else is written as CSV.
pub fn line(out: &mut String, fields: impl IntoIterator<Item = impl AsRef<str>>) {
    for (number, field) in fields.into_iter().enumerate() {
        let separator = if number == 0 { "" } else { ";" };
        // Writing to a String cannot fail.
        let _ = write!(out, "{separator}{}", quoted(&harmless(field.as_ref())));
    }
    out.push_str("\r\n");
}

/// A text that a spreadsheet would take for a formula (OWASP, "CSV Injection") gets an apostrophe, which makes it text;
/// the wide signs are formulas to East Asian ones. A NUL would end the file for some readers.
fn harmless(field: &str) -> String {
    let field = field.replace('\0', "\u{fffd}");
    let is_formula = field.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if is_formula { format!("'{field}") } else { field }
}

/// RFC 4180 §2, rules 5 to 7.
fn quoted(field: &str) -> String {
    if field.contains(['"', ';', '\r', '\n']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_can_neither_break_out_nor_be_formulas() {
        for (field, expected) in [
            ("plain", "plain"),
            ("a;b", "\"a;b\""),
            ("a \"b\"\r\nc", "\"a \"\"b\"\"\r\nc\""),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("+46", "'+46"),
            ("-1+1", "'-1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\n=1+1", "\"'\n=1+1\""),
            ("＝1+1", "'＝1+1"),
            ("a\0b", "a\u{fffd}b"),
            ("–", "–"),
        ] {
            assert_eq!(quoted(&harmless(field)), expected, "{field}");
        }
        assert_eq!(value(&Cell::Time(Some(90)), Language::Swedish), "1,50");
        assert_eq!(value(&Cell::Time(Some(61)), Language::English), "1.01");
        assert_eq!(value(&Cell::Percent(None), Language::Swedish), "");
    }
}
