//! What the register knows of a message that arrives: every question to the store that its admission asks, answered as
//! one value. No rule stands here; the rules take the value.

use super::intake::Intake;
use crate::domain::admit::{Arriving, Known, Thread};
use crate::domain::covered::Told;
use crate::domain::folders::Role;
use crate::domain::identify::mid_key;
use crate::domain::item::{Item, ItemId};
use crate::domain::kept::{MessageRow, thread_index_clue, to_clue};
use crate::domain::message::Message;
use crate::domain::no_question::{Answer, VOUCHED_DAYS};
use crate::domain::pointing::{self, ECHO, Pointers, is_probable, named_ids};
use crate::domain::subject::references;
use crate::mail::parse;
use crate::store::StoreError;
use crate::store::outbox::OutboxRow;
use chrono::{DateTime, Datelike, Duration, Utc};

impl Intake<'_> {
    /// The conversation that a message is tied to.
    pub(super) fn thread_of(&self, message: &Message, received_at: DateTime<Utc>) -> Result<Thread, StoreError> {
        let pointers = self.pointers(message)?;
        let Some(pointed) = pointing::points_at(message, &pointers, self.board) else {
            // Only probable: who had the last one gets this too, but its clock is its own.
            let handler = self.probable(message, received_at)?.and_then(|item| item.handler);
            return Ok(Thread { handler, ..Thread::default() });
        };
        let Some((conversation, handler)) = self.db.conversation_of(pointed)? else { return Ok(Thread::default()) };
        let live = self.db.live_in_conversation(conversation)?.into_iter();
        let open_items: Vec<Item> = live.filter(|open| open.received_at <= received_at).collect();
        Ok(Thread { conversation: Some(conversation), handler, open_items })
    }

    /// What surrounds a message that needs an answer.
    pub(super) fn known(&self, arriving: &Arriving, thread: Thread, row: &MessageRow) -> Result<Known, StoreError> {
        let from = arriving.message.from.first();
        let follows_a_notice = match from {
            Some(from) => self.db.notices_to(&from.addr, arriving.received_at - ECHO)? > 0,
            None => false,
        };
        let alike = match &row.sender {
            Some(sender) => self.db.live_twins(&self.board.name, &to_clue(sender), row)?,
            None => Vec::new(),
        };
        let answers_staff_mail = self.board.answers_staff_mail(self.db, arriving.message)?;
        let mut told = Vec::new();
        for item in thread.open_items.iter().filter(|item| item.noticed_at().is_some()) {
            told.push(Told { item: item.clone(), row: self.db.message_of(item.id)? });
        }
        let answers_our = if told.is_empty() { None } else { self.subject_of_ours(arriving.message)? };
        let answer = if thread.conversation.is_some() { self.answer_of(arriving.message)? } else { None };
        let in_junk = self.folder.role == Role::Junk;
        let was_written_to = in_junk && self.db.was_written_to(row, self.now - Duration::days(VOUCHED_DAYS))?;
        Ok(Known { thread, answers_staff_mail, follows_a_notice, alike, told, answers_our, answer, was_written_to })
    }

    /// The answer that a message points at: a mail of staff by its id, or what a person said of the question.
    fn answer_of(&self, message: &Message) -> Result<Option<Answer>, StoreError> {
        for id in named_ids(message) {
            if let Some(item) = self.items_of_this_mailbox(id)?.first() {
                return self.answer_by_word(*item);
            }
            if let Some((mail, conversation)) = self.db.sent_with_id(&self.board.name, mid_key(id))? {
                return self.answer_by_mail(id, mail.subject, conversation);
            }
            if let Some(item) = self.told_of(id)? {
                return self.answer_by_word(item);
            }
        }
        Ok(None)
    }

    /// Only what a person said: a mail that answers would be pointed at itself.
    fn answer_by_word(&self, id: ItemId) -> Result<Option<Answer>, StoreError> {
        let said = |item: &Item| item.settled.as_ref().is_some_and(|settled| settled.how.is_some());
        match self.db.item(id)?.filter(said) {
            Some(item) => self.answer(item, None).map(Some),
            None => Ok(None),
        }
    }

    fn answer_by_mail(&self, id: &str, subject: String, conversation: ItemId) -> Result<Option<Answer>, StoreError> {
        let by_it = |item: &Item| {
            let evidence = item.settled.as_ref().and_then(|settled| settled.evidence.message_id.as_deref());
            evidence.is_some_and(|known| mid_key(known) == mid_key(id))
        };
        match self.db.conversation(conversation)?.into_iter().rfind(by_it) {
            Some(item) => self.answer(item, Some(subject)).map(Some),
            None => Ok(None),
        }
    }

    fn answer(&self, item: Item, subject: Option<String>) -> Result<Answer, StoreError> {
        let mut beside = Vec::new();
        for other in self.db.conversation(item.conversation)? {
            let row = self.db.message_of(other.id)?;
            beside.push((other, row));
        }
        Ok(Answer { row: self.db.message_of(item.id)?, item, subject, beside })
    }

    /// Items with this Message-ID in the mailbox at hand; the register may hold several mailboxes.
    pub(super) fn items_of_this_mailbox(&self, message_id: &str) -> Result<Vec<ItemId>, StoreError> {
        self.db.items_with_message_id(&self.board.name, mid_key(message_id), message_id)
    }

    /// Whether an item is of the mailbox at hand. Another board's items are nothing that a message here belongs to.
    pub(super) fn is_ours(&self, id: ItemId) -> Result<bool, StoreError> {
        self.db.is_of(id, &self.board.name)
    }

    /// A way of pointing is looked up when none before it led anywhere.
    fn pointers(&self, message: &Message) -> Result<Pointers, StoreError> {
        let mut pointers = Pointers { by_id: self.newest_known(message)?, ..Pointers::default() };
        if pointers.by_id.is_some() {
            return Ok(pointers);
        }
        if let Some(index) = &message.thread_index {
            pointers.by_thread_index = self.db.newest_by_clue(&self.board.name, &thread_index_clue(index))?;
        }
        if pointers.by_thread_index.is_none() {
            for id in references(&message.subject, self.now.year()) {
                if let Some(row) = self.db.message(id)?
                    && self.is_ours(id)?
                {
                    pointers.by_reference.push((id, row));
                }
            }
        }
        Ok(pointers)
    }

    /// The newest id of a message that the register knows: of a message, of an answer that was seen, or of our own.
    fn newest_known(&self, message: &Message) -> Result<Option<ItemId>, StoreError> {
        for id in named_ids(message) {
            if let Some(item) = self.items_of_this_mailbox(id)?.first() {
                return Ok(Some(*item));
            }
            if let Some(conversation) = self.db.conversation_of_sent(&self.board.name, mid_key(id))? {
                return Ok(Some(conversation));
            }
            let told = self.told_of(id)?;
            if told.is_some() {
                return Ok(told);
            }
        }
        Ok(None)
    }

    /// The item of this mailbox of which a mail of ours with that id told its citizen, also from a twin's mailbox.
    fn told_of(&self, id: &str) -> Result<Option<ItemId>, StoreError> {
        let Some(own) = self.db.own_mail(id)?.filter(OutboxRow::is_for_citizen) else { return Ok(None) };
        for (item, _) in self.db.effects_of(own.id)? {
            if self.is_ours(item)? {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    /// The subject of the mail of ours to a citizen that a message names first.
    fn subject_of_ours(&self, message: &Message) -> Result<Option<String>, StoreError> {
        for id in named_ids(message) {
            if let Some(own) = self.db.own_mail(id)?.filter(OutboxRow::is_for_citizen) {
                return Ok(Some(parse::message(&own.mail).subject));
            }
        }
        Ok(None)
    }

    /// The newest item of its sender, if the message probably goes on with it.
    fn probable(&self, message: &Message, received_at: DateTime<Utc>) -> Result<Option<Item>, StoreError> {
        let Some(from) = message.from.first() else { return Ok(None) };
        let Some(id) = self.db.newest_by_clue(&self.board.name, &to_clue(&from.addr))? else { return Ok(None) };
        let newest = self.db.message_of(id)?;
        if is_probable(message, received_at, &newest) { self.db.item(id) } else { Ok(None) }
    }
}
