//! The facts of mails to citizens, and of letters.

use super::{Local, Sender};
use crate::domain::effect::{Kind, Template};
use crate::domain::pledge::{NoticeText, Span};
use crate::domain::staff::Member;
use crate::domain::tongue::Tongue;
use chrono::NaiveDate;
use serde::Serialize;

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
    /// Of the citizen's mail, as it may be quoted ([`crate::mail::texts::quote`]); empty when it has
    /// none.
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
    /// A notice, or another mail to a citizen.
    #[serde(skip)]
    pub kind: Kind,
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
        let own = self.kind.text().filter(|text| !text.is_notice());
        own.unwrap_or_else(|| self.text.template())
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
