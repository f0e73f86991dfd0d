//! Whether mail may leave at all: shadow until the service goes live, and pauses. Pure: the
//! configuration, and the people's word in the log.
//!
//! In shadow everything runs, and a mail that falls due is written down instead of being sent
//! ([`Fact::Withheld`]): it never leaves later. In a pause mail to citizens is held: a notice that
//! can still keep its pledge leaves after the end of the pause, late ones leave a few an hour,
//! never in a burst.
//!
//! [`Fact::Withheld`]: crate::domain::event::Fact::Withheld

use crate::domain::event::{Event, Fact, of_other_topics};
pub use crate::domain::missing::Missing;
use crate::domain::written;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Late notices of a mailbox that leave in an hour after a pause, or after the service went live.
pub const LATE_AN_HOUR: u32 = 5;

/// The mails in shadow until the service goes live, as configured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shadow {
    pub citizens: bool,
    pub staff: bool,
}

/// A pause that a person has begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    #[serde(serialize_with = "written::instant")]
    pub since: DateTime<Utc>,
    pub by: String,
    pub reason: String,
}

/// What people have said about mail that leaves: the fold of those lines of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// When the service went live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause: Option<Pause>,
    /// When the last pause ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumed_at: Option<DateTime<Utc>>,
}

impl Said {
    /// Takes in a line of the log; lines about other things change nothing.
    #[expect(
        clippy::unnested_or_patterns,
        reason = "the other topics are the pattern of a macro"
    )]
    pub fn apply(&mut self, event: &Event) {
        match &event.fact {
            Fact::WentLive { .. } => self.live_at = Some(event.at),
            Fact::Paused { reason } => {
                self.pause = Some(Pause {
                    since: event.at,
                    by: event.by.clone(),
                    reason: reason.clone(),
                });
            }
            Fact::Resumed => {
                self.pause = None;
                self.resumed_at = Some(event.at);
            }
            Fact::Purged { .. } | of_other_topics!(Service) => {}
        }
    }

    /// The gates as they are now.
    #[must_use]
    pub fn gates(&self, shadow: Shadow) -> Gates {
        let is_live = self.live_at.is_some();
        let citizens = match &self.pause {
            _ if shadow.citizens && !is_live => Gate::Shadow,
            Some(pause) => Gate::Paused(pause.clone()),
            None => Gate::Open,
        };
        let live_at = self.live_at.filter(|_| shadow.citizens);
        Gates {
            citizens,
            staff_in_shadow: shadow.staff && !is_live,
            opened_at: live_at.max(self.resumed_at),
        }
    }
}

/// Whether mail to citizens may leave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Gate {
    #[default]
    Open,
    Shadow,
    Paused(Pause),
}

/// The mails that may leave now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gates {
    /// Mail to citizens, and letters to print and post for them.
    pub citizens: Gate,
    pub staff_in_shadow: bool,
    /// When mail to citizens began to leave, or to leave again.
    pub opened_at: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: u32) -> DateTime<Utc> {
        format!("2026-11-19T{hour:02}:00:00Z")
            .parse()
            .expect("a time")
    }

    fn said(facts: &[(u32, Fact)]) -> Said {
        let mut said = Said::default();
        for (hour, fact) in facts {
            said.apply(&Event {
                at: at(*hour),
                by: "cli:root".to_owned(),
                fact: fact.clone(),
            });
        }
        said
    }

    fn live() -> Fact {
        Fact::WentLive {
            missing: Vec::new(),
        }
    }

    fn pause() -> Fact {
        Fact::Paused {
            reason: "fel nummer i mallen".to_owned(),
        }
    }

    #[test]
    fn mail_leaves_when_the_service_is_live_and_not_paused() {
        let paused = |since| {
            let reason = "fel nummer i mallen".to_owned();
            Gate::Paused(Pause {
                since: at(since),
                by: "cli:root".to_owned(),
                reason,
            })
        };
        let (no, citizens) = (
            Shadow::default(),
            Shadow {
                citizens: true,
                staff: false,
            },
        );
        for (shadow, facts, expected, opened_at) in [
            (no, vec![], Gate::Open, None),
            (no, vec![(8, live())], Gate::Open, None),
            (no, vec![(8, pause())], paused(8), None),
            (
                no,
                vec![(8, pause()), (9, Fact::Resumed)],
                Gate::Open,
                Some(9),
            ),
            (
                no,
                vec![(8, pause()), (9, Fact::Resumed), (10, pause())],
                paused(10),
                Some(9),
            ),
            (citizens, vec![], Gate::Shadow, None),
            (citizens, vec![(8, pause())], Gate::Shadow, None),
            (citizens, vec![(8, live())], Gate::Open, Some(8)),
            (
                citizens,
                vec![(8, pause()), (9, live())],
                paused(8),
                Some(9),
            ),
            (
                citizens,
                vec![(7, live()), (8, pause()), (9, Fact::Resumed)],
                Gate::Open,
                Some(9),
            ),
            (citizens, vec![(8, Fact::Released)], Gate::Shadow, None),
        ] {
            let gates = said(&facts).gates(shadow);
            assert_eq!(
                (gates.citizens, gates.opened_at),
                (expected, opened_at.map(at)),
                "{facts:?}"
            );
            assert!(!gates.staff_in_shadow);
        }
        let both = Shadow {
            citizens: true,
            staff: true,
        };
        assert!(said(&[]).gates(both).staff_in_shadow);
        assert!(!said(&[(8, live())]).gates(both).staff_in_shadow);
    }
}
