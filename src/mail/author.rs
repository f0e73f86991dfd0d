//! The one author of our mails: every mail of ours gets its sender, its Message-ID, its thread and
//! its bytes here, whether it goes through the outbox or, as an alarm, straight from memory.

use crate::domain::effect::Kind;
use crate::domain::item::ItemId;
use crate::domain::keyed::{Claim, Seal};
use crate::domain::message::{Address, Message};
use crate::mail::compose::{self, ComposeError, File, Outgoing};
use crate::mail::texts::Text;
use crate::mail::texts::facts::Local;
use chrono::NaiveDate;

/// The mailbox that writes, under the name that its readers see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    from: Address,
    dates: Vec<NaiveDate>,
}

/// One mail before it has an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub kind: Kind,
    /// References of every item that it speaks of.
    pub refs: Vec<String>,
    pub to: Vec<Address>,
    pub words: Words,
    pub thread: Thread,
    pub files: Vec<File>,
    pub at: Local,
}

/// What it says: one line, the text, and the same as HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// The conversation that a mail goes into; empty for one that begins its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thread {
    /// The mails that it answers; of a notice for several all of them, since a copy of it may be
    /// the only trace left.
    pub answers: Vec<String>,
    /// The first one's References and its own id, oldest first.
    pub before: Vec<String>,
}

/// A mail with its final bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub kind: Kind,
    pub message_id: String,
    pub bytes: Vec<u8>,
}

impl Author {
    #[must_use]
    pub fn new(name: &str, mailbox: &str) -> Self {
        Self {
            from: Address {
                name: Some(name.to_owned()),
                addr: mailbox.to_owned(),
            },
            dates: Vec::new(),
        }
    }

    /// The same, who promises its reader these dates, one for each reference.
    #[must_use]
    pub fn promising(self, dates: Vec<NaiveDate>) -> Self {
        Self { dates, ..self }
    }

    /// The mail with its id, which has the tag of just this mail.
    #[must_use]
    pub fn sign(&self, draft: Draft, seal: &Seal) -> (Outgoing, Vec<File>) {
        let domain = self
            .from
            .addr
            .rsplit_once('@')
            .map_or("localhost", |(_, domain)| domain);
        let id = compose::message_id(domain, &seal.unique);
        let reader = draft.to.first().map_or("", |to| &to.addr);
        let message_id = seal.key.tagged(
            &id,
            Claim {
                kind: draft.kind,
                reader,
                refs: &ids(&draft.refs),
                dates: &self.dates,
            },
        );
        let mail = Outgoing {
            kind: draft.kind,
            refs: draft.refs,
            dates: self.dates.clone(),
            from: self.from.clone(),
            to: draft.to,
            reply_to: draft.kind.is_to_citizen().then(|| self.from.clone()),
            subject: draft.words.subject,
            text: draft.words.text,
            html: Some(draft.words.html),
            message_id,
            date: draft.at,
            in_reply_to: draft.thread.answers,
            references: draft.thread.before,
        };
        (mail, draft.files)
    }

    /// The same as bytes.
    pub fn write(&self, draft: Draft, seal: &Seal) -> Result<Written, ComposeError> {
        let (mail, files) = self.sign(draft, seal);
        let bytes = compose::to_bytes_with_files(&mail, &files)?;
        Ok(Written {
            kind: mail.kind,
            message_id: mail.message_id,
            bytes,
        })
    }
}

fn ids(refs: &[String]) -> Vec<ItemId> {
    refs.iter()
        .filter_map(|reference| ItemId::parse(reference))
        .collect()
}

impl From<Text> for Words {
    fn from(text: Text) -> Self {
        Self {
            subject: text.subject,
            text: text.body,
            html: text.html,
        }
    }
}

impl Thread {
    /// The conversation of a mail with this id, which follows these.
    #[must_use]
    pub fn after(message_id: Option<&String>, before: &[String]) -> Self {
        let before = before.iter().chain(message_id).cloned().collect();
        Self {
            answers: message_id.into_iter().cloned().collect(),
            before,
        }
    }

    /// The conversation of a mail that was read. RFC 5322 §3.6.4: without References, In-Reply-To
    /// names the mail before.
    #[must_use]
    pub fn of(message: &Message) -> Self {
        let before = if message.references.is_empty() {
            &message.in_reply_to
        } else {
            &message.references
        };
        Self::after(message.message_id.as_ref(), before)
    }
}
