//! A mailbox of the past: the headers of its messages on disk, shown as they lay there at a moment.
//!
//! It is a [`Mailbox`] like any other, on the clock of the trial: what arrived later is not there
//! yet. Messages get new numbers, in the order of arrival. Headers lie in a file without a name, so
//! nothing of them is left behind when the program ends, however it ends.
//!
//! What it cannot know: when a message was marked as answered, moved or thrown away. It shows no
//! marks.

use super::hands::Hands;
use crate::ports::{Changes, Clock, Fetched, Flags, Folder, Mailbox, MailboxError, Selected};
use chrono::{DateTime, Utc};
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use tokio::sync::mpsc;

/// Messages in one batch.
const BATCH: usize = 500;

/// One message.
#[derive(Clone, Copy, Debug)]
struct Card {
    at: DateTime<Utc>,
    size: u32,
    /// Its header, in the file.
    from: u64,
    length: u32,
}

#[derive(Debug)]
struct Shelved {
    folder: Folder,
    /// In the order of arrival, once the shelf is closed to new ones.
    cards: Vec<Card>,
}

/// The messages of a mailbox.
#[derive(Debug)]
pub struct Shelf {
    clock: Hands,
    folders: Vec<Shelved>,
    headers: File,
    end: u64,
    open: usize,
}

impl Shelf {
    /// An empty one, whose headers lie in `headers`.
    #[must_use]
    pub fn new(clock: Hands, headers: File) -> Self {
        Self {
            clock,
            folders: Vec::new(),
            headers,
            end: 0,
            open: 0,
        }
    }

    /// Puts a message into a folder.
    pub fn put(
        &mut self,
        folder: &Folder,
        at: DateTime<Utc>,
        size: u32,
        header: &[u8],
    ) -> io::Result<()> {
        self.headers.write_all(header)?;
        let length = u32::try_from(header.len()).unwrap_or(u32::MAX);
        let card = Card {
            at,
            size,
            from: self.end,
            length,
        };
        self.end += u64::from(length);
        self.shelved(folder).cards.push(card);
        Ok(())
    }

    /// The folder is there, be it empty.
    pub fn folder(&mut self, folder: &Folder) {
        self.shelved(folder);
    }

    fn shelved(&mut self, folder: &Folder) -> &mut Shelved {
        let known = self
            .folders
            .iter()
            .position(|shelved| shelved.folder.name == folder.name);
        let index = known.unwrap_or_else(|| {
            self.folders.push(Shelved {
                folder: folder.clone(),
                cards: Vec::new(),
            });
            self.folders.len() - 1
        });
        &mut self.folders[index]
    }

    /// No more messages come: they are put into the order of their arrival.
    pub fn close(&mut self) {
        for shelved in &mut self.folders {
            shelved.cards.sort_by_key(|card| card.at);
        }
    }

    /// How many messages there are.
    #[must_use]
    pub fn messages(&self) -> usize {
        self.folders.iter().map(|shelved| shelved.cards.len()).sum()
    }

    /// The arrival of the first message after `now`.
    #[must_use]
    pub fn next_after(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let next = |shelved: &Shelved| {
            let later = shelved.cards.partition_point(|card| card.at <= now);
            shelved.cards.get(later).map(|card| card.at)
        };
        self.folders.iter().filter_map(next).min()
    }

    /// How many have arrived by then.
    #[must_use]
    pub fn arrived(&self, now: DateTime<Utc>) -> usize {
        self.folders
            .iter()
            .map(|shelved| shelved.cards.partition_point(|card| card.at <= now))
            .sum()
    }

    fn selected(&self, index: usize) -> Selected {
        let now = self.clock.now();
        let there = self.folders[index]
            .cards
            .partition_point(|card| card.at <= now);
        let there = u32::try_from(there).unwrap_or(u32::MAX - 1);
        let modseq = Some(u64::from(there) + 1);
        Selected {
            uid_validity: 1,
            uid_next: there + 1,
            exists: there,
            highest_modseq: modseq,
        }
    }

