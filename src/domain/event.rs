//! Facts of the log, in the past tense. The log is the truth: an item is the fold of its events,
//! nothing is ever changed or removed, and a correction is a new event.
//!
//! No fact holds a citizen's address, name, subject or text: those are kept once, in the message's
//! own row, where they are erased after the retention time ([`crate::domain::retention`]). What
//! people write themselves (a note, a reason) and what a server answered may hold such all the
//! same: of an erased item these texts are empty in the log, and only they ([`ERASED_TEXT`]).
//!
//! A register is read for as long as it exists, so a fact keeps its name and the meaning of its
//! fields; another field is one that may be missing (`serde(default)`). Every fact, and every code
//! in one, has a sample in `tests/data/log` (that of a mail of ours: in [`crate::domain::effect`]):
//! a new variant is a new line there, which a test asks for, and a line that was written once can
//! always be read.

use crate::domain::classify::Class;
/// A line of the log names the mail that it speaks of.
pub use crate::domain::effect::Effect;
pub use crate::domain::how::How;
use crate::domain::missing::Missing;
use crate::domain::older;
use crate::domain::pledge::Due;
use crate::domain::presumed::Presumed;
pub use crate::domain::proof::{Evidence, EvidenceKind, MatchedBy};
use crate::domain::reason::{DueChange, Reason, Sign, Undelivered, Withdrawal};
use crate::domain::tongue::Tongue;
use crate::domain::trust::Trust;
use crate::domain::written;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The text in the log that replaces erased words. No fact is written with it.
pub const ERASED_TEXT: &str = "";

/// Who caused an event that no person asked for.
pub const SYSTEM: &str = "system";

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub at: DateTime<Utc>,
    /// `system`, a staff id, or `cli:<user>`.
    pub by: String,
    pub fact: Fact,
}

