//! A register of as many items as are wanted, made fact by fact without servers: three mailboxes of
//! a municipality through years of questions, answers, notices, broken pledges, closings by word
//! and newsletters.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, Utc};
use servicelofte::config::Config;
use servicelofte::domain::classify::Class;
use servicelofte::domain::event::{
    Arrival, AssignedBy, Effect, Event, Evidence, EvidenceKind, Fact, How, Logged, Standing,
};
use servicelofte::domain::identify::Identity;
use servicelofte::domain::item::{Item, ItemId};
use servicelofte::domain::kept::{MessageRow, More};
use servicelofte::domain::pledge::{Due, Span};
use servicelofte::domain::reason::{Reason, Sign};
use servicelofte::store::{Db, Store, StoreError};
use std::path::Path;

/// Three mailboxes, one of them with letters too.
pub const CONFIG: &str = r#"
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
[[staff]]
id = "registrator"
name = "Anna Åberg"
email = "registrator@kommunen.test"
reports_to = "kanslichef"
[[staff]]
id = "kanslichef"
name = "Cecilia Ek"
email = "kanslichef@kommunen.test"
[imap]
host = "imap.kommunen.test"
user = "x"
password = "x"
[smtp]
host = "smtp.kommunen.test"
[[mailbox]]
name = "kommunfullmaktige"
address = "kommunfullmaktige@kommunen.test"
handler = "registrator"
[[mailbox]]
name = "bygglov"
address = "bygglov@kommunen.test"
handler = "registrator"
[[mailbox]]
name = "valnamnden"
address = "valnamnden@kommunen.test"
handler = "registrator"
"#;

/// Chance from a seed.
pub struct Dice(pub u64);

impl Dice {
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

/// The configuration, with its register in `folder`.
pub fn config(folder: &Path) -> Config {
    Config::parse(CONFIG, folder).unwrap_or_else(|faults| panic!("{faults:?}"))
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
    let row = MessageRow {
        received_at: came,
        size: 4_000,
        message_id: Some(format!("{number:x}.{}@medborgare.test", came.timestamp())),
        sender: Some(format!("kim{number}@medborgare.test")),
        name: None,
        subject: "Fråga".to_owned(),
        more: More::default(),
    };
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
    if item.state.is_live() {
        story(db, config, dice, &mut item, now)?;
        db.save_item(&item, None)?;
    }
    Ok(())
}

fn logged(config: &Config, dice: &mut Dice, id: ItemId, came: DateTime<Utc>) -> Fact {
    let mailbox = match dice.below(100) {
        0..=69 => "kommunfullmaktige",
        70..=98 => "bygglov",
        _ => "valnamnden",
    };
    let is_letter = mailbox == "kommunfullmaktige" && dice.below(100) < 8;
    let (pledge, span) = if is_letter {
        ("letter", 5)
    } else {
        ("email", 2)
    };
    let standing = if dice.below(100) < 9 {
        Standing::Excluded {
            reason: Reason::Signs(vec![Sign::NewsletterService]),
        }
    } else {
        let arrival = config.calendar.local_date(came);
        Standing::Open {
            pledge: pledge.to_owned(),
            due: Box::new(Due::of_arrival(
                came,
                arrival,
                Span::WorkingDays(span),
                &config.calendar,
            )),
            may_notify: true,
            handler: (dice.below(100) < 95).then(|| "registrator".to_owned()),
            assigned_by: Some(AssignedBy::Default),
            leader: None,
            covered_by: None,
        }
    };
    Fact::Logged(Box::new(Logged {
        mailbox: mailbox.to_owned(),
        folder: "INBOX".to_owned(),
        class: if matches!(standing, Standing::Open { .. }) {
            Class::Correspondence
        } else {
            Class::Bulk
        },
        reasons: vec![Sign::NoMachine],
        received_at: came,
        arrival: Arrival::Internaldate,
        conversation: id.0,
        standing,
        flags: Vec::new(),
        language: None,
        trust: None,
        asked_at: None,
        part_of: None,
    }))
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
        0..=719 if is_letter => {
            let at = in_time(dice);
            happen(item, at, by_word(at, How::Letter))
        }
        0..=719 => {
            let at = in_time(dice).min(closes - Duration::minutes(1));
            happen(item, at, answered(at))
        }
        720..=859 => {
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
                },
            )?;
            happen(item, at, Fact::Sent { effect, at })?;
            if is_letter {
                let on = config.calendar.local_date(at);
                happen(item, at + Duration::hours(2), Fact::Posted { on })?;
            }
            let later = closes + dice.minutes(60, 18 * 1_440);
            match dice.below(10) {
                0 => Ok(()),
                1 => happen(item, later, by_word(later, How::Meeting)),
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
