//! `staff_file`: members of staff from a CSV file that another system writes, one a line. Its
//! columns are the keys of `[[staff]]`, and each line is read and checked as such a table is.

use super::fault::suggestion;
use super::files::{Version, read_small, version_of};
use super::reader::Section;
use encoding_rs::WINDOWS_1252;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Bytes of the file; a thousand staff take a seventh of it.
pub const MAX_STAFF_FILE: u64 = 1 << 20;

/// Columns of one value, of several, and the two of `signs_as`.
const PLAIN: [&str; 7] = [
    "id",
    "name",
    "email",
    "title",
    "phone",
    "reports_to",
    "deputy",
];
const LISTS: [&str; 6] = [
    "aliases",
    "away",
    "works",
    "mailbox",
    "folder",
    "former_name",
];
const SIGNS_AS: [(&str, &str); 2] = [("signs_as_title", "title"), ("signs_as_phone", "phone")];
const LEFT: &str = "left";

/// The file, and how it was when it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffFile {
    pub path: PathBuf,
    pub version: Option<Version>,
}

/// A line as a table of the configuration, and its place in the file.
pub(super) struct Row {
    pub place: String,
    pub table: Table,
}

/// Every line of the file that `[service]` names; its faults are reported with the key.
pub(super) fn rows(service: &Section) -> Vec<Row> {
    let Some(path) = service.path(KEY) else {
        return Vec::new();
    };
    match read(&path) {
        Ok(rows) => rows,
        Err(why) => {
            service.fault(KEY, why);
            Vec::new()
        }
    }
}

/// The key in `[service]`.
const KEY: &str = "staff_file";

/// The file that `[service]` names.
pub(super) fn of(service: &Section) -> Option<StaffFile> {
    let path = service.path(KEY)?;
    let version = version_of(&path);
    Some(StaffFile { path, version })
}

fn read(path: &Path) -> Result<Vec<Row>, String> {
    let bytes = read_small(path, MAX_STAFF_FILE)
        .map_err(|why| format!("must be a CSV file that can be read ({why})"))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    tables(&text(&bytes), &name)
}

/// UTF-8, with or without a byte-order mark; else the encoding that Excel saves CSV in.
fn text(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => WINDOWS_1252
            .decode_without_bom_handling(bytes)
            .0
            .into_owned(),
    }
}

fn tables(text: &str, name: &str) -> Result<Vec<Row>, String> {
    let mut lines = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let columns = columns(lines.headers().map_err(|error| wrong(&error))?)?;
    let mut rows = Vec::new();
    for record in lines.records() {
        let record = record.map_err(|error| wrong(&error))?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        let place = format!(
            "{name}:{}",
            record.position().map_or(0, |at| line(text, at))
        );
        rows.push(Row {
            place,
            table: table(&columns, &record),
        });
    }
    if rows.is_empty() {
        Err("names no one: give a line for each member of staff".to_owned())
    } else {
        Ok(rows)
    }
}

/// Where the comma is the decimal sign, programs write semicolons.
fn delimiter(text: &str) -> u8 {
    let head = text.lines().next().unwrap_or_default();
    if head.matches(';').count() > head.matches(',').count() {
        b';'
    } else {
        b','
    }
}

fn wrong(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => {
            let line = pos.as_ref().map_or(1, csv::Position::line);
            format!(
                "line {line} has {len} columns, the first line {expected_len}; quote what holds the separator"
            )
        }
        _ => "must be a CSV file".to_owned(),
    }
}
/// The line on which a record begins; the reader names the first of the empty ones before it.
fn line(text: &str, at: &csv::Position) -> u64 {
    let rest = usize::try_from(at.byte())
        .ok()
        .and_then(|byte| text.get(byte..))
        .unwrap_or_default();
    let empty = rest
        .chars()
        .take_while(|c| matches!(c, '\r' | '\n'))
        .filter(|c| *c == '\n')
        .count();
    at.line() + empty as u64
}

