//! Samples of mails to staff.

use super::matters::many;
use super::unwatched::excluded;
use super::{CITIZEN, Facts, MAILBOX, SUBJECT, Sample, at, day};
use crate::domain::board::StaffMail;
use crate::domain::pledge::Span;
use crate::mail::texts::facts::{
    AwayFor, EscalationWhy, Holder, Local, Matter, NoticeState, Planned, Pledged, Promised, Sender,
    Shown, StaffItem, StaffMailFacts, ToPost, Unwatched,
};
use chrono::NaiveDate;

pub(super) fn staff_samples(sender: &Sender, policy: StaffMail) -> Vec<Sample> {
    let base = item(policy, 42, 19, 23, Matter::Reminder);
    let mails = Mails {
        sender,
        policy,
        planned: planned(base.clone()),
        noticed: noticed(at(23, 13, 0), day(12, 7), base.clone()),
        base,
    };
    [
        mails.of_the_last_day(),
        mails.of_other_questions(),
        mails.of_other_hands(),
        mails.of_many(),
        mails.of_supervisors(),
        mails.of_letters(),
        mails.of_the_unwatched(),
    ]
    .concat()
}

/// The parts of the mails.
struct Mails<'a> {
    sender: &'a Sender,
    policy: StaffMail,
    /// An item on its last day; its notice leaves today; it has left.
    base: StaffItem,
    planned: StaffItem,
    noticed: StaffItem,
}

fn with(matter: Matter, base: &StaffItem) -> StaffItem {
    StaffItem {
        matters: vec![matter],
        ..base.clone()
    }
}

