//! What a mail of staff may be about, as the register knows it: the questions that its header
//! points at, those of their conversations, and those of its recipients.

use super::batch::Intake;
use crate::domain::event::MatchedBy;
use crate::domain::evidence::{Judge, Pointed, Question};
use crate::domain::identify::mid_key;
use crate::domain::item::{Item, ItemId};
use crate::domain::kept::{thread_index_clue, to_clues};
use crate::store::StoreError;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

impl Intake<'_> {
    /// The one thing that a mail points at in this mailbox.
    pub(super) fn pointed_at(&self, judge: &Judge<'_, '_>) -> Result<Option<Pointed>, StoreError> {
        let mail = judge.mail;
        let replied = mail.in_reply_to.iter().map(|id| (MatchedBy::InReplyTo, id));
        let newest_first = mail.references.iter().rev();
        let referred = newest_first.map(|id| (MatchedBy::References, id));
        for (by, id) in replied.chain(referred) {
            let pointed = self.pointed_at_by_id(judge, by, id)?;
            if pointed.is_some() {
                return Ok(pointed);
            }
        }
        if let Some(pointed) = judge.by_reference(self.questions_of(judge.references())?) {
            return Ok(Some(pointed));
        }
        match &mail.thread_index {
            Some(index) => {
                let live = self.db.live_by_clue(&thread_index_clue(index))?;
                Ok(judge.by_thread_index(self.questions(live)?))
            }
            None => Ok(None),
        }
    }

    /// What an id points at: a message of this mailbox, or what a notice speaks for.
    fn pointed_at_by_id(
        &self,
        judge: &Judge<'_, '_>,
        by: MatchedBy,
        id: &str,
    ) -> Result<Option<Pointed>, StoreError> {
        let named = self.questions_of(self.items_of_this_mailbox(id)?)?;
        let pointed = judge.by_message_id(by, named);
        if pointed.is_some() {
            return Ok(pointed);
        }
        let spoken_for = self.spoken_for_by(id, self.db.own_mail(id)?.as_ref())?;
        let pointed = judge.by_notice(by, self.questions_of(spoken_for)?);
        if pointed.is_some() || judge.mail.copy {
            return Ok(pointed);
        }
        let mut elsewhere = self.questions_elsewhere(id)?;
        elsewhere.retain(|question| judge.would_answer(question));
        Ok(judge.by_message_id(by, elsewhere))
    }

    /// All items of the conversations that a mail points into.
    pub(super) fn joined(&self, pointed: &Pointed) -> Result<Vec<Question>, StoreError> {
        let mut items = BTreeMap::new();
        for question in &pointed.questions {
            let conversation = question.item.conversation;
            // Very long ones are cut in the first list, not in the second.
            let all = self
                .db
                .conversation(conversation)?
                .into_iter()
                .chain(self.db.live_in_conversation(conversation)?);
            let all = all.filter(|item| item.mailbox == question.item.mailbox);
            items.extend(all.map(|item| (item.id, item)));
        }
        self.questions_anywhere(items.into_values())
    }

    /// Questions of other mailboxes whose message has this id: the answer to one was filed in this
    /// mailbox's Sent.
    fn questions_elsewhere(&self, id: &str) -> Result<Vec<Question>, StoreError> {
        let ids = self
            .db
            .elsewhere_with_message_id(&self.board.name, mid_key(id), id)?;
        let items = ids.into_iter().map(|id| self.db.item_of(id));
        self.questions_anywhere(items.collect::<Result<Vec<_>, _>>()?)
    }

    pub(super) fn questions_of(&self, ids: Vec<ItemId>) -> Result<Vec<Question>, StoreError> {
        let items = ids
            .into_iter()
            .map(|id| self.db.item(id))
            .collect::<Result<Vec<_>, _>>()?;
        self.questions(items.into_iter().flatten())
    }

    /// The items of this mailbox with the facts of their messages.
    pub(super) fn questions(
        &self,
        items: impl IntoIterator<Item = Item>,
    ) -> Result<Vec<Question>, StoreError> {
        let of_this = |item: &Item| item.mailbox == self.board.name;
        self.questions_anywhere(items.into_iter().filter(of_this))
    }

    fn questions_anywhere(
        &self,
        items: impl IntoIterator<Item = Item>,
    ) -> Result<Vec<Question>, StoreError> {
        let mut questions = Vec::new();
        for item in items {
            let Some(row) = self.db.message(item.id)? else {
                continue;
            };
            questions.push(Question::of(
                item,
                &row,
                |address| self.board.whose(address),
                &self.board.organisation.diary,
            ));
        }
        Ok(questions)
    }

    /// Live items of this mailbox that can be found by an address.
    pub(super) fn live_of(&self, address: &str) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        for clue in to_clues(address) {
            items.extend(self.db.live_by_clue(&clue)?);
        }
        items.retain(|item| item.mailbox == self.board.name);
        Ok(items)
    }

    /// Items of this mailbox that can be found by an address, without those that were settled by
    /// then.
    pub(super) fn open_at(
        &self,
        address: &str,
        at: DateTime<Utc>,
    ) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        for clue in to_clues(address) {
            items.extend(self.db.open_by_clue(&clue, at)?);
        }
        items.retain(|item| item.mailbox == self.board.name);
        Ok(items)
    }
}
