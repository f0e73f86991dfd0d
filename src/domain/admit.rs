//! The state of a message that arrives: open under a pledge, needing no answer, or history; with
//! its clock, its handler, its flags and its language.
//!
//! The engine looks up what the register knows ([`Known`]), this decides ([`open`]), and the engine
//! writes the [`Admission`] down. Nothing here asks the register, so every rule is one row of a
//! table below.

use crate::domain::arrival::CLOCK_SLACK;
use crate::domain::board::Board;
use crate::domain::citizen::{Citizen, Source};
use crate::domain::classify::{Class, Conversation, House, Mark, Verdict, holds_documents};
use crate::domain::covered::{self, Later, Told};
use crate::domain::event::{Arrival, AssignedBy, Flag, Logged, Standing};
use crate::domain::folders::Watched;
use crate::domain::item::{Item, ItemId};
use crate::domain::kept::MessageRow;
use crate::domain::message::Message;
use crate::domain::no_question::{self, Answer, Presumed};
use crate::domain::pledge::{Due, Pledge};
use crate::domain::reason::Reason;
use crate::domain::stamp::{Stamp, stamp_day};
use crate::domain::tongue::{self, Tongue};
use chrono::{DateTime, NaiveDate, Utc};

/// One message on its way into the register.
#[derive(Clone, Copy, Debug)]
pub struct Arriving<'a> {
    pub message: &'a Message,
    pub folder: &'a Watched,
    pub received_at: DateTime<Utc>,
    /// Where `received_at` comes from.
    pub arrival: Arrival,
    pub pledge: &'a Pledge,
    pub verdict: &'a Verdict,
    /// The server's time of it where that is not when it arrived: it was moved in, or our clock is
    /// behind the server's. A mail later than this can be its answer.
    pub asked_at: Option<DateTime<Utc>>,
}

impl Arriving<'_> {
    /// It came to the mailbox where it was before, long before it was seen.
    fn was_moved_in(&self) -> bool {
        self.asked_at
            .is_some_and(|at| at <= self.received_at + CLOCK_SLACK)
    }
}

/// What the register knows of a message.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub thread: Thread,
    /// The message answers a mail of ours to staff.
    pub answers_staff_mail: bool,
    /// Our notice went to its sender a moment before it came.
    pub follows_a_notice: bool,
    /// Live items of the same sender, subject and size.
    pub alike: Vec<ItemId>,
    /// Questions of the conversation whose notice still holds.
    pub told: Vec<Told>,
    /// The answer that it points at.
    pub answer: Option<Answer>,
    /// A mail of ours to its sender vouches for it.
    pub was_written_to: bool,
    /// Who wrote it, as far as its sender is known.
    pub source: Source,
}

/// The conversation that a message is tied to.
#[derive(Clone, Debug, Default)]
pub struct Thread {
    /// `None`: a conversation of its own.
    pub conversation: Option<ItemId>,
    /// Who has the conversation.
    pub handler: Option<String>,
    /// Live items of the conversation that came before, the oldest first.
    pub open_items: Vec<Item>,
    /// Subjects of the question whose notice or answer the message replies to, where its own is
    /// only the one that we gave that mail.
    pub goes_on_with: Vec<String>,
}

impl Thread {
    /// As the classification wants to know it.
    #[must_use]
    pub fn looked_up(&self) -> Conversation {
        if self.conversation.is_some() {
            Conversation::Known
        } else {
            Conversation::Unknown
        }
    }
}

/// The facts to write.
#[derive(Clone, Debug)]
pub struct Admission {
    /// `None`: a conversation of its own.
    pub conversation: Option<ItemId>,
    pub standing: Standing,
    pub arrival: Arrival,
    pub flags: Vec<Flag>,
    /// The language that the citizen is written to in, if it is not the service's.
    pub language: Option<Tongue>,
    /// Flags that items of the register get.
    pub others: Vec<(ItemId, Flag)>,
}

impl Admission {
    /// It answers a mail of ours to staff: its commands are carried out.
    #[must_use]
    pub fn is_reply_of_staff(&self) -> bool {
        let Standing::Excluded { reason } = &self.standing else {
            return false;
        };
        matches!(reason, Reason::StaffReply | Reason::StaffCommand)
    }

