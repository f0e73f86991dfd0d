//! An item's history, a sentence for each event.

mod answers;
mod beginnings;
mod mails;
mod place;

use super::{foreign, in_words, reasons};
use crate::config::Language;
use crate::domain::calendar::Calendar;
use crate::domain::event::{ERASED_TEXT, Event, Fact, SYSTEM, Topic, of_other_topics};
use crate::domain::item::ItemId;
use crate::domain::reason::{DueChange, Reason};
use crate::domain::staff::Staff;
use crate::words::history::History;
use crate::words::{NO_BREAK, of};
use chrono::{DateTime, NaiveDate, Utc};

/// Words events in a language, with people by their names and times as they are here.
#[derive(Clone, Copy)]
pub struct Teller<'a> {
    pub language: Language,
    pub staff: &'a Staff,
    pub calendar: &'a Calendar,
}

impl Teller<'_> {
    /// The event in a sentence, with who caused it.
    #[must_use]
    pub fn sentence(&self, event: &Event) -> String {
        let mut text = self.fact(&event.fact);
        if let Some(actor) = self.actor(&event.by) {
            text = (self.say().by)(&text, &actor);
        }
        foreign::one_line(&text).replace(NO_BREAK, " ")
    }

    /// A member of staff by name and id; a person whom the configuration no longer knows, as they
    /// were logged.
    #[must_use]
    pub fn person(&self, id: &str) -> String {
        self.staff
            .get(id)
            .map_or_else(|| id.to_owned(), |member| format!("{} ({id})", member.name))
    }

    /// Who did it; `None` for acts of the service itself.
    #[must_use]
    pub fn actor(&self, by: &str) -> Option<String> {
        match by.strip_prefix("cli:") {
            Some(user) => Some((self.say().on_the_server)(user)),
            None => (by != SYSTEM).then(|| self.person(by)),
        }
    }

    /// `torsdag 19 november 2026 kl. 09.12`, local time.
    #[must_use]
    pub fn moment(&self, at: DateTime<Utc>) -> String {
        let local = self.calendar.local(at).naive_local();
        format!(
            "{} {}",
            in_words::date(self.language, local.date()),
            in_words::time(self.language, local.time())
        )
    }

    fn say(&self) -> &'static History {
        &of(self.language).history
    }

    fn date(&self, date: NaiveDate) -> String {
        in_words::date(self.language, date)
    }

    fn fact(&self, fact: &Fact) -> String {
        match fact.topic() {
            Topic::Question => self.question(fact),
            Topic::Place => self.place(fact),
            Topic::Answer => self.settling(fact),
            Topic::Date => self.dates(fact),
            Topic::Others => self.others(fact),
            Topic::Notice => self.notice(fact),
            Topic::Word => self.said(fact),
            Topic::Mail => self.mail(fact),
            Topic::Keeping => self.keeping(fact),
            Topic::Service => self.service(fact),
        }
    }

    /// Whether it is a question, and of which kind.
    fn question(&self, fact: &Fact) -> String {
        let say = self.say();
        match fact {
            Fact::Logged(logged) => self.logged(logged),
            Fact::Excluded { reason } => self.excluded(reason),
            Fact::Judged { may_notify, .. } => if *may_notify {
                say.better_copy
            } else {
                say.better_copy_without_notice
            }
            .to_owned(),
            Fact::Presumed { .. } => say.no_question.to_owned(),
            Fact::Lapsed => say.lapsed.to_owned(),
            Fact::Reopened { due, .. } => (say.reopened)(&self.date(due.date)),
            of_other_topics!(Question) => String::new(),
        }
    }

    /// By when an answer is due, or promised.
    fn dates(&self, fact: &Fact) -> String {
        let say = self.say();
        match fact {
            Fact::DueChanged { old, due, why } => self.due_changed(*old, due.date, *why),
            Fact::Unpromised { date } => (say.unpromised)(&self.date(*date)),
            Fact::Promised { date, old, reason } => self.promised(*date, *old, reason.as_deref()),
            of_other_topics!(Date) => String::new(),
        }
    }

    /// The other letters of its mail.
    fn letters(&self, others: &[i64]) -> String {
        let others: Vec<String> = others.iter().map(|id| ItemId(*id).to_string()).collect();
        match others.as_slice() {
            [] => self.say().joined.to_owned(),
            _ => (self.say().split)(&others.join(", ")),
        }
    }

    /// A word about it.
    fn said(&self, fact: &Fact) -> String {
        let say = self.say();
        match fact {
            Fact::SenderTold => say.sender_told.to_owned(),
            Fact::Repledged { pledge, due, .. } => (say.repledged)(
                in_words::pledge(self.language, pledge),
                &self.date(due.date),
            ),
            Fact::Letters { others } => self.letters(others),
            Fact::Noted { text } => text.clone(),
            Fact::Remarked { note } => (say.note)(self.words(note)),
            of_other_topics!(Word) => String::new(),
        }
    }

    /// A person's word about its notice, and a wish for a reminder.
    fn notice(&self, fact: &Fact) -> String {
        let say = self.say();
        match fact {
            Fact::NoticeBarred { note } => self.with_note(say.notice_barred, note.as_deref()),
            Fact::NoticeFreed { elsewhere: true } => say.notice_freed_elsewhere.to_owned(),
            Fact::NoticeFreed { elsewhere: false } => say.notice_freed.to_owned(),
            Fact::NoticeReset { barred: true, .. } => say.notice_barred_again.to_owned(),
            Fact::NoticeReset { .. } => say.notice_reset.to_owned(),
            Fact::Posted { on } => (say.posted)(&self.date(*on)),
            Fact::Returns { date, .. } => (say.answer_comes_later)(&self.date(*date)),
            Fact::NoticedByHand { at, .. } => (say.noticed_by_hand)(&self.moment(*at)),
            Fact::Urged => say.urged.to_owned(),
            of_other_topics!(Notice) => String::new(),
        }
    }

    /// Its twins, its conversation, and the item that has the clock.
    fn others(&self, fact: &Fact) -> String {
        let say = self.say();
        match fact {
            Fact::Twinned { with, .. } => (say.twinned)(ItemId(*with)),
            Fact::Tied {
                conversation,
                covered_by,
                ..
            } => {
                let tied = (say.tied)(ItemId(*conversation));
                let covered = covered_by.map(|by| (say.covered)(ItemId(by)));
                covered.map_or_else(|| tied.clone(), |covered| format!("{tied} {covered}"))
            }
            Fact::Follows {
                leader: Some(leader),
            } => (say.follows)(ItemId(*leader)),
            Fact::Follows { leader: None } | Fact::Uncovered => say.own_time.to_owned(),
            of_other_topics!(Others) => String::new(),
        }
    }

    /// A person's own words, if they have not been erased.
    fn words<'w>(&self, words: &'w str) -> &'w str {
        if words == ERASED_TEXT {
            of(self.language).names.erased
        } else {
            words
        }
    }

    /// The sentence, and a person's note after it.
    fn with_note(&self, sentence: &str, note: Option<&str>) -> String {
        let note = note.map(|note| (self.say().note)(self.words(note)));
        note.map_or_else(|| sentence.to_owned(), |note| format!("{sentence} {note}"))
    }

    fn excluded(&self, reason: &Reason) -> String {
        let reason = reasons::reason(self.language, reason);
        (self.say().excluded)(self.words(&reason))
    }

    fn due_changed(&self, old: Option<NaiveDate>, new: NaiveDate, why: DueChange) -> String {
        let old = old.map(|old| self.date(old));
        let why = (of(self.language).reasons.due_change)(why);
        (self.say().due_changed)(old.as_deref(), &self.date(new), why)
    }

    fn promised(&self, date: NaiveDate, old: Option<NaiveDate>, reason: Option<&str>) -> String {
        let say = self.say();
        let text = match old {
            Some(old) => (say.promise_moved)(&self.date(old), &self.date(date)),
            None => (say.promised)(&self.date(date)),
        };
        match reason {
            Some(reason) => (say.for_reason)(&text, self.words(reason)),
            None => format!("{text}."),
        }
    }
}
