//! The writer's answer about each deed: the change, when the citizen hears of it and in whose name.

use super::obeying::Reply;
use crate::domain::board::Board;
use crate::domain::command::Verb;
use crate::domain::decide::MOVE_GRACE;
use crate::domain::event::{Fact, How};
use crate::domain::gate::Gate;
use crate::domain::item::Item;
use crate::domain::outcome::Outcome;
use crate::domain::staff::Member;
use crate::mail::texts::confirmation::{Deed, Hears, Stopped};
use crate::mail::texts::words;
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
        let (calendar, now) = (&board.calendar, self.intake.now);
        let undoes = *verb == Verb::Undo;
        match fact {
            Fact::Answered { at, .. } => Some(Deed::Closed {
                how: How::Answered,
                on: calendar.local_date(*at),
                self_reported: false,
                kept: item.outcome(now) == Outcome::AnsweredInTime,
                answer_late: matches!(item.outcome(now), Outcome::NoticedInTime | Outcome::Broken),
                by_notice: None,
                note: None,
            }),
            Fact::Contacted { at, .. } => Some(Deed::Contacted {
                on: calendar.local_date(*at),
            }),
            Fact::Closed {
                how: How::NoQuestion,
                ..
            } => Some(Deed::NoQuestion),
            Fact::Closed {
                at,
                how,
                note,
                self_reported,
                ..
            } => Some(Deed::Closed {
                how: *how,
                on: calendar.local_date(*at),
                self_reported: *self_reported,
                kept: item.outcome(now) == Outcome::AnsweredInTime,
                answer_late: matches!(item.outcome(now), Outcome::NoticedInTime | Outcome::Broken),
                by_notice: item
                    .noticed_at()
                    .filter(|_| item.outcome(now) == Outcome::NoticedInTime)
                    .map(|at| calendar.local_date(at)),
                note: note.clone(),
            }),
            Fact::Excluded { .. } => match verb {
                Verb::NoAnswer { reason } => Some(Deed::Excluded {
                    reason: reason.clone(),
                }),
                _ => None,
            },
            Fact::Assigned { to, .. } => Some(Deed::Assigned {
                to: self.name_of(to),
                me: *to == self.member.id,
            }),
            Fact::HandedBack { to, .. } => Some(Deed::HandedBack {
                to: to.as_deref().map(|to| self.name_of(to)),
            }),
            Fact::DueChanged { due, .. } if undoes => Some(Deed::Unstamped {
                day: due.arrival_date,
            }),
            Fact::DueChanged { due, .. } => Some(Deed::Stamped {
                day: due.arrival_date,
            }),
            Fact::Reopened { .. } if matches!(verb, Verb::Question | Verb::No) => {
                Some(Deed::Question)
            }
            Fact::Reopened { .. } => Some(Deed::Reopened),
            Fact::Unpromised { date } => Some(Deed::Unpromised { date: *date }),
            Fact::NotAnswered { .. } => Some(Deed::NotAnswered),
            Fact::NoticeBarred { .. } => Some(Deed::NoNotice),
            Fact::NoticeReset { .. } => Some(Deed::NoticeReset {
                held: !item.may_be_noticed(),
            }),
            Fact::Repledged {
                pledge, back: true, ..
            } => Some(Deed::Repledged {
                pledge: pledge.clone(),
            }),
            Fact::Repledged { .. } => Some(Deed::Records),
            Fact::Remarked { note } => Some(Deed::Remarked { note: note.clone() }),
            Fact::Returns { date, .. } => Some(Deed::Returned {
                date: *date,
                seen: item.noticed_at().is_some(),
                kept: item.outcome(now) == Outcome::NoticedInTime,
                day_off: !calendar.is_working_day(*date),
            }),
            Fact::Posted { on } => {
                let kept = item.outcome(now) == Outcome::NoticedInTime;
                Some(Deed::Posted {
                    day: *on,
                    kept,
                    promise: item.promise,
                })
            }
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
                let reason = reason.as_deref().map(words::one_line);
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
                name: words::one_line(text),
            }),
            _ => None,
        })
    }

    /// How the citizen hears of a date that was moved.
    fn hears(&self, board: &Board, item: &Item) -> Result<Option<Hears>, StoreError> {
        if item.noticed_at().is_none() || item.untold().is_none() {
            return Ok(None);
        }
        let leaves = board.gates(self.intake.db)?.citizens == Gate::Open;
        let by_mail = leaves && item.hears_of_new_dates(board.pledge(item.pledge.as_deref()));
        let at = board.calendar.local(self.intake.now + MOVE_GRACE);
        Ok(Some(if by_mail {
            Hears::Mail { at }
        } else {
            Hears::Reader
        }))
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
