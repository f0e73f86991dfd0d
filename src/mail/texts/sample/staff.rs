//! Samples of mails to staff.

use super::unwatched::excluded;
use super::{CITIZEN, Facts, MAILBOX, SUBJECT, Sample, at, day};
use crate::domain::board::StaffMail;
use crate::domain::no_question::Presumed;
use crate::domain::pledge::Span;
use crate::mail::texts::facts::{
    AwayFor, EscalationWhy, HeldWhy, Matter, Planned, Sender, Shown, StaffItem, StaffMailFacts,
    ToPost, Unwatched,
};
use chrono::NaiveDate;

#[expect(clippy::too_many_lines, reason = "one sample after the other")]
pub(super) fn staff_samples(sender: &Sender, policy: StaffMail) -> Vec<Sample> {
    let whole = |name, recipient: &str, items: Vec<StaffItem>, unwatched: Unwatched| {
        let (sender, recipient, mailbox) =
            (sender.clone(), recipient.to_owned(), MAILBOX.to_owned());
        let facts = StaffMailFacts {
            sender,
            recipient,
            mailbox,
            today: day(11, 23),
            items,
            unwatched,
            away: Vec::new(),
        };
        Sample {
            name,
            kind: facts.kind(),
            facts: Facts::Staff(facts),
        }
    };
    let mail = |name, recipient: &str, items: Vec<StaffItem>| {
        whole(name, recipient, items, Unwatched::default())
    };
    let one = |name, item| mail(name, "Anna Åberg", vec![item]);
    let stands_in = |item| {
        let mut sample = mail("reminder-stands-in", "Cecilia Öberg", vec![item]);
        if let Facts::Staff(facts) = &mut sample.facts {
            let (name, since) = ("Anna Åberg".to_owned(), day(11, 9));
            facts.away.push(AwayFor { name, since });
        }
        sample
    };
    let base = item(policy, 42, 19, 23, Matter::Reminder);
    let noticed = StaffItem {
        noticed: Some(at(23, 13, 0)),
        promise: Some(day(12, 7)),
        told: Some(day(12, 7)),
        ..base.clone()
    };
    let planned = StaffItem {
        planned: Some(planned()),
        ..base.clone()
    };
    let with = |matter, base: &StaffItem| StaffItem {
        matters: vec![matter],
        ..base.clone()
    };
    let advice = Some(
        "Fråga inte vem avsändaren är eller varför (2 kap. 18 § tryckfrihetsförordningen)."
            .to_owned(),
    );
    let supervisor = |name, item| mail(name, "Bo Ek", vec![item]);
    let of = |count: u32| {
        (1..=count).map(|n| StaffItem {
            reference: format!("SL-2026-{n:05}"),
            ..planned.clone()
        })
    };
    vec![
        one("reminder", planned.clone()),
        stands_in(StaffItem {
            handler: Some("Cecilia Öberg".to_owned()),
            absent: Some("Anna Åberg".to_owned()),
            ..base.clone()
        }),
        one(
            "reminder-shadow",
            StaffItem {
                in_shadow: Some(at(23, 13, 0)),
                ..base.clone()
            },
        ),
        one(
            "reminder-decision",
            StaffItem {
                wants_reason: true,
                ..base.clone()
            },
        ),
        one(
            "reminder-tomorrow",
            StaffItem {
                due: day(11, 24),
                ..base.clone()
            },
        ),
        one(
            "reminder-late",
            StaffItem {
                late: 2,
                ..item(policy, 42, 17, 19, Matter::Reminder)
            },
        ),
        one("reminder-climbed", {
            let climbed = Matter::Climbed {
                step: 1,
                to: "Bo Ek".to_owned(),
            };
            StaffItem {
                late: 1,
                ..item(policy, 42, 18, 20, climbed)
            }
        }),
        one(
            "reminder-confirm",
            with(
                Matter::Confirm {
                    sent: Some(at(20, 15, 30)),
                },
                &base,
            ),
        ),
        one(
            "reminder-covered",
            StaffItem {
                covered_by: Some("SL-2026-00040".to_owned()),
                ..base.clone()
            },
        ),
        one(
            "reminder-covers",
            StaffItem {
                covers: vec!["SL-2026-00048".to_owned()],
                ..noticed.clone()
            },
        ),
        one(
            "reminder-arrived",
            StaffItem {
                advice,
                due: day(11, 23),
                first: true,
                ..with(Matter::Arrived, &base)
            },
        ),
        one("reminder-trashed", with(Matter::Trashed, &base)),
        mail("reminders-trashed", "Anna Åberg", thrown_away(policy)),
        mail("reminder-handed-over", "Cecilia Öberg", {
            let handed_over = with(Matter::HandedOver, &base);
            vec![StaffItem {
                handler: Some("Cecilia Öberg".to_owned()),
                ..handed_over
            }]
        }),
        one(
            "reminder-urged",
            with(
                Matter::Urged {
                    by: Some("Bo Ek".to_owned()),
                },
                &base,
            ),
        ),
        one(
            "reminder-note",
            StaffItem {
                due: day(11, 20),
                ..with(Matter::NoteMissing, &base)
            },
        ),
        one("reminder-bounced", with(Matter::Bounced, &noticed)),
        one("reminder-uncertain", with(Matter::Uncertain, &noticed)),
        mail("reminders", "Anna Åberg", many(policy)),
        mail("reminders-five", "Anna Åberg", of(5).collect()),
        mail("reminders-forty", "Anna Åberg", of(40).collect()),
        supervisor(
            "escalation",
            StaffItem {
                late: 1,
                ..item(policy, 41, 18, 20, escalation(1, 0))
            },
        ),
        supervisor("escalation-noticed", with(escalation(1, 0), &noticed)),
        mail("escalations", "Bo Ek", climbing(policy)),
        mail("escalations-forty", "Bo Ek", forty_late(policy)),
        mail("digest", "Bo Ek", {
            let mut items = climbing(policy);
            items.extend(many(policy).into_iter().take(2));
            items
        }),
        one(
            "letter",
            letter_to_post(policy, 44, Some("SL-2026-00044.pdf")),
        ),
        one("letter-without-its-file", letter_to_post(policy, 44, None)),
        mail("letters", "Anna Åberg", {
            let mut items = vec![planned.clone()];
            items.extend([44, 45].map(|number| {
                let file = format!("SL-2026-{number:05}.pdf");
                letter_to_post(policy, number, Some(&file))
            }));
            items
        }),
        whole("excluded", "Anna Åberg", Vec::new(), excluded(policy)),
        whole(
            "morning",
            "Anna Åberg",
            vec![planned, with(Matter::Confirm { sent: None }, &base)],
            excluded(policy),
        ),
    ]
}

