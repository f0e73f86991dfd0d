//! A slow oracle beside the figures: it reads the log of an item fact by fact, in another way than
//! the fold does, walks through days and minutes one by one, and must find the same numbers on
//! random logs.

use crate::domain::blind::{Blind, Cause, Sight};
use crate::domain::calendar::tests::{date, sweden, utc};
use crate::domain::calendar::{Calendar, Counting};
use crate::domain::event::{
    AssignedBy, Effect, Event, Evidence, EvidenceKind, Fact, Failure, Flag, How, Standing,
};
use crate::domain::figures::place::{Ground, Kept};
use crate::domain::figures::sight::Blindness;
use crate::domain::figures::{Counts, Figure, WorkingDays};
use crate::domain::item::{Item, ItemId};
use crate::domain::pledge::{Due, Span};
use crate::domain::reason::Reason;
use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use serde_json::json;
use std::collections::BTreeMap;

const NOW: &str = "2026-07-01T10:00:00Z";

/// Chance from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }
}

fn minutes(dice: &mut Dice, most_days: u64) -> Duration {
    let most = if dice.percent(70) { 3 } else { most_days };
    Duration::minutes(i64::try_from(dice.below(most * 1_440)).expect("few"))
}

/// How a question ends by a person's word.
const WORDS: [How; 9] = [
    How::Answered,
    How::Phone,
    How::Letter,
    How::Meeting,
    How::Digital,
    How::Decision,
    How::Released,
    How::NoAnswerNeeded,
    How::DoneFolder,
];

/// As the log holds it: what later versions add has a default.
fn logged(dice: &mut Dice, calendar: &Calendar, received_at: DateTime<Utc>) -> Fact {
    let due = Due::of_arrival(
        received_at,
        calendar.local_date(received_at),
        Span::WorkingDays(2),
        calendar,
    );
    let standing = match dice.below(20) {
        0 => json!("history"),
        1 => json!({ "excluded": { "reason": { "signs": ["list"] } } }),
        2 => json!({ "excluded": { "reason": "own_mail" } }),
        _ => {
            let handler = dice.percent(90).then_some("h");
            json!({ "open": { "pledge": "email", "due": due, "may_notify": true, "handler": handler } })
        }
    };
    let fact = json!({
        "event": "logged", "mailbox": "kf", "folder": "INBOX", "class": "bulk", "reasons": [], "received_at": received_at,
        "arrival": "internaldate", "conversation": 1, "standing": standing,
        "flags": if dice.percent(15) { vec!["forwarded_in"] } else { Vec::new() },
    });
    serde_json::from_value(fact).expect("a fact")
}

fn later(dice: &mut Dice, calendar: &Calendar, at: DateTime<Utc>) -> Fact {
    let today = calendar.local_date(at);
    let evidence = Evidence::without_mail(EvidenceKind::Sent, None);
    let ahead = today + Days::new(dice.below(12));
    match dice.below(17) {
        0..=4 => Fact::Answered {
            at,
            answered_by: None,
            evidence,
        },
        5 => Fact::ProbablyAnswered {
            at,
            answered_by: None,
            evidence,
        },
        6 | 7 => {
            let how = WORDS[usize::try_from(dice.below(9)).expect("few")];
            let note = dice.percent(30).then(|| "x".to_owned());
            let said = at - Duration::hours(i64::try_from(dice.below(80)).expect("few"));
            Fact::Closed {
                at: if dice.percent(30) { said } else { at },
                how,
                note,
                evidence,
                self_reported: false,
            }
        }
        8 => Fact::Excluded {
            reason: Reason::Person("x".to_owned()),
        },
        9 => Fact::Promised {
            date: ahead,
            old: None,
            reason: None,
        },
        10 => Fact::Assigned {
            to: "d".to_owned(),
            how: AssignedBy::Command,
        },
        11 => Fact::NoticeBarred { note: None },
        12 => Fact::Flagged {
            flag: Flag::HandlerAway,
        },
        13 => Fact::Flagged {
            flag: Flag::NoticeHeldByCap,
        },
        14 => Fact::Queued {
            effect: Effect::Notice,
            to: vec!["citizen".to_owned()],
            promise: Some(ahead),
            names: None,
            as_function: dice.percent(50),
        },
        15 => Fact::NotAnswered { evidence: None },
        _ if dice.percent(60) => Fact::Sent {
            effect: Effect::Notice,
            at,
            promise: None,
        },
        _ => Fact::Failed {
            effect: Effect::Notice,
            failure: Failure::Bounced,
            why: None,
        },
    }
}

