//! How a mail to staff shows messages that are presumed no question: some by name, junk as one line
//! a folder.

use super::drafting::{NOTE_TIME, Round};
use super::writing::StaffLine;
use crate::domain::event::Effect;
use crate::domain::item::ItemId;
use crate::domain::no_question::{Presumed, SHOWN};
use crate::mail::texts::facts::JunkFolder;
use crate::store::StoreError;
use std::collections::BTreeMap;

/// Junk that is shown, as one line a folder.
pub(super) fn junk(mailbox: &str, lines: &[StaffLine]) -> Vec<JunkFolder> {
    let mut folders: BTreeMap<&str, JunkFolder> = BTreeMap::new();
    for line in lines.iter().filter(|line| is_junk(line)) {
        let folder = folders
            .entry(&line.item.folder)
            .or_insert_with(|| JunkFolder {
                mailbox: mailbox.to_owned(),
                folder: line.item.folder.clone(),
                refs: Vec::new(),
                ending: 0,
            });
        folder.refs.push(line.item.id.to_string());
        folder.ending += usize::from(line.item.was_shown());
    }
    folders.into_values().collect()
}

/// Presumed junk: it has no line of its own.
pub(super) fn is_junk(line: &StaffLine) -> bool {
    let is_shown = line
        .effects
        .iter()
        .any(|effect| matches!(effect, Effect::NoQuestion(_)));
    is_shown && line.item.no_question == Some(Presumed::Junk)
}

impl Round<'_> {
    /// A mail names only some of the messages that are presumed no question, the oldest first; the
    /// others are counted, and have their turn the next morning. Junk is one line a folder. Returns
    /// also how many are only counted.
    pub(super) fn named(
        &mut self,
        effects: Vec<(ItemId, Effect)>,
    ) -> Result<(Vec<(ItemId, Effect)>, usize), StoreError> {
        let (calendar, mut named, mut rest) = (&self.board.calendar, 0, Vec::new());
        let mut kept = Vec::with_capacity(effects.len());
        for (id, effect) in effects {
            let alone = matches!(effect, Effect::NoQuestion(_))
                && self.item(id)?.no_question != Some(Presumed::Junk);
            named += usize::from(alone);
            if alone && named > SHOWN {
                rest.push(id);
            } else {
                kept.push((id, effect));
            }
        }
        let tomorrow = calendar.add_working_days(calendar.local_date(self.now), 1);
        for id in &rest {
            self.retry
                .insert(*id, calendar.instant(tomorrow, NOTE_TIME));
        }
        Ok((kept, rest.len()))
    }
}
