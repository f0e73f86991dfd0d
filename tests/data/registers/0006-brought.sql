PRAGMA foreign_keys = OFF;
BEGIN TRANSACTION;
CREATE TABLE alarm (
  id      INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  kind    TEXT NOT NULL,
  mailbox TEXT,                              -- the mailbox's address, or NULL
  over    INTEGER NOT NULL                   -- 1: the end of the trouble was told
) STRICT;
CREATE TABLE aside (
  item  INTEGER PRIMARY KEY REFERENCES message (id),
  since INTEGER NOT NULL,
  why   TEXT NOT NULL                        -- which row, and what is wrong with it; nothing personal
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
INSERT INTO "clue" VALUES('to:anna@example.com',20260000001);
INSERT INTO "clue" VALUES('to:bo@example.com',20260000002);
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
INSERT INTO "copy" VALUES(1,1,20260000001);
INSERT INTO "copy" VALUES(1,3,20260000002);
CREATE TABLE effect (
  item   INTEGER NOT NULL REFERENCES message (id),
  effect TEXT NOT NULL,
  outbox INTEGER NOT NULL REFERENCES outbox (id),
  PRIMARY KEY (item, effect)
) STRICT, WITHOUT ROWID;
INSERT INTO "effect" VALUES(20260000001,'reminder',1);
INSERT INTO "effect" VALUES(20260000001,'notice',2);
INSERT INTO "effect" VALUES(20260000001,'escalation:1',5);
INSERT INTO "effect" VALUES(20260000002,'confirm',6);
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
INSERT INTO "folder" VALUES(1,'kf','INBOX',1,4,3,4);
INSERT INTO "folder" VALUES(2,'kf','INBOX/Bygglov',1,1,0,1);
INSERT INTO "folder" VALUES(3,'kf','Skräppost',1,1,0,1);
INSERT INTO "folder" VALUES(4,'kf','Klart',1,1,0,1);
INSERT INTO "folder" VALUES(5,'kf','Skickat',1,5,4,5);
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
INSERT INTO "item" VALUES(20260000001,'kf','open','2026-11-19','registrator',20260000001,0,'{"id":20260000001,"mailbox":"kf","class":"correspondence","received_at":"2026-11-17T08:12:00Z","state":"open","folder":"INBOX","conversation":20260000001,"pledge":"email","due":{"arrival_date":"2026-11-17","rule":"arrival-date","date":"2026-11-19","closes":"2026-11-19T23:00:00Z","days":[{"date":"2026-11-17","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-18","counted":true,"day":1,"reason":null},{"date":"2026-11-19","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default","promise":"2026-12-03","done":{"reminder":{"queued_at":"2026-11-19T07:00:00Z","to":["registrator"],"sent_at":"2026-11-19T07:00:00Z"},"notice":{"queued_at":"2026-11-19T12:00:00Z","to":["citizen"],"sent_at":"2026-11-19T12:00:00Z"},"escalation:1":{"queued_at":"2026-11-23T07:00:00Z","to":["kanslichef"],"sent_at":"2026-11-23T07:00:00Z"}},"since":"2026-11-17T08:12:00Z"}');
INSERT INTO "item" VALUES(20260000002,'kf','probably_answered','2026-11-24','registrator',20260000002,0,'{"id":20260000002,"mailbox":"kf","class":"correspondence","received_at":"2026-11-20T14:40:00Z","state":"probably_answered","folder":"INBOX","conversation":20260000002,"pledge":"email","due":{"arrival_date":"2026-11-20","rule":"arrival-date","date":"2026-11-24","closes":"2026-11-24T23:00:00Z","days":[{"date":"2026-11-20","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-23","counted":true,"day":1,"reason":null},{"date":"2026-11-24","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default","settled":{"at":"2026-11-20T14:40:00Z","by":null,"evidence":{"kind":"answered_flag","folder":"INBOX","message_id":null,"matched_by":null}},"done":{"confirm":{"queued_at":"2026-11-23T07:00:00Z","to":["registrator"],"sent_at":"2026-11-23T07:00:00Z"}},"since":"2026-11-20T14:40:00Z"}');
CREATE TABLE log (
  id     INTEGER PRIMARY KEY,
  at     INTEGER NOT NULL,
  item   INTEGER REFERENCES message (id),
  by     TEXT NOT NULL,
  event  TEXT NOT NULL,
  detail TEXT NOT NULL                       -- JSON of the fact; nothing personal
) STRICT;
INSERT INTO "log" VALUES(1,1794812400000,NULL,'system','noted','{"event":"noted","text":"mailbox kf is watched from now on"}');
INSERT INTO "log" VALUES(2,1794903120000,20260000001,'system','logged','{"event":"logged","mailbox":"kf","folder":"INBOX","class":"correspondence","reasons":["no_machine"],"received_at":"2026-11-17T08:12:00Z","arrival":"internaldate","conversation":20260000001,"standing":{"open":{"pledge":"email","due":{"arrival_date":"2026-11-17","rule":"arrival-date","date":"2026-11-19","closes":"2026-11-19T23:00:00Z","days":[{"date":"2026-11-17","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-18","counted":true,"day":1,"reason":null},{"date":"2026-11-19","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default"}}}');
INSERT INTO "log" VALUES(3,1795071600000,20260000001,'system','queued','{"event":"queued","effect":"reminder","to":["registrator"]}');
INSERT INTO "log" VALUES(4,1795071600000,20260000001,'system','sent','{"event":"sent","effect":"reminder","at":"2026-11-19T07:00:00Z"}');
INSERT INTO "log" VALUES(5,1795089600000,20260000001,'system','queued','{"event":"queued","effect":"notice","to":["citizen"],"promise":"2026-12-03"}');
INSERT INTO "log" VALUES(6,1795089600000,20260000001,'system','sent','{"event":"sent","effect":"notice","at":"2026-11-19T12:00:00Z"}');
INSERT INTO "log" VALUES(7,1795158000000,20260000001,'system','queued','{"event":"queued","effect":"escalation:1","to":["kanslichef"]}');
INSERT INTO "log" VALUES(8,1795185600000,20260000002,'system','logged','{"event":"logged","mailbox":"kf","folder":"INBOX","class":"correspondence","reasons":["no_machine"],"received_at":"2026-11-20T14:40:00Z","arrival":"internaldate","conversation":20260000002,"standing":{"open":{"pledge":"email","due":{"arrival_date":"2026-11-20","rule":"arrival-date","date":"2026-11-24","closes":"2026-11-24T23:00:00Z","days":[{"date":"2026-11-20","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-23","counted":true,"day":1,"reason":null},{"date":"2026-11-24","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default"}}}');
INSERT INTO "log" VALUES(9,1795185600000,20260000002,'system','probably_answered','{"event":"probably_answered","at":"2026-11-20T14:40:00Z","answered_by":null,"evidence":{"kind":"answered_flag","folder":"INBOX","message_id":null,"matched_by":null}}');
INSERT INTO "log" VALUES(10,1795189200000,20260000002,'system','queued','{"event":"queued","effect":"confirm","to":["registrator"]}');
INSERT INTO "log" VALUES(11,1795203000000,20260000001,'system','withdrawn','{"event":"withdrawn","effect":"escalation:1","why":"stale"}');
INSERT INTO "log" VALUES(12,1795233600000,20260000002,'system','withdrawn','{"event":"withdrawn","effect":"confirm","why":"stale"}');
INSERT INTO "log" VALUES(13,1795417200000,20260000001,'system','queued','{"event":"queued","effect":"escalation:1","to":["kanslichef"]}');
INSERT INTO "log" VALUES(14,1795417200000,20260000002,'system','queued','{"event":"queued","effect":"confirm","to":["registrator"]}');
INSERT INTO "log" VALUES(15,1795417200000,20260000001,'system','sent','{"event":"sent","effect":"escalation:1","at":"2026-11-23T07:00:00Z"}');
INSERT INTO "log" VALUES(16,1795417200000,20260000002,'system','sent','{"event":"sent","effect":"confirm","at":"2026-11-23T07:00:00Z"}');
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
INSERT INTO "message" VALUES(20260000001,582808061366588234,X'386ABC2233A5B9ED9B91ADA0D269E178',1794903120000,192,'a@example.com','anna@example.com',NULL,'Fråga','{}');
INSERT INTO "message" VALUES(20260000002,-1660813146652002691,X'466C622C22771C55D6F5B4866E7E86F4',1795185600000,190,'b@example.com','bo@example.com',NULL,'Fråga','{}');
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('excluded-note.kf','2026-11-23 14 7');
INSERT INTO "meta" VALUES('read.answers.kf','1795424400000');
INSERT INTO "meta" VALUES('read.arrivals.kf','1795424400000');
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
, doubt_until INTEGER, seek TEXT, put_off_at INTEGER, names TEXT, about TEXT, answer TEXT) STRICT;
INSERT INTO "outbox" VALUES(1,'kf','reminder','servicelofte-996f7a960dfab8b7@example.se','registrator','registrator@example.se',NULL,'sent',1,1795071600000,1795071600000,1795071600000,1795071600000,1,NULL,1795072500000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "outbox" VALUES(2,'kf','notice','servicelofte-f089d3a4edd9dc6b@example.se','citizen','anna@example.com',NULL,'sent',1,1795089600000,1795089600000,1795089600000,1795089600000,1,NULL,1795090500000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "outbox" VALUES(5,'kf','escalation','servicelofte-2851ff61959f6568@example.se','kanslichef','kanslichef@example.se',NULL,'sent',1,1795417200000,1795417200000,1795417200000,1795417200000,1,NULL,1795418100000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "outbox" VALUES(6,'kf','reminder','servicelofte-b894da44559cd9e7@example.se','registrator','registrator@example.se',NULL,'sent',1,1795417200000,1795417200000,1795417200000,1795417200000,1,NULL,1795418100000,NULL,NULL,NULL,NULL,NULL);
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
INSERT INTO "sent" VALUES(1,'kf',-2583378721570696270,X'C34577E77BDE5D80A39B8A64E7577E68',1795071600000,NULL,'{"folder":"Skickat","copy":false,"message_id":"servicelofte-996f7a960dfab8b7@example.se","from":"kommunfullmaktige@example.se","in_reply_to":[],"references":[],"recipients":["registrator@example.se"],"subject":"Svara senast i dag: [SL-2026-00001]","thread_index":null}');
INSERT INTO "sent" VALUES(2,'kf',-1948697260384483641,X'EAA822E69AA8722EABDB0E9981CFD125',1795089600000,NULL,'{"folder":"INBOX","copy":true,"message_id":"servicelofte-f089d3a4edd9dc6b@example.se","from":"kommunfullmaktige@example.se","in_reply_to":["a@example.com"],"references":["a@example.com"],"recipients":["anna@example.com"],"subject":"Vi behöver mer tid: Fråga [SL-2026-00001]","thread_index":null}');
INSERT INTO "sent" VALUES(3,'kf',3245684627259082827,X'D4F2DD75C7B501F6FF97BAF0CC1E2471',1795417200000,NULL,'{"folder":"Skickat","copy":false,"message_id":"servicelofte-2851ff61959f6568@example.se","from":"kommunfullmaktige@example.se","in_reply_to":[],"references":[],"recipients":["kanslichef@example.se"],"subject":"Inte besvarat: [SL-2026-00001]","thread_index":null}');
INSERT INTO "sent" VALUES(4,'kf',-4486746984644871189,X'9D4CD52C22FCF6AA42BCAFFBEE6A46CB',1795417200000,NULL,'{"folder":"Skickat","copy":false,"message_id":"servicelofte-b894da44559cd9e7@example.se","from":"kommunfullmaktige@example.se","in_reply_to":[],"references":[],"recipients":["registrator@example.se"],"subject":"Är ärendet redan besvarat? [SL-2026-00002]","thread_index":null}');
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
INSERT INTO "span" VALUES(1,1,3);
INSERT INTO "span" VALUES(5,1,4);
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
CREATE INDEX outbox_confirmations ON outbox (recipient, created_at) WHERE kind = 'confirmation';
PRAGMA application_id = 1397515892;
PRAGMA user_version = 6;
COMMIT;
