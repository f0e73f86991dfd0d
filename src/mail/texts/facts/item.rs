//! One item as a mail to staff tells of it: why it is there, who has it, and what its sender has
//! heard.

use super::{HeldWhy, Local, Shown, ToPost};
use crate::domain::no_question::Presumed;
use crate::domain::pledge::Span;
use chrono::NaiveDate;
use serde::Serialize;

/// Why an item is in a mail to staff; an item may have several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Matter {
    /// It waits for an answer.
    Reminder,
    /// A notice is to be posted.
    Post,
    /// There is a later mail to the same address that may be the answer.
    Confirm { sent: Option<Local> },
    /// It was filed as done, and no answer is seen.
    Filed,
    /// It was not answered, and the reader is above the person who has it; `step` counts from 1.
    Escalation { step: u16, why: EscalationWhy },
    /// A supervisor had that mail: the reader has the item.
    Climbed { step: u16, to: String },
    /// Our notice came back.
    Bounced,
    /// The handler's own answer came back.
    AnswerBounced,
    /// It is not known whether our notice arrived; it is not sent again.
    Uncertain,
    /// No automatic notice is sent.
    Held { why: HeldWhy },
    /// The message is no longer in the mailbox.
    Gone,
    /// The message lies in the trash.
    Trashed,
    /// The letter's stamp day is not believed: in the future or too old.
    Undated { stamp: Option<NaiveDate> },
    /// The scan holds several documents: perhaps as many letters.
    Several,
    /// The handler's automatic reply was seen: the reader is the deputy.
    Deputy,
    /// It was reminded of before, to another person; the reader has it now.
    HandedOver,
    /// A person asks for the answer; `None`: on the server.
    Urged { by: Option<String> },
    /// The message could not be read by the program.
    Unreadable,
    /// It has just arrived, and the mail goes at once.
    Arrived,
    /// It was settled without the note that its pledge asks for.
    NoteMissing,
    /// It is most likely none; `ends`: it closes by itself after today.
    NoQuestion { why: Option<Presumed>, ends: bool },
    /// Another question of its citizen in the conversation was answered; perhaps this one too.
    AnsweredBeside,
    /// A mail that claims to be our answer to it is not genuine.
    ForgedAnswer,
    /// Its possible answer lies in Junk.
    AnswerInJunk,
    /// A report that anybody can have written says that the notice did not arrive.
    MaybeBounced,
}

/// Why a supervisor gets the mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EscalationWhy {
    /// The pledge's date has passed without an answer.
    Unanswered,
    /// The date that was promised has passed too.
    PromiseBroken,
    NoHandler,
    /// The handler is away without a deputy.
    HandlerAbsent,
    /// The mail to the step below came back or met an absence reply.
    NotDelivered,
}

/// One item in a mail to staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StaffItem {
    pub reference: String,
    /// The mailbox's address.
    pub mailbox: String,
    #[serde(flatten)]
    pub pledge: Pledged,
    pub received: Local,
    /// The pledge's date.
    pub due: NaiveDate,
    /// Working days past [`Self::deadline`]; 0 when it is not past.
    pub late: u32,
    #[serde(flatten)]
    pub holder: Holder,
    pub matters: Vec<Matter>,
    #[serde(flatten)]
    pub notice: NoticeState,
    #[serde(flatten)]
    pub promised: Promised,
    /// The item whose notice speaks for this one too.
    pub covered_by: Option<String>,
    /// Later ones for which its notice speaks too, and which have no line of their own.
    pub covers: Vec<String>,
    /// A sign of an answer waits for a word.
    pub probable: bool,
    /// The notice to post that hangs on the mail.
    pub post: Option<ToPost>,
    /// Where the message lies, as the server names it.
    pub folder: String,
    pub shown: Shown,
}

/// Its pledge, as far as staff must know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pledged {
    /// As the configuration has it.
    #[serde(rename = "pledge")]
    pub name: String,
    pub time: Span,
    /// A scanned letter, not a mail.
    pub letter: bool,
    /// The matter is one of law, and mailed at once: it comes before others.
    pub first: bool,
    /// A day that can be promised: the one that a notice of today would name.
    pub suggested: NaiveDate,
    /// What the municipality wants staff to remember with this pledge.
    pub advice: Option<String>,
}

/// Who has it, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Holder {
    /// The person who has it today; `None` when no one has.
    pub handler: Option<String>,
    /// The handler whose deputy that one is.
    pub absent: Option<String>,
    /// Who could take it over; `None` without one.
    pub deputy: Option<String>,
    /// When the person who has it last had mail about it.
    pub told_at: Option<Local>,
}

/// Whether its sender has a notice, or gets one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NoticeState {
    /// When the sender got it.
    pub noticed: Option<Local>,
    /// The one that the sender will get if no answer comes before.
    pub planned: Option<Planned>,
    /// When the sender would get, or would have got one, were the service not in shadow.
    pub in_shadow: Option<Local>,
    /// It would get one if a person said why the decision takes longer, and by when it comes.
    pub wants_reason: bool,
    /// Since when a printed notice waits to be posted.
    pub to_post: Option<NaiveDate>,
}

