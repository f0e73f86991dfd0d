//! Repeated escalations: all that is still late is in one mail to its reader.

use super::Round;
use crate::domain::board::Board;
use crate::domain::event::Effect;
use crate::domain::item::ItemId;
use crate::domain::reader::Reader;
use crate::store::StoreError;
use std::collections::BTreeSet;

impl Round<'_> {
    /// Repeats are counted for the person: when one falls due, all that had its last step before is
    /// in the same mail, and its handlers hear of that the same morning.
    pub(super) fn with_what_is_still_late(&mut self, reader: &Reader) -> Result<(), StoreError> {
        let mut told = BTreeSet::new();
        let mut repeats = false;
        for (id, effect) in self.to_staff.get(reader).into_iter().flatten() {
            let item = self.item(*id)?;
            repeats |= self.board_of(item).is_repeat(item, *effect);
            told.insert(*id);
        }
        let Some(reader_id) = reader.staff().filter(|_| repeats) else {
            return Ok(());
        };
        let boards = self.desk.municipality.boards.iter();
        for board in boards.filter(|board| board.serves(reader_id)) {
            let live = self.db.live_of(&board.name)?.into_iter();
            for id in live.filter(|id| !told.contains(id)) {
                self.repeat(board, reader, id)?;
            }
        }
        Ok(())
    }

    /// An item that is still late is in its reader's mail too, if it had its last step before.
    fn repeat(&mut self, board: &Board, reader: &Reader, id: ItemId) -> Result<(), StoreError> {
        let known = self.items.get(&id).cloned();
        let Some(item) = known.map_or_else(|| self.db.item(id), |item| Ok(Some(item)))? else {
            return Ok(());
        };
        let repeated = board.repeat(&item, self.now);
        let Some((effect @ Effect::Escalation(step), _)) = repeated.filter(|(_, to)| to == reader)
        else {
            return Ok(());
        };
        // The step's own mail may have been taken back, and that to its handler may still wait.
        let is_told = item.done.contains_key(&Effect::Climbed(step));
        let below = board.told_below(&item, self.now, step).filter(|_| !is_told);
        self.items.insert(id, item);
        self.tell(reader, id, effect);
        if let Some(below) = below {
            self.tell(&below, id, Effect::Climbed(step));
        }
        Ok(())
    }
}
