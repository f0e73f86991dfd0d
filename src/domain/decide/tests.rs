//! Every rule of the module's doc, one by one, as a table: the item's history, the time, the plan
//! in short. The words of such a history and the rules of every mail are here; a file below has
//! those of one kind of mail.

use super::*;
use crate::domain::calendar::tests::{date, sweden, time};
use crate::domain::event::{Event, Evidence, EvidenceKind, Fact};
use crate::domain::item::Done;
use crate::domain::item::tests::{born, logged, open};
use crate::domain::item::{ItemId, Settled};
use crate::domain::pledge::Span;
use std::collections::{BTreeMap, BTreeSet};

mod absence;
mod escalation;
mod notices;
mod own_clock;
mod promises;
mod reminders;
mod steps;

/// An item of Thursday 19 November 2026, due on Monday the 23rd, and all that its fate depends on.
/// The handler `h` has the deputy `d` and reports to `b`, who reports to `t`.
struct Case {
    item: Item,
    pledge: Pledge,
    staff: Staff,
    supervisor: Option<&'static str>,
    not_here: BTreeSet<String>,
    stand_ins: StandIns,
    border_speaks: bool,
}

fn at(text: &str) -> DateTime<Utc> {
    let (day, hour) = text.split_once(' ').expect("a day and an hour");
    sweden().instant(date(&format!("2026-{day}")), time(hour))
}

fn named<T: serde::de::DeserializeOwned>(name: &str) -> T {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).expect("a known name")
}

impl Case {
    fn new() -> Self {
        let received_at = at("11-19 09:12");
        let first = logged(received_at, open(date("2026-11-19"), "h"));
        let item = born(ItemId::new(2026, 1), received_at, first);
        let pledge = crate::domain::board::tests::pledge("email");
        let member = |(id, boss, deputy): (&str, Option<&str>, Option<&str>)| Member {
            id: id.to_owned(),
            name: id.to_owned(),
            title: None,
            phone: None,
            signs_as: None,
            tongues: BTreeMap::new(),
            email: format!("{id}@example.se"),
            aliases: Vec::new(),
            reports_to: boss.map(str::to_owned),
            deputy: deputy.map(str::to_owned),
            away: Vec::new(),
            left: false,
            works: crate::domain::works::Works::default(),
            folders: Vec::new(),
        };
        let members = [
            ("h", Some("b"), Some("d")),
            ("d", Some("b"), None),
            ("b", Some("t"), None),
            ("t", None, None),
        ];
        let members = members
            .map(member)
            .into_iter()
            .map(|member| (member.id.clone(), member))
            .collect();
        let staff = Staff {
            members,
            ..Staff::default()
        };
        Self {
            item,
            pledge,
            staff,
            supervisor: Some("b"),
            not_here: BTreeSet::new(),
            stand_ins: StandIns::default(),
            border_speaks: false,
        }
    }

