//! An item's standing, the proof of its answer and its language in words, as lists, histories and
//! the registrar's commands say them.
//!
//! Reasons have their words in [`super::reasons`].

use super::in_words;
use crate::domain::calendar::Calendar;
use crate::domain::event::Evidence;
use crate::domain::item::{Item, State};
use crate::domain::language::Language;
use crate::domain::outcome::Outcome;
use crate::domain::tongue::Tongue;
use crate::words::names::Names;
use crate::words::of;
use chrono::{DateTime, Utc};

/// An item's standing in a few words: `försenat, besked`, `öppet, svar?` (it may be answered),
/// `besvarat för sent`.
#[must_use]
pub fn standing(
    language: Language,
    item: &Item,
    calendar: &Calendar,
    now: DateTime<Utc>,
) -> String {
    let words = &of(language).names;
    let text = state(words, item, calendar, now);
    let text = if item.state == State::ProbablyAnswered {
        (words.perhaps_answered)(text)
    } else {
        text.to_owned()
    };
    let is_live = item.state.is_live();
    match item.outcome(now) {
        Outcome::Broken if !is_live => (words.settled_late)(&text),
        Outcome::NoticedInTime if !is_live => (words.settled_after_notice)(&text),
        _ if is_live && item.has_notice() => (words.noticed)(&text),
        _ => text,
    }
}

fn state(words: &Names, item: &Item, calendar: &Calendar, now: DateTime<Utc>) -> &'static str {
    match item.state {
        State::Open | State::ProbablyAnswered if is_overdue(item, now) => words.overdue,
        State::Open | State::ProbablyAnswered if is_due_today(item, calendar, now) => {
            words.due_today
        }
        State::Open | State::ProbablyAnswered => words.open,
        State::Answered => words.answered,
        State::NoQuestion => words.no_question,
        State::Closed => words.closed,
        State::Excluded => words.excluded,
        State::History => words.history,
    }
}

/// An answer should have gone by now.
#[must_use]
pub fn is_overdue(item: &Item, now: DateTime<Utc>) -> bool {
    item.state.is_live()
        && item.covered_by.is_none()
        && item.due.as_ref().is_some_and(|due| now >= due.closes)
}

/// Today is the last day.
#[must_use]
pub fn is_due_today(item: &Item, calendar: &Calendar, now: DateTime<Utc>) -> bool {
    item.state.is_live()
        && item
            .due
            .as_ref()
            .is_some_and(|due| due.date == calendar.local_date(now))
}

/// What proves it: `ett mejl i Skickat, matchat på In-Reply-To`.
#[must_use]
pub fn evidence(language: Language, evidence: &Evidence) -> String {
    let words = &of(language).names;
    let mut text = (words.evidence)(evidence.kind).to_owned();
    if let Some(folder) = &evidence.folder {
        text = (words.in_folder)(&text, &in_words::folder(language, folder));
    }
    if let Some(matched) = evidence.matched_by {
        text = (words.matched)(&text, matched);
    }
    if evidence.is_unverified() {
        text = (words.not_vouched_for)(&text);
    }
    if let Some(id) = &evidence.message_id {
        text = format!("{text}, <{id}>");
    }
    text
}

/// A language by name; one that has none here by its code.
#[must_use]
pub fn tongue(language: Language, tongue: Tongue) -> String {
    let name = (of(language).names.tongue)(tongue.as_str());
    name.map_or_else(|| tongue.to_string(), str::to_owned)
}
