//! Sync: reads every watched folder of a mailbox to its end, records new messages, and only then
//! calls the view fresh.
//!
//! A folder is read in windows of UIDs. The cursor moves after the server's tagged OK and the
//! commit, so after any break the next reading begins where the last certain one ended, and a
//! message that was read twice is recognised.

pub(super) mod recording;
mod sweep;
pub(super) mod window;

use super::Interrupted;
use super::reader::{Progress, Reader};
use crate::config;
use crate::domain::cursor::{Reading, reconcile};
use crate::domain::folders::{Folder, Role, Unclear, Watch, Watched, Why, watch};
use crate::engine::{Engine, Tally};
use crate::ports::{Clock, Mailbox, MailboxError, Selected};
use crate::store::folders::Cursor;
use chrono::{DateTime, Utc};
use sweep::Swept;

/// How often a folder is read when the server gives fewer messages than it says there are: once
/// more.
const READINGS: usize = 2;

/// What a complete reading brought.
#[derive(Clone, Debug, Default)]
pub struct Reported {
    pub folders: Vec<Watched>,
    /// The folder in which new mail arrives, and what it was like: all up to there was read.
    pub inbox: Option<(String, Selected)>,
    pub tally: Tally,
    /// Folders that could not be opened, and why; the reading is complete without them.
    pub left_out: Vec<(String, String)>,
}

