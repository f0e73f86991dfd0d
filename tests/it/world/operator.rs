//! The operator of the program, who hears of trouble: the product's round with its judgement, on
//! the town's clocks.

use super::post::{Post, SetClock};
use chrono::{DateTime, Duration, Utc};
use servicelofte::config;
use servicelofte::engine::handle::Handle;
use servicelofte::ports::Clock;
use servicelofte::rounds::health::{Health, Subject, Telling};
use servicelofte::rounds::judge::{Pause, judge};
use servicelofte::rounds::{Round, Rounds};
use std::collections::BTreeMap;

/// How long something fails before the operator hears of it; the default of the configuration.
const PATIENCE: std::time::Duration = std::time::Duration::from_mins(30);

/// The clock on the wall, and one that is never set.
#[derive(Clone, Debug)]
pub struct Clocks {
    pub wall: SetClock,
    pub steady: Duration,
}

impl Clock for Clocks {
    fn now(&self) -> DateTime<Utc> {
        self.wall.now()
    }

    fn steady(&self) -> Option<Duration> {
        Some(self.steady)
    }
}

#[derive(Debug)]
pub struct Operator {
    pub health: Health,
    /// Rounds in a row that did not come to their end, by mailbox.
    failures: BTreeMap<String, u32>,
    /// Every alarm, and when it left.
    pub told: Vec<(DateTime<Utc>, Telling)>,
}

impl Default for Operator {
    fn default() -> Self {
        Self {
            health: Health::new(PATIENCE),
            failures: BTreeMap::new(),
            told: Vec::new(),
        }
    }
}

impl Operator {
    /// The process ends: its notes are gone, sent alarms stay sent.
    pub fn forget(&mut self) {
        (self.health, self.failures) = (Health::new(PATIENCE), BTreeMap::new());
    }

    /// Whether it was alarmed since then that a mailbox cannot be read.
    pub fn knows_unread(&self, mailbox: &str, since: DateTime<Utc>) -> bool {
        let subject = Subject::Polling(mailbox.to_owned());
        let tells = |telling: &Telling| telling.subject == subject && telling.recovered.is_none();
        // By a clock that may have gone wrong in between.
        let mut told = self.told.iter().rev();
        told.any(|(at, telling)| *at >= since && tells(telling))
    }

    /// Looks at a mailbox, as the daemon does, and sends the alarms that are due.
    pub async fn round(
        &mut self,
        engine: &Handle,
        settings: &config::Mailbox,
        post: &mut Post,
        clocks: &Clocks,
    ) -> Round {
        let mut way_out = post.clone();
        let rounds = Rounds {
            engine,
            settings,
            clock: clocks,
            at_any_time: false,
            progress: &|_| {},
            decided: &|| {},
        };
        let round = rounds.round(Ok(post), Some(&mut way_out)).await;
        let failures = self.failures.entry(settings.name.clone()).or_default();
        let judgement = judge(&round, settings, *failures);
        *failures = if judgement.pause == Pause::News {
            0
        } else {
            *failures + 1
        };
        let now = clocks.now();
        self.health.note(judgement.notes, now);
        self.health.forget(now);
        for telling in self.health.to_tell(now) {
            self.health.told(&telling, now);
            self.told.push((now, telling));
        }
        round
    }
}
