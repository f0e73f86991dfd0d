//! The one mail of a moment to a member of staff, over all mailboxes and kinds.

use super::waiting::Briefing;
use super::{LOOK_AGAIN, RETRY_TEXT, Round};
use crate::domain::board::Board;
use crate::domain::decide::Act;
use crate::domain::event::{Effect, Fact};
use crate::domain::gate::Gate;
use crate::domain::item::{Item, ItemId};
use crate::domain::kept::MessageRow;
use crate::domain::reader::Reader;
use crate::engine::excluded::Note;
use crate::engine::writing::letters::Made;
use crate::engine::writing::{StaffLine, Writer};
use crate::engine::{board_in, shown};
use crate::mail::texts::facts::{JunkFolder, StaffItem, Unwatched};
use crate::store::StoreError;
use chrono::Duration;
use std::collections::{BTreeMap, BTreeSet};

/// How long it waits for a mailbox that is not read.
pub const PATIENCE: Duration = Duration::minutes(15);

impl Round<'_> {
    /// One mail of the moment for each reader, about all of their items in all mailboxes.
    pub(super) fn write_to_staff(&mut self) -> Result<(), StoreError> {
        let note = self.note()?;
        self.gather()?;
        let mut readers: BTreeSet<Reader> = self
            .desk
            .waiting
            .keys()
            .chain(self.to_staff.keys())
            .cloned()
            .collect();
        readers.extend(note.as_ref().map(|(reader, _)| reader.clone()));
        while let Some(reader) = self.next_reader(&readers) {
            readers.remove(&reader);
            let noted = note
                .as_ref()
                .filter(|(noted, _)| *noted == reader)
                .map(|(_, note)| note);
            self.brief(&reader, noted)?;
        }
        Ok(())
    }

    /// What waited for a reader, and what of theirs is still late, joins this round's news for
    /// them.
    fn gather(&mut self) -> Result<(), StoreError> {
        let readers: BTreeSet<Reader> = self
            .desk
            .waiting
            .keys()
            .chain(self.to_staff.keys())
            .cloned()
            .collect();
        self.with_those_that_waited()?;
        for reader in readers {
            self.with_what_is_still_late(&reader)?;
        }
        Ok(())
    }

    /// The person who hears that an item has climbed is written to after the one above.
    fn next_reader(&self, readers: &BTreeSet<Reader>) -> Option<Reader> {
        let told = |reader: &Reader| self.to_staff.get(reader).into_iter().flatten();
        let steps = readers
            .iter()
            .flat_map(told)
            .filter_map(|(id, effect)| match effect {
                Effect::Escalation(step) => Some((*id, *step)),
                _ => None,
            });
        let steps: BTreeSet<(ItemId, u16)> = steps.collect();
        let waits = |reader: &&Reader| {
            told(reader).any(|(id, effect)| matches!(effect, Effect::Climbed(step) if steps.contains(&(*id, *step))))
        };
        readers
            .iter()
            .find(|reader| !waits(reader))
            .or(readers.first())
            .cloned()
    }

    /// Whether that step was taken, by the decisions so far.
    fn has_climbed(&self, id: ItemId, step: u16) -> bool {
        let done = self
            .items
            .get(&id)
            .and_then(|item| item.done.get(&Effect::Escalation(step)));
        done.is_some_and(|done| done.failed.is_none())
    }

    /// The mail to one reader, or that it waits.
    fn brief(&mut self, reader: &Reader, note: Option<&Note>) -> Result<(), StoreError> {
        let mut effects = self.to_staff.remove(reader).unwrap_or_default();
        effects.retain(|(id, effect)| self.is_true(*id, *effect));
        let briefing = self.briefing(reader, &effects, note.is_some());
        if briefing.mailboxes.is_empty() {
            return Ok(());
        }
        if self.gates.staff_in_shadow {
            self.withhold(reader, &effects)?;
            self.noted
                .extend(note.map(|note| note.noted.kept(&note.mailbox)));
            return Ok(());
        }
        if self.must_wait(reader, &briefing) {
            self.wait(reader, &effects, briefing);
            return Ok(());
        }
        let notes = self.notes(reader, &briefing, note)?;
        let effects = self.with_room_for_letters(effects);
        let (effects, unnamed) = self.named(effects)?;
        self.write_briefing(reader, effects, unnamed, notes)?;
        self.waiting.insert(reader.clone(), None);
        Ok(())
    }

    /// That an item climbs is said only if it has.
    fn is_true(&self, id: ItemId, effect: Effect) -> bool {
        match effect {
            Effect::Climbed(step) => self.has_climbed(id, step),
            _ => true,
        }
    }

    /// The mail waits for the reader's other mailboxes.
    fn wait(&mut self, reader: &Reader, effects: &[(ItemId, Effect)], briefing: Briefing) {
        for (id, _) in effects {
            self.retry.insert(*id, self.now + LOOK_AGAIN);
        }
        self.waiting.insert(reader.clone(), Some(briefing));
    }

    /// The news that waits for a reader, with this round's.
    fn briefing(&self, reader: &Reader, effects: &[(ItemId, Effect)], noted: bool) -> Briefing {
        let known = self.desk.waiting.get(reader).cloned();
        let new = Briefing {
            since: self.now,
            items: BTreeSet::new(),
            mailboxes: BTreeSet::new(),
        };
        let mut briefing = known.unwrap_or(new);
        briefing.items.extend(effects.iter().map(|(id, _)| *id));
        let of_items = effects
            .iter()
            .filter_map(|(id, _)| self.items.get(id))
            .map(|item| item.mailbox.clone());
        briefing
            .mailboxes
            .extend(of_items.chain(noted.then(|| self.board.name.clone())));
        briefing
    }

    /// A mail is written when all mailboxes of its reader have been read since it fell due, in the
    /// round of the first of those that have something to say; at latest after [`PATIENCE`], in the
    /// first round of any of them.
    fn must_wait(&self, reader: &Reader, briefing: &Briefing) -> bool {
        let Some(id) = reader.staff() else {
            return false;
        };
        if self.now - briefing.since >= PATIENCE {
            return !self.board.serves(id) && !briefing.mailboxes.contains(&self.board.name);
        }
        let theirs = self
            .desk
            .municipality
            .boards
            .iter()
            .filter(|board| board.serves(id));
        let is_read = |board: &Board| {
            let view = if board.name == self.board.name {
                Some(&self.now)
            } else {
                self.desk.views.get(&board.name)
            };
            view.is_some_and(|view| *view >= briefing.since)
        };
        let mut speaking = self
            .desk
            .municipality
            .boards
            .iter()
            .filter(|board| briefing.mailboxes.contains(&board.name));
        let is_turn = speaking
            .next()
            .is_none_or(|first| first.name == self.board.name);
        !is_turn || !theirs.map(|board| &**board).all(is_read)
    }

    /// What waited for a reader joins this round's news for them. An item can wait for several.
    fn with_those_that_waited(&mut self) -> Result<(), StoreError> {
        let mut waited: BTreeMap<ItemId, Vec<&Reader>> = BTreeMap::new();
        for (reader, briefing) in self.desk.waiting {
            for id in briefing
                .items
                .iter()
                .filter(|id| !self.items.contains_key(id))
            {
                waited.entry(*id).or_default().push(reader);
            }
        }
        for (id, readers) in waited {
            if let Some(item) = self.db.item(id)? {
                self.waited(item, &readers);
            }
        }
        Ok(())
    }

    fn waited(&mut self, item: Item, readers: &[&Reader]) {
        let (id, plan) = (item.id, self.board_of(&item).plan(&item, self.now));
        self.items.insert(id, item);
        // That it climbs is told with the step itself.
        let is_news =
            |act: &&Act| readers.contains(&&act.to) || matches!(act.effect, Effect::Climbed(_));
        for act in plan.acts.iter().filter(is_news) {
            if act.effect == Effect::Letter {
                // What a pause does to it is its own mailbox's round to say.
                if self.gates.citizens != Gate::Open {
                    continue;
                }
                self.promises.insert(id, act.promise);
            }
            self.tell(&act.to, id, act.effect);
        }
    }

    /// The notes of exclusions, of every mailbox in a reader's mail.
    fn notes(
        &self,
        reader: &Reader,
        briefing: &Briefing,
        here: Option<&Note>,
    ) -> Result<Vec<Note>, StoreError> {
        let mut notes: Vec<Note> = here.cloned().into_iter().collect();
        for board in &self.desk.municipality.boards {
            if board.name != self.board.name && briefing.mailboxes.contains(&board.name) {
                let writer = Writer {
                    board,
                    ..self.writer.clone()
                };
                let note = Note::of(&writer, self.db)?.filter(|(theirs, _)| theirs == reader);
                notes.extend(note.map(|(_, note)| note));
            }
        }
        Ok(notes)
    }

    fn write_briefing(
        &mut self,
        reader: &Reader,
        mut effects: Vec<(ItemId, Effect)>,
        unnamed: usize,
        notes: Vec<Note>,
    ) -> Result<(), StoreError> {
        let made = self.make_letters(reader, &mut effects)?;
        let (items, junk) = self.contents(reader, &effects, &made)?;
        let mut unwatched = Unwatched {
            junk,
            unnamed,
            ..Unwatched::default()
        };
        let about = self.add_notes(reader, notes, &mut unwatched)?;
        if items.is_empty() && unwatched.is_empty() {
            return Ok(());
        }
        let seal = self.db.fresh_seal()?;
        let files = made.values().flat_map(|letter| letter.files.clone());
        let written = self
            .writer
            .staff_mail(reader, items, unwatched, files.collect(), &seal);
        match written {
            Ok(written) => {
                let mail = self.writer.for_staff(written, reader.clone());
                self.enqueue(mail, effects.clone(), about);
                self.is_briefed(reader, effects, made)
            }
            Err(problem) => {
                self.is_not_written(problem.text, &effects);
                Ok(())
            }
        }
    }

    fn is_not_written(&mut self, problem: String, effects: &[(ItemId, Effect)]) {
        self.decided.problems.push(problem);
        self.noted.clear();
        for (id, _) in effects {
            self.retry.insert(*id, self.now + RETRY_TEXT);
        }
    }

    /// The items that a mail shows, and the folders of junk that it only counts.
    fn contents(
        &self,
        reader: &Reader,
        effects: &[(ItemId, Effect)],
        made: &BTreeMap<ItemId, Made>,
    ) -> Result<(Vec<StaffItem>, Vec<JunkFolder>), StoreError> {
        let mut by_item: BTreeMap<ItemId, Vec<Effect>> = BTreeMap::new();
        for (id, effect) in effects {
            by_item.entry(*id).or_default().push(*effect);
        }
        let (mut items, mut junk) = (Vec::with_capacity(by_item.len()), Vec::new());
        for (id, effects) in &by_item {
            let mut line = self.line(*id, effects)?;
            line.covers.retain(|covered| !by_item.contains_key(covered));
            if shown::is_junk(&line) {
                junk.push(line);
                continue;
            }
            let writer = self.writer_of(&line.item);
            items.push(StaffItem {
                post: made.get(id).map(Made::to_post),
                ..writer.staff_item(&line, self.board, reader.staff())
            });
        }
        Ok((items, self.folders_of(&junk)))
    }

    /// The line of an item, with all that is to be said of it. There is one at a time: a mail may
    /// show thousands of items.
    fn line(&self, id: ItemId, effects: &[Effect]) -> Result<StaffLine, StoreError> {
        let item = self.item(id)?.clone();
        Ok(StaffLine {
            row: self.db.message_of(id)?,
            effects: effects.to_vec(),
            covers: self.covered_by(&item)?,
            item,
        })
    }

    /// The folders of junk, mailbox by mailbox.
    fn folders_of(&self, junk: &[StaffLine]) -> Vec<JunkFolder> {
        let mut folders = Vec::new();
        for lines in junk.chunk_by(|a, b| a.item.mailbox == b.item.mailbox) {
            let first = lines.first();
            let address = first.map_or("", |line| &self.board_of(&line.item).address);
            folders.extend(shown::junk(address, lines));
        }
        folders
    }

    /// The reader's mail is written. A letter goes to its registrar too.
    fn is_briefed(
        &mut self,
        reader: &Reader,
        effects: Vec<(ItemId, Effect)>,
        made: BTreeMap<ItemId, Made>,
    ) -> Result<(), StoreError> {
        let registrars = self.copy_letters(reader, made)?;
        for (id, effect) in effects {
            let is_letter = effect == Effect::Letter;
            let copy = registrars.get(&id).filter(|_| is_letter).cloned();
            let promise = self.promises.get(&id).copied().flatten();
            let queued = Fact::Queued {
                effect,
                to: [reader.to_string()].into_iter().chain(copy).collect(),
                promise: promise.filter(|_| is_letter),
                names: None,
                as_function: false,
            };
            self.happen(id, queued)?;
        }
        Ok(())
    }

    /// Adds the matters of the notes to those that are not watched; the items that they name.
    fn add_notes(
        &mut self,
        reader: &Reader,
        notes: Vec<Note>,
        unwatched: &mut Unwatched,
    ) -> Result<Vec<ItemId>, StoreError> {
        let mut about: Vec<ItemId> = Vec::new();
        for note in notes {
            unwatched.known = note
                .known
                .map(|known| known + unwatched.known.unwrap_or_default())
                .or(unwatched.known);
            about.extend(note.items.iter().map(|(item, _)| item.id));
            let board = board_in(self.desk.municipality, &note.mailbox)?;
            let writer = Writer {
                board,
                ..self.writer.clone()
            };
            let reader = reader.staff();
            let shown = |(item, row): &(Item, MessageRow)| {
                writer.excluded_item(item, row, self.board, reader)
            };
            unwatched.items.extend(note.items.iter().map(shown));
            self.noted.push(note.noted.kept(&note.mailbox));
        }
        Ok(about)
    }

    /// What the notice of an item speaks for too: it is under its item in every mail.
    fn covered_by(&self, item: &Item) -> Result<Vec<ItemId>, StoreError> {
        if item.noticed_at().is_none() {
            return Ok(Vec::new());
        }
        let live = self.db.live_in_conversation(item.conversation)?.into_iter();
        Ok(live
            .filter(|other| other.covered_by == Some(item.id))
            .map(|other| other.id)
            .collect())
    }

    /// The note of this mailbox that is due, and who reads it.
    fn note(&self) -> Result<Option<(Reader, Note)>, StoreError> {
        Note::of(&self.writer, self.db)
    }
}
