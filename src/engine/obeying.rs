//! What the commands of a reply do: each order to each item that it is about, and its writer's
//! answer.

use super::arrived::Arrived;
use super::batch::Intake;
use super::people::Kept;
use super::refused::Stop;
use super::told::Told;
use crate::domain::board::Board;
use crate::domain::command::{Order, Targets, Unclear, Verb};
use crate::domain::event::Fact;
use crate::domain::item::{Item, ItemId};
use crate::domain::staff::Member;
use crate::mail::texts::confirmation::{Change, Deed, Why};
use crate::mail::texts::words;
use crate::store::StoreError;
use crate::store::confirmations::Answer;
use crate::store::outbox::OutboxRow;
use chrono::{DateTime, Utc};

/// Histories that one mail shows.
const MAX_HISTORIES: usize = 5;

/// Items that `ALLA` is about without being asked back.
pub const MAX_ALL: usize = 5;

/// One reply, and what its commands may be about.
pub(super) struct Reply<'a> {
    pub intake: &'a Intake<'a>,
    pub arrived: &'a Arrived,
    pub member: &'a Member,
    pub at: DateTime<Utc>,
    /// The mail of ours that it answers, if the register knows it.
    pub mail: Option<&'a OutboxRow>,
    pub about: &'a [ItemId],
}

