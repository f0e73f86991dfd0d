//! What the register keeps of a message itself: whose it is, and what finds its thread again.

use super::arrived::Arrived;
use super::batch::Intake;
use crate::domain::citizen::{MAX_ADDRESSES, Source, has_list_signs, names_another};
use crate::domain::identify::Identity;
use crate::domain::item::ItemId;
use crate::domain::kept::{MessageRow, More};
use crate::domain::message::{Address, Message};
use crate::domain::whose::Whose;
use crate::store::StoreError;
use chrono::{DateTime, Datelike, Utc};

/// Thread ids of a message that are kept for the headers of our notice.
const KEPT_REFERENCES: usize = 20;

impl Intake<'_> {
    /// The message gets its number and its row.
    pub(super) fn insert(
        &self,
        arrived: &Arrived,
        identity: &Identity,
        received_at: DateTime<Utc>,
        goes_on_with: &[String],
    ) -> Result<(ItemId, MessageRow), StoreError> {
        let mut row = self.row(arrived, received_at)?;
        row.more.goes_on_with = goes_on_with.to_vec();
        // A message that was passed on from another mailbox is from the citizen of the original.
        if let Some(original) = self.original(&arrived.message)? {
            let theirs = self.db.message_of(original.id)?;
            row.more.writers.extend(self.citizens_of(&theirs));
        }
        let year = self
            .board
            .calendar
            .local_date(received_at)
            .year()
            .clamp(1, 9999);
        Ok((self.db.insert_message(year, identity, &row)?, row))
    }

    pub(super) fn row(
        &self,
        arrived: &Arrived,
        received_at: DateTime<Utc>,
    ) -> Result<MessageRow, StoreError> {
        let message = &arrived.message;
        let from = message.from.first();
        let source = self.source_of(message)?;
        let (reply_to, writers) = self.besides_the_sender(message, source);
        Ok(MessageRow {
            received_at,
            size: arrived.size,
            message_id: message.message_id.clone(),
            sender: from.map(|from| from.addr.clone()),
            name: from.and_then(|from| from.name.clone()),
            subject: message.subject.clone(),
            more: More {
                reply_to,
                through_channel: source != Source::Writer,
                writers,
                references: kept_references(message),
                thread_index: message.thread_index.clone(),
                mailboxes: self.speaking_mailboxes(message),
                ..More::default()
            },
        })
    }

    /// Who wrote the message: as the configuration says, and a sender who has written for another
    /// Reply-To before is a channel, be it a form or a group that nobody has configured.
    pub(super) fn source_of(&self, message: &Message) -> Result<Source, StoreError> {
        let source = self.board.source_of(message);
        let Some(from) = message.from.first().filter(|_| names_another(message)) else {
            return Ok(source);
        };
        let is_channel = source == Source::Writer
            && self
                .db
                .has_written_for_another(&from.addr, &message.reply_to)?;
        Ok(if is_channel { Source::ReplyTo } else { source })
    }

    /// Addresses besides the sender and us: those of Reply-To, and of others who wrote it.
    fn besides_the_sender(&self, message: &Message, source: Source) -> (Vec<String>, Vec<String>) {
        let from = message.from.first();
        let others = |address: &Address| {
            let is_sender = from.is_some_and(|from| from.addr == address.addr);
            (!is_sender && !self.board.is_own(&address.addr)).then(|| address.addr.clone())
        };
        let reply_to = message.reply_to.iter().filter_map(others).take(5);
        let reply_to = match source {
            Source::Unknown => Vec::new(),
            Source::Writer | Source::ReplyTo => reply_to.collect(),
        };
        // A list's Sender is the list.
        let sender = message.sender.as_ref().filter(|_| !has_list_signs(message));
        let more_writers = message.from.iter().skip(1).chain(sender);
        let writers = more_writers
            .filter_map(others)
            .take(MAX_ADDRESSES)
            .collect();
        (reply_to, writers)
    }

    /// Which of several watched mailboxes speaks for all of them.
    fn speaking_mailboxes(&self, message: &Message) -> Vec<String> {
        let is_own = |to: &&Address| self.board.whose(&to.addr) == Whose::Own;
        let own = message.to.iter().filter(is_own);
        let own: Vec<String> = own.map(|to| to.addr.clone()).take(MAX_ADDRESSES).collect();
        if own.len() > 1 { own } else { Vec::new() }
    }
}

/// The newest ids of its thread. Without References, In-Reply-To counts as them (RFC 5322 §3.6.4).
fn kept_references(message: &Message) -> Vec<String> {
    let references = if message.references.is_empty() {
        &message.in_reply_to
    } else {
        &message.references
    };
    let first = references.len().saturating_sub(KEPT_REFERENCES);
    references[first..].to_vec()
}
