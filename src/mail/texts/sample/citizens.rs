//! What citizens get, and the letter that a handler posts to them.

use super::super::facts::{
    AlsoNoticed, Contact, LetterFacts, LettersCopyFacts, NoticeFacts, Sender, ToPost,
};
use super::{Facts, REFERENCE, SUBJECT, Sample, at, day};
use crate::domain::effect::Kind;
use crate::domain::pledge::{NoticeText, Span};
use chrono::NaiveDate;

pub(super) fn samples(sender: &Sender) -> Vec<Sample> {
    let usual = usual(sender);
    let late = NoticeFacts {
        subject: String::new(),
        handler: registry(),
        late: true,
        ..usual.clone()
    };
    let notice = |name, facts: NoticeFacts| Sample {
        name,
        kind: Kind::Notice,
        facts: Facts::Notice(facts),
    };
    let mut samples: Vec<Sample> = worded(&usual, &late)
        .into_iter()
        .map(|(name, facts)| notice(name, facts))
        .collect();
    samples.extend(moved(&usual, &late));
    samples.extend(letters(&usual, &late));
    samples.extend(others_on(&usual, &samples));
    samples.extend([notice("notice", usual), notice("notice-late", late)]);
    samples
}

fn usual(sender: &Sender) -> NoticeFacts {
    NoticeFacts {
        sender: sender.clone(),
        reference: REFERENCE.to_owned(),
        subject: SUBJECT.to_owned(),
        received: at(19, 9, 12),
        handler: Contact {
            name: "Anna Åberg".to_owned(),
            title: Some("nämndsekreterare".to_owned()),
            phone: Some("0490-25 40 01".to_owned()),
            email: Some("anna.aberg@example.se".to_owned()),
            function: false,
        },
        promise: day(12, 7),
        given: false,
        reason: None,
        late: false,
        time: Span::WorkingDays(2),
        others: Vec::new(),
        rest: 0,
        before: None,
        kind: Kind::Notice,
        text: NoticeText::Usual,
        tongue: None,
    }
}

fn registry() -> Contact {
    Contact {
        name: "Registraturen".to_owned(),
        title: None,
        phone: None,
        email: Some("registrator@example.se".to_owned()),
        function: true,
    }
}

/// The other questions that a notice speaks for.
fn others() -> Vec<AlsoNoticed> {
    let other = |number: u32, subject: &str, given| AlsoNoticed {
        reference: format!("SL-2026-{number:05}"),
        subject: subject.to_owned(),
        received: at(20, 10, 40),
        handler: registry(),
        promise: day(12, 4),
        given,
    };
    vec![other(45, "Snöröjning", true), other(46, "", false)]
}

/// A notice in the words of each kind of pledge.
fn worded(usual: &NoticeFacts, late: &NoticeFacts) -> Vec<(&'static str, NoticeFacts)> {
    use NoticeText::{Complaint, Decision, Records, Usual};
    let several = NoticeFacts {
        others: others(),
        ..usual.clone()
    };
    let many = NoticeFacts {
        rest: 3,
        given: true,
        ..several.clone()
    };
    let reasoned = |notice: &NoticeFacts| NoticeFacts {
        given: true,
        reason: Some("Vi väntar på yttranden".to_owned()),
        ..notice.clone()
    };
    let worded = |text, notice: &NoticeFacts| NoticeFacts {
        text,
        ..notice.clone()
    };
    vec![
        ("notice-complaint", worded(Complaint, usual)),
        ("notice-complaint-late", worded(Complaint, late)),
        ("notice-records", worded(Records, usual)),
        ("notice-records-late", worded(Records, late)),
        ("notice-complaint-several", worded(Complaint, &many)),
        ("notice-records-several", worded(Records, &many)),
        ("notice-several", worded(Usual, &several)),
        ("notice-many", worded(Usual, &many)),
        ("notice-decision", worded(Decision, &reasoned(usual))),
        ("notice-decision-late", worded(Decision, &reasoned(late))),
    ]
}

/// A date that a person has moved.
fn moved(usual: &NoticeFacts, late: &NoticeFacts) -> [Sample; 3] {
    let sample = |name, before, notice: &NoticeFacts| Sample {
        name,
        kind: Kind::NewDate,
        facts: Facts::Notice(NoticeFacts {
            before,
            kind: Kind::NewDate,
            late: false,
            ..notice.clone()
        }),
    };
    [
        sample("new-date", Some(day(11, 30)), usual),
        sample("new-date-earlier", Some(day(12, 14)), usual),
        sample("new-date-unknown", None, late),
    ]
}

/// A mail of each kind to citizens that has no sample above: on the facts of the usual notice.
fn others_on(usual: &NoticeFacts, samples: &[Sample]) -> Vec<Sample> {
    let is_shown = |kind: Kind| samples.iter().any(|sample| sample.kind == kind);
    let kinds = Kind::ALL.iter().copied();
    let others = kinds.filter(|kind| kind.is_to_citizen() && !is_shown(*kind));
    let on_usual = |kind: Kind| Sample {
        name: kind.as_str(),
        kind,
        facts: Facts::Notice(NoticeFacts {
            kind,
            ..usual.clone()
        }),
    };
    others.map(on_usual).collect()
}

fn letter(notice: &NoticeFacts, due: NaiveDate) -> Facts {
    Facts::LetterText(LetterFacts {
        receiver: None,
        notice: notice.clone(),
        pdf: format!("{REFERENCE}.pdf"),
        text: format!("{REFERENCE}.txt"),
        today: day(11, 23),
        due,
    })
}

/// The letter itself, and the mail with it to whoever registers letters.
fn letters(usual: &NoticeFacts, late: &NoticeFacts) -> [Sample; 4] {
    let sample = |name, facts| Sample {
        name,
        kind: Kind::Letter,
        facts,
    };
    let to_post = |number: u32, pdf: bool| ToPost {
        reference: format!("SL-2026-{number:05}"),
        due: day(11, 24),
        pdf: pdf.then(|| format!("SL-2026-{number:05}.pdf")),
    };
    let copy = |letters| {
        Facts::LettersCopy(LettersCopyFacts {
            recipient: "Registraturen".to_owned(),
            by: "Anna Åberg".to_owned(),
            today: day(11, 23),
            letters,
        })
    };
    let two = vec![to_post(42, true), to_post(43, false)];
    [
        sample("letter-copy", copy(vec![to_post(42, true)])),
        sample("letters-copy", copy(two)),
        sample("letter-text", letter(usual, day(11, 24))),
        sample("letter-text-late", letter(late, day(11, 23))),
    ]
}
