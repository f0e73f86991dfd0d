//! Messages that are most likely no question: thanks after an answer, an automatic reply in no
//! thread, junk, and bulk mail of a sender that reads nothing.
//!
//! It is presumed, not known. So it is never reminded of singly, never climbs and gets no notice,
//! but is in the morning mail of the day it came and of its last day; ten working days after a mail
//! that showed it was taken it closes by itself. One word of a person makes it a question. A
//! letter, a question of an unknown citizen, and a message that fits a pledge with a `match` of its
//! own is never presumed anything.

use super::calendar::Calendar;
use super::citizen::Citizen;
use super::how::How;
use super::item::{Item, State};
use super::kept::MessageRow;
use super::message::Message;
pub use super::presumed::Presumed;
use super::subject::core;
use chrono::{DateTime, Duration, Utc};
use regex::Regex;
use std::ops::RangeInclusive;

/// Working days after an answer in which what points at it may be thanks; and working days for
/// which a presumed no question is shown before it closes.
pub const WORKING_DAYS: i32 = 10;

/// Presumed no questions that one mail names; the rest is counted.
pub const SHOWN: usize = 20;

/// How long a mail of ours to an address vouches for mail from there, in days.
const VOUCHED_DAYS: i64 = 400;

/// When a mail of ours must have left to vouch for one that arrived then: before it, since a mail
/// written afterwards says nothing of it, and not too long before. When either of them is read
/// plays no part.
#[must_use]
pub fn vouching(received_at: DateTime<Utc>) -> RangeInclusive<DateTime<Utc>> {
    let long_before = received_at.checked_sub_signed(Duration::days(VOUCHED_DAYS));
    long_before.unwrap_or(DateTime::<Utc>::MIN_UTC)..=received_at
}

/// The answer that a message points at.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The question that it settled.
    pub item: Item,
    pub row: MessageRow,
    /// Its own subject; `None` where a person said that the question was answered.
    pub subject: Option<String>,
    /// What else is of the conversation.
    pub beside: Vec<(Item, MessageRow)>,
}

/// A message that may be thanks.
#[derive(Debug)]
pub struct Later<'a> {
    pub subject: &'a str,
    /// It asks or brings something.
    pub asks: bool,
    pub citizen: Citizen,
    pub pledge: &'a str,
    /// By the server's time, also where a clock behind it has logged the message.
    pub asked_at: DateTime<Utc>,
}

impl Later<'_> {
    /// Whether the item is of its citizen, and under its pledge.
    fn is_of_the_citizen_of(&self, item: &Item, row: &MessageRow) -> bool {
        item.pledge
            .as_deref()
            .is_none_or(|pledge| pledge == self.pledge)
            && self.citizen.is_same(&citizen_of(row))
    }
}

impl Answer {
    /// When it was given.
    fn at(&self) -> Option<DateTime<Utc>> {
        let settled = self
            .item
            .settled
            .as_ref()
            .filter(|_| self.item.state != State::ProbablyAnswered)?;
        settled.how.is_none_or(How::is_answer).then_some(settled.at)
    }

    /// Whether its question or itself has the subject.
    fn has_subject(&self, own: &str, diary: &[Regex]) -> bool {
        self.row.has_core(own, diary)
            || self
                .subject
                .as_ref()
                .is_some_and(|subject| own == core(subject, diary))
    }
}