/// The columns' names, in small letters.
fn columns(head: &csv::StringRecord) -> Result<Vec<String>, String> {
    let known = || {
        PLAIN
            .into_iter()
            .chain(LISTS)
            .chain(SIGNS_AS.map(|(column, _)| column))
            .chain([LEFT])
    };
    let columns: Vec<String> = head.iter().map(str::to_lowercase).collect();
    for (index, column) in columns.iter().enumerate() {
        if !known().any(|name| name == column) {
            return Err(format!(
                "has a column {column:?} that is no key of [[staff]]{}",
                suggestion(column, known())
            ));
        }
        if columns[..index].contains(column) {
            return Err(format!("has the column {column:?} twice"));
        }
    }
    Ok(columns)
}

fn table(columns: &[String], record: &csv::StringRecord) -> Table {
    let (mut table, mut function) = (Table::new(), Table::new());
    for (column, cell) in columns
        .iter()
        .zip(record)
        .filter(|(_, cell)| !cell.is_empty())
    {
        let text = Value::String(cell.to_owned());
        if let Some((_, key)) = SIGNS_AS.iter().find(|(name, _)| name == column) {
            function.insert((*key).to_owned(), text);
        } else {
            let value = match &**column {
                list if LISTS.contains(&list) => entries(cell),
                LEFT => yes_or_no(cell).unwrap_or(text),
                _ => text,
            };
            table.insert(column.clone(), value);
        }
    }
    if !function.is_empty() {
        table.insert("signs_as".to_owned(), Value::Table(function));
    }
    table
}

/// The entries of a cell that holds several.
fn entries(cell: &str) -> Value {
    let entries = cell.split([',', ';', '|']).map(str::trim);
    let filled = entries.filter(|entry| !entry.is_empty());
    Value::Array(
        filled
            .map(|entry| Value::String(entry.to_owned()))
            .collect(),
    )
}
/// What people and programs write for true and false. Anything else stays the text that it is.
fn yes_or_no(cell: &str) -> Option<Value> {
    match &*cell.to_lowercase() {
        "true" | "sant" | "yes" | "ja" | "1" | "x" => Some(Value::Boolean(true)),
        "false" | "falskt" | "no" | "nej" | "0" => Some(Value::Boolean(false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        match tables(text, "staff.csv") {
            Ok(rows) => {
                let lines = rows
                    .iter()
                    .map(|row| format!("{} {}", row.place, Value::Table(row.table.clone())));
                lines.collect::<Vec<_>>().join("\n")
            }
            Err(why) => why,
        }
    }

    #[test]
    fn a_line_is_a_member_of_staff() {
        let comma = "id,name,email,aliases,left\nanna,Anna Åberg,anna@example.se,\"a@example.se; aa@example.se\",\n";
        assert_eq!(
            told(comma),
            "staff.csv:2 { aliases = [\"a@example.se\", \"aa@example.se\"], email = \"anna@example.se\", id = \"anna\", name = \"Anna Åberg\" }"
        );
        let semicolon =
            "ID;Name;Signs_as_title;works;left\n\nbo ; Bo Ek;Registrator;mon,tue;Ja\n;;;;\n";
        assert_eq!(
            told(semicolon),
            "staff.csv:3 { id = \"bo\", left = true, name = \"Bo Ek\", signs_as = { title = \"Registrator\" }, works = [\"mon\", \"tue\"] }"
        );
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (text, words) in [
            ("id,epost\na,b\n", "a column \"epost\" that is no key"),
            ("id,emial\na,b\n", "did you mean \"email\"?"),
            ("id,id\na,b\n", "the column \"id\" twice"),
            ("id,name\na\n", "line 2 has 1 columns, the first line 2"),
            ("id,name\n", "names no one"),
            ("", "names no one"),
            ("id,left\na,kanske\n", "left = \"kanske\""),
        ] {
            assert!(told(text).contains(words), "{text:?}: {}", told(text));
        }
    }

    #[test]
    fn it_is_read_as_programs_write_it() {
        assert_eq!(text("Åsa".as_bytes()), "Åsa");
        assert_eq!(text(b"\xef\xbb\xbf\xc3\x85sa"), "Åsa");
        assert_eq!(text(b"\xc5sa"), "Åsa");
    }
}