impl Mails<'_> {
    fn whole(
        &self,
        name: &'static str,
        recipient: &str,
        items: Vec<StaffItem>,
        unwatched: Unwatched,
    ) -> Sample {
        let facts = StaffMailFacts {
            sender: self.sender.clone(),
            recipient: recipient.to_owned(),
            mailbox: MAILBOX.to_owned(),
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
    }

    fn mail(&self, name: &'static str, recipient: &str, items: Vec<StaffItem>) -> Sample {
        self.whole(name, recipient, items, Unwatched::default())
    }

    fn one(&self, name: &'static str, item: StaffItem) -> Sample {
        self.mail(name, "Anna Åberg", vec![item])
    }

    fn supervisor(&self, name: &'static str, item: StaffItem) -> Sample {
        self.mail(name, "Bo Ek", vec![item])
    }

    /// To whoever has the items of a person who is away.
    fn stands_in(&self) -> Sample {
        let item = StaffItem {
            holder: Holder {
                absent: Some("Anna Åberg".to_owned()),
                ..cecilia()
            },
            ..self.base.clone()
        };
        let mut sample = self.mail("reminder-stands-in", "Cecilia Öberg", vec![item]);
        if let Facts::Staff(facts) = &mut sample.facts {
            let (name, since) = ("Anna Åberg".to_owned(), day(11, 9));
            facts.away.push(AwayFor { name, since });
        }
        sample
    }

    fn of_the_last_day(&self) -> Vec<Sample> {
        let base = || self.base.clone();
        let mut in_shadow = base();
        in_shadow.notice.in_shadow = Some(at(23, 13, 0));
        let mut decision = base();
        decision.notice.wants_reason = true;
        let tomorrow = StaffItem {
            due: day(11, 24),
            ..base()
        };
        let late = StaffItem {
            late: 2,
            ..item(self.policy, 42, 17, 19, Matter::Reminder)
        };
        let told_above = Matter::Climbed {
            step: 1,
            to: "Bo Ek".to_owned(),
        };
        let climbed = StaffItem {
            late: 1,
            ..item(self.policy, 42, 18, 20, told_above)
        };
        vec![
            self.one("reminder", self.planned.clone()),
            self.stands_in(),
            self.one("reminder-shadow", in_shadow),
            self.one("reminder-decision", decision),
            self.one("reminder-tomorrow", tomorrow),
            self.one("reminder-late", late),
            self.one("reminder-climbed", climbed),
        ]
    }

    /// Other questions about an item.
    fn of_other_questions(&self) -> Vec<Sample> {
        let sent = Some(at(20, 15, 30));
        let covered = StaffItem {
            covered_by: Some("SL-2026-00040".to_owned()),
            ..self.base.clone()
        };
        let covers = StaffItem {
            covers: vec!["SL-2026-00048".to_owned()],
            ..self.noticed.clone()
        };
        let advice =
            "Fråga inte vem avsändaren är eller varför (2 kap. 18 § tryckfrihetsförordningen).";
        let mut arrived = with(Matter::Arrived, &self.base);
        arrived.due = day(11, 23);
        arrived.pledge.first = true;
        arrived.pledge.advice = Some(advice.to_owned());
        let trashed = with(Matter::Trashed, &self.base);
        vec![
            self.one(
                "reminder-confirm",
                with(Matter::Confirm { sent }, &self.base),
            ),
            self.one("reminder-filed", filed(with(Matter::Filed, &self.base))),
            self.one("reminder-covered", covered),
            self.one("reminder-covers", covers),
            self.one("reminder-arrived", arrived),
            self.one("reminder-trashed", trashed),
            self.mail("reminders-trashed", "Anna Åberg", thrown_away(self.policy)),
        ]
    }

    /// Others have had a hand in it, or the mail to the citizen went wrong.
    fn of_other_hands(&self) -> Vec<Sample> {
        let handed_over = StaffItem {
            holder: cecilia(),
            ..with(Matter::HandedOver, &self.base)
        };
        let by = Some("Bo Ek".to_owned());
        let note = StaffItem {
            due: day(11, 20),
            ..with(Matter::NoteMissing, &self.base)
        };
        let bounced = with(Matter::Bounced, &self.noticed);
        let uncertain = with(Matter::Uncertain, &self.noticed);
        vec![
            self.mail("reminder-handed-over", "Cecilia Öberg", vec![handed_over]),
            self.one("reminder-urged", with(Matter::Urged { by }, &self.base)),
            self.one("reminder-note", note),
            self.one("reminder-bounced", bounced),
            self.one("reminder-uncertain", uncertain),
        ]
    }

    fn of_many(&self) -> Vec<Sample> {
        let of = |count: u32| -> Vec<StaffItem> {
            let item = |n| StaffItem {
                reference: format!("SL-2026-{n:05}"),
                ..self.planned.clone()
            };
            (1..=count).map(item).collect()
        };
        vec![
            self.mail("reminders", "Anna Åberg", many(self.policy)),
            self.mail("reminders-five", "Anna Åberg", of(5)),
            self.mail("reminders-forty", "Anna Åberg", of(40)),
        ]
    }

    /// Its notice is late, and leaves as soon as it can.
    fn leaving(&self) -> Sample {
        let mut item = planned(item(self.policy, 42, 17, 19, Matter::Reminder));
        item.late = 2;
        let planned = item.notice.planned.iter_mut();
        planned.for_each(|planned| planned.at = None);
        self.one("reminder-late-leaving", item)
    }

    /// The sign of its answer waits for a word, and a supervisor has heard that it is late.
    fn unconfirmed(&self, sent: Option<Local>) -> StaffItem {
        let to = "Bo Ek".to_owned();
        StaffItem {
            late: 1,
            matters: vec![Matter::Confirm { sent }, Matter::Climbed { step: 1, to }],
            probable: true,
            ..item(self.policy, 42, 18, 20, Matter::Reminder)
        }
    }

    fn of_supervisors(&self) -> Vec<Sample> {
        let policy = self.policy;
        let late = StaffItem {
            late: 1,
            ..item(policy, 41, 18, 20, escalation(1, 0))
        };
        let noticed = with(escalation(1, 0), &self.noticed);
        let sent = Some(at(20, 15, 30));
        let unconfirmed = with(escalation(1, 0), &self.unconfirmed(sent));
        let own = many(policy).into_iter().take(2);
        let both = climbing(policy).into_iter().chain(own).collect();
        vec![
            self.supervisor("escalation-handler-away", with(escalation(1, 3), &late)),
            self.supervisor("escalation", late),
            self.supervisor("escalation-noticed", noticed),
            self.supervisor("escalation-unconfirmed", unconfirmed),
            self.one("reminder-confirm-late", self.unconfirmed(sent)),
            self.leaving(),
            self.mail("escalations", "Bo Ek", climbing(policy)),
            self.mail("escalations-forty", "Bo Ek", forty_late(policy)),
            self.mail("digest", "Bo Ek", both),
        ]
    }

    fn of_letters(&self) -> Vec<Sample> {
        let letter = |number: u32| {
            let file = format!("SL-2026-{number:05}.pdf");
            letter_to_post(self.policy, number, Some(&file))
        };
        let items = vec![self.planned.clone(), letter(44), letter(45)];
        let without = letter_to_post(self.policy, 44, None);
        vec![
            self.one("letter", letter(44)),
            self.one("letter-without-its-file", without),
            self.mail("letters", "Anna Åberg", items),
        ]
    }

    fn of_the_unwatched(&self) -> Vec<Sample> {
        let unwatched = || excluded(self.policy);
        let confirm = with(Matter::Confirm { sent: None }, &self.base);
        let items = vec![self.planned.clone(), confirm];
        vec![
            self.whole("excluded", "Anna Åberg", Vec::new(), unwatched()),
            self.whole("morning", "Anna Åberg", items, unwatched()),
        ]
    }
}

