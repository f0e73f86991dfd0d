//! A message as the register keeps it: the facts by which its item is shown, found and answered.

use super::citizen::delivery_key;
use super::identify::mid_key;
use super::subject::core;
use chrono::{DateTime, Utc};
use regex::Regex;
use serde::{Deserialize, Serialize};

/// The facts of a message, as the register keeps them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRow {
    pub received_at: DateTime<Utc>,
    /// Bytes, as the server counts them.
    pub size: u32,
    pub message_id: Option<String>,
    pub sender: Option<String>,
    pub name: Option<String>,
    pub subject: String,
    pub more: More,
}

/// The rest of a message's facts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct More {
    /// Addresses of Reply-To when they differ from the sender.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reply_to: Vec<String>,
    /// It came through a channel: what From names is nobody's address.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub through_channel: bool,
    /// Its other writers: further addresses of From, and Sender.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub writers: Vec<String>,
    /// What its own References were, for the thread headers of our notice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_index: Option<String>,
    /// Subjects that people gave it since.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edited: Vec<String>,
    /// Subjects of the question whose notice or answer it replies to under the subject that we gave
    /// that mail: its own says nothing of what it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub goes_on_with: Vec<String>,
    /// Where a person wants its notice to go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify_at: Option<String>,
    /// From whom it is, as a person wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_sender: Option<String>,
    /// Ids of what it may have passed on, while that is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed_on: Vec<String>,
    /// It asks nothing: ids of the mails that it may thank for, the newest first, while they are
    /// not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub may_thank: Vec<String>,
    /// It came tied to nothing: ids of the mails that it names, the newest first, none of which was
    /// known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// It came tied to nothing, and says itself in which language it is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub says_language: bool,
    /// Watched mailboxes in To, in their order, where there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mailboxes: Vec<String>,
    /// Which letter of its mail it is, if a person said that there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
}

/// One of several letters in a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// From 1.
    pub number: u32,
    pub of: u32,
}

impl MessageRow {
    /// The addresses that are the citizen's: From, Sender, Reply-To, and the one that a person gave
    /// for the notice; of a message through a channel only the last two.
    pub fn citizen_addresses(&self) -> impl Iterator<Item = &str> {
        let writer = self.sender.as_ref().into_iter().chain(&self.more.writers);
        let writer = writer.filter(|_| !self.more.through_channel);
        writer
            .chain(&self.more.reply_to)
            .chain(&self.more.notify_at)
            .map(String::as_str)
    }

    /// The subjects whose cores say what it is about, with those that people gave it since.
    pub fn subjects(&self) -> impl Iterator<Item = &String> {
        let own = Some(&self.subject).filter(|_| self.more.goes_on_with.is_empty());
        own.into_iter()
            .chain(&self.more.goes_on_with)
            .chain(&self.more.edited)
    }

    #[must_use]
    pub fn has_core(&self, of: &str, diary: &[Regex]) -> bool {
        self.subjects().any(|subject| core(subject, diary) == of)
    }

    /// The same without who wrote and about what, for a mailbox whose mail is sensitive: with these
    /// words instead.
    #[must_use]
    pub fn masked(self, instead: &str) -> Self {
        let more = More {
            thread_index: self.more.thread_index,
            mailboxes: self.more.mailboxes,
            part: self.more.part,
            ..More::default()
        };
        Self {
            sender: None,
            name: Some(instead.to_owned()),
            subject: instead.to_owned(),
            more,
            ..self
        }
    }

    /// By what its item can be found once it is more than history: the citizen's addresses,
    /// Outlook's conversation, what it may have passed on, thank for or go on with.
    #[must_use]
    pub fn clues(&self) -> Vec<String> {
        let mut clues: Vec<String> = self.citizen_addresses().flat_map(to_clues).collect();
        clues.extend(
            self.more
                .thread_index
                .iter()
                .map(|index| thread_index_clue(index)),
        );
        clues.extend(self.more.passed_on.iter().map(|id| passed_on_clue(id)));
        clues.extend(self.more.may_thank.iter().map(|id| may_thank_clue(id)));
        clues.extend(self.more.names.iter().map(|id| names_clue(mid_key(id))));
        clues.sort();
        clues.dedup();
        clues
    }

