//! Logs that are drawn from a seed, of every fact that a log may hold, with pledges of every kind:
//! the report and the script must count the same, also where no town would ever come to it.

use super::raw::Register;
use crate::kommunen;
use crate::year::Dice;
use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, Utc};
use servicelofte::config::Config;
use servicelofte::domain::classify::Class;
use servicelofte::domain::event::{
    Arrival, AssignedBy, Effect, Event, Evidence, EvidenceKind, Fact, Failure, Flag, How, Logged,
    Standing,
};
use servicelofte::domain::figures::Figure;
use servicelofte::domain::identify::Identity;
use servicelofte::domain::item::Item;
use servicelofte::domain::no_question::Presumed;
use servicelofte::domain::pledge::{Due, Pledge};
use servicelofte::domain::reason::{DueChange, Reason, Sign, Withdrawal};
use servicelofte::store::{Access, Db, Store, StoreError};

/// A pledge of every kind.
const OWN: &str = r#"
[service]
database = "register.db"
operator = "it-drift@kommunen.test"
[organisation]
name = "Västerviks kommun"
[calendar]
closed_days = [{ date = "2026-05-15", decision = "KS 2026/12" }]
[[pledge]]
name = "letter"
match = { from = ["skanner@kommunen.test"] }
letter = true
time = { working_days = 5 }
[[pledge]]
name = "records"
match = { subject = "(?i)allmän handling" }
kept_by = "release"
time = { working_days = 1 }
[[pledge]]
name = "callback"
match = { subject = "(?i)ring" }
kept_by = "contact"
time = { working_days = 1 }
[[pledge]]
name = "decision"
match = { subject = "(?i)ansökan" }
kept_by = "decision"
time = { weeks = 3 }
[[pledge]]
name = "email"
time = { working_days = 2 }
"#;

/// Items of a plain test run.
const ITEMS: u64 = 3_000;
/// Facts of one item, at most.
const FACTS: u64 = 14;

struct Draw<'a> {
    config: &'a Config,
    dice: Dice,
}

