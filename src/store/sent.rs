//! What staff sent: mails found in Sent folders, and copies of answers found in the inbox.

use super::outbox::TO_CITIZENS;
use super::{Db, StoreError, from_millis, to_millis};
use crate::domain::identify::Identity;
use crate::domain::item::ItemId;
use crate::domain::kept::{MessageRow, to_clues};
use crate::domain::no_question::vouching;
use crate::domain::sent::SentMail;
use chrono::{DateTime, Utc};
use rusqlite::Row;

/// Mails of staff that are looked at for one clue: an address that all of them go to points at very
/// many, of which the first say what the others would.
const MOST_OF_A_CLUE: usize = 200;

impl Db<'_> {
    /// When staff sent the known mails of a mailbox.
    pub fn sent_times(&self, mailbox: &str) -> Result<Vec<DateTime<Utc>>, StoreError> {
        self.all(
            "SELECT at FROM sent WHERE mailbox = ?1 ORDER BY at",
            [mailbox],
            |row| Ok(from_millis(row.get(0)?)),
        )
    }

    /// Whether this very mail is known, and to which conversation it belongs.
    pub fn known_sent(
        &self,
        mailbox: &str,
        identity: &Identity,
    ) -> Result<Option<Option<ItemId>>, StoreError> {
        let row = self.first(
            "SELECT conversation FROM sent WHERE mid = ?1 AND identity = ?2 AND mailbox = ?3",
            (identity.mid, identity.whole, mailbox),
            |row| row.get::<_, Option<i64>>(0),
        )?;
        Ok(row.map(|conversation| conversation.map(ItemId)))
    }

    pub fn insert_sent(
        &self,
        mailbox: &str,
        identity: &Identity,
        mail: &SentMail,
        conversation: Option<ItemId>,
        clues: &[String],
    ) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO sent (mailbox, mid, identity, at, conversation, facts)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (
                mailbox,
                identity.mid,
                identity.whole,
                to_millis(mail.at),
                conversation.map(|id| id.0),
                serde_json::to_string(mail)?,
            ),
        )?;
        let id = self.0.last_insert_rowid();
        for clue in clues {
            self.run(
                "INSERT OR IGNORE INTO sent_clue (value, sent) VALUES (?1, ?2)",
                (clue, id),
            )?;
        }
        Ok(())
    }

    /// A mail that staff sent was read before the matter that it belongs to was known.
    pub fn tie_sent(
        &self,
        mailbox: &str,
        mid: i64,
        conversation: ItemId,
    ) -> Result<(), StoreError> {
        self.run(
            "UPDATE sent SET conversation = ?3
             WHERE mid = ?1 AND mailbox = ?2 AND conversation IS NULL",
            (mid, mailbox, conversation.0),
        )
    }

    /// When the oldest mail was sent that staff are known to have sent from a mailbox.
    pub fn first_sent(&self, mailbox: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(self
            .one(
                "SELECT min(at) FROM sent WHERE mailbox = ?1",
                [mailbox],
                |row| row.get::<_, Option<i64>>(0),
            )?
            .map(from_millis))
    }

    /// The conversation of the mail that staff sent under this Message-ID: that of the item which
    /// began it when the mail was read, since conversations are joined later.
    pub fn conversation_of_sent(
        &self,
        mailbox: &str,
        mid: i64,
    ) -> Result<Option<ItemId>, StoreError> {
        self.first(
            "SELECT coalesce(item.conversation, sent.conversation)
             FROM sent LEFT JOIN item ON item.id = sent.conversation
             WHERE sent.mid = ?1 AND sent.mailbox = ?2 AND sent.conversation IS NOT NULL LIMIT 1",
            (mid, mailbox),
            |row| row.get(0).map(ItemId),
        )
    }

    /// The mail of staff with that id that belongs to a conversation of the mailbox, and which.
    pub fn sent_with_id(
        &self,
        mailbox: &str,
        mid: i64,
    ) -> Result<Option<(SentMail, ItemId)>, StoreError> {
        let found: Option<(i64, String, i64)> = self.first(
            "SELECT sent.at, sent.facts, coalesce(item.conversation, sent.conversation)
             FROM sent LEFT JOIN item ON item.id = sent.conversation
             WHERE sent.mid = ?1 AND sent.mailbox = ?2 AND sent.conversation IS NOT NULL
             AND sent.facts <> '' LIMIT 1",
            (mid, mailbox),
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?;
        let Some((at, facts, conversation)) = found else {
            return Ok(None);
        };
        let mail: SentMail = serde_json::from_str(&facts)?;
        Ok(Some((
            SentMail {
                at: from_millis(at),
                ..mail
            },
            ItemId(conversation),
        )))
    }

    /// The subject of the mail with that id that was seen in the mailbox's Sent.
    pub fn subject_of_sent(&self, mailbox: &str, mid: i64) -> Result<Option<String>, StoreError> {
        let facts: Option<String> = self.first(
            "SELECT facts FROM sent WHERE mid = ?1 AND mailbox = ?2 AND facts <> '' LIMIT 1",
            (mid, mailbox),
            |row| row.get(0),
        )?;
        let mail: Option<SentMail> = facts
            .map(|facts| serde_json::from_str(&facts))
            .transpose()?;
        Ok(mail.map(|mail| mail.subject))
    }

    /// Whether a notice to an address was written between these moments and not withdrawn.
    pub fn was_noticed(
        &self,
        address: &str,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.one(
            &format!(
                "SELECT EXISTS (SELECT 1 FROM outbox
                 WHERE {TO_CITIZENS} AND address = ?1 AND created_at BETWEEN ?2 AND ?3
                 AND state <> 'withdrawn')"
            ),
            (address, to_millis(from), to_millis(until)),
            |row| row.get(0),
        )
    }

    /// Whether a message's writer was written to before it came, lately enough to vouch for it: by
    /// staff, or by a mail of ours, from any mailbox. What only claims to be ours vouches for
    /// nothing.
    pub fn was_written_to(&self, row: &MessageRow) -> Result<bool, StoreError> {
        let vouching = vouching(row.received_at);
        let (from, until) = (*vouching.start(), *vouching.end());
        let mut statement = self.0.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM sent_clue JOIN sent ON sent.id = sent_clue.sent
                            WHERE sent_clue.value = ?1 AND sent.at BETWEEN ?2 AND ?3
                                  AND json_extract(nullif(sent.facts, ''), '$.belief') IS NOT 'only_by_id')",
        )?;
        for clue in row.sender.iter().flat_map(|sender| to_clues(sender)) {
            if statement.query_row((clue, to_millis(from), to_millis(until)), |row| row.get(0))? {
                return Ok(true);
            }
        }
        self.one(
            &format!(
                "SELECT EXISTS (SELECT 1 FROM outbox
                 WHERE {TO_CITIZENS} AND address = ?1 AND tried_at BETWEEN ?2 AND ?3
                   AND state = 'sent')"
            ),
            (&row.sender, to_millis(from), to_millis(until)),
            |row| row.get(0),
        )
    }

    /// Mails that staff sent which a clue points at, oldest first.
    pub fn sent_by_clue(&self, mailbox: &str, clue: &str) -> Result<Vec<SentMail>, StoreError> {
        self.mails_of(
            "SELECT sent.at, sent.id FROM sent_clue JOIN sent ON sent.id = sent_clue.sent
             WHERE sent_clue.value = ?1 AND sent.mailbox = ?2 ORDER BY sent_clue.sent",
            clue,
            mailbox,
        )
    }

    /// The oldest of the mails that a question finds, in order. They are put into it here: `SQLite`
    /// would make a table for it, and mostly there is one.
    fn mails_of(
        &self,
        question: &str,
        clue: &str,
        mailbox: &str,
    ) -> Result<Vec<SentMail>, StoreError> {
        let place = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let mut found: Vec<(i64, i64)> = self.all(question, (clue, mailbox), place)?;
        found.sort_by_key(|(at, _)| *at);
        found.truncate(MOST_OF_A_CLUE);
        let mut facts = self
            .0
            .prepare_cached("SELECT facts FROM sent WHERE id = ?1")?;
        let mut mails = Vec::with_capacity(found.len());
        for (at, id) in found {
            let facts: String = facts.query_row([id], |row| row.get(0))?;
            // An erased mail, which a clue has outlived: an older program left its traces.
            if facts.is_empty() {
                continue;
            }
            let mut mail: SentMail = serde_json::from_str(&facts)?;
            mail.at = from_millis(at);
            mails.push(mail);
        }
        Ok(mails)
    }

    /// Mails in the Sent folders of other mailboxes that are found by a clue.
    pub fn sent_elsewhere(&self, mailbox: &str, clue: &str) -> Result<Vec<SentMail>, StoreError> {
        let mut mails = self.mails_of(
            "SELECT sent.at, sent.id FROM sent_clue JOIN sent ON sent.id = sent_clue.sent
             WHERE sent_clue.value = ?1 AND sent.mailbox <> ?2 ORDER BY sent_clue.sent",
            clue,
            mailbox,
        )?;
        mails.retain(|mail| !mail.copy);
        Ok(mails)
    }

    /// Whether any mail of staff is known, in any mailbox.
    pub fn knows_sent(&self) -> Result<bool, StoreError> {
        self.one("SELECT EXISTS (SELECT 1 FROM sent)", [], |row| row.get(0))
    }

    /// Whether any mail of staff has ever been seen that belongs to a conversation of the mailbox.
    pub fn has_seen_answers(&self, mailbox: &str) -> Result<bool, StoreError> {
        self.one(
            "SELECT EXISTS (SELECT 1 FROM sent WHERE mailbox = ?1 AND conversation IS NOT NULL)",
            [mailbox],
            |row| row.get(0),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::SentMail;
    use crate::domain::identify::Identity;
    use crate::store::{Db, Store, StoreError};

    #[test]
    fn a_clue_that_outlives_its_erased_mail_finds_nothing() {
        let mut store = Store::in_memory().unwrap();
        let identity = Identity {
            mid: 1,
            whole: [2; 16],
        };
        let clue = "i:relay@example.se";
        store
            .write(|db: &Db<'_>| {
                let clues = [clue.to_owned()];
                db.insert_sent("kf", &identity, &SentMail::default(), None, &clues)
            })
            .unwrap();
        let found = |store: &Store| store.db().sent_by_clue("kf", clue).unwrap().len();
        assert_eq!(found(&store), 1);
        // By that clue it was not to be found when it was erased.
        store
            .write(|db: &Db<'_>| -> Result<(), StoreError> { db.erase_sent(1, |_| Vec::new()) })
            .unwrap();
        assert_eq!(found(&store), 0);
    }
}
