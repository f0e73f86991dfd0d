//! The contents of a mail, as plain data: the engine fills it in, a template words it.
//!
//! Every field is always serialised (an absent one as null), so that a template that asks for a
//! name that does not exist is an error and not a blank. Times are local, with their offset; dates
//! are local calendar dates.

mod alarms;

pub use alarms::{AlarmFacts, Expiring, Trouble};

pub use super::held::HeldWhy;
pub use super::shown::Shown;
use crate::domain::classify::Class;
use crate::domain::kind::Kind;
use crate::domain::no_question::Presumed;
use crate::domain::organisation::Letterhead;
use crate::domain::pledge::{NoticeText, Span};
use crate::domain::reason::Reason;
use crate::domain::staff::Member;
use crate::domain::tongue::Tongue;
use crate::words::templates::Template;
use chrono::{DateTime, NaiveDate};
use serde::Serialize;

/// An instant as people read it.
pub type Local = DateTime<chrono_tz::Tz>;

/// Who sends: the municipality and its unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sender {
    pub name: String,
    pub unit: Option<String>,
    /// Where to complain, in the municipality's words
    /// (`synpunkter@example.se eller 0490-25 40 00`).
    pub complaints: Option<String>,
    pub privacy_url: Option<String>,
    /// These three stand in letters.
    pub postal_address: Option<String>,
    pub phone: Option<String>,
    pub web: Option<String>,
}

impl Sender {
    /// How it is reached, as a letter shows it.
    pub fn ways(&self) -> impl Iterator<Item = &str> {
        [&self.postal_address, &self.phone, &self.web]
            .into_iter()
            .filter_map(Option::as_deref)
    }
}

impl From<&Letterhead> for Sender {
    fn from(letterhead: &Letterhead) -> Self {
        Self {
            name: letterhead.name.clone(),
            unit: letterhead.unit.clone(),
            complaints: letterhead.complaints.clone(),
            privacy_url: letterhead.privacy_url.clone(),
            postal_address: letterhead.postal_address.clone(),
            phone: letterhead.phone.clone(),
            web: letterhead.web.clone(),
        }
    }
}

/// Whom the citizen may turn to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contact {
    /// A person's name, or that of a function (`Registraturen`).
    pub name: String,
    pub title: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    /// A function mailbox, not one person.
    pub function: bool,
}

impl From<&Member> for Contact {
    /// A member is taken for a person; the caller that knows better sets `function`.
    fn from(member: &Member) -> Self {
        if let Some(function) = &member.signs_as {
            let (name, phone) = (function.title.clone(), function.phone.clone());
            return Self {
                name,
                title: None,
                phone,
                email: None,
                function: true,
            };
        }
        Self {
            name: member.name.clone(),
            title: member.title.clone(),
            phone: member.phone.clone(),
            email: Some(member.email.clone()),
            function: false,
        }
    }
}

impl Contact {
    /// As a citizen who is written to in that language reads of the member.
    #[must_use]
    pub fn in_tongue(member: &Member, tongue: Tongue) -> Self {
        let mut contact = Self::from(member);
        if let Some(said) = member.tongues.get(&tongue) {
            if let (Some(_), Some(function)) = (&member.signs_as, &said.signs_as) {
                contact.name.clone_from(function);
            } else if let (None, Some(title)) = (&member.signs_as, &said.title) {
                contact.title = Some(title.clone());
            }
        }
        contact
    }
}

/// The notice to the citizen (product.md, Notice to the citizen).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NoticeFacts {
    pub sender: Sender,
    pub reference: String,
    /// Of the citizen's mail, as it may be quoted ([`super::quote`]); empty when it has none.
    pub subject: String,
    pub received: Local,
    /// The person who really has the item and is there.
    pub handler: Contact,
    /// By when there will be an answer, or further news.
    pub promise: NaiveDate,
    /// A person gave that date: it is one for the answer.
    pub given: bool,
    /// Why, in that person's words.
    pub reason: Option<String>,
    /// The pledge is already broken: the notice says sorry.
    pub late: bool,
    /// The pledge's time.
    pub time: Span,
    /// Other questions of its reader for which this mail speaks too.
    pub others: Vec<AlsoNoticed>,
    /// How many more there are than those.
    pub rest: usize,
    /// The date that the citizen had before, when this mail moves it.
    pub before: Option<NaiveDate>,
    /// It moves what a notice promised.
    #[serde(skip)]
    pub moves: bool,
    #[serde(skip)]
    pub text: NoticeText,
    /// The language that the citizen's mail asks for; `None` for the service's.
    #[serde(skip)]
    pub tongue: Option<Tongue>,
}

/// Another question that a notice names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AlsoNoticed {
    pub reference: String,
    pub subject: String,
    pub received: Local,
    pub handler: Contact,
    pub promise: NaiveDate,
    pub given: bool,
}

impl NoticeFacts {
    /// The file of its words.
    #[must_use]
    pub fn template(&self) -> Template {
        if self.moves {
            Template::NewDate
        } else {
            Template::of_notice(self.text)
        }
    }
}