impl Draw<'_> {
    fn percent(&mut self, chance: u64) -> bool {
        self.dice.below(100) < chance
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        let place = self.dice.below(u64::try_from(of.len()).expect("few"));
        of[usize::try_from(place).expect("few")]
    }

    fn minutes(&mut self, most: u64) -> Duration {
        Duration::minutes(i64::try_from(self.dice.below(most)).expect("few"))
    }

    fn date(&mut self, at: DateTime<Utc>) -> NaiveDate {
        self.config.calendar.local_date(at) + Days::new(self.dice.below(14))
    }

    fn pledge(&mut self) -> &Pledge {
        let place = self.dice.below(7);
        let pledges = &self.config.pledges;
        let last = pledges.len() - 1;
        &pledges[usize::try_from(place).expect("few").min(last)]
    }

    /// The due date of what arrived then, under a pledge that is drawn, and its name.
    fn due(&mut self, came: DateTime<Utc>) -> (String, Box<Due>) {
        let pledge = self.pledge().name.clone();
        let due = self.due_under(&pledge, came);
        (pledge, Box::new(due))
    }

    fn due_under(&self, name: &str, came: DateTime<Utc>) -> Due {
        let calendar = &self.config.calendar;
        let pledges = self.config.pledges.iter();
        let mut named = pledges.filter(|pledge| pledge.name == name);
        let pledge = named.next().expect("a pledge");
        let mut due = Due::of_arrival(came, calendar.local_date(came), pledge.time, calendar);
        due.kept_by = pledge.kept_by;
        due
    }

    fn evidence(&mut self) -> Evidence {
        let verified = self.one(&[None, Some(true), Some(false)]);
        let message_id = Some(format!("{}@kommunen.test", self.dice.below(1 << 40)));
        Evidence {
            verified,
            message_id,
            ..Evidence::without_mail(EvidenceKind::Sent, None)
        }
    }

    fn logged(&mut self, came: DateTime<Utc>) -> Fact {
        let (pledge, due) = self.due(came);
        let handler = self.percent(80).then(|| "registrator".to_owned());
        let assigned_by = handler.as_ref().map(|_| AssignedBy::Default);
        let may_notify = true;
        let standing = match self.dice.below(20) {
            0 => Standing::History,
            1..=3 => Standing::Excluded {
                reason: self.reason(),
            },
            4 => Standing::NoQuestion {
                why: Presumed::Thanks,
                pledge,
                due,
                may_notify,
                handler,
                assigned_by,
            },
            _ => Standing::Open {
                pledge,
                due,
                may_notify,
                handler,
                assigned_by,
                leader: self.percent(5).then_some(1),
                covered_by: self.percent(5).then_some(1),
            },
        };
        let class = self.one(&[
            Class::Correspondence,
            Class::Correspondence,
            Class::Bulk,
            Class::AutoReply,
            Class::Bounce,
            Class::Receipt,
            Class::Calendar,
            Class::Own,
            Class::Notification,
        ]);
        Fact::Logged(Box::new(Logged {
            mailbox: self.one(&["kf", "kf", "bygglov"]).to_owned(),
            folder: "INBOX".to_owned(),
            class,
            reasons: vec![Sign::NoMachine],
            received_at: came,
            arrival: Arrival::Internaldate,
            conversation: 1,
            standing,
            flags: [(5, Flag::HandlerAway), (10, Flag::ForwardedIn)]
                .into_iter()
                .filter(|(chance, _)| self.percent(*chance))
                .map(|(_, flag)| flag)
                .collect(),
            language: None,
            trust: None,
            asked_at: self.percent(5).then(|| came - Duration::days(3)),
            part_of: None,
        }))
    }

    fn reason(&mut self) -> Reason {
        match self.dice.below(7) {
            0 => Reason::Person("reklam".to_owned()),
            1 => Reason::OwnMail,
            2 => Reason::Internal,
            3 => Reason::StaffReply,
            4 => Reason::StaffCommand,
            5 => Reason::StrangeBounce,
            _ => Reason::Signs(vec![Sign::NewsletterService]),
        }
    }

    fn fact(&mut self, item: &Item, at: DateTime<Utc>) -> Fact {
        match self.dice.below(4) {
            0 => self.settling(item, at),
            1 => self.mail(at),
            2 => self.word(at),
            _ => self.standing(item, at),
        }
    }

    fn settling(&mut self, item: &Item, at: DateTime<Utc>) -> Fact {
        let ago = self.minutes(3_000);
        let seen = (at - ago).max(item.received_at);
        let evidence = self.evidence();
        let answered_by = None;
        match self.dice.below(9) {
            0..=2 => Fact::Answered {
                at: seen,
                answered_by,
                evidence,
            },
            3 => Fact::ProbablyAnswered {
                at: seen,
                answered_by,
                evidence,
            },
            4 => Fact::NotAnswered { evidence: None },
            5 => Fact::Contacted {
                at: seen,
                answered_by,
                evidence,
            },
            6 => Fact::NoticedByHand {
                at: seen,
                promise: self.date(at),
            },
            _ => Fact::Closed {
                at: seen,
                how: self.one(&How::ALL),
                note: self.percent(30).then(|| "ringde".to_owned()),
                evidence,
                self_reported: false,
            },
        }
    }

    fn mail(&mut self, at: DateTime<Utc>) -> Fact {
        let effect = self.one(&[
            Effect::Notice,
            Effect::Notice,
            Effect::Notice,
            Effect::Letter,
            Effect::NewDate(1),
            Effect::Escalation(1),
        ]);
        let to = vec!["citizen".to_owned()];
        match self.dice.below(10) {
            0..=3 => Fact::Queued {
                effect,
                to,
                promise: self.percent(90).then(|| self.date(at)),
                names: None,
                as_function: self.percent(30),
            },
            4..=6 => Fact::Sent {
                effect,
                at: at - self.minutes(90),
                promise: self.percent(10).then(|| self.date(at)),
            },
            7 => Fact::Withheld { effect, to },
            8 => Fact::Withdrawn {
                effect,
                why: Withdrawal::Stale,
                may_have_left: false,
            },
            _ => Fact::Failed {
                effect,
                failure: self.one(&[Failure::Bounced, Failure::Unknown, Failure::Rejected]),
                why: None,
            },
        }
    }

    fn word(&mut self, at: DateTime<Utc>) -> Fact {
        let to = "registrator".to_owned();
        let how = AssignedBy::Command;
        let flag = self.one(&[
            Flag::HandlerAway,
            Flag::NoticeHeldByCap,
            Flag::NoticeHeldByHour,
            Flag::NoteMissing,
            Flag::Unverified,
            Flag::Trashed,
        ]);
        match self.dice.below(12) {
            0..=2 => Fact::Promised {
                date: self.date(at),
                old: None,
                reason: None,
            },
            3 => Fact::Unpromised {
                date: self.date(at),
            },
            4 => Fact::Assigned { to, how },
            5 => Fact::HandedBack {
                to: self.percent(50).then_some(to),
                how: Some(how),
            },
            6 => Fact::NoticeBarred { note: None },
            7 => Fact::NoticeFreed { elsewhere: false },
            8 => Fact::NoticeReset {
                barred: self.percent(50),
                freed: self.percent(50),
            },
            9 => Fact::Posted {
                on: self.config.calendar.local_date(at),
            },
            10 => Fact::Unflagged { flag },
            _ => Fact::Flagged { flag },
        }
    }

    fn standing(&mut self, item: &Item, at: DateTime<Utc>) -> Fact {
        let came = item.received_at;
        let (pledge, due) = self.due(came);
        match self.dice.below(12) {
            0 => Fact::Excluded {
                reason: self.reason(),
            },
            1 => Fact::Judged {
                class: self.one(&[Class::Bulk, Class::Correspondence]),
                reasons: vec![Sign::NoMachine],
                may_notify: true,
            },
            2 => Fact::Presumed {
                why: Presumed::Thanks,
            },
            3 => Fact::Lapsed,
            4 => Fact::Reopened { pledge, due },
            5 => Fact::DueChanged {
                old: None,
                due: Box::new(self.due_under(item.pledge.as_deref().unwrap_or("email"), came)),
                why: DueChange::Reckoning,
            },
            6 => Fact::Repledged {
                pledge,
                old: None,
                due,
                back: self.percent(30),
            },
            7 | 8 => Fact::Twinned {
                with: 1,
                arrival: self.percent(70).then(|| at - Duration::days(1)),
            },
            9 => Fact::Tied {
                conversation: 1,
                language: None,
                covered_by: self.percent(30).then_some(1),
            },
            10 => Fact::Follows {
                leader: self.percent(50).then_some(1),
            },
            _ => Fact::Uncovered,
        }
    }

    fn item(&mut self, db: &Db<'_>, number: u64, now: DateTime<Utc>) -> Result<(), StoreError> {
        let most = u64::try_from((now - first()).num_minutes()).expect("a past");
        let came = first() + self.minutes(most);
        let row = kommunen::question(came, format!("{number}@medborgare.test"), "kim");
        let mut whole = [0; 16];
        whole[..8].copy_from_slice(&number.to_le_bytes());
        let mid = i64::try_from(number).expect("few");
        let year = self.config.calendar.local_date(came).year();
        let id = db.insert_message(year, &Identity { mid, whole }, &row)?;
        let by = "system".to_owned();
        let (at, fact) = (came, self.logged(came));
        let mut item = db.create_item(id, Event { at, by, fact }, |_| None, &[])?;
        let mut at = came;
        for _ in 0..self.dice.below(FACTS) {
            let most = self.one(&[60, 1_440, 9_000]);
            at += self.minutes(most);
            let fact = self.fact(&item, at);
            let by = "system".to_owned();
            let event = Event { at, by, fact };
            if at < now && item.clone().apply(&event).is_ok() {
                db.happen(&mut item, at, "system", event.fact)?;
            }
        }
        db.save_item(&item, None)
    }
}