/// A log that can have happened, and the item that it folds to.
fn story(dice: &mut Dice, calendar: &Calendar) -> (Vec<Event>, Item) {
    let received_at = utc("2026-03-01T00:00:00Z")
        + Duration::minutes(i64::try_from(dice.below(160_000)).expect("few"));
    let event = |at, fact| Event {
        at,
        by: "system".to_owned(),
        fact,
    };
    let mut events = vec![event(received_at, logged(dice, calendar, received_at))];
    let mut item = Item::born(ItemId(1), &events[0]).expect("an item");
    let mut at = received_at;
    for _ in 0..dice.below(6) {
        at += minutes(dice, 20);
        // A notice is taken by the server soon after it was written, mostly.
        let mut facts = vec![later(dice, calendar, at)];
        if matches!(facts[0], Fact::Queued { .. }) && dice.percent(80) {
            facts.push(Fact::Sent {
                effect: Effect::Notice,
                at,
                promise: None,
            });
        }
        for fact in facts {
            let next = event(at, fact);
            if at < utc(NOW) && item.apply(&next).is_ok() {
                events.push(next);
            }
        }
    }
    (events, item)
}

fn working_days(calendar: &Calendar, from: NaiveDate, until: NaiveDate) -> u32 {
    let mut count = 0;
    let mut day = from;
    while day < until {
        day = day.succ_opt().expect("a day");
        count += u32::from(calendar.is_working_day(day));
    }
    count
}

fn office_minutes(calendar: &Calendar, from: DateTime<Utc>, until: DateTime<Utc>) -> u32 {
    let mut count = 0;
    let days = calendar
        .local_date(from)
        .iter_days()
        .take_while(|day| *day <= calendar.local_date(until));
    for day in days.filter(|day| calendar.is_working_day(*day)) {
        let mut minute = calendar.instant(day, calendar.office_hours.0);
        while minute < calendar.instant(day, calendar.office_hours.1) {
            count += u32::from(minute >= from && minute + Duration::minutes(1) <= until);
            minute += Duration::minutes(1);
        }
    }
    count
}

