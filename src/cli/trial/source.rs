//! Where a trial has its mail from: a mailbox on a server, opened read-only; files of an export.
//! Headers alone are kept, and only those since the day that the trial begins.

use super::shelf::Shelf;
use crate::cli::survey::Survey;
use crate::config;
use crate::domain::folders::{Folder, Role, Space, Special, Unwatched, Watch, Watched, watch};
use crate::failure::Failure;
use crate::mail::parse;
use crate::ports::{Fetched, Mailbox, MailboxError, Selected};
use chrono::{DateTime, Utc};
use mail_parser::mailbox::maildir::FolderIterator;
use mail_parser::mailbox::mbox::MessageIterator;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;

/// UIDs asked for in one command.
const WINDOW: u32 = 10_000;

/// Bytes of a message of an export that are looked at for its header.
const LONGEST_HEADER: usize = 256 * 1024;

/// Why a file is none that can be tried.
const NO_MBOX: &str =
    "it is no file in the mbox form; a folder in the Maildir form is named by --maildir";

/// The same for a folder.
const NO_MAILDIR: &str = "it is no folder in the Maildir form, which has folders cur and new; files in the mbox form are named by --mbox";

/// Findings beside the messages.
#[derive(Debug, Default)]
pub struct Found {
    pub unwatched: Vec<Unwatched>,
    /// Folders that could not be read.
    pub unread: Vec<String>,
    pub has_sent: bool,
    /// Message-IDs of messages that are marked as answered.
    pub marked: BTreeSet<[u8; 8]>,
    /// Messages without a time of arrival, which are left out.
    pub timeless: u32,
    /// Messages from before the trial.
    pub older: u32,
}

/// Fills a shelf.
pub struct Filler<'a> {
    pub shelf: &'a mut Shelf,
    pub survey: &'a mut Survey,
    pub since: DateTime<Utc>,
    pub found: Found,
    /// Hears how many messages were read, of how many.
    pub progress: &'a (dyn Fn(u64, u64) + Send + Sync),
}