    /// The first event of the item, under its reference.
    #[must_use]
    pub fn logged(&self, id: ItemId, arriving: &Arriving, mailbox: &str) -> Logged {
        Logged {
            mailbox: mailbox.to_owned(),
            folder: arriving.folder.name.clone(),
            class: arriving.verdict.class,
            reasons: arriving.verdict.reasons.clone(),
            received_at: arriving.received_at,
            arrival: self.arrival,
            conversation: self.conversation.unwrap_or(id).0,
            standing: self.standing.clone(),
            flags: self.flags.clone(),
            language: self.language,
            trust: arriving.verdict.trust,
            asked_at: arriving.asked_at,
            part_of: None,
        }
    }

    fn settled(
        standing: Standing,
        conversation: Option<ItemId>,
        arrival: Arrival,
        flags: Vec<Flag>,
    ) -> Self {
        Self {
            conversation,
            standing,
            arrival,
            flags,
            language: None,
            others: Vec::new(),
        }
    }
}

/// A message from before the start of the service: logged, nothing more.
#[must_use]
pub fn history(arriving: &Arriving) -> Admission {
    Admission::settled(Standing::History, None, arriving.arrival, Vec::new())
}

/// A message that needs no answer.
#[must_use]
pub fn excluded(arriving: &Arriving, thread: &Thread, reason: Reason) -> Admission {
    let mut flags = flags_of(arriving.verdict);
    // It is tied to something, or nothing that a person should look at.
    flags.retain(|flag| *flag != Flag::UntiedAutoReply);
    Admission::settled(
        Standing::Excluded { reason },
        thread.conversation,
        arriving.arrival,
        flags,
    )
}

/// A message that needs an answer: its due date, its handler, and whether an automatic notice may
/// be sent.
#[must_use]
pub fn open(arriving: &Arriving, known: &Known, board: &Board) -> Admission {
    let mut flags = first_flags(arriving, known);
    let (due, arrival) = due(arriving, board, &mut flags);
    let presumed = presumed(arriving, known, board);
    let covered_by = covered_by(arriving, known, board).filter(|_| presumed.is_none());
    let (handler, assigned_by) = handler(arriving, &known.thread, board);
    let echo = known.follows_a_notice && covered_by.is_none();
    flags.extend(echo.then_some(Flag::Echo));
    flags.extend((!known.alike.is_empty()).then_some(Flag::PossibleDuplicate));
    let question = Question {
        pledge: arriving.pledge.name.clone(),
        due,
        may_notify: !echo && may_notify(arriving, known),
        handler,
        assigned_by,
    };
    Admission {
        conversation: known.thread.conversation,
        standing: question.stands(presumed, covered_by),
        arrival,
        flags,
        language: language(arriving, &known.thread, board),
        others: known
            .alike
            .iter()
            .map(|id| (*id, Flag::PossibleDuplicate))
            .collect(),
    }
}

/// When it is due, and what its day of arrival was read from.
fn due(arriving: &Arriving, board: &Board, flags: &mut Vec<Flag>) -> (Box<Due>, Arrival) {
    let Arriving {
        message,
        pledge,
        received_at,
        ..
    } = *arriving;
    let received_on = board.calendar.local_date(received_at);
    let (arrived_on, arrival) = match stamped(message, pledge, received_on, flags) {
        Some(stamped) => (stamped, Arrival::Stamp),
        None => (received_on, arriving.arrival),
    };
    let due = pledge.due_of_arrival(received_at, arrived_on, &board.calendar);
    (Box::new(due), arrival)
}

fn may_notify(arriving: &Arriving, known: &Known) -> bool {
    arriving.verdict.may_notify
        && !arriving.was_moved_in()
        && !arriving.message.from.is_empty()
        && !known.answers_staff_mail
}

/// What an item has from its beginning, whether it is presumed to be one or not.
struct Question {
    pledge: String,
    due: Box<Due>,
    may_notify: bool,
    handler: Option<String>,
    assigned_by: Option<AssignedBy>,
}

impl Question {
    fn stands(self, presumed: Option<Presumed>, covered_by: Option<ItemId>) -> Standing {
        let Self {
            pledge,
            due,
            may_notify,
            handler,
            assigned_by,
        } = self;
        match presumed {
            Some(why) => Standing::NoQuestion {
                why,
                pledge,
                due,
                may_notify,
                handler,
                assigned_by,
            },
            None => Standing::Open {
                pledge,
                due,
                may_notify,
                handler,
                assigned_by,
                leader: None,
                covered_by: covered_by.map(|item| item.0),
            },
        }
    }
}

