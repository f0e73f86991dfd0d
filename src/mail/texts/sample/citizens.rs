//! What citizens get, and the letter that a handler posts to them.

use super::super::facts::{
    AlsoNoticed, Contact, LetterFacts, LettersCopyFacts, NoticeFacts, Sender, ToPost,
};
use super::{Facts, REFERENCE, SUBJECT, Sample, at, day};
use crate::domain::kind::Kind;
use crate::domain::pledge::{NoticeText, Span};

#[expect(clippy::too_many_lines, reason = "one sample after the other")]
pub(super) fn samples(sender: &Sender) -> Vec<Sample> {
    let notice = NoticeFacts {
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
        moves: false,
        text: NoticeText::Usual,
        tongue: None,
    };
    let registry = Contact {
        name: "Registraturen".to_owned(),
        title: None,
        phone: None,
        email: Some("registrator@example.se".to_owned()),
        function: true,
    };
    let other = |number: u32, subject: &str, given| AlsoNoticed {
        reference: format!("SL-2026-{number:05}"),
        subject: subject.to_owned(),
        received: at(20, 10, 40),
        handler: registry.clone(),
        promise: day(12, 4),
        given,
    };
    let others = vec![other(45, "Snöröjning", true), other(46, "", false)];
    let several = NoticeFacts {
        others: others.clone(),
        ..notice.clone()
    };
    let many = NoticeFacts {
        others,
        rest: 3,
        given: true,
        ..notice.clone()
    };
    let late = NoticeFacts {
        subject: String::new(),
        handler: registry.clone(),
        late: true,
        ..notice.clone()
    };
    let letter = |notice: &NoticeFacts| LetterFacts {
        receiver: None,
        notice: notice.clone(),
        pdf: format!("{REFERENCE}.pdf"),
        text: format!("{REFERENCE}.txt"),
        today: day(11, 23),
        due: if notice.late {
            day(11, 23)
        } else {
            day(11, 24)
        },
    };
    let to_post = |number: u32, pdf: bool| ToPost {
        reference: format!("SL-2026-{number:05}"),
        due: day(11, 24),
        pdf: pdf.then(|| format!("SL-2026-{number:05}.pdf")),
    };
    let copy = |letters| LettersCopyFacts {
        recipient: "Registraturen".to_owned(),
        by: "Anna Åberg".to_owned(),
        today: day(11, 23),
        letters,
    };
    let worded = |text, notice: &NoticeFacts| {
        Facts::Notice(NoticeFacts {
            text,
            ..notice.clone()
        })
    };
    let moved = |before, notice: &NoticeFacts| NoticeFacts {
        before,
        moves: true,
        late: false,
        ..notice.clone()
    };
    let reasoned = |notice: &NoticeFacts| {
        let reason = Some("Vi väntar på yttranden".to_owned());
        NoticeFacts {
            given: true,
            reason,
            ..notice.clone()
        }
    };
    let notices = [
        ("notice-complaint", worded(NoticeText::Complaint, &notice)),
        (
            "notice-complaint-late",
            worded(NoticeText::Complaint, &late),
        ),
        ("notice-records", worded(NoticeText::Records, &notice)),
        ("notice-records-late", worded(NoticeText::Records, &late)),
        (
            "notice-complaint-several",
            worded(NoticeText::Complaint, &many),
        ),
        ("notice-records-several", worded(NoticeText::Records, &many)),
        ("notice-several", worded(NoticeText::Usual, &several)),
        ("notice-many", worded(NoticeText::Usual, &many)),
        (
            "notice-decision",
            worded(NoticeText::Decision, &reasoned(&notice)),
        ),
        (
            "notice-decision-late",
            worded(NoticeText::Decision, &reasoned(&late)),
        ),
    ];
    let dates = [
        ("new-date", Facts::Notice(moved(Some(day(11, 30)), &notice))),
        (
            "new-date-earlier",
            Facts::Notice(moved(Some(day(12, 14)), &notice)),
        ),
        ("new-date-unknown", Facts::Notice(moved(None, &late))),
    ];
    let mut samples: Vec<Sample> = notices
        .into_iter()
        .map(|(name, facts)| Sample {
            name,
            kind: Kind::Notice,
            facts,
        })
        .collect();
    samples.extend(dates.into_iter().map(|(name, facts)| Sample {
        name,
        kind: Kind::NewDate,
        facts,
    }));
    samples.extend([
        Sample {
            name: "letter-copy",
            kind: Kind::Letter,
            facts: Facts::LettersCopy(copy(vec![to_post(42, true)])),
        },
        Sample {
            name: "letters-copy",
            kind: Kind::Letter,
            facts: Facts::LettersCopy(copy(vec![to_post(42, true), to_post(43, false)])),
        },
        Sample {
            name: "letter-text",
            kind: Kind::Letter,
            facts: Facts::LetterText(letter(&notice)),
        },
        Sample {
            name: "letter-text-late",
            kind: Kind::Letter,
            facts: Facts::LetterText(letter(&late)),
        },
        Sample {
            name: "notice",
            kind: Kind::Notice,
            facts: Facts::Notice(notice),
        },
        Sample {
            name: "notice-late",
            kind: Kind::Notice,
            facts: Facts::Notice(late),
        },
    ]);
    samples
}