    /// What it is about, for people: a letter of a scan with its place in it.
    #[must_use]
    pub fn shown_subject(&self) -> String {
        match self.more.part {
            Some(Part { number, of }) => format!("{} ({number}/{of})", self.subject),
            None => self.subject.clone(),
        }
    }

    /// From whom it is, for people: as one of them wrote it, else its address.
    #[must_use]
    pub fn shown_sender(&self) -> Option<&str> {
        self.more.told_sender.as_deref().or(self.sender.as_deref())
    }

    /// The sender's name: as a person wrote it, else as the mail has it.
    #[must_use]
    pub fn shown_name(&self) -> Option<&str> {
        self.more.told_sender.as_deref().or(self.name.as_deref())
    }

    /// Where a notice goes: where a person wants it to, else Reply-To, else From.
    #[must_use]
    pub fn answer_address(&self) -> Option<&str> {
        let written = self.more.reply_to.first().map(String::as_str).or(self
            .sender
            .as_deref()
            .filter(|_| !self.more.through_channel));
        self.more.notify_at.as_deref().or(written)
    }
}

/// The clue by which an original finds the mail that passed it on.
#[must_use]
pub fn passed_on_clue(message_id: &str) -> String {
    format!("passed-on:{:016x}", mid_key(message_id))
}

/// The clue by which an answer finds a thanks for it that was read before it.
#[must_use]
pub fn may_thank_clue(message_id: &str) -> String {
    format!("may-thank:{:016x}", mid_key(message_id))
}

/// The clue by which a mail finds what names it and was read before it, by the hash of its id.
#[must_use]
pub fn names_clue(key: i64) -> String {
    format!("names:{key:016x}")
}

/// The clue of a citizen's address.
#[must_use]
pub fn to_clue(address: &str) -> String {
    format!("to:{address}")
}

/// The clues by which answers to a citizen's address are found: as it is, and without what answers
/// leave out of it.
#[must_use = "iterators are lazy"]
pub fn to_clues(address: &str) -> impl Iterator<Item = String> + use<> {
    let (written, key) = (to_clue(address), to_clue(&delivery_key(address)));
    let other = (key != written).then_some(key);
    std::iter::once(written).chain(other)
}

/// The clue of Outlook's conversation.
#[must_use]
pub fn thread_index_clue(index: &str) -> String {
    format!("tix:{index}")
}

/// By which a question finds a notice that was read before it.
#[must_use]
pub fn notice_clue(message_id: &str) -> String {
    format!("notice:{:016x}", mid_key(message_id))
}

/// By which a question without Message-ID finds a notice to its citizen that was read before it.
#[must_use]
pub fn nameless_clue(address: &str) -> String {
    format!("nameless:{:016x}", mid_key(address))
}

/// The clue of a Message-ID.
#[must_use]
pub fn id_clue(message_id: &str) -> String {
    format!("id:{:016x}", mid_key(message_id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_channel_sends_is_from_nobody_but_whom_it_names() {
        let check = |through_channel, reply_to: &[&str], expected: &[&str], to: Option<&str>| {
            let more = More {
                through_channel,
                reply_to: reply_to.iter().map(|to| (*to).to_owned()).collect(),
                writers: vec!["service@firma.test".to_owned()],
                ..More::default()
            };
            let row = MessageRow {
                received_at: DateTime::UNIX_EPOCH,
                size: 0,
                message_id: None,
                sender: Some("formular@firma.test".to_owned()),
                name: None,
                subject: String::new(),
                more,
            };
            assert_eq!(row.citizen_addresses().collect::<Vec<_>>(), expected);
            assert_eq!(row.answer_address(), to);
        };
        let (form, service, kim) = ("formular@firma.test", "service@firma.test", "kim@hem.test");
        check(true, &[kim], &[kim], Some(kim));
        check(true, &[], &[], None);
        check(false, &[kim], &[form, service, kim], Some(kim));
        check(false, &[], &[form, service], Some(form));
    }

    /// Registers are full of them.
    #[test]
    fn a_clue_says_of_which_kind_it_is_and_of_which_id() {
        assert_eq!(to_clue("anna@example.com"), "to:anna@example.com");
        let clues = ["<a@example.com>", "<b@example.com>"].map(id_clue);
        assert!(clues.iter().all(|clue| clue.starts_with("id:")));
        assert_ne!(clues[0], clues[1]);
    }
}
