//! Schema and migrations. Migrations are only appended; each runs in one transaction with its version.

use super::StoreError;
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// Marks a file as ours ("SLft"), SQLite file format §1.3.9.
pub(super) const APPLICATION_ID: u32 = 0x534C_6674;

/// In order; the database's `user_version` is how many of them have run.
const MIGRATIONS: &[&str] = &[FOUNDATION, DOUBTS, COVERAGE, SET_ASIDE, NAMED, COMMANDS, COPIES, RETENTION];

const FOUNDATION: &str = "
-- Settings of the register itself: the start of each mailbox, the fingerprint of calendar and pledges.
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- How far each watched folder has been read. uid_next: the first UID that has not been read.
CREATE TABLE folder (
  id             INTEGER PRIMARY KEY,
  mailbox        TEXT NOT NULL,
  name           TEXT NOT NULL,
  uid_validity   INTEGER NOT NULL,
  uid_next       INTEGER NOT NULL,
  present        INTEGER NOT NULL,           -- messages when last read
  modseq         INTEGER,                    -- HIGHESTMODSEQ when last read; NULL without CONDSTORE
  UNIQUE (mailbox, name)
) STRICT;

-- What arrived: one row for each distinct message, written once. id is year and number of the reference.
-- Personal columns: message_id, sender, name, subject, more.
CREATE TABLE message (
  id          INTEGER PRIMARY KEY,
  mid         INTEGER NOT NULL,              -- first 8 bytes of the hash of the Message-ID
  identity    BLOB NOT NULL,                 -- 16 bytes: Message-ID, From, Date, subject (or, without id, arrival and size)
  received_at INTEGER NOT NULL,
  size        INTEGER NOT NULL,
  message_id  TEXT,
  sender      TEXT,
  name        TEXT,
  subject     TEXT NOT NULL,
  more        TEXT NOT NULL                  -- JSON: reply_to, references, thread_index, language
) STRICT;
CREATE INDEX message_mid ON message (mid);

-- Where live items lie. Rows of settled items may stay until the folder is read anew.
CREATE TABLE copy (
  folder INTEGER NOT NULL REFERENCES folder (id),
  uid    INTEGER NOT NULL,
  item   INTEGER NOT NULL REFERENCES message (id),
  PRIMARY KEY (folder, uid)
) STRICT, WITHOUT ROWID;
CREATE INDEX copy_item ON copy (item);

-- The append-only log. item is NULL for what concerns no single item.
CREATE TABLE log (
  id     INTEGER PRIMARY KEY,
  at     INTEGER NOT NULL,
  item   INTEGER REFERENCES message (id),
  by     TEXT NOT NULL,
  event  TEXT NOT NULL,
  detail TEXT NOT NULL                       -- JSON of the fact; nothing personal
) STRICT;
CREATE INDEX log_item ON log (item);
CREATE TRIGGER log_is_append_only BEFORE UPDATE ON log BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_keeps_all BEFORE DELETE ON log BEGIN SELECT raise(ABORT, 'the log is append-only'); END;

