//! Effects: the mails that an item can cause, and the names by which the log and the outbox know them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A mail that an item can cause. Each is caused at most once an item: its text form is half of the natural key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// To the handler, before the deadline.
    Reminder,
    /// To the handler, on the promised day.
    PromiseReminder(NaiveDate),
    /// To the citizen; names the handler.
    Notice,
    /// To the citizen: what the notice promised was moved, by the promise of that number.
    NewDate(u16),
    /// To the handler: a notice to print and post, for a letter. That it was posted, only a person can say.
    Letter,
    /// To a supervisor; steps count from 1.
    Escalation(u16),
    /// To the handler: is it answered?
    Confirm,
    /// To the handler: the notice did not arrive, or nobody knows.
    NoticeTrouble,
    /// To the handler: the answer came back.
    AnswerBounced,
    /// To the handler: the limit of notices held this one.
    NoticeHeld,
    /// To the deputy: the handler's automatic reply was seen.
    StandIn,
    /// To whoever has the item now and was never told of it: the reminder had gone to somebody else. Counted from 1.
    HandOver(u16),
    /// To the handler: it has just arrived.
    Arrival,
    /// To the handler: it was settled, and the note of what was done is missing.
    Note,
}

impl Effect {
    /// Goes to a citizen, not to staff.
    #[must_use]
    pub fn is_for_citizen(self) -> bool {
        matches!(self, Effect::Notice | Effect::NewDate(_))
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Effect::Reminder => f.write_str("reminder"),
            Effect::PromiseReminder(date) => write!(f, "promise-reminder:{date}"),
            Effect::Notice => f.write_str("notice"),
            Effect::NewDate(number) => write!(f, "new-date:{number}"),
            Effect::Letter => f.write_str("letter"),
            Effect::Escalation(step) => write!(f, "escalation:{step}"),
            Effect::Confirm => f.write_str("confirm"),
            Effect::NoticeTrouble => f.write_str("notice-trouble"),
            Effect::AnswerBounced => f.write_str("answer-bounced"),
            Effect::NoticeHeld => f.write_str("notice-held"),
            Effect::StandIn => f.write_str("stand-in"),
            Effect::HandOver(count) => write!(f, "hand-over:{count}"),
            Effect::Arrival => f.write_str("arrival"),
            Effect::Note => f.write_str("note"),
        }
    }
}

impl FromStr for Effect {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unknown = || format!("unknown effect {text:?}");
        match text.split_once(':') {
            Some(("promise-reminder", date)) => date.parse().map(Effect::PromiseReminder).map_err(|_| unknown()),
            Some(("new-date", number)) => number.parse().map(Effect::NewDate).map_err(|_| unknown()),
            Some(("escalation", step)) => step.parse().map(Effect::Escalation).map_err(|_| unknown()),
            Some(("hand-over", count)) => count.parse().map(Effect::HandOver).map_err(|_| unknown()),
            Some(_) => Err(unknown()),
            None => [
                Effect::Reminder,
                Effect::Notice,
                Effect::Letter,
                Effect::Confirm,
                Effect::NoticeTrouble,
                Effect::AnswerBounced,
                Effect::NoticeHeld,
                Effect::StandIn,
                Effect::Arrival,
                Effect::Note,
            ]
            .into_iter()
            .find(|effect| effect.to_string() == text)
            .ok_or_else(unknown),
        }
    }
}

impl Serialize for Effect {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Effect {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_effect_survives_its_text_form() {
        let day = NaiveDate::from_ymd_opt(2026, 12, 4).expect("a date");
        for effect in [
            Effect::Reminder,
            Effect::PromiseReminder(day),
            Effect::Notice,
            Effect::NewDate(2),
            Effect::Letter,
            Effect::Escalation(3),
            Effect::Confirm,
            Effect::NoticeTrouble,
            Effect::AnswerBounced,
            Effect::NoticeHeld,
            Effect::StandIn,
            Effect::HandOver(2),
            Effect::Arrival,
            Effect::Note,
        ] {
            assert_eq!(effect.to_string().parse(), Ok(effect));
        }
        assert!("escalation:x".parse::<Effect>().is_err());
        assert!("thanks".parse::<Effect>().is_err());
    }
}
