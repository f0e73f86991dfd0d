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
    /// that are none of its questions here.
    fn is_of_nameless(&self, proven: &Proven, notice: &Message) -> Result<bool, StoreError> {
        if proven.kind != Kind::Notice || proven.refs.len() <= notice.in_reply_to.len() {
            return Ok(false);
        }
        for reference in &proven.refs {
            let row = self.db.message(*reference)?;
            if !row.is_some_and(|row| may_be_of(&row, notice)) {
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

/// Whether a notice can be about this message: it goes to its citizen, and answers it by its id if
/// it has one. A register that was restored gives the references since to other messages.
fn may_be_of(row: &MessageRow, notice: &Message) -> bool {
    let is_answered = |id: &String| notice.in_reply_to.contains(id);
    goes_to_citizen(notice, row) && row.message_id.as_ref().is_none_or(is_answered)
}

pub(super) fn goes_to_citizen(notice: &Message, row: &MessageRow) -> bool {
    row.citizen_addresses()
        .any(|address| notice.recipients().any(|to| to.addr == address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::kept::More;
    use crate::mail::parse;
    use chrono::DateTime;

    #[test]
    fn a_notice_is_about_no_message_that_has_its_reference_by_chance() {
        let notice = parse::message(
            b"From: kf@example.se\r\nTo: anna@example.com\r\nIn-Reply-To: <a@x>\r\n\r\n",
        );
        for (sender, id, expected) in [
            ("anna@example.com", Some("a@x"), true),
            ("anna@example.com", None, true),
            ("anna@example.com", Some("b@x"), false),
            ("bo@example.com", None, false),
            ("bo@example.com", Some("a@x"), false),
        ] {
            let row = MessageRow {
                received_at: DateTime::UNIX_EPOCH,
                size: 0,
                message_id: id.map(str::to_owned),
                sender: Some(sender.to_owned()),
                name: None,
                subject: String::new(),
                more: More::default(),
            };
            assert_eq!(may_be_of(&row, &notice), expected, "{sender} {id:?}");
        }
    }
}
