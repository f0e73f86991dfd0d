//! What the register knows of a message that arrives: every question to the store that its
//! admission asks, answered as one value. It holds no rule; the rules take the value.

use super::batch::Intake;
use super::replies::answers_staff_mail;
use crate::domain::admit::{Arriving, Known, Thread};
use crate::domain::covered::Told;
use crate::domain::folders::Role;
use crate::domain::identify::mid_key;
use crate::domain::item::{Item, ItemId};
use crate::domain::kept::{MessageRow, may_thank_clue, thread_index_clue, to_clue};
use crate::domain::message::Message;
use crate::domain::no_question::Answer;
use crate::domain::pointing::{self, CLOCKS_DIFFER, ECHO, Pointers, is_probable, named_ids};
use crate::domain::spoken::Spoken;
use crate::domain::subject::{is_bare_reference, references};
use crate::mail::parse;
use crate::store::StoreError;
use crate::store::outbox::OutboxRow;
use chrono::{DateTime, Datelike, Utc};

impl Intake<'_> {
    /// The conversation that a message is tied to.
    pub(super) fn thread_of(
        &self,
        message: &Message,
        received_at: DateTime<Utc>,
    ) -> Result<Thread, StoreError> {
        let (pointers, spoken) = self.pointers(message)?;
        let Some(pointed) = pointing::points_at(message, &pointers, self.board) else {
            // Only probable: who had the last one gets this too, but its clock is its own.
            let handler = self
                .probable(message, received_at)?
                .and_then(|item| item.handler);
            return Ok(Thread {
                handler,
                ..Thread::default()
            });
        };
        let Some((conversation, handler)) = self.db.conversation_of(pointed)? else {
            return Ok(Thread::default());
        };
        let live = self.db.live_in_conversation(conversation)?.into_iter();
        let open_items: Vec<Item> = live
            .filter(|open| open.received_at <= received_at)
            .collect();
        let diary = &self.board.organisation.diary;
        let goes_on_with = match spoken {
            Some(spoken) => spoken.goes_on_with(&message.subject, diary),
            None if is_bare_reference(&message.subject, diary) => pointers.subjects_of(pointed),
            None => Vec::new(),
        };
        Ok(Thread {
            conversation: Some(conversation),
            handler,
            open_items,
            goes_on_with,
        })
    }

    /// What surrounds a message that needs an answer.
    pub(super) fn known(
        &self,
        arriving: &Arriving,
        thread: Thread,
        row: &MessageRow,
    ) -> Result<Known, StoreError> {
        let from = arriving.message.from.first();
        let follows_a_notice = match from {
            Some(from) => self.may_be_an_echo(&from.addr, arriving)?,
            None => false,
        };
        let alike = match &row.sender {
            Some(sender) => self
                .db
                .live_twins(&self.board.name, &to_clue(sender), row)?,
            None => Vec::new(),
        };
        let answers_staff_mail = answers_staff_mail(self.db, arriving.message)?;
        let told = self.told_before(&thread.open_items)?;
        let answer = match thread.conversation {
            Some(_) => self.answer_of(named_ids(arriving.message), &arriving.message.subject)?,
            None => None,
        };
        let in_junk = self.folder.role == Role::Junk;
        let was_written_to = in_junk && self.db.was_written_to(row)?;
        Ok(Known {
            thread,
            answers_staff_mail,
            follows_a_notice,
            alike,
            told,
            answer,
            was_written_to,
            source: self.source_of(arriving.message)?,
        })
    }

    /// The open items of a conversation whose citizens have had a notice.
    pub(super) fn told_before(&self, open: &[Item]) -> Result<Vec<Told>, StoreError> {
        open.iter()
            .filter(|item| item.noticed_at().is_some())
            .map(|item| {
                let row = self.db.message_of(item.id)?;
                let item = item.clone();
                Ok(Told { item, row })
            })
            .collect()
    }

    /// Our notice went to its sender a moment before it came, and it names no question: a machine
    /// acknowledges our mail, a person may write about an earlier one.
    fn may_be_an_echo(&self, from: &str, arriving: &Arriving) -> Result<bool, StoreError> {
        let (since, until) = (
            arriving.received_at - ECHO,
            arriving.received_at + CLOCKS_DIFFER,
        );
        if !self.db.was_noticed(from, since, until)? {
            return Ok(false);
        }
        for id in named_ids(arriving.message) {
            if !self.items_of_this_mailbox(id)?.is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The answer that a message of that subject points at by these ids, the newest first: a mail
    /// of staff, of which a copy may be an item too, or what a person said of the question.
    pub(super) fn answer_of<'i>(
        &self,
        ids: impl Iterator<Item = &'i String>,
        subject: &str,
    ) -> Result<Option<Answer>, StoreError> {
        for id in ids {
            if let Some((mail, conversation)) =
                self.db.sent_with_id(&self.board.name, mid_key(id))?
            {
                return self.answer_by_mail(id, mail.subject, conversation);
            }
            if let Some(item) = self.items_of_this_mailbox(id)?.first() {
                return self.answer_by_word(*item);
            }
            if let Some((item, _)) = self.told_of(id, subject)? {
                return self.answer_by_word(item);
            }
        }
        Ok(None)
    }

    /// Whether an id is a message's, an answer's, or a mail's of ours.
    pub(super) fn is_known(&self, id: &str, subject: &str) -> Result<bool, StoreError> {
        let is_message = !self.items_of_this_mailbox(id)?.is_empty();
        let is_answer = || self.db.conversation_of_sent(&self.board.name, mid_key(id));
        Ok(is_message || is_answer()?.is_some() || self.told_of(id, subject)?.is_some())
    }

    /// Only what a person said: a mail that answers would be pointed at itself.
    fn answer_by_word(&self, id: ItemId) -> Result<Option<Answer>, StoreError> {
        let said = |item: &Item| {
            item.settled
                .as_ref()
                .is_some_and(|settled| settled.how.is_some())
        };
        match self.db.item(id)?.filter(said) {
            Some(item) => self.answer(item, None).map(Some),
            None => Ok(None),
        }
    }

    fn answer_by_mail(
        &self,
        id: &str,
        subject: String,
        conversation: ItemId,
    ) -> Result<Option<Answer>, StoreError> {
        match self
            .db
            .conversation(conversation)?
            .into_iter()
            .rfind(|item| is_settled_by(item, id))
        {
            Some(item) => {
                let mut answer = self.answer(item, Some(subject))?;
                // A message that was read before the answer it points at is in a conversation of
                // its own.
                for other in self
                    .db
                    .items_by_clue(&self.board.name, &may_thank_clue(id))?
                {
                    if other.conversation != conversation {
                        let row = self.db.message_of(other.id)?;
                        answer.beside.push((other, row));
                    }
                }
                Ok(Some(answer))
            }
            None => Ok(None),
        }
    }

    fn answer(&self, item: Item, subject: Option<String>) -> Result<Answer, StoreError> {
        let mut beside = Vec::new();
        for other in self.db.conversation(item.conversation)? {
            let row = self.db.message_of(other.id)?;
            beside.push((other, row));
        }
        Ok(Answer {
            row: self.db.message_of(item.id)?,
            item,
            subject,
            beside,
        })
    }

    /// Items with this Message-ID in the mailbox at hand; the register may hold several mailboxes.
    pub(super) fn items_of_this_mailbox(
        &self,
        message_id: &str,
    ) -> Result<Vec<ItemId>, StoreError> {
        self.db
            .items_with_message_id(&self.board.name, mid_key(message_id), message_id)
    }

    /// Whether an item is of the mailbox at hand. Another board's items are nothing that a message
    /// here belongs to.
    pub(super) fn is_ours(&self, id: ItemId) -> Result<bool, StoreError> {
        self.db.is_of(id, &self.board.name)
    }

    /// A way of pointing is looked up when none before it led anywhere. With them, the mail of ours
    /// that is pointed at.
    fn pointers(&self, message: &Message) -> Result<(Pointers, Option<Spoken>), StoreError> {
        if let Some((newest, spoken)) = self.newest_of(named_ids(message), &message.subject)? {
            return Ok((
                Pointers {
                    by_id: Some(newest),
                    ..Pointers::default()
                },
                spoken,
            ));
        }
        let mut pointers = Pointers::default();
        if let Some(index) = &message.thread_index {
            pointers.by_thread_index = self
                .db
                .newest_by_clue(&self.board.name, &thread_index_clue(index))?;
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
        Ok((pointers, None))
    }

    /// The first of the ids that the register knows: of a message, of an answer that was
    /// seen, or of our own.
    pub(super) fn newest_of<'i>(
        &self,
        ids: impl Iterator<Item = &'i String>,
        subject: &str,
    ) -> Result<Option<(ItemId, Option<Spoken>)>, StoreError> {
        for id in ids {
            if let Some(item) = self.items_of_this_mailbox(id)?.first() {
                return Ok(Some((*item, None)));
            }
            if let Some(conversation) = self
                .db
                .conversation_of_sent(&self.board.name, mid_key(id))?
            {
                return Ok(Some((conversation, self.answered_by(id, conversation)?)));
            }
            if let Some((item, spoken)) = self.told_of(id, subject)? {
                return Ok(Some((item, Some(spoken))));
            }
        }
        Ok(None)
    }

    /// A mail of staff with that id, and the questions that it answered.
    fn answered_by(&self, id: &str, conversation: ItemId) -> Result<Option<Spoken>, StoreError> {
        let Some((mail, _)) = self.db.sent_with_id(&self.board.name, mid_key(id))? else {
            return Ok(None);
        };
        let all = self.db.conversation(conversation)?.into_iter();
        let answered: Vec<ItemId> = all
            .filter(|item| is_settled_by(item, id))
            .map(|item| item.id)
            .collect();
        Ok(Some(self.spoken(mail.subject, answered)?))
    }

    /// The item of this mailbox that a mail of ours with that id was about, also from a twin's
    /// mailbox; of several, the one that a message of that subject means.
    fn told_of(&self, id: &str, subject: &str) -> Result<Option<(ItemId, Spoken)>, StoreError> {
        let own = self.db.own_mail(id)?;
        let told = self.spoken_for_by(id, own.as_ref())?;
        if told.is_empty() {
            return Ok(None);
        }
        let ours = match &own {
            Some(own) => self.subject_of(own)?,
            None => self
                .db
                .subject_of_sent(&self.board.name, mid_key(id))?
                .unwrap_or_default(),
        };
        let spoken = self.spoken(ours, told)?;
        let meant = spoken
            .meant(subject, &self.board.organisation.diary)
            .map(|(id, _)| *id);
        Ok(meant.map(|meant| (meant, spoken)))
    }

    /// The items of this mailbox that a mail to a citizen with that id told of: that mail of the
    /// register, or a notice that the register has forgotten.
    pub(super) fn spoken_for_by(
        &self,
        id: &str,
        own: Option<&OutboxRow>,
    ) -> Result<Vec<ItemId>, StoreError> {
        let Some(own) = own else {
            return self.db.asked_of_forgotten(&self.board.name, id);
        };
        let mut told = Vec::new();
        if own.is_for_citizen() {
            for item in self.db.items_of_mail(own.id)? {
                if self.is_ours(item)? && !told.contains(&item) {
                    told.push(item);
                }
            }
        }
        Ok(told)
    }

    /// The subject of a mail of ours. Once it lies in Sent the register has its text no more, but
    /// what it read there.
    fn subject_of(&self, own: &OutboxRow) -> Result<String, StoreError> {
        if !own.mail.is_empty() {
            return Ok(parse::message(&own.mail).subject);
        }
        let copy = self
            .db
            .subject_of_sent(&own.mailbox, mid_key(&own.message_id))?;
        Ok(copy.unwrap_or_default())
    }

    fn spoken(&self, subject: String, items: Vec<ItemId>) -> Result<Spoken, StoreError> {
        let mut questions = Vec::new();
        for item in items {
            questions.push((item, self.db.message_of(item)?));
        }
        Ok(Spoken { subject, questions })
    }

    /// The newest item of its sender, if the message probably goes on with it.
    fn probable(
        &self,
        message: &Message,
        received_at: DateTime<Utc>,
    ) -> Result<Option<Item>, StoreError> {
        let Some(from) = message.from.first() else {
            return Ok(None);
        };
        let Some(id) = self
            .db
            .newest_by_clue(&self.board.name, &to_clue(&from.addr))?
        else {
            return Ok(None);
        };
        let newest = self.db.message_of(id)?;
        if is_probable(message, received_at, &newest) {
            self.db.item(id)
        } else {
            Ok(None)
        }
    }
}

/// Whether a mail with that id is why an item is settled.
fn is_settled_by(item: &Item, id: &str) -> bool {
    let evidence = item
        .settled
        .as_ref()
        .and_then(|settled| settled.evidence.message_id.as_deref());
    evidence.is_some_and(|known| mid_key(known) == mid_key(id))
}
