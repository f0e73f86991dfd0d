-- The tables of the first version.

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