fn first() -> DateTime<Utc> {
    "2026-04-01T06:00:00Z".parse().expect("a time")
}

/// `SEED=7` draws another register.
#[test]
fn a_script_counts_what_any_log_comes_to() {
    let now: DateTime<Utc> = "2026-06-24T10:00:00Z".parse().expect("a time");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config.toml");
    let text = kommunen::config(OWN, &["kf", "bygglov"]);
    std::fs::write(&file, &text).expect("written");
    let config = kommunen::read(&text, folder.path());
    let seed = std::env::var("SEED").map_or(1, |seed| seed.parse().expect("a number"));
    let mut draw = Draw {
        config: &config,
        dice: Dice(seed),
    };
    let mut store = Store::open(&config.service.database, Access::Daemon).expect("a register");
    let drawn = store.write(|db| (0..ITEMS).try_for_each(|number| draw.item(db, number, now)));
    drawn.expect("it is written");
    let (config, file) = (&config, &file);
    let register = Register { config, file, now };
    let told = register.agrees(&format!("SEED={seed}"));
    let never: Vec<&str> = Figure::ALL
        .iter()
        .filter(|figure| !super::NOT_IN_THE_LOG.contains(figure) && !told.contains(figure))
        .map(|figure| figure.code())
        .collect();
    assert!(never.is_empty(), "SEED={seed} has none of {never:?}");
}