impl Filler<'_> {
    /// Reads a mailbox.
    pub async fn read<M: Mailbox>(
        &mut self,
        mailbox: &mut M,
        settings: &config::Mailbox,
    ) -> Result<(), Failure> {
        let listed = mailbox.folders().await.map_err(|error| failed(&error))?;
        let folders = self.watched(&listed, settings)?;
        let opened = self.open(mailbox, folders).await?;
        let messages = opened
            .iter()
            .map(|(_, selected)| u64::from(selected.exists));
        let mut read = (0, messages.sum());
        for (watched, selected) in opened {
            self.shelf.folder(&as_listed(&watched));
            self.found.has_sent |= watched.role == Role::Sent;
            mailbox
                .examine(&watched.name)
                .await
                .map_err(|error| failed(&error))?;
            for uids in windows(&selected) {
                self.window(mailbox, &watched, uids, &mut read).await?;
            }
        }
        Ok(())
    }

    /// The folders that a mailbox is read by.
    fn watched(
        &mut self,
        listed: &[Folder],
        settings: &config::Mailbox,
    ) -> Result<Vec<Watched>, Failure> {
        let Watch {
            folders,
            missing,
            unclear,
            unwatched,
            ..
        } = watch(listed, &settings.wanted());
        if let Some(unclear) = unclear {
            return Err(Failure::Failed(format!(
                "folder {:?}: {}",
                unclear.inbox, unclear.why
            )));
        }
        if let Some(missing) = missing.first() {
            return Err(Failure::Failed(format!(
                "the mailbox has no folder {missing:?}"
            )));
        }
        self.found.unwatched = unwatched;
        Ok(folders)
    }

    /// Opens each folder, to see how much it holds.
    async fn open<M: Mailbox>(
        &mut self,
        mailbox: &mut M,
        folders: Vec<Watched>,
    ) -> Result<Vec<(Watched, Selected)>, Failure> {
        let mut opened = Vec::new();
        for folder in folders {
            match mailbox.examine(&folder.name).await {
                Ok(selected) => opened.push((folder, selected)),
                Err(MailboxError::Folder { .. } | MailboxError::Refused(_)) => {
                    self.found.unread.push(folder.name);
                }
                Err(error) => return Err(failed(&error)),
            }
        }
        Ok(opened)
    }

    /// Reads a window of UIDs of the folder that is open. `read`: how many messages, of how many.
    async fn window<M: Mailbox>(
        &mut self,
        mailbox: &mut M,
        watched: &Watched,
        uids: (u32, u32),
        read: &mut (u64, u64),
    ) -> Result<(), Failure> {
        let folder = as_listed(watched);
        let (batches, mut received) = mpsc::channel::<Vec<Fetched>>(2);
        let taking = async {
            let mut kept = Ok(());
            while let Some(batch) = received.recv().await {
                read.0 += u64::try_from(batch.len()).unwrap_or(0);
                let mut batch = batch.iter();
                kept = kept
                    .and_then(|()| batch.try_for_each(|one| self.take(&folder, watched.role, one)));
                (self.progress)(read.0, read.1);
            }
            kept
        };
        let (fetched, taken) = tokio::join!(mailbox.fetch(uids, batches), taking);
        fetched.map_err(|error| failed(&error))?;
        taken
    }

    fn take(&mut self, folder: &Folder, role: Role, fetched: &Fetched) -> Result<(), Failure> {
        let Some(at) = fetched.internal_date else {
            self.found.timeless += 1;
            return Ok(());
        };
        self.keep(
            folder,
            role,
            at,
            fetched.size,
            &fetched.header,
            fetched.flags.answered,
        )
    }

    fn keep(
        &mut self,
        folder: &Folder,
        role: Role,
        at: DateTime<Utc>,
        size: u32,
        header: &[u8],
        answered: bool,
    ) -> Result<(), Failure> {
        if at < self.since {
            self.found.older += 1;
            return Ok(());
        }
        let message = parse::message(header);
        self.survey.see(role, &message);
        if let Some(id) = message.message_id.as_deref().filter(|_| answered) {
            self.found.marked.insert(mark(id));
        }
        self.shelf.put(folder, at, size, header).map_err(|error| {
            Failure::Failed(format!("the headers cannot be kept for the trial: {error}"))
        })
    }

    /// Reads files in the mbox form. A file is a folder of its name; what the mailbox itself has
    /// written was sent.
    pub fn read_mbox(&mut self, files: &[PathBuf], own: &str) -> Result<(), Failure> {
        for file in files {
            let name = file.file_stem().map_or_else(
                || "INBOX".to_owned(),
                |stem| stem.to_string_lossy().into_owned(),
            );
            let folder = folder_of(&name);
            let opened = File::open(file).map_err(|error| unreadable(file, &error.to_string()))?;
            let size = opened.metadata().map_or(0, |metadata| metadata.len());
            let mut read = 0;
            for message in MessageIterator::new(BufReader::new(opened)) {
                let message = message.map_err(|_| unreadable(file, NO_MBOX))?;
                let at = i64::try_from(message.internal_date())
                    .ok()
                    .and_then(|at| DateTime::from_timestamp(at, 0));
                read += u64::try_from(message.contents().len()).unwrap_or(0);
                (self.progress)(read.min(size), size);
                self.keep_file(&folder, at, message.contents(), false, own)?;
            }
        }
        Ok(())
    }

    /// Reads a folder in the Maildir form, and those below it.
    pub fn read_maildir(&mut self, root: &Path, own: &str) -> Result<(), Failure> {
        let wrong = |error: std::io::Error| unreadable(root, &error.to_string());
        if !root.join("cur").is_dir() {
            return Err(unreadable(root, NO_MAILDIR));
        }
        let mut read = 0;
        for part in FolderIterator::new(root, Some(".")).map_err(wrong)? {
            let part = part.map_err(wrong)?;
            let folder = folder_of(part.name().unwrap_or("INBOX").trim_matches('.'));
            for message in part {
                let message = message.map_err(|error| unreadable(root, &format!("{error:?}")))?;
                let at = i64::try_from(message.internal_date())
                    .ok()
                    .and_then(|at| DateTime::from_timestamp(at, 0));
                let answered = message
                    .flags()
                    .contains(&mail_parser::mailbox::maildir::Flag::Replied);
                read += 1;
                (self.progress)(read, read);
                self.keep_file(&folder, at, message.contents(), answered, own)?;
            }
        }
        Ok(())
    }

    fn keep_file(
        &mut self,
        folder: &Folder,
        at: Option<DateTime<Utc>>,
        contents: &[u8],
        answered: bool,
        own: &str,
    ) -> Result<(), Failure> {
        let header = header_of(contents);
        let size = u32::try_from(contents.len()).unwrap_or(u32::MAX);
        let Some(at) = at else {
            self.found.timeless += 1;
            return Ok(());
        };
        let by_us = folder.special != Some(Special::Sent)
            && parse::message(header)
                .from
                .first()
                .is_some_and(|from| from.addr.eq_ignore_ascii_case(own));
        let sent = folder_of("Sent");
        let folder = if by_us { &sent } else { folder };
        let role = if folder.special == Some(Special::Sent) {
            Role::Sent
        } else {
            Role::Inbox
        };
        self.found.has_sent |= role == Role::Sent;
        self.keep(folder, role, at, size, header, answered)
    }
}

