//! The classifier against real mails of other programs' test suites (`../shared/corpus/mail`, not
//! part of this repository): who is lost, who is found, and that no bytes break it. Skipped, with a
//! word, where the corpus is absent.

use super::fuzz::targets::classify::{fields, header};
use servicelofte::domain::classify::{
    Class, Context, Conversation, Verdict, classify, wants_parts,
};
use servicelofte::domain::message::Message;
use servicelofte::mail::parse;
use std::collections::BTreeMap;
use std::path::PathBuf;

struct Sample {
    path: String,
    label: String,
    bytes: Vec<u8>,
}

/// The labelled mails; `None` where the corpus is absent.
fn corpus() -> Option<Vec<Sample>> {
    let folder = PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../shared/corpus/mail"
    ));
    let Ok(labels) = std::fs::read(folder.join("labels.tsv")) else {
        println!("skipped: no corpus beside the repository");
        return None;
    };
    let labels = String::from_utf8_lossy(&labels).into_owned();
    let samples = labels.lines().skip(1).filter_map(|line| {
        let mut columns = line.split('\t');
        let (path, label) = (columns.next()?.to_owned(), columns.next()?.to_owned());
        let bytes = std::fs::read(folder.join(&path)).ok()?;
        Some(Sample { path, label, bytes })
    });
    Some(samples.collect())
}

fn verdict(message: &Message) -> Verdict {
    classify(
        message,
        &Context {
            conversation: Conversation::NotLookedUp,
            ..Context::default()
        },
    )
}

fn found(samples: &[Sample], label: &str, hit: impl Fn(&Verdict) -> bool) -> (usize, usize) {
    let all: Vec<&Sample> = samples.iter().filter(|s| s.label == label).collect();
    let missed: Vec<&&Sample> = all
        .iter()
        .filter(|s| !hit(&verdict(&parse::message(&s.bytes))))
        .collect();
    for sample in &missed {
        let verdict = verdict(&parse::message(&sample.bytes));
        println!(
            "{label} missed: {} is {:?} ({:?})",
            sample.path, verdict.class, verdict.reasons
        );
    }
    (all.len() - missed.len(), all.len())
}

#[test]
fn nobody_is_lost_and_machines_are_found() {
    let Some(samples) = corpus() else { return };
    let mut table: BTreeMap<(String, Class, bool), usize> = BTreeMap::new();
    for sample in &samples {
        let verdict = verdict(&parse::message(&sample.bytes));
        *table
            .entry((sample.label.clone(), verdict.class, verdict.needs_answer))
            .or_default() += 1;
    }
    for ((label, class, needs), count) in &table {
        println!(
            "{label:<14} {:<16} {:<10} {count}",
            format!("{class:?}"),
            if *needs { "answer" } else { "no answer" }
        );
    }
    let share = |label: &str, hit: &dyn Fn(&Verdict) -> bool| {
        let (hits, all) = found(&samples, label, hit);
        println!("{label}: {hits} of {all}");
        assert!(all > 0, "no {label} in the corpus");
        100 * hits / all
    };
    assert_eq!(share("human", &|v| v.needs_answer), 100);
    assert_eq!(share("scan_letter", &|v| v.needs_answer), 100);
    assert_eq!(
        share("malformed", &|v| v.needs_answer || v.class == Class::Bounce),
        100
    );
    assert!(share("auto_reply", &|v| !v.needs_answer) >= 94);
    assert_eq!(
        share("auto_reply", &|v| !v.needs_answer || !v.may_notify),
        100
    );
    // A mail that only its words mark needs an answer and gets no automatic mail.
    assert!(share("bounce", &|v| v.class == Class::Bounce) >= 96);
    assert_eq!(share("bounce", &|v| !v.needs_answer || !v.may_notify), 100);
    assert_eq!(share("mdn", &|v| v.class == Class::Receipt), 100);
    assert_eq!(share("calendar", &|v| v.class == Class::Calendar), 100);
    let notices = |label: &str| found(&samples, label, |v| v.may_notify).0;
    let notices = notices("list_bulk") + notices("notification");
    println!("notices to newsletters and systems: {notices}");
    assert!(notices < 50, "{notices}");
    share("list_bulk", &|v| {
        matches!(v.class, Class::Bulk | Class::Group)
    });
    share("notification", &|v| v.needs_answer);
    share("spam", &|v| v.needs_answer);
}

/// What the header alone says, and what the whole mail says, differ only where the parts would have
/// been asked for.
#[test]
fn header_and_whole_agree() {
    let Some(samples) = corpus() else { return };
    let mut differ = 0;
    for sample in samples.iter().filter(|s| s.label != "malformed") {
        let whole = parse::message(&sample.bytes);
        let head = parse::message(&fields(header(&sample.bytes)));
        let (of_whole, of_head) = (verdict(&whole), verdict(&head));
        if of_whole.class != of_head.class && !wants_parts(&head) {
            differ += 1;
            println!(
                "{} ({}): header {:?}, whole {:?}",
                sample.path, sample.label, of_head.class, of_whole.class
            );
            assert!(
                of_head.needs_answer,
                "{}: the header alone loses it",
                sample.path
            );
        }
    }
    assert!(differ <= 12, "{differ} differ");
}

/// Damage to real mails, cuts above all: nothing panics, everything stays within its bounds.
#[test]
fn damage_breaks_nothing() {
    let Some(samples) = corpus() else { return };
    let odd = |(at, sample): &(usize, &Sample)| at % 5 == 0 || sample.label == "malformed";
    for (_, sample) in samples.iter().enumerate().filter(odd) {
        let bytes = &sample.bytes[..sample.bytes.len().min(3_000)];
        let step = if sample.path.starts_with("gen-malformed") {
            23
        } else {
            251
        };
        for end in (0..bytes.len()).step_by(step) {
            bounded(&parse::message(&bytes[..end]), &sample.path);
        }
        let mut damaged = bytes.to_vec();
        for at in (0..bytes.len()).step_by(step) {
            for byte in [0, b'\n', b'"', b'=', 0xE5] {
                damaged[at] = byte;
                bounded(&parse::message(&damaged), &sample.path);
            }
            damaged[at] = bytes[at];
        }
    }
}

fn bounded(message: &Message, path: &str) {
    let _ = verdict(message);
    assert!(message.headers.len() <= parse::MAX_FIELDS, "{path}");
    assert!(
        message
            .headers
            .iter()
            .all(|(_, value)| value.chars().count() <= parse::MAX_VALUE),
        "{path}"
    );
    assert!(
        message
            .headers
            .iter()
            .all(|(_, value)| !value.contains(char::is_control)),
        "{path}"
    );
    assert!(
        message
            .from
            .iter()
            .chain(message.recipients())
            .all(|a| a.addr.matches('@').count() == 1),
        "{path}"
    );
    assert!(message.content.len() <= parse::MAX_PARTS + 1, "{path}");
}

/// A bounce must lead to the mail that came back: the ids found, of those that the bytes hold.
#[test]
fn bounces_tell_what_came_back() {
    let Some(samples) = corpus() else { return };
    let (mut found, mut there) = (0, 0);
    for sample in samples.iter().filter(|s| s.label == "bounce") {
        let message = parse::message(&sample.bytes);
        let text = String::from_utf8_lossy(&sample.bytes).to_lowercase();
        there += usize::from(
            text.matches("\nmessage-id:").count() > usize::from(message.message_id.is_some()),
        );
        found += usize::from(message.returned.is_some_and(|r| r.message_id.is_some()));
    }
    println!("{found} of {there} bounces name their mail");
    assert!(found * 100 >= there * 98);
}