/// It lies in a folder for what is done.
fn filed(item: StaffItem) -> StaffItem {
    let folder = "Klart".to_owned();
    StaffItem { folder, ..item }
}

/// Two that lie in the trash, beside one to answer.
fn thrown_away(policy: StaffMail) -> Vec<StaffItem> {
    let trashed = [44, 45].map(|number| item(policy, number, 20, 24, Matter::Trashed));
    let base = item(policy, 42, 19, 23, Matter::Reminder);
    [base].into_iter().chain(trashed).collect()
}

fn forty_late(policy: StaffMail) -> Vec<StaffItem> {
    let mut late = item(policy, 41, 18, 20, escalation(1, 0));
    late.late = 1;
    late.holder.told_at = Some(at(20, 8, 0));
    (1..=40)
        .map(|n| StaffItem {
            reference: format!("SL-2026-{n:05}"),
            ..late.clone()
        })
        .collect()
}

pub(super) fn letter(base: StaffItem) -> StaffItem {
    StaffItem {
        pledge: Pledged {
            name: "letter".to_owned(),
            time: Span::WorkingDays(5),
            letter: true,
            ..base.pledge
        },
        folder: "INBOX/Skannat".to_owned(),
        ..base
    }
}

/// Its sender has had a notice.
pub(super) fn noticed(at: Local, promise: NaiveDate, base: StaffItem) -> StaffItem {
    let told = Some(promise);
    StaffItem {
        notice: NoticeState {
            noticed: Some(at),
            ..NoticeState::default()
        },
        promised: Promised {
            promise: told,
            told,
            ..Promised::default()
        },
        ..base
    }
}

/// Its sender gets a notice today.
pub(super) fn planned(base: StaffItem) -> StaffItem {
    let planned = Planned {
        at: Some(at(23, 13, 0)),
        name: "Anna Åberg".to_owned(),
        promise: day(12, 7),
    };
    StaffItem {
        notice: NoticeState {
            planned: Some(planned),
            ..NoticeState::default()
        },
        ..base
    }
}

fn cecilia() -> Holder {
    Holder {
        handler: Some("Cecilia Öberg".to_owned()),
        absent: None,
        deputy: Some("Cecilia Öberg".to_owned()),
        told_at: None,
    }
}

/// The handler gave the day.
fn by_hand(promise: NaiveDate, base: StaffItem) -> StaffItem {
    let given = Some(promise);
    StaffItem {
        promised: Promised {
            promise: given,
            told: None,
            given,
            by_hand: true,
        },
        ..base
    }
}

/// No member has it.
fn unowned(base: StaffItem) -> StaffItem {
    let mut unowned = planned(base);
    unowned.holder.handler = None;
    unowned
}

/// Items with every reason for a mail to a supervisor.
pub(super) fn climbing(policy: StaffMail) -> Vec<StaffItem> {
    let late = |late, (number, received, due), matter| StaffItem {
        late,
        ..item(policy, number, received, due, matter)
    };
    let broken = late(1, (31, 13, 17), escalation(3, 1));
    let promised = by_hand(day(12, 11), item(policy, 35, 18, 20, escalation(1, 0)));
    let another = StaffItem {
        holder: cecilia(),
        ..item(policy, 36, 18, 20, escalation(1, 0))
    };
    vec![
        noticed(at(20, 13, 0), day(12, 4), another),
        noticed(at(17, 13, 0), day(11, 20), broken),
        unowned(late(2, (37, 17, 19), escalation(1, 2))),
        late(2, (38, 17, 19), escalation(1, 3)),
        late(1, (39, 18, 20), escalation(2, 4)),
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
    let base = letter(item(policy, number, 17, 24, Matter::Post));
    StaffItem {
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
        pledge: Pledged {
            name: "email".to_owned(),
            time: Span::WorkingDays(2),
            letter: false,
            first: false,
            suggested: day(12, 7),
            advice: None,
        },
        received: at(received, 9, 12),
        due: day(11, due),
        late: 0,
        holder: Holder {
            handler: Some("Anna Åberg".to_owned()),
            absent: None,
            deputy: Some("Cecilia Öberg".to_owned()),
            told_at: None,
        },
        matters: vec![matter],
        notice: NoticeState::default(),
        promised: Promised::default(),
        covered_by: None,
        covers: Vec::new(),
        probable: false,
        post: None,
        folder: "INBOX".to_owned(),
        shown: Shown::new(policy.handler, SUBJECT, CITIZEN),
    }
}