/// Two that lie in the trash, beside one to answer.
fn thrown_away(policy: StaffMail) -> Vec<StaffItem> {
    let trashed = [44, 45].map(|number| item(policy, number, 20, 24, Matter::Trashed));
    let base = item(policy, 42, 19, 23, Matter::Reminder);
    [base].into_iter().chain(trashed).collect()
}

fn forty_late(policy: StaffMail) -> Vec<StaffItem> {
    let late = StaffItem {
        late: 1,
        told_at: Some(at(20, 8, 0)),
        ..item(policy, 41, 18, 20, escalation(1, 0))
    };
    (1..=40)
        .map(|n| StaffItem {
            reference: format!("SL-2026-{n:05}"),
            ..late.clone()
        })
        .collect()
}

/// The notice of the day.
pub(super) fn planned() -> Planned {
    Planned {
        at: at(23, 13, 0),
        name: "Anna Åberg".to_owned(),
        promise: day(12, 7),
    }
}

/// Items with every matter that a handler may hear of.
fn many(policy: StaffMail) -> Vec<StaffItem> {
    let letter = |base: StaffItem| StaffItem {
        pledge: "letter".to_owned(),
        time: Span::WorkingDays(5),
        letter: true,
        folder: "INBOX/Skannat".to_owned(),
        ..base
    };
    let held = Matter::Held { why: HeldWhy::Junk };
    let mut items = vec![
        item(policy, 42, 19, 23, Matter::Reminder),
        StaffItem {
            late: 1,
            ..item(policy, 40, 18, 20, Matter::Gone)
        },
        StaffItem {
            late: 2,
            ..item(policy, 39, 17, 19, Matter::Reminder)
        },
        letter(item(
            policy,
            43,
            19,
            26,
            Matter::Undated {
                stamp: NaiveDate::from_ymd_opt(2027, 11, 19),
            },
        )),
        letter(item(policy, 44, 19, 26, Matter::Undated { stamp: None })),
        letter(item(policy, 45, 19, 26, Matter::Gone)),
        StaffItem {
            folder: "Skräppost".to_owned(),
            ..item(policy, 46, 20, 24, held)
        },
        item(policy, 47, 20, 24, Matter::Deputy),
        item(policy, 48, 20, 24, Matter::Unreadable),
        item(policy, 49, 20, 24, Matter::Confirm { sent: None }),
    ];
    items[1].matters.insert(0, Matter::Reminder);
    items.push(item(
        policy,
        60,
        20,
        24,
        Matter::NoQuestion {
            why: Some(Presumed::Thanks),
            ends: true,
        },
    ));
    items.push(item(policy, 61, 20, 24, Matter::AnsweredBeside));
    items.push(item(policy, 62, 20, 24, Matter::ForgedAnswer));
    items.push(item(policy, 63, 20, 24, Matter::AnswerBounced));
    items.push(item(policy, 64, 20, 24, Matter::Urged { by: None }));
    let reasons = [
        HeldWhy::Group,
        HeldWhy::System,
        HeldWhy::RoleAddress,
        HeldWhy::OtherReplyTo,
        HeldWhy::Forged,
        HeldWhy::NoReturnAddress,
        HeldWhy::AddressCap,
        HeldWhy::HourCap,
        HeldWhy::Paused,
        HeldWhy::NoHandler,
        HeldWhy::TooLate,
        HeldWhy::NoAddress,
        HeldWhy::Unvouched,
        HeldWhy::ForwardedIn,
        HeldWhy::Doubtful,
    ];
    items.extend(
        (50..)
            .zip(reasons)
            .map(|(n, why)| item(policy, n, 20, 25, Matter::Held { why })),
    );
    items.extend((70..74).map(|n| item(policy, n, 20, 25, Matter::Reminder)));
    items
}

