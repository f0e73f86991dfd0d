//! The notices to print and post, for scanned letters.

use super::{Problem, Writer, to};
use crate::domain::board::Board;
use crate::domain::effect::Kind;
use crate::domain::event::Effect;
use crate::domain::gate::Gate;
use crate::domain::item::Item;
use crate::domain::kept::MessageRow;
use crate::domain::keyed::Seal;
use crate::domain::reader::Reader;
use crate::mail::author::{Draft, Written};
use crate::mail::compose::{File, FileKind};
use crate::mail::letter::{self, Letter};
use crate::mail::texts::Texts;
use crate::mail::texts::facts::{LetterFacts, LettersCopyFacts, ToPost};
use chrono::{DateTime, NaiveDate, Utc};

/// A letter, with its files: the page to print, and its text for the municipality's own letterhead.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Made {
    facts: LetterFacts,
    pub files: Vec<File>,
    /// The mail server did not take the page.
    refused: bool,
}

impl Made {
    pub fn to_post(&self) -> ToPost {
        ToPost {
            reference: self.facts.notice.reference.clone(),
            due: self.facts.due,
            pdf: Some(self.facts.pdf.clone()).filter(|_| !self.refused),
        }
    }
}

impl Writer<'_> {
    /// The notice that a letter gets, for its handler to print and post.
    pub fn letter(
        &self,
        (item, row): (&Item, &MessageRow),
        reader: &Reader,
        promise: Option<NaiveDate>,
        with_file: bool,
    ) -> Result<Made, Problem> {
        let facts = self.letter_facts(item, row, reader, promise)?;
        let [pdf, plain] = self.letter_files(&facts)?;
        let files = with_file.then_some(pdf).into_iter().chain([plain]);
        Ok(Made {
            facts,
            files: files.collect(),
            refused: !with_file,
        })
    }

    /// The same of several that another posts, for whoever registers them.
    pub fn letters_copy(
        &self,
        registrar: &Reader,
        by: &Reader,
        letters: Vec<Made>,
        seal: &Seal,
    ) -> Result<Written, Problem> {
        let recipient = self.reader_name(registrar);
        let facts = LettersCopyFacts {
            recipient: recipient.clone(),
            by: self.reader_name(by),
            today: self.board.calendar.local_date(self.now),
            letters: letters.iter().map(Made::to_post).collect(),
        };
        let refs = facts.letters.iter().map(|letter| letter.reference.clone());
        let draft = self.draft(
            Kind::Letter,
            refs.collect(),
            to(Some(recipient), self.address_of(registrar)),
            self.texts.letters_copy(&facts)?,
        );
        let files = letters.into_iter().flat_map(|letter| letter.files);
        let draft = Draft {
            files: files.collect(),
            ..draft
        };
        Ok(self.author().write(draft, seal)?)
    }

    fn letter_facts(
        &self,
        item: &Item,
        row: &MessageRow,
        reader: &Reader,
        promise: Option<NaiveDate>,
    ) -> Result<LetterFacts, Problem> {
        let calendar = &self.board.calendar;
        let mut notice = self.notice_facts(item, row, reader.as_str(), promise)?;
        if let Some(due) = &item.due {
            // The stamp day, not the day of the scan.
            notice.received =
                calendar.local(calendar.instant(due.arrival_date, chrono::NaiveTime::MIN));
        }
        let today = calendar.local_date(self.now);
        Ok(LetterFacts {
            notice,
            receiver: row.more.told_sender.clone(),
            pdf: format!("{}.pdf", item.id),
            text: format!("{}.txt", item.id),
            today,
            due: item.due.as_ref().map_or(today, |due| due.date),
        })
    }

    /// The letter to print, and its text for the municipality's own letterhead.
    fn letter_files(&self, facts: &LetterFacts) -> Result<[File; 2], Problem> {
        let text = self.texts.letter_text(facts)?;
        let file = |name: &String, kind, bytes| {
            let name = name.clone();
            File { name, kind, bytes }
        };
        if self.texts.are_unread() {
            return Ok([
                file(&facts.pdf, FileKind::Pdf, Vec::new()),
                file(&facts.text, FileKind::Text, Vec::new()),
            ]);
        }
        let letter = Letter::new(self.texts.language(), facts, &text);
        let pdf = letter::pdf(&letter).map_err(|error| Problem {
            text: error.to_string(),
            is_the_address: false,
        })?;
        Ok([
            file(&facts.pdf, FileKind::Pdf, pdf),
            file(&facts.text, FileKind::Text, letter::file(&letter)),
        ])
    }
}

/// The letter to print of an item, made again as its mail to staff had it.
pub fn letter_anew(
    board: &Board,
    texts: &Texts,
    (item, row): (&Item, &MessageRow),
    now: DateTime<Utc>,
) -> Result<Vec<u8>, String> {
    let made = item.done.get(&Effect::Letter);
    let reader = made
        .and_then(|made| made.to.first().cloned())
        .or_else(|| item.handler.clone());
    let Some(reader) = reader.or_else(|| board.handler.clone()) else {
        return Err("no one has it, whom the letter could name".to_owned());
    };
    let writer = Writer {
        board,
        texts,
        now: made.map_or(now, |made| made.queued_at),
        gate: Gate::Open,
    };
    let promise = made.and_then(|made| made.promise).or(item.promise);
    let facts = writer.letter_facts(item, row, &Reader::Staff(reader), promise);
    let [pdf, _] = facts
        .and_then(|facts| writer.letter_files(&facts))
        .map_err(|problem| problem.text)?;
    Ok(pdf.bytes)
}
