//! What a message points at is often read after it: another folder, a mailbox or a mail of staff
//! comes later in the round, or lay in a folder that was closed. The order decides nothing: the
//! message joins that conversation then, and all that follows from a conversation follows for it.
//!
//! Rejected: to record the news of all folders of a round by their times. It would need a whole
//! round in memory or on disk, a first reading of years among them, and would still not help what
//! comes in another round: from Junk, a folder that could not be opened, a disk that was full.
//!
//! Only a mail tied to nothing waits for the ids that it names. One that is tied stays where it
//! is: the mails of one thread name each other.

use super::SYSTEM;
use super::batch::Intake;
use crate::domain::citizen::Citizen;
use crate::domain::classify::Class;
use crate::domain::covered::{self, Later, Told};
use crate::domain::event::{AssignedBy, Fact};
use crate::domain::evidence::told_before::is_said_to_be_a_question;
use crate::domain::identify::mid_key;
use crate::domain::item::{Item, ItemId, State};
use crate::domain::kept::{MessageRow, names_clue};
use crate::domain::reason::Reason;
use crate::domain::spoken::Spoken;
use crate::domain::tongue::Tongue;
use crate::store::StoreError;
use std::collections::BTreeMap;

/// The conversation that a message joins.
struct Joined {
    conversation: ItemId,
    /// Who has what it points at.
    handler: Option<String>,
    language: Option<Tongue>,
}

/// A question of which nothing has been said, sent or presumed yet.
fn is_untouched(item: &Item) -> bool {
    item.state == State::Open
        && item.class == Class::Correspondence
        && item.covered_by.is_none()
        && item.question_since.is_none()
        && item.done.is_empty()
}

