//! An item that is never answered climbs for years. What is kept of its steps decides as all of them
//! would.

use super::*;
use crate::domain::event::Failure;

/// The facts of a planned mail: it left, and every `lost`th came back.
fn facts_of(act: &Act, now: DateTime<Utc>, lost: Option<usize>, number: usize) -> Vec<Fact> {
    let (effect, to) = (act.effect, vec![act.to.to_string()]);
    let mut facts = vec![
        Fact::Queued {
            effect,
            to,
            promise: act.promise,
            names: act.names.clone(),
            as_function: false,
        },
        Fact::sent(effect, now),
    ];
    if lost.is_some_and(|lost| number.is_multiple_of(lost)) {
        facts.push(Fact::Failed {
            effect,
            failure: Failure::Bounced,
            why: None,
        });
    }
    facts
}

fn happened(at: DateTime<Utc>, fact: Fact) -> Event {
    let by = "system".to_owned();
    Event { at, by, fact }
}

/// The same item twice: as it is, and with all that ever happened to it.
struct Climb {
    kept: Case,
    whole: Case,
    history: Vec<Event>,
}

impl Climb {
    fn of(words: &str) -> Self {
        Self {
            kept: Case::with(words),
            whole: Case::with(words),
            history: Vec::new(),
        }
    }

    /// All that is due, and when it wants to be decided about next.
    fn decide(&mut self, now: DateTime<Utc>, lost: Option<usize>) -> DateTime<Utc> {
        loop {
            let plan = self.kept.plan(now);
            assert_eq!(plan, self.whole.plan(now), "{now}");
            if plan.acts.is_empty() {
                return plan.wake_at.expect("a live item is not forgotten");
            }
            for act in &plan.acts {
                let number = self.history.len();
                for fact in facts_of(act, now, lost, number) {
                    let event = happened(now, fact);
                    self.kept.item.apply(&event).expect("it can follow");
                    self.whole.item.mail_became(&event);
                    self.history.push(event);
                }
            }
        }
    }
}

#[test]
fn the_steps_that_are_kept_decide_as_all_of_them_would() {
    let until = at("11-19 09:12") + Duration::days(1_000);
    for (words, lost) in [
        ("", None),
        ("", Some(3)),
        ("", Some(1)),
        (
            "steps=due+1 08:00|due+2 08:00|due+3 08:00|due+4 08:00",
            Some(5),
        ),
        ("no-supervisor, gone=b", Some(4)),
        ("flag=handler_away", Some(7)),
    ] {
        let (mut climb, mut now) = (Climb::of(words), at("11-23 08:00"));
        while now < until {
            now = climb.decide(now, lost);
        }
        let Climb {
            kept,
            whole,
            history,
        } = climb;
        let (item, whole) = (kept.item, whole.item);
        assert!(whole.escalations().count() > 100, "{words} {lost:?}");
        assert!(item.escalations().count() < 7, "{words} {lost:?}");
        let size = serde_json::to_string(&item).expect("JSON").len();
        assert!(size < 4_000, "{words} {lost:?}: {size}");
        assert_eq!(item.was_escalated(), whole.was_escalated());
        assert_eq!(item.told_at(), whole.told_at());
        assert_eq!(item.lost_at("h"), whole.lost_at("h"));
        let all = item.clone().with_all_steps(&history);
        assert_eq!(
            all.escalations().collect::<Vec<_>>(),
            whole.escalations().collect::<Vec<_>>(),
        );
    }
}

/// What becomes of a step that is long past is written down, and changes nothing.
#[test]
fn a_step_that_is_long_past_is_not_taken_again() {
    let (mut climb, mut now) = (Climb::of(""), at("11-23 08:00"));
    while climb.whole.item.escalations().count() < 12 {
        now = climb.decide(now, None);
    }
    let (mut item, effect) = (climb.kept.item, Effect::Escalation(1));
    let before = item.clone();
    for fact in [
        Fact::sent(effect, now),
        Fact::Failed {
            effect,
            failure: Failure::Bounced,
            why: None,
        },
    ] {
        item.apply(&happened(now, fact)).expect("it can follow");
    }
    assert_eq!(item, before);
    let again = Fact::Withheld {
        effect,
        to: Vec::new(),
    };
    assert!(item.apply(&happened(now, again)).is_err());
}

/// A notice that was lost and is to go to another address is no step: it does not come back.
#[test]
fn all_steps_are_steps_alone() {
    let (mut climb, mut now) = (Climb::of(""), at("11-23 08:00"));
    while climb.whole.item.escalations().count() < 12 {
        now = climb.decide(now, None);
    }
    let (mut item, mut history) = (climb.kept.item, climb.history);
    let lost = Fact::Failed {
        effect: Effect::Notice,
        failure: Failure::Bounced,
        why: None,
    };
    for fact in [lost, Fact::NoticeFreed { elsewhere: true }] {
        let event = happened(now, fact);
        item.apply(&event).expect("it can follow");
        history.push(event);
    }
    let all = item.with_all_steps(&history);
    assert_eq!(all.escalations().count(), 12);
    assert!(!all.done.contains_key(&Effect::Notice));
}
