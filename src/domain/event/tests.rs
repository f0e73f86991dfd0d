//! One stored sample of every fact and of every code in it, as a register holds them: read for
//! ever.
//!
//! `tests/data/log/*.jsonl` has a line for each variant, and more where fields may be missing.
//! Lines are only added. A line that this program would write otherwise moves to `older.tsv`,
//! before a tab and the line that is written today. Those of our mails are beside their list, in
//! [`crate::domain::effect`].

use super::{Arrival, AssignedBy, EvidenceKind, Fact, Failure, Flag, How, MatchedBy};
use crate::domain::classify::Class;
use crate::domain::gate::Missing;
use crate::domain::no_question::Presumed;
use crate::domain::reason::{DueChange, Reason, Sign, Undelivered, Withdrawal};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeSet;

/// The names of an enum's variants in the log, as serde lists them for a wrong one.
fn names<T: DeserializeOwned + std::fmt::Debug>() -> Vec<String> {
    let told = [r#""?""#, r#"{"event":"?"}"#]
        .into_iter()
        .map(|text| serde_json::from_str::<T>(text).unwrap_err().to_string())
        .find(|told| told.starts_with("unknown variant `?`, "))
        .expect("serde names the variants");
    let names: Vec<String> = told
        .split('`')
        .skip(3)
        .step_by(2)
        .map(str::to_owned)
        .collect();
    assert!(names.len() > 1, "{told}");
    names
}

/// Words of the first days, where the log has a code now.
fn is_words(name: &str) -> bool {
    name.contains([' ', '\''])
}

fn variants<T: DeserializeOwned + std::fmt::Debug>() -> BTreeSet<String> {
    names::<T>()
        .into_iter()
        .filter(|name| !is_words(name))
        .collect()
}

/// The name of a sample's variant.
fn name(sample: &Value) -> String {
    let tag = sample.get("event").unwrap_or(sample);
    match tag {
        Value::String(name) => name.clone(),
        Value::Object(one) => one.keys().next().cloned().unwrap_or_default(),
        _ => String::new(),
    }
}

/// Every line is read and written without a change. Returns the names of the variants.
fn read<T: DeserializeOwned + Serialize>(lines: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for line in lines.lines() {
        let value: T = serde_json::from_str(line)
            .unwrap_or_else(|error| panic!("not read any more: {line}: {error}"));
        let written = serde_json::to_string(&value).unwrap();
        assert_eq!(
            written, line,
            "written otherwise: move the old line to older.tsv"
        );
        names.insert(name(&serde_json::from_str(line).unwrap()));
    }
    names
}

fn check<T: DeserializeOwned + Serialize + std::fmt::Debug>(file: &str, lines: &str) {
    assert_eq!(
        read::<T>(lines),
        variants::<T>(),
        "tests/data/log/{file}.jsonl has no sample of a variant"
    );
}

macro_rules! check {
    ($($file:literal: $type:ty),* $(,)?) => {
        $(check::<$type>($file, include_str!(concat!("../../../tests/data/log/", $file, ".jsonl")));)*
    };
}

#[test]
fn every_fact_and_every_code_has_a_sample_that_is_read() {
    check!(
        "fact": Fact,
        "reason": Reason,
        "sign": Sign,
        "due-change": DueChange,
        "withdrawal": Withdrawal,
        "undelivered": Undelivered,
        "flag": Flag,
        "assigned-by": AssignedBy,
        "arrival": Arrival,
        "how": How,
        "failure": Failure,
        "evidence-kind": EvidenceKind,
        "matched-by": MatchedBy,
        "class": Class,
        "missing": Missing,
        "presumed": Presumed,
    );
}

/// What registers of the first days hold is read as what it means today, every word of it.
#[test]
fn older_lines_are_read_as_what_they_mean_today() {
    let lines = include_str!("../../../tests/data/log/older.tsv");
    for line in lines.lines() {
        let (older, today) = line
            .split_once('\t')
            .expect("the older line, a tab, the line of today");
        let fact: Fact =
            serde_json::from_str(older).unwrap_or_else(|error| panic!("{older}: {error}"));
        assert_eq!(serde_json::to_string(&fact).unwrap(), today, "{older}");
        assert_ne!(older, today);
    }
    let words = [names::<Sign>(), names::<DueChange>(), names::<Withdrawal>()].concat();
    let words: Vec<String> = words.into_iter().filter(|name| is_words(name)).collect();
    assert!(words.len() > 40, "{words:?}");
    for words in words {
        assert!(
            lines.contains(&words),
            "older.tsv has no sample of {words:?}"
        );
    }
}

/// An unknown code is not a text of the first days: a register of a newer program is not read as
/// another one.
#[test]
fn an_unknown_code_is_refused() {
    for line in [
        r#"{"event":"excluded","reason":"of_tomorrow"}"#,
        r#"{"event":"excluded","reason":{"of_tomorrow":1}}"#,
        r#"{"event":"failed","effect":"notice","failure":"rejected","why":"of_tomorrow"}"#,
        r#"{"event":"due_changed","old":null,"due":null,"why":"of_tomorrow"}"#,
    ] {
        assert!(serde_json::from_str::<Fact>(line).is_err(), "{line}");
    }
}