/// A colleague writes about something of their own: no clock runs. What claims to be a colleague's
/// and is not surely so, or fits a rule of its own, is watched; all of it where the mailbox says
/// so.
#[must_use]
pub fn is_internal(arriving: &Arriving, board: &Board) -> bool {
    let marks = &arriving.verdict.marks;
    let doubted = [
        Mark::InJunk,
        Mark::DmarcFailed,
        Mark::ForgedMark,
        Mark::NotVerified,
    ];
    !board.internal_clock
        && arriving.verdict.class == Class::Correspondence
        && marks.contains(&Mark::Internal)
        && !doubted.iter().any(|mark| marks.contains(mark))
        && arriving.pledge.may_presume()
}

/// The question whose notice speaks for this one too.
fn covered_by(arriving: &Arriving, known: &Known, board: &Board) -> Option<ItemId> {
    let Arriving {
        message,
        pledge,
        verdict,
        received_at,
        ..
    } = *arriving;
    // What a rule of its own names is never presumed anything.
    if !pledge.may_presume() || verdict.class != Class::Correspondence {
        return None;
    }
    let own = [message.subject.clone()];
    let goes_on_with = &known.thread.goes_on_with;
    let later = Later {
        subjects: if goes_on_with.is_empty() {
            &own
        } else {
            goes_on_with
        },
        citizen: Citizen::of(message, known.source, |address| board.is_own(address)),
        pledge: &pledge.name,
        received_at,
    };
    covered::by(&later, &known.told, &board.organisation.diary)
}

/// Why it is most likely no question, if so.
fn presumed(arriving: &Arriving, known: &Known, board: &Board) -> Option<Presumed> {
    let Arriving {
        pledge, verdict, ..
    } = *arriving;
    // What a rule of its own names is never presumed anything.
    if !pledge.may_presume() {
        return None;
    }
    let is_marked = |mark: Mark| verdict.marks.contains(&mark);
    if is_marked(Mark::InJunk) && known.thread.conversation.is_none() && !known.was_written_to {
        return Some(Presumed::Junk);
    }
    if verdict.class == Class::AutoReply && known.thread.conversation.is_none() {
        return Some(Presumed::Absence);
    }
    if is_marked(Mark::BulkSign) && is_marked(Mark::RoleAddress) && is_of_nobody(arriving, board) {
        return Some(Presumed::NoReply);
    }
    let answer = known
        .answer
        .as_ref()
        .filter(|_| is_of_a_person_outside(arriving, board))?;
    is_thanks(arriving, answer, known.source, board).then_some(Presumed::Thanks)
}

fn is_thanks(arriving: &Arriving, answer: &Answer, source: Source, board: &Board) -> bool {
    let message = arriving.message;
    let later = no_question::Later {
        subject: &message.subject,
        asks: no_question::asks_something(message),
        citizen: Citizen::of(message, source, |address| board.is_own(address)),
        pledge: &arriving.pledge.name,
        asked_at: arriving.asked_at.unwrap_or(arriving.received_at),
    };
    no_question::is_thanks(&later, answer, &board.calendar, &board.organisation.diary)
}

fn is_of_a_person_outside(arriving: &Arriving, board: &Board) -> bool {
    arriving.verdict.class == Class::Correspondence
        && board.house_of(arriving.message) == House::Outside
}

/// Whether an answer that is read later can make thanks of it. A mail that a channel passed on is
/// from a citizen whom the register cannot separate from the channel.
#[must_use]
pub fn may_thank(arriving: &Arriving, row: &MessageRow, board: &Board) -> bool {
    arriving.pledge.may_presume()
        && is_of_a_person_outside(arriving, board)
        && !row.more.through_channel
        && !no_question::asks_something(arriving.message)
}

/// No channel and no rule of the mailbox names its sender, and it is not an address of the
/// organisation.
fn is_of_nobody(arriving: &Arriving, board: &Board) -> bool {
    let Arriving {
        message, folder, ..
    } = *arriving;
    board.channel_of(message).is_none()
        && board.house_of(message) == House::Outside
        && !board
            .assign
            .iter()
            .any(|rule| rule.matches.fits(message, &folder.name))
}

