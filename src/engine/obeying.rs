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
use crate::mail::texts::foreign;
use crate::store::StoreError;
use crate::store::confirmations::Answer;
use crate::store::outbox::OutboxRow;
use chrono::{DateTime, NaiveDate, Utc};

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
    /// When it was read: what is said from today on runs from then, also while the clock is not
    /// believed.
    pub(super) fn read_at(&self) -> DateTime<Utc> {
        self.intake.first_seen(self.arrived)
    }

    pub(super) fn today(&self) -> NaiveDate {
        self.intake.board.calendar.local_date(self.read_at())
    }

    pub fn carry_out_all(
        &self,
        orders: Vec<Result<Order, Unclear>>,
        told: &mut Told,
    ) -> Result<(), StoreError> {
        for order in orders {
            match order {
                Ok(order) => self.carry_out(&order, told)?,
                Err(unclear) => told.refuse(None, Why::Unclear(unclear)),
            }
        }
        Ok(())
    }

    fn carry_out(&self, order: &Order, told: &mut Told) -> Result<(), StoreError> {
        match &order.verb {
            Verb::List => {
                told.list = Some(self.list()?);
                Ok(())
            }
            Verb::Away { whom, from, until } => {
                told.is_there(self.away(whom.as_deref(), *from, *until)?);
                Ok(())
            }
            Verb::Back { whom } => {
                told.is_there(self.back(whom.as_deref())?);
                Ok(())
            }
            Verb::Undo if !matches!(order.targets, Targets::These(_)) => self.undo(order, told),
            _ => self.on_items(order, told),
        }
    }

    /// The last command is taken back, be it about a person or about items; with `ALLA`, those of
    /// either kind.
    fn undo(&self, order: &Order, told: &mut Told) -> Result<(), StoreError> {
        let presence = self.undo_absence(self.last_deed()?)?;
        let ends = presence.is_some()
            && (matches!(order.targets, Targets::TheOne) || self.commanded()?.is_empty());
        told.presences.extend(presence);
        if ends {
            return Ok(());
        }
        self.on_items(order, told)
    }

    /// The last line of the log in which the writer did something to an item of the mail before
    /// this reply was written.
    fn last_deed(&self) -> Result<i64, StoreError> {
        let mut last = 0;
        for id in self.about {
            for (line, at, by) in self.intake.db.lines_of(*id)? {
                let is_later = at > self.at && self.is_before(line)?;
                if by == self.member.id && !is_later {
                    last = last.max(line);
                }
            }
        }
        Ok(last)
    }

    fn on_items(&self, order: &Order, told: &mut Told) -> Result<(), StoreError> {
        match self.meant(order)? {
            Err(why) => {
                told.refuse(None, why);
                Ok(())
            }
            Ok(items) if order.verb == Verb::Show => self.show(&items, told),
            Ok(items) => self.each(items, &order.verb, told),
        }
    }

    fn each(&self, items: Vec<ItemId>, verb: &Verb, told: &mut Told) -> Result<(), StoreError> {
        for id in items {
            match self.one(id, verb)? {
                Ok(change) => told.changes.push(change),
                Err(why) => told.refuse(Some(id), why),
            }
        }
        Ok(())
    }

    /// The items that an order is about, or why that is not clear.
    fn meant(&self, order: &Order) -> Result<Result<Vec<ItemId>, Why>, StoreError> {
        let undoes = order.verb == Verb::Undo;
        // Of a mail about several items the deeds are taken back, without being named when it was
        // one thing.
        let meant = if undoes {
            self.commanded()?
        } else {
            self.about.to_vec()
        };
        Ok(match (&order.targets, &meant[..]) {
            (Targets::These(named), _) => Ok(named.clone()),
            (_, []) if undoes => Err(Why::NothingToUndo),
            (_, []) => Err(Why::NoItem),
            (Targets::TheOne, [only]) => Ok(vec![*only]),
            (Targets::TheOne, _) => Err(Why::SeveralItems),
            (Targets::All, all) if self.asks_back(&order.verb, all)? => {
                Err(Why::AllMeant { count: all.len() })
            }
            (Targets::All, all) => Ok(all.to_vec()),
        })
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

    /// Whether it is asked first if every one is meant: of more than a handful, and of an end that
    /// the writer says for others, unless the reply answers that question, or changes nothing that
    /// lasts. The list of messages that are most likely no question is there to be confirmed as a
    /// whole.
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
        let ends = matches!(verb, Verb::Done { .. } | Verb::NoAnswer { .. });
        let (mut count, mut others) = (all.len(), false);
        for id in all {
            let Some(item) = self.intake.db.item(*id)? else {
                continue;
            };
            count -= usize::from(*verb == Verb::Yes && item.is_presumed());
            others |= ends && !self.is_the_writers(&item)?;
        }
        Ok(count > MAX_ALL || others)
    }

    /// The writer has it, or no member has.
    fn is_the_writers(&self, item: &Item) -> Result<bool, StoreError> {
        let id = &self.member.id;
        let hands = self.board_of(item)?.hands(item, self.intake.now);
        let acts = hands.member.is_none_or(|member| member.id == *id);
        Ok(acts || item.handler.as_ref() == Some(id))
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
        kept(verb).keep(db, item.id)?;
        board.carry_out(db, item, facts.clone(), &self.member.id, *now)?;
        let prepared = self.deed_of(board, item, verb)?;
        let done = told_fact(&facts, verb)
            .and_then(|fact| self.told(board, item, fact, verb).or(prepared));
        Ok(done
            .map(|deed| (deed, can_be_undone(verb)))
            .ok_or(Why::NothingToUndo))
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
            whom: foreign::clip(whom, 60),
            known,
        })
    }

    fn change(&self, item: &Item, deed: Deed, undoable: bool) -> Change {
        let due = item
            .running_promise()
            .or(item.due.as_ref().map(|due| due.date))
            .filter(|_| item.state.is_live());
        Change {
            reference: item.id.to_string(),
            deed,
            due,
            late: due.is_some_and(|due| due < self.today()),
            undoable,
        }
    }
}

/// The fact that a confirmation tells.
fn told_fact<'a>(facts: &'a [Fact], verb: &Verb) -> Option<&'a Fact> {
    match verb {
        // It may open the item before.
        Verb::Posted { .. } => facts.last(),
        // What was settled before is opened first.
        Verb::Undo => facts
            .iter()
            .rfind(|fact| !matches!(fact, Fact::Assigned { .. })),
        _ => facts.iter().find(|fact| !matches!(fact, Fact::Uncovered)),
    }
}

/// What of an order is kept beside its fact: personal data does not go into the log.
fn kept(verb: &Verb) -> Kept {
    let (notify_at, told_sender) = match verb {
        Verb::Notify { to } => (to.clone(), None),
        Verb::Sender { text } => (None, Some(foreign::one_line(text))),
        _ => (None, None),
    };
    Kept {
        notify_at,
        told_sender,
    }
}

/// Whether `ÅNGRA` takes back what the verb has done.
fn can_be_undone(verb: &Verb) -> bool {
    matches!(
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
    )
}
