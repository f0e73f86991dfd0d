//! The contents of a confirmation: what a reply with commands has changed, what it could not, and
//! why.

use super::facts::{Local, Sender, Shown, StaffMailFacts};
use super::view::StaffView;
use crate::config::Language;
use crate::domain::command::Unclear;
use crate::domain::event::How;
use crate::domain::item::{ItemId, State};
use crate::domain::orders::NoReminder;
use crate::domain::promise::NoPromise;
use chrono::NaiveDate;
use serde::Serialize;

/// References that a confirmation lists.
pub const MAX_LISTED: usize = 25;

/// One mail to the person who sent a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConfirmationFacts {
    pub sender: Sender,
    pub recipient: String,
    pub today: NaiveDate,
    /// The changes, in the order of the reply.
    pub changes: Vec<Change>,
    pub refusals: Vec<Refused>,
    /// Who is away or back, as the reader has entered it.
    pub presences: Vec<Presence>,
    /// Items whose history the writer wanted to see.
    pub histories: Vec<History>,
    /// What the writer has, and those below, if that was wanted.
    #[serde(skip)]
    pub list: Option<StaffMailFacts>,
    /// The items of the mail that was answered, or of the list; at most [`MAX_LISTED`].
    pub items: Vec<String>,
    /// How many more there are.
    pub rest: usize,
}

/// [`ConfirmationFacts`] with the list as a mail shows it.
#[derive(Serialize)]
pub(super) struct ConfirmationView<'a> {
    #[serde(flatten)]
    facts: &'a ConfirmationFacts,
    list: Option<StaffView<'a>>,
}

impl<'a> ConfirmationView<'a> {
    pub(super) fn new(facts: &'a ConfirmationFacts, language: Language) -> Self {
        Self {
            facts,
            list: facts
                .list
                .as_ref()
                .map(|list| StaffView::new(list, language)),
        }
    }
}

/// A person is away, or back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Presence {
    pub name: String,
    /// It is the reader.
    pub me: bool,
    pub back: bool,
    /// It is so since a command was taken back.
    pub undone: bool,
    /// The first day; `None`: today.
    pub from: Option<NaiveDate>,
    /// The last day; `None`: until they are entered as back.
    pub until: Option<NaiveDate>,
    /// Who has their items meanwhile.
    pub stands_in: Option<String>,
    /// No deputy has: the supervisor who hears of new items.
    pub above: Option<String>,
}

/// The history of one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct History {
    pub reference: String,
    /// Its state, in a few words.
    pub standing: String,
    /// A scanned letter, not a mail.
    pub letter: bool,
    pub received: Local,
    /// Name of the person who has it today; `None` when no one has.
    pub handler: Option<String>,
    pub shown: Shown,
    /// The oldest first.
    pub happened: Vec<Happened>,
    /// Lines before those, which are only counted.
    pub earlier: usize,
}

/// One line of a history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Happened {
    pub at: Local,
    pub what: String,
}

/// A change to one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    pub reference: String,
    #[serde(flatten)]
    pub deed: Deed,
    /// The date that runs now; `None` when it needs no more work.
    pub due: Option<NaiveDate>,
    /// That date has passed.
    pub late: bool,
    pub undoable: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Deed {
    Closed {
        how: How,
        on: NaiveDate,
        self_reported: bool,
        /// The answer is in time.
        kept: bool,
        /// The answer is late.
        answer_late: bool,
        /// The pledge was kept by the notice of that day.
        by_notice: Option<NaiveDate>,
        /// A printed notice waits to be posted: that may be the letter that is meant.
        asks_posted: bool,
        note: Option<String>,
    },
    /// It is noted as contact: only the decision keeps the pledge.
    Contacted {
        on: NaiveDate,
    },
    Excluded {
        reason: String,
    },
    /// To whom; `me`: to the reader.
    Assigned {
        to: String,
        me: bool,
    },
    /// Taken back: who has it again.
    HandedBack {
        to: Option<String>,
    },
    Stamped {
        day: NaiveDate,
    },
    /// Taken back: the day from which its time runs again.
    Unstamped {
        day: NaiveDate,
    },
    Reopened,
    /// Taken back: it is settled as it was before.
    AsBefore,
    /// The probable answer is none.
    NotAnswered,
    /// What might be thanks is a question.
    Question,
    /// It is none, and closed.
    NoQuestion,
    /// The citizen gets no automatic mail.
    NoNotice,
    /// The printed notice was posted.
    Posted {
        day: NaiveDate,
        /// The pledge is kept by it.
        kept: bool,
        promise: Option<NaiveDate>,
    },
    /// The mail of the last day is a notice, and an answer is promised.
    Returned {
        date: NaiveDate,
        /// That mail has been seen, or the citizen has had another notice.
        seen: bool,
        /// The pledge is kept by it.
        kept: bool,
        day_off: bool,
    },
    /// The notice that was held leaves.
    Freed {
        /// The address that the reader gave.
        to: Option<String>,
        /// When, if not now.
        at: Option<Local>,
        /// Whom it names, and what it promises.
        name: String,
        promise: NaiveDate,
        /// It does not leave now: the service is on trial, or mail to citizens is paused.
        stopped: Option<Stopped>,
    },
    /// Taken back: a word about the notice.
    NoticeReset {
        /// It is held again.
        held: bool,
    },
    /// From whom it is.
    SenderTold {
        name: String,
    },
    /// Its mail holds several letters: the references of the others.
    Split {
        others: Vec<String>,
    },
    /// Taken back: its mail is one letter.
    Joined,
    /// It asks for public records.
    Records,
    /// Taken back: the pledge that it is under again.
    Repledged {
        pledge: String,
    },
    /// The person who has it is reminded.
    Urged {
        to: String,
        /// When, if not now.
        at: Option<Local>,
        /// The service is on trial: the mail does not leave.
        withheld: bool,
    },
    /// A note was kept.
    Remarked {
        note: String,
    },
    Promised {
        date: NaiveDate,
        reason: Option<String>,
        /// That day is a day off.
        day_off: bool,
        /// How the citizen hears of it.
        hears: Hears,
    },
    /// Taken back: the date that was promised.
    Unpromised {
        date: NaiveDate,
    },
}

