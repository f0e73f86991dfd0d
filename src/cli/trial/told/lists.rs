//! The lists of a trial for a spreadsheet.

use crate::domain::language::Language;
use crate::words::of;
use chrono::{DateTime, Utc};

/// A question without a seen answer.
pub struct Unanswered {
    pub reference: String,
    pub at: DateTime<Utc>,
    pub folder: String,
    /// Sender and subject, where they were asked for.
    pub shown: Option<(String, String)>,
}

/// `unanswered.csv`.
#[must_use]
pub fn unanswered(
    language: Language,
    zone: chrono_tz::Tz,
    subjects: bool,
    rows: &[Unanswered],
) -> String {
    let mut head = of(language).trial.unanswered_head.to_vec();
    if subjects {
        head.extend(of(language).trial.subjects_head);
    }
    let rows = rows.iter().map(|row| {
        let day = row.at.with_timezone(&zone).date_naive().to_string();
        let mut fields = vec![row.reference.clone(), day, row.folder.clone()];
        if let Some((sender, subject)) = &row.shown {
            fields.extend([sender.clone(), subject.clone()]);
        }
        fields
    });
    table(&head, rows)
}

/// Rows with semicolons (RFC 4180 otherwise), for a spreadsheet: with a byte-order mark, and no
/// field that it would take for a formula.
pub(super) fn table<F: AsRef<[String]>>(head: &[&str], rows: impl Iterator<Item = F>) -> String {
    let mut text = format!("\u{feff}{}\r\n", head.join(";"));
    for row in rows {
        let fields: Vec<String> = row.as_ref().iter().map(|field| quoted(field)).collect();
        text.push_str(&fields.join(";"));
        text.push_str("\r\n");
    }
    text
}

fn quoted(field: &str) -> String {
    let field = field.replace(['\r', '\n'], " ");
    let field = if field.starts_with(['=', '+', '-', '@', '\t']) {
        format!("'{field}")
    } else {
        field
    };
    if field.contains([';', '"']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_safe_in_a_spreadsheet() {
        for (field, expected) in [
            ("SL-2026-00001", "SL-2026-00001"),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("-1", "'-1"),
            ("a;b", "\"a;b\""),
            ("a\r\nb", "a  b"),
        ] {
            assert_eq!(quoted(field), expected);
        }
    }
}