impl Intake<'_> {
    /// A message or a mail of staff with that id is known now: a mail read before it that names it
    /// is of its conversation. However many they are, each conversation is gone through once.
    pub(super) fn is_followed(&self, id: &str) -> Result<(), StoreError> {
        let clue = names_clue(mid_key(id));
        let mut joined: BTreeMap<ItemId, Vec<ItemId>> = BTreeMap::new();
        for item in self.db.untied_by_clue(&self.board.name, &clue)? {
            if let Some((conversation, members)) = self.tie(&self.db.item_of(item)?)? {
                joined.entry(conversation).or_default().extend(members);
            }
        }
        for (conversation, members) in joined {
            self.are_covered(conversation, &members)?;
            for member in members {
                self.was_not_the_first(&self.db.item_of(member)?)?;
            }
            self.settle_again(conversation)?;
        }
        Ok(())
    }

    /// A new message that names a notice which the register has forgotten waits for what that
    /// notice answers.
    pub(super) fn waits_for_what_is_forgotten(
        &self,
        id: ItemId,
        row: &MessageRow,
    ) -> Result<(), StoreError> {
        let mut clues = Vec::new();
        for named in &row.more.names {
            clues.extend(self.db.answered_by_forgotten(named)?);
        }
        let clues: Vec<String> = clues.into_iter().map(names_clue).collect();
        self.db.add_clues(id, &clues)
    }

    /// The conversation that an item joins, with the items tied to it, which go along.
    fn tie(&self, item: &Item) -> Result<Option<(ItemId, Vec<ItemId>)>, StoreError> {
        let mut row = self.db.message_of(item.id)?;
        let Some((pointed, spoken)) = self.newest_of(row.more.names.iter(), &row.subject)? else {
            return Ok(None);
        };
        let Some((conversation, handler)) = self.db.conversation_of(pointed)? else {
            return Ok(None);
        };
        if conversation == item.conversation {
            return Ok(None);
        }
        if let Some(spoken) = spoken {
            self.goes_on(item.id, &mut row, &spoken)?;
        }
        let joined = Joined {
            conversation,
            handler: handler.filter(|handler| self.board.still_works(handler)),
            language: self.language_from(conversation, item, &row)?,
        };
        let members = self.join_all(item, &joined)?;
        self.is_of_known_thread(item.id, conversation)?;
        Ok(Some((conversation, members)))
    }

    fn join_all(&self, first: &Item, joined: &Joined) -> Result<Vec<ItemId>, StoreError> {
        let members = self.db.all_of_conversation(first.conversation)?;
        let ids = members.iter().map(|member| member.id).collect();
        for member in members {
            self.join(member, first, joined)?;
        }
        Ok(ids)
    }

    /// It replies under the subject that we gave a mail: what that mail was about is its subject
    /// too.
    fn goes_on(&self, id: ItemId, row: &mut MessageRow, spoken: &Spoken) -> Result<(), StoreError> {
        let diary = &self.board.organisation.diary;
        let goes_on_with = spoken.goes_on_with(&row.subject, diary);
        if goes_on_with.is_empty() {
            return Ok(());
        }
        row.more.goes_on_with = goes_on_with;
        self.db.set_more(id, &row.more)
    }

    /// One of the items that were tied to `first` goes with it. Who had the conversation before has
    /// what nobody was given otherwise.
    fn join(&self, mut member: Item, first: &Item, joined: &Joined) -> Result<(), StoreError> {
        let is_first = member.id == first.id;
        let tied = Fact::Tied {
            conversation: joined.conversation.0,
            language: joined.language.filter(|_| is_first),
            covered_by: None,
        };
        self.db.happen(&mut member, self.now, SYSTEM, tied)?;
        let is_by_default = if is_first {
            matches!(member.assigned_by, None | Some(AssignedBy::Default))
        } else {
            let is_by_default = matches!(first.assigned_by, None | Some(AssignedBy::Default));
            is_by_default
                && member.assigned_by == Some(AssignedBy::Conversation)
                && member.handler == first.handler
        };
        if let Some(to) = &joined.handler
            && is_by_default
            && member.has_clock()
            && member.handler.as_ref() != Some(to)
        {
            let (to, how) = (to.clone(), AssignedBy::Conversation);
            let fact = Fact::Assigned { to, how };
            self.db.happen(&mut member, self.now, SYSTEM, fact)?;
        }
        self.db.save_awake(&member)
    }

    /// The language of the conversation, of a message that does not say its own.
    fn language_from(
        &self,
        conversation: ItemId,
        item: &Item,
        row: &MessageRow,
    ) -> Result<Option<Tongue>, StoreError> {
        let is_letter = self.board.pledge_of(item).letter;
        if row.more.says_language || is_letter {
            return Ok(None);
        }
        let mut known = self.db.conversation(conversation)?.into_iter();
        let before =
            known.find(|other| other.state.is_live() && other.received_at <= item.received_at);
        Ok(before
            .and_then(|open| open.language)
            .filter(|language| *language != self.board.tongue))
    }

    /// The presumption about it, made while it was tied to nothing.
    fn is_of_known_thread(&self, id: ItemId, conversation: ItemId) -> Result<(), StoreError> {
        let mut item = self.db.item_of(id)?;
        if item.has_clock() && item.class == Class::AutoReply && !self.is_a_persons_question(id)? {
            let reason = Reason::AutoReplyIn { conversation };
            return self.settle(&mut item, Fact::Excluded { reason });
        }
        if item.is_presumed_junk() {
            return self.is_a_question(item);
        }
        Ok(())
    }

    /// A notice that their citizen had before they were written speaks for them too.
    fn are_covered(&self, conversation: ItemId, members: &[ItemId]) -> Result<(), StoreError> {
        let live = self.db.live_in_conversation(conversation)?;
        let told = self.told_before(&live)?;
        if told.is_empty() {
            return Ok(());
        }
        for member in members {
            let item = self.db.item_of(*member)?;
            let came_before =
                told.partition_point(|told| told.item.received_at <= item.received_at);
            self.may_be_covered(item, &told[..came_before])?;
        }
        Ok(())
    }

    fn may_be_covered(&self, mut item: Item, told: &[Told]) -> Result<(), StoreError> {
        let may_presume = self.board.pledge_of(&item).may_presume();
        let may_be = may_presume && is_untouched(&item);
        let Some(pledge) = item.pledge.clone().filter(|_| may_be) else {
            return Ok(());
        };
        let row = self.db.message_of(item.id)?;
        let subjects: Vec<String> = row.subjects().cloned().collect();
        let later = Later {
            subjects: &subjects,
            citizen: Citizen {
                addresses: row.citizen_addresses().map(str::to_owned).collect(),
            },
            pledge: &pledge,
            received_at: item.received_at,
        };
        let Some(by) = covered::by(&later, told, &self.board.organisation.diary) else {
            return Ok(());
        };
        let fact = Fact::Tied {
            conversation: item.conversation.0,
            language: None,
            covered_by: Some(by.0),
        };
        self.db.happen(&mut item, self.now, SYSTEM, fact)?;
        self.db.save_awake(&item)
    }

    /// Mails of staff that were read before the conversation was whole answer all of its matter.
    /// Not against the word of a person who has opened something of it again.
    fn settle_again(&self, conversation: ItemId) -> Result<(), StoreError> {
        let all = self.db.all_of_conversation(conversation)?;
        for item in &all {
            if self.is_a_persons_question(item.id)? {
                return Ok(());
            }
        }
        let mut mails = BTreeMap::new();
        for item in all.iter().filter(|item| item.has_clock()) {
            let row = self.db.message_of(item.id)?;
            let before = self.sent_before(item, &row)?.into_iter();
            mails.extend(before.map(|mail| ((mail.at, mail.message_id.clone()), mail)));
        }
        for mail in mails.values() {
            self.proves_now(mail, None)?;
        }
        for item in all {
            let mut item = self.db.item_of(item.id)?;
            if item.has_clock() {
                self.settle_as_its_twin(&mut item)?;
            }
        }
        Ok(())
    }

    fn is_a_persons_question(&self, id: ItemId) -> Result<bool, StoreError> {
        let history = self.db.history(id)?;
        Ok(history.iter().any(is_said_to_be_a_question))
    }
}
