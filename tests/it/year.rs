//! A register of as many items as are wanted, made fact by fact without servers: three mailboxes of
//! a municipality through years of questions, answers, notices, broken pledges, closings by word
//! and newsletters.

use crate::kommunen;
use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, Utc};
use servicelofte::config::Config;
use servicelofte::domain::classify::Class;
use servicelofte::domain::event::{
    Arrival, AssignedBy, Effect, Event, Evidence, EvidenceKind, Fact, Flag, How, Logged, Standing,
};
use servicelofte::domain::identify::Identity;
use servicelofte::domain::item::{Item, ItemId};
use servicelofte::domain::no_question::Presumed;
use servicelofte::domain::pledge::{Due, Span};
use servicelofte::domain::reason::{Reason, Sign};
use servicelofte::store::{Db, Store, StoreError};

/// One of the mailboxes has letters too.
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
mailbox = ["kommunfullmaktige"]
[[pledge]]
name = "email"
time = { working_days = 2 }
"#;

/// Chance from a seed.
pub struct Dice(pub u64);

impl Dice {
    /// A chance of an item's own, mixed so that no chance of an item says anything of another one.
    fn of(id: ItemId, what: u64) -> Self {
        let mut seed = u64::try_from(id.0).unwrap_or(0) * 31 + what;
        for factor in [0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb] {
            seed = (seed ^ (seed >> 30)).wrapping_mul(factor);
        }
        Self(seed ^ (seed >> 31))
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn minutes(&mut self, from: u64, to: u64) -> Duration {
        Duration::minutes(i64::try_from(from + self.below(to - from)).unwrap_or(0))
    }
}

/// The configuration of three mailboxes.
pub fn config() -> String {
    kommunen::config(OWN, &["kommunfullmaktige", "bygglov", "valnamnden"])
}

/// Fills a register with `count` items that came from `first` until before `last`, as it is at
/// `now`.
pub fn fill(
    store: &mut Store,
    config: &Config,
    count: u64,
    (first, last): (NaiveDate, NaiveDate),
    now: DateTime<Utc>,
) {
    let days = u64::try_from((last - first).num_days()).expect("a period");
    let (mut dice, mut done) = (Dice(7), 0_u64);
    let mut dates = first
        .iter_days()
        .take_while(|date| *date < last)
        .enumerate()
        .peekable();
    while dates.peek().is_some() {
        store
            .write(|db| {
                for (index, date) in dates.by_ref().take(20) {
                    let until = count * (index as u64 + 1) / days;
                    let mut came: Vec<u64> = (done..until).map(|_| 360 + dice.below(900)).collect();
                    came.sort_unstable();
                    for minute in came {
                        let minute = u32::try_from(minute).expect("a minute of the day");
                        let time =
                            NaiveTime::from_hms_opt(minute / 60, minute % 60, 0).expect("a time");
                        one(
                            db,
                            config,
                            &mut dice,
                            config.calendar.instant(date, time),
                            now,
                        )?;
                    }
                    done = until;
                }
                Ok(())
            })
            .expect("it is written");
    }
}

fn one(
    db: &Db<'_>,
    config: &Config,
    dice: &mut Dice,
    came: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let number = dice.below(u64::MAX >> 33);
    let message_id = format!("{number:x}.{}@medborgare.test", came.timestamp());
    let row = kommunen::question(came, message_id, &format!("kim{number}"));
    let mut whole = [0; 16];
    whole[..8].copy_from_slice(&number.to_le_bytes());
    whole[8..].copy_from_slice(&came.timestamp_millis().to_le_bytes());
    let mid = i64::try_from(number).unwrap_or(0);
    let year = config.calendar.local_date(came).year();
    let id = db.insert_message(year, &Identity { mid, whole }, &row)?;
    let logged = logged(config, dice, id, came);
    let mut item = db.create_item(
        id,
        Event {
            at: came,
            by: "system".to_owned(),
            fact: logged,
        },
        |_| None,
        &[],
    )?;
    beside(db, config, &mut item, now)?;
    if item.state.is_live() {
        story(db, config, dice, &mut item, now)?;
        db.save_item(&item, None)?;
    }
    Ok(())
}

fn logged(config: &Config, dice: &mut Dice, id: ItemId, came: DateTime<Utc>) -> Fact {
    let is_to_council = dice.below(100) < 70;
    let is_on_paper = is_to_council && dice.below(100) < 8;
    // Every hundredth: so few a month that no report may show them.
    let mailbox = match id.0 % 100 {
        0 => "valnamnden",
        _ if is_to_council => "kommunfullmaktige",
        _ => "bygglov",
    };
    let is_letter = is_on_paper && mailbox == "kommunfullmaktige";
    let (pledge, span) = if is_letter {
        ("letter", 5)
    } else {
        ("email", 2)
    };
    let (class, standing) = if dice.below(100) < 9 {
        excluded(id)
    } else {
        let arrival = config.calendar.local_date(came);
        let due = Due::of_arrival(came, arrival, Span::WorkingDays(span), &config.calendar);
        let (pledge, due) = (pledge.to_owned(), Box::new(due));
        let handler = (dice.below(100) < 95).then(|| "registrator".to_owned());
        let (may_notify, assigned_by) = (true, Some(AssignedBy::Default));
        let standing = match Dice::of(id, 1).below(100) {
            0..=2 => Standing::NoQuestion {
                why: Presumed::Thanks,
                pledge,
                due,
                may_notify,
                handler,
                assigned_by,
            },
            chance => Standing::Open {
                pledge,
                due,
                may_notify,
                handler,
                assigned_by,
                leader: None,
                covered_by: (chance < 6).then_some(id.0 - 1),
            },
        };
        (Class::Correspondence, standing)
    };
    Fact::Logged(Box::new(Logged {
        mailbox: mailbox.to_owned(),
        folder: "INBOX".to_owned(),
        class,
        reasons: vec![Sign::NoMachine],
        received_at: came,
        arrival: Arrival::Internaldate,
        conversation: id.0,
        standing,
        flags: is_passed_on(config, id, came)
            .then_some(Flag::ForwardedIn)
            .into_iter()
            .collect(),
        language: None,
        trust: None,
        asked_at: None,
        part_of: None,
    }))
}

/// A colleague passed it on. More of the last full day: some of it is still pending.
fn is_passed_on(config: &Config, id: ItemId, came: DateTime<Utc>) -> bool {
    let is_last =
        config.calendar.local_date(came) == NaiveDate::from_ymd_opt(2027, 1, 11).expect("a date");
    Dice::of(id, 5).below(100) < if is_last { 40 } else { 4 }
}

/// What needs no answer by the signs of its class.
const KINDS: [Class; 7] = [
    Class::Bulk,
    Class::AutoReply,
    Class::Bounce,
    Class::Receipt,
    Class::Calendar,
    Class::Own,
    Class::Notification,
];

/// What needs no answer, and why. Newsletters are the most.
fn excluded(id: ItemId) -> (Class, Standing) {
    let chance = usize::try_from(Dice::of(id, 2).below(20)).unwrap_or(0);
    let kind = KINDS.get(chance).copied().unwrap_or(Class::Bulk);
    let (class, reason) = match Dice::of(id, 3).below(20) {
        0 => (Class::Correspondence, Reason::Internal),
        1 => (Class::Correspondence, Reason::StaffCommand),
        2 => (
            Class::Correspondence,
            Reason::CopyOfAnswer { conversation: id },
        ),
        3 => (Class::Correspondence, Reason::Person("reklam".to_owned())),
        4 => return (Class::Correspondence, Standing::History),
        _ => match kind {
            Class::AutoReply => (kind, Reason::AutoReplyIn { conversation: id }),
            Class::Bounce => (kind, Reason::StrangeBounce),
            _ => (kind, Reason::Signs(vec![Sign::NewsletterService])),
        },
    };
    (class, Standing::Excluded { reason })
}

/// The things beside the main story: who has it, what was promised, held, noted and climbed. Of its
/// own chance, so that the main story is the same without.
fn beside(
    db: &Db<'_>,
    config: &Config,
    item: &mut Item,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut dice = Dice::of(item.id, 4);
    let (came, Some(due)) = (item.received_at, item.due.clone()) else {
        return Ok(());
    };
    let mut facts = Vec::new();
    let soon = came + dice.minutes(5, 60);
    let late = due.closes + dice.minutes(60, 4 * 1_440);
    let mut at = |chance: u64, at: DateTime<Utc>, fact: Fact| {
        if dice.below(100) < chance {
            facts.push((at, fact));
            return true;
        }
        false
    };
    if !item.state.is_live() {
        let reopened = Fact::Reopened {
            pledge: item.pledge.clone().unwrap_or_default(),
            due: Box::new(due),
        };
        let _ = at(30, came + Duration::hours(3), reopened)
            || at(30, came + Duration::days(14), Fact::Lapsed);
        return write(db, item, facts, now);
    }
    let flag = |flag| Fact::Flagged { flag };
    let handlers = ["ann", "bo", "cia", "dan", "eva", "fia"];
    let to = handlers[usize::try_from(item.id.0).unwrap_or(0) % handlers.len()].to_owned();
    let how = AssignedBy::Command;
    if at(30, soon, Fact::Assigned { to, how }) {
        let (to, how) = (Some("registrator".to_owned()), Some(AssignedBy::Default));
        at(
            20,
            soon + Duration::minutes(9),
            Fact::HandedBack { to, how },
        );
    }
    let is_away = at(4, soon + Duration::minutes(10), flag(Flag::HandlerAway));
    at(4, soon + Duration::minutes(11), flag(Flag::NoticeHeldByCap));
    at(
        2,
        soon + Duration::minutes(12),
        flag(Flag::NoticeHeldByHour),
    );
    at(3, soon + Duration::minutes(13), flag(Flag::NoteMissing));
    if at(
        4,
        soon + Duration::minutes(14),
        Fact::NoticeBarred { note: None },
    ) {
        at(
            30,
            soon + Duration::minutes(15),
            Fact::NoticeFreed { elsewhere: false },
        );
    }
    let promised = |days, old| Fact::Promised {
        date: config.calendar.add_working_days(due.date, days),
        old,
        reason: None,
    };
    if at(9, soon + Duration::minutes(16), promised(3, None)) {
        let day = config.calendar.add_working_days(due.date, 3);
        let _ = at(
            25,
            soon + Duration::minutes(17),
            Fact::Unpromised { date: day },
        ) || at(30, soon + Duration::days(1), promised(8, Some(day)))
            || at(15, soon + Duration::days(1), promised(3, Some(day)));
    }
    if item.covered_by.is_some() {
        at(30, soon + Duration::minutes(18), Fact::Uncovered);
    }
    let climbed = due.closes + Duration::hours(9);
    let effect = Effect::Escalation(1);
    let to = vec!["kanslichef".to_owned()];
    let queued = Fact::Queued {
        effect,
        to,
        promise: None,
        names: None,
        as_function: false,
    };
    if at(5, climbed, queued) {
        at(
            90,
            climbed,
            Fact::Sent {
                effect,
                at: climbed,
                promise: None,
            },
        );
    }
    let evidence = |kind, verified| Evidence {
        verified,
        ..Evidence::without_mail(kind, None)
    };
    let sign = evidence(EvidenceKind::Sent, Some(false));
    let probably = Fact::ProbablyAnswered {
        at: soon,
        answered_by: None,
        evidence: sign.clone(),
    };
    let denied = Fact::NotAnswered { evidence: None };
    let is_known_late = at(3, soon + Duration::minutes(20), probably)
        && !at(40, soon + Duration::minutes(25), denied.clone())
        && at(60, due.closes + Duration::hours(9), denied);
    let answered = Fact::Answered {
        at: came + Duration::hours(5),
        answered_by: None,
        evidence: sign,
    };
    let handed_over = Fact::Closed {
        at: came + Duration::hours(5),
        how: How::HandedOver,
        note: None,
        evidence: evidence(EvidenceKind::Twin, None),
        self_reported: false,
    };
    let noted = Fact::Closed {
        at: came + Duration::hours(6),
        how: How::Phone,
        note: Some("ringde".to_owned()),
        evidence: evidence(EvidenceKind::Command, None),
        self_reported: false,
    };
    let late_word = Fact::Closed {
        at: due.closes + Duration::hours(12),
        how: How::NoAnswerNeeded,
        note: None,
        evidence: evidence(EvidenceKind::Command, None),
        self_reported: false,
    };
    // No handler was there to answer in time.
    let mut closed = config.calendar.closed_days.keys();
    let is_over_closed_days = closed.any(|day| due.arrival_date < *day && *day <= due.date);
    let answered_late = Fact::Answered {
        at: late,
        answered_by: None,
        evidence: evidence(EvidenceKind::Sent, None),
    };
    let _ = at(2, came + Duration::hours(5), answered)
        || at(1, came + Duration::hours(5), handed_over)
        || at(3, came + Duration::hours(6), noted)
        || at(2, due.closes + Duration::hours(12), late_word)
        || (is_away || is_over_closed_days) && at(25, late, answered_late.clone())
        || is_known_late && at(70, late, answered_late);
    write(db, item, facts, now)
}

/// As far as it has happened by `now`.
fn write(
    db: &Db<'_>,
    item: &mut Item,
    facts: Vec<(DateTime<Utc>, Fact)>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for (at, fact) in facts {
        if at < now {
            db.happen(item, at, "system", fact)?;
        }
    }
    db.save_item(item, None)
}

/// What became of a question, as far as it has happened by `now`.
#[expect(clippy::too_many_lines, reason = "one message after the other")]
fn story(
    db: &Db<'_>,
    config: &Config,
    dice: &mut Dice,
    item: &mut Item,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let closes = item.due.as_ref().expect("a due date").closes;
    let came = item.received_at;
    let is_letter = item.pledge.as_deref() == Some("letter");
    let in_time = |dice: &mut Dice| {
        came + dice.minutes(
            20,
            u64::try_from((closes - came).num_minutes())
                .unwrap_or(60)
                .max(60),
        )
    };
    let happen = |item: &mut Item, at: DateTime<Utc>, fact: Fact| {
        if at < now {
            db.happen(item, at, "system", fact)
        } else {
            Ok(())
        }
    };
    let evidence = |kind| Evidence::without_mail(kind, None);
    let answered = |at| Fact::Answered {
        at,
        answered_by: None,
        evidence: evidence(EvidenceKind::Sent),
    };
    let by_word = |at, how| Fact::Closed {
        at,
        how,
        note: None,
        evidence: evidence(EvidenceKind::Command),
        self_reported: true,
    };
    match dice.below(1_000) {
        // A letter takes its time to answer: more of them get a notice.
        0..=499 if is_letter => {
            let at = in_time(dice);
            happen(item, at, by_word(at, How::Letter))
        }
        0..=719 if !is_letter => {
            let at = in_time(dice).min(closes - Duration::minutes(1));
            happen(item, at, answered(at))
        }
        0..=859 => {
            let at = closes - Duration::hours(11);
            let promise = Some(
                config
                    .calendar
                    .add_working_days(config.calendar.local_date(at), 10),
            );
            let effect = if is_letter {
                Effect::Letter
            } else {
                Effect::Notice
            };
            happen(
                item,
                at,
                Fact::Queued {
                    effect,
                    to: vec!["citizen".to_owned()],
                    promise,
                    names: None,
                    as_function: item.id.0 % 10 == 0,
                },
            )?;
            happen(
                item,
                at,
                Fact::Sent {
                    effect,
                    at,
                    promise: None,
                },
            )?;
            if is_letter {
                let on = config.calendar.local_date(at);
                happen(item, at + Duration::hours(2), Fact::Posted { on })?;
            }
            let later = closes + dice.minutes(60, 18 * 1_440);
            match dice.below(10) {
                0 => Ok(()),
                1 => happen(item, later, by_word(later, How::Meeting)),
                _ if is_letter => happen(item, later, by_word(later, How::Letter)),
                _ => happen(item, later, answered(later)),
            }
        }
        860..=899 => {
            let late = closes + dice.minutes(60, 30 * 1_440);
            if dice.below(10) == 0 {
                Ok(())
            } else {
                happen(item, late, answered(late))
            }
        }
        900..=929 => {
            let at = in_time(dice);
            happen(item, at, by_word(at, How::Phone))
        }
        930..=969 => {
            let at = came + dice.minutes(60, 6 * 1_440);
            happen(item, at, by_word(at, How::NoAnswerNeeded))
        }
        970..=979 => {
            let (at, said) = (in_time(dice), closes + Duration::hours(9));
            happen(
                item,
                said,
                by_word(at.min(closes - Duration::minutes(1)), How::Phone),
            )
        }
        980..=989 => {
            let at = in_time(dice);
            happen(
                item,
                at,
                Fact::Excluded {
                    reason: Reason::Person("reklam".to_owned()),
                },
            )
        }
        _ => {
            let at = in_time(dice);
            happen(item, at, by_word(at, How::DoneFolder))
        }
    }
}
