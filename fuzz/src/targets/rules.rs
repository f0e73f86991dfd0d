//! Subjects against what looks at them: rules of the configuration, stamp days, answer prefixes,
//! our own references. The first line is a pattern, the rest a subject.

use chrono::NaiveDate;
use regex::RegexBuilder;
use servicelofte::domain::matching::Match;
use servicelofte::domain::message::{Address, Message};
use servicelofte::domain::stamp::{Stamp, stamp_day};
use servicelofte::domain::subject::{
    MAX_FOUND, core, normalised_subject, prefix, references, without_tags,
};

/// Bytes of a compiled pattern: the search is for slow matches, not for large patterns.
const SMALL: usize = 1 << 16;

pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (pattern, subject) = text.split_once('\n').unwrap_or(("", &text));
    subjects(subject);
    let Ok(pattern) = RegexBuilder::new(pattern).size_limit(SMALL).build() else {
        return;
    };
    let message = Message {
        subject: subject.to_owned(),
        from: vec![Address {
            name: None,
            addr: format!("{}@example.org", subject.len()),
        }],
        headers: vec![("x-form".to_owned(), subject.to_owned())],
        ..Message::default()
    };
    let by_subject = Match {
        subject: Some(pattern.clone()),
        ..Match::default()
    };
    let by_header = Match {
        header: Some(("x-form".to_owned(), pattern.clone())),
        ..Match::default()
    };
    assert_eq!(
        by_subject.fits(&message, "INBOX"),
        by_header.fits(&message, "INBOX")
    );
    let scan = NaiveDate::from_ymd_opt(2026, 11, 19).expect("a day");
    match stamp_day(subject, &pattern, scan) {
        Stamp::None => {}
        Stamp::Believed(day) => assert!(day <= scan && (scan - day).num_days() <= 60, "{day}"),
        Stamp::Future(day) => assert!(day > scan, "{day}"),
        Stamp::TooOld(day) => assert!((scan - day).num_days() > 60, "{day}"),
    }
}

fn subjects(subject: &str) {
    let once = normalised_subject(subject);
    assert!(!once.contains("  ") && once.trim() == once, "{once:?}");
    assert!(!subject.trim().is_empty() || once.is_empty());
    let _ = prefix(subject);
    assert!(subject.contains(without_tags(subject)));
    assert!(references(subject, 2026).len() <= MAX_FOUND);
    let once = core(subject, &[]);
    assert_eq!(core(&once, &[]), once, "the core of a core");
}
