//! Fixed, invented facts: what `preview` shows, what a municipality's templates are checked
//! against, and what the tests compare. Together they take every branch of the built-in templates.

mod alarms;
mod asked;
mod citizens;
mod confirmations;

use super::confirmation::{ConfirmationFacts, ConfirmationView};
use super::facts::{
    AlarmFacts, EscalationWhy, ExcludedItem, HeldWhy, JunkFolder, LetterFacts, Local, Matter,
    NoticeFacts, Part, PauseFacts, Planned, Sender, Shown, StaffItem, StaffMailFacts, Trouble,
    Unwatched,
};
use super::wording::Wording;
use super::{MAX_ITEMS, Template, Text, TextError, Texts, view};
use crate::config::Language;
use crate::domain::board::StaffMail;
use crate::domain::classify::Class;
use crate::domain::kind::Kind;
use crate::domain::no_question::Presumed;
use crate::domain::pledge::Span;
use crate::domain::reason::{Reason, Sign};
use crate::domain::tongue::Tongue;
use chrono::{DateTime, NaiveDate};
use serde::Serialize;

/// Subject and sender of the citizens' mails in the samples.
pub const SUBJECT: &str = "Trasig gatlampa på Storgatan 3";
pub const CITIZEN: &str = "kim.sjoberg@example.net";

const MAILBOX: &str = "kommunfullmaktige@example.se";
const REFERENCE: &str = "SL-2026-00042";

/// Facts of any kind of mail.
#[derive(Clone, Debug)]
pub enum Facts {
    Notice(NoticeFacts),
    Letter(LetterFacts),
    /// The letter itself, which comes with the mail.
    LetterText(LetterFacts),
    Staff(StaffMailFacts),
    Alarm(AlarmFacts),
    Confirmation(ConfirmationFacts),
    Pause(PauseFacts),
}

/// One mail on sample facts.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Unique; also the file of its expected text.
    pub name: &'static str,
    pub kind: Kind,
    pub facts: Facts,
}

impl Sample {
    /// The sample in words.
    pub fn text(&self, texts: &Texts) -> Result<Text, TextError> {
        match &self.facts {
            Facts::Notice(facts) => texts.notice(facts),
            Facts::Letter(facts) => texts.letter(facts),
            Facts::LetterText(facts) => texts.letter_text(facts),
            Facts::Staff(facts) => texts.staff(facts),
            Facts::Alarm(facts) => texts.alarm(facts),
            Facts::Confirmation(facts) => texts.confirmation(facts),
            Facts::Pause(facts) => texts.pause(facts),
        }
    }

    /// References of the items that it is about.
    #[must_use]
    pub fn refs(&self) -> Vec<String> {
        match &self.facts {
            Facts::Notice(facts) => {
                let others = facts.others.iter().map(|other| &other.reference);
                std::iter::once(&facts.reference)
                    .chain(others)
                    .cloned()
                    .collect()
            }
            Facts::Letter(facts) | Facts::LetterText(facts) => vec![facts.notice.reference.clone()],
            Facts::Staff(facts) => facts.refs(),
            Facts::Pause(_) => Vec::new(),
            Facts::Confirmation(facts) => facts.items.clone(),
            Facts::Alarm(facts) => match &facts.trouble {
                Trouble::Undeliverable { reference, .. }
                | Trouble::Unreadable { reference, .. }
                | Trouble::SetAside { reference, .. } => vec![reference.clone()],
                _ => Vec::new(),
            },
        }
    }

