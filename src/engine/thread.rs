//! Which conversation a message belongs to: In-Reply-To and References, Outlook's Thread-Index, our reference in the
//! subject from an address that belongs to it, else, as "probable", subject and address within [`PROBABLE_DAYS`].

use super::SYSTEM;
use super::intake::{Intake, thread_index_clue, to_clue};
use crate::domain::event::{Effect, Fact, Flag};
use crate::domain::identify::mid_key;
use crate::domain::item::{Item, ItemId, State};
use crate::domain::kept::MessageRow;
use crate::domain::message::Message;
use crate::domain::subject::{normalised_subject, references};
use crate::store::StoreError;
use chrono::{DateTime, Datelike, Duration, Utc};

/// How long a subject and an address alone make a conversation probable.
pub const PROBABLE_DAYS: i64 = 30;

/// What comes from an address so soon after our notice to it, and is tied to nothing, may be a machine's
/// acknowledgement; another notice would be acknowledged too.
const ECHO: Duration = Duration::minutes(15);

/// Ids of a message that are looked up: the newest ones matter.
const LOOKED_UP: usize = 20;

/// What a message is tied to.
#[derive(Debug, Default)]
pub(super) struct Thread {
    /// `None`: a conversation of its own.
    pub conversation: Option<ItemId>,
    /// Who has the conversation.
    pub handler: Option<String>,
    /// Live items of the conversation, the oldest first.
    pub open_items: Vec<Item>,
}

impl Intake<'_> {
    pub(super) fn thread_of(&self, message: &Message, received_at: DateTime<Utc>) -> Result<Thread, StoreError> {
        let certain = match self.by_ids(message)? {
            Some(found) => Some(found),
            None => match self.by_thread_index(message)? {
                Some(found) => Some(found),
                None => self.by_reference(message)?,
            },
        };
        if let Some(member) = certain {
            let Some((conversation, handler)) = self.db.conversation_of(member)? else { return Ok(Thread::default()) };
            let open_items = self
                .db
                .live_in_conversation(conversation)?
                .into_iter()
                .filter(|open| open.leader.is_none() && open.received_at <= received_at)
                .collect();
            return Ok(Thread { conversation: Some(conversation), handler, open_items });
        }
        // Only probable: whoever had the last one gets this too, but its clock is its own.
        let handler = match self.by_subject(message, received_at)? {
            Some(item) => item.handler,
            None => None,
        };
        Ok(Thread { conversation: None, handler, open_items: Vec::new() })
    }

    /// The newest id first: it names the mail that was really answered.
    fn by_ids(&self, message: &Message) -> Result<Option<ItemId>, StoreError> {
        let ids = message.in_reply_to.iter().chain(message.references.iter().rev()).take(LOOKED_UP);
        for id in ids {
            if let Some(item) = self.items_of_this_mailbox(id)?.first() {
                return Ok(Some(*item));
            }
            if let Some(conversation) = self.db.conversation_of_sent(&self.board.name, mid_key(id))? {
                return Ok(Some(conversation));
            }
            if let Some(own) = self.db.own_mail(id)?
                && own.is_for_citizen()
                && own.mailbox == self.board.name
                && let Some((item, _)) = self.db.effects_of(own.id)?.first()
            {
                return Ok(Some(*item));
            }
        }
        Ok(None)
    }

    /// Items with this Message-ID in the mailbox at hand; the register may hold several mailboxes.
    pub(super) fn items_of_this_mailbox(&self, message_id: &str) -> Result<Vec<ItemId>, StoreError> {
        self.db.items_with_message_id(&self.board.name, mid_key(message_id), message_id)
    }

    /// Whether an item is of the mailbox at hand. Another board's items are nothing that a message here belongs to.
    pub(super) fn is_ours(&self, id: ItemId) -> Result<bool, StoreError> {
        self.db.is_of(id, &self.board.name)
    }

    fn by_thread_index(&self, message: &Message) -> Result<Option<ItemId>, StoreError> {
        match &message.thread_index {
            Some(index) => self.db.newest_by_clue(&self.board.name, &thread_index_clue(index)),
            None => Ok(None),
        }
    }

    /// Our reference in the subject, believed only from an address that belongs to that conversation.
    fn by_reference(&self, message: &Message) -> Result<Option<ItemId>, StoreError> {
        for id in references(&message.subject, self.now.year()) {
            let Some(row) = self.db.message(id)? else { continue };
            let belongs = message.from.iter().any(|from| {
                row.citizen_addresses().any(|known| known == from.addr) || self.board.staff_at(&from.addr).is_some()
            });
            if belongs && self.is_ours(id)? {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    fn by_subject(&self, message: &Message, received_at: DateTime<Utc>) -> Result<Option<Item>, StoreError> {
        let Some(from) = message.from.first() else { return Ok(None) };
        let subject = normalised_subject(&message.subject);
        let Some(id) = self.db.newest_by_clue(&self.board.name, &to_clue(&from.addr))? else { return Ok(None) };
        let row = self.db.message_of(id)?;
        let alike = !subject.is_empty() && normalised_subject(&row.subject) == subject;
        let recent = received_at - row.received_at <= Duration::days(PROBABLE_DAYS);
        if alike && recent { self.db.item(id) } else { Ok(None) }
    }

    /// A further question after the notice about the first one: the same citizen has been told already.
    pub(super) fn told_before(&self, item: &mut Item, row: &MessageRow, thread: &Thread) -> Result<(), StoreError> {
        let Some(leader) = thread.open_items.first() else { return Ok(()) };
        let same = self.db.message_of(leader.id)?.answer_address() == row.answer_address();
        if let Some(at) = leader.noticed_at().filter(|_| same) {
            self.db.happen(item, self.now, SYSTEM, Fact::Sent { effect: Effect::Notice, at })?;
            self.db.save_awake(item)?;
        }
        Ok(())
    }

    /// Why what surrounds a message forbids an automatic notice, if so.
    pub(super) fn held_in_context(
        &self,
        message: &Message,
        received_at: DateTime<Utc>,
        thread: &Thread,
    ) -> Result<Option<Flag>, StoreError> {
        match thread.conversation {
            Some(conversation) if thread.open_items.is_empty() => {
                let known = self.db.conversation(conversation)?;
                let answered = known.iter().any(|item| matches!(item.state, State::Answered | State::Closed));
                Ok(answered.then_some(Flag::AfterAnswer))
            }
            Some(_) => Ok(None),
            None => {
                let Some(from) = message.from.first() else { return Ok(None) };
                let echoes = self.db.notices_to(&from.addr, received_at - ECHO)? > 0;
                Ok(echoes.then_some(Flag::Echo))
            }
        }
    }
}
