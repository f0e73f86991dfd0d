//! The mails that there are: those that an item can cause (its effects), what each mail of ours is
//! (its kind), and the texts that they are written by. With the names by which the log, the outbox
//! and a municipality's folder of templates know them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// All that is known of an effect by itself. A new mail is a new row here, its moment in
/// [`crate::domain::decide`], and its words. One to citizens has a kind and a text of its own too,
/// each a row further down.
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
    /// As a mail of that kind.
    Citizen(Kind),
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
    /// Open, or a probable answer still waits for a word that was asked for before.
    WhileUnsettled,
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
        $reader:ident $(($kind:ident))?, $right:expr, $late:ident, $matter:expr;
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
                        reader: ReadBy::$reader $((Kind::$kind))?,
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
    Reminder = "reminder": Hands, Right::WhileUnsettled, Never, Asks::Reminder;
    /// To the handler, on the promised day.
    PromiseReminder(date: NaiveDate) = "promise-reminder":
        Hands, Right::WhilePromised(date), Never, Asks::Reminder;
    /// To the citizen; names the handler.
    Notice = "notice": Citizen(Notice), Right::WhileOpen, AfterGrace, Asks::Reminder;
    /// To the citizen: what the notice promised was moved, by the promise of that number.
    NewDate(number: u16) = "new-date":
        Citizen(NewDate), Right::WhileLastPromise(number), AfterPromise, Asks::Reminder;
    /// To the handler: a notice to print and post, for a letter. That it was posted, only a person
    /// can say.
    Letter = "letter": Hands, Right::WhileOpen, Never, Asks::Post;
    /// To a supervisor; steps count from 1.
    Escalation(step: u16) = "escalation":
        Supervisor, Right::WhileLive, Never, Asks::Escalation(step);
    /// To the handler: a supervisor had that mail.
    Climbed(step: u16) = "climbed": Hands, Right::WhileLive, Never, Asks::Climbed(step);
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
    /// The kind of a mail to a citizen; `None` for one to staff.
    #[must_use]
    pub fn to_citizen(self) -> Option<Kind> {
        match self.row().reader {
            ReadBy::Citizen(kind) => Some(kind),
            ReadBy::Hands | ReadBy::Supervisor | ReadBy::Anybody => None,
        }
    }

    /// Goes to a citizen, not to staff.
    #[must_use]
    pub fn is_for_citizen(self) -> bool {
        self.to_citizen().is_some()
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

/// Declares the kinds, each with its name in `X-Servicelofte`, in the outbox and in the log. One to
/// citizens is written by the text of the same name.
macro_rules! kinds {
    (
        citizens { $($(#[$theirs:meta])* $citizens:ident = $to_citizens:literal,)+ }
        others { $($(#[$doc:meta])* $other:ident = $to_others:literal,)+ }
    ) => {
        /// What a mail of ours is (contract.md, The mails).
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub enum Kind {
            $($(#[$theirs])* #[serde(rename = $to_citizens)] $citizens,)+
            $($(#[$doc])* #[serde(rename = $to_others)] $other,)+
        }

        impl Kind {
            pub const ALL: &[Self] = &[$(Self::$citizens,)+ $(Self::$other,)+];

            /// As written in `X-Servicelofte`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$citizens => $to_citizens,)+
                    $(Self::$other => $to_others,)+
                }
            }

            /// The text of a mail to a citizen, of a notice the usual one; `None`: it goes to others.
            #[must_use]
            pub fn text(self) -> Option<Template> {
                match self {
                    $(Self::$citizens => Some(Template::$citizens),)+
                    $(Self::$other => None,)+
                }
            }
        }
    };
}

kinds! {
    citizens {
        /// The answer takes longer, and who handles the matter.
        Notice = "notice",
        /// What the notice promised was moved.
        NewDate = "new_date",
    }
    others {
        /// To a handler: items that wait for an answer.
        Reminder = "reminder",
        /// To a supervisor: items that were not answered.
        Escalation = "escalation",
        /// To staff: several kinds in one mail, or the daily note of exclusions.
        Digest = "digest",
        /// To staff: their command was carried out, or why not.
        Confirmation = "confirmation",
        /// To the operator.
        Alarm = "alarm",
        /// To the readers of the compliance report.
        Report = "report",
        /// To a handler: a notice to print and post.
        Letter = "letter",
        /// To the mailbox itself: does it arrive?
        Check = "check",
    }
}

impl Kind {
    /// Reads what [`Kind::as_str`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }

    /// Whether it goes to a citizen; everything else stays with staff and the operator.
    #[must_use]
    pub fn is_to_citizen(self) -> bool {
        self.text().is_some()
    }
}

/// Declares the texts, each with its file; those of mails to citizens with the words of their subject.
macro_rules! texts {
    (
        citizens { $($citizens:ident = $theirs:literal, $subjects:expr;)+ }
        others { $($other:ident = $file:literal,)+ }
    ) => {
        /// The texts of mails and letters, a file for each in the folder of a language. A
        /// municipality can replace each of them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Template { $($citizens,)+ $($other,)+ }

        impl Template {
            pub const ALL: &[Self] = &[$(Self::$citizens,)+ $(Self::$other,)+];

            /// What mails to citizens say before the subject that they answer, in each language,
            /// folded and without the colon. Answers have it too.
            pub const SUBJECTS: &[&[&str]] = &[$(&$subjects,)+];

            /// What citizens get by mail.
            #[must_use]
            pub fn is_for_citizens(self) -> bool {
                matches!(self, $(Self::$citizens)|+)
            }

            /// Its file, here and in the municipality's folder.
            #[must_use]
            pub fn file(self) -> &'static str {
                match self {
                    $(Self::$citizens => $theirs,)+
                    $(Self::$other => $file,)+
                }
            }
        }
    };
}

texts! {
    // By mail: these may be in another language than the service's.
    citizens {
        Notice = "notice.txt", ["vi behöver mer tid", "we need more time"];
        Complaint = "notice-complaint.txt",
            ["vi arbetar med dina synpunkter", "we are working on your complaint"];
        Records = "notice-records.txt",
            ["din begäran om allmän handling", "your request for public records"];
        Decision = "notice-decision.txt",
            ["vi behöver mer tid för vårt beslut", "we need more time for our decision"];
        NewDate = "new-date.txt", ["nytt datum för vårt svar", "a new date for our answer"];
    }
    others {
        Letter = "letter.txt",
        LetterText = "letter-text.txt",
        Staff = "staff.txt",
        Alarm = "alarm.txt",
        Confirmation = "confirmation.txt",
        Pause = "pause.txt",
    }
}

impl Template {
    /// Whether it is the notice of some pledge.
    #[must_use]
    pub fn is_notice(self) -> bool {
        matches!(
            self,
            Self::Notice | Self::Complaint | Self::Records | Self::Decision
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// As registers hold them, one of each at least. They are only added to: what was written once
    /// is read for ever.
    const STORED_EFFECTS: &[&str] = &[
        "reminder",
        "promise-reminder:2026-12-04",
        "notice",
        "new-date:2",
        "letter",
        "escalation:3",
        "climbed:1",
        "climbed:2",
        "confirm",
        "filed",
        "notice-trouble",
        "answer-bounced",
        "answer-in-junk",
        "trashed",
        "notice-held",
        "stand-in",
        "hand-over:2",
        "urge:1",
        "urge:2",
        "arrival",
        "no-question:1",
        "no-question:2",
        "note",
    ];

    /// The same of kinds.
    const STORED_KINDS: &[&str] = &[
        "notice",
        "new_date",
        "reminder",
        "escalation",
        "digest",
        "confirmation",
        "alarm",
        "report",
        "letter",
        "check",
    ];

    #[test]
    fn every_effect_is_read_as_it_was_stored() {
        let mut read = BTreeSet::new();
        for text in STORED_EFFECTS {
            let effect: Effect = text.parse().expect("an effect");
            assert_eq!(effect.to_string(), *text);
            let json = serde_json::to_string(text).unwrap();
            assert_eq!(serde_json::to_string(&effect).unwrap(), json);
            assert_eq!(serde_json::from_str::<Effect>(&json).unwrap(), effect);
            let name = format!("{effect:?}");
            read.insert(name.split('(').next().unwrap_or_default().to_owned());
        }
        let named: BTreeSet<String> = Effect::NAMES.iter().map(|&name| name.into()).collect();
        assert_eq!(read, named, "an effect has no stored sample");
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

    #[test]
    fn every_kind_is_read_as_it_was_stored() {
        for text in STORED_KINDS {
            let kind = Kind::parse(text).expect("a kind");
            let json = serde_json::to_string(text).unwrap();
            assert_eq!(serde_json::to_string(&kind).unwrap(), json);
            assert_eq!(serde_json::from_str::<Kind>(&json).unwrap(), kind);
        }
        let named: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
        let stored: BTreeSet<&str> = STORED_KINDS.iter().copied().collect();
        assert_eq!(stored, named, "a kind has no stored sample");
    }

    #[test]
    fn a_mail_to_a_citizen_has_a_text_for_citizens() {
        for kind in Kind::ALL.iter().filter_map(|kind| kind.text()) {
            assert!(kind.is_for_citizens(), "{kind:?}");
        }
    }
}
