//! The writer's answer about each deed: the change, when the citizen hears of it and in whose name.

use super::obeying::Reply;
use crate::domain::board::Board;
use crate::domain::command::Verb;
use crate::domain::decide::MOVE_GRACE;
use crate::domain::event::{Effect, Fact, How};
use crate::domain::gate::Gate;
use crate::domain::item::Item;
use crate::domain::outcome::Outcome;
use crate::domain::staff::Member;
use crate::mail::texts::confirmation::{Deed, Hears, Stopped};
use crate::mail::texts::foreign;
use crate::store::StoreError;

impl Reply<'_> {
    /// What a fact says by itself; `item` is as it is since.
    pub(super) fn told(
        &self,
        board: &Board,
        item: &Item,
        fact: &Fact,
        verb: &Verb,
    ) -> Option<Deed> {
        self.told_of_handler(fact)
            .or_else(|| told_of_undoing(fact).filter(|_| *verb == Verb::Undo))
            .or_else(|| told_of_standing(fact, verb))
            .or_else(|| self.told_of_end(board, item, fact))
            .or_else(|| self.told_of_date(board, item, fact, *verb == Verb::Undo))
            .or_else(|| told_of_mail(item, fact))
    }

    /// Who has it.
    fn told_of_handler(&self, fact: &Fact) -> Option<Deed> {
        match fact {
            Fact::Assigned { to, .. } => Some(Deed::Assigned {
                to: self.name_of(to),
                me: *to == self.member.id,
            }),
            Fact::HandedBack { to, .. } => Some(Deed::HandedBack {
                to: to.as_deref().map(|to| self.name_of(to)),
            }),
            _ => None,
        }
    }

    /// That it was answered or closed.
    fn told_of_end(&self, board: &Board, item: &Item, fact: &Fact) -> Option<Deed> {
        let (calendar, now) = (&board.calendar, self.intake.now);
        let outcome = item.outcome(now);
        let noticed_at = item
            .noticed_at()
            .filter(|_| outcome == Outcome::NoticedInTime);

        let closed = |how, at, self_reported, noticed_at: Option<_>, note| Deed::Closed {
            how,
            on: calendar.local_date(at),
            self_reported,
            kept: outcome == Outcome::AnsweredInTime,
            answer_late: matches!(outcome, Outcome::NoticedInTime | Outcome::Broken),
            by_notice: noticed_at.map(|at| calendar.local_date(at)),
            asks_posted: may_be_the_notice(item, how),
            note,
        };
        match fact {
            Fact::Answered { at, .. } => Some(closed(How::Answered, *at, false, None, None)),

            Fact::Closed {
                at,
                how,
                note,
                self_reported,
                ..
            } => Some(closed(*how, *at, *self_reported, noticed_at, note.clone())),
            _ => None,
        }
    }

    /// By when it is to be answered, and when the citizen was spoken to.
    fn told_of_date(&self, board: &Board, item: &Item, fact: &Fact, undoes: bool) -> Option<Deed> {
        let calendar = &board.calendar;
        let kept = || item.outcome(self.intake.now) == Outcome::NoticedInTime;
        match fact {
            Fact::DueChanged { due, .. } => {
                let day = due.arrival_date;
                Some(if undoes {
                    Deed::Unstamped { day }
                } else {
                    Deed::Stamped { day }
                })
            }
            Fact::Contacted { at, .. } => Some(Deed::Contacted {
                on: calendar.local_date(*at),
            }),
            Fact::Unpromised { date } => Some(Deed::Unpromised { date: *date }),
            Fact::Returns { date, .. } => Some(Deed::Returned {
                date: *date,
                seen: item.noticed_at().is_some(),
                kept: kept(),
                day_off: !calendar.is_working_day(*date),
            }),
            Fact::Posted { on } => Some(Deed::Posted {
                day: *on,
                kept: kept(),
                promise: item.promise,
            }),
            _ => None,
        }
    }

    /// The answer about a deed beyond its fact alone.
    pub(super) fn deed_of(
        &self,
        board: &Board,
        item: &Item,
        verb: &Verb,
    ) -> Result<Option<Deed>, StoreError> {
        Ok(match verb {
            Verb::DoneBy { date, reason } => {
                let day_off = !board.calendar.is_working_day(*date);
                let reason = reason.as_deref().map(foreign::one_line);
                Some(Deed::Promised {
                    date: *date,
                    reason,
                    day_off,
                    hears: self.hears(board, item)?,
                })
            }
            Verb::Remind => Some(self.urged(board, item)?),
            Verb::Notify { to } => self.freed(board, item, to.clone())?,
            Verb::Sender { text } => Some(Deed::SenderTold {
                name: foreign::one_line(text),
            }),
            _ => None,
        })
    }

    /// How the citizen hears of a date that was promised just now.
    fn hears(&self, board: &Board, item: &Item) -> Result<Hears, StoreError> {
        let now = self.intake.now;
        let leaves = board.gates(self.intake.db)?.citizens == Gate::Open;
        if item.noticed_at().is_none() {
            let notice = board.notice(item, now).filter(|_| leaves);
            return Ok(match notice {
                Some(notice) if notice.effect == Effect::Notice => Hears::Notice {
                    at: board.calendar.local(notice.at.max(now)),
                },
                Some(_) => Hears::Letter,
                None => Hears::NoMail,
            });
        }
        if item.untold().is_none() {
            return Ok(Hears::Already);
        }
        let by_mail = leaves && item.hears_of_new_dates(board.pledge_of(item));
        let at = board.calendar.local(now + MOVE_GRACE);
        Ok(if by_mail {
            Hears::Mail { at }
        } else {
            Hears::Reader
        })
    }

    /// When the notice leaves that was held, in whose name and with which date.
    fn freed(
        &self,
        board: &Board,
        item: &Item,
        to: Option<String>,
    ) -> Result<Option<Deed>, StoreError> {
        let now = self.intake.now;
        let Some(notice) = board.notice(item, now) else {
            return Ok(None);
        };
        let on_the_day = board
            .notice(item, notice.at.max(now))
            .map_or(notice.promise, |notice| notice.promise);
        let name = board
            .staff
            .get(&notice.names)
            .map_or(notice.names.as_str(), Member::signed)
            .to_owned();
        let at = (notice.at > now).then(|| board.calendar.local(notice.at));
        let stopped = match board.gates(self.intake.db)?.citizens {
            Gate::Open => None,
            Gate::Shadow => Some(Stopped::Trial),
            Gate::Paused(_) => Some(Stopped::Paused),
        };
        Ok(Some(Deed::Freed {
            to,
            at,
            name,
            promise: on_the_day,
            stopped,
        }))
    }

    /// Who is reminded, and when: at once in office hours.
    fn urged(&self, board: &Board, item: &Item) -> Result<Deed, StoreError> {
        let now = self.intake.now;
        let to = board
            .hands(item, now)
            .member
            .map(|member| member.name.clone())
            .unwrap_or_default();
        let at = board.calendar.staff_mail_at(now);
        let at = (at > now).then(|| board.calendar.local(at));
        Ok(Deed::Urged {
            to,
            at,
            withheld: board.gates(self.intake.db)?.staff_in_shadow,
        })
    }
}

