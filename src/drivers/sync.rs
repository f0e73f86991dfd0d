//! Sync: reads every watched folder of a mailbox to its end, records new messages, and only then
//! calls the view fresh.
//!
//! A folder is read in windows of UIDs. The cursor moves after the server's tagged OK and the
//! commit, so after any break the next reading begins where the last certain one ended, and a
//! message that was read twice is recognised.

pub(super) mod recording;
mod sweep;
mod walk;
pub(super) mod window;

use super::Interrupted;
use super::reader::Reader;
use crate::config;
use crate::domain::cursor::{Known, Reading, reconcile};
use crate::domain::folders::{Folder, Role, Unclear, Watch, Watched, Why, watch};
use crate::domain::item::ItemId;
use crate::engine::Tally;
use crate::ports::{Clock, Mailbox, MailboxError, Selected};
use crate::store::folders::Cursor;
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use sweep::Swept;
use walk::Walk;

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

impl Reported {
    /// A folder has been read. Of the inbox it is remembered what it was like, as `selected`.
    fn add(&mut self, folder: &Watched, selected: Option<Selected>, tally: Tally) {
        let inbox = selected.filter(|_| folder.role == Role::Inbox);
        self.inbox = self
            .inbox
            .take()
            .or(inbox.map(|selected| (folder.name.clone(), selected)));
        self.folders.push(folder.clone());
        add(&mut self.tally, tally);
    }
}

