//! What a message is, and three separate answers with their reasons: does it need an answer from
//! us, may an automatic notice be sent, and does it count as our answer when staff send it?
//!
//! The signs are tried in the order of [`classify`]. A weak sign never makes a person's mail
//! disappear: a doubtful mail needs an answer and gets no automatic mail; words never exclude, they
//! withhold the notice. Three places stray from a plain reading of the table: a bounce is looked
//! for before "no usable From", because many systems bounce from `<>`; an address that only mail
//! systems have (mailer-daemon) needs no second sign; and what the operator configured as a scanner
//! is a letter before any sign of bulk, group or machine is believed.
//!
//! Header facts only; of a body, only what `mail::parse` found in a suspect's first part.

pub mod absence;
pub mod auto_reply;
pub mod bounce;
pub mod bulk;
pub mod calendar;
mod context;
pub mod own;
pub mod receipt;
mod scan;
mod signs;

pub use calendar::may_be_meeting;
pub use context::{Channel, Context, Conversation, House, Ours};
pub use own::OwnMark;
pub use receipt::may_wrap_receipt;
pub use scan::{holds_documents, may_hold_documents};
pub use signs::{auto_submitted, dmarc_failed, is_reaction};

use crate::domain::matching::address_fits;
use crate::domain::message::Message;
use crate::domain::reason::Sign;
use crate::domain::subject::{self, Prefix};
use crate::domain::trust::Trust;
use serde::{Deserialize, Serialize};

/// The classes of product.md's table, in the order in which their signs are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    Own,
    Unreadable,
    Bounce,
    Receipt,
    AutoReply,
    Calendar,
    Bulk,
    Group,
    Notification,
    Letter,
    Correspondence,
}

/// What a person should know of a message beside its class; several of them withhold the automatic
/// notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// It lay in the junk folder.
    InJunk,
    /// A receiving server's DMARC verdict was "fail".
    DmarcFailed,
    /// The sender is a role (no-reply, root, abuse …), where a notice is not read.
    RoleAddress,
    /// Replies go to another address than the sender's.
    ForeignReplyTo,
    /// A filter on the way called it spam.
    SpamFlag,
    /// The subject has words of absence, of a receipt or of a reaction.
    AbsenceWords,
    /// The sender's address is a literal or of a single label: no mail from outside comes from
    /// there.
    BareAddress,
    /// An address that is never to be noticed, by configuration.
    NeverNotify,
    /// The border says that the sender is not genuine, or says nothing, where it is known to speak.
    NotVerified,
    /// A member of staff or a colleague passed it on; the citizen is another person.
    ForwardedIn,
    /// From a colleague, not passed on.
    Internal,
    /// The envelope sender is `<>`: nothing may be sent to it automatically (RFC 3834 §2).
    NullReturnPath,
    /// It comes from the mailbox's own address but is not a mail of ours.
    FromOurselves,
    /// It carries our mark but is not from us.
    ForgedMark,
    /// One sign of bulk mail, too weak to call it that.
    BulkSign,
    /// An automatic reply in no conversation of ours: a person looks at it.
    WithoutConversation,
    /// An automatic reply by its subject alone.
    SubjectOnly,
}

/// The verdict on one message. `reasons` are its signs; the sign that decides the class comes
/// first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub class: Class,
    pub needs_answer: bool,
    pub may_notify: bool,
    pub counts_as_answer: bool,
    pub reasons: Vec<Sign>,
    /// Sorted, each once.
    pub marks: Vec<Mark>,
    /// What the border says of the sender, where it is known to speak.
    pub trust: Option<Trust>,
}

impl Verdict {
    fn new(class: Class, needs: bool, notify: bool, counts: bool, sign: Sign) -> Self {
        Self {
            class,
            needs_answer: needs,
            may_notify: notify,
            counts_as_answer: counts,
            reasons: vec![sign],
            marks: Vec::new(),
            trust: None,
        }
    }