/// That it is settled again as it was.
fn told_of_undoing(fact: &Fact) -> Option<Deed> {
    let settles = matches!(
        fact,
        Fact::Closed { .. }
            | Fact::Excluded { .. }
            | Fact::Answered { .. }
            | Fact::Presumed { .. }
            | Fact::Lapsed
    );
    settles.then_some(Deed::AsBefore)
}

/// Whether it is a question.
fn told_of_standing(fact: &Fact, verb: &Verb) -> Option<Deed> {
    match (fact, verb) {
        (
            Fact::Closed {
                how: How::NoQuestion,
                ..
            },
            _,
        ) => Some(Deed::NoQuestion),
        (Fact::Excluded { .. }, Verb::NoAnswer { reason }) => Some(Deed::Excluded {
            reason: reason.clone(),
        }),
        (Fact::Reopened { .. }, Verb::Question | Verb::No) => Some(Deed::Question),
        (Fact::Reopened { .. }, _) | (Fact::ProbablyAnswered { .. }, Verb::Undo) => {
            Some(Deed::Reopened)
        }
        (Fact::NotAnswered { .. }, _) => Some(Deed::NotAnswered),
        (
            Fact::Repledged {
                pledge, back: true, ..
            },
            _,
        ) => Some(Deed::Repledged {
            pledge: pledge.clone(),
        }),
        (Fact::Repledged { .. }, _) => Some(Deed::Records),
        _ => None,
    }
}

/// What its notice does, and what a person remarked.
fn told_of_mail(item: &Item, fact: &Fact) -> Option<Deed> {
    match fact {
        Fact::NoticeBarred { .. } => Some(Deed::NoNotice),
        Fact::NoticeReset { .. } => Some(Deed::NoticeReset {
            held: !item.may_be_noticed(),
        }),
        Fact::Remarked { note } => Some(Deed::Remarked { note: note.clone() }),
        _ => None,
    }
}

/// Whether the letter by which it was answered may be its printed notice.
fn may_be_the_notice(item: &Item, how: How) -> bool {
    how == How::Letter && item.done.contains_key(&Effect::Letter) && item.posted.is_none()
}
