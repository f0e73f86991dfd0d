-- The proof of coverage, and what the compliance report tells of beside the items.

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