    fn index(&self, folder: &str) -> Result<usize, MailboxError> {
        self.folders
            .iter()
            .position(|shelved| shelved.folder.name == folder)
            .ok_or_else(|| MailboxError::Folder {
                folder: folder.to_owned(),
                why: "there is no such folder".to_owned(),
            })
    }

    /// The messages of the open folder that are there, within these numbers: the first one's, and
    /// they.
    fn within(&self, uids: (u32, u32)) -> (u32, &[Card]) {
        let there = self.selected(self.open).exists;
        let first = uids.0.max(1);
        let last = uids.1.min(there);
        if last < first {
            return (first, &[]);
        }
        let place = |uid: u32| usize::try_from(uid).unwrap_or(usize::MAX);
        (
            first,
            &self.folders[self.open].cards[place(first) - 1..place(last)],
        )
    }

    fn header(&self, card: &Card) -> Result<Vec<u8>, MailboxError> {
        let mut bytes = vec![0; usize::try_from(card.length).unwrap_or_default()];
        let read = self.headers.read_exact_at(&mut bytes, card.from);
        read.map_err(|error| {
            MailboxError::Lost(format!("the headers of the trial cannot be read: {error}"))
        })?;
        Ok(bytes)
    }
}

impl Mailbox for Shelf {
    async fn folders(&mut self) -> Result<Vec<Folder>, MailboxError> {
        Ok(self
            .folders
            .iter()
            .map(|shelved| shelved.folder.clone())
            .collect())
    }

    async fn glance(&mut self, folder: &str) -> Result<Option<Selected>, MailboxError> {
        Ok(Some(self.selected(self.index(folder)?)))
    }

    async fn examine(&mut self, folder: &str) -> Result<Selected, MailboxError> {
        self.open = self.index(folder)?;
        Ok(self.selected(self.open))
    }

    async fn fetch(
        &mut self,
        uids: (u32, u32),
        batches: mpsc::Sender<Vec<Fetched>>,
    ) -> Result<(), MailboxError> {
        let (first, cards) = self.within(uids);
        let mut uid = first;
        for part in cards.chunks(BATCH) {
            let mut batch = Vec::with_capacity(part.len());
            for card in part {
                let header = self.header(card)?;
                let internal_date = Some(card.at);
                batch.push(Fetched {
                    uid,
                    internal_date,
                    size: card.size,
                    flags: Flags::default(),
                    header,
                });
                uid += 1;
            }
            let gone = |_| MailboxError::Lost("the reader of the trial has ended".to_owned());
            batches.send(batch).await.map_err(gone)?;
        }
        Ok(())
    }

    async fn flags(&mut self, uids: &[u32]) -> Result<Vec<(u32, Flags)>, MailboxError> {
        let there = self.selected(self.open).exists;
        Ok(uids
            .iter()
            .filter(|uid| (1..=there).contains(*uid))
            .map(|uid| (*uid, Flags::default()))
            .collect())
    }

    async fn uids(&mut self, uids: (u32, u32)) -> Result<Vec<u32>, MailboxError> {
        let (first, cards) = self.within(uids);
        Ok((first..).take(cards.len()).collect())
    }

    async fn changes(
        &mut self,
        _uids: &[u32],
        _since: u64,
    ) -> Result<Option<Changes>, MailboxError> {
        Ok(Some(Changes::default()))
    }

    /// It shows no marks, and nothing leaves it.
    fn only_grows(&self) -> bool {
        true
    }

    /// Bodies were not read.
    async fn peek(&mut self, uid: u32, _limit: u32) -> Result<Option<Vec<u8>>, MailboxError> {
        match self.within((uid, uid)).1 {
            [card] => self.header(card).map(Some),
            _ => Ok(None),
        }
    }

    /// None of our mails lies there.
    async fn find(&mut self, _message_id: &str, _from_uid: u32) -> Result<Vec<u32>, MailboxError> {
        Ok(Vec::new())
    }

    async fn append(&mut self, folder: &str, _mail: &[u8]) -> Result<(), MailboxError> {
        Err(MailboxError::Refused(format!(
            "a trial puts nothing into {folder}"
        )))
    }
}
