//! Erasing after the retention time, in lives whose town hall has decided on one: what must be gone
//! is gone, what must stay stays, and nothing that still lies in the mailbox is logged or answered
//! twice for it.

use super::Play;
use super::promise::{Promise, Verdict, wrong};
use chrono::Duration;
use servicelofte::domain::event::Flag;
use servicelofte::domain::item::Item;
use servicelofte::store::items::Filter;

/// How long more what is settled must be at rest to be erased in every life that erases after a
/// month.
const UNTIL_ERASED: Duration = Duration::days(40);

/// A month, and a day more, since it is done once a day.
const A_MONTH: Duration = Duration::days(33);

/// Until every folder has been read and compared.
const READ_ANEW: Duration = Duration::hours(30);

/// Folders that the program reads.
const WATCHED: [&str; 5] = ["INBOX", "INBOX/Bygglov", "Skräppost", "Klart", "Skickat"];

impl Play {
    /// Time goes on until all that is settled is erased; then every folder is read anew, and
    /// nothing is logged twice.
    pub(super) async fn erased_and_read_anew(&mut self) -> Verdict {
        if self.hall.retention.is_none() {
            return Ok(());
        }
        if self.hall.retention == Some(1) {
            let end = self.now() + UNTIL_ERASED;
            while self.now() < end {
                self.step(end).await?;
            }
        }
        self.check_erased().await?;
        for post in &self.office.posts {
            for folder in WATCHED {
                post.state().renumber(folder);
            }
        }
        let end = self.now() + READ_ANEW;
        while self.now() < end {
            self.step(end).await?;
        }
        self.check_erased().await
    }

    /// Nothing is erased that is live, and of what is erased nothing is left. At the end of a life
    /// that erases after a month, nothing settled is older than that.
    async fn check_erased(&mut self) -> Verdict {
        let items = self
            .office
            .ask(|engine| engine.db().list(&Filter::default()).unwrap())
            .await;
        self.erased = items.iter().filter(|item| item.erased.is_some()).count() as u64;
        for item in &items {
            if item.erased.is_none() {
                self.is_not_kept_too_long(item, &items)?;
                continue;
            }
            let id = item.id;
            let row = self
                .office
                .ask(move |engine| engine.db().message_of(id).unwrap())
                .await;
            let kept = item.flags.contains(&Flag::OnHold);
            if self.hall.retention.is_none() || item.state.is_live() || kept || !row.is_empty() {
                return wrong(
                    Promise::Erased,
                    format!("{id} is erased, {:?}, and holds {row:?}", item.state),
                );
            }
        }
        Ok(())
    }

    fn is_not_kept_too_long(&self, item: &Item, items: &[Item]) -> Verdict {
        if self.hall.retention != Some(1) || self.now() <= self.calm {
            return Ok(());
        }
        let oldest = self.now() - A_MONTH;
        let of_it = |other: &&Item| other.conversation == item.conversation;
        let mut conversation = items.iter().filter(of_it);
        let is_over = conversation.all(|other| {
            !other.state.is_live() && other.since < oldest && !other.flags.contains(&Flag::OnHold)
        });
        if is_over {
            return wrong(
                Promise::Erased,
                format!("{} is settled since {} and not erased", item.id, item.since),
            );
        }
        Ok(())
    }
}