    /// The differences from the ordinary item: words, some with a value.
    fn with(words: &str) -> Self {
        let mut case = Self::new();
        words
            .split(", ")
            .filter(|word| !word.is_empty())
            .for_each(|word| case.take(word));
        case
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each word")]
    fn take(&mut self, word: &str) {
        let item = &mut self.item;
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        match key {
            "state" => item.state = named(value),
            "quiet" => item.may_notify = false,
            "border" => self.border_speaks = true,
            // The mail that settles it, if it is ours.
            "verified" | "unverified" => {
                let evidence = Evidence {
                    verified: Some(key == "verified"),
                    ..Evidence::without_mail(EvidenceKind::Copy, None)
                };
                item.settled = Some(Settled {
                    at: item.received_at,
                    by: None,
                    evidence,
                    how: None,
                });
            }
            // Presumed no question since that time, for that reason.
            "presumed" => {
                let (why, when) = value.split_once('@').expect("a reason and a time");
                item.state = State::NoQuestion;
                item.no_question = Some(named(why));
                item.since = at(when);
            }
            "asked" => item.question_since = Some(at(value)),
            "covered" => item.covered_by = Some(ItemId::new(2025, 1)),
            "handler" => item.handler = (!value.is_empty()).then(|| value.to_owned()),
            "flag" => drop(item.flags.insert(named(value))),
            "promise" => item.promise = Some(date(&format!("2026-{value}"))),
            // `hand=DATE@DAY HOUR`: promised by hand, then.
            "hand" => {
                let (day, when) = value.split_once('@').expect("a date and a time");
                let promised = Fact::Promised {
                    date: date(&format!("2026-{day}")),
                    old: None,
                    reason: None,
                };
                item.apply(&Event {
                    at: at(when),
                    by: "h".to_owned(),
                    fact: promised,
                })
                .expect("it can be promised");
            }
            // A person wanted a reminder then.
            "urged" => item.urged.push(crate::domain::item::Urged {
                at: at(value),
                by: "b".to_owned(),
            }),
            "freed" => item.freed = Some(at(value)),
            "undue" => item.due = None,
            // Its due date has moved since.
            "due" => {
                let day = date(&format!("2026-{value}"));
                item.due = Some(Due::reckon(day, Span::WorkingDays(0), &sweden()));
            }
            // `done=EFFECT@DAY HOUR`, with `!FAILURE` behind it when it did not arrive at once, and
            // `>READER` behind the effect when it went to another reader than the handler (or the
            // acting deputy).
            "done" => {
                let (value, failure) = value
                    .split_once('!')
                    .map_or((value, None), |(a, b)| (a, Some(named(b))));
                let (effect, when) = value.split_once('@').expect("an effect and a time");
                let usual = if effect == "stand-in" { "d" } else { "h" };
                let (effect, reader) = effect.split_once('>').unwrap_or((effect, usual));
                let when = at(when);
                let done = Done {
                    queued_at: when,
                    to: vec![reader.to_owned()],
                    names: None,
                    sent_at: failure.is_none().then_some(when),
                    failed: failure.map(|failure| (when, failure)),
                    promise: None,
                    withheld: false,
                    as_function: false,
                    early: item.due.as_ref().is_some_and(|due| when < due.closes),
                };
                item.done.insert(effect.parse().expect("an effect"), done);
            }
            "gone" => self.staff.members.get_mut(value).expect("a member").left = true,
            // `away=WHO@DAY/DAY`, first and last.
            "away" => {
                let (who, span) = value.split_once('@').expect("somebody and a span");
                let (first, last) = span.split_once('/').expect("two days");
                let day = |day: &str| date(&format!("2026-{day}"));
                self.staff
                    .members
                    .get_mut(who)
                    .expect("a member")
                    .away
                    .push((day(first), day(last)));
            }
            "stands-in" => {
                let (deputy, who) = value.split_once('>').expect("a deputy and for whom");
                self.staff.members.get_mut(who).expect("a member").deputy = Some(deputy.to_owned());
            }
            "stranger" => drop(self.not_here.insert(value.to_owned())),
            "assigned" => item.assigned_at = Some(at(value)),
            "lonely" => {
                self.staff
                    .members
                    .get_mut(value)
                    .expect("a member")
                    .reports_to = None;
            }
            "no-deputy" => self.staff.members.get_mut(value).expect("a member").deputy = None,
            "no-supervisor" => self.supervisor = None,
            "letter" => self.pledge.letter = true,
            "at-once" => self.pledge.tell_at_once = true,
            "tells" => self.pledge.tell_new_date = true,
            // The notice has given the promise that counts now.
            "told" => {
                item.done
                    .get_mut(&Effect::Notice)
                    .expect("a notice")
                    .promise = item.promise;
            }
            "notice" => self.pledge.notice = Some(Moment::parse(value).expect("a moment")),
            "never" if value == "reminder" => self.pledge.reminder = None,
            "never" if value == "notice" => self.pledge.notice = None,
            "steps" => {
                let steps = value.split('|').filter(|step| !step.is_empty());
                self.pledge.escalation = steps
                    .map(|step| Moment::parse(step).expect("a moment"))
                    .collect();
            }
            _ => panic!("{word:?} is no word of these tests"),
        }
    }

    fn plan(&self, now: DateTime<Utc>) -> Plan {
        self.in_its_world(|world| decide(&self.item, world, now))
    }

    fn in_its_world<T>(&self, ask: impl FnOnce(&World<'_>) -> T) -> T {
        ask(&World {
            calendar: &sweden(),
            staff: &self.staff,
            pledge: &self.pledge,
            supervisor: self.supervisor,
            not_here: &self.not_here,
            stand_ins: &self.stand_ins,
            border_speaks: self.border_speaks,
        })
    }
}

/// A plan in short: `reminder>h notice>h/12-07 wake 11-24 08:00`; a notice has whom it names and
/// what it promises.
fn short(plan: &Plan) -> String {
    let act = |act: &Act| match &act.to {
        Reader::Citizen => {
            let handler = act.names.as_deref().expect("it names who has it");
            let promise = act
                .promise
                .map(|date| date.format("/%m-%d").to_string())
                .unwrap_or_default();
            format!("{}>{handler}{promise}", act.effect)
        }
        Reader::Staff(id) => format!("{}>{id}", act.effect),
        Reader::Operator | Reader::Council => format!("{}>{}", act.effect, act.to),
    };
    let wake = plan
        .wake_at
        .map(|at| sweden().local(at).format("wake %m-%d %H:%M").to_string());
    plan.acts
        .iter()
        .map(act)
        .chain(wake)
        .collect::<Vec<_>>()
        .join(" ")
}

fn check(words: &str, now: &str, expected: &str) {
    assert_eq!(
        short(&Case::with(words).plan(at(now))),
        expected,
        "{words} at {now}"
    );
}

#[test]
fn each_mail_comes_at_its_moment_and_not_before() {
    check("", "11-19 09:12", "wake 11-23 08:00");
    check("", "11-23 07:59", "wake 11-23 08:00");
    check("", "11-23 08:00", "reminder>h wake 11-23 13:00");
    check(
        "done=reminder@11-23 08:00",
        "11-23 12:59",
        "wake 11-23 13:00",
    );
    check(
        "done=reminder@11-23 08:00",
        "11-23 13:00",
        "notice>h/12-07 wake 11-24 08:00",
    );
    check(
        "done=reminder@11-23 08:00, done=notice@11-23 13:00",
        "11-23 14:00",
        "wake 11-24 08:00",
    );
    check(
        "done=reminder@11-23 08:00, done=notice@11-23 13:00",
        "11-24 08:00",
        "escalation:1>b climbed:1>h",
    );
    check(
        "never=reminder, never=notice",
        "11-23 14:00",
        "wake 11-24 08:00",
    );
}

#[test]
fn only_a_live_item_causes_anything() {
    for words in [
        "state=answered",
        "state=closed",
        "state=excluded",
        "state=history",
        "undue",
    ] {
        check(words, "11-24 09:00", "");
    }
    check(
        "flag=answer_in_junk",
        "11-20 09:00",
        "answer-in-junk>h wake 11-23 08:00",
    );
    let told = "flag=answer_in_junk, done=answer-in-junk@11-20 08:00, done=reminder@11-23 08:00";
    check(told, "11-23 13:00", "wake 11-23 17:00");
    check(told, "11-23 17:00", "notice>h/12-07 wake 11-24 08:00");
    check(
        "state=answered, flag=answer_bounced",
        "11-24 09:00",
        "answer-bounced>h",
    );
    check(
        "state=answered, flag=answer_bounced, done=answer-bounced@11-24 08:00",
        "11-24 09:00",
        "",
    );
    check(
        "state=answered, flag=answer_bounced",
        "11-24 19:00",
        "wake 11-25 08:00",
    );
}

/// In every state: a plan made twice is one plan, a waking lies ahead, and the plan ends.
#[test]
fn every_path_of_waking_and_doing_keeps_the_rules() {
    let starts = [
        "",
        "quiet",
        "gone=h",
        "gone=h, gone=d",
        "handler=",
        "state=probably_answered",
        "letter",
    ];
    let more = [
        "",
        "flag=handler_away",
        "flag=notice_held_by_cap",
        "steps=",
        "lonely=b",
        "no-supervisor",
    ];
    for (start, more) in starts
        .iter()
        .flat_map(|start| more.iter().map(move |more| (start, more)))
    {
        let mut case = Case::with(
            format!("{start}, {more}")
                .replace(", , ", ", ")
                .trim_matches([',', ' ']),
        );
        let mut now = case.item.received_at;
        let end = at("12-31 12:00");
        while now < end {
            let plan = case.plan(now);
            let calendar = sweden();
            assert!(
                plan.wake_at.is_none_or(|wake| wake > now),
                "{start} {more} {now}"
            );
            let staff = plan.acts.iter().any(|act| !act.effect.is_for_citizen());
            assert!(
                !staff || calendar.staff_mail_at(now) == now,
                "{start} {more} {now}"
            );
            for act in &plan.acts {
                let to = match &act.to {
                    Reader::Staff(id) => vec![id.clone()],
                    _ => Vec::new(),
                };
                for fact in [
                    Fact::Queued {
                        effect: act.effect,
                        to,
                        promise: act.promise,
                        names: None,
                        as_function: false,
                    },
                    Fact::Sent {
                        effect: act.effect,
                        at: now,
                        promise: None,
                    },
                ] {
                    let event = Event {
                        at: now,
                        by: "system".to_owned(),
                        fact,
                    };
                    case.item
                        .apply(&event)
                        .expect("a planned mail can be queued once");
                }
            }
            let after = case.plan(now);
            assert_eq!(after.acts, [], "{start} {more} {now}");
            let Some(wake) = after.wake_at else {
                panic!("{start} {more}: a live item is forgotten at {now}")
            };
            now = wake;
        }
        let evidence = Evidence::without_mail(EvidenceKind::Cli, None);
        case.item.state = State::Answered;
        case.item.settled = Some(Settled {
            at: now,
            by: None,
            evidence,
            how: None,
        });
        assert_eq!(case.plan(now), Plan::default());
    }
}