-- Projection: the fold of each item's events.
CREATE TABLE item (
  id           INTEGER PRIMARY KEY REFERENCES message (id),
  mailbox      TEXT NOT NULL,
  state        TEXT NOT NULL,
  due          TEXT,
  handler      TEXT,
  conversation INTEGER NOT NULL,
  wake_at      INTEGER,                      -- when to decide again; NULL: not before something happens
  fold         TEXT NOT NULL                 -- JSON of the item
) STRICT;
CREATE INDEX item_wake ON item (mailbox, wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX item_live ON item (id) WHERE state IN ('open', 'probably_answered');
CREATE INDEX item_conversation ON item (conversation) WHERE state <> 'history';

-- Projection: by what live items can be found: `to:` the citizen's addresses, `tix:` Outlook's conversation.
CREATE TABLE clue (
  value TEXT NOT NULL,
  item  INTEGER NOT NULL REFERENCES message (id),
  PRIMARY KEY (value, item)
) STRICT, WITHOUT ROWID;

-- What staff sent, as found in Sent folders or as copies in the inbox. Personal column: facts.
CREATE TABLE sent (
  id           INTEGER PRIMARY KEY,
  mailbox      TEXT NOT NULL,
  mid          INTEGER NOT NULL,
  identity     BLOB NOT NULL,
  at           INTEGER NOT NULL,
  conversation INTEGER,
  facts        TEXT NOT NULL
) STRICT;
CREATE INDEX sent_mid ON sent (mid);
CREATE TABLE sent_clue (
  value TEXT NOT NULL,                       -- `id:` an id it answers, `to:` a recipient, `tix:` Outlook's conversation
  sent  INTEGER NOT NULL REFERENCES sent (id),
  PRIMARY KEY (value, sent)
) STRICT, WITHOUT ROWID;

-- Mails decided and not yet, or already, sent. The Message-ID is fixed when the row is written.
CREATE TABLE outbox (
  id          INTEGER PRIMARY KEY,
  mailbox     TEXT NOT NULL,
  kind        TEXT NOT NULL,
  message_id  TEXT NOT NULL UNIQUE,
  recipient   TEXT NOT NULL,                 -- staff id, `citizen`, `operator`
  address     TEXT NOT NULL,                 -- personal when the recipient is a citizen
  mail        BLOB,                          -- RFC 5322 bytes; NULL once sent and saved
  state       TEXT NOT NULL,                 -- queued, sending, committing, sent, failed, withdrawn
  attempts    INTEGER NOT NULL DEFAULT 0,
  created_at  INTEGER NOT NULL,
  next_at     INTEGER NOT NULL,
  tried_at    INTEGER,
  sent_at     INTEGER,
  saved       INTEGER NOT NULL DEFAULT 0,    -- 1: a copy is in Sent, or none is wanted
  last_error  TEXT
) STRICT;
CREATE INDEX outbox_work ON outbox (mailbox, state, next_at) WHERE state IN ('queued', 'sending', 'committing');
CREATE INDEX outbox_unsaved ON outbox (mailbox) WHERE state = 'sent' AND saved = 0;
CREATE INDEX outbox_address ON outbox (address, created_at) WHERE recipient = 'citizen';
CREATE INDEX outbox_notices ON outbox (mailbox, created_at) WHERE recipient = 'citizen';

-- The natural key of every mail: twice is once.
CREATE TABLE effect (
  item   INTEGER NOT NULL REFERENCES message (id),
  effect TEXT NOT NULL,
  outbox INTEGER NOT NULL REFERENCES outbox (id),
  PRIMARY KEY (item, effect)
) STRICT, WITHOUT ROWID;
CREATE INDEX effect_outbox ON effect (outbox);
";

const SET_ASIDE: &str = "
-- When the server first put a mail off for its reader's sake (greylisting, a full mailbox).
ALTER TABLE outbox ADD COLUMN put_off_at INTEGER;

-- Items that cannot be read: their rows are damaged, or their log does not fold. item.state is 'defective' as long.
CREATE TABLE aside (
  item  INTEGER PRIMARY KEY REFERENCES message (id),
  since INTEGER NOT NULL,
  why   TEXT NOT NULL                        -- which row, and what is wrong with it; nothing personal
) STRICT;
";

/// Whom a notice names: staff go on leave while it waits.
const NAMED: &str = "
ALTER TABLE outbox ADD COLUMN names TEXT;           -- staff id; NULL: a mail to staff, or written before this was kept
";

/// Until when a mail that may have been accepted is looked for, and from where on.
const DOUBTS: &str = "
ALTER TABLE outbox ADD COLUMN doubt_until INTEGER;  -- set at the go-ahead; NULL: no attempt has come that far
ALTER TABLE outbox ADD COLUMN seek TEXT;            -- JSON: folder -> UIDVALIDITY and UIDNEXT before the go-ahead
UPDATE outbox SET doubt_until = coalesce(tried_at, created_at) + 900000 WHERE state = 'committing';
";

/// A mail may have one more reader: the registrar gets each letter that a handler posts.
const COPIES: &str = "
ALTER TABLE outbox ADD COLUMN copy TEXT;            -- address; its refusal decides nothing about the mail
";

/// The proof of coverage, and what the compliance report tells of beside the items.
const COVERAGE: &str = "
-- Which UIDs of each folder have been read, as runs; written with the items, forgotten when the UIDs lose their meaning.
CREATE TABLE span (
  folder INTEGER NOT NULL REFERENCES folder (id),
  first  INTEGER NOT NULL,
  last   INTEGER NOT NULL,
  PRIMARY KEY (folder, first)
) STRICT, WITHOUT ROWID;

-- Each comparison of a folder with the register. One that broke off stays `interrupted`.
CREATE TABLE comparison (
  id           INTEGER PRIMARY KEY,
  at           INTEGER NOT NULL,
  mailbox      TEXT NOT NULL,
  folder       TEXT NOT NULL,
  method       TEXT NOT NULL,
  uid_validity INTEGER NOT NULL,
  uid_next     INTEGER NOT NULL,             -- messages with lower UIDs were compared
  on_server    INTEGER NOT NULL,
  unread       INTEGER NOT NULL,             -- had not been read before
  found        INTEGER NOT NULL,             -- were in no item: found and repaired
  missing      INTEGER NOT NULL,             -- are not in the register even after the repair
  sampled      INTEGER NOT NULL,
  sampled_to   INTEGER NOT NULL
) STRICT;
CREATE INDEX comparison_folder ON comparison (mailbox, folder, id);

-- Blind periods: from the last good reading of a mailbox to the next one, when that took too long.
CREATE TABLE blind (
  id       INTEGER PRIMARY KEY,
  mailbox  TEXT NOT NULL,
  sight    TEXT NOT NULL,                    -- arrivals, answers
  from_at  INTEGER NOT NULL,
  until_at INTEGER NOT NULL,
  cause    TEXT NOT NULL,
  late     INTEGER NOT NULL                  -- items for which something was due meanwhile
) STRICT;

-- Alarms that have left for the operator.
CREATE TABLE alarm (
  id      INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  kind    TEXT NOT NULL,
  mailbox TEXT,                              -- the mailbox's address, or NULL
  over    INTEGER NOT NULL                   -- 1: the end of the trouble was told
) STRICT;

-- Reports that were handed over, as they were.
CREATE TABLE report (
  id        INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  from_date TEXT NOT NULL,
  to_date   TEXT NOT NULL,
  figures   TEXT NOT NULL                    -- JSON
) STRICT;
";

const COMMANDS: &str = "
-- Mails to staff that do nothing about an item and yet speak of some: a reply to them may name these.
ALTER TABLE outbox ADD COLUMN about TEXT;            -- JSON: items; NULL: those of its effects
-- What a confirmation says: done, refused, words (of a reply without a command).
ALTER TABLE outbox ADD COLUMN answer TEXT;
CREATE INDEX outbox_confirmations ON outbox (recipient, created_at) WHERE kind = 'confirmation';
";

/// What is erased after the retention time. `rest_at` follows from the fold, so what there is already is reckoned from it.
const RETENTION: &str = "
ALTER TABLE item ADD COLUMN rest_at INTEGER;         -- since when it is at rest; NULL: live, on hold, erased, set aside
ALTER TABLE item ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;
UPDATE item SET rest_at = CASE
    WHEN state IN ('open', 'probably_answered', 'defective') THEN NULL
    WHEN state = 'history' THEN (SELECT received_at FROM message WHERE message.id = item.id)
    WHEN json_valid(fold) THEN CAST(round(unixepoch(json_extract(fold, '$.since'), 'subsec') * 1000) AS INTEGER) END;
CREATE INDEX item_rest ON item (rest_at, id) WHERE rest_at IS NOT NULL;
CREATE INDEX sent_kept ON sent (at, id) WHERE facts <> '';

-- The log stays as it is, but for people's own words and servers' answers of items that are erased: these become ''.
DROP TRIGGER log_is_append_only;
CREATE TRIGGER log_is_append_only BEFORE UPDATE ON log
WHEN NOT (new.id = old.id AND new.at = old.at AND new.item IS old.item AND new.by = old.by AND new.event = old.event
    AND coalesce((SELECT erased FROM item WHERE item.id = old.item), 0) = 1
    AND new.detail = CASE old.event WHEN 'promised' THEN json_replace(old.detail, '$.reason', '')
      ELSE json_replace(old.detail, '$.note', '', '$.reason.person', '', '$.why.server', '',
                        '$.evidence.message_id', NULL) END)
BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
";

/// How many migrations an existing file has seen; refuses what is not ours, or of a newer program, before a byte of it
/// is changed.
pub(super) fn version(connection: &Connection, path: &Path) -> Result<i64, StoreError> {
    let not_ours = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => StoreError::Foreign(path.to_owned()),
        _ => error.into(),
    };
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(not_ours)?;
    let application: u32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application != APPLICATION_ID && (tables > 0 || version != 0) {
        return Err(StoreError::Foreign(path.to_owned()));
    }
    if version > known() {
        return Err(StoreError::Newer { found: version, known: known() });
    }
    Ok(version)
}

fn known() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Brings the database to this program's version; only the daemon may.
pub(super) fn migrate(
    connection: &mut Connection,
    version: i64,
    may_migrate: bool,
    path: &Path,
) -> Result<(), StoreError> {
    if version < known() && !may_migrate {
        return Err(StoreError::Open {
            path: path.to_owned(),
            why: "it is of an older version; start the daemon once to bring it up to date".to_owned(),
        });
    }
    for (done, migration) in MIGRATIONS.iter().enumerate().skip(usize::try_from(version).unwrap_or(0)) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", i64::try_from(done).unwrap_or(i64::MAX) + 1)?;
        transaction.commit()?;
    }
    Ok(())
}
