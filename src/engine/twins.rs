//! One message in two watched mailboxes is two items, each with its own clock. A mail to its citizen settles both.

use super::intake::Intake;
use crate::domain::identify::mid_key;
use crate::domain::item::Item;
use crate::domain::subject::core;
use crate::store::StoreError;

impl Intake<'_> {
    /// An item was answered by a mail: so was the same message in other mailboxes.
    pub(super) fn settle_twins(&self, item: &Item) -> Result<(), StoreError> {
        let Some(fact) = item.to_twin() else { return Ok(()) };
        for mut twin in self.twins(item)?.into_iter().filter(|twin| twin.state.is_live()) {
            self.settle(&mut twin, fact.clone())?;
        }
        Ok(())
    }

    /// An item is new, and the same message in another mailbox has its answer.
    pub(super) fn settle_as_its_twin(&self, item: &mut Item) -> Result<(), StoreError> {
        let answers = self.twins(item)?.into_iter().filter_map(|twin| twin.to_twin());
        match answers.take(1).next().filter(|_| item.state.is_live()) {
            Some(fact) => self.settle(item, fact),
            None => Ok(()),
        }
    }

    /// The same message in other mailboxes: one Message-ID, writer and subject. Of a writer who uses one id for
    /// everything it is not known which one is meant.
    fn twins(&self, item: &Item) -> Result<Vec<Item>, StoreError> {
        let row = self.db.message_of(item.id)?;
        let Some(id) = &row.message_id else { return Ok(Vec::new()) };
        let diary = &self.board.organisation.diary;
        let mut twins = Vec::new();
        for other in self.db.elsewhere_with_message_id(&item.mailbox, mid_key(id), id)? {
            let theirs = self.db.message_of(other)?;
            let is_same = theirs.sender == row.sender && core(&theirs.subject, diary) == core(&row.subject, diary);
            twins.extend(self.db.item(other)?.filter(|_| is_same));
        }
        let several = |twin: &Item| twins.iter().filter(|other| other.mailbox == twin.mailbox).count() > 1;
        Ok(if twins.iter().any(several) { Vec::new() } else { twins })
    }
}
