//! Effects: the mails that an item can cause, and the names by which the log and the outbox know
//! them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A mail that an item can cause. Each is caused at most once an item: its text form is half of the
/// natural key.
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
    /// To the handler: a notice to print and post, for a letter. That it was posted, only a person
    /// can say.
    Letter,
    /// To a supervisor; steps count from 1.
    Escalation(u16),
    /// To the handler: a supervisor had that mail.
    Climbed(u16),
    /// To the handler: is it answered?
    Confirm,
    /// To the handler: the notice did not arrive, or that is unknown.
    NoticeTrouble,
    /// To the handler: the answer came back.
    AnswerBounced,
    /// To the handler: its possible answer lies in Junk.
    AnswerInJunk,
    /// To the handler: the limit of notices held this one.
    NoticeHeld,
    /// To the deputy: the handler's automatic reply was seen.
    StandIn,
    /// To the person who has the item now and had no mail about it: the reminder had gone to
    /// another person. Counted from 1.
    HandOver(u16),
    /// To the handler: a person asks for the answer. Counted from 1.
    Urge(u16),
    /// To the handler: it has just arrived.
    Arrival,
    /// To the handler: it is most likely no question. Counted from 1.
    NoQuestion(u16),
    /// To the handler: it was settled, and the note of the action taken is missing.
    Note,
}

/// All that is known of an effect by itself. A new mail is a new row here, its moment in
/// [`crate::domain::decide`], and its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its name in the log and in the outbox; what it counts follows after a colon.
    pub code: &'static str,
    pub reader: Whose,
    /// As long as this holds, a mail that waits may leave.
    pub right: Right,
    /// How a mail to staff shows it.
    pub matter: Asks,
}

/// Who reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Citizen,
    /// The person who has the item.
    Hands,
    /// Above them.
    Supervisor,
    /// The person who has the item, or else a supervisor.
    Anybody,
}

/// When it is still right. [`crate::domain::item::Item::still_wants`] says whether that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    Always,
    WhileOpen,
    /// Open, and without a notice.
    WhileUnnoticed,
    WhileLive,
    /// A probable answer waits for a word.
    WhileAsked,
    /// It is presumed no question.
    WhilePresumed,
    WhileNoteMissing,
    /// Live, and the citizen has not heard what they should have.
    WhileUnheard,
    /// Live, and that is the date promised.
    WhilePromised(NaiveDate),
    /// Open, and that was the last promise by hand.
    WhileLastPromise(u16),
}

/// What it says of its item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    Reminder,
    /// A notice is to be printed and posted.
    Post,
    Confirm,
    Escalation(u16),
    Climbed(u16),
    NoticeLost,
    NoticeHeld,
    AnswerBounced,
    AnswerInJunk,
    Deputy,
    HandedOver,
    Urged,
    Arrived,
    NoQuestion,
    NoteMissing,
}

impl Effect {
    #[must_use]
    pub fn row(self) -> Row {
        use {Right as R, Whose as W};
        let row = |code, reader, right, matter| Row {
            code,
            reader,
            right,
            matter,
        };
        match self {
            Effect::Reminder => row("reminder", W::Hands, R::WhileOpen, Asks::Reminder),
            Effect::PromiseReminder(date) => row(
                "promise-reminder",
                W::Hands,
                R::WhilePromised(date),
                Asks::Reminder,
            ),
            Effect::Notice => row("notice", W::Citizen, R::WhileOpen, Asks::Reminder),
            Effect::NewDate(number) => row(
                "new-date",
                W::Citizen,
                R::WhileLastPromise(number),
                Asks::Reminder,
            ),
            Effect::Letter => row("letter", W::Hands, R::WhileOpen, Asks::Post),
            Effect::Escalation(step) => row(
                "escalation",
                W::Supervisor,
                R::WhileLive,
                Asks::Escalation(step),
            ),
            Effect::Climbed(step) => row("climbed", W::Hands, R::WhileOpen, Asks::Climbed(step)),
            Effect::Confirm => row("confirm", W::Hands, R::WhileAsked, Asks::Confirm),
            Effect::NoticeTrouble => row(
                "notice-trouble",
                W::Hands,
                R::WhileUnheard,
                Asks::NoticeLost,
            ),
            Effect::AnswerBounced => {
                row("answer-bounced", W::Anybody, R::Always, Asks::AnswerBounced)
            }
            Effect::AnswerInJunk => {
                row("answer-in-junk", W::Hands, R::WhileOpen, Asks::AnswerInJunk)
            }
            Effect::NoticeHeld => row("notice-held", W::Hands, R::WhileUnnoticed, Asks::NoticeHeld),
            Effect::StandIn => row("stand-in", W::Hands, R::WhileLive, Asks::Deputy),
            Effect::HandOver(_) => row("hand-over", W::Hands, R::WhileOpen, Asks::HandedOver),
            Effect::Urge(_) => row("urge", W::Hands, R::WhileLive, Asks::Urged),
            Effect::Arrival => row("arrival", W::Hands, R::WhileOpen, Asks::Arrived),
            Effect::NoQuestion(_) => {
                row("no-question", W::Hands, R::WhilePresumed, Asks::NoQuestion)
            }
            Effect::Note => row("note", W::Hands, R::WhileNoteMissing, Asks::NoteMissing),
        }
    }