/// The later dates that were promised for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Promised {
    /// The last one, of the notice or of the handler.
    pub promise: Option<NaiveDate>,
    /// The date that the notice gave the sender.
    pub told: Option<NaiveDate>,
    /// The handler's promise, when the notice did not say the same.
    pub given: Option<NaiveDate>,
    /// The handler's promise is the date to work towards.
    pub by_hand: bool,
}

impl StaffItem {
    /// An answer is still owed, and the date has passed. One for which another item's notice speaks
    /// waits for that item's answer.
    #[must_use]
    pub fn is_late(&self, today: NaiveDate) -> bool {
        let is_done = |matter: &Matter| matches!(matter, Matter::Filed | Matter::NoteMissing);
        let waits = self.covered_by.is_none() && !self.matters.iter().any(is_done);
        self.deadline() < today && waits && !self.is_no_question()
    }

    /// It is there only because it is most likely no question.
    #[must_use]
    pub fn is_no_question(&self) -> bool {
        self.matters
            .iter()
            .any(|matter| matches!(matter, Matter::NoQuestion { .. }))
    }

    /// The date that counts now: the promised one once the sender has it (a notice that came back
    /// reached no one) or when only the handler's own promise is left to keep, else the pledge's.
    #[must_use]
    pub fn deadline(&self) -> NaiveDate {
        let told = self.notice.noticed.is_some() && !self.matters.contains(&Matter::Bounced);
        let Promised {
            promise, by_hand, ..
        } = self.promised;
        promise.filter(|_| told || by_hand).unwrap_or(self.due)
    }
}

/// A notice that leaves by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Planned {
    /// `None`: its moment has come, and it leaves as soon as it can.
    pub at: Option<Local>,
    /// Whom it names.
    pub name: String,
    pub promise: NaiveDate,
}

/// The heading of an item in a mail to staff, in the order of the mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// It waits for the reader's answer.
    Answer,
    /// The reader has it since now.
    New,
    /// A notice hangs on the mail, to print and post.
    Post,
    /// The reader is asked something about it.
    Confirm,
    /// It was thrown away, and the reader is asked whether it was a question.
    Trashed,
    /// It is most likely no question.
    NoQuestion,
    /// Others owe the answer; the reader is above them.
    Team,
    /// The same, without work for the reader: its citizen has a notice, and the promise runs.
    Aware,
}

impl StaffItem {
    /// Its place in the mail of the day.
    #[must_use]
    pub fn part(&self, today: NaiveDate) -> Part {
        let has = |wanted: fn(&Matter) -> bool| self.matters.iter().any(wanted);
        if has(|matter| matches!(matter, Matter::Escalation { .. })) {
            return if self.is_told(today) {
                Part::Aware
            } else {
                Part::Team
            };
        }
        if self.post.is_some() {
            Part::Post
        } else if has(|matter| {
            matches!(
                matter,
                Matter::Confirm { .. } | Matter::Filed | Matter::NoteMissing
            )
        }) {
            Part::Confirm
        } else if has(|matter| matches!(matter, Matter::HandedOver | Matter::Deputy)) {
            Part::New
        } else if self.is_no_question() {
            Part::NoQuestion
        } else if self.matters == [Matter::Trashed] && !self.is_late(today) {
            Part::Trashed
        } else {
            Part::Answer
        }
    }

    /// The sender knows of a later date, which has not passed.
    fn is_told(&self, today: NaiveDate) -> bool {
        self.notice.noticed.is_some() && self.deadline() >= today
    }

    /// Why no notice leaves by itself, if that is so.
    #[must_use]
    pub fn held(&self) -> Option<HeldWhy> {
        self.matters.iter().find_map(|matter| {
            if let Matter::Held { why } = matter {
                Some(*why)
            } else {
                None
            }
        })
    }

    /// Why the reader hears of another's item.
    #[must_use]
    pub fn escalated(&self) -> Option<EscalationWhy> {
        self.matters.iter().find_map(|matter| match matter {
            Matter::Escalation { why, .. } => Some(*why),
            _ => None,
        })
    }

    /// Whom a planned notice names where neither the handler nor a deputy is there.
    #[must_use]
    pub fn named_for_want(&self) -> Option<&str> {
        let alone = [EscalationWhy::NoHandler, EscalationWhy::HandlerAbsent];
        self.escalated().filter(|why| alone.contains(why))?;
        let planned = self.notice.planned.as_ref();
        planned.map(|planned| planned.name.as_str())
    }

    /// A promised date has passed.
    #[must_use]
    pub fn is_promise_broken(&self, today: NaiveDate) -> bool {
        self.promised.promise == Some(self.deadline()) && self.is_late(today)
    }
}
