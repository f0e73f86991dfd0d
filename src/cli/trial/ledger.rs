//! In the place where the daemon has its way out: a book into which every mail is written that
//! would have been sent. Nothing in here can reach a server; `tests/it/tidy.rs` holds that.

use super::hands::Hands;
use crate::domain::board::Board;
use crate::domain::classify::OwnMark;
use crate::domain::effect::Kind;
use crate::domain::item_id::ItemId;
use crate::mail::parse;
use crate::ports::{Clock, Delivered, Envelope, Transport};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// A mail that would have been sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub at: DateTime<Utc>,
    pub kind: Kind,
    /// A staff id, `citizen`, or `operator`.
    pub to: String,
    /// Eight bytes each: mails to staff speak of very many.
    pub references: Vec<ItemId>,
}

/// All of them, in order.
#[derive(Debug)]
pub struct Ledger {
    pub entries: Vec<Entry>,
    board: Arc<Board>,
    clock: Hands,
}

impl Ledger {
    #[must_use]
    pub fn new(board: Arc<Board>, clock: Hands) -> Self {
        Self {
            entries: Vec::new(),
            board,
            clock,
        }
    }

    fn entry(&self, envelope: &Envelope) -> Option<Entry> {
        let message = parse::message(&envelope.mail);
        let OwnMark { kind, refs, .. } = OwnMark::of(&message)?;
        let kind = Kind::parse(&kind)?;
        let address = envelope.to.first()?;
        let to = match self.board.staff.by_address(address) {
            _ if kind.is_to_citizen() => "citizen".to_owned(),
            Some(member) => member.id.clone(),
            None => "operator".to_owned(),
        };
        Some(Entry {
            at: self.clock.now(),
            kind,
            to,
            references: refs.iter().filter_map(|id| ItemId::parse(id)).collect(),
        })
    }
}

impl Transport for Ledger {
    async fn send(
        &mut self,
        envelope: &Envelope,
        committing: impl Future<Output = Result<(), String>> + Send,
    ) -> Delivered {
        if let Err(why) = committing.await {
            return Delivered::Deferred(why);
        }
        match self.entry(envelope) {
            Some(entry) => {
                self.entries.push(entry);
                Delivered::Accepted("written down".to_owned())
            }
            None => Delivered::Rejected("it is no mail of ours".to_owned()),
        }
    }
}