    /// Adds a mark and its sign.
    fn mark(&mut self, mark: Mark, sign: Sign) {
        self.marks.push(mark);
        self.reasons.push(sign);
    }

    /// Adds a mark that withholds the automatic notice.
    fn withhold(&mut self, mark: Mark, sign: Sign) {
        self.may_notify = false;
        self.mark(mark, sign);
    }
}

/// Classifies one message.
#[must_use]
pub fn classify(message: &Message, context: &Context) -> Verdict {
    let mut verdict = by_signs(message, context);
    caution(message, context, &mut verdict);
    verdict.trust = context.trust;
    verdict.marks.sort_unstable();
    verdict.marks.dedup();
    verdict
}

/// The table: the first sign that fits. The three booleans are: needs an answer, notice, counts as
/// our answer.
fn by_signs(message: &Message, context: &Context) -> Verdict {
    if let Some(verdict) = of_the_mail_system(message, context) {
        return verdict;
    }
    if let Some(found) = auto_reply::sign(message) {
        return automatic(message, context, found);
    }
    if let Some(meeting) = calendar::sign(message) {
        return of_a_meeting(meeting);
    }
    if context.letter {
        // A letter's notice is printed.
        return Verdict::new(Class::Letter, true, true, false, Sign::Scanner);
    }
    if let Some(verdict) = bulk::sign(message, context.own).and_then(for_many) {
        return verdict;
    }
    if let Some(channel) = context.channel {
        let notice = channel.notice && !message.reply_to.is_empty();
        return Verdict::new(Class::Correspondence, true, notice, false, Sign::Channel);
    }
    if signs::machine_made(message) {
        let allowed = notify_allowed(message, context);
        let sign = if allowed {
            Sign::SystemToNotify
        } else {
            Sign::System
        };
        return Verdict::new(Class::Notification, true, allowed, false, sign);
    }
    correspondence(message, context)
}

/// The first rows: our own mail, reports of mail systems, and mail without a reader.
fn of_the_mail_system(message: &Message, context: &Context) -> Option<Verdict> {
    let needs_none = |class, sign| Verdict::new(class, false, false, false, sign);
    let unreadable = |sign| Verdict::new(Class::Unreadable, true, false, false, sign);
    if let Some(sign) = own::sign(message, context) {
        return Some(needs_none(Class::Own, sign));
    }
    if signs::not_retrieved(message) {
        return Some(unreadable(Sign::NotRetrieved));
    }
    if let Some(sign) = bounce::sign(message) {
        return Some(needs_none(Class::Bounce, sign));
    }
    if let Some(sign) = receipt::sign(message) {
        return Some(needs_none(Class::Receipt, sign));
    }
    message.from.is_empty().then(|| unreadable(Sign::NoSender))
}

fn of_a_meeting(meeting: calendar::Meeting) -> Verdict {
    match meeting {
        calendar::Meeting::Reply => {
            Verdict::new(Class::Calendar, false, false, false, Sign::InvitationAnswer)
        }
        calendar::Meeting::Other => {
            Verdict::new(Class::Calendar, true, false, false, Sign::Invitation)
        }
    }
}

/// Mail to many at once; weak signs alone decide nothing.
fn for_many(bulk: bulk::Bulk) -> Option<Verdict> {
    match bulk {
        bulk::Bulk::Newsletter(sign) => Some(Verdict::new(Class::Bulk, false, false, false, sign)),
        bulk::Bulk::Group(sign) => Some(Verdict::new(Class::Group, true, false, true, sign)),
        bulk::Bulk::Weak(_) => None,
    }
}

