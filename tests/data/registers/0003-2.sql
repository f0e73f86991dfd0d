PRAGMA foreign_keys = OFF;
BEGIN TRANSACTION;
CREATE TABLE alarm (
  id      INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  kind    TEXT NOT NULL,
  mailbox TEXT,                              -- the mailbox's address, or NULL
  over    INTEGER NOT NULL                   -- 1: the end of the trouble was told
) STRICT;
CREATE TABLE blind (
  id       INTEGER PRIMARY KEY,
  mailbox  TEXT NOT NULL,
  sight    TEXT NOT NULL,                    -- arrivals, answers
  from_at  INTEGER NOT NULL,
  until_at INTEGER NOT NULL,
  cause    TEXT NOT NULL,
  late     INTEGER NOT NULL                  -- items for which something was due meanwhile
) STRICT;
CREATE TABLE clue (
  value TEXT NOT NULL,
  item  INTEGER NOT NULL REFERENCES message (id),
  PRIMARY KEY (value, item)
) STRICT, WITHOUT ROWID;
INSERT INTO "clue" VALUES('to:cia@example.com',20260000003);
INSERT INTO "clue" VALUES('to:dan@example.com',20260000004);
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
INSERT INTO "comparison" VALUES(1,1794812400000,'kf','INBOX','uids',1,1,0,0,0,0,0,0);
INSERT INTO "comparison" VALUES(2,1794812400000,'kf','INBOX/Bygglov','uids',1,1,0,0,0,0,0,0);
INSERT INTO "comparison" VALUES(3,1794812400000,'kf','Skräppost','uids',1,1,0,0,0,0,0,0);
CREATE TABLE copy (
  folder INTEGER NOT NULL REFERENCES folder (id),
  uid    INTEGER NOT NULL,
  item   INTEGER NOT NULL REFERENCES message (id),
  PRIMARY KEY (folder, uid)
) STRICT, WITHOUT ROWID;
INSERT INTO "copy" VALUES(1,5,20260000003);
INSERT INTO "copy" VALUES(4,1,20260000004);
CREATE TABLE effect (
  item   INTEGER NOT NULL REFERENCES message (id),
  effect TEXT NOT NULL,
  outbox INTEGER NOT NULL REFERENCES outbox (id),
  PRIMARY KEY (item, effect)
) STRICT, WITHOUT ROWID;
INSERT INTO "effect" VALUES(20260000003,'reminder',1);
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
INSERT INTO "folder" VALUES(1,'kf','INBOX',1,6,1,10);
INSERT INTO "folder" VALUES(2,'kf','INBOX/Bygglov',1,2,1,2);
INSERT INTO "folder" VALUES(3,'kf','Skräppost',1,1,0,1);
INSERT INTO "folder" VALUES(4,'kf','Klart',1,2,1,2);
INSERT INTO "folder" VALUES(5,'kf','Skickat',1,2,1,2);
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
INSERT INTO "item" VALUES(20260000003,'kf','open','2026-11-23','registrator',20260000003,0,'{"id":20260000003,"mailbox":"kf","class":"correspondence","received_at":"2026-11-19T08:12:00Z","state":"open","folder":"INBOX","conversation":20260000003,"pledge":"email","due":{"arrival_date":"2026-11-19","rule":"arrival-date","date":"2026-11-23","closes":"2026-11-23T23:00:00Z","days":[{"date":"2026-11-19","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-20","counted":true,"day":1,"reason":null},{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-23","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default","done":{"reminder":{"queued_at":"2026-11-23T07:00:00Z","to":["registrator"],"sent_at":"2026-11-23T07:00:00Z"}},"since":"2026-11-19T08:12:00Z"}');
INSERT INTO "item" VALUES(20260000004,'kf','closed','2026-11-23','registrator',20260000004,NULL,'{"id":20260000004,"mailbox":"kf","class":"correspondence","received_at":"2026-11-19T08:12:00Z","state":"closed","folder":"Klart","conversation":20260000004,"pledge":"email","due":{"arrival_date":"2026-11-19","rule":"arrival-date","date":"2026-11-23","closes":"2026-11-23T23:00:00Z","days":[{"date":"2026-11-19","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-20","counted":true,"day":1,"reason":null},{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-23","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default","settled":{"at":"2026-11-19T09:00:00Z","by":"system","evidence":{"kind":"done_folder","folder":"Klart","message_id":null,"matched_by":null},"how":"done-folder"},"since":"2026-11-19T09:00:00Z"}');
CREATE TABLE log (
  id     INTEGER PRIMARY KEY,
  at     INTEGER NOT NULL,
  item   INTEGER REFERENCES message (id),
  by     TEXT NOT NULL,
  event  TEXT NOT NULL,
  detail TEXT NOT NULL                       -- JSON of the fact; nothing personal
) STRICT;
INSERT INTO "log" VALUES(1,1794812400000,NULL,'system','noted','{"event":"noted","text":"mailbox kf is watched from now on"}');
INSERT INTO "log" VALUES(4,1795075920000,20260000003,'system','logged','{"event":"logged","mailbox":"kf","folder":"INBOX","class":"correspondence","reasons":["no_machine"],"received_at":"2026-11-19T08:12:00Z","arrival":"internaldate","conversation":20260000003,"standing":{"open":{"pledge":"email","due":{"arrival_date":"2026-11-19","rule":"arrival-date","date":"2026-11-23","closes":"2026-11-23T23:00:00Z","days":[{"date":"2026-11-19","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-20","counted":true,"day":1,"reason":null},{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-23","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default"}}}');
INSERT INTO "log" VALUES(5,1795075920000,20260000004,'system','logged','{"event":"logged","mailbox":"kf","folder":"INBOX","class":"correspondence","reasons":["no_machine"],"received_at":"2026-11-19T08:12:00Z","arrival":"internaldate","conversation":20260000004,"standing":{"open":{"pledge":"email","due":{"arrival_date":"2026-11-19","rule":"arrival-date","date":"2026-11-23","closes":"2026-11-23T23:00:00Z","days":[{"date":"2026-11-19","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-20","counted":true,"day":1,"reason":null},{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-23","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default"}}}');
INSERT INTO "log" VALUES(6,1795078800000,20260000004,'system','closed','{"event":"closed","at":"2026-11-19T09:00:00Z","how":"done-folder","evidence":{"kind":"done_folder","folder":"Klart","message_id":null,"matched_by":null}}');
INSERT INTO "log" VALUES(8,1795078800000,20260000004,'system','moved','{"event":"moved","folder":"Klart"}');
INSERT INTO "log" VALUES(10,1795078800000,20260000003,'system','gone','{"event":"gone"}');
INSERT INTO "log" VALUES(11,1795086000000,20260000003,'system','moved','{"event":"moved","folder":"INBOX"}');
INSERT INTO "log" VALUES(14,1795417200000,20260000003,'system','queued','{"event":"queued","effect":"reminder","to":["registrator"]}');
INSERT INTO "log" VALUES(17,1795417200000,20260000003,'system','sent','{"event":"sent","effect":"reminder","at":"2026-11-23T07:00:00Z"}');
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
INSERT INTO "message" VALUES(20260000003,5815013210738905762,X'43AE6B87A3F1ABEE5D65376306595D2E',1795075920000,191,'c@example.com','cia@example.com',NULL,'Fråga','{}');
INSERT INTO "message" VALUES(20260000004,6910070398177286563,X'3F59A43B9006C6F640C9A8D88B451F52',1795075920000,191,'d@example.com','dan@example.com',NULL,'Fråga','{}');
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('excluded-note.kf','2026-11-23 14 11');
INSERT INTO "meta" VALUES('read.answers.kf','1795420800000');
INSERT INTO "meta" VALUES('read.arrivals.kf','1795420800000');
INSERT INTO "meta" VALUES('reckoning','e107c6ab19e5107f14300f2c72e2188a72dada1f9846af5d87ca7575c7ec5406');
INSERT INTO "meta" VALUES('start.kf','2026-11-16T07:00:00+00:00');
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
, doubt_until INTEGER, seek TEXT) STRICT;
INSERT INTO "outbox" VALUES(1,'kf','reminder','servicelofte-1ed1afeddaae315f@example.se','registrator','registrator@example.se',NULL,'sent',1,1795417200000,1795417200000,1795417200000,1795417200000,1,NULL,1795418100000,NULL);
CREATE TABLE report (
  id        INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  from_date TEXT NOT NULL,
  to_date   TEXT NOT NULL,
  figures   TEXT NOT NULL                    -- JSON
) STRICT;
CREATE TABLE sent (
  id           INTEGER PRIMARY KEY,
  mailbox      TEXT NOT NULL,
  mid          INTEGER NOT NULL,
  identity     BLOB NOT NULL,
  at           INTEGER NOT NULL,
  conversation INTEGER,
  facts        TEXT NOT NULL
) STRICT;
INSERT INTO "sent" VALUES(1,'kf',-4979205006736997972,X'1C2D13860DF0E3D1E6DA6654B4A0C620',1795417200000,NULL,'{"folder":"Skickat","copy":false,"message_id":"servicelofte-1ed1afeddaae315f@example.se","from":"kommunfullmaktige@example.se","in_reply_to":[],"references":[],"recipients":["registrator@example.se"],"subject":"3 ärenden väntar på dig, 3 att besvara i dag","thread_index":null}');
CREATE TABLE sent_clue (
  value TEXT NOT NULL,                       -- `id:` an id it answers, `to:` a recipient, `tix:` Outlook's conversation
  sent  INTEGER NOT NULL REFERENCES sent (id),
  PRIMARY KEY (value, sent)
) STRICT, WITHOUT ROWID;
CREATE TABLE span (
  folder INTEGER NOT NULL REFERENCES folder (id),
  first  INTEGER NOT NULL,
  last   INTEGER NOT NULL,
  PRIMARY KEY (folder, first)
) STRICT, WITHOUT ROWID;
INSERT INTO "span" VALUES(1,1,5);
INSERT INTO "span" VALUES(2,1,1);
INSERT INTO "span" VALUES(4,1,1);
INSERT INTO "span" VALUES(5,1,1);
CREATE INDEX message_mid ON message (mid);
CREATE INDEX copy_item ON copy (item);
CREATE INDEX log_item ON log (item);
CREATE INDEX item_wake ON item (mailbox, wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX item_live ON item (id) WHERE state IN ('open', 'probably_answered');
CREATE INDEX item_conversation ON item (conversation) WHERE state <> 'history';
CREATE INDEX sent_mid ON sent (mid);
CREATE INDEX outbox_work ON outbox (mailbox, state, next_at) WHERE state IN ('queued', 'sending', 'committing');
CREATE INDEX outbox_unsaved ON outbox (mailbox) WHERE state = 'sent' AND saved = 0;
CREATE INDEX outbox_address ON outbox (address, created_at) WHERE recipient = 'citizen';
CREATE INDEX outbox_notices ON outbox (mailbox, created_at) WHERE recipient = 'citizen';
CREATE INDEX effect_outbox ON effect (outbox);
CREATE INDEX comparison_folder ON comparison (mailbox, folder, id);
CREATE TRIGGER log_is_append_only BEFORE UPDATE ON log BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_keeps_all BEFORE DELETE ON log BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
PRAGMA application_id = 1397515892;
PRAGMA user_version = 3;
COMMIT;