/// By which a Message-ID is known again.
#[must_use]
pub fn mark(message_id: &str) -> [u8; 8] {
    let digest = Sha256::digest(message_id.as_bytes());
    let mut mark = [0; 8];
    mark.copy_from_slice(&digest[..8]);
    mark
}

fn header_of(contents: &[u8]) -> &[u8] {
    let head = &contents[..contents.len().min(LONGEST_HEADER)];
    let ends = |end: &[u8]| memchr::memmem::find(head, end).map(|at| at + end.len());
    let end = [ends(b"\n\n"), ends(b"\r\n\r\n")]
        .into_iter()
        .flatten()
        .min();
    &head[..end.unwrap_or(head.len())]
}

/// As the shelf lists it: by its role, so that it is found again under any name.
fn as_listed(watched: &Watched) -> Folder {
    let special = match watched.role {
        Role::Sent => Some(Special::Sent),
        Role::Junk => Some(Special::Junk),
        Role::Inbox | Role::Done => None,
    };
    Folder {
        name: watched.name.clone(),
        separator: watched.separator,
        special,
        selectable: true,
        space: Space::Own,
    }
}

/// The folder of an export: INBOX for the first one of its names, Sent by its names.
fn folder_of(name: &str) -> Folder {
    let lower = name.to_lowercase();
    let is = |names: &[&str]| names.iter().any(|known| lower.contains(known));
    let special = if is(&["sent", "skickat"]) {
        Some(Special::Sent)
    } else if is(&["junk", "spam", "skräp"]) {
        Some(Special::Junk)
    } else {
        None
    };
    let name = match special {
        Some(Special::Sent) => "Sent".to_owned(),
        None if is(&["inbox", "inkorg"]) || name.is_empty() => "INBOX".to_owned(),
        _ => name.to_owned(),
    };
    Folder {
        name,
        separator: None,
        special,
        selectable: true,
        space: Space::Own,
    }
}

/// The UIDs of a folder, in commands of a bearable size.
fn windows(folder: &Selected) -> impl Iterator<Item = (u32, u32)> + use<> {
    let last = if folder.exists > 0 {
        folder.uid_next.saturating_sub(1)
    } else {
        0
    };
    let step = usize::try_from(WINDOW).unwrap_or(usize::MAX);
    (1..=last)
        .step_by(step)
        .map(move |first| (first, first.saturating_add(WINDOW - 1).min(last)))
}

fn failed(error: &MailboxError) -> Failure {
    Failure::Failed(error.to_string())
}

fn unreadable(path: &Path, why: &str) -> Failure {
    Failure::Failed(format!("{} cannot be read: {why}", path.display()))
}
