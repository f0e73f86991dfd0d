//! Effects: the mails that an item can cause, and the names by which the log and the outbox know
//! them.

use crate::domain::kind::Kind;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// All that is known of an effect by itself. A new mail is a new row here, its moment in
/// [`crate::domain::decide`], and its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    pub reader: ReadBy,
    /// As long as this holds, a mail that waits may leave.
    pub right: Right,
    /// When a mail that waits comes too late.
    pub late: Late,
    /// How a mail to staff shows it.
    pub matter: Asks,
}

/// Who reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadBy {
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

/// Declares the effects, each with its name and its [`Row`]. The count of an effect is in brackets;
/// in the log and in the outbox it follows the name and a colon.
macro_rules! effects {
    ($(
        $(#[$doc:meta])*
        $effect:ident $(($count:ident: $counted:ty))? = $code:literal:
        $reader:ident, $right:expr, $late:ident, $matter:expr;
    )+) => {
        /// A mail that an item can cause. Each is caused at most once an item: its text form is
        /// half of the natural key.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Effect {
            $($(#[$doc])* $effect $(($counted))?,)+
        }

        impl Effect {
            #[cfg(test)]
            pub const NAMES: &[&str] = &[$(stringify!($effect)),+];

            #[must_use]
            #[expect(unused_variables, reason = "most counts only tell effects apart")]
            pub fn row(self) -> Row {
                match self {
                    $(Self::$effect $(($count))? => Row {
                        reader: ReadBy::$reader,
                        right: $right,
                        late: Late::$late,
                        matter: $matter,
                    },)+
                }
            }
        }

        impl fmt::Display for Effect {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$effect $(($count))? => {
                        f.write_str($code)$(.and_then(|()| write!(f, ":{}", $count)))?
                    })+
                }
            }
        }

        impl FromStr for Effect {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                let (code, count) = text
                    .split_once(':')
                    .map_or((text, None), |(code, count)| (code, Some(count)));
                let effect = match (code, count) {
                    $(effects!(@text $code $($count)?) => {
                        Some(Self::$effect)$(.and_then(|of| read::<$counted>($count).map(of)))?
                    })+
                    _ => None,
                };
                effect.ok_or_else(|| format!("unknown effect {text:?}"))
            }
        }
    };
    (@text $code:literal) => { ($code, None) };
    (@text $code:literal $count:ident) => { ($code, Some($count)) };
}

fn read<T: FromStr>(count: &str) -> Option<T> {
    count.parse().ok()
}

effects! {
    /// To the handler, before the deadline.
    Reminder = "reminder": Hands, Right::WhileOpen, Never, Asks::Reminder;
    /// To the handler, on the promised day.
    PromiseReminder(date: NaiveDate) = "promise-reminder":
        Hands, Right::WhilePromised(date), Never, Asks::Reminder;
    /// To the citizen; names the handler.
    Notice = "notice": Citizen, Right::WhileOpen, AfterGrace, Asks::Reminder;
    /// To the citizen: what the notice promised was moved, by the promise of that number.
    NewDate(number: u16) = "new-date":
        Citizen, Right::WhileLastPromise(number), AfterPromise, Asks::Reminder;
    /// To the handler: a notice to print and post, for a letter. That it was posted, only a person
    /// can say.
    Letter = "letter": Hands, Right::WhileOpen, Never, Asks::Post;
    /// To a supervisor; steps count from 1.
    Escalation(step: u16) = "escalation":
        Supervisor, Right::WhileLive, Never, Asks::Escalation(step);
    /// To the handler: a supervisor had that mail.
    Climbed(step: u16) = "climbed": Hands, Right::WhileOpen, Never, Asks::Climbed(step);
    /// To the handler: is it answered?
    Confirm = "confirm": Hands, Right::WhileAsked, Never, Asks::Confirm;
    /// To the handler: it was filed as done, and no answer is seen; is it answered?
    Filed = "filed": Hands, Right::WhileFiled, Never, Asks::Filed;
    /// To the handler: the notice did not arrive, or that is unknown.
    NoticeTrouble = "notice-trouble": Hands, Right::WhileUnheard, Never, Asks::NoticeLost;
    /// To the handler: the answer came back.
    AnswerBounced = "answer-bounced": Anybody, Right::Always, Never, Asks::AnswerBounced;
    /// To the handler: its possible answer lies in Junk.
    AnswerInJunk = "answer-in-junk": Hands, Right::WhileOpen, Never, Asks::AnswerInJunk;
    /// To the handler: the message was thrown away; was it a question?
    Trashed = "trashed": Hands, Right::WhileTrashed, Never, Asks::Trashed;
    /// To the handler: the limit of notices held this one.
    NoticeHeld = "notice-held": Hands, Right::WhileUnnoticed, Never, Asks::NoticeHeld;
    /// To the deputy: the handler's automatic reply was seen.
    StandIn = "stand-in": Hands, Right::WhileLive, Never, Asks::Deputy;
    /// To the person who has the item now and had no mail about it: the reminder had gone to
    /// another person. Counted from 1.
    HandOver(count: u16) = "hand-over": Hands, Right::WhileOpen, Never, Asks::HandedOver;
    /// To the handler: a person asks for the answer. Counted from 1.
    Urge(count: u16) = "urge": Hands, Right::WhileLive, Never, Asks::Urged;
    /// To the handler: it has just arrived.
    Arrival = "arrival": Hands, Right::WhileOpen, Never, Asks::Arrived;
    /// To the handler: it is most likely no question. Counted from 1.
    NoQuestion(count: u16) = "no-question": Hands, Right::WhilePresumed, Never, Asks::NoQuestion;
    /// To the handler: it was settled, and the note of the action taken is missing.
    Note = "note": Hands, Right::WhileNoteMissing, Never, Asks::NoteMissing;
}

impl Effect {
    /// What a mail to a citizen is.
    #[must_use]
    pub fn to_citizen(self) -> Kind {
        match self {
            Effect::NewDate(_) => Kind::NewDate,
            _ => Kind::Notice,
        }
    }

    /// Goes to a citizen, not to staff.
    #[must_use]
    pub fn is_for_citizen(self) -> bool {
        self.row().reader == ReadBy::Citizen
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
        let texts = [
            "reminder",
            "promise-reminder:2026-12-04",
            "notice",
            "new-date:2",
            "letter",
            "escalation:3",
            "climbed:1",
            "confirm",
            "filed",
            "notice-trouble",
            "answer-bounced",
            "answer-in-junk",
            "trashed",
            "notice-held",
            "stand-in",
            "hand-over:2",
            "urge:2",
            "arrival",
            "no-question:2",
            "note",
        ];
        for text in texts {
            let effect: Effect = text.parse().expect("an effect");
            assert_eq!(effect.to_string(), text);
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
