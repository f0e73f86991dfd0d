//! Thanks that are read before the answer that they are for: the inbox is read before Sent, and
//! both may have come between two readings. The order in which they are read decides nothing, so
//! what asks nothing is judged again when it turns out what it points at.

use super::SYSTEM;
use super::batch::Intake;
use super::covering::uncover;
use crate::domain::admit::{self, Admission, Arriving};
use crate::domain::event::{Fact, Standing};
use crate::domain::evidence::told_before::is_said_to_be_a_question;
use crate::domain::item::{Item, ItemId};
use crate::domain::kept::{MessageRow, More, may_thank_clue};
use crate::domain::no_question::{self, Presumed};
use crate::domain::pointing::named_ids;
use crate::domain::sent::SentMail;
use crate::domain::tongue;
use crate::store::StoreError;

impl Intake<'_> {
    /// The message of what is new, with the ids of what it may go on with: those that it names
    /// before any that is known. A question may thank for them; what is tied to nothing is of the
    /// conversation of the first of them that turns out to be of one.
    pub(super) fn with_what_it_may_follow(
        &self,
        id: ItemId,
        row: MessageRow,
        arriving: &Arriving,
        admission: &Admission,
    ) -> Result<MessageRow, StoreError> {
        let standing = &admission.standing;
        let is_new = is_presumed_junk(standing) || matches!(standing, Standing::Open { .. });
        let may_thank = is_new && admit::may_thank(arriving, &row, self.board);
        let is_untied = admission.conversation.is_none();
        if !may_thank && !is_untied {
            return Ok(row);
        }
        let unknown = self.named_before_known(arriving, &row, is_untied)?;
        if unknown.is_empty() {
            return Ok(row);
        }
        let of = |it_may: bool| if it_may { unknown.clone() } else { Vec::new() };
        let row = MessageRow {
            more: More {
                may_thank: of(may_thank),
                names: of(is_untied),
                says_language: is_untied && tongue::of(arriving.message).is_some(),
                ..row.more
            },
            ..row
        };
        self.db.set_more(id, &row.more)?;
        Ok(row)
    }

    /// The ids that a message names before any that is known; all of them if it is tied to nothing.
    fn named_before_known(
        &self,
        arriving: &Arriving,
        row: &MessageRow,
        is_untied: bool,
    ) -> Result<Vec<String>, StoreError> {
        let mut unknown: Vec<String> = Vec::new();
        for id in named_ids(arriving.message) {
            if !is_untied && self.is_known(id, &row.subject)? {
                break;
            }
            if !unknown.contains(id) && row.message_id.as_ref() != Some(id) {
                unknown.push(id.clone());
            }
        }
        Ok(unknown)
    }

    /// A mail of staff is known to answer something: a message that was read before it may thank
    /// for it.
    pub(super) fn thanked_for(&self, mail: &SentMail) -> Result<(), StoreError> {
        let Some(id) = &mail.message_id else {
            return Ok(());
        };
        let mailbox = &self.board.name;
        for item in self.db.undecided_by_clue(mailbox, &may_thank_clue(id))? {
            if no_question::may_turn_out_thanks(&item) {
                self.may_be_thanks(item)?;
            }
        }
        self.is_followed(id)
    }

    fn may_be_thanks(&self, mut item: Item) -> Result<(), StoreError> {
        let row = self.db.message_of(item.id)?;
        let Some(answer) = self.answer_of(row.more.may_thank.iter(), &row.subject)? else {
            return Ok(());
        };
        let (calendar, diary) = (&self.board.calendar, &self.board.organisation.diary);
        if !no_question::was_thanks(&item, &row, &answer, calendar, diary)
            || self
                .db
                .history(item.id)?
                .iter()
                .any(is_said_to_be_a_question)
        {
            return Ok(());
        }
        self.db.happen(
            &mut item,
            self.now,
            SYSTEM,
            Fact::Presumed {
                why: Presumed::Thanks,
            },
        )?;
        uncover(self.db, item.id, item.conversation, self.now)?;
        self.db.save_awake(&item)
    }

    /// A message is known to be of a conversation: a mail that was read before it, came after it
    /// and was taken for the first word after an answer is a question.
    pub(super) fn was_not_the_first(&self, earlier: &Item) -> Result<(), StoreError> {
        let is_presumed_thanks =
            |item: &Item| item.is_presumed() && item.no_question == Some(Presumed::Thanks);
        let mut later = self.db.conversation(earlier.conversation)?;
        later.retain(|item| is_presumed_thanks(item) && item.received_at > earlier.received_at);
        for item in later {
            let row = self.db.message_of(item.id)?;
            let ids = row.more.references.iter().rev();
            let Some(answer) = self.answer_of(ids, &row.subject)? else {
                continue;
            };
            let (calendar, diary) = (&self.board.calendar, &self.board.organisation.diary);
            let earlier_row = self.db.message_of(earlier.id)?;
            let (own, earlier) = ((&item, &row), (earlier, &earlier_row));
            if no_question::is_second_word(own, earlier, &answer, calendar, diary) {
                self.is_a_question(item)?;
            }
        }
        Ok(())
    }
}

fn is_presumed_junk(standing: &Standing) -> bool {
    matches!(
        standing,
        Standing::NoQuestion {
            why: Presumed::Junk,
            ..
        }
    )
}