/// The folder that it lies in before rules, the mailbox's before the pledge's, before the
/// conversation's handler before the mailbox's default.
#[must_use]
pub fn handler(
    arriving: &Arriving,
    thread: &Thread,
    board: &Board,
) -> (Option<String>, Option<AssignedBy>) {
    let Arriving {
        message,
        folder,
        pledge,
        ..
    } = *arriving;
    let rule = || {
        board
            .assign
            .iter()
            .find(|rule| rule.matches.fits(message, &folder.name))
    };
    if let Some(owner) = board.owner_of(folder) {
        (Some(owner.id.clone()), Some(AssignedBy::Folder))
    } else if let Some(rule) = rule() {
        (Some(rule.handler.clone()), Some(AssignedBy::Rule))
    } else if let Some(handler) = &pledge.handler {
        (Some(handler.clone()), Some(AssignedBy::Rule))
    } else if let Some(handler) = thread
        .handler
        .as_ref()
        .filter(|handler| board.still_works(handler))
    {
        (Some(handler.clone()), Some(AssignedBy::Conversation))
    } else {
        (
            board.handler.clone(),
            board.handler.as_ref().map(|_| AssignedBy::Default),
        )
    }
}

/// The language that the citizen is written to in, if it is not the service's. A scan's header is
/// the scanner's.
fn language(arriving: &Arriving, thread: &Thread, board: &Board) -> Option<Tongue> {
    if arriving.pledge.letter {
        return None;
    }
    let before = thread.open_items.first().and_then(|item| item.language);
    tongue::of(arriving.message)
        .or(before)
        .filter(|language| *language != board.tongue)
}

/// The stamp day of a letter; one that is not believed is flagged, and a person is asked.
fn stamped(
    message: &Message,
    pledge: &Pledge,
    received_on: NaiveDate,
    flags: &mut Vec<Flag>,
) -> Option<NaiveDate> {
    match stamp_day(&message.subject, pledge.stamp.as_ref()?, received_on) {
        Stamp::None => None,
        Stamp::Believed(day) => Some(day),
        Stamp::Future(_) => {
            flags.push(Flag::StampInFuture);
            None
        }
        Stamp::TooOld(_) => {
            flags.push(Flag::StampTooOld);
            None
        }
    }
}

/// The flags of a message that needs an answer, as far as its header and its parts show them.
fn first_flags(arriving: &Arriving, known: &Known) -> Vec<Flag> {
    let mut flags = flags_of(arriving.verdict);
    flags.extend(known.answers_staff_mail.then_some(Flag::StrangersReply));
    flags.extend(arriving.was_moved_in().then_some(Flag::MovedIn));
    let several = arriving.pledge.letter && holds_documents(arriving.message);
    flags.extend(several.then_some(Flag::Several));
    flags
}

fn flags_of(verdict: &Verdict) -> Vec<Flag> {
    verdict
        .marks
        .iter()
        .filter_map(|mark| flag_of(*mark))
        .collect()
}

/// The flag that people see for a mark of the classification; the others are only among the
/// reasons.
fn flag_of(mark: Mark) -> Option<Flag> {
    match mark {
        Mark::InJunk => Some(Flag::InJunk),
        Mark::DmarcFailed => Some(Flag::DmarcFailed),
        Mark::RoleAddress => Some(Flag::RoleAddress),
        Mark::ForeignReplyTo => Some(Flag::ForeignReplyTo),
        Mark::NullReturnPath => Some(Flag::NullReturnPath),
        Mark::FromOurselves => Some(Flag::FromOurselves),
        Mark::WithoutConversation => Some(Flag::UntiedAutoReply),
        Mark::ForgedMark => Some(Flag::ForgedMark),
        Mark::ForwardedIn => Some(Flag::ForwardedIn),
        Mark::Internal => Some(Flag::Internal),
        Mark::BulkSign
        | Mark::SubjectOnly
        | Mark::SpamFlag
        | Mark::AbsenceWords
        | Mark::BareAddress
        | Mark::NeverNotify
        | Mark::NotVerified => None,
    }
}

#[cfg(test)]
pub(crate) mod tests;