impl Reply<'_> {
    pub fn carry_out(&self, order: &Order, told: &mut Told) -> Result<(), StoreError> {
        if order.verb == Verb::List {
            told.list = Some(self.list()?);
            return Ok(());
        }
        let presence = match &order.verb {
            Verb::Away { whom, from, until } => Some(self.away(whom.as_deref(), *from, *until)?),
            Verb::Back { whom } => Some(self.back(whom.as_deref())?),
            _ => None,
        };
        match presence {
            None => {}
            Some(Ok(presence)) => {
                told.presences.push(presence);
                return Ok(());
            }
            Some(Err(why)) => {
                told.refuse(None, why);
                return Ok(());
            }
        }
        let undoes = order.verb == Verb::Undo;
        // Of a mail about several items the deeds are taken back, without being named when it was
        // one thing.
        let meant = if undoes {
            self.commanded()?
        } else {
            self.about.to_vec()
        };
        let items = match (&order.targets, &meant[..]) {
            (Targets::These(named), _) => named.clone(),
            (_, []) => {
                told.refuse(
                    None,
                    if undoes {
                        Why::NothingToUndo
                    } else {
                        Why::NoItem
                    },
                );
                return Ok(());
            }
            (Targets::TheOne, [only]) => vec![*only],
            (Targets::TheOne, _) => {
                told.refuse(None, Why::SeveralItems);
                return Ok(());
            }
            (Targets::All, all) if self.asks_back(&order.verb, all)? => {
                told.refuse(None, Why::AllMeant { count: all.len() });
                return Ok(());
            }
            (Targets::All, all) => all.to_vec(),
        };
        if order.verb == Verb::Show {
            return self.show(&items, told);
        }
        for id in items {
            match self.one(id, &order.verb)? {
                Ok(change) => told.changes.push(change),
                Err(why) => told.refuse(Some(id), why),
            }
        }
        Ok(())
    }

    /// Does it to one item of the mail.
    fn one(&self, id: ItemId, verb: &Verb) -> Result<Result<Change, Why>, StoreError> {
        if !self.about.contains(&id) {
            return Ok(Err(Why::NotInMail));
        }
        let Some(mut item) = self.intake.db.item(id)? else {
            return Ok(Err(Why::SetAside));
        };
        let done = match self.letters(&mut item, verb)? {
            Some(done) => done,
            None => self.deed(&mut item, verb)?,
        };
        Ok(done.map(|(deed, undoable)| self.change(&item, deed, undoable)))
    }

    /// Whether it is asked first if every one is meant: of more than a handful, unless the reply
    /// answers that question, or changes nothing that lasts. The list of messages that are most
    /// likely no question is there to be confirmed as a whole.
    fn asks_back(&self, verb: &Verb, all: &[ItemId]) -> Result<bool, StoreError> {
        if matches!(
            verb,
            Verb::Undo | Verb::Show | Verb::Remind | Verb::Note { .. }
        ) {
            return Ok(false);
        }
        if let Some(mail) = self.mail
            && self.intake.db.says(mail.id, Answer::AskedOfAll)?
        {
            return Ok(false);
        }
        let mut count = 0;
        for id in all {
            let is_presumed = *verb == Verb::Yes
                && self
                    .intake
                    .db
                    .item(*id)?
                    .is_some_and(|item| item.is_presumed());
            count += usize::from(!is_presumed);
        }
        Ok(count > MAX_ALL)
    }

    /// Any item may be asked about; whether it is shown is another matter.
    fn show(&self, items: &[ItemId], told: &mut Told) -> Result<(), StoreError> {
        for id in items {
            if told.histories.len() == MAX_HISTORIES {
                told.refuse(None, Why::Unclear(Unclear::TooMany));
                break;
            }
            match self.history(*id)? {
                Ok(history) => told.histories.push(history),
                Err(why) => told.refuse(Some(*id), why),
            }
        }
        Ok(())
    }

    /// Does it to one item. The deed, and whether `ÅNGRA` takes it back.
    fn deed(&self, item: &mut Item, verb: &Verb) -> Result<Result<(Deed, bool), Why>, StoreError> {
        let facts = match self.facts(item, verb) {
            Ok(facts) => facts,
            Err(Stop::Why(why)) => return Ok(Err(why)),
            Err(Stop::Store(error)) => return Err(error),
        };
        let Intake { db, now, .. } = self.intake;
        let board = self.board_of(item)?;
        let kept = match verb {
            Verb::Notify { to } => Kept {
                notify_at: to.clone(),
                told_sender: None,
            },
            Verb::Sender { text } => Kept {
                notify_at: None,
                told_sender: Some(words::one_line(text)),
            },
            _ => Kept {
                notify_at: None,
                told_sender: None,
            },
        };
        kept.keep(db, item.id)?;
        board.carry_out(db, item, facts.clone(), &self.member.id, *now)?;
        let prepared = self.deed_of(board, item, verb)?;
        let undoes = *verb == Verb::Undo;
        let last = facts.iter().find(|fact| !matches!(fact, Fact::Uncovered));
        let done = last.and_then(|fact| self.told(board, item, fact, verb).or(prepared));
        let undoable = !undoes
            && matches!(
                verb,
                Verb::Done { .. }
                    | Verb::NoAnswer { .. }
                    | Verb::TakeOver { .. }
                    | Verb::Stamp { .. }
                    | Verb::DoneBy { .. }
                    | Verb::NoNotice { .. }
                    | Verb::Notify { .. }
                    | Verb::Records
                    | Verb::Yes
            );
        Ok(done.map(|deed| (deed, undoable)).ok_or(Why::NothingToUndo))
    }

    /// The mail that is answered may speak of items of other mailboxes too.
    pub(super) fn board_of(&self, item: &Item) -> Result<&Board, StoreError> {
        super::board_in(self.intake.municipality, &item.mailbox).map(|board| &**board)
    }

    /// Who is to take over: the writer, or whom the command names.
    pub(super) fn person(&self, board: &Board, whom: Option<&str>) -> Result<String, Why> {
        let Some(whom) = whom else {
            return Ok(self.member.id.clone());
        };
        let serves = |member: &&Member| board.serves(&member.id);
        if let Some(member) = board.staff.named(whom).filter(serves) {
            return Ok(member.id.clone());
        }
        let known = board
            .staff
            .members
            .values()
            .filter(serves)
            .filter(|member| !member.left);
        let known = known
            .map(|member| format!("{} ({})", member.name, member.id))
            .collect();
        Err(Why::UnknownPerson {
            whom: words::clip(whom, 60),
            known,
        })
    }

    fn change(&self, item: &Item, deed: Deed, undoable: bool) -> Change {
        let today = self.intake.board.calendar.local_date(self.intake.now);
        let due = item
            .running_promise()
            .or(item.due.as_ref().map(|due| due.date))
            .filter(|_| item.state.is_live());
        Change {
            reference: item.id.to_string(),
            deed,
            due,
            late: due.is_some_and(|due| due < today),
            undoable,
        }
    }
}