/// What the log says, found by looking for each thing by itself.
#[expect(
    clippy::too_many_lines,
    reason = "one thing after the other, as a person would look for them"
)]
fn expected(
    events: &[Event],
    calendar: &Calendar,
    kept: Kept,
    blind: &[Blind],
) -> BTreeMap<&'static str, u32> {
    let now = utc(NOW);
    let today = calendar.local_date(now);
    let Fact::Logged(first) = &events[0].fact else {
        panic!("logged first")
    };
    let mut told = BTreeMap::from([("received", 1)]);
    let mut tell = |name: &'static str| *told.entry(name).or_insert(0) += 1;
    let due = match &first.standing {
        Standing::History => return tell_one(told, "history"),
        Standing::Excluded {
            reason: Reason::OwnMail,
        } => return tell_one(told, "own_traffic"),
        Standing::Excluded { .. } => return tell_one(told, "bulk"),
        Standing::NoQuestion { .. } => return tell_one(told, "no_question"),
        Standing::Open { due, .. } => due,
    };
    tell("arrived");
    let has = |wanted: &dyn Fn(&Fact) -> bool| events.iter().any(|event| wanted(&event.fact));
    let last =
        |wanted: &dyn Fn(&Fact) -> bool| events.iter().rev().find(|event| wanted(&event.fact));
    // An earlier answer may be found later; after its end only a person's closing changes it.
    let ended = last(&|fact| {
        matches!(
            fact,
            Fact::Answered { .. } | Fact::Closed { .. } | Fact::Excluded { .. }
        )
    });
    let (settled, how, said) = match ended.map(|event| (&event.fact, event.at)) {
        Some((Fact::Answered { at, .. }, said)) => (Some(*at), None, said),
        Some((Fact::Closed { at, how, .. }, said)) => (Some(*at), Some(*how), said),
        _ => (None, None, now),
    };
    let sent = events
        .iter()
        .rfind(|event| matches!(event.fact, Fact::Sent { .. }));
    let failed = has(&|fact| matches!(fact, Fact::Failed { .. }));
    let noticed = sent.map(|event| event.at).filter(|_| !failed);
    let noticed_in_time = noticed.is_some_and(|at| at < due.closes);
    let is_passed_on = first.flags.contains(&Flag::ForwardedIn);
    let is_excluded = matches!(ended.map(|event| &event.fact), Some(Fact::Excluded { .. }));
    let counts_by_word = |how: How| kept.by_word(how);
    let place = if is_excluded {
        "excluded_by_hand"
    } else if how == Some(How::NoAnswerNeeded) {
        "closed_without_answer"
    } else if settled.is_some_and(|at| at < due.closes) {
        match how {
            None => "answered_in_time",
            Some(how) if counts_by_word(how) => "answered_in_time",
            Some(_) if noticed_in_time => "noticed_in_time",
            Some(How::DoneFolder) => "filed",
            Some(_) if said >= due.closes => "said_afterwards",
            Some(_) => "self_reported",
        }
    } else if noticed_in_time {
        "noticed_in_time"
    } else if settled.is_some() || now >= due.closes {
        "broken"
    } else {
        "pending"
    };
    let place = match place {
        "answered_in_time" | "noticed_in_time" if is_passed_on => "forwarded_in_kept",
        "broken" if is_passed_on => "forwarded_in_broken",
        "pending" if is_passed_on => "forwarded_in_pending",
        place => place,
    };
    tell(place);
    if place == "closed_without_answer" && said >= due.closes {
        tell("closed_without_answer_late");
    }
    let answered = settled.filter(|_| how.is_none_or(counts_by_word));
    if ["answered_in_time", "noticed_in_time", "broken"].contains(&place) {
        match answered {
            None => tell("not_answered"),
            Some(at) => {
                let start = match calendar.counting {
                    Counting::ArrivalDate => due.arrival_date,
                    Counting::NextWorkingDay => calendar.working_day_from(due.arrival_date),
                };
                let days = working_days(calendar, start, calendar.local_date(at));
                let steps = [
                    (0, "answered_day_0"),
                    (1, "answered_day_1"),
                    (2, "answered_day_2"),
                ];
                let step = steps
                    .iter()
                    .find(|(n, _)| *n == days)
                    .map(|(_, name)| *name);
                tell(step.unwrap_or(match days {
                    3..=5 => "answered_day_3_to_5",
                    6..=10 => "answered_day_6_to_10",
                    _ => "answered_later",
                }));
                if days <= 1 {
                    tell("answered_within_1_working_day");
                }
                if days <= 2 {
                    tell("answered_within_2_working_days");
                }
                if place != "answered_in_time" {
                    tell("answered_late");
                }
                *told.entry("minutes").or_insert(0) +=
                    office_minutes(calendar, first.received_at, at);
            }
        }
    }
    let mut tell = |name: &'static str| *told.entry(name).or_insert(0) += 1;
    let queued = events.iter().find_map(|event| match &event.fact {
        Fact::Queued { promise, .. } => Some((event.at, (*promise)?)),
        _ => None,
    });
    let by_function = has(&|fact| {
        matches!(
            fact,
            Fact::Queued {
                as_function: true,
                ..
            }
        )
    });
    if place == "noticed_in_time" {
        if by_function {
            tell("notice_by_function");
        }
        let by_date = |at| queued.is_some_and(|(_, date)| calendar.local_date(at) <= date);
        match (answered, how) {
            (Some(at), _) => tell(if by_date(at) {
                "notice_answered_by_date"
            } else {
                "notice_answered_later"
            }),
            (None, Some(_)) => tell("notice_closed_otherwise"),
            (None, None) => {
                tell("notice_waits");
                if !by_date(now) {
                    tell("notice_waits_past_date");
                }
            }
        }
    }
    let away = events.iter().rposition(|event| {
        matches!(
            event.fact,
            Fact::Flagged {
                flag: Flag::HandlerAway
            }
        )
    });
    let assigned = events
        .iter()
        .rposition(|event| matches!(event.fact, Fact::Assigned { .. }));
    let promised = has(&|fact| matches!(fact, Fact::Promised { .. }));
    let probable = last(&|fact| {
        matches!(
            fact,
            Fact::ProbablyAnswered { .. } | Fact::NotAnswered { .. }
        )
    });
    let is_denied = matches!(
        probable.map(|event| &event.fact),
        Some(Fact::NotAnswered { .. })
    );
    let is_probable = ended.is_none() && probable.is_some() && !is_denied;
    let asked_anew = last(&|fact| matches!(fact, Fact::NotAnswered { .. }))
        .is_some_and(|event| calendar.local_date(event.at) >= due.date);
    if place == "broken" {
        let handler = matches!(
            &first.standing,
            Standing::Open {
                handler: Some(_),
                ..
            }
        ) || assigned.is_some();
        let in_blind = |span: &Blind| {
            office_minutes(
                calendar,
                span.from.max(first.received_at),
                span.until.min(due.closes),
            ) > 0
        };
        let closed = calendar
            .closed_days
            .keys()
            .any(|day| *day > due.arrival_date && *day <= due.date);
        let circumstances = [
            ("broken_unassigned", !handler),
            ("broken_while_blind", blind.iter().any(in_blind)),
            ("broken_over_closed_days", closed),
            (
                "broken_untouched",
                settled.is_none() && !is_probable && assigned.is_none() && !promised,
            ),
            ("broken_handler_away", away.is_some() && away > assigned),
            ("broken_recognised_late", asked_anew),
        ];
        circumstances
            .iter()
            .filter(|(_, stands)| *stands)
            .for_each(|(name, _)| tell(name));
        if circumstances.iter().all(|(_, stands)| !stands) {
            tell("broken_otherwise");
        }
    }
    // Every date given, in order; a notice promises when it is written, if it arrived and says
    // nothing that stood.
    let mut given: Vec<(DateTime<Utc>, NaiveDate)> = events
        .iter()
        .filter_map(|event| match event.fact {
            Fact::Promised { date, .. } => Some((event.at, date)),
            _ => None,
        })
        .collect();
    if let Some((at, date)) = queued.filter(|_| noticed.is_some())
        && !given
            .iter()
            .any(|(before, same)| *before <= at && *same == date)
    {
        given.push((at, date));
    }
    given.sort_by_key(|(at, _)| *at);
    let mut before = None;
    given.retain(|(_, date)| before.replace(*date) != Some(*date));
    for (index, (_, date)) in given.iter().enumerate() {
        let moved = given.get(index + 1).map(|(at, _)| calendar.local_date(*at));
        let ended = settled
            .filter(|_| !is_excluded)
            .map(|at| calendar.local_date(at));
        tell(match (moved, ended) {
            (Some(on), _) if on <= *date => "promises_moved",
            (None, Some(on)) if on <= *date => "promises_kept",
            (None, None) if today <= *date => "promises_pending",
            _ => "promises_broken",
        });
    }
    for (name, stands) in [
        ("probably_answered", is_probable),
        (
            "notice_held_by_cap",
            has(&|fact| {
                matches!(
                    fact,
                    Fact::Flagged {
                        flag: Flag::NoticeHeldByCap
                    }
                )
            }),
        ),
        (
            "notice_held_by_person",
            has(&|fact| matches!(fact, Fact::NoticeBarred { .. })),
        ),
        (
            "noted",
            has(&|fact| matches!(fact, Fact::Closed { note: Some(_), .. })),
        ),
    ] {
        if stands {
            tell(name);
        }
    }
    told
}

