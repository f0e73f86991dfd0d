//! Effects: the mails that an item can cause, and the names by which the log and the outbox know
//! them.

use crate::domain::kind::Kind;
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
    /// To the handler: it was filed as done, and no answer is seen; is it answered?
    Filed,
    /// To the handler: the notice did not arrive, or that is unknown.
    NoticeTrouble,
    /// To the handler: the answer came back.
    AnswerBounced,
    /// To the handler: its possible answer lies in Junk.
    AnswerInJunk,
    /// To the handler: the message was thrown away; was it a question?
    Trashed,
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
    /// When a mail that waits comes too late.
    pub late: Late,
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
    /// Live, and its message lies in the trash.
    WhileTrashed,
    /// Filed as done, and no answer is seen.
    WhileFiled,
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

/// When it comes too late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Late {
    Never,
    /// When a notice would only puzzle its reader.
    AfterGrace,
    /// When the day that it promises is over.
    AfterPromise,
}

/// What it says of its item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    Reminder,
    /// A notice is to be printed and posted.
    Post,
    Confirm,
    Filed,
    Escalation(u16),
    Climbed(u16),
    NoticeLost,
    NoticeHeld,
    AnswerBounced,
    AnswerInJunk,
    Trashed,
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
        Row {
            code: self.code(),
            reader: self.reader(),
            right: self.right(),
            late: self.late(),
            matter: self.matter(),
        }
    }

    fn code(self) -> &'static str {
        match self {
            Effect::Reminder => "reminder",
            Effect::PromiseReminder(_) => "promise-reminder",
            Effect::Notice => "notice",
            Effect::NewDate(_) => "new-date",
            Effect::Letter => "letter",
            Effect::Escalation(_) => "escalation",
            Effect::Climbed(_) => "climbed",
            Effect::Confirm => "confirm",
            Effect::Filed => "filed",
            Effect::NoticeTrouble => "notice-trouble",
            Effect::AnswerBounced => "answer-bounced",
            Effect::AnswerInJunk => "answer-in-junk",
            Effect::Trashed => "trashed",
            Effect::NoticeHeld => "notice-held",
            Effect::StandIn => "stand-in",
            Effect::HandOver(_) => "hand-over",
            Effect::Urge(_) => "urge",
            Effect::Arrival => "arrival",
            Effect::NoQuestion(_) => "no-question",
            Effect::Note => "note",
        }
    }

    fn reader(self) -> Whose {
        match self {
            Effect::Notice | Effect::NewDate(_) => Whose::Citizen,
            Effect::Escalation(_) => Whose::Supervisor,
            Effect::AnswerBounced => Whose::Anybody,
            Effect::Reminder
            | Effect::PromiseReminder(_)
            | Effect::Letter
            | Effect::Climbed(_)
            | Effect::Confirm
            | Effect::Filed
            | Effect::NoticeTrouble
            | Effect::AnswerInJunk
            | Effect::Trashed
            | Effect::NoticeHeld
            | Effect::StandIn
            | Effect::HandOver(_)
            | Effect::Urge(_)
            | Effect::Arrival
            | Effect::NoQuestion(_)
            | Effect::Note => Whose::Hands,
        }
    }

    fn right(self) -> Right {
        match self {
            Effect::Reminder
            | Effect::Notice
            | Effect::Letter
            | Effect::Climbed(_)
            | Effect::AnswerInJunk
            | Effect::HandOver(_)
            | Effect::Arrival => Right::WhileOpen,
            Effect::Escalation(_) | Effect::StandIn | Effect::Urge(_) => Right::WhileLive,
            Effect::PromiseReminder(date) => Right::WhilePromised(date),
            Effect::NewDate(number) => Right::WhileLastPromise(number),
            Effect::Confirm => Right::WhileAsked,
            Effect::Filed => Right::WhileFiled,
            Effect::NoticeTrouble => Right::WhileUnheard,
            Effect::AnswerBounced => Right::Always,
            Effect::Trashed => Right::WhileTrashed,
            Effect::NoticeHeld => Right::WhileUnnoticed,
            Effect::NoQuestion(_) => Right::WhilePresumed,
            Effect::Note => Right::WhileNoteMissing,
        }
    }

    fn late(self) -> Late {
        match self {
            Effect::Notice => Late::AfterGrace,
            Effect::NewDate(_) => Late::AfterPromise,
            _ => Late::Never,
        }
    }

    /// What a mail to a citizen is.
    #[must_use]
    pub fn to_citizen(self) -> Kind {
        match self {
            Effect::NewDate(_) => Kind::NewDate,
            _ => Kind::Notice,
        }
    }

    fn matter(self) -> Asks {
        match self {
            Effect::Reminder | Effect::PromiseReminder(_) | Effect::Notice | Effect::NewDate(_) => {
                Asks::Reminder
            }
            Effect::Letter => Asks::Post,
            Effect::Escalation(step) => Asks::Escalation(step),
            Effect::Climbed(step) => Asks::Climbed(step),
            Effect::Confirm => Asks::Confirm,
            Effect::Filed => Asks::Filed,
            Effect::NoticeTrouble => Asks::NoticeLost,
            Effect::AnswerBounced => Asks::AnswerBounced,
            Effect::AnswerInJunk => Asks::AnswerInJunk,
            Effect::Trashed => Asks::Trashed,
            Effect::NoticeHeld => Asks::NoticeHeld,
            Effect::StandIn => Asks::Deputy,
            Effect::HandOver(_) => Asks::HandedOver,
            Effect::Urge(_) => Asks::Urged,
            Effect::Arrival => Asks::Arrived,
            Effect::NoQuestion(_) => Asks::NoQuestion,
            Effect::Note => Asks::NoteMissing,
        }
    }

    /// One of each, with what it counts at its least. Exhaustive: a new effect must name its next
    /// one.
    fn next(self) -> Option<Self> {
        use Effect::{
            AnswerBounced, AnswerInJunk, Arrival, Climbed, Confirm, Escalation, Filed, HandOver,
            Letter, NewDate, NoQuestion, Note, Notice, NoticeHeld, NoticeTrouble, PromiseReminder,
            Reminder, StandIn, Trashed, Urge,
        };
        Some(match self {
            Reminder => PromiseReminder(NaiveDate::MIN),
            PromiseReminder(_) => Notice,
            Notice => NewDate(0),
            NewDate(_) => Letter,
            Letter => Escalation(0),
            Escalation(_) => Climbed(0),
            Climbed(_) => Confirm,
            Confirm => Filed,
            Filed => NoticeTrouble,
            NoticeTrouble => AnswerBounced,
            AnswerBounced => AnswerInJunk,
            AnswerInJunk => Trashed,
            Trashed => NoticeHeld,
            NoticeHeld => StandIn,
            StandIn => HandOver(0),
            HandOver(_) => Urge(0),
            Urge(_) => Arrival,
            Arrival => NoQuestion(0),
            NoQuestion(_) => Note,
            Note => return None,
        })
    }

    /// The same effect with the count behind its colon; `None` when that does not fit it.
    fn counting(self, count: Option<&str>) -> Option<Self> {
        let Some(count) = count else {
            return (!self.is_counted()).then_some(self);
        };
        Some(match self {
            Effect::PromiseReminder(_) => Effect::PromiseReminder(count.parse().ok()?),
            Effect::NewDate(_) => Effect::NewDate(count.parse().ok()?),
            Effect::Escalation(_) => Effect::Escalation(count.parse().ok()?),
            Effect::Climbed(_) => Effect::Climbed(count.parse().ok()?),
            Effect::HandOver(_) => Effect::HandOver(count.parse().ok()?),
            Effect::Urge(_) => Effect::Urge(count.parse().ok()?),
            Effect::NoQuestion(_) => Effect::NoQuestion(count.parse().ok()?),
            _ => return None,
        })
    }

    fn is_counted(self) -> bool {
        matches!(
            self,
            Effect::PromiseReminder(_)
                | Effect::NewDate(_)
                | Effect::Escalation(_)
                | Effect::Climbed(_)
                | Effect::HandOver(_)
                | Effect::Urge(_)
                | Effect::NoQuestion(_)
        )
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
        assert_eq!(seen, 20, "the chain leads through all of them");
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