impl<M: Mailbox, C: Clock> Reader<'_, M, C> {
    /// Reads everything. Afterwards the engine's view of the mailbox is as of the beginning of this
    /// call.
    pub async fn run(&mut self) -> Result<Reported, Interrupted> {
        let began = self.clock.now();
        let name = self.settings.name.clone();
        let mailbox = name.clone();
        let known = move |engine: &mut Engine| {
            let is_first = engine.view_of(&mailbox).is_none();
            Ok((
                engine.start_of(&mailbox)?,
                engine.db().cursors_of(&mailbox)?,
                engine.left_out(&mailbox),
                is_first,
            ))
        };
        let (start, cursors, left_out, is_first) = self.engine.step(known).await?;
        let folders = self.mailbox.folders().await?;
        let watch = watch_of(&folders, self.settings);
        if let Some(Unclear { inbox, why }) = &watch.unclear {
            return Err(MailboxError::Folder {
                folder: inbox.clone(),
                why: (*why).to_owned(),
            }
            .into());
        }
        for folder in watch
            .folders
            .iter()
            .filter(|folder| is_first && folder.role == Role::Sent)
        {
            self.numbers_told(folder, cursors.get(&folder.name).copied())
                .await?;
        }
        let quiet = watch.folders.iter().filter(|folder| {
            let known = cursors.get(&folder.name);
            known.is_some_and(|known| can_be_quiet(known, folder))
        });
        let quiet: Vec<String> = quiet.map(|folder| folder.name.clone()).collect();
        self.mailbox.foresee(&quiet).await?;
        let mut reported = Reported::default();
        let mut vanished = Vec::new();
        let mut unread: Option<MailboxError> = None;
        let mut arrivals = true;
        for folder in &watch.folders {
            if unread.is_some() && folder.role == Role::Sent {
                // A question that could not be read must be known before its answer, which would be
                // taken for another's.
                continue;
            }
            let known = cursors.get(&folder.name).copied();
            let (selected, tally) = match self.folder(folder, start, known, &mut vanished).await {
                // The others are read all the same, so that every message is logged; but this view
                // is not good enough to decide by.
                Err(Interrupted::Mailbox(
                    error @ (MailboxError::Folder { .. } | MailboxError::Refused(_)),
                )) => {
                    if watch.left_to_chance.contains(&folder.name)
                        && self.leaves_out(folder).await?
                    {
                        reported
                            .left_out
                            .push((folder.name.clone(), error.to_string()));
                        continue;
                    }
                    unread.get_or_insert(error);
                    arrivals &= folder.role == Role::Sent;
                    continue;
                }
                other => other?,
            };
            if left_out.contains(&folder.name) {
                self.take_in(folder).await?;
            }
            reported.folders.push(folder.clone());
            if folder.role == Role::Inbox {
                reported
                    .inbox
                    .get_or_insert_with(|| (folder.name.clone(), selected));
            }
            add(&mut reported.tally, tally);
        }
        if !vanished.is_empty() {
            // They may lie in a folder that is newer than the list.
            let listed = watch_of(&self.mailbox.folders_anew().await?, self.settings);
            for folder in listed
                .folders
                .into_iter()
                .filter(|folder| !watch.folders.contains(folder))
            {
                let known = cursors.get(&folder.name).copied();
                let (_, tally) = self.folder(&folder, start, known, &mut vanished).await?;
                add(&mut reported.tally, tally);
                reported.folders.push(folder);
            }
        }
        let sent = self.settings.imap.sent.as_deref();
        arrivals &= watch
            .missing
            .iter()
            .all(|missing| sent.is_some_and(|sent| sent.contains(missing)));
        if let Some(error) = unread.or_else(|| self.missing(&watch)) {
            if arrivals {
                self.engine
                    .step(move |engine| engine.viewed_arrivals(&name, began))
                    .await?;
            }
            return Err(error.into());
        }
        self.conclude(&watch, &reported, vanished, began).await?;
        Ok(reported)
    }

    /// After a complete reading: messages that have left are looked for, and the view is as of
    /// `began`.
    async fn conclude(
        &mut self,
        watch: &Watch,
        reported: &Reported,
        vanished: Vec<(String, u32)>,
        began: DateTime<Utc>,
    ) -> Result<(), Interrupted> {
        let trashes: Vec<String> = watch
            .unwatched
            .iter()
            .filter(|folder| folder.why == Why::Trash)
            .map(|folder| folder.name.clone())
            .collect();
        let thrown_away = self.thrown_away(&trashes, &vanished).await?;
        let now = self.clock.now();
        // What could not be opened is watched all the same: where its items lay stays known.
        let closed = watch
            .folders
            .iter()
            .filter(|folder| !reported.folders.contains(folder));
        let watched: Vec<Watched> = reported.folders.iter().chain(closed).cloned().collect();
        let name = self.settings.name.clone();
        self.engine
            .step(move |engine| {
                engine.vanished(&name, &watched, &vanished, now)?;
                engine.thrown_away(&thrown_away, now)?;
                engine.settle_places(&name, &watched, now)?;
                engine.viewed(&name, began)
            })
            .await
            .map_err(Interrupted::from)
    }

    /// A folder that must be there, and is not.
    fn missing(&self, watch: &Watch) -> Option<MailboxError> {
        if let Some(missing) = watch.missing.first() {
            let why =
                "it is named in the configuration, but the server has no such folder".to_owned();
            return Some(MailboxError::Folder {
                folder: missing.clone(),
                why,
            });
        }
        if self.settings.imap.sent.is_none()
            && !watch.folders.iter().any(|folder| folder.role == Role::Sent)
        {
            // Nothing could be seen of answers; a mailbox without a Sent folder says `sent = []`.
            let why = "none was found, so answers cannot be seen; name it in mailbox.imap.sent"
                .to_owned();
            return Some(MailboxError::Folder {
                folder: "Sent".to_owned(),
                why,
            });
        }
        None
    }

    async fn folder(
        &mut self,
        folder: &Watched,
        start: DateTime<Utc>,
        known: Option<Cursor>,
        vanished: &mut Vec<(String, u32)>,
    ) -> Result<(Selected, Tally), Interrupted> {
        let mut tally = Tally::default();
        if let Some(known) = known.filter(|known| can_be_quiet(known, folder))
            && let Some(glimpsed) = self.mailbox.glance(&folder.name).await?
            && cursor(&glimpsed, glimpsed.uid_next, glimpsed.highest_modseq) == known
        {
            return Ok((glimpsed, tally));
        }
        let selected = self.mailbox.examine(&folder.name).await?;
        let reading = reconcile(
            known.map(|c| (c.uid_validity, c.uid_next, c.modseq)),
            &selected,
        );
        let from = match reading {
            Reading::Nothing => None,
            Reading::From(uid) => Some(uid),
            Reading::Anew => {
                self.meet(folder, &selected, known.is_none()).await?;
                self.advance(folder, &cursor(&selected, 1, None)).await?;
                Some(1)
            }
        };
        if let Some(from) = from {
            let known = known.filter(|_| reading != Reading::Anew);
            // Some messages may have left since; fewer new ones than this there cannot be.
            let least = selected
                .exists
                .saturating_sub(known.map_or(0, |cursor| cursor.present));
            for _ in 0..READINGS {
                let part = self
                    .windows(folder, from, &selected, known.and_then(|c| c.modseq), start)
                    .await?;
                add(&mut tally, part);
                if part.given >= least {
                    break;
                }
            }
        }
        let same_messages =
            reading == Reading::Nothing && known.is_some_and(|c| c.present == selected.exists);
        let since = known
            .filter(|_| reading != Reading::Anew)
            .and_then(|c| c.modseq);
        let unchanged = same_messages && since.is_some() && since == selected.highest_modseq;
        let vanished_before = vanished.len();
        if folder.role != Role::Sent && !unchanged && !self.mailbox.only_grows() {
            // The messages that were read just now came with their flags.
            let swept = Swept {
                below: from.unwrap_or(u32::MAX),
                since,
                flags_alone: same_messages,
            };
            tally.marked_answered |= self.sweep(folder, &swept, vanished).await?;
        }
        if !unchanged {
            let mut reached = cursor(&selected, selected.uid_next, selected.highest_modseq);
            if vanished.len() > vanished_before {
                // It is written down when every folder was read; until then all of the folder is
                // swept again.
                reached.modseq = None;
                reached.present = u32::MAX;
            }
            self.advance(folder, &reached).await?;
        }
        (self.progress)(Progress {
            folder: folder.name.clone(),
            done: 0,
            total: 0,
        });
        Ok((selected, tally))
    }

    async fn advance(&self, folder: &Watched, cursor: &Cursor) -> Result<(), Interrupted> {
        let (mailbox, folder, cursor) = (self.settings.name.clone(), folder.name.clone(), *cursor);
        Ok(self
            .engine
            .step(move |engine| engine.advance(&mailbox, &folder, &cursor))
            .await?)
    }
}

fn watch_of(folders: &[Folder], settings: &config::Mailbox) -> Watch {
    watch(folders, &settings.wanted())
}

/// Whether a glance can show that nothing has happened in a folder: by its mod-sequence, or because
/// nothing but new messages matters there.
fn can_be_quiet(known: &Cursor, folder: &Watched) -> bool {
    known.modseq.is_some() || folder.role == Role::Sent
}

fn add(tally: &mut Tally, part: Tally) {
    tally.new_items += part.new_items;
    tally.seen_before += part.seen_before;
    tally.sent += part.sent;
    tally.moved_in += part.moved_in;
    tally.given = tally.given.saturating_add(part.given);
    tally.marked_answered |= part.marked_answered;
    tally.unreadable = tally.unreadable.or(part.unreadable);
}

fn cursor(selected: &Selected, uid_next: u32, modseq: Option<u64>) -> Cursor {
    Cursor {
        uid_validity: selected.uid_validity,
        uid_next,
        present: selected.exists,
        modseq,
    }
}
