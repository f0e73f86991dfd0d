//! Sync: reads every watched folder of a mailbox to its end, records new messages, and only then
//! calls the view fresh.
//!
//! A folder is read in windows of UIDs. The cursor moves after the server's tagged OK and the
//! commit, so after any break the next reading begins where the last certain one ended, and a
//! message that was read twice is recognised.

mod recording;

pub use super::closer::{REPLY_BYTES, SUSPECT_BYTES};
use super::{Interrupted, parsing};
use crate::config;
use crate::domain::cursor::{MAX_WINDOW, Reading, reconcile, windows};
use crate::domain::folders::{Folder, Role, Unclear, Watch, Watched, Why, watch};
use crate::engine::handle::Handle;
use crate::engine::{Arrived, Engine, Tally};
use crate::ports::{Changes, Clock, Fetched, Mailbox, MailboxError, Selected};
use crate::store::StoreError;
use crate::store::folders::Cursor;
use chrono::{DateTime, Utc};
use recording::{Rest, record, record_certain};
use std::collections::BTreeSet;
use tokio::sync::mpsc;

/// Batches on their way from the server to the register; each is at most the adapter's batch.
pub(super) const BATCHES_UNDER_WAY: usize = 4;

/// Batches that are parsed or wait to be recorded.
const PARSES_UNDER_WAY: usize = 3;

/// Live items whose flags are asked for in one go.
const SWEEP: usize = 2_000;

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

/// How far a reading has come, for a progress bar.
#[derive(Clone, Debug)]
pub struct Progress {
    pub folder: String,
    /// UIDs done and in all, in this folder's reading.
    pub done: u64,
    pub total: u64,
}

/// Whether messages are read in their turn, or once more to prove that nothing is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pass {
    First,
    Again,
}

impl Pass {
    fn record(
        self,
        engine: &mut Engine,
        mailbox: &str,
        folder: &Watched,
        batch: &[Arrived],
        now: DateTime<Utc>,
    ) -> Result<Tally, StoreError> {
        match self {
            Self::First => engine.record(mailbox, folder, batch, now),
            Self::Again => engine.record_again(mailbox, folder, batch, now),
        }
    }
}

