//! Notices to print and post. The files hang on the mail of the moment to whoever posts them.
//! Whoever has the mailbox, if that is another, gets them in one mail too, since a letter that the
//! municipality sends is registered.

use super::{RETRY_TEXT, Round};
use crate::domain::event::{Effect, Event, Fact};
use crate::domain::item::ItemId;
use crate::domain::reader::Reader;
use crate::domain::reason::Withdrawal;
use crate::engine::writing::letters::Made;
use crate::store::StoreError;
use std::collections::BTreeMap;

/// Letters that hang on one mail: with a page each, some 500 kB. The others follow in the next.
pub(super) const MAX_LETTERS: usize = 10;

/// Letters by mailbox and by the registrar there who gets a copy of them.
type Copies = BTreeMap<(String, String), (Vec<ItemId>, Vec<Made>)>;

impl Round<'_> {
    /// What a reader is told now: with as many letters as one mail has room for.
    pub(super) fn with_room_for_letters(
        &mut self,
        mut effects: Vec<(ItemId, Effect)>,
    ) -> Vec<(ItemId, Effect)> {
        let mut letters = 0;
        let mut later = Vec::new();
        effects.retain(|(id, effect)| {
            letters += usize::from(*effect == Effect::Letter);
            let fits = *effect != Effect::Letter || letters <= MAX_LETTERS;
            if !fits {
                later.push(*id);
            }
            fits
        });
        // Of a letter that follows, all is said then.
        effects.retain(|(id, _)| !later.contains(id));
        for id in later {
            self.retry.insert(id, self.now + super::LOOK_AGAIN);
        }
        effects
    }

    /// The letters that a reader is to post, made; one that cannot be made is tried again, and its
    /// item is told of without it.
    pub(super) fn make_letters(
        &mut self,
        reader: &Reader,
        effects: &mut Vec<(ItemId, Effect)>,
    ) -> Result<BTreeMap<ItemId, Made>, StoreError> {
        let mut made = BTreeMap::new();
        let letters = effects.clone().into_iter();
        for (id, _) in letters.filter(|(_, effect)| *effect == Effect::Letter) {
            match self.make_letter(id, reader)? {
                Ok(letter) => drop(made.insert(id, letter)),
                Err(problem) => {
                    self.decided.problems.push(problem);
                    self.retry.insert(id, self.now + RETRY_TEXT);
                    effects.retain(|told| *told != (id, Effect::Letter));
                }
            }
        }
        Ok(made)
    }

    fn make_letter(&self, id: ItemId, reader: &Reader) -> Result<Result<Made, String>, StoreError> {
        let is_refused = |event: &Event| {
            matches!(
                &event.fact,
                Fact::Withdrawn {
                    why: Withdrawal::FileRefused,
                    ..
                }
            )
        };
        let with_file = !self.db.history(id)?.iter().any(is_refused);
        let (item, row) = (self.item(id)?, self.db.message_of(id)?);
        let promise = self.promises.get(&id).copied().flatten();
        Ok(self
            .writer_of(item)
            .letter((item, &row), reader, promise, with_file)
            .map_err(|problem| problem.text))
    }

    /// The registrars' copies of the letters that another posts, one mail for each of them and each
    /// mailbox. Who else has a letter stands in its history.
    pub(super) fn copy_letters(
        &mut self,
        reader: &Reader,
        made: BTreeMap<ItemId, Made>,
    ) -> Result<BTreeMap<ItemId, String>, StoreError> {
        let mut registrars = BTreeMap::new();
        for ((_, member), (ids, letters)) in self.by_registrar(reader, made)? {
            let Some(first) = ids.first() else { continue };
            let writer = self.writer_of(self.item(*first)?);
            let seal = self.db.fresh_seal()?;
            let registrar = Reader::Staff(member.clone());

            match writer.letters_copy(&registrar, reader, letters, &seal) {
                Ok(written) => {
                    let mail = writer.for_staff(written, registrar);
                    registrars.extend(ids.iter().map(|id| (*id, member.clone())));
                    self.enqueue(mail, Vec::new(), ids);
                }
                Err(problem) => self.decided.problems.push(problem.text),
            }
        }
        Ok(registrars)
    }

    /// The letters by mailbox and the registrar there who did not make them.
    fn by_registrar(
        &self,
        reader: &Reader,
        made: BTreeMap<ItemId, Made>,
    ) -> Result<Copies, StoreError> {
        let mut copies = Copies::new();
        for (id, letter) in made {
            let writer = self.writer_of(self.item(id)?);
            if let Some(member) = writer.registrar(reader) {
                let key = (writer.board.name.clone(), member.id.clone());
                let (ids, letters) = copies.entry(key).or_default();
                ids.push(id);
                letters.push(letter);
            }
        }
        Ok(copies)
    }
}