impl Deed {
    /// The mail of an item holds these letters beside it.
    #[must_use]
    pub fn split(others: &[ItemId]) -> Self {
        Self::Split {
            others: others.iter().map(ToString::to_string).collect(),
        }
    }
}

impl From<NoPromise> for Why {
    fn from(no: NoPromise) -> Self {
        match no {
            NoPromise::Past(date) => Self::PromisePast { date },
            NoPromise::TooFar { last, .. } => Self::PromiseTooFar { last },
            NoPromise::Stands { date, .. } => Self::PromiseStands { date },
            NoPromise::NoReason { date, .. } => Self::PromiseReason { date },
            NoPromise::TooOften(_) => Self::PromiseTooOften,
        }
    }
}

impl From<NoReminder> for Why {
    fn from(no: NoReminder) -> Self {
        match no {
            NoReminder::NobodyThere(_) => Self::NobodyThere,
            NoReminder::OwnItem(_) => Self::OwnItem,
            NoReminder::NotBelow(_) => Self::NotBelow,
            NoReminder::Already { .. } => Self::UrgedAlready,
        }
    }
}

/// How a citizen hears of a date that a person promises.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Hears {
    /// They had another date before: by mail, from then on.
    Mail { at: Local },
    /// They had another date before, and hear of this one from the reader alone: no mail leaves
    /// about it.
    Reader,
    /// They have that date already.
    Already,
    /// In the notice that leaves then, if no one has answered.
    Notice { at: Local },
    /// In the notice that is printed and posted, if no one has answered.
    Letter,
    /// No mail leaves to them.
    NoMail,
}

/// Why no mail leaves for citizens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stopped {
    Trial,
    Paused,
}

/// What could not be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// `None`: the whole reply, or a command of it that names no item.
    pub reference: Option<String>,
    #[serde(flatten)]
    pub why: Why,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Why {
    /// The mail was sent to another person, who does not report to the writer.
    NoRight,
    /// The mail speaks of several items, and none was named.
    SeveralItems,
    /// The mail speaks of no item.
    NoItem,
    /// The item is none of the mail's.
    NotInMail,
    /// The register cannot read it now.
    SetAside,
    /// Its personal data was erased after the retention time.
    Erased,
    /// The reply's text could not be read.
    Unreadable,
    WrongState {
        state: State,
    },
    InFuture {
        date: NaiveDate,
    },
    BeforeArrival {
        date: NaiveDate,
        arrived: NaiveDate,
    },
    UnknownPerson {
        whom: String,
        known: Vec<String>,
    },
    HasLeft {
        name: String,
    },
    NotALetter,
    /// Only the mail of a scanner holds several letters.
    NotAScan,
    /// It is one letter of that mail.
    IsPart {
        of: String,
    },
    SplitAlready {
        count: usize,
    },
    /// It cannot be one letter again: that one was dealt with since.
    PartTouched {
        part: String,
    },
    StampAfterScan {
        day: NaiveDate,
        scanned: NaiveDate,
    },
    StampTooOld {
        day: NaiveDate,
    },
    NothingToUndo,
    /// The reply does not say for certain whose it is, or to which mail: its writer is asked.
    NotTied,
    /// Closing it needs a note of the action taken.
    NoteMissing,
    PromisePast {
        date: NaiveDate,
    },
    PromiseTooFar {
        last: NaiveDate,
    },
    PromiseStands {
        date: NaiveDate,
    },
    /// The notice left on that day.
    NoticeLeft {
        date: NaiveDate,
    },
    /// No notice will leave as it is.
    NoticeBarred,
    /// No notice of it was printed yet.
    NothingToPost,
    /// The notice was made on a later day, or the day is still to come.
    NotPostedThen {
        day: NaiveDate,
        made: NaiveDate,
    },
    /// Nothing holds the notice: it leaves at that time.
    NotHeld {
        at: Local,
    },
    InJunk,
    /// The notice about that item speaks for it.
    SpokenFor {
        by: String,
    },
    /// Its notice is printed.
    IsALetter,
    AddressNeeded,
    NoAddress {
        address: String,
    },
    /// It can get no notice any more.
    NoNotice,
    /// A decision: its notice says why it takes longer.
    ReasonNeeded,
    /// Above a handful the writer is asked whether all of this number are meant.
    AllMeant {
        count: usize,
    },
    SenderKnown,
    /// No pledge is about public records.
    NoRecords,
    IsRecords,
    /// The days of an absence cannot be right.
    NoAbsence,
    /// They are not entered as away.
    NotAway,
    /// It is for them, their deputies and those above them to say.
    NotTheirs,
    /// No person who has it is there.
    NobodyThere,
    /// It is the writer's own.
    OwnItem,
    /// It is neither with a member below the writer nor in the writer's mailbox.
    NotBelow,
    /// A reminder was wanted today already.
    UrgedAlready,
    /// The writer neither has it nor works in its mailbox.
    NotSeen,
    /// To move a promise needs a reason.
    PromiseReason {
        date: NaiveDate,
    },
    PromiseTooOften,
    /// It cannot be taken back: the citizen relies on it.
    PromiseTold {
        date: NaiveDate,
    },
    /// The meaning is not certain.
    #[serde(untagged)]
    Unclear(Unclear),
}
