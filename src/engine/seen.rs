//! A message of the log is recognised, and the effect when it is seen again: in another folder, in
//! a done folder, or marked as answered.

use super::SYSTEM;
use super::alike::MAX_ALIKE;
use super::arrived::Arrived;
use super::batch::Intake;
use super::evidence::trace;
use crate::domain::admit::{self, Arriving, Known, Thread};
use crate::domain::classify::Verdict;
use crate::domain::copies::{self, Better};
use crate::domain::event::{Evidence, EvidenceKind, Fact, Flag, How, Standing};
use crate::domain::folders::Role;
use crate::domain::identify::Identity;
use crate::domain::identify::{identity, is_strong};
use crate::domain::item::{Item, ItemId, State};
use crate::domain::reason::Reason;
use crate::store::StoreError;

impl Intake<'_> {
    /// The item that this message already is, or the identity under which it is to be logged.
    pub(super) fn recognise(
        &self,
        arrived: &Arrived,
        strong: bool,
    ) -> Result<Result<ItemId, Identity>, StoreError> {
        if strong {
            return self.recognise_by_id(arrived);
        }
        let known = if self.again {
            self.known_before_the_scanner(arrived)?
        } else {
            None
        };
        match known {
            Some(item) => Ok(Ok(item)),
            None => self.recognise_by_trace(arrived),
        }
    }

    fn recognise_by_id(&self, arrived: &Arrived) -> Result<Result<ItemId, Identity>, StoreError> {
        let strong = identity(&self.board.name, &arrived.message, None);
        let mut known = self.db.known_message(&strong)?;
        if known.is_none() && self.again {
            let traced = identity(&self.board.name, &arrived.message, Some(trace(arrived)));
            known = self.db.known_message(&traced)?;
        }
        match known {
            Some(item) => self.same_or_another(item, strong, arrived),
            None => Ok(self.edited(arrived, &strong)?.ok_or(strong)),
        }
    }

    /// By where and when it lies; of messages alike in everything each is an item.
    fn recognise_by_trace(
        &self,
        arrived: &Arrived,
    ) -> Result<Result<ItemId, Identity>, StoreError> {
        let mut trace = trace(arrived);
        loop {
            let identity = identity(&self.board.name, &arrived.message, Some(trace));
            let Some(item) = self.db.known_message(&identity)? else {
                return Ok(self.restamped(arrived, &identity)?.ok_or(identity));
            };
            let before = self.db.copies_before(self.folder_id, item, arrived.uid)?;
            if before.is_empty() || trace.occurrence >= MAX_ALIKE {
                if self.lay_there(arrived) {
                    self.db.take_former(self.folder_id, item)?;
                }
                return Ok(Ok(item));
            }
            trace.occurrence += 1;
        }
    }

    /// The item of a message that was logged by its Message-ID before its sender was known as a
    /// scanner. Scanners repeat their ids, so size and arrival must be the same too.
    fn known_before_the_scanner(&self, arrived: &Arrived) -> Result<Option<ItemId>, StoreError> {
        if !is_strong(&arrived.message, false) {
            return Ok(None);
        }
        let Some(item) =
            self.db
                .known_message(&identity(&self.board.name, &arrived.message, None))?
        else {
            return Ok(None);
        };
        // Set aside, it cannot be compared; its identity (Message-ID, sender, date, subject) must
        // do.
        let Some(row) = self.db.message(item)? else {
            return Ok(Some(item));
        };
        let at = self.arrival_time(arrived).0;
        let same = row.size == arrived.size
            && (row.received_at == at || Some(row.received_at) == arrived.internal_date);
        Ok(same.then_some(item))
    }

    /// A message of the log is seen in a folder again: perhaps it was moved.
    pub(super) fn seen_again(
        &self,
        id: ItemId,
        arrived: &Arrived,
        strong: bool,
    ) -> Result<(), StoreError> {
        let Some(mut item) = self.db.item(id)? else {
            return Ok(());
        };
        let leaves_junk = item.flags.contains(&Flag::InJunk) && self.folder.role != Role::Junk;
        // A second reading sees the same copy.
        if !self.again && self.folder.role != Role::Junk {
            self.better_copy(&mut item, arrived)?;
        }
        if item.is_handed_over() && !self.again {
            self.takes_back(&mut item)?;
        }
        let is_watched = item.has_clock();
        // What was settled may be opened again, and counts by where it lies then.
        if is_watched || !strong || self.db.has_lain(id)? {
            self.db.add_copy(self.folder_id, arrived.uid, id)?;
        }
        if !is_watched {
            return Ok(());
        }
        // What claims to be ours counts outside Junk, with its own time.
        if leaves_junk && let Some(reason) = self.copy_of_answer(arrived)? {
            return self.is_an_answer(id, reason);
        }
        self.lies_here(&mut item, arrived)
    }

    /// It is the copy of an answer; what it answered may have changed this one too.
    fn is_an_answer(&self, id: ItemId, reason: Reason) -> Result<(), StoreError> {
        let mut item = self.db.item_of(id)?;
        if item.state.is_live() {
            self.settle(&mut item, Fact::Excluded { reason })
        } else {
            Ok(())
        }
    }

    /// Its place, and what that and the flags of the copy say of it.
    fn lies_here(&self, item: &mut Item, arrived: &Arrived) -> Result<(), StoreError> {
        // What a person opened again lies in the folder of what is done, and is not filed anew: nor
        // when only a second reading finds it there, or the folder's new numbers show it.
        let lay_there = self.again || self.lay_there(arrived);
        let found_late = lay_there && item.question_since.is_some();
        let was_here = item.folder == self.folder.name;
        let was_gone = item.flags.contains(&Flag::Gone);
        if was_gone || (!was_here && self.takes_over(item)?) {
            self.board.moved(self.db, item, self.folder, self.now)?;
        }
        if !item.state.is_live() {
            Ok(())
        } else if self.folder.role == Role::Done {
            if was_here || found_late {
                Ok(())
            } else {
                self.close_done(item)
            }
        } else if arrived.flags.answered {
            self.flagged_answered(item)
        } else {
            Ok(())
        }
    }

    /// Each copy is judged alone, and the best one decides.
    fn better_copy(&self, item: &mut Item, arrived: &Arrived) -> Result<(), StoreError> {
        if !copies::may_change(item) {
            return Ok(());
        }
        let message = &arrived.message;
        let pledge = self.board.pledge_for(message, &self.folder.name);
        let thread = self.thread_of(message, item.received_at)?;
        let verdict = self.verdict(message, pledge, thread.looked_up())?;
        let when = (item.received_at, self.arrival_time(arrived).1);
        let arriving = Arriving {
            asked_at: item.asked_at,
            ..self.arriving(message, when, pledge, &verdict)
        };
        let facts = match copies::better(item, &verdict) {
            None => return Ok(()),
            // A message that was moved in gets no notice, also at a second reading.
            Some(Better::MayNotify) if item.was_moved_in() => return Ok(()),
            Some(Better::MayNotify) => vec![judged(&verdict, verdict.may_notify)],
            Some(Better::Opens) => self.opened_late(item, &arriving, thread)?,
        };
        self.become_better(item, facts)
    }

    fn become_better(&self, item: &mut Item, facts: Vec<Fact>) -> Result<(), StoreError> {
        for fact in facts {
            self.db.happen(item, self.now, SYSTEM, fact)?;
        }
        self.without_flags_of_worse_copies(item)?;
        self.db.save_awake(item)
    }

    fn without_flags_of_worse_copies(&self, item: &mut Item) -> Result<(), StoreError> {
        for flag in copies::OF_A_WORSE_COPY {
            if item.state.is_live() && item.flags.contains(&flag) {
                let fact = Fact::Unflagged { flag };
                self.db.happen(item, self.now, SYSTEM, fact)?;
            }
        }
        Ok(())
    }

    /// Its first copies needed no answer, or were presumed no question: it is admitted as this one.
    fn opened_late(
        &self,
        item: &Item,
        arriving: &Arriving,
        thread: Thread,
    ) -> Result<Vec<Fact>, StoreError> {
        let standing = self.stands(item, arriving, thread)?;
        Ok(match standing {
            Standing::Open {
                pledge,
                due,
                may_notify,
                handler,
                assigned_by,
                ..
            } => {
                let assigned = handler.zip(assigned_by).filter(|_| item.handler.is_none());
                let opened = [
                    judged(arriving.verdict, may_notify),
                    Fact::Reopened { pledge, due },
                ];
                opened
                    .into_iter()
                    .chain(assigned.map(|(to, how)| Fact::Assigned { to, how }))
                    .collect()
            }
            Standing::NoQuestion {
                why, may_notify, ..
            } if item.is_presumed() && item.no_question != Some(why) => {
                vec![judged(arriving.verdict, may_notify), Fact::Presumed { why }]
            }
            Standing::NoQuestion { .. } | Standing::Excluded { .. } | Standing::History => {
                Vec::new()
            }
        })
    }

    /// How it would stand if this copy were the first.
    fn stands(
        &self,
        item: &Item,
        arriving: &Arriving,
        thread: Thread,
    ) -> Result<Standing, StoreError> {
        let row = self.db.message_of(item.id)?;
        // It looks like itself.
        let known = Known {
            alike: Vec::new(),
            ..self.known(arriving, thread, &row)?
        };
        Ok(admit::open(arriving, &known, self.board).standing)
    }

    /// Whether an item counts as lying here from now on: unless its former folder still holds it,
    /// and is not a junk folder.
    fn takes_over(&self, item: &Item) -> Result<bool, StoreError> {
        let former = self.db.folder_id(&item.mailbox, &item.folder)?;
        let is_rescued = item.flags.contains(&Flag::InJunk) && self.folder.role != Role::Junk;
        Ok(is_rescued || !self.db.has_copy_in(former, item.id)?)
    }

    pub(super) fn close_done(&self, item: &mut Item) -> Result<(), StoreError> {
        let evidence =
            Evidence::without_mail(EvidenceKind::DoneFolder, Some(self.folder.name.clone()));
        let fact = Fact::Closed {
            at: self.now,
            how: How::DoneFolder,
            note: None,
            evidence,
            self_reported: false,
        };
        for id in item.parts.clone() {
            let other = self.db.item(id)?.filter(|other| other.state.is_live());
            other.map_or(Ok(()), |mut other| self.file(&mut other, fact.clone()))?;
        }
        self.file(item, fact)
    }

    /// Where no sign of an answer was seen, its handler is asked for one.
    fn file(&self, item: &mut Item, filed: Fact) -> Result<(), StoreError> {
        let is_unanswered = item.state == State::Open;
        self.settle(item, filed)?;
        if is_unanswered && !item.flags.contains(&Flag::NoteMissing) {
            self.flag(item.clone(), Flag::FiledUnanswered)?;
            *item = self.db.item_of(item.id)?;
        }
        Ok(())
    }

    /// `\Answered` alone: a person pressed "reply" somewhere, and no copy of a sent mail explains
    /// it.
    pub(super) fn flagged_answered(&self, item: &mut Item) -> Result<(), StoreError> {
        let evidence =
            Evidence::without_mail(EvidenceKind::AnsweredFlag, Some(self.folder.name.clone()));
        let is_news = item.state == State::Open && item.may_be_probably_answered_by(&evidence);
        if !is_news || self.is_replied_to(item)? {
            return Ok(());
        }
        match item.on_answer(Fact::ProbablyAnswered {
            at: self.now,
            answered_by: None,
            evidence,
        }) {
            Some(fact) => self.settle(item, fact),
            None => Ok(()),
        }
    }
}

fn judged(verdict: &Verdict, may_notify: bool) -> Fact {
    Fact::Judged {
        class: verdict.class,
        reasons: verdict.reasons.clone(),
        may_notify,
    }
}