/// Whether a message is most likely thanks for an answer: it comes soon, keeps the subject, asks
/// and brings nothing, and is the first word of its citizen since.
#[must_use]
pub fn is_thanks(later: &Later<'_>, answer: &Answer, calendar: &Calendar, diary: &[Regex]) -> bool {
    let Some(answered_at) = answer.at() else {
        return false;
    };
    let own = core(later.subject, diary);
    let last_day = calendar.add_working_days(calendar.local_date(answered_at), WORKING_DAYS);
    let is_of_matter = |item: &Item, row: &MessageRow| {
        later.is_of_the_citizen_of(item, row)
            && (row.has_core(&own, diary) || item.id == answer.item.id)
    };
    let is_between =
        |item: &Item| item.asked_at() > answered_at && item.asked_at() <= later.asked_at;
    let speaks_against = |item: &Item| runs(item) || item.id != answer.item.id && is_between(item);
    later.asked_at > answered_at
        && calendar.local_date(later.asked_at) <= last_day
        && answer.has_subject(&own, diary)
        && is_of_matter(&answer.item, &answer.row)
        && !answer
            .beside
            .iter()
            .any(|(item, row)| is_of_matter(item, row) && speaks_against(item))
        && !later.asks
}

/// Whether an item can turn out to be thanks when an answer is read after it. A later answer that
/// has settled it meanwhile says nothing against that.
#[must_use]
pub fn may_turn_out_thanks(item: &Item) -> bool {
    let is_answered = item.state == State::Answered && item.erased.is_none();
    item.state.is_live() || item.is_presumed_junk() || is_answered
}

/// The same of an item that was taken for a question or for junk, since the answer was read after
/// it. It asks nothing: that is why the register knows which answer it may be for.
#[must_use]
pub fn was_thanks(
    item: &Item,
    row: &MessageRow,
    answer: &Answer,
    calendar: &Calendar,
    diary: &[Regex],
) -> bool {
    let may_be = may_turn_out_thanks(item);
    let Some(pledge) = item.pledge.as_deref().filter(|_| may_be) else {
        return false;
    };
    let later = Later {
        subject: &row.subject,
        asks: false,
        citizen: citizen_of(row),
        pledge,
        asked_at: item.asked_at(),
    };
    let beside = answer
        .beside
        .iter()
        .filter(|(other, _)| other.id != item.id)
        .cloned()
        .collect();
    is_thanks(
        &later,
        &Answer {
            beside,
            ..answer.clone()
        },
        calendar,
        diary,
    )
}

/// Whether an item that was presumed thanks is none, since another that was read after it came
/// before it: only the first word after an answer is.
#[must_use]
pub fn is_second_word(
    (item, row): (&Item, &MessageRow),
    earlier: (&Item, &MessageRow),
    answer: &Answer,
    calendar: &Calendar,
    diary: &[Regex],
) -> bool {
    let Some(pledge) = item.pledge.as_deref() else {
        return false;
    };
    let later = Later {
        subject: &row.subject,
        asks: false,
        citizen: citizen_of(row),
        pledge,
        asked_at: item.asked_at(),
    };
    let is_thanks_beside = |beside| {
        let answer = Answer {
            beside,
            ..answer.clone()
        };
        is_thanks(&later, &answer, calendar, diary)
    };
    is_thanks_beside(Vec::new()) && !is_thanks_beside(vec![(earlier.0.clone(), earlier.1.clone())])
}

/// A promise is still to be kept.
fn runs(item: &Item) -> bool {
    item.state.is_live() && item.promise.is_some()
}

fn citizen_of(row: &MessageRow) -> Citizen {
    Citizen {
        addresses: row.citizen_addresses().map(str::to_owned).collect(),
    }
}

/// A question mark in the subject, something attached, or high importance.
#[must_use]
pub fn asks_something(message: &Message) -> bool {
    let field = |name: &str, words: &[&str]| {
        message
            .headers_named(name)
            .any(|value| words.contains(&value.trim().to_ascii_lowercase().as_str()))
    };
    let is_urgent = field("importance", &["high"])
        || field("x-msmail-priority", &["high"])
        || field("priority", &["urgent"])
        || message
            .headers_named("x-priority")
            .any(|value| value.trim_start().starts_with(['1', '2']));
    let brings = message
        .content
        .first()
        .is_some_and(|content| content.mime == "multipart/mixed");
    message.subject.contains(['?', '？']) || brings || is_urgent
}

#[cfg(test)]
mod tests;
