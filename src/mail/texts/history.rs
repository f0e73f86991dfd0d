//! An item's history, a sentence for each event, in Swedish and English.

mod answers;
mod beginnings;
mod mails;
mod place;

use super::names::{self, pick};
use super::{reasons, words};
use crate::config::Language;
use crate::domain::calendar::Calendar;
use crate::domain::event::{ERASED_TEXT, Event, Fact, SYSTEM};
use crate::domain::item::ItemId;
use crate::domain::reason::DueChange;
use crate::domain::staff::Staff;
use chrono::{DateTime, Utc};

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
            text = format!("{text} ({}: {actor})", self.pick("av", "by"));
        }
        words::one_line(&text).replace(words::NO_BREAK, " ")
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
            Some(user) => Some(format!(
                "{user} {}",
                self.pick("på servern", "on the server")
            )),
            None => (by != SYSTEM).then(|| self.person(by)),
        }
    }

    /// `torsdag 19 november 2026 kl. 09.12`, local time.
    #[must_use]
    pub fn moment(&self, at: DateTime<Utc>) -> String {
        let local = self.calendar.local(at).naive_local();
        format!(
            "{} {}",
            words::date(self.language, local.date()),
            words::time(self.language, local.time())
        )
    }

    fn pick(&self, swedish: &'static str, english: &'static str) -> &'static str {
        pick(self.language, swedish, english)
    }

    fn date(&self, date: chrono::NaiveDate) -> String {
        words::date(self.language, date)
    }

    fn fact(&self, fact: &Fact) -> String {
        let pick = |sv, en| self.pick(sv, en);
        match fact {
            Fact::Logged(logged) => self.logged(logged),
            Fact::Moved { .. }
            | Fact::Gone
            | Fact::Flagged { .. }
            | Fact::Unflagged { .. }
            | Fact::Assigned { .. }
            | Fact::HandedBack { .. } => self.place(fact),
            Fact::Answered { .. }
            | Fact::ProbablyAnswered { .. }
            | Fact::Contacted { .. }
            | Fact::NotAnswered { .. }
            | Fact::Closed { .. } => self.settling(fact),
            Fact::Excluded { reason } => {
                let reason = reasons::reason(self.language, reason);
                let reason = self.words(&reason);
                format!(
                    "{}: {reason}.",
                    pick("Undantogs från löftet", "Was taken out of the pledge")
                )
            }
            Fact::Judged { .. }
            | Fact::Twinned { .. }
            | Fact::Presumed { .. }
            | Fact::Lapsed
            | Fact::Follows { .. }
            | Fact::Uncovered => self.clock(fact),
            Fact::Reopened { due, .. } => format!(
                "{} {}.",
                pick(
                    "Öppnades igen. Ska vara besvarat senast",
                    "Was opened again. Is due on"
                ),
                self.date(due.date)
            ),
            Fact::DueChanged { old, due, why } => self.due_changed(*old, due.date, *why),
            Fact::Unpromised { date } => self.unpromised(*date),
            Fact::Promised { date, old, reason } => self.promised(*date, *old, reason.as_deref()),
            Fact::NoticeBarred { .. }
            | Fact::Posted { .. }
            | Fact::Returns { .. }
            | Fact::NoticedByHand { .. }
            | Fact::Remarked { .. }
            | Fact::Urged
            | Fact::NoticeFreed { .. }
            | Fact::NoticeReset { .. }
            | Fact::SenderTold
            | Fact::Repledged { .. } => self.said(fact),
            Fact::Noted { text } => text.clone(),
            Fact::Held { .. } | Fact::Released | Fact::Erased { .. } | Fact::Purged { .. } => {
                self.keeping(fact)
            }
            Fact::WentLive { .. } | Fact::Paused { .. } | Fact::Resumed => self.leaving(fact),
            Fact::Queued { .. }
            | Fact::Withheld { .. }
            | Fact::Sent { .. }
            | Fact::Withdrawn { .. }
            | Fact::Failed { .. } => self.mail(fact),
        }
    }

    /// A person's word about it, and work to do for it.
    fn said(&self, fact: &Fact) -> String {
        let pick = |sv, en| self.pick(sv, en);
        match fact {
            Fact::NoticeBarred { note } => {
                let text = pick(
                    "Avsändaren ska inte få något automatiskt besked.",
                    "The sender gets no automatic notice.",
                );
                note.as_ref().map_or_else(
                    || text.to_owned(),
                    |note| {
                        format!(
                            "{text} {}: {}",
                            pick("Anteckning", "Note"),
                            self.words(note)
                        )
                    },
                )
            }
            Fact::Posted { on } => {
                format!(
                    "{} {}.",
                    pick("Beskedet postades", "The notice was posted"),
                    self.date(*on)
                )
            }
            Fact::Returns { date, .. } => {
                let text = pick(
                    "Avsändaren ska få svar senare, utlovat senast",
                    "An answer comes later, promised by",
                );
                format!("{text} {}.", self.date(*date))
            }
            Fact::NoticedByHand { at, .. } => {
                let text = pick(
                    "Mejlet räknas som besked, inte som svar",
                    "The mail is a notice and no answer",
                );
                format!("{text}: {}.", self.moment(*at))
            }
            Fact::NoticeFreed { elsewhere } => {
                let to = pick(", till en annan adress", ", to another address");
                let text = pick(
                    "Beskedet som hölls får gå",
                    "The notice that was held may leave",
                );
                format!("{text}{}.", if *elsewhere { to } else { "" })
            }
            Fact::NoticeReset { barred: true, .. } => pick(
                "Avsändaren ska åter inte få något automatiskt besked.",
                "Again the sender gets no automatic notice.",
            )
            .to_owned(),
            Fact::NoticeReset { .. } => pick(
                "Det som sades om beskedet togs tillbaka.",
                "What was said of the notice was taken back.",
            )
            .to_owned(),
            Fact::SenderTold => {
                pick("Avsändaren angavs.", "It was said from whom it is.").to_owned()
            }
            Fact::Repledged { pledge, due, .. } => format!(
                "{} {}, {} {}.",
                pick("Löftet är nu", "The pledge is now"),
                words::pledge(self.language, pledge),
                pick("svar senast", "answer by"),
                self.date(due.date)
            ),
            Fact::Remarked { note } => {
                format!("{}: {}", pick("Anteckning", "Note"), self.words(note))
            }
            Fact::Urged => pick(
                "Handläggaren ska påminnas.",
                "The handler is to be reminded.",
            )
            .to_owned(),
            _ => String::new(),
        }
    }

    /// What a copy, a twin, a notice or an answer means for an item's own clock.
    fn clock(&self, fact: &Fact) -> String {
        let pick = |sv, en| self.pick(sv, en);
        match fact {
            Fact::Judged { may_notify, .. } => {
                let better = pick(
                    "Kom också på ett annat sätt, som gäller",
                    "Came in another way too, which counts",
                );
                match may_notify {
                    true => format!("{better}."),
                    false => format!(
                        "{better}, {}.",
                        pick("utan automatiskt besked", "without an automatic notice")
                    ),
                }
            }
            Fact::Twinned { with, .. } => format!(
                "{} ({}).",
                pick(
                    "Samma mejl finns i en annan brevlåda",
                    "The same mail is in another mailbox"
                ),
                ItemId(*with)
            ),
            Fact::Presumed { .. } => {
                pick("Är troligen ingen fråga.", "Is most likely no question.").to_owned()
            }
            Fact::Lapsed => pick(
                "Avslutades: ingen sa att det är en fråga.",
                "Was closed: nobody said that it is a question.",
            )
            .to_owned(),
            Fact::Follows {
                leader: Some(leader),
            } => {
                format!(
                    "{} {}.",
                    pick("Väntar på samma svar som", "Waits for the same answer as"),
                    ItemId(*leader)
                )
            }
            Fact::Follows { leader: None } | Fact::Uncovered => pick(
                "Har en egen tid från och med nu.",
                "Has a time of its own from now on.",
            )
            .to_owned(),
            _ => String::new(),
        }
    }

    /// A person's own words, if they have not been erased.
    fn words<'w>(&self, words: &'w str) -> &'w str {
        if words == ERASED_TEXT {
            names::erased(self.language)
        } else {
            words
        }
    }

    fn unpromised(&self, date: chrono::NaiveDate) -> String {
        let taken = self.pick(
            "Löftet om svar togs tillbaka",
            "The promise of an answer was taken back",
        );
        format!("{taken} ({}).", self.date(date))
    }

    fn promised(
        &self,
        date: chrono::NaiveDate,
        old: Option<chrono::NaiveDate>,
        reason: Option<&str>,
    ) -> String {
        let to = self.date(date);
        let text = match old.map(|old| self.date(old)) {
            Some(old) => {
                let [moved, until] = [
                    self.pick(
                        "Utlovat svar flyttades från",
                        "The promised answer was moved from",
                    ),
                    self.pick("till", "to"),
                ];
                format!("{moved} {old} {until} {to}")
            }
            None => format!(
                "{} {to}",
                self.pick("Svar utlovades senast", "An answer was promised by")
            ),
        };
        reason.map_or_else(
            || format!("{text}."),
            |reason| {
                format!(
                    "{text}. {}: {}",
                    self.pick("Skäl", "Reason"),
                    self.words(reason)
                )
            },
        )
    }

    fn due_changed(
        &self,
        old: Option<chrono::NaiveDate>,
        new: chrono::NaiveDate,
        why: DueChange,
    ) -> String {
        let why = reasons::due_change(self.language, why);
        let old = old
            .map(|old| format!(" {} {}", self.pick("från", "from"), self.date(old)))
            .unwrap_or_default();
        format!(
            "{}{old} {} {} ({why}).",
            self.pick("Sista dagen ändrades", "The due date was changed"),
            self.pick("till", "to"),
            self.date(new)
        )
    }
}