/// An event of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Fact {
    /// A message became an item. Always the first event of an item, and only the first.
    Logged(Box<Logged>),
    /// It was seen in another folder.
    Moved {
        folder: String,
    },
    /// It is in no watched folder any more. The item stays.
    Gone,
    Flagged {
        flag: Flag,
    },
    /// What a flag said is so no more.
    Unflagged {
        flag: Flag,
    },
    /// A member of staff was given the item.
    Assigned {
        to: String,
        how: AssignedBy,
    },
    /// An item that a command had assigned is again with its handler before; `None`: it had none.
    HandedBack {
        to: Option<String>,
        how: Option<AssignedBy>,
    },
    /// An answer was found. `at` is the answer's own time.
    Answered {
        at: DateTime<Utc>,
        answered_by: Option<String>,
        evidence: Evidence,
    },
    /// Weak evidence of an answer: no notice goes out, a person is asked, the deadline holds.
    ProbablyAnswered {
        at: DateTime<Utc>,
        answered_by: Option<String>,
        evidence: Evidence,
    },
    /// The citizen was answered, called or met, and what keeps the pledge is something else: the
    /// time runs on.
    Contacted {
        #[serde(serialize_with = "written::instant")]
        at: DateTime<Utc>,
        answered_by: Option<String>,
        evidence: Evidence,
    },
    /// Its probable answer is none: it is open, as before.
    NotAnswered {
        /// The mail in Sent that explains the sign; `None`: a person said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<Evidence>,
    },
    /// A person wants no automatic mail to its citizen. The note is that person's own words.
    NoticeBarred {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// A person lets the notice go that was held. `elsewhere`: to an address that the person gave,
    /// which is in the message's row.
    NoticeFreed {
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        elsewhere: bool,
    },
    /// A person's word about the notice was taken back: its state since then.
    NoticeReset {
        barred: bool,
        freed: bool,
    },
    /// A person said from whom it is: the name is in the message's row.
    SenderTold,
    /// A person put it under another pledge; `back`: and took that back.
    Repledged {
        pledge: String,
        old: Option<String>,
        due: Box<Due>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        back: bool,
    },
    /// A person said which other letters its mail holds; none when that was taken back.
    Letters {
        others: Vec<i64>,
    },
    /// A person said that its printed notice was posted on that day.
    Posted {
        on: NaiveDate,
    },
    /// A person said that the mail of the last day only says who comes back, by that date.
    Returns {
        /// When that was said.
        #[serde(serialize_with = "written::instant")]
        at: DateTime<Utc>,
        date: NaiveDate,
    },
    /// So that mail, of that time, is the notice and no answer.
    NoticedByHand {
        #[serde(serialize_with = "written::instant")]
        at: DateTime<Utc>,
        promise: NaiveDate,
    },
    /// A person said that it is done.
    Closed {
        at: DateTime<Utc>,
        how: How,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
        evidence: Evidence,
        /// The time is what a person said, not what the system saw.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        self_reported: bool,
    },
    Excluded {
        #[serde(deserialize_with = "older::reason")]
        reason: Reason,
    },
    /// A better copy of the message was seen, and decides from now on.
    Judged {
        class: Class,
        reasons: Vec<Sign>,
        may_notify: bool,
    },
    /// It is most likely no question.
    Presumed {
        why: Presumed,
    },
    /// Presumed no question, shown for its time, and not contradicted by a person.
    Lapsed,
    /// Open again, with a due date counted from its arrival.
    Reopened {
        pledge: String,
        due: Box<Due>,
    },
    /// The due date was calculated again.
    DueChanged {
        old: Option<NaiveDate>,
        due: Box<Due>,
        why: DueChange,
    },
    /// A person promised an answer by a date, or moved an earlier promise. The reason is that
    /// person's own words.
    Promised {
        date: NaiveDate,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        old: Option<NaiveDate>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A person's last promise was taken back: the promise before it, or the date that the citizen
    /// has read, counts.
    Unpromised {
        date: NaiveDate,
    },
    /// Of the first edition, where a further question waited behind the older one; since then each
    /// has its own clock.
    Follows {
        leader: Option<i64>,
    },
    /// The same message came to another watched mailbox.
    Twinned {
        with: i64,
        /// Where it came before, when it came there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        arrival: Option<DateTime<Utc>>,
    },
    /// What it points at was read after it: it is of that conversation.
    Tied {
        conversation: i64,
        /// Its citizen is written to in this language, as in the rest of the conversation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<Tongue>,
        /// The question whose notice speaks for it too.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        covered_by: Option<i64>,
    },
    /// The notice that covered it no longer holds, or its item ended without it: a question with
    /// its own clock, from its arrival.
    Uncovered,
    /// A mail was decided and written to the outbox in the same transaction.
    Queued {
        effect: Effect,
        /// Staff ids, or `citizen`.
        to: Vec<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        promise: Option<NaiveDate>,
        /// The member of staff that a notice names.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        names: Option<String>,
        /// It names a function in place of that person.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        as_function: bool,
    },
    /// The server accepted it; `at` is that instant.
    Sent {
        effect: Effect,
        at: DateTime<Utc>,
        /// The date that it promises its citizen, where its copy says so and nothing else does: the
        /// register that had queued it is lost.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        promise: Option<NaiveDate>,
    },
    /// A mail fell due and was not sent, because the service was in shadow. It never leaves later.
    Withheld {
        effect: Effect,
        /// Staff ids, or `citizen`.
        to: Vec<String>,
    },
    /// It was taken back, because it had become wrong.
    Withdrawn {
        effect: Effect,
        why: Withdrawal,
        /// Its reader may have it: the answer to an attempt was lost, and no copy was found.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        may_have_left: bool,
    },
    /// It will not arrive: refused, bounced, or that cannot be known (`unknown`).
    Failed {
        effect: Effect,
        failure: Failure,
        /// Details of the failure; nothing when it says all.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "older::undelivered"
        )]
        why: Option<Undelivered>,
    },
    /// Something about the item that a person should see, without effect on its state.
    Noted {
        text: String,
    },
    /// A person wrote something down about it, in that person's own words.
    Remarked {
        note: String,
    },
    /// A person wants the handler to be reminded.
    Urged,
    /// A person wants it kept beyond the retention time. The note is that person's own words.
    Held {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// It need not be kept any longer than others.
    Released,
    /// Its personal data was erased, by that decision.
    Erased {
        decision: String,
    },
    /// Of the service, not of an item: how many items and mails of staff lost their personal data.
    Purged {
        items: u32,
        sent: u32,
        months: u16,
        decision: String,
    },
    /// Of the service: from here on mail leaves, with a list of missing steps.
    WentLive {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        missing: Vec<Missing>,
    },
    /// Of the service: no mail goes to citizens. The reason is a person's own words.
    Paused {
        reason: String,
    },
    /// Of the service: mail goes to citizens again.
    Resumed,
}

impl Fact {
    /// The server accepted it at that instant.
    #[must_use]
    pub fn sent(effect: Effect, at: DateTime<Utc>) -> Self {
        Self::Sent {
            effect,
            at,
            promise: None,
        }
    }
}

/// The facts of a new item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logged {
    pub mailbox: String,
    pub folder: String,
    pub class: Class,
    /// The signs of its class.
    pub reasons: Vec<Sign>,
    #[serde(serialize_with = "written::instant")]
    pub received_at: DateTime<Utc>,
    /// Where the arrival comes from: `internaldate`, `border`, `stamp`, `first_seen`.
    pub arrival: Arrival,
    /// The id of the conversation's first item, as a number (see [`crate::domain::item::ItemId`]).
    pub conversation: i64,
    pub standing: Standing,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
    /// The language that its header asks for, when that is another than the service's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Tongue>,
    /// What the border said of its sender; `None` where it is not known to speak.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trust: Option<Trust>,
    /// The server's time of it where that is not when it arrived: it was moved in, or our clock was
    /// behind the server's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<DateTime<Utc>>,
    /// A person said that it is one of several letters in the mail of this item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_of: Option<i64>,
}

