//! How many words a morning mail has: at most 250 about five items, 900 about forty, be they the
//! reader's own or others'. A short mail goes through its items one by one, a long one has a line
//! for each, and both say once what holds for several.

use super::{ALL, LANGUAGES, texts};
use chrono::NaiveDate;
use servicelofte::domain::board::StaffMail;
use servicelofte::domain::no_question::Presumed;
use servicelofte::mail::texts::facts::{
    HeldWhy, Matter, NoticeState, Pledged, Promised, StaffItem, StaffMailFacts,
};
use servicelofte::mail::texts::sample::{self, Facts};

/// Most words of a mail about so many items.
const MOST: [(usize, usize); 2] = [(5, 250), (40, 900)];

fn facts(name: &str, policy: StaffMail) -> StaffMailFacts {
    let mut samples = sample::samples(&sample::municipality(), policy).into_iter();
    let Some(Facts::Staff(facts)) = samples.find(|one| one.name == name).map(|one| one.facts)
    else {
        panic!("{name} is a mail to staff")
    };
    facts
}

/// So many items of different kinds in turn, each with a reference of its own.
fn drawn(kinds: &[StaffItem], count: usize) -> Vec<StaffItem> {
    let in_turn = kinds.iter().cycle().take(count).enumerate();
    let numbered = |(number, item): (usize, &StaffItem)| StaffItem {
        reference: format!("SL-2026-{:05}", number + 1),
        ..item.clone()
    };
    in_turn.map(numbered).collect()
}

#[track_caller]
fn check(name: &str, policy: StaffMail, kinds: &[StaffItem]) {
    for (language, code) in LANGUAGES {
        let texts = texts(language);
        for (count, most) in MOST {
            let facts = StaffMailFacts {
                items: drawn(kinds, count),
                ..facts(name, policy)
            };
            let body = texts.staff(&facts).expect("it renders").body;
            let words = body.split_whitespace().count();
            assert!(
                words <= most,
                "{code}: {count} items, {words} words\n{body}"
            );
            for item in &facts.items {
                assert!(body.contains(&item.reference), "{code}: {}", item.reference);
            }
        }
    }
}

/// What a handler has on a bad morning: notices that leave at 13.00, one that does not, late ones
/// that a supervisor has heard of, a promise that was not kept, a letter to post, thanks.
#[test]
fn a_handlers_mail_is_short() {
    for policy in [StaffMail::NOBODY, ALL] {
        let base = facts("reminders", policy).items[0].clone();
        let planned = facts("reminders-five", policy).items[0].clone();
        let with = |matters: &[Matter]| StaffItem {
            matters: matters.to_vec(),
            ..base.clone()
        };
        let climbed = Matter::Climbed {
            step: 1,
            to: "Bo Ek".to_owned(),
        };
        let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).expect("a date");
        let told = Some(day(11, 20));
        let late = StaffItem {
            due: day(11, 19),
            late: 2,
            notice: NoticeState {
                noticed: Some(base.received),
                ..NoticeState::default()
            },
            promised: Promised {
                promise: told,
                told,
                ..Promised::default()
            },
            ..with(&[climbed])
        };
        let held = with(&[Matter::Held {
            why: HeldWhy::OtherReplyTo,
        }]);
        check(
            "reminders",
            policy,
            &[
                planned.clone(),
                planned.clone(),
                late.clone(),
                held,
                base.clone(),
            ],
        );
        let to_post = StaffItem {
            pledge: Pledged {
                name: "letter".to_owned(),
                letter: true,
                ..base.pledge.clone()
            },
            notice: NoticeState {
                to_post: told,
                ..NoticeState::default()
            },
            ..base.clone()
        };
        let thanks = with(&[Matter::NoQuestion {
            why: Some(Presumed::Thanks),
            ends: true,
        }]);
        check(
            "reminders",
            policy,
            &[planned.clone(), to_post, planned, late, thanks],
        );
    }
}

/// The words about the late items of two handlers, of items without a handler, and of those whose
/// citizens know more than the reader.
#[test]
fn a_supervisors_mail_is_short() {
    for policy in [StaffMail::NOBODY, ALL] {
        check("escalations", policy, &facts("escalations", policy).items);
        check(
            "escalations-forty",
            policy,
            &facts("escalations-forty", policy).items,
        );
    }
}

/// Staff have no shell: the one command in their mails is what they may ask the operator for.
#[test]
fn no_mail_to_staff_asks_for_a_shell() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/mails");
    let mut read = 0;
    for file in std::fs::read_dir(folder).expect("the mails") {
        let path = file.expect("a file").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        if path.extension().is_none_or(|end| end != "txt") || is_to_operator(&name) {
            continue;
        }
        read += 1;
        let text = std::fs::read_to_string(&path).expect("a mail");
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let asked = ["den som sköter servern", "whoever looks after the server"];
        for (at, _) in text.match_indices("servicelofte ") {
            let before: String = text[..at].chars().rev().take(60).collect();
            let before: String = before.chars().rev().collect();
            assert!(
                asked.iter().any(|person| before.contains(person)),
                "{name}: …{before}servicelofte"
            );
        }
        assert!(!text.contains("sudo "), "{name}");
    }
    assert!(read > 100, "{read} mails were read");
}

fn is_to_operator(name: &str) -> bool {
    name.contains("-alarm-") || name.contains("-recovered-")
}
