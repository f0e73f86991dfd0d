//! Confirmations in the outbox: what they say, of which items, and what they confirm. Also which
//! items any mail to staff speaks of: an answer to it may be about those.

use super::outbox::NewMail;
use super::{Db, StoreError, from_millis, json, to_millis};
use crate::domain::event::Effect;
use crate::domain::item::ItemId;
use crate::domain::reader::Reader;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What a confirmation says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Something was done.
    Done,
    /// Nothing was done, for a reason.
    Refused,
    /// It cannot be seen who wrote: the answer to it acts.
    Asked,
    /// It asks whether every item is meant: the same command in answer to it acts.
    AskedOfAll,
    /// The reply held no command.
    Words,
}

impl Answer {
    fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Asked => "asked",
            Self::AskedOfAll => "asked_of_all",
            Self::Words => "words",
        }
    }
}

/// What a mail to staff speaks of, beside what it does.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum About {
    Items(Vec<ItemId>),
    /// A confirmation: it confirms the lines behind the first line of the log, up to the second.
    Confirms {
        items: Vec<ItemId>,
        lines: (i64, i64),
    },
    /// The same of several replies.
    ConfirmsAll {
        items: Vec<ItemId>,
        runs: Vec<(i64, i64)>,
    },
}

impl Db<'_> {
    /// Puts a confirmation into the outbox, which leaves at `leaves_at`: what it says, of which
    /// items, and which lines of the log it confirms.
    pub fn enqueue_confirmation(
        &self,
        mail: &NewMail,
        items: &[ItemId],
        answer: Answer,
        lines: &[(i64, i64)],
        leaves_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let id = self.enqueue(mail, &[])?;
        self.run(
            "UPDATE outbox SET next_at = ?2 WHERE id = ?1",
            (id, to_millis(leaves_at)),
        )?;
        self.note_confirmed(id, items, answer, lines)
    }

    /// Writes a confirmation anew that has not been tried: it tells more now.
    pub fn rewrite_confirmation(
        &self,
        id: i64,
        mail: &NewMail,
        items: &[ItemId],
        answer: Answer,
        lines: &[(i64, i64)],
    ) -> Result<(), StoreError> {
        self.run(
            "UPDATE outbox SET message_id = ?2, mail = ?3 WHERE id = ?1",
            (id, &mail.message_id, &mail.mail),
        )?;
        self.note_confirmed(id, items, answer, lines)
    }

    fn note_confirmed(
        &self,
        id: i64,
        items: &[ItemId],
        answer: Answer,
        lines: &[(i64, i64)],
    ) -> Result<(), StoreError> {
        let items = items.to_vec();
        let about = json(&match lines {
            [lines] => About::Confirms {
                items,
                lines: *lines,
            },
            runs => About::ConfirmsAll {
                items,
                runs: runs.to_vec(),
            },
        })?;
        self.run(
            "UPDATE outbox SET about = ?2, answer = ?3 WHERE id = ?1",
            (id, about, answer.as_str()),
        )
    }

    /// The row of a mail that nothing has been done about yet.
    pub fn untried(&self, message_id: &str) -> Result<Option<i64>, StoreError> {
        self.first(
            "SELECT id FROM outbox WHERE message_id = ?1 AND state = 'queued' AND attempts = 0",
            [message_id],
            |row| row.get(0),
        )
    }

    /// When the last confirmation to a person that does not ask anything leaves, or left. One that
    /// left later than now left by a clock that was ahead, and says nothing.
    pub fn last_confirmation(
        &self,
        reader: &Reader,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.first(
            "SELECT next_at FROM outbox
             WHERE kind = 'confirmation' AND recipient = ?1
                   AND answer IN ('done', 'refused') AND state NOT IN ('failed', 'withdrawn')
                   AND (state <> 'sent' OR next_at <= ?2)
             ORDER BY created_at DESC, id DESC LIMIT 1",
            (reader, to_millis(now)),
            |row| row.get(0).map(from_millis),
        )
    }

    fn about(&self, outbox: i64) -> Result<Option<About>, StoreError> {
        let question = "SELECT about FROM outbox WHERE id = ?1";
        let about: Option<Option<String>> = self.first(question, [outbox], |row| row.get(0))?;
        let about = about.flatten();
        Ok(about
            .map(|about| serde_json::from_str(&about))
            .transpose()?)
    }

    /// The items that a mail speaks of.
    pub fn items_of_mail(&self, outbox: i64) -> Result<Vec<ItemId>, StoreError> {
        match self.about(outbox)? {
            Some(
                About::Items(items)
                | About::Confirms { items, .. }
                | About::ConfirmsAll { items, .. },
            ) => Ok(items),
            None => {
                let mut items: Vec<ItemId> = self
                    .effects_of(outbox)?
                    .into_iter()
                    .map(|(item, _)| item)
                    .collect();
                items.dedup();
                Ok(items)
            }
        }
    }

    /// The mail that did this speaks of its items also when it is not their latest any more.
    pub(super) fn keep_what_it_speaks_of(
        &self,
        item: ItemId,
        effect: Effect,
    ) -> Result<(), StoreError> {
        let outbox: Option<i64> = self.first(
            "SELECT outbox FROM effect WHERE item = ?1 AND effect = ?2",
            (item.0, effect.to_string()),
            |row| row.get(0),
        )?;
        let Some(outbox) = outbox else {
            return Ok(());
        };
        if self.about(outbox)?.is_none() {
            let about = About::Items(self.items_of_mail(outbox)?);
            self.run(
                "UPDATE outbox SET about = ?2 WHERE id = ?1",
                (outbox, json(&about)?),
            )?;
        }
        Ok(())
    }

    /// Which events of an item's history a confirmation confirms.
    pub fn confirmed_of(&self, outbox: i64, item: ItemId) -> Result<Vec<Range<usize>>, StoreError> {
        let until = |line: i64| -> Result<usize, StoreError> {
            let count: i64 = self.one(
                "SELECT count(*) FROM log WHERE item = ?1 AND id <= ?2",
                (item.0, line),
                |row| row.get(0),
            )?;
            Ok(usize::try_from(count).unwrap_or_default())
        };
        let runs = self.lines_confirmed(outbox)?;
        runs.into_iter()
            .map(|(before, last)| Ok(until(before)?..until(last)?))
            .collect()
    }

    /// The lines of the log that a confirmation confirms: behind the first, up to the second.
    pub fn lines_confirmed(&self, outbox: i64) -> Result<Vec<(i64, i64)>, StoreError> {
        Ok(match self.about(outbox)? {
            Some(About::Confirms { lines, .. }) => vec![lines],
            Some(About::ConfirmsAll { runs, .. }) => runs,
            // It confirms nothing, or is of a time when that was not written down.
            Some(About::Items(_)) | None => Vec::new(),
        })
    }

    /// How many confirmations of that kind a member of staff has been written since.
    pub fn confirmations(
        &self,
        reader: &Reader,
        answer: Answer,
        since: DateTime<Utc>,
    ) -> Result<u32, StoreError> {
        self.one(
            "SELECT count(*) FROM outbox
             WHERE kind = 'confirmation' AND recipient = ?1 AND created_at >= ?2 AND answer = ?3",
            (reader, to_millis(since), answer.as_str()),
            |row| row.get(0),
        )
    }

    /// Whether a confirmation says that.
    pub fn says(&self, outbox: i64, answer: Answer) -> Result<bool, StoreError> {
        self.one(
            "SELECT answer IS ?2 FROM outbox WHERE id = ?1",
            (outbox, answer.as_str()),
            |row| row.get(0),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Answer;
    use crate::domain::effect::Kind;
    use crate::domain::reader::Reader;
    use crate::store::outbox::NewMail;
    use crate::store::{Store, StoreError};
    use chrono::{DateTime, Duration, Utc};

    #[test]
    fn a_confirmation_that_left_later_than_now_does_not_count() {
        let now: DateTime<Utc> = "2026-11-20T08:00:00Z".parse().unwrap();
        let ahead = now + Duration::days(4);
        let reader = Reader::Staff("anna".to_owned());
        let mut store = Store::in_memory().unwrap();
        let last = |store: &Store| store.db().last_confirmation(&reader, now).unwrap();
        let put = |store: &mut Store, at: DateTime<Utc>| {
            let mail = NewMail {
                mailbox: "kf".to_owned(),
                kind: Kind::Confirmation,
                message_id: format!("{at}@example.se"),
                reader: reader.clone(),
                address: "anna@example.se".to_owned(),
                copy: None,
                names: None,
                mail: Vec::new(),
                save: false,
                created_at: at,
            };
            let write = |db: &crate::store::Db<'_>| -> Result<i64, StoreError> {
                db.enqueue_confirmation(&mail, &[], Answer::Done, &[(0, 1)], at)?;
                Ok(db.0.last_insert_rowid())
            };
            store.write(write).unwrap()
        };
        put(&mut store, now);
        let by_a_clock_ahead = put(&mut store, ahead);
        assert_eq!(last(&store), Some(ahead), "it waits");
        store
            .write(|db| db.mark_sent(by_a_clock_ahead, ahead))
            .unwrap();
        assert_eq!(last(&store), Some(now));
    }
}