/// An automatic reply needs no answer in a known conversation, and a person's look in none. Without
/// a look-up, a sign in the header fields is believed, a subject alone is not.
fn automatic(message: &Message, context: &Context, found: auto_reply::Automatic) -> Verdict {
    let needs = match context.conversation {
        Conversation::Known => false,
        Conversation::Unknown => true,
        Conversation::NotLookedUp => found.subject_only && !signs::null_return_path(message),
    };
    let mut verdict = Verdict::new(Class::AutoReply, needs, false, false, found.sign);
    if found.subject_only {
        verdict.mark(Mark::SubjectOnly, Sign::SubjectAlone);
    }
    if context.conversation == Conversation::Unknown {
        verdict.mark(Mark::WithoutConversation, Sign::NoConversation);
    }
    verdict
}

fn correspondence(message: &Message, context: &Context) -> Verdict {
    let from_us = message
        .from
        .iter()
        .any(|from| context.own.contains(&from.addr));
    if from_us && !context.in_sent {
        let mut verdict = Verdict::new(
            Class::Correspondence,
            true,
            false,
            false,
            Sign::FromOurselves,
        );
        verdict.marks.push(Mark::FromOurselves);
        return verdict;
    }
    let mut verdict = Verdict::new(Class::Correspondence, true, true, true, Sign::NoMachine);
    match context.house {
        House::Outside => {}
        _ if is_passed_on(message) => verdict.withhold(Mark::ForwardedIn, Sign::ForwardedIn),
        House::Colleague => verdict.withhold(Mark::Internal, Sign::Colleague),
        House::Staff => verdict.may_notify = false,
    }
    verdict.counts_as_answer = !signs::is_reaction(message);
    if let Some(bulk::Bulk::Weak(sign)) = bulk::sign(message, context.own) {
        verdict.withhold(Mark::BulkSign, sign);
    }
    verdict
}

/// A forward: by the prefix of its subject, or by a message among its parts.
fn is_passed_on(message: &Message) -> bool {
    subject::prefix(&message.subject) == Some(Prefix::Forward)
        || signs::has_part(message, "message/rfc822")
}

/// Whether a mail from inside may pass on another as one of its parts, which its header alone does
/// not show.
#[must_use]
pub fn may_pass_on(message: &Message, house: House) -> bool {
    let in_parts = matches!(&message.content[..], [whole] if whole.mime == "multipart/mixed");
    house != House::Outside && in_parts && !is_passed_on(message)
}

/// The parts whose kinds show what a mail is: the forms of one text; below a server's footer, the
/// text that it was added to.
#[must_use]
pub fn telling_parts(message: &Message) -> &'static [&'static str] {
    if signs::top(message) == "multipart/mixed" {
        &["1", "2", "3", "1.2", "1.3"]
    } else {
        &["2", "3"]
    }
}

/// A configured sender of notifications that names who should be answered.
fn notify_allowed(message: &Message, context: &Context) -> bool {
    !message.reply_to.is_empty()
        && message.from.iter().any(|from| {
            context
                .notify_senders
                .iter()
                .any(|rule| address_fits(rule, &from.addr))
        })
}

/// The signs that are marked and withhold the notice, in any class.
fn caution(message: &Message, context: &Context, verdict: &mut Verdict) {
    if context.in_junk {
        verdict.withhold(Mark::InJunk, Sign::InJunk);
    }
    // Another server's verdict, on the way here, is nothing beside our border's.
    if context.trust != Some(Trust::Verified) && signs::dmarc_failed(message) {
        verdict.withhold(Mark::DmarcFailed, Sign::DmarcFailed);
    }
    if message.header("x-servicelofte").is_some() && verdict.class != Class::Own {
        verdict.withhold(Mark::ForgedMark, Sign::ForgedMark);
    }
    // The border does not stamp what the municipality's own forms send.
    let is_doubtful = match context.trust {
        Some(Trust::Failed) => true,
        Some(Trust::Missing) => context.channel.is_none(),
        Some(Trust::Verified | Trust::Open) | None => false,
    };
    if is_doubtful && verdict.class != Class::Letter {
        verdict.withhold(Mark::NotVerified, Sign::NotVerified);
    }
    if signs::is_flagged_spam(message) {
        verdict.withhold(Mark::SpamFlag, Sign::SpamFlag);
    }
    // A letter's notice is printed, not mailed: whom the scanner mails as does not matter.
    if verdict.class != Class::Letter {
        of_the_sender(message, context, verdict);
    }
}