impl Logged {
    /// When it was written, at the latest: when its server had it.
    #[must_use]
    pub fn written_at(&self) -> DateTime<Utc> {
        let known = self.received_at;
        self.asked_at.map_or(known, |at| at.min(known))
    }

    /// It is a reply of staff to a mail of ours.
    #[must_use]
    pub fn is_reply_of_staff(&self) -> bool {
        let Standing::Excluded { reason } = &self.standing else {
            return false;
        };
        matches!(reason, Reason::StaffReply | Reason::StaffCommand)
    }
}

/// The state of a new item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Older than the start of the service: logged, no deadline, no mail.
    History,
    /// Needs no answer from us.
    Excluded {
        #[serde(deserialize_with = "older::reason")]
        reason: Reason,
    },
    Open {
        pledge: String,
        due: Box<Due>,
        may_notify: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        handler: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        assigned_by: Option<AssignedBy>,
        /// Of the first edition: an older question of the same conversation has the clock.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        leader: Option<i64>,
        /// The question whose notice speaks for this one too.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        covered_by: Option<i64>,
    },
    /// Most likely no question; its state as a question is beside.
    NoQuestion {
        why: Presumed,
        pledge: String,
        due: Box<Due>,
        may_notify: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        handler: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        assigned_by: Option<AssignedBy>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrival {
    Internaldate,
    Border,
    Stamp,
    /// The server gave no time: when it was first seen.
    FirstSeen,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignedBy {
    Rule,
    Forward,
    Command,
    Cli,
    Conversation,
    Default,
    /// The message was moved to the handler's folder, or arrived there.
    Folder,
}

/// Why an automatic mail did not reach its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// The server refused it for good (5xx).
    Rejected,
    /// It came back.
    Bounced,
    /// The reader's absence reply came.
    Absent,
    /// Accepted or not: it cannot be known, and it is not sent again.
    Unknown,
    /// The server put it off for its reader's sake (a full mailbox) until waiting any longer was
    /// useless.
    PutOff,
}

/// Marks that people see in lists and mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    InJunk,
    DmarcFailed,
    RoleAddress,
    ForeignReplyTo,
    NullReturnPath,
    FromOurselves,
    /// It has our own mark, but is not from us.
    ForgedMark,
    /// In no watched folder any more.
    Gone,
    /// Same sender, subject and size as another item of the same days.
    PossibleDuplicate,
    /// A stamp day in the future.
    StampInFuture,
    /// A stamp day too long ago.
    StampTooOld,
    /// A scan of several documents: perhaps as many letters.
    Several,
    /// The handler's own answer came back.
    AnswerBounced,
    /// The handler's mailbox answered with an absence message.
    HandlerAway,
    /// An automatic reply that belongs to no known conversation.
    UntiedAutoReply,
    /// The address had had a notice on the day when this one was due.
    NoticeHeldByCap,
    /// The mailbox had sent as many notices in an hour as it may when this one was due.
    NoticeHeldByHour,
    /// Mail to citizens was paused when its notice was due.
    NoticeHeldByPause,
    /// It follows an answer in its conversation, and may be nothing but thanks: no automatic
    /// notice.
    AfterAnswer,
    /// It was answered by a mail that nothing vouches for.
    Unverified,
    /// A mail that claims to be our answer to it is not genuine.
    ForgedAnswer,
    /// Another question of its citizen in the conversation was answered; perhaps this one too.
    AnsweredBeside,
    /// It was settled without the note that its pledge asks for.
    NoteMissing,
    /// It was filed as done, and no answer to it is seen.
    FiledUnanswered,
    /// It came within minutes of our notice to the same address, tied to nothing: perhaps a machine
    /// acknowledges.
    Echo,
    /// It answers a mail of ours to staff, but is not surely from staff of this mailbox: no command
    /// of it is read.
    StrangersReply,
    /// A member of staff or a colleague passed it on: the citizen's address is not known.
    ForwardedIn,
    /// From a colleague, about something of their own.
    Internal,
    /// It was excluded by a rule that is no more.
    Reclassified,
    /// A person wants it kept beyond the retention time.
    OnHold,
    /// Its possible answer lies in Junk: no state is changed by it.
    AnswerInJunk,
    /// A report that anybody can have written says that its notice did not arrive.
    MaybeBounced,
    /// A person has thrown it away: its citizen gets no automatic mail while it lies in the trash.
    Trashed,
    /// A person has changed its subject.
    Edited,
    /// It did not come in its turn: its time runs from first sight, and its citizen gets no
    /// automatic notice.
    MovedIn,
    /// Its personal data was erased after the retention time.
    Erased,
}

mod topic;
#[cfg(test)]
mod tests;

pub use topic::Topic;
pub(crate) use topic::of_other_topics;