/// One mailbox's reader.
pub struct Reader<'a, M, C> {
    pub engine: &'a Handle,
    pub settings: &'a config::Mailbox,
    pub mailbox: &'a mut M,
    pub clock: &'a C,
    pub progress: &'a (dyn Fn(Progress) + Send + Sync),
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

    /// Reads a folder from a UID on, window by window.
    async fn windows(
        &mut self,
        folder: &Watched,
        from: u32,
        selected: &Selected,
        modseq: Option<u64>,
        start: DateTime<Utc>,
    ) -> Result<Tally, Interrupted> {
        let mut tally = Tally::default();
        let total = u64::from(selected.uid_next.saturating_sub(from));
        for (first, last) in windows(from, selected.uid_next, selected.exists, MAX_WINDOW) {
            let part = self
                .window(folder, (first, last), start, Pass::First)
                .await?;
            add(&mut tally, part);
            self.advance(folder, &cursor(selected, last.saturating_add(1), modseq))
                .await?;
            let done = u64::from(last.saturating_sub(from)) + 1;
            (self.progress)(Progress {
                folder: folder.name.clone(),
                done: done.min(total),
                total,
            });
        }
        Ok(tally)
    }

    /// Reads one window: one batch streams in while the one before it is parsed and the one before
    /// that is written; suspects come last.
    pub(super) async fn window(
        &mut self,
        folder: &Watched,
        uids: (u32, u32),
        start: DateTime<Utc>,
        pass: Pass,
    ) -> Result<Tally, Interrupted> {
        let (batches, mut received) = mpsc::channel::<Vec<Fetched>>(BATCHES_UNDER_WAY);
        let (under_way, mut in_order) = mpsc::channel(PARSES_UNDER_WAY);
        let parsing = async move {
            while let Some(batch) = received.recv().await {
                // The recorder has ended with an error of its own, which is reported.
                if under_way.send(parsing::begin(batch, start)).await.is_err() {
                    break;
                }
            }
        };
        let (engine, clock) = (self.engine, self.clock);
        let mailbox = &self.settings.name;
        let recording = async move {
            let mut tally = Tally::default();
            let mut suspects = Vec::new();
            let mut again = Rest::default();
            let mut waiting = None;
            while let Some((late, ready)) = parsing::next(&mut in_order, &mut waiting).await? {
                tally.given += u32::try_from(late.len() + ready.len()).unwrap_or(0);
                suspects.extend(late);
                let (part, rest) =
                    record_certain(engine, mailbox, folder, ready, start, clock.now(), pass)
                        .await?;
                again.doubles.extend(rest.doubles);
                again.replies.extend(rest.replies);
                again.forms.extend(rest.forms);
                add(&mut tally, part);
            }
            Ok::<_, Interrupted>((tally, suspects, again))
        };
        let (fetched, (), recorded) =
            tokio::join!(self.mailbox.fetch(uids, batches), parsing, recording);
        let (mut tally, suspects, again) = recorded?;
        fetched?;
        for double in again.doubles {
            self.ask_for_doubles(folder, &double).await?;
            add(
                &mut tally,
                record(
                    self.engine,
                    mailbox,
                    folder,
                    vec![double],
                    self.clock.now(),
                    pass,
                )
                .await?,
            );
        }
        for suspect in suspects {
            let closer = self.look_closer(suspect).await?;
            let (mailbox, now) = (&self.settings.name, self.clock.now());
            add(
                &mut tally,
                record(self.engine, mailbox, folder, vec![closer], now, pass).await?,
            );
        }
        for form in again.forms {
            let told = self.ask_for_parts(form).await?;
            let (mailbox, now) = (&self.settings.name, self.clock.now());
            add(
                &mut tally,
                record(self.engine, mailbox, folder, vec![told], now, pass).await?,
            );
        }
        for reply in again.replies {
            let read = self.read_words(reply).await?;
            let (mailbox, now) = (&self.settings.name, self.clock.now());
            add(
                &mut tally,
                record(self.engine, mailbox, folder, vec![read], now, pass).await?,
            );
        }
        Ok(tally)
    }

    /// Flags of live items in a folder, and which of them have left it. Whether any is marked as
    /// answered.
    async fn sweep(
        &mut self,
        folder: &Watched,
        swept: &Swept,
        vanished: &mut Vec<(String, u32)>,
    ) -> Result<bool, Interrupted> {
        let mut marked = false;
        if swept.below <= 1 {
            // All of the folder was read just now.
            return Ok(marked);
        }
        let (mailbox, name) = (self.settings.name.clone(), folder.name.clone());
        let open_alone = swept.since.is_none() && swept.flags_alone;
        let mut uids = self
            .engine
            .step(move |engine| engine.live_uids(&mailbox, &name, open_alone))
            .await?;
        uids.retain(|uid| *uid < swept.below);
        for uids in uids.chunks(SWEEP) {
            let changes = self.changes(uids, swept.since).await?;
            vanished.extend(
                changes
                    .gone
                    .into_iter()
                    .map(|uid| (folder.name.clone(), uid)),
            );
            let answered: Vec<u32> = changes
                .flags
                .into_iter()
                .filter(|(_, flags)| flags.answered)
                .map(|(uid, _)| uid)
                .collect();
            if !answered.is_empty() {
                marked = true;
                let (mailbox, folder, now) =
                    (self.settings.name.clone(), folder.clone(), self.clock.now());
                self.engine
                    .step(move |engine| engine.flagged(&mailbox, &folder, &answered, now))
                    .await?;
            }
        }
        Ok(marked)
    }

    /// The changes of these messages: since the last reading where the server can say, else as they
    /// are now.
    async fn changes(&mut self, uids: &[u32], since: Option<u64>) -> Result<Changes, Interrupted> {
        if let Some(since) = since
            && let Some(changes) = self.mailbox.changes(uids, since).await?
        {
            return Ok(changes);
        }
        let flags = self.mailbox.flags(uids).await?;
        let there: BTreeSet<u32> = flags.iter().map(|(uid, _)| *uid).collect();
        let gone = uids
            .iter()
            .copied()
            .filter(|uid| !there.contains(uid))
            .collect();
        Ok(Changes { flags, gone })
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

/// Which of a folder's messages are asked about, and since when.
struct Swept {
    /// Only those below this UID.
    below: u32,
    /// The mod-sequence of the last reading.
    since: Option<u64>,
    /// No message came or went: only flags can have changed, and those matter while an item is
    /// open.
    flags_alone: bool,
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