impl<M: Mailbox, C: Clock> Reader<'_, M, C> {
    /// Reads everything. Afterwards the engine's view of the mailbox is as of the beginning of this
    /// call.
    pub async fn run(&mut self) -> Result<Reported, Interrupted> {
        let began = self.clock.now();
        let (mut walk, watch) = self.begin().await?;
        for folder in &watch.folders {
            if folder.role == Role::Sent && walk.has_news() {
                // What the server told of Sent is older than the news. An answer may have come in
                // between, and a notice that is due at once would leave after it.
                self.mailbox.foresee(&walk.quiet_after_news(&watch)).await?;
            }
            self.visit(&mut walk, &watch, folder).await?;
        }
        self.visit_newer(&mut walk, &watch).await?;
        let Walk {
            reported,
            vanished,
            again,
            unread,
            arrivals,
            ..
        } = walk;
        let Some(error) = unread.or_else(|| self.missing(&watch)) else {
            self.conclude(&watch, &reported, (vanished, again), began)
                .await?;
            return Ok(reported);
        };
        if arrivals && self.misses_only_sent(&watch) {
            self.step(move |engine, name| engine.viewed_arrivals(name, began))
                .await?;
        }
        Err(error.into())
    }

    /// The register's knowledge of the mailbox, and which of its folders are to be read.
    async fn begin(&mut self) -> Result<(Walk, Watch), Interrupted> {
        let (walk, is_first) = self.step(Walk::of).await?;
        let watch = watch_of(&self.mailbox.folders().await?, self.settings);
        if let Some(Unclear { inbox, why }) = &watch.unclear {
            let (folder, why) = (inbox.clone(), (*why).to_owned());
            return Err(MailboxError::Folder { folder, why }.into());
        }
        let sent = watch
            .folders
            .iter()
            .filter(|folder| folder.role == Role::Sent);
        for folder in sent.filter(|_| is_first) {
            self.numbers_told(folder, walk.known(folder)).await?;
        }
        self.mailbox.foresee(&walk.quiet(&watch)).await?;
        Ok((walk, watch))
    }

    /// Reads one of the folders. One that cannot be read does not end the walk, so that every
    /// message is logged; but its view is not good enough to decide by.
    async fn visit(
        &mut self,
        walk: &mut Walk,
        watch: &Watch,
        folder: &Watched,
    ) -> Result<(), Interrupted> {
        if walk.unread.is_some() && folder.role == Role::Sent {
            // A question that could not be read must be known before its answer, which would be
            // taken for another's.
            return Ok(());
        }
        let error = match self.folder(folder, walk).await {
            Ok((selected, tally)) => {
                if walk.left_out.contains(&folder.name) {
                    self.take_in(folder).await?;
                }
                walk.reported.add(folder, Some(selected), tally);
                return Ok(());
            }
            Err(Interrupted::Mailbox(
                error @ (MailboxError::Folder { .. } | MailboxError::Refused(_)),
            )) => error,
            Err(error) => return Err(error),
        };
        if watch.left_to_chance.contains(&folder.name) && self.leaves_out(folder).await? {
            let left_out = (folder.name.clone(), error.to_string());
            walk.reported.left_out.push(left_out);
        } else {
            walk.unread.get_or_insert(error);
            walk.arrivals &= folder.role == Role::Sent;
        }
        Ok(())
    }

    /// Messages that have left may lie in a folder that is newer than the list.
    async fn visit_newer(&mut self, walk: &mut Walk, watch: &Watch) -> Result<(), Interrupted> {
        if walk.vanished.is_empty() {
            return Ok(());
        }
        let listed = watch_of(&self.mailbox.folders_anew().await?, self.settings);
        let newer = listed.folders.iter();
        for folder in newer.filter(|folder| !watch.folders.contains(folder)) {
            let (_, tally) = self.folder(folder, walk).await?;
            walk.reported.add(folder, None, tally);
        }
        Ok(())
    }

    /// No folder is missing, or none but a Sent folder: arrivals are seen all the same.
    fn misses_only_sent(&self, watch: &Watch) -> bool {
        let sent = self.settings.imap.sent.as_deref().unwrap_or_default();
        watch.missing.iter().all(|missing| sent.contains(missing))
    }

    /// After a complete reading: messages that have left are looked for, and the view is as of
    /// `began`.
    async fn conclude(
        &mut self,
        watch: &Watch,
        reported: &Reported,
        (vanished, again): (Vec<(String, u32)>, BTreeSet<ItemId>),
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
        let unwatched = watch.unwatched.clone();
        self.step(move |engine, name| {
            engine.vanished(name, &watched, &vanished, now)?;
            engine.asked_again(name, &again, now)?;
            engine.thrown_away(&thrown_away, now)?;
            engine.settle_places(name, &watched, now)?;
            engine.leaves_unread(name, &unwatched)?;
            engine.viewed(name, began)
        })
        .await
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

    /// Reads the new messages of a folder, and looks at the known ones.
    async fn folder(
        &mut self,
        folder: &Watched,
        walk: &mut Walk,
    ) -> Result<(Selected, Tally), Interrupted> {
        let known = walk.known(folder);
        if let Some(glimpsed) = self.is_quiet(folder, walk).await? {
            return Ok((glimpsed, Tally::default()));
        }
        let selected = self.mailbox.examine(&folder.name).await?;
        let reading = self.to_read(folder, known, &selected).await?;
        let is_anew = reading == Reading::Anew;
        if is_anew {
            self.meet(folder, &selected, known.is_none()).await?;
            self.advance(folder, &cursor(&selected, 1, None)).await?;
        }
        let holds = known.filter(|_| !is_anew);
        let mut tally = self
            .news(folder, reading, &selected, holds, walk.start)
            .await?;
        if is_anew || tally.given > 0 {
            walk.waiting = None;
        }
        tally.marked_answered |= self
            .look_at_known(
                folder,
                &selected,
                &Swept::after(reading, holds, &selected),
                walk,
            )
            .await?;
        self.goes_on(&folder.name);
        Ok((selected, tally))
    }

    /// What a folder has to read. One that is fuller under the same numbers is read from its
    /// beginning, but not time and again.
    async fn to_read(
        &self,
        folder: &Watched,
        known: Option<Cursor>,
        selected: &Selected,
    ) -> Result<Reading, Interrupted> {
        let reading = reconcile(known.map(numbers), selected);
        if reading != Reading::Fuller {
            return Ok(reading);
        }
        let (folder, now) = (folder.name.clone(), self.clock.now());
        let is_to_read = self
            .step(move |engine, mailbox| Ok(engine.is_read_for_its_count(mailbox, &folder, now)));
        Ok(if is_to_read.await? {
            Reading::Anew
        } else {
            Reading::Nothing
        })
    }

    /// What a glance shows of a folder in which nothing has happened.
    async fn is_quiet(
        &mut self,
        folder: &Watched,
        walk: &Walk,
    ) -> Result<Option<Selected>, Interrupted> {
        let Some(known) = walk.may_be_quiet(folder) else {
            return Ok(None);
        };
        let glimpsed = self.mailbox.glance(&folder.name).await?;
        Ok(glimpsed.filter(|seen| cursor(seen, seen.uid_next, seen.highest_modseq) == known))
    }

    /// Reads what a folder has to read. `holds`: the last cursor, if its UIDs mean the same.
    async fn news(
        &mut self,
        folder: &Watched,
        reading: Reading,
        selected: &Selected,
        holds: Option<Cursor>,
        start: DateTime<Utc>,
    ) -> Result<Tally, Interrupted> {
        let mut tally = Tally::default();
        let Some(from) = reading.first() else {
            return Ok(tally);
        };
        // Some messages may have left since; fewer new ones than this there cannot be.
        let present = holds.map_or(0, |cursor| cursor.present);
        let least = selected.exists.saturating_sub(present);
        let modseq = holds.and_then(|cursor| cursor.modseq);
        for _ in 0..READINGS {
            let part = self.windows(folder, from, selected, modseq, start).await?;
            add(&mut tally, part);
            if part.given >= least {
                break;
            }
        }
        Ok(tally)
    }

    /// Flags and places of known messages; then the cursor moves. Whether any is marked as
    /// answered.
    async fn look_at_known(
        &mut self,
        folder: &Watched,
        selected: &Selected,
        swept: &Swept,
        walk: &mut Walk,
    ) -> Result<bool, Interrupted> {
        if swept.finds_nothing(selected) && !walk.asks_anew(folder) {
            return Ok(false);
        }
        let vanished_before = walk.vanished.len();
        let marked = folder.role != Role::Sent
            && !self.mailbox.only_grows()
            && self.sweep(folder, swept, walk).await?;
        let mut reached = cursor(selected, selected.uid_next, selected.highest_modseq);
        if walk.vanished.len() > vanished_before {
            // It is written down when every folder was read; until then all of the folder is swept
            // again.
            reached.modseq = None;
            reached.present = u32::MAX;
        }
        // Nothing is written of a folder that is as it was.
        if swept.reached != Some(reached) {
            self.advance(folder, &reached).await?;
        }
        Ok(marked)
    }

    async fn advance(&self, folder: &Watched, cursor: &Cursor) -> Result<(), Interrupted> {
        let (folder, cursor) = (folder.name.clone(), *cursor);
        self.step(move |engine, mailbox| engine.advance(mailbox, &folder, &cursor))
            .await
    }
}

fn watch_of(folders: &[Folder], settings: &config::Mailbox) -> Watch {
    watch(folders, &settings.wanted())
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

/// As [`reconcile`] compares them.
pub(super) fn numbers(known: Cursor) -> Known {
    let Cursor {
        uid_validity,
        uid_next,
        present,
        modseq,
    } = known;
    Known {
        uid_validity,
        uid_next,
        present,
        modseq,
    }
}

fn cursor(selected: &Selected, uid_next: u32, modseq: Option<u64>) -> Cursor {
    Cursor {
        uid_validity: selected.uid_validity,
        uid_next,
        present: selected.exists,
        modseq,
    }
}
