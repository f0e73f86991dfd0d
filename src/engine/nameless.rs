//! A question without Message-ID cannot be answered by name. A notice about it that another life of
//! the register has sent (a backup was restored) has nothing but a reference that this one lacks:
//! its reader and its time must tell which questions it can have been about. All of those have had
//! it, for one notice too many reaches a citizen; each of them is its handler's still.

use super::batch::Intake;
use super::own::left_at;
use crate::domain::effect::Kind;
use crate::domain::item::Item;
use crate::domain::kept::{MessageRow, nameless_clue, to_clue};
use crate::domain::keyed::Proven;
use crate::domain::message::Message;
use crate::domain::sent::SentMail;
use crate::store::StoreError;

impl Intake<'_> {
    /// Whether a notice speaks for more questions than it answers by their ids, under references
    /// that this register lacks.
    fn is_of_nameless(&self, proven: &Proven, notice: &Message) -> Result<bool, StoreError> {
        if proven.kind != Kind::Notice || proven.refs.len() <= notice.in_reply_to.len() {
            return Ok(false);
        }
        for reference in &proven.refs {
            if self.db.message(*reference)?.is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The questions without Message-ID that such a notice can have been about.
    pub(super) fn nameless(
        &self,
        proven: &Proven,
        notice: &Message,
    ) -> Result<Vec<Item>, StoreError> {
        let mut found = Vec::new();
        if !self.is_of_nameless(proven, notice)? {
            return Ok(found);
        }
        let at = left_at(notice, self.now);
        for to in notice.recipients() {
            for item in self
                .db
                .items_by_clue(&self.board.name, &to_clue(&to.addr))?
            {
                let row = self.db.message_of(item.id)?;
                if row.message_id.is_none() && self.board.can_have_left(&item, at) {
                    found.push(item);
                }
            }
        }
        Ok(found)
    }

    /// By which such questions find it that are read after it.
    pub(super) fn clues_of_nameless(
        &self,
        proven: &Proven,
        notice: &Message,
    ) -> Result<Vec<String>, StoreError> {
        if !self.is_of_nameless(proven, notice)? {
            return Ok(Vec::new());
        }
        let to = notice.recipients().map(|to| nameless_clue(&to.addr));
        Ok(to.collect())
    }

    /// The notices read before it that can have been about a question without Message-ID.
    pub(super) fn notices_of_nameless(
        &self,
        item: &Item,
        row: &MessageRow,
    ) -> Result<Vec<SentMail>, StoreError> {
        let mut found = Vec::new();
        for address in row.citizen_addresses() {
            let clue = nameless_clue(address);
            found.extend(self.db.sent_by_clue(&self.board.name, &clue)?);
        }
        found.retain(|mail| {
            let told = mail.told.as_ref();
            told.is_some_and(|told| self.board.can_have_left(item, told.at))
        });
        Ok(found)
    }
}
