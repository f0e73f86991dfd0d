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
CREATE TABLE copy (
  folder INTEGER NOT NULL REFERENCES folder (id),
  uid    INTEGER NOT NULL,
  item   INTEGER NOT NULL REFERENCES message (id),
  PRIMARY KEY (folder, uid)
) STRICT, WITHOUT ROWID;
CREATE TABLE effect (
  item   INTEGER NOT NULL REFERENCES message (id),
  effect TEXT NOT NULL,
  outbox INTEGER NOT NULL REFERENCES outbox (id),
  PRIMARY KEY (item, effect)
) STRICT, WITHOUT ROWID;
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
INSERT INTO "folder" VALUES(1,'kf','INBOX',1,6,5,6);
INSERT INTO "folder" VALUES(2,'kf','INBOX/Bygglov',1,1,0,1);
INSERT INTO "folder" VALUES(3,'kf','Skräppost',1,1,0,1);
INSERT INTO "folder" VALUES(4,'kf','Klart',1,1,0,1);
INSERT INTO "folder" VALUES(5,'kf','Skickat',1,6,5,6);
CREATE TABLE item (
  id           INTEGER PRIMARY KEY REFERENCES message (id),
  mailbox      TEXT NOT NULL,
  state        TEXT NOT NULL,
  due          TEXT,
  handler      TEXT,
  conversation INTEGER NOT NULL,
  wake_at      INTEGER,                      -- when to decide again; NULL: not before something happens
  fold         TEXT NOT NULL                 -- JSON of the item
, rest_at INTEGER, erased INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE log (
  id     INTEGER PRIMARY KEY,
  at     INTEGER NOT NULL,
  item   INTEGER REFERENCES message (id),
  by     TEXT NOT NULL,
  event  TEXT NOT NULL,
  detail TEXT NOT NULL                       -- JSON of the fact; nothing personal
) STRICT;
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
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('excluded-note.kf','2026-11-25 15 11');
INSERT INTO "meta" VALUES('read.answers.kf','1795593600000');
INSERT INTO "meta" VALUES('read.arrivals.kf','1795593600000');
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
, doubt_until INTEGER, seek TEXT, put_off_at INTEGER, names TEXT, about TEXT, answer TEXT, copy TEXT) STRICT;
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
CREATE TRIGGER log_keeps_all BEFORE DELETE ON log BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
CREATE INDEX outbox_confirmations ON outbox (recipient, created_at) WHERE kind = 'confirmation';
CREATE INDEX item_rest ON item (rest_at, id) WHERE rest_at IS NOT NULL;
CREATE INDEX sent_kept ON sent (at, id) WHERE facts <> '';
CREATE TRIGGER log_is_append_only BEFORE UPDATE ON log
WHEN NOT (new.id = old.id AND new.at = old.at AND new.item IS old.item AND new.by = old.by AND new.event = old.event
    AND coalesce((SELECT erased FROM item WHERE item.id = old.item), 0) = 1
    AND new.detail = CASE old.event WHEN 'promised' THEN json_replace(old.detail, '$.reason', '')
      ELSE json_replace(old.detail, '$.note', '', '$.reason.person', '', '$.why.server', '',
                        '$.evidence.message_id', NULL) END)
BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
PRAGMA application_id = 1397515892;
PRAGMA user_version = 8;
INSERT INTO "message" VALUES(20260000001,141820000007,X'000000000000000000000004B7971101',1795165200000,200,'m1@example.com','anna@example.com',NULL,'Skolskjuts','{}');
INSERT INTO "message" VALUES(20260000002,141820000014,X'000000000000000000000004B7971102',1795424400000,200,'m2@example.com','anna@example.com',NULL,'SV: Skolskjuts','{"references": ["m1@example.com"]}');
INSERT INTO "message" VALUES(20260000003,141820000021,X'000000000000000000000004B7971103',1795424400000,200,'m3@example.com','vinst@example.net',NULL,'Du har vunnit','{}');
INSERT INTO "message" VALUES(20260000004,141820000028,X'000000000000000000000004B7971104',1795165200000,200,'m4@example.com','bo@example.com',NULL,'Bygglov','{}');
INSERT INTO "message" VALUES(20260000005,141820000035,X'000000000000000000000004B7971105',1795424400000,200,'m5@example.com','bo@example.com',NULL,'SV: Bygglov','{"references": ["a4@example.se"]}');
INSERT INTO "message" VALUES(20260000006,141820000042,X'000000000000000000000004B7971106',1795424400000,200,'m6@example.com','cia@example.com',NULL,'Autosvar: Hej','{}');
INSERT INTO "message" VALUES(20260000007,141820000049,X'000000000000000000000004B7971107',1795424400000,200,'m7@example.com','postmaster@forening.example',NULL,'Ert mejl kom tillbaka','{}');
INSERT INTO "message" VALUES(20260000008,141820000056,X'000000000000000000000004B7971108',1795424400000,200,'m8@example.com','nyheter@example.net',NULL,'Veckans nyheter','{}');
INSERT INTO "message" VALUES(20260000009,141820000063,X'000000000000000000000004B7971109',1795165200000,200,'m9@example.com','dan@example.com',NULL,'Vägen','{}');
INSERT INTO "log" VALUES(1,1794812400000,NULL,'system','noted','{"event":"noted","text":"mailbox kf is watched from now on"}');
INSERT INTO "log" VALUES(2,1795165200000,20260000001,'system','logged','{"event":"logged","mailbox":"kf","folder":"INBOX","class":"correspondence","reasons":["no_machine"],"received_at":"2026-11-20T09:00:00Z","arrival":"internaldate","conversation":20260000001,"standing":{"open":{"pledge":"email","due":{"arrival_date":"2026-11-20","rule":"arrival-date","date":"2026-11-24","closes":"2026-11-24T23:00:00Z","days":[{"date":"2026-11-20","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-23","counted":true,"day":1,"reason":null},{"date":"2026-11-24","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default"}}}');
INSERT INTO "log" VALUES(3,1795165200000,20260000004,'system','logged','{"event":"logged","mailbox":"kf","folder":"INBOX","class":"correspondence","reasons":["no_machine"],"received_at":"2026-11-20T09:00:00Z","arrival":"internaldate","conversation":20260000004,"standing":{"open":{"pledge":"email","due":{"arrival_date":"2026-11-20","rule":"arrival-date","date":"2026-11-24","closes":"2026-11-24T23:00:00Z","days":[{"date":"2026-11-20","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-23","counted":true,"day":1,"reason":null},{"date":"2026-11-24","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default"}}}');
INSERT INTO "log" VALUES(4,1795165200000,20260000009,'system','logged','{"event":"logged","mailbox":"kf","folder":"INBOX","class":"correspondence","reasons":["no_machine"],"received_at":"2026-11-20T09:00:00Z","arrival":"internaldate","conversation":20260000009,"standing":{"open":{"pledge":"email","due":{"arrival_date":"2026-11-20","rule":"arrival-date","date":"2026-11-24","closes":"2026-11-24T23:00:00Z","days":[{"date":"2026-11-20","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-23","counted":true,"day":1,"reason":null},{"date":"2026-11-24","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default"}}}');
INSERT INTO "log" VALUES(5,1795176000000,20260000004,'system','answered','{"event":"answered","at":"2026-11-20T12:00:00Z","answered_by":"kommunfullmaktige@example.se","evidence":{"kind":"sent","folder":"Skickat","message_id":"a4@example.se","matched_by":"in_reply_to"}}');
INSERT INTO "log" VALUES(6,1795424400000,20260000002,'system','logged','{"event":"logged","mailbox":"kf","folder":"INBOX","class":"correspondence","reasons":["no_machine"],"received_at":"2026-11-23T09:00:00Z","arrival":"internaldate","conversation":20260000001,"standing":{"open":{"pledge":"email","due":{"arrival_date":"2026-11-20","rule":"arrival-date","date":"2026-11-24","closes":"2026-11-24T23:00:00Z","days":[{"date":"2026-11-20","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-23","counted":true,"day":1,"reason":null},{"date":"2026-11-24","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"conversation","leader":20260000001}}}');
INSERT INTO "log" VALUES(7,1795424400000,20260000003,'system','logged','{"event":"logged","mailbox":"kf","folder":"Skräppost","class":"correspondence","reasons":["no_machine","in_junk"],"received_at":"2026-11-23T09:00:00Z","arrival":"internaldate","conversation":20260000003,"standing":{"open":{"pledge":"email","due":{"arrival_date":"2026-11-23","rule":"arrival-date","date":"2026-11-25","closes":"2026-11-25T23:00:00Z","days":[{"date":"2026-11-23","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-24","counted":true,"day":1,"reason":null},{"date":"2026-11-25","counted":true,"day":2,"reason":null}]},"may_notify":false,"handler":"registrator","assigned_by":"default"}},"flags":["in_junk"]}');
INSERT INTO "log" VALUES(8,1795424400000,20260000005,'system','logged','{"event":"logged","mailbox":"kf","folder":"INBOX","class":"correspondence","reasons":["no_machine"],"received_at":"2026-11-23T09:00:00Z","arrival":"internaldate","conversation":20260000004,"standing":{"open":{"pledge":"email","due":{"arrival_date":"2026-11-23","rule":"arrival-date","date":"2026-11-25","closes":"2026-11-25T23:00:00Z","days":[{"date":"2026-11-23","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-24","counted":true,"day":1,"reason":null},{"date":"2026-11-25","counted":true,"day":2,"reason":null}]},"may_notify":false,"handler":"registrator","assigned_by":"default"}},"flags":["after_answer"]}');
INSERT INTO "log" VALUES(9,1795424400000,20260000006,'system','logged','{"event":"logged","mailbox":"kf","folder":"INBOX","class":"auto_reply","reasons":["absence_subject"],"received_at":"2026-11-23T09:00:00Z","arrival":"internaldate","conversation":20260000006,"standing":{"open":{"pledge":"email","due":{"arrival_date":"2026-11-23","rule":"arrival-date","date":"2026-11-25","closes":"2026-11-25T23:00:00Z","days":[{"date":"2026-11-23","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-24","counted":true,"day":1,"reason":null},{"date":"2026-11-25","counted":true,"day":2,"reason":null}]},"may_notify":false,"handler":"registrator","assigned_by":"default"}},"flags":["untied_auto_reply"]}');
INSERT INTO "log" VALUES(10,1795424400000,20260000007,'system','logged','{"event":"logged","mailbox":"kf","folder":"INBOX","class":"bounce","reasons":["postmaster","failure_in_words"],"received_at":"2026-11-23T09:00:00Z","arrival":"internaldate","conversation":20260000007,"standing":{"excluded":{"reason":{"signs":["postmaster","failure_in_words"]}}},"flags":["role_address"]}');
INSERT INTO "log" VALUES(11,1795424400000,20260000008,'system','logged','{"event":"logged","mailbox":"kf","folder":"INBOX","class":"bulk","reasons":["bulk_and_list"],"received_at":"2026-11-23T09:00:00Z","arrival":"internaldate","conversation":20260000008,"standing":{"excluded":{"reason":{"signs":["bulk_and_list"]}}}}');
INSERT INTO "log" VALUES(12,1795521600000,20260000001,'system','queued','{"event":"queued","effect":"notice","to":["citizen"],"promise":"2026-12-08"}');
INSERT INTO "log" VALUES(13,1795521600000,20260000001,'system','sent','{"event":"sent","effect":"notice","at":"2026-11-24T12:00:00Z"}');
INSERT INTO "item" VALUES(20260000001,'kf','open','2026-11-24','registrator',20260000001,0,'{"id":20260000001,"mailbox":"kf","class":"correspondence","received_at":"2026-11-20T09:00:00Z","state":"open","folder":"INBOX","conversation":20260000001,"pledge":"email","due":{"arrival_date":"2026-11-20","rule":"arrival-date","date":"2026-11-24","closes":"2026-11-24T23:00:00Z","days":[{"date":"2026-11-20","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-23","counted":true,"day":1,"reason":null},{"date":"2026-11-24","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default","promise":"2026-12-08","done":{"notice":{"queued_at":"2026-11-24T12:00:00Z","to":["citizen"],"sent_at":"2026-11-24T12:00:00Z","promise":"2026-12-08","early":true}},"since":"2026-11-20T09:00:00Z"}',NULL,0);
INSERT INTO "item" VALUES(20260000002,'kf','open','2026-11-24','registrator',20260000001,0,'{"id":20260000002,"mailbox":"kf","class":"correspondence","received_at":"2026-11-23T09:00:00Z","state":"open","folder":"INBOX","conversation":20260000001,"pledge":"email","due":{"arrival_date":"2026-11-20","rule":"arrival-date","date":"2026-11-24","closes":"2026-11-24T23:00:00Z","days":[{"date":"2026-11-20","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-23","counted":true,"day":1,"reason":null},{"date":"2026-11-24","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"conversation","leader":20260000001,"since":"2026-11-23T09:00:00Z"}',NULL,0);
INSERT INTO "item" VALUES(20260000003,'kf','open','2026-11-25','registrator',20260000003,0,'{"id":20260000003,"mailbox":"kf","class":"correspondence","received_at":"2026-11-23T09:00:00Z","state":"open","folder":"Skräppost","conversation":20260000003,"pledge":"email","due":{"arrival_date":"2026-11-23","rule":"arrival-date","date":"2026-11-25","closes":"2026-11-25T23:00:00Z","days":[{"date":"2026-11-23","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-24","counted":true,"day":1,"reason":null},{"date":"2026-11-25","counted":true,"day":2,"reason":null}]},"handler":"registrator","assigned_by":"default","flags":["in_junk"],"since":"2026-11-23T09:00:00Z"}',NULL,0);
INSERT INTO "item" VALUES(20260000004,'kf','answered','2026-11-24','registrator',20260000004,NULL,'{"id":20260000004,"mailbox":"kf","class":"correspondence","received_at":"2026-11-20T09:00:00Z","state":"answered","folder":"INBOX","conversation":20260000004,"pledge":"email","due":{"arrival_date":"2026-11-20","rule":"arrival-date","date":"2026-11-24","closes":"2026-11-24T23:00:00Z","days":[{"date":"2026-11-20","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-23","counted":true,"day":1,"reason":null},{"date":"2026-11-24","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default","settled":{"at":"2026-11-20T12:00:00Z","by":"kommunfullmaktige@example.se","evidence":{"kind":"sent","folder":"Skickat","message_id":"a4@example.se","matched_by":"in_reply_to"}},"since":"2026-11-20T12:00:00Z"}',1795176000000,0);
INSERT INTO "item" VALUES(20260000005,'kf','open','2026-11-25','registrator',20260000004,0,'{"id":20260000005,"mailbox":"kf","class":"correspondence","received_at":"2026-11-23T09:00:00Z","state":"open","folder":"INBOX","conversation":20260000004,"pledge":"email","due":{"arrival_date":"2026-11-23","rule":"arrival-date","date":"2026-11-25","closes":"2026-11-25T23:00:00Z","days":[{"date":"2026-11-23","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-24","counted":true,"day":1,"reason":null},{"date":"2026-11-25","counted":true,"day":2,"reason":null}]},"handler":"registrator","assigned_by":"default","flags":["after_answer"],"since":"2026-11-23T09:00:00Z"}',NULL,0);
INSERT INTO "item" VALUES(20260000006,'kf','open','2026-11-25','registrator',20260000006,0,'{"id":20260000006,"mailbox":"kf","class":"auto_reply","received_at":"2026-11-23T09:00:00Z","state":"open","folder":"INBOX","conversation":20260000006,"pledge":"email","due":{"arrival_date":"2026-11-23","rule":"arrival-date","date":"2026-11-25","closes":"2026-11-25T23:00:00Z","days":[{"date":"2026-11-23","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-24","counted":true,"day":1,"reason":null},{"date":"2026-11-25","counted":true,"day":2,"reason":null}]},"handler":"registrator","assigned_by":"default","flags":["untied_auto_reply"],"since":"2026-11-23T09:00:00Z"}',NULL,0);
INSERT INTO "item" VALUES(20260000007,'kf','excluded',NULL,NULL,20260000007,NULL,'{"id":20260000007,"mailbox":"kf","class":"bounce","received_at":"2026-11-23T09:00:00Z","state":"excluded","folder":"INBOX","conversation":20260000007,"excluded_reason":{"signs":["postmaster","failure_in_words"]},"flags":["role_address"],"since":"2026-11-23T09:00:00Z"}',1795424400000,0);
INSERT INTO "item" VALUES(20260000008,'kf','excluded',NULL,NULL,20260000008,NULL,'{"id":20260000008,"mailbox":"kf","class":"bulk","received_at":"2026-11-23T09:00:00Z","state":"excluded","folder":"INBOX","conversation":20260000008,"excluded_reason":{"signs":["bulk_and_list"]},"since":"2026-11-23T09:00:00Z"}',1795424400000,0);
INSERT INTO "item" VALUES(20260000009,'kf','open','2026-11-24','registrator',20260000009,0,'{"id":20260000009,"mailbox":"kf","class":"correspondence","received_at":"2026-11-20T09:00:00Z","state":"open","folder":"INBOX","conversation":20260000009,"pledge":"email","due":{"arrival_date":"2026-11-20","rule":"arrival-date","date":"2026-11-24","closes":"2026-11-24T23:00:00Z","days":[{"date":"2026-11-20","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-23","counted":true,"day":1,"reason":null},{"date":"2026-11-24","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default","since":"2026-11-20T09:00:00Z"}',NULL,0);
INSERT INTO "clue" VALUES('to:anna@example.com',20260000001);
INSERT INTO "clue" VALUES('to:anna@example.com',20260000002);
INSERT INTO "clue" VALUES('to:vinst@example.net',20260000003);
INSERT INTO "clue" VALUES('to:bo@example.com',20260000004);
INSERT INTO "clue" VALUES('to:bo@example.com',20260000005);
INSERT INTO "clue" VALUES('to:cia@example.com',20260000006);
INSERT INTO "clue" VALUES('to:postmaster@forening.example',20260000007);
INSERT INTO "clue" VALUES('to:nyheter@example.net',20260000008);
INSERT INTO "clue" VALUES('to:dan@example.com',20260000009);
COMMIT;