/// What withholds a notice by mail because of whom it would go to.
fn of_the_sender(message: &Message, context: &Context, verdict: &mut Verdict) {
    // What the operator names may be a machine, and its citizen is in Reply-To.
    let allowed =
        notify_allowed(message, context) || context.channel.is_some_and(|channel| channel.notice);
    for (mark, sign) in doubts(message) {
        if allowed {
            verdict.mark(mark, sign);
        } else {
            verdict.withhold(mark, sign);
        }
    }
    of_the_reader(message, context, allowed, verdict);
    if matches!(
        verdict.class,
        Class::Correspondence | Class::Group | Class::Notification
    ) && has_machines_words(message)
    {
        verdict.withhold(Mark::AbsenceWords, Sign::AbsenceWords);
    }
}

/// The same of the address to which the notice would go.
fn of_the_reader(message: &Message, context: &Context, allowed: bool, verdict: &mut Verdict) {
    let to = if allowed {
        &message.reply_to
    } else {
        &message.from
    };
    let never = |addr: &str| {
        context
            .never_notify
            .iter()
            .any(|rule| address_fits(rule, addr))
    };
    if to.iter().any(|to| never(&to.addr)) {
        verdict.withhold(Mark::NeverNotify, Sign::NeverNotify);
    }
    if allowed
        && to
            .iter()
            .any(|to| signs::is_role(&to.addr) || signs::is_bare(&to.addr))
    {
        verdict.withhold(Mark::RoleAddress, Sign::RoleAddress);
    }
}

/// Why the sender may be no person who reads an answer.
fn doubts(message: &Message) -> impl Iterator<Item = (Mark, Sign)> {
    let any_from = |is: &dyn Fn(&str) -> bool| message.from.iter().any(|from| is(&from.addr));
    let unread = |addr: &str| signs::is_role(addr) || bulk::is_sender(addr);
    [
        (
            signs::null_return_path(message),
            Mark::NullReturnPath,
            Sign::NullReturnPath,
        ),
        (any_from(&unread), Mark::RoleAddress, Sign::RoleAddress),
        (
            any_from(&signs::is_bare),
            Mark::BareAddress,
            Sign::BareAddress,
        ),
        (
            signs::other_reply_to(message),
            Mark::ForeignReplyTo,
            Sign::ForeignReplyTo,
        ),
    ]
    .into_iter()
    .filter_map(|(is_so, mark, sign)| is_so.then_some((mark, sign)))
}

/// Words that programs write, where nothing but words says so: of absence, of a receipt, of a mail
/// that came back.
fn has_machines_words(message: &Message) -> bool {
    let bare = subject::core(&message.subject, &[]);
    let subject = &message.subject;
    absence::says_it_whole(subject)
        || signs::answers(message) && absence::answers_under_its_own(subject)
        || calendar::response(message)
        || signs::is_reaction(message)
        || bounce::has_reports_words(message)
        // Some programs answer under the sender's own address.
        || message.from.iter().any(|from| from.addr == bare)
}

/// Whether the first bytes of the body should be fetched of a message of which only the header is
/// known: to see what it is, or which mail it is about.
#[must_use]
pub fn wants_parts(message: &Message) -> bool {
    if message.content.len() > 1 || message.returned.is_some() {
        return false;
    }
    let mime = message.content.first().map_or("", |c| c.mime.as_str());
    // The receipt that a program signed lies inside its first part.
    let signed = mime == "multipart/signed" && absence::is_receipt(&message.subject);
    if matches!(mime, "multipart/report" | "message/delivery-status")
        || signed
        || calendar::suspect(message)
    {
        return true;
    }
    bounce::suspect(message) && auto_reply::sign(message).is_none()
}