    /// One of each, with what it counts at its least. Exhaustive: a new effect must name its next
    /// one.
    fn next(self) -> Option<Self> {
        Some(match self {
            Effect::Reminder => Effect::PromiseReminder(NaiveDate::MIN),
            Effect::PromiseReminder(_) => Effect::Notice,
            Effect::Notice => Effect::NewDate(0),
            Effect::NewDate(_) => Effect::Letter,
            Effect::Letter => Effect::Escalation(0),
            Effect::Escalation(_) => Effect::Climbed(0),
            Effect::Climbed(_) => Effect::Confirm,
            Effect::Confirm => Effect::NoticeTrouble,
            Effect::NoticeTrouble => Effect::AnswerBounced,
            Effect::AnswerBounced => Effect::AnswerInJunk,
            Effect::AnswerInJunk => Effect::NoticeHeld,
            Effect::NoticeHeld => Effect::StandIn,
            Effect::StandIn => Effect::HandOver(0),
            Effect::HandOver(_) => Effect::Urge(0),
            Effect::Urge(_) => Effect::Arrival,
            Effect::Arrival => Effect::NoQuestion(0),
            Effect::NoQuestion(_) => Effect::Note,
            Effect::Note => return None,
        })
    }

    /// The same effect with the count behind its colon; `None` when that does not fit it.
    fn counting(self, count: Option<&str>) -> Option<Self> {
        Some(match (self, count) {
            (Effect::PromiseReminder(_), Some(date)) => Effect::PromiseReminder(date.parse().ok()?),
            (Effect::NewDate(_), Some(number)) => Effect::NewDate(number.parse().ok()?),
            (Effect::Escalation(_), Some(step)) => Effect::Escalation(step.parse().ok()?),
            (Effect::Climbed(_), Some(step)) => Effect::Climbed(step.parse().ok()?),
            (Effect::HandOver(_), Some(count)) => Effect::HandOver(count.parse().ok()?),
            (Effect::Urge(_), Some(count)) => Effect::Urge(count.parse().ok()?),
            (Effect::NoQuestion(_), Some(count)) => Effect::NoQuestion(count.parse().ok()?),
            (
                Effect::PromiseReminder(_)
                | Effect::NewDate(_)
                | Effect::Escalation(_)
                | Effect::Climbed(_)
                | Effect::HandOver(_)
                | Effect::Urge(_)
                | Effect::NoQuestion(_),
                None,
            )
            | (_, Some(_)) => return None,
            (plain, None) => plain,
        })
    }

    /// Goes to a citizen, not to staff.
    #[must_use]
    pub fn is_for_citizen(self) -> bool {
        self.row().reader == Whose::Citizen
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.row().code;
        match self {
            Effect::PromiseReminder(date) => write!(f, "{code}:{date}"),
            Effect::NewDate(count)
            | Effect::Escalation(count)
            | Effect::Climbed(count)
            | Effect::HandOver(count)
            | Effect::Urge(count)
            | Effect::NoQuestion(count) => write!(f, "{code}:{count}"),
            _ => f.write_str(code),
        }
    }
}

impl FromStr for Effect {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (code, count) = text
            .split_once(':')
            .map_or((text, None), |(code, count)| (code, Some(count)));
        let mut effects = std::iter::successors(Some(Effect::Reminder), |effect| effect.next());
        effects
            .find(|effect| effect.row().code == code)
            .and_then(|effect| effect.counting(count))
            .ok_or_else(|| format!("unknown effect {text:?}"))
    }
}

impl Serialize for Effect {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Effect {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_effect_survives_its_text_form() {
        let day = NaiveDate::from_ymd_opt(2026, 12, 4).expect("a date");
        let mut seen = 0;
        for effect in std::iter::successors(Some(Effect::Reminder), |effect| effect.next()) {
            assert_eq!(effect.to_string().parse(), Ok(effect));
            seen += 1;
        }
        assert_eq!(seen, 18, "the chain leads through all of them");
        for effect in [
            Effect::PromiseReminder(day),
            Effect::NewDate(2),
            Effect::Escalation(3),
            Effect::HandOver(2),
            Effect::Urge(2),
            Effect::NoQuestion(2),
        ] {
            assert_eq!(effect.to_string().parse(), Ok(effect));
        }
        for text in [
            "escalation",
            "reminder:1",
            "hand-over:",
            "promise-reminder:5",
            "",
        ] {
            assert!(text.parse::<Effect>().is_err(), "{text:?}");
        }
        assert!("escalation:x".parse::<Effect>().is_err());
        assert!("thanks".parse::<Effect>().is_err());
    }
}
