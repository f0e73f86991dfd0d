//! Reconciliation: compares what the server lists in every watched folder with what the register
//! has read, and reads missing messages again.
//!
//! Three looks, each only as far as it is needed: the counts of EXAMINE; the UIDs, in windows; and,
//! every time, the headers of a part of the folder, which must be in the register by their
//! identity. Only messages below the cursor are compared, so a message that arrives meanwhile is
//! not a loss; a message that seems to be missing is asked for twice, so one that is deleted or
//! moved meanwhile is not a loss either. A server that does not list all that it counts is compared
//! by counts, and that is said.

use super::Interrupted;
use super::reader::Reader;
use super::sync::recording::Pass;
use crate::domain::coverage::{Comparison, Method, Run, Spans, is_unchanged, repairs, sample_size};
use crate::domain::cursor::{Selected, WINDOW, windows};
use crate::domain::folders::Watched;
use crate::engine::Tally;
use crate::ports::{Clock, Mailbox, MailboxError};
use crate::store::folders::Cursor;

impl<M: Mailbox, C: Clock> Reader<'_, M, C> {
    /// Compares each of these folders whose time has come; to be called after a complete reading of
    /// them. What it finds is recorded. A lost connection ends it with an error, and the rest is
    /// compared later.
    pub async fn reconcile(&mut self, folders: &[Watched]) -> Result<Vec<Comparison>, Interrupted> {
        if self.mailbox.only_grows() {
            return Ok(Vec::new());
        }
        let (watched, now) = (folders.to_vec(), self.clock.now());
        let due = self
            .step(move |engine, mailbox| engine.comparisons_due(mailbox, &watched, now))
            .await?;
        let mut compared = Vec::new();
        for (folder, cursor, last) in due {
            compared.extend(self.compare(&folder, &cursor, last.as_ref()).await?);
        }
        Ok(compared)
    }

    /// `None` when the folder is another one by now: it is read again first.
    async fn compare(
        &mut self,
        folder: &Watched,
        cursor: &Cursor,
        last: Option<&Comparison>,
    ) -> Result<Option<Comparison>, Interrupted> {
        let begun = Comparison {
            mailbox: self.settings.name.clone(),
            folder: folder.name.clone(),
            at: self.clock.now(),
            method: Method::Interrupted,
            uid_validity: cursor.uid_validity,
            uid_next: cursor.uid_next,
            on_server: 0,
            unread: 0,
            found: 0,
            missing: 0,
            sampled: 0,
            sampled_to: sampled_to(last, cursor.uid_validity),
        };
        let row = begun.clone();
        let id = self
            .step(move |engine, _| engine.begin_comparison(&row))
            .await?;
        let compared = match self.look(folder, begun.clone(), last).await {
            Err(Interrupted::Mailbox(MailboxError::Folder { .. } | MailboxError::Refused(_))) => {
                let method = Method::Refused;
                Some(Comparison { method, ..begun })
            }
            other => other?,
        };
        if let Some(compared) = compared.clone() {
            self.step(move |engine, _| engine.end_comparison(id, &compared))
                .await?;
        }
        Ok(compared)
    }

    async fn look(
        &mut self,
        folder: &Watched,
        begun: Comparison,
        last: Option<&Comparison>,
    ) -> Result<Option<Comparison>, Interrupted> {
        let Some(selected) = self.opened(folder, &begun).await? else {
            return Ok(None);
        };
        let spans = self.spans(&folder.name).await?;
        let mut comparison = begun;
        let in_register = spans.count(comparison.uid_next);
        let Selected {
            uid_validity,
            uid_next,
            exists,
            ..
        } = selected;
        let known = u64::from(exists) <= in_register && uid_next == comparison.uid_next;
        if known && is_unchanged(last, uid_validity, uid_next, exists) {
            comparison.method = Method::Unchanged;
            comparison.on_server = exists;
        } else if let Some((selected, listed)) = self.listed(folder, selected).await? {
            if selected.uid_validity != uid_validity {
                return Ok(None);
            }
            let unread = by_uids(&mut comparison, listed, &spans);
            self.repair(folder, &mut comparison, &unread).await?;
        } else {
            self.count_only(folder, &mut comparison, selected, in_register)
                .await?;
        }
        self.sample(folder, &mut comparison).await?;
        Ok(Some(comparison))
    }

    /// The folder, if it is still the one that was read.
    async fn opened(
        &mut self,
        folder: &Watched,
        begun: &Comparison,
    ) -> Result<Option<Selected>, Interrupted> {
        let selected = self.mailbox.examine(&folder.name).await?;
        let is_same =
            selected.uid_validity == begun.uid_validity && selected.uid_next >= begun.uid_next;
        Ok(is_same.then_some(selected))
    }

    /// Every UID that the folder has, of one view: as many as it counts. Asked for twice; `None`
    /// when the server lists fewer than it counts, or none at all.
    async fn listed(
        &mut self,
        folder: &Watched,
        mut selected: Selected,
    ) -> Result<Option<(Selected, Vec<u32>)>, Interrupted> {
        for attempt in 0..2 {
            if attempt > 0 {
                selected = self.mailbox.examine(&folder.name).await?;
            }
            let mut listed = Vec::new();
            for window in windows(1, selected.uid_next, selected.exists, WINDOW) {
                match self.mailbox.uids(window).await {
                    Ok(uids) => listed.extend(uids),
                    Err(MailboxError::Refused(_)) => return Ok(None),
                    Err(error) => return Err(error.into()),
                }
            }
            if count(listed.len()) >= selected.exists {
                return Ok(Some((selected, listed)));
            }
        }
        Ok(None)
    }

    /// Reads missing messages, and looks whether they are in the register then, or gone from the
    /// server.
    async fn repair(
        &mut self,
        folder: &Watched,
        comparison: &mut Comparison,
        unread: &[u32],
    ) -> Result<(), Interrupted> {
        if unread.is_empty() {
            return Ok(());
        }
        comparison.found += self.read_again(folder, &repairs(unread)).await?;
        let spans = self.spans(&folder.name).await?;
        let left = spans.unread(unread);
        if left.is_empty() {
            return Ok(());
        }
        // Deleted or moved away meanwhile, most likely: the server says.
        self.mailbox.examine(&folder.name).await?;
        let mut there = Vec::new();
        for range in repairs(&left) {
            there.extend(self.mailbox.uids(range).await?);
        }
        comparison.missing = count(left.iter().filter(|uid| there.contains(uid)).count());
        Ok(())
    }

    /// By their number: more on the server than were ever read means that some were not.
    async fn count_only(
        &mut self,
        folder: &Watched,
        comparison: &mut Comparison,
        selected: Selected,
        in_register: u64,
    ) -> Result<(), Interrupted> {
        comparison.method = Method::Counts;
        comparison.on_server = selected.exists;
        // A message that has arrived since the reading counts too, and has a UID that was not read.
        let since = u64::from(selected.uid_next - comparison.uid_next);
        let over =
            |in_register: u64| u64::from(selected.exists).saturating_sub(in_register + since);
        if over(in_register) == 0 {
            return Ok(());
        }
        comparison.unread = u32::try_from(over(in_register)).unwrap_or(u32::MAX);
        self.read_all(folder, comparison, selected.exists).await?;
        let in_register = self.spans(&folder.name).await?.count(comparison.uid_next);
        comparison.missing = u32::try_from(over(in_register)).unwrap_or(u32::MAX);
        Ok(())
    }

    /// Headers of messages that were read before: each must be in an item. When one is not, the
    /// whole folder is read again.
    async fn sample(
        &mut self,
        folder: &Watched,
        comparison: &mut Comparison,
    ) -> Result<(), Interrupted> {
        let spans = self.spans(&folder.name).await?;
        let wanted = sample_size(spans.count(comparison.uid_next));
        let Some((range, sampled)) = spans.sample(comparison.sampled_to, wanted) else {
            return Ok(());
        };
        let (first, last) = (range.0, range.1.min(comparison.uid_next.saturating_sub(1)));
        if first > last {
            comparison.sampled_to = 0;
            return Ok(());
        }
        comparison.sampled = sampled;
        comparison.sampled_to = last;
        let parts: Vec<Run> = windows(first, last.saturating_add(1), 1, WINDOW).collect();
        let found = self.read_again(folder, &parts).await?;
        comparison.found += found;
        if found > 0 {
            self.read_all(folder, comparison, u32::MAX).await?;
        }
        Ok(())
    }

    async fn read_all(
        &mut self,
        folder: &Watched,
        comparison: &mut Comparison,
        exists: u32,
    ) -> Result<(), Interrupted> {
        let all: Vec<Run> = windows(1, comparison.uid_next, exists, WINDOW).collect();
        comparison.found += self.read_again(folder, &all).await?;
        Ok(())
    }

    /// Reads these ranges once more, as they are read at first; how many of their messages were in
    /// no item.
    async fn read_again(&mut self, folder: &Watched, ranges: &[Run]) -> Result<u32, Interrupted> {
        let start = self.step(|engine, name| engine.start_of(name)).await?;
        let mut found = 0;
        for range in ranges {
            let Tally {
                new_items, sent, ..
            } = self.window(folder, *range, start, Pass::Again).await?;
            found += new_items + sent;
            self.goes_on(&folder.name);
        }
        Ok(found)
    }

    async fn spans(&self, folder: &str) -> Result<Spans, Interrupted> {
        let folder = folder.to_owned();
        self.step(move |engine, mailbox| engine.db().spans(mailbox, &folder))
            .await
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// How far the folder has been sampled, as long as its UIDs mean the same.
fn sampled_to(last: Option<&Comparison>, uid_validity: u32) -> u32 {
    last.filter(|last| last.uid_validity == uid_validity)
        .map_or(0, |last| last.sampled_to)
}

/// Notes what the server lists below the cursor; those of it that the register has not read.
fn by_uids(comparison: &mut Comparison, listed: Vec<u32>, spans: &Spans) -> Vec<u32> {
    let below = listed.into_iter().filter(|uid| *uid < comparison.uid_next);
    let below: Vec<u32> = below.collect();
    let unread = spans.unread(&below);
    comparison.method = Method::Uids;
    comparison.on_server = count(below.len());
    comparison.unread = count(unread.len());
    unread
}