fn tell_one(
    mut told: BTreeMap<&'static str, u32>,
    name: &'static str,
) -> BTreeMap<&'static str, u32> {
    told.insert(name, 1);
    told
}

fn found(counts: &Counts, minutes: Option<u32>) -> BTreeMap<&'static str, u32> {
    let figures = Figure::ALL
        .iter()
        .map(|figure| (figure.code(), counts.of(*figure)));
    let minutes = minutes.map(|minutes| ("minutes", minutes));
    figures
        .filter(|(_, count)| *count > 0)
        .chain(minutes)
        .collect()
}

#[test]
fn random_logs_give_the_figures_that_a_slow_reader_finds() {
    let kinds = [
        Kept::Mail,
        Kept::Letter,
        Kept::Contact,
        Kept::Decision,
        Kept::Release,
    ];
    let blind = [Blind {
        mailbox: "kf".to_owned(),
        sight: Sight::Arrivals,
        from: utc("2026-04-20T18:00:00Z"),
        until: utc("2026-04-22T09:30:00Z"),
        cause: Cause::Tls,
        late: 0,
    }];
    let mut seen = Counts::default();
    for seed in 0..1_500_u64 {
        let mut dice = Dice(seed);
        dice.below(2);
        let counting = if dice.percent(70) {
            Counting::ArrivalDate
        } else {
            Counting::NextWorkingDay
        };
        let calendar = Calendar {
            counting,
            ..sweden()
        };
        let ground = Ground {
            days: WorkingDays::new(&calendar, date("2026-03-01"), date("2026-07-01")),
            now: utc(NOW),
            blind: Blindness::new(&blind),
        };
        let kept = kinds[usize::try_from(dice.below(5)).expect("few")];
        let (events, item) = story(&mut dice, &calendar);
        let (counts, minutes) = ground.counts(&item, kept);
        let expected = expected(&events, &calendar, kept, &blind);
        assert_eq!(
            found(&counts, minutes),
            expected,
            "seed {seed}, {kept:?}: {events:#?}"
        );
        // How its due date was reached is in no figure: a report passes it over.
        let due = item.due.clone().map(|due| Due {
            days: Vec::new(),
            ..due
        });
        assert_eq!(
            ground.counts(&Item { due, ..item }, kept),
            (counts.clone(), minutes),
            "seed {seed}"
        );
        seen.add_all(&counts);
    }
    // The logs are worth it: what they can show, some of them did.
    let never = [
        Figure::AutoReply,
        Figure::Bounce,
        Figure::Receipt,
        Figure::Calendar,
        Figure::OtherExcluded,
        Figure::Covered,
        Figure::NoQuestion,
        Figure::TurnedOut,
        Figure::Internal,
        Figure::HandedOver,
    ];
    let other = [
        Figure::NoticePosted,
        Figure::Unverified,
        Figure::NoteMissing,
        Figure::Escalated,
        Figure::Pending,
        Figure::ForwardedPending,
    ];
    let waits = [Figure::PromiseRuns, Figure::PromiseOver];
    for figure in Figure::ALL
        .iter()
        .filter(|figure| !Figure::WAITS.contains(figure) && !waits.contains(figure))
    {
        let is_shown = !never.contains(figure) && !other.contains(figure);
        assert!(!is_shown || seen.of(*figure) > 0, "no log showed {figure}");
    }
}
