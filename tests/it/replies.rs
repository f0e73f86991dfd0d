//! Replies as the mail programs of handlers make them (`tests/data/replies`): the writer's own
//! words, and nothing of what the program quotes, whose text is full of commands.
//!
//! `UPDATE_EXPECT=1` writes the words again; read them before they are committed.

use servicelofte::domain::command;
use servicelofte::mail::parse::message;
use servicelofte::mail::reply::own_words;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/replies");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the replies")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "eml"));
    files.sort();
    files
}

/// The own words, and what they order.
fn read(bytes: &[u8]) -> String {
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 24).expect("a day");
    let Some(words) = own_words(bytes) else {
        return "(no text)\n".to_owned();
    };
    let mut text = format!("{words}\n---\n");
    let subject = message(bytes).subject;
    for order in command::read_mail(&subject, &words, today) {
        let _ = writeln!(text, "{order:?}");
    }
    text
}

#[test]
fn every_program_is_understood() {
    assert!(files().len() >= 71, "the replies are there");
    for file in files() {
        let got = read(&fs::read(&file).expect("a reply"));
        let expected = file.with_extension("txt");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&expected, &got).expect("written");
        }
        assert_eq!(
            got,
            fs::read_to_string(&expected).unwrap_or_default(),
            "{}",
            file.display()
        );
    }
}

/// Only the first bytes of a reply are read, wherever they end.
#[test]
fn a_reply_that_is_cut_off_orders_nothing_else() {
    for file in files() {
        let bytes = fs::read(&file).expect("a reply");
        let whole = read(&bytes);
        for end in (0..bytes.len()).step_by(7) {
            let cut = read(&bytes[..end]);
            // The quotation would close it by letter.
            let obeys = cut.contains("how: Letter") && !whole.contains("how: Letter");
            assert!(!obeys, "{}, cut at {end}: {cut}", file.display());
        }
    }
}

#[test]
fn a_large_picture_in_front_only_moves_the_text_back() {
    let picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA\r\n"
        .repeat(2_000);
    let mail = format!(
        "From: registrator@example.se\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
         --b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n{picture}\
         --b\r\nContent-Type: text/plain\r\n\r\nKLAR TELEFON\r\n--b--\r\n"
    );
    assert_eq!(
        own_words(&mail.as_bytes()[..64 * 1024]),
        None,
        "the text lies further behind"
    );
    assert_eq!(own_words(mail.as_bytes()).as_deref(), Some("KLAR TELEFON"));
}
