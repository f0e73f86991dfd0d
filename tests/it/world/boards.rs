//! One register of two boards' mailboxes, read and decided about without a server.

use super::settings::Settings;
use chrono::{DateTime, Utc};
use servicelofte::config::Language;
use servicelofte::domain::board::Board;
use servicelofte::domain::folders::{Role, Watched};
use servicelofte::domain::item::Item;
use servicelofte::domain::steadiness::Seen;
use servicelofte::engine::{Arrived, Engine};
use servicelofte::mail::parse;
use servicelofte::mail::texts::Texts;
use servicelofte::ports::{Delivered, Flags};
use servicelofte::store::Store;
use servicelofte::store::items::Filter;
use std::sync::Arc;

/// One register of two boards' mailboxes, at one moment.
pub struct TwoBoards {
    pub engine: Engine,
    uid: u32,
    pub now: DateTime<Utc>,
}

impl TwoBoards {
    pub fn new() -> Self {
        Self::with(|_| ())
    }

    /// The board of the first mailbox is changed, and not that of the second.
    pub fn with(change: impl FnOnce(&mut Board)) -> Self {
        let mut config = Settings::new().config();
        let mut mailbox = config.mailboxes[0].clone();
        change(Arc::make_mut(&mut config.mailboxes[0].board));
        let other = Arc::make_mut(&mut mailbox.board);
        "sn".clone_into(&mut other.name);
        "sn@example.se".clone_into(&mut other.address);
        other.aliases.clear();
        other.handler = Some("kanslist".to_owned());
        config.mailboxes.push(mailbox);
        let own: Vec<String> = config
            .mailboxes
            .iter()
            .map(|mailbox| mailbox.board.address.clone())
            .collect();
        let own = Arc::new(own);
        for mailbox in &mut config.mailboxes {
            Arc::make_mut(&mut mailbox.board).all_own = Arc::clone(&own);
        }
        let now: DateTime<Utc> = "2026-11-19T08:00:00Z".parse().unwrap();
        let texts = Texts::new(Language::Swedish, None).unwrap();
        let engine = Engine::new(
            Store::in_memory().unwrap(),
            config.municipality(),
            texts,
            now,
        )
        .unwrap();
        Self {
            engine,
            uid: 0,
            now,
        }
    }

    pub fn read(&mut self, mailbox: &str, folder: (&str, Role), header: &str) {
        self.read_late(mailbox, folder, self.now, header);
    }

    /// It came earlier than it is read.
    pub fn read_late(
        &mut self,
        mailbox: &str,
        folder: (&str, Role),
        arrived: DateTime<Utc>,
        header: &str,
    ) {
        self.read_with(mailbox, folder, arrived, header, None);
    }

    /// A mail of staff, of which the first words are read.
    pub fn says(&mut self, mailbox: &str, folder: (&str, Role), header: &str, words: &str) {
        self.read_with(mailbox, folder, self.now, header, Some(words.to_owned()));
    }

    fn read_with(
        &mut self,
        mailbox: &str,
        (folder, role): (&str, Role),
        arrived: DateTime<Utc>,
        header: &str,
        words: Option<String>,
    ) {
        self.uid += 1;
        let raw = format!(
            "{header}\r\nDate: Thu, 19 Nov 2026 09:00:00 +0100\r\nThread-Index: AQHb0K4j8m3k5b5hU0m8Yz1vQm5zKw==\r\n\r\n"
        );
        let (uid, internal_date, message) =
            (self.uid, Some(arrived), parse::message(raw.as_bytes()));
        let arrived = Arrived {
            uid,
            internal_date,
            size: 500,
            flags: Flags::default(),
            message,
            words,
        };
        let folder = Watched {
            name: folder.to_owned(),
            role,
            separator: Some('/'),
        };
        self.engine
            .record(mailbox, &folder, &[arrived], self.now)
            .unwrap();
    }

    /// A message has left a folder of a mailbox.
    pub fn leaves(&mut self, mailbox: &str, uid: u32) {
        let inbox = Watched {
            name: INBOX.0.to_owned(),
            role: INBOX.1,
            separator: Some('/'),
        };
        self.engine
            .vanished(mailbox, &[inbox], &[(INBOX.0.to_owned(), uid)], self.now)
            .unwrap();
    }

    /// At that time both mailboxes have been read to their end, or only those named.
    pub fn viewed(&mut self, at: &str, mailboxes: &[&str]) {
        self.now = at.parse().unwrap();
        for mailbox in mailboxes {
            self.engine.viewed(mailbox, self.now).unwrap();
        }
    }

    /// Looks at the clock, which may have been set back since it last did.
    pub fn looks_at_clock(&mut self) {
        let seen = self.engine.look_at_clock(self.now, None).unwrap();
        assert_eq!(seen, Seen::Steady);
    }

    /// Decides about a mailbox and hands over its due mails: kind, its reader, and what it is
    /// about.
    pub fn decide(&mut self, mailbox: &str) -> Vec<String> {
        self.letters(mailbox)
            .into_iter()
            .map(|(line, _)| line)
            .collect()
    }

    /// The same, each with its text.
    pub fn letters(&mut self, mailbox: &str) -> Vec<(String, String)> {
        self.engine.decide(mailbox, self.now).unwrap();
        let mut left = Vec::new();
        while let Some(job) = self.engine.next_job(mailbox, self.now).unwrap() {
            let effects = self.engine.db().effects_of(job.id).unwrap();
            let about: Vec<String> = effects
                .iter()
                .map(|(item, effect)| format!("{item}/{effect}"))
                .collect();
            let line = format!(
                "{:?} to {}: {}",
                job.kind,
                job.envelope.to.join(" "),
                about.join(" ")
            );
            left.push((
                line,
                String::from_utf8_lossy(&job.envelope.mail).replace("=\r\n", ""),
            ));
            assert!(self.engine.committing(job.id, self.now).unwrap());
            self.engine
                .delivered(job.id, &Delivered::Accepted("250".to_owned()), self.now)
                .unwrap();
        }
        left
    }

    pub fn items(&self) -> Vec<Item> {
        let mut items = self.engine.db().list(&Filter::default()).unwrap();
        items.sort_by_key(|item| item.id);
        items
    }
}

pub const INBOX: (&str, Role) = ("INBOX", Role::Inbox);
pub const SENT: (&str, Role) = ("Skickat", Role::Sent);
