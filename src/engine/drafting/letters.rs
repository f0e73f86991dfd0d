//! Notices to print and post. The files hang on the mail of the moment to whoever posts them.
//! Whoever has the mailbox, if that is another, gets them in one mail too, since a letter that the
//! municipality sends is registered.

use super::{RETRY_TEXT, Round, Step};
use crate::domain::event::{Effect, Event, Fact};
use crate::domain::item::ItemId;
use crate::domain::reader::Reader;
use crate::domain::reason::Withdrawal;
use crate::engine::writing::Writer;
use crate::engine::writing::letters::Made;
use crate::store::StoreError;
use std::collections::BTreeMap;

/// Letters that hang on one mail: with a page each, some 500 kB. The others follow in the next.
pub(super) const MAX_LETTERS: usize = 10;

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
        let writer = Writer {
            board: self.board_of(item),
            ..self.writer.clone()
        };
        Ok(writer
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
        let mut copies: BTreeMap<(String, String), Vec<(ItemId, Made)>> = BTreeMap::new();
        for (id, letter) in made {
            let board = self.board_of(self.item(id)?);
            let writer = Writer {
                board,
                ..self.writer.clone()
            };
            if let Some(member) = writer.registrar(reader) {
                let key = (board.name.clone(), member.id.clone());
                copies.entry(key).or_default().push((id, letter));
            }
        }
        let mut registrars = BTreeMap::new();
        for ((_, member), letters) in copies {
            let ids: Vec<ItemId> = letters.iter().map(|(id, _)| *id).collect();
            let Some(first) = ids.first() else { continue };
            let writer = Writer {
                board: self.board_of(self.item(*first)?),
                ..self.writer.clone()
            };
            let seal = self.db.fresh_seal()?;
            let registrar = Reader::Staff(member.clone());
            let letters = letters.into_iter().map(|(_, letter)| letter).collect();
            match writer.letters_copy(&registrar, reader, letters, &seal) {
                Ok(written) => {
                    let address = writer.address_of(&registrar).to_owned();
                    let mail = writer.for_outbox(written, registrar, &address);
                    registrars.extend(ids.iter().map(|id| (*id, member.clone())));
                    self.decided.mails += 1;
                    self.steps.push(Step::Mail {
                        mail,
                        effects: Vec::new(),
                        about: ids,
                    });
                }
                Err(problem) => self.decided.problems.push(problem.text),
            }
        }
        Ok(registrars)
    }
}
