//! CSV (RFC 4180) for a Swedish spreadsheet and for open data: semicolons between fields, CRLF line
//! ends, and a byte order mark, without which Excel takes UTF-8 for Windows-1252.
//!
//! The report has one value a line instead of one table after the other: a program can read it, and
//! a pivot table shows it in any way. It is made of the same document as the other forms, so it
//! holds nothing that they may not show.

use super::document::{Cell, Document};
use crate::config::Language;
use crate::words::of;
use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};
use std::io::{self, Write};

/// What a file begins with.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The whole report.
pub fn csv(document: &Document) -> io::Result<Vec<u8>> {
    let head = of(document.language).page.columns;
    let mut rows = Rows::new(Vec::new())?;
    rows.line(head)?;
    let (from, to) = (
        &document.period.from.to_string(),
        &document.period.to.to_string(),
    );
    for table in document.tables() {
        for row in &table.rows {
            let keys: Vec<String> = row[..table.keys]
                .iter()
                .map(|key| key.show(document.language))
                .collect();
            let keys = keys.join(", ");
            for (name, cell) in table.head[table.keys..].iter().zip(&row[table.keys..]) {
                let (value, percent) = value(cell, document.language);
                rows.line([from, to, &table.caption, &keys, name, &value, &percent])?;
            }
        }
    }
    rows.finish()
}

/// Numbers that a spreadsheet can add up: times in hours, with the language's decimal sign; nothing
/// for nothing.
fn value(cell: &Cell, language: Language) -> (String, String) {
    let alone = |value: String| (value, String::new());
    match cell {
        Cell::Text(text) => alone(text.clone()),
        Cell::Count(number) | Cell::Share(number, None) => alone(number.to_string()),
        Cell::Share(number, Some(percent)) => (number.to_string(), percent.to_string()),
        Cell::Time(Some(minutes)) => {
            let (hours, hundredths) = (minutes / 60, minutes % 60 * 100 / 60);
            alone(format!(
                "{hours}{}{hundredths:02}",
                of(language).page.decimal_sign
            ))
        }
        Cell::Time(None) | Cell::Few | Cell::NotShown => alone(String::new()),
    }
}

/// Rows on their way out; also for what else is written as CSV.
pub struct Rows<W: Write>(Writer<W>);

impl<W: Write> Rows<W> {
    pub fn new(mut to: W) -> io::Result<Self> {
        to.write_all(BYTE_ORDER_MARK.as_bytes())?;
        let mut builder = WriterBuilder::new();
        builder
            .delimiter(b';')
            .terminator(Terminator::CRLF)
            .quote_style(QuoteStyle::Necessary)
            .flexible(true);
        Ok(Self(builder.from_writer(to)))
    }

    /// A line of fields that can neither break out of it nor be formulas.
    pub fn line(&mut self, fields: impl IntoIterator<Item = impl AsRef<str>>) -> io::Result<()> {
        for field in fields {
            self.0.write_field(harmless(field.as_ref()))?;
        }
        Ok(self.0.write_record(None::<&[u8]>)?)
    }

    /// Gives back the output.
    pub fn finish(self) -> io::Result<W> {
        self.0.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}

/// A text that a spreadsheet would take for a formula (OWASP, "CSV Injection") gets an apostrophe,
/// which makes it text; the wide signs are formulas to East Asian ones. A NUL would end the file
/// for some readers.
fn harmless(field: &str) -> String {
    let field = field.replace('\0', "\u{fffd}");
    let is_formula =
        field.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if is_formula {
        format!("'{field}")
    } else {
        field
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
            let mut rows = Rows::new(Vec::new()).expect("memory takes it");
            rows.line([field, "x"]).expect("memory takes it");
            let written =
                String::from_utf8(rows.finish().expect("memory takes it")).expect("UTF-8");
            assert_eq!(written, format!("\u{feff}{expected};x\r\n"), "{field}");
        }
        let of = |cell, language| value(&cell, language);
        assert_eq!(of(Cell::Time(Some(90)), Language::Swedish).0, "1,50");
        assert_eq!(of(Cell::Time(Some(61)), Language::English).0, "1.01");
        assert_eq!(
            of(Cell::Share(4, Some(40)), Language::Swedish),
            ("4".to_owned(), "40".to_owned())
        );
        assert_eq!(of(Cell::Few, Language::Swedish).0, "");
    }
}
