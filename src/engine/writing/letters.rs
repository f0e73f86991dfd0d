//! The mail with a notice to print and post, for a scanned letter.

use super::{Problem, Writer, to};
use crate::domain::item::Item;
use crate::domain::kept::MessageRow;
use crate::domain::keyed::Seal;
use crate::domain::kind::Kind;
use crate::domain::reader::Reader;
use crate::domain::staff::Member;
use crate::mail::author::Written;
use crate::mail::compose::{File, FileKind};
use crate::mail::letter::{self, Letter};
use crate::mail::texts::facts::LetterFacts;
use chrono::NaiveDate;

impl Writer<'_> {
    /// The notice that a letter gets: the handler prints and posts it, the registrar (if another) can register it.
    pub fn letter(
        &self,
        item: &Item,
        row: &MessageRow,
        reader: &Reader,
        registrar: Option<&Member>,
        promise: Option<NaiveDate>,
        seal: &Seal,
    ) -> Result<Written, Problem> {
        let calendar = &self.board.calendar;
        let mut notice = self.notice_facts(item, row, reader.as_str(), promise)?;
        if let Some(due) = &item.due {
            // The stamp day, not the day of the scan.
            notice.received = calendar.local(calendar.instant(due.arrival_date, chrono::NaiveTime::MIN));
        }
        let today = calendar.local_date(self.now);
        let name = self.reader_name(reader);
        let facts = LetterFacts {
            notice,
            recipient: name.clone(),
            copy: registrar.map(|member| member.name.clone()),
            pdf: format!("{}.pdf", item.id),
            text: format!("{}.txt", item.id),
            today,
            due: item.due.as_ref().map_or(today, |due| due.date),
            mailbox: self.board.address.clone(),
            folder: item.folder.clone(),
        };
        let files = self.letter_files(&facts)?;
        let text = self.texts.letter(&facts)?;
        let mut draft =
            self.draft(Kind::Letter, vec![item.id.to_string()], to(Some(name), self.address_of(reader)), text);
        draft.to.extend(registrar.map(|member| to(Some(member.name.clone()), &member.email)));
        draft.files.extend(files);
        Ok(self.author().write(draft, seal)?)
    }

    /// The letter to print, and its text for the municipality's own letterhead.
    fn letter_files(&self, facts: &LetterFacts) -> Result<[File; 2], Problem> {
        let text = self.texts.letter_text(facts)?;
        let letter = Letter::new(self.texts.language(), facts, &text);
        let pdf = letter::pdf(&letter).map_err(|error| Problem { text: error.to_string(), is_the_address: false })?;
        Ok([
            File { name: facts.pdf.clone(), kind: FileKind::Pdf, bytes: pdf },
            File { name: facts.text.clone(), kind: FileKind::Text, bytes: letter::file(&letter) },
        ])
    }
}