/// Items with every reason for a mail to a supervisor.
pub(super) fn climbing(policy: StaffMail) -> Vec<StaffItem> {
    let broken = StaffItem {
        late: 1,
        noticed: Some(at(17, 13, 0)),
        promise: Some(day(11, 20)),
        told: Some(day(11, 20)),
        ..item(policy, 31, 13, 17, escalation(3, 1))
    };
    let promised = StaffItem {
        promise: Some(day(12, 11)),
        given: Some(day(12, 11)),
        by_hand: true,
        ..item(policy, 35, 18, 20, escalation(1, 0))
    };
    let noticed = StaffItem {
        noticed: Some(at(20, 13, 0)),
        promise: Some(day(12, 4)),
        told: Some(day(12, 4)),
        handler: Some("Cecilia Öberg".to_owned()),
        ..item(policy, 36, 18, 20, escalation(1, 0))
    };
    vec![
        noticed,
        broken,
        StaffItem {
            late: 2,
            handler: None,
            ..item(policy, 37, 17, 19, escalation(1, 2))
        },
        StaffItem {
            late: 2,
            ..item(policy, 38, 17, 19, escalation(1, 3))
        },
        StaffItem {
            late: 1,
            ..item(policy, 39, 18, 20, escalation(2, 4))
        },
        promised,
    ]
}

fn escalation(step: u16, why: usize) -> Matter {
    let reasons = [
        EscalationWhy::Unanswered,
        EscalationWhy::PromiseBroken,
        EscalationWhy::NoHandler,
        EscalationWhy::HandlerAbsent,
        EscalationWhy::NotDelivered,
    ];
    Matter::Escalation {
        step,
        why: reasons[why % reasons.len()],
    }
}

/// A scanned letter whose notice hangs on the mail.
fn letter_to_post(policy: StaffMail, number: u32, file: Option<&str>) -> StaffItem {
    let base = item(policy, number, 17, 24, Matter::Post);
    StaffItem {
        pledge: "letter".to_owned(),
        time: Span::WorkingDays(5),
        letter: true,
        folder: "INBOX/Skannat".to_owned(),
        shown: Shown::new(policy.handler, "Ink 2026-11-17", ""),
        post: Some(ToPost {
            reference: base.reference.clone(),
            due: base.due,
            pdf: file.map(str::to_owned),
        }),
        ..base
    }
}

pub(super) fn item(
    policy: StaffMail,
    number: u32,
    received: u32,
    due: u32,
    matter: Matter,
) -> StaffItem {
    StaffItem {
        reference: format!("SL-2026-{number:05}"),
        mailbox: MAILBOX.to_owned(),
        pledge: "email".to_owned(),
        time: Span::WorkingDays(2),
        letter: false,
        received: at(received, 9, 12),
        due: day(11, due),
        late: 0,
        handler: Some("Anna Åberg".to_owned()),
        absent: None,
        matters: vec![matter],
        noticed: None,
        planned: None,
        in_shadow: None,
        wants_reason: false,
        covered_by: None,
        covers: Vec::new(),
        suggested: day(12, 7),
        first: false,
        deputy: Some("Cecilia Öberg".to_owned()),
        told_at: None,
        post: None,
        to_post: None,
        promise: None,
        told: None,
        given: None,
        by_hand: false,
        folder: "INBOX".to_owned(),
        advice: None,
        shown: Shown::new(policy.handler, SUBJECT, CITIZEN),
    }
}
