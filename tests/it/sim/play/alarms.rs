//! What the operator hears, through all the years: of a mailbox that cannot be read within the
//! hour, and of nothing when all goes well.

use super::Play;
use super::promise::{Promise, Verdict, wrong};
use crate::sim::hall::Hall;
use chrono::Duration;
use servicelofte::drivers::Interrupted;
use servicelofte::rounds::Round;
use servicelofte::rounds::health::Subject;

/// The operator's patience, and the longest way to the next round.
const WITHIN: Duration = Duration::minutes(60);

impl Play {
    /// After each round. `calm`: nothing was made to fail.
    pub(super) fn check_alarms(&mut self, mailbox: usize, round: &Round, calm: bool) -> Verdict {
        let (now, name) = (self.now(), Hall::name(mailbox));
        if !self.office.wrong_clock.by().is_zero()
            || !matches!(round.read, Err(Interrupted::Mailbox(_)))
        {
            self.unread_since.remove(&mailbox);
        } else {
            let since = *self.unread_since.entry(mailbox).or_insert(now);
            let a_day_before = since - Duration::hours(24);
            if now - since >= WITHIN && !self.office.operator.knows_unread(name, a_day_before) {
                return wrong(
                    Promise::Operator,
                    format!("{name} is not read since {since}, and the operator has not heard"),
                );
            }
        }
        if !calm {
            return Ok(());
        }
        let lasting = [Subject::Polling, Subject::Unfinished, Subject::Copies]
            .map(|subject| subject(name.to_owned()));
        let failing = self.office.operator.health.failing();
        let wrongly = failing
            .iter()
            .find(|(subject, _)| lasting.contains(subject) || **subject == Subject::Register);
        match wrongly {
            Some((subject, since)) => wrong(
                Promise::Operator,
                format!("all goes well, and the operator hears that {subject} since {since}"),
            ),
            None => Ok(()),
        }
    }
}