    /// What a text of this kind must say: the part's name and how it reads on these facts.
    #[must_use]
    pub fn required(&self, wording: &Wording) -> Vec<(&'static str, String)> {
        let reference = |item: &str| ("the reference", item.to_owned());
        match &self.facts {
            Facts::Notice(facts) => citizen_parts(wording, facts),
            Facts::Letter(facts) => vec![
                reference(&facts.notice.reference),
                ("the last day to post it", wording.date(facts.due)),
                ("the mailbox", facts.mailbox.clone()),
                ("the file to print", facts.pdf.clone()),
            ],
            // Its page has the reference in any case.
            Facts::LetterText(facts) => citizen_parts(wording, &facts.notice),
            Facts::Staff(facts) => facts
                .most_urgent()
                .into_iter()
                .take(MAX_ITEMS)
                .flat_map(|item| {
                    let others = matches!(item.part(facts.today), Part::Team | Part::Aware);
                    let handler = item
                        .handler
                        .as_ref()
                        .filter(|_| others)
                        .map(|handler| ("the handler", handler.clone()));
                    let answers = matches!(item.part(facts.today), Part::Answer | Part::New);
                    let mailbox = answers.then(|| ("the mailbox", item.mailbox.clone()));
                    std::iter::once(reference(&item.reference))
                        .chain(mailbox)
                        .chain(handler)
                })
                .chain(
                    facts
                        .unwatched
                        .items
                        .iter()
                        .map(|item| reference(&item.reference)),
                )
                .collect(),
            Facts::Confirmation(facts) => facts
                .changes
                .iter()
                .map(|change| reference(&change.reference))
                .collect(),
            Facts::Alarm(facts) if facts.recovered.is_none() => {
                vec![("since when", wording.date(facts.since.date_naive()))]
            }
            Facts::Pause(facts) => vec![("the mailbox", facts.mailbox.clone())],
            Facts::Alarm(_) => Vec::new(),
        }
    }

    /// The same for a citizen of another language; as it is when staff read it.
    #[must_use]
    pub fn in_tongue(mut self, tongue: Tongue) -> Self {
        if let Facts::Notice(facts) = &mut self.facts {
            facts.tongue = Some(tongue);
        }
        self
    }

    /// The file of its words.
    #[must_use]
    pub fn template(&self) -> Template {
        match &self.facts {
            Facts::Notice(facts) => facts.template(),
            Facts::Letter(_) => Template::Letter,
            Facts::LetterText(_) => Template::LetterText,
            Facts::Staff(_) => Template::Staff,
            Facts::Alarm(_) => Template::Alarm,
            Facts::Confirmation(_) => Template::Confirmation,
            Facts::Pause(_) => Template::Pause,
        }
    }

    fn value(&self, language: Language) -> Option<serde_json::Value> {
        fn json(facts: &impl Serialize) -> Option<serde_json::Value> {
            serde_json::to_value(facts).ok()
        }
        match &self.facts {
            Facts::Notice(facts) => json(facts),
            Facts::Letter(facts) | Facts::LetterText(facts) => json(facts),
            Facts::Staff(facts) => json(&view::StaffView::new(facts, language)),
            Facts::Alarm(facts) => json(facts),
            Facts::Confirmation(facts) => json(&ConfirmationView::new(facts, language)),
            Facts::Pause(facts) => json(facts),
        }
    }
}

/// Reference, promised date, handler, how to complain, personal data.
fn citizen_parts(wording: &Wording, facts: &NoticeFacts) -> Vec<(&'static str, String)> {
    let mut parts = vec![
        ("the reference", facts.reference.clone()),
        ("the promised date", wording.date(facts.promise)),
        (
            "the day of arrival",
            wording.date(facts.received.date_naive()),
        ),
        ("the handler", facts.handler.name.clone()),
    ];
    let optional = [
        ("the handler's telephone", &facts.handler.phone),
        ("the handler's address", &facts.handler.email),
        ("how to complain", &facts.sender.complaints),
        (
            "the address of the personal-data page",
            &facts.sender.privacy_url,
        ),
    ];
    parts.extend(
        optional
            .into_iter()
            .filter_map(|(part, value)| value.clone().map(|value| (part, value))),
    );
    parts
}

/// What the templates of that kind are given, for every sample.
pub(super) fn values(template: Template, language: Language) -> Vec<serde_json::Value> {
    let samples = samples(
        &municipality(),
        StaffMail {
            handler: true,
            supervisor: true,
        },
    );
    let plain = self::samples(&bare(), StaffMail::NOBODY);
    samples
        .iter()
        .chain(&plain)
        .filter(|s| s.template() == template)
        .filter_map(|sample| sample.value(language))
        .collect()
}

/// The invented municipality.
#[must_use]
pub fn municipality() -> Sender {
    Sender {
        name: "Västerviks kommun".to_owned(),
        unit: Some("Kommunfullmäktige".to_owned()),
        complaints: Some("synpunkter@example.se eller 0490-25 40 00".to_owned()),
        privacy_url: Some("https://www.example.se/personuppgifter".to_owned()),
    }
}

