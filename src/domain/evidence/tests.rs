//! When it is answered, as a table: the questions, the mail, what it proves.

mod answers;
mod copies;
mod marks;
mod pointing;
mod questions;
mod told_before;

use super::*;
use crate::domain::calendar::tests::date;
use crate::domain::how::How;
use crate::domain::item::tests::{born, logged, open};
use crate::domain::kept_by::KeptBy;
use chrono::TimeZone;
use std::fmt::Write as _;

const KIM: &str = "kim@example.net";
const OLLE: &str = "olle@example.org";
const BOX: &str = "kf@kommun.se";
const ASA: &str = "asa@kommun.se";
const NILS: &str = "nils@kommun.se";
const EVA: &str = "eva@kommun.se";
const MILJO: &str = "miljo@kommun.se";

fn minute(minute: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 20, 9, 0, 0).unwrap() + chrono::Duration::minutes(minute)
}

fn whose(address: &str) -> Whose<'static> {
    match address {
        BOX | "bygg@kommun.se" => Whose::Own,
        ASA => Whose::Staff("asa"),
        NILS => Whose::Staff("nils"),
        EVA => Whose::Former("eva"),
        _ if address.ends_with("@kommun.se") => Whose::Colleague,
        _ => Whose::Outside,
    }
}

/// Question `n` of the first conversation, asked at that minute.
fn question(n: i64, asked_at: i64, citizen: &[&str], subject: &str) -> Question {
    let standing = open(date("2026-11-20"), "asa");
    let logged = logged(minute(asked_at), standing);
    let item = born(ItemId::new(2026, n), minute(asked_at), logged);
    let addresses = citizen
        .iter()
        .map(|address| (*address).to_owned())
        .collect();
    Question {
        item,
        citizen: Citizen { addresses },
        cores: vec![core(subject, &[])],
        forwarded_in: false,
    }
}

fn kims(n: i64, asked_at: i64) -> Question {
    question(n, asked_at, &[KIM], "Skolskjuts")
}

fn in_conversation(mut question: Question, n: i64) -> Question {
    question.item.conversation = ItemId::new(2026, n);
    question
}

fn in_state(mut question: Question, state: State) -> Question {
    question.item.state = state;
    question
}

/// Filed as done at that minute.
fn filed(question: Question, at: i64) -> Question {
    let mut filed = in_state(question, State::Closed);
    let evidence = Evidence::without_mail(EvidenceKind::DoneFolder, None);
    filed.item.settled = Some(Settled {
        at: minute(at),
        by: None,
        evidence,
        how: Some(How::DoneFolder),
    });
    filed
}

fn addresses(list: &[&str]) -> Vec<String> {
    list.iter().map(|address| (*address).to_owned()).collect()
}

/// A mail from the mailbox in Sent at minute 60: To, then Cc and Bcc.
fn mail(to: &[&str], more: &[&str], subject: &str) -> SentMail {
    SentMail {
        at: minute(60),
        folder: "Skickat".to_owned(),
        from: Some(BOX.to_owned()),
        to: addresses(to),
        recipients: addresses(&[to, more].concat()),
        subject: subject.to_owned(),
        ..SentMail::default()
    }
}

fn copy(from: &str, mail: SentMail) -> SentMail {
    SentMail {
        copy: true,
        from: Some(from.to_owned()),
        ..mail
    }
}

/// `1 answered`, one line a finding.
fn told(findings: &[Finding]) -> String {
    let mut told = String::new();
    for Finding { item, by, fact } in findings {
        let what = match fact {
            Fact::Flagged { .. } => "asked about".to_owned(),
            Fact::Assigned { to, .. } => {
                format!("to {to} by {}", by.as_deref().unwrap_or("nobody"))
            }
            Fact::ProbablyAnswered { .. } => "probable".to_owned(),
            other => other.name().to_owned(),
        };
        let number = item.0 % crate::domain::item_id::ITEMS_PER_YEAR;
        let _ = write!(
            told,
            "{}{number} {what}",
            if told.is_empty() { "" } else { ", " }
        );
    }
    told
}

/// What a mail proves that names the first of the questions by its id.
#[track_caller]
fn replies(mail: &SentMail, questions: &[Question], expected: &str) {
    let judge = Judge {
        mail,
        whose: Box::new(whose),
        diary: &[],
    };
    let pointed = judge.by_message_id(MatchedBy::InReplyTo, questions[..1].to_vec());
    let first = questions[0].item.conversation;
    let joined: Vec<Question> = questions
        .iter()
        .filter(|q| q.item.conversation == first)
        .cloned()
        .collect();
    assert_eq!(
        told(&judge.findings(pointed.as_ref(), &joined, questions)),
        expected,
        "{mail:?} {questions:?}"
    );
}

/// What a mail proves that points at nothing.
#[track_caller]
fn new(mail: &SentMail, questions: &[Question], expected: &str) {
    assert_eq!(
        told(
            &Judge {
                mail,
                whose: Box::new(whose),
                diary: &[]
            }
            .findings(None, &[], questions)
        ),
        expected
    );
}
