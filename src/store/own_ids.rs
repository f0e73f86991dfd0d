//! The signs by which a mail of ours is recognised: its Message-ID, ids that servers gave it on its
//! way, the key of its tag, and the numbers that people have read in mails of ours.

use super::outbox::{COLUMNS, OutboxRow};
use super::{Db, StoreError};
use crate::domain::given::is_token_of;
use crate::domain::identify::mid_key;
use crate::domain::item_id::{ITEMS_PER_YEAR, ItemId};
use crate::domain::keyed::{KEY_BYTES, Key, Seal};

/// Ids that are learned of one mail; a server that gives it more gives it any.
const MAX_LEARNED: u32 = 8;

impl Db<'_> {
    /// The key of the tags in our Message-IDs.
    pub fn tag_key(&self) -> Result<Key, StoreError> {
        let key: Vec<u8> = self.one("SELECT value FROM tag_key", [], |row| row.get(0))?;
        let key: Result<[u8; KEY_BYTES], _> = key.try_into();
        key.map(Key).map_err(|_| {
            StoreError::Defect(format!("the key of our ids is not of {KEY_BYTES} bytes"))
        })
    }

    /// What makes the id of a mail: sixteen hex digits that no other mail of ours has, and the key.
    pub fn fresh_seal(&self) -> Result<Seal, StoreError> {
        let unique = self
            .0
            .query_row("SELECT lower(hex(randomblob(8)))", [], |row| row.get(0))?;
        Ok(Seal {
            unique,
            key: self.tag_key()?,
        })
    }

    /// The mail of ours that left under this id or was given it on its way, in any state.
    pub fn own_mail(&self, id: &str) -> Result<Option<OutboxRow>, StoreError> {
        let row = self.first(
            &format!("SELECT {COLUMNS} FROM outbox WHERE message_id = ?1"),
            [id],
            OutboxRow::read,
        )?;
        if row.is_some() {
            Ok(row)
        } else {
            self.learned(id)
        }
    }

    fn learned(&self, id: &str) -> Result<Option<OutboxRow>, StoreError> {
        let left = id.rsplit_once('@').map_or(id, |(left, _)| left);
        let mut statement = self
            .0
            .prepare_cached("SELECT outbox, value, domain FROM learned WHERE value IN (?1, ?2)")?;
        let mut rows = statement.query((id, left))?;
        while let Some(row) = rows.next()? {
            let (value, domain): (String, Option<String>) = (row.get(1)?, row.get(2)?);
            let is_it = match domain {
                Some(server) => is_token_of(id, &value, &server),
                None => value == id,
            };
            if is_it {
                return self.outbox_row(row.get(0)?);
            }
        }
        Ok(None)
    }

    fn outbox_row(&self, outbox: i64) -> Result<Option<OutboxRow>, StoreError> {
        self.first(
            &format!("SELECT {COLUMNS} FROM outbox WHERE id = ?1"),
            [outbox],
            OutboxRow::read,
        )
    }

    /// A server gave a mail of ours this id. One that names a message from outside is not learned,
    /// nor a second mail's.
    pub fn learn(&self, id: &str, outbox: i64) -> Result<(), StoreError> {
        let outside = "SELECT EXISTS (SELECT 1 FROM message WHERE mid = ?1 AND message_id = ?2)";
        let names_a_message: bool = self.one(outside, (mid_key(id), id), |row| row.get(0))?;
        if names_a_message || self.own_mail(id)?.is_some() {
            return Ok(());
        }
        self.add_learned(id, None, outbox)
    }

    /// A server's answer to a mail of ours may hold the left part of the id that it gives it.
    pub fn learn_token(&self, token: &str, server: &str, outbox: i64) -> Result<(), StoreError> {
        self.add_learned(token, Some(server), outbox)
    }

    fn add_learned(
        &self,
        value: &str,
        domain: Option<&str>,
        outbox: i64,
    ) -> Result<(), StoreError> {
        self.run(
            "INSERT OR IGNORE INTO learned (value, outbox, domain)
             SELECT ?1, ?2, ?3 WHERE (SELECT count(*) FROM learned WHERE outbox = ?2) < ?4",
            (value, outbox, domain, MAX_LEARNED),
        )
    }

    /// A notice that the register does not know answers the messages with these ids.
    pub fn remember_notice(&self, notice: &str, asked: &[String]) -> Result<(), StoreError> {
        for id in asked {
            self.run(
                "INSERT OR IGNORE INTO forgotten (notice, asked) VALUES (?1, ?2)",
                (mid_key(notice), mid_key(id)),
            )?;
        }
        Ok(())
    }

    /// The items of a mailbox that a notice answers which the register does not know. Of a sender
    /// who uses one id for everything it is not known which was meant.
    pub fn asked_of_forgotten(
        &self,
        mailbox: &str,
        notice: &str,
    ) -> Result<Vec<ItemId>, StoreError> {
        self.all(
            "SELECT min(message.id) FROM forgotten JOIN message ON message.mid = forgotten.asked
                                                   JOIN item ON item.id = message.id
             WHERE forgotten.notice = ?1 AND item.mailbox = ?2
             GROUP BY forgotten.asked HAVING count(*) = 1 ORDER BY 1",
            (mid_key(notice), mailbox),
            |row| row.get(0).map(ItemId),
        )
    }

    /// The hashes of the ids of the messages that a forgotten notice answers.
    pub fn answered_by_forgotten(&self, notice: &str) -> Result<Vec<i64>, StoreError> {
        self.all(
            "SELECT asked FROM forgotten WHERE notice = ?1 ORDER BY asked",
            [mid_key(notice)],
            |row| row.get(0),
        )
    }

    /// References that people know are not given to other messages: numbers go on above them.
    pub fn number_above(&self, told: &[ItemId]) -> Result<(), StoreError> {
        for id in told {
            let (year, number) = (id.0 / ITEMS_PER_YEAR, id.0 % ITEMS_PER_YEAR);
            if self.told_number(year)? < number {
                self.set_meta(&told_key(year), &number.to_string())?;
            }
        }
        Ok(())
    }

    /// The highest number of that year that people have read in a mail of ours, as far as it was
    /// read in the mailbox.
    pub fn told_number(&self, year: i64) -> Result<i64, StoreError> {
        Ok(self
            .meta(&told_key(year))?
            .and_then(|number| number.parse().ok())
            .unwrap_or(0))
    }
}

fn told_key(year: i64) -> String {
    format!("told.{year}")
}