/// Nothing but a name.
fn bare() -> Sender {
    Sender {
        name: "Västerviks kommun".to_owned(),
        unit: None,
        complaints: None,
        privacy_url: None,
    }
}

/// Every kind of mail, from `sender`, with what staff mail may show by `policy`.
#[must_use]
pub fn samples(sender: &Sender, policy: StaffMail) -> Vec<Sample> {
    let mut samples = citizens::samples(sender);
    samples.extend(staff_samples(sender, policy));
    samples.extend(confirmations::samples(sender));
    samples.extend(asked::samples(sender, policy));
    samples.extend(pauses(sender));
    samples.extend(alarms::samples(sender));
    samples
}

/// A pause, and its end.
fn pauses(sender: &Sender) -> [Sample; 2] {
    let begun = PauseFacts {
        sender: sender.clone(),
        recipient: "Anna Åberg".to_owned(),
        mailbox: MAILBOX.to_owned(),
        reason: Some("Fel telefonnummer i beskeden".to_owned()),
        since: Some(at(23, 10, 5)),
        until: None,
        held: 0,
    };
    let over = PauseFacts {
        reason: None,
        until: Some(at(23, 14, 30)),
        held: 3,
        ..begun.clone()
    };
    [("pause", begun), ("pause-over", over)].map(|(name, facts)| Sample {
        name,
        kind: Kind::Digest,
        facts: Facts::Pause(facts),
    })
}

fn staff_samples(sender: &Sender, policy: StaffMail) -> Vec<Sample> {
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
        mail("escalations-forty", "Bo Ek", {
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
        }),
        mail("digest", "Bo Ek", {
            let mut items = climbing(policy);
            items.extend(many(policy).into_iter().take(2));
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

/// The notice of the day.
fn planned() -> Planned {
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
fn climbing(policy: StaffMail) -> Vec<StaffItem> {
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

fn item(policy: StaffMail, number: u32, received: u32, due: u32, matter: Matter) -> StaffItem {
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

fn excluded(policy: StaffMail) -> Unwatched {
    let classes = [
        (
            Class::Bulk,
            Some(Reason::Signs(vec![Sign::BulkAndList, Sign::ForeignReplyTo])),
        ),
        (
            Class::AutoReply,
            Some(Reason::Signs(vec![Sign::AutoSubmitted])),
        ),
        (
            Class::Bounce,
            Some(Reason::OwnMailBounced { kind: Kind::Notice }),
        ),
        (Class::Receipt, None),
        (Class::Calendar, None),
        (Class::Group, None),
        (Class::Notification, None),
        (Class::Own, None),
        (Class::Unreadable, None),
        (Class::Letter, None),
        (Class::Correspondence, Some(Reason::Internal)),
        (
            Class::Correspondence,
            Some(Reason::Person(
                "Avsändaren har ringt och fått svar".to_owned(),
            )),
        ),
    ];
    let items = (80..)
        .zip(classes)
        .map(|(number, (class, reason))| ExcludedItem {
            reference: format!("SL-2026-{number:05}"),
            class,
            reason,
            received: at(22, 18, 30),
            mailbox: MAILBOX.to_owned(),
            folder: "INBOX".to_owned(),
            shown: Shown::new(policy.handler, SUBJECT, CITIZEN),
        });
    Unwatched {
        items: items.collect(),
        known: Some(12),
        junk: vec![JunkFolder {
            mailbox: MAILBOX.to_owned(),
            folder: "Skräppost".to_owned(),
            refs: vec!["SL-2026-00095".to_owned(), "SL-2026-00096".to_owned()],
            ending: 1,
        }],
        unnamed: 3,
    }
}

/// November 2026, local time.
fn at(day: u32, hour: u32, minute: u32) -> Local {
    use chrono::TimeZone;
    let zone = chrono_tz::Europe::Stockholm;
    // None of the samples' times lies in the hour of a clock change.
    let instant = zone
        .with_ymd_and_hms(2026, 11, day, hour, minute, 0)
        .single();
    instant.unwrap_or_else(|| DateTime::UNIX_EPOCH.with_timezone(&zone))
}

/// A day of 2026.
fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap_or_default()
}