/// A notice that is printed and posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LetterFacts {
    pub notice: NoticeFacts,
    /// From whom the letter was, as a person wrote it.
    pub receiver: Option<String>,
    /// File names of the letter, and of its text alone.
    pub pdf: String,
    pub text: String,
    /// Day of the mail; it also dates the letter.
    pub today: NaiveDate,
    /// The last day on which posting it keeps the pledge.
    pub due: NaiveDate,
}

/// A letter that hangs on a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ToPost {
    pub reference: String,
    /// The last day on which posting it keeps the pledge.
    pub due: NaiveDate,
    /// Its file; `None`: the server does not take the mail with it, so whoever looks after the
    /// service makes it there.
    pub pdf: Option<String>,
}

/// To whoever has the mailbox: letters that another posts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LettersCopyFacts {
    pub recipient: String,
    /// Who posts them.
    pub by: String,
    pub today: NaiveDate,
    pub letters: Vec<ToPost>,
}

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
    pub at: Local,
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

/// The one mail to a member of staff of one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StaffMailFacts {
    pub sender: Sender,
    /// Name of the reader.
    pub recipient: String,
    /// The address that reads commands.
    pub mailbox: String,
    pub today: NaiveDate,
    /// In any order; the text has the most urgent first.
    pub items: Vec<StaffItem>,
    pub unwatched: Unwatched,
    /// For whom the reader stands in, and nobody has said how long.
    pub away: Vec<AwayFor>,
}

/// Somebody who is away without a last day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AwayFor {
    pub name: String,
    pub since: NaiveDate,
}

/// Unwatched messages, so that a person can catch a wrong exclusion.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Unwatched {
    /// Of new senders, and with doubtful signs.
    pub items: Vec<ExcludedItem>,
    /// Of the week before, how many others there were; `None` on the other days.
    pub known: Option<usize>,
    /// Messages in junk folders that are most likely no questions.
    pub junk: Vec<JunkFolder>,
    /// How many more are most likely no question, and are in the mail of another day.
    pub unnamed: usize,
}

/// Junk of one folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JunkFolder {
    /// The mailbox's address.
    pub mailbox: String,
    pub folder: String,
    pub refs: Vec<String>,
    /// How many of them close by themselves after today.
    pub ending: usize,
}

impl Unwatched {
    /// The mail would be empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && self.junk.is_empty() && self.known.unwrap_or_default() == 0
    }
}

impl StaffMailFacts {
    /// What `X-Servicelofte` says: escalation or reminder when all items are of one kind, else
    /// digest.
    #[must_use]
    pub fn kind(&self) -> Kind {
        let of_others =
            |item: &&StaffItem| matches!(item.part(self.today), Part::Team | Part::Aware);
        let posted = self.items.iter().filter(|item| item.post.is_some()).count();
        match self.items.iter().filter(of_others).count() {
            _ if posted > 0 && posted == self.items.len() && self.unwatched.is_empty() => {
                Kind::Letter
            }
            _ if posted > 0 => Kind::Digest,
            0 if self.items.iter().all(StaffItem::is_no_question) => Kind::Digest,
            0 => Kind::Reminder,
            n if n == self.items.len() => Kind::Escalation,
            _ => Kind::Digest,
        }
    }

    /// Its items: matters of law first, then held ones, broken promises, and the rest by its date;
    /// the reference orders equal ones, so that the same facts always read the same.
    #[must_use]
    pub fn most_urgent(&self) -> Vec<&StaffItem> {
        let mut items: Vec<&StaffItem> = self.items.iter().collect();
        items.sort_by_key(|item| {
            let broken = item.is_promise_broken(self.today);
            (
                !item.pledge.first,
                item.held().is_none(),
                !broken,
                item.deadline(),
                item.reference.clone(),
            )
        });
        items
    }

    /// References of all its items, also of those that are only counted.
    #[must_use]
    pub fn refs(&self) -> Vec<String> {
        let unwatched = self.unwatched.items.iter().map(|item| &item.reference);
        let junk = self.unwatched.junk.iter().flat_map(|folder| &folder.refs);
        self.items
            .iter()
            .map(|item| &item.reference)
            .chain(unwatched)
            .chain(junk)
            .cloned()
            .collect()
    }
}

/// One message that needs no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExcludedItem {
    pub reference: String,
    pub class: Class,
    /// Its words are the view's: they depend on the language.
    #[serde(skip)]
    pub reason: Option<Reason>,
    pub received: Local,
    pub mailbox: String,
    pub folder: String,
    pub shown: Shown,
}

impl ExcludedItem {
    /// A colleague wrote it, about a matter of the house.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        self.reason == Some(Reason::Internal)
    }
}

/// To handlers: mail to citizens is paused, or leaves again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PauseFacts {
    pub sender: Sender,
    pub recipient: String,
    pub mailbox: String,
    /// Why it is paused; `None`: it is over.
    pub reason: Option<String>,
    pub since: Option<Local>,
    /// When mail began to leave again.
    pub until: Option<Local>,
    /// Notices that the pause has held.
    pub held: u32,
}
