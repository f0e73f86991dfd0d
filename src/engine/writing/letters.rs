//! The mail with a notice to print and post, for a scanned letter.

use super::{Problem, Writer, to};
use crate::domain::board::Board;
use crate::domain::event::Effect;
use crate::domain::gate::Gate;
use crate::domain::item::Item;
use crate::domain::kept::MessageRow;
use crate::domain::keyed::Seal;
use crate::domain::kind::Kind;
use crate::domain::reader::Reader;
use crate::domain::staff::Member;
use crate::mail::author::Written;
use crate::mail::compose::{File, FileKind};
use crate::mail::letter::{self, Letter};
use crate::mail::texts::Texts;
use crate::mail::texts::facts::LetterFacts;
use chrono::{DateTime, NaiveDate, Utc};

impl Writer<'_> {
    /// The notice that a letter gets: the handler prints and posts it, the registrar (if another)
    /// can register it.
    pub fn letter(
        &self,
        (item, row): (&Item, &MessageRow),
        (reader, registrar): (&Reader, Option<&Member>),
        promise: Option<NaiveDate>,
        with_file: bool,
        seal: &Seal,
    ) -> Result<Written, Problem> {
        let facts = self.letter_facts(item, row, (reader, registrar), promise)?;
        let facts = LetterFacts {
            file_refused: !with_file,
            ..facts
        };
        let [pdf, plain] = self.letter_files(&facts)?;
        let text = self.texts.letter(&facts)?;
        let mut draft = self.draft(
            Kind::Letter,
            vec![item.id.to_string()],
            to(Some(facts.recipient.clone()), self.address_of(reader)),
            text,
        );
        draft
            .to
            .extend(registrar.map(|member| to(Some(member.name.clone()), &member.email)));
        draft
            .files
            .extend(with_file.then_some(pdf).into_iter().chain([plain]));
        Ok(self.author().write(draft, seal)?)
    }

    fn letter_facts(
        &self,
        item: &Item,
        row: &MessageRow,
        (reader, registrar): (&Reader, Option<&Member>),
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
            recipient: self.reader_name(reader),
            copy: registrar.map(|member| member.name.clone()),
            receiver: row.more.told_sender.clone(),
            pdf: format!("{}.pdf", item.id),
            text: format!("{}.txt", item.id),
            file_refused: false,
            today,
            due: item.due.as_ref().map_or(today, |due| due.date),
            mailbox: self.board.address.clone(),
            folder: item.folder.clone(),
        })
    }

    /// The letter to print, and its text for the municipality's own letterhead.
    fn letter_files(&self, facts: &LetterFacts) -> Result<[File; 2], Problem> {
        let text = self.texts.letter_text(facts)?;
        let letter = Letter::new(self.texts.language(), facts, &text);
        let pdf = letter::pdf(&letter).map_err(|error| Problem {
            text: error.to_string(),
            is_the_address: false,
        })?;
        Ok([
            File {
                name: facts.pdf.clone(),
                kind: FileKind::Pdf,
                bytes: pdf,
            },
            File {
                name: facts.text.clone(),
                kind: FileKind::Text,
                bytes: letter::file(&letter),
            },
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
        return Err("nobody has it, whom the letter could name".to_owned());
    };
    let writer = Writer {
        board,
        texts,
        now: made.map_or(now, |made| made.queued_at),
        gate: Gate::Open,
    };
    let promise = made.and_then(|made| made.promise).or(item.promise);
    let facts = writer.letter_facts(item, row, (&Reader::Staff(reader), None), promise);
    let [pdf, _] = facts
        .and_then(|facts| writer.letter_files(&facts))
        .map_err(|problem| problem.text)?;
    Ok(pdf.bytes)
}
