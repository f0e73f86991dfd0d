//! Which further questions a notice speaks for: see [`crate::domain::notices`].

use super::Round;
use super::citizens::ToCitizen;
use crate::domain::event::Effect;
use crate::domain::item::Item;
use crate::domain::kept::{MessageRow, to_clue};
use crate::domain::notices::{NAMED, Question};
use crate::domain::subject::core;
use crate::engine::writing::Told;
use crate::store::StoreError;

impl Round<'_> {
    /// The items that a mail to a citizen names, its own first, and how many more it speaks for.
    pub(super) fn told_with(&self, mail: &ToCitizen) -> Result<(Vec<Told>, usize), StoreError> {
        let ToCitizen {
            id,
            act,
            row,
            address,
        } = mail;
        let item = self.item(*id)?;
        let mut told = vec![Told {
            item: item.clone(),
            row: row.clone(),
            effect: act.effect,
            names: act.names.clone(),
            promise: act.promise,
        }];
        if act.effect == Effect::Notice {
            self.noticed_with(item, row, address, &mut told)?;
        }
        let rest = told.len().saturating_sub(NAMED);
        Ok((told, rest))
    }

    /// One notice for several: see [`crate::domain::notices`].
    fn noticed_with(
        &self,
        item: &Item,
        row: &MessageRow,
        address: &str,
        told: &mut Vec<Told>,
    ) -> Result<(), StoreError> {
        let text = self.board.pledge_of(item).text;
        // A text of the municipality's own that has no place for others would keep quiet about
        // them.
        if !self.writer.names_others(item, text) {
            return Ok(());
        }
        let cores = self.cores_of(row);
        let question = Question {
            item,
            address,
            text,
            cores: &cores,
            falls_due: true,
        };
        for other in self.db.live_by_clue(&to_clue(address))? {
            let other = self.items.get(&other.id).cloned().unwrap_or(other);
            told.extend(self.noticed_beside(&question, other)?);
        }
        self.twins_with(told)
    }

    /// Another item of which the notice about a question speaks.
    fn noticed_beside(
        &self,
        question: &Question<'_>,
        item: Item,
    ) -> Result<Option<Told>, StoreError> {
        let row = self.db.message_of(item.id)?;
        let notice = self.board.notice(&item, self.now);
        let Some(notice) = notice.filter(|notice| notice.effect == Effect::Notice) else {
            return Ok(None);
        };
        let cores = self.cores_of(&row);
        let is_named = question.speaks_for(&Question {
            item: &item,
            address: row.answer_address().unwrap_or_default(),
            text: self.board.pledge_of(&item).text,
            cores: &cores,
            falls_due: notice.at <= self.now,
        });
        if !is_named || self.waits_beside(&item, &notice)? {
            return Ok(None);
        }
        Ok(Some(Told {
            item,
            row,
            effect: Effect::Notice,
            names: Some(notice.names),
            promise: Some(notice.promise),
        }))
    }

    fn cores_of(&self, row: &MessageRow) -> Vec<String> {
        let diary = &self.board.organisation.diary;
        row.subjects().map(|subject| core(subject, diary)).collect()
    }
}
