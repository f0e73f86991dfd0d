PRAGMA foreign_keys = OFF;
BEGIN TRANSACTION;
CREATE TABLE alarm (
  id      INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  kind    TEXT NOT NULL,
  mailbox TEXT,                              -- the mailbox's address, or NULL
  over    INTEGER NOT NULL                   -- 1: the end of the trouble was told
) STRICT;
CREATE TABLE also (
  mid      INTEGER NOT NULL,
  identity BLOB NOT NULL,
  item     INTEGER NOT NULL REFERENCES message (id),
  PRIMARY KEY (mid, identity)
) STRICT, WITHOUT ROWID;
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
INSERT INTO clue VALUES('to:anna@example.com',20260000001);
INSERT INTO clue VALUES('to:bo@example.com',20260000002);
INSERT INTO clue VALUES('to:bo@example.com',20260000004);
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
INSERT INTO comparison VALUES(1,1794812400000,'kf','INBOX','uids',1,1,0,0,0,0,0,0);
INSERT INTO comparison VALUES(2,1794812400000,'kf','INBOX/Bygglov','uids',1,1,0,0,0,0,0,0);
INSERT INTO comparison VALUES(3,1794812400000,'kf','Skräppost','uids',1,1,0,0,0,0,0,0);
CREATE TABLE copy (
  folder INTEGER NOT NULL REFERENCES folder (id),
  uid    INTEGER NOT NULL,
  item   INTEGER NOT NULL REFERENCES message (id),
  PRIMARY KEY (folder, uid)
) STRICT, WITHOUT ROWID;
INSERT INTO copy VALUES(1,1,20260000001);
INSERT INTO copy VALUES(1,2,20260000002);
INSERT INTO copy VALUES(1,4,20260000004);
CREATE TABLE effect (
  item   INTEGER NOT NULL REFERENCES message (id),
  effect TEXT NOT NULL,
  outbox INTEGER NOT NULL REFERENCES outbox (id),
  PRIMARY KEY (item, effect)
) STRICT, WITHOUT ROWID;
INSERT INTO effect VALUES(20260000004,'reminder',1);
INSERT INTO effect VALUES(20260000004,'notice',2);
INSERT INTO effect VALUES(20260000004,'escalation:1',3);
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
INSERT INTO folder VALUES(1,'kf','INBOX',1,6,5,6);
INSERT INTO folder VALUES(2,'kf','INBOX/Bygglov',1,1,0,1);
INSERT INTO folder VALUES(3,'kf','Skräppost',1,1,0,1);
INSERT INTO folder VALUES(4,'kf','Klart',1,1,0,1);
INSERT INTO folder VALUES(5,'kf','Skickat',1,6,5,6);
CREATE TABLE forgotten (
  notice INTEGER NOT NULL,
  asked  INTEGER NOT NULL,
  PRIMARY KEY (notice, asked)
) STRICT, WITHOUT ROWID;
CREATE TABLE former (
  folder INTEGER NOT NULL REFERENCES folder (id),
  item   INTEGER NOT NULL REFERENCES message (id),
  PRIMARY KEY (folder, item)
) STRICT, WITHOUT ROWID;
CREATE TABLE item (
  id           INTEGER PRIMARY KEY REFERENCES message (id),
  mailbox      TEXT NOT NULL,
  state        TEXT NOT NULL,
  due          TEXT,
  handler      TEXT,
  conversation INTEGER NOT NULL,
  wake_at      INTEGER,                      -- when to decide again; NULL: not before something happens
  fold         TEXT NOT NULL                 -- JSON of the item
, rest_at INTEGER, erased INTEGER NOT NULL DEFAULT 0, away INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO item VALUES(20260000001,'kf','answered','2026-11-23','registrator',20260000001,NULL,'{"id":20260000001,"mailbox":"kf","class":"correspondence","received_at":"2026-11-19T08:12:00Z","state":"answered","folder":"INBOX","conversation":20260000001,"pledge":"email","due":{"arrival_date":"2026-11-19","rule":"arrival-date","date":"2026-11-23","closes":"2026-11-23T23:00:00Z","days":[{"date":"2026-11-19","counted":false,"day":null,"reason":"arrival"},{"date":"2026-11-20","counted":true,"day":1,"reason":null},{"date":"2026-11-21","counted":false,"day":null,"reason":{"off":{"weekday":"Sat"}}},{"date":"2026-11-22","counted":false,"day":null,"reason":{"off":{"weekday":"Sun"}}},{"date":"2026-11-23","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default","settled":{"at":"2026-11-20T11:00:00Z","by":"kommunfullmaktige@example.se","evidence":{"kind":"sent","folder":"Skickat","message_id":"a9@example.com","matched_by":"in_reply_to"}},"trashed_at":null,"since":"2026-11-20T11:00:00Z"}',1795172400000,0,0);
INSERT INTO item VALUES(20260000002,'kf','answered','2026-11-23','registrator',20260000002,NULL,'{"id":20260000002,"mailbox":"kf","class":"correspondence","received_at":"2026-11-19T08:12:00Z","state":"answered","folder":"INBOX","conversation":20260000002,"pledge":"email","due":{"arrival_date":"2026-11-19","rule":"arrival-date","date":"2026-11-23","closes":"2026-11-23T23:00:00Z","days":[{"date":"2026-11-19","counted":false,"day":null,"reason":"arrival"},{"date":"2026-11-20","counted":true,"day":1,"reason":null},{"date":"2026-11-21","counted":false,"day":null,"reason":{"off":{"weekday":"Sat"}}},{"date":"2026-11-22","counted":false,"day":null,"reason":{"off":{"weekday":"Sun"}}},{"date":"2026-11-23","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default","settled":{"at":"2026-11-20T08:00:00Z","by":"kommunfullmaktige@example.se","evidence":{"kind":"sent","folder":"Skickat","message_id":"b9@example.com","matched_by":"in_reply_to"}},"trashed_at":null,"since":"2026-11-20T09:00:00Z"}',1795165200000,0,0);
INSERT INTO item VALUES(20260000004,'kf','open','2026-11-24','registrator',20260000002,0,'{"id":20260000004,"mailbox":"kf","class":"correspondence","received_at":"2026-11-20T09:00:00Z","state":"open","folder":"INBOX","conversation":20260000002,"pledge":"email","due":{"arrival_date":"2026-11-20","rule":"arrival-date","date":"2026-11-24","closes":"2026-11-24T23:00:00Z","days":[{"date":"2026-11-20","counted":false,"day":null,"reason":"arrival"},{"date":"2026-11-21","counted":false,"day":null,"reason":{"off":{"weekday":"Sat"}}},{"date":"2026-11-22","counted":false,"day":null,"reason":{"off":{"weekday":"Sun"}}},{"date":"2026-11-23","counted":true,"day":1,"reason":null},{"date":"2026-11-24","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"conversation","promise":"2026-12-08","done":{"reminder":{"queued_at":"2026-11-24T07:00:00Z","to":["registrator"],"sent_at":"2026-11-24T07:00:00Z","early":true},"notice":{"queued_at":"2026-11-24T12:00:00Z","to":["citizen"],"sent_at":"2026-11-24T12:00:00Z","promise":"2026-12-08","early":true},"escalation:1":{"queued_at":"2026-11-25T07:00:00Z","to":["kanslichef"],"sent_at":"2026-11-25T07:00:00Z"}},"question_since":"2026-11-30T10:53:39.408Z","trashed_at":null,"since":"2026-11-30T10:53:39.408Z","turned_out":true}',NULL,0,0);
CREATE TABLE learned (
  value  TEXT PRIMARY KEY,
  outbox INTEGER NOT NULL REFERENCES outbox (id),
  domain TEXT                                -- NULL: the value is a whole id
) STRICT, WITHOUT ROWID;
CREATE TABLE log (
  id     INTEGER PRIMARY KEY,
  at     INTEGER NOT NULL,
  item   INTEGER REFERENCES message (id),
  by     TEXT NOT NULL,
  event  TEXT NOT NULL,
  detail TEXT NOT NULL                       -- JSON of the fact; nothing personal
) STRICT;
INSERT INTO log VALUES(1,1794812400000,NULL,'system','noted','{"event":"noted","text":"mailbox kf is watched from now on"}');
INSERT INTO log VALUES(2,1795075920000,20260000001,'system','logged','{"event":"logged","mailbox":"kf","folder":"INBOX","class":"correspondence","reasons":["no_machine"],"received_at":"2026-11-19T08:12:00Z","arrival":"internaldate","conversation":20260000001,"standing":{"open":{"pledge":"email","due":{"arrival_date":"2026-11-19","rule":"arrival-date","date":"2026-11-23","closes":"2026-11-23T23:00:00Z","days":[{"date":"2026-11-19","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-20","counted":true,"day":1,"reason":null},{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-23","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default"}}}');
INSERT INTO log VALUES(3,1795075920000,20260000002,'system','logged','{"event":"logged","mailbox":"kf","folder":"INBOX","class":"correspondence","reasons":["no_machine"],"received_at":"2026-11-19T08:12:00Z","arrival":"internaldate","conversation":20260000002,"standing":{"open":{"pledge":"email","due":{"arrival_date":"2026-11-19","rule":"arrival-date","date":"2026-11-23","closes":"2026-11-23T23:00:00Z","days":[{"date":"2026-11-19","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-20","counted":true,"day":1,"reason":null},{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-23","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default"}}}');
INSERT INTO log VALUES(5,1795165200000,20260000004,'system','logged','{"event":"logged","mailbox":"kf","folder":"INBOX","class":"correspondence","reasons":["no_machine"],"received_at":"2026-11-20T09:00:00Z","arrival":"internaldate","conversation":20260000002,"standing":{"open":{"pledge":"email","due":{"arrival_date":"2026-11-19","rule":"arrival-date","date":"2026-11-23","closes":"2026-11-23T23:00:00Z","days":[{"date":"2026-11-19","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-20","counted":true,"day":1,"reason":null},{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-23","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"conversation","leader":20260000002}}}');
INSERT INTO log VALUES(6,1795165200000,20260000002,'system','answered','{"event":"answered","at":"2026-11-20T08:00:00Z","answered_by":"kommunfullmaktige@example.se","evidence":{"kind":"sent","folder":"Skickat","message_id":"b9@example.com","matched_by":"in_reply_to"}}');
INSERT INTO log VALUES(7,1795165200000,20260000004,'system','follows','{"event":"follows","leader":null}');
INSERT INTO log VALUES(8,1795165200000,20260000004,'system','due_changed','{"event":"due_changed","old":"2026-11-23","due":{"arrival_date":"2026-11-20","rule":"arrival-date","date":"2026-11-24","closes":"2026-11-24T23:00:00Z","days":[{"date":"2026-11-20","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-23","counted":true,"day":1,"reason":null},{"date":"2026-11-24","counted":true,"day":2,"reason":null}]},"why":"leader_settled"}');
INSERT INTO log VALUES(10,1795172400000,20260000001,'system','answered','{"event":"answered","at":"2026-11-20T11:00:00Z","answered_by":"kommunfullmaktige@example.se","evidence":{"kind":"sent","folder":"Skickat","message_id":"a9@example.com","matched_by":"in_reply_to"}}');
INSERT INTO log VALUES(11,1795503600000,20260000004,'system','queued','{"event":"queued","effect":"reminder","to":["registrator"]}');
INSERT INTO log VALUES(12,1795503600000,20260000004,'system','sent','{"event":"sent","effect":"reminder","at":"2026-11-24T07:00:00Z"}');
INSERT INTO log VALUES(13,1795521600000,20260000004,'system','queued','{"event":"queued","effect":"notice","to":["citizen"],"promise":"2026-12-08"}');
INSERT INTO log VALUES(14,1795521600000,20260000004,'system','sent','{"event":"sent","effect":"notice","at":"2026-11-24T12:00:00Z"}');
INSERT INTO log VALUES(15,1795590000000,20260000004,'system','queued','{"event":"queued","effect":"escalation:1","to":["kanslichef"]}');
INSERT INTO log VALUES(16,1795590000000,20260000004,'system','sent','{"event":"sent","effect":"escalation:1","at":"2026-11-25T07:00:00Z"}');
INSERT INTO log VALUES(17,1796035994472,NULL,'cli:root','noted','{"event":"noted","text":"rebuilt from the log: 0 items and 0 clues differed"}');
INSERT INTO log VALUES(18,1796035995000,20260000004,'system','presumed','{"event":"presumed","why":"thanks"}');
INSERT INTO log VALUES(19,1796036019301,NULL,'cli:tove','noted','{"event":"noted","text":"rebuilt from the log: 1 items and 0 clues differed"}');
INSERT INTO log VALUES(20,1796036019408,20260000004,'cli:tove','reopened','{"event":"reopened","pledge":"email","due":{"arrival_date":"2026-11-20","rule":"arrival-date","date":"2026-11-24","closes":"2026-11-24T23:00:00Z","days":[{"date":"2026-11-20","counted":false,"day":null,"reason":"arrival"},{"date":"2026-11-21","counted":false,"day":null,"reason":{"off":{"weekday":"Sat"}}},{"date":"2026-11-22","counted":false,"day":null,"reason":{"off":{"weekday":"Sun"}}},{"date":"2026-11-23","counted":true,"day":1,"reason":null},{"date":"2026-11-24","counted":true,"day":2,"reason":null}]}}');
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
INSERT INTO message VALUES(20260000001,8685033834520132617,X'86395a57655f3e72873e8f7a58e201ad',1795075920000,193,'a1@example.com','anna@example.com',NULL,'Fråga','{}');
INSERT INTO message VALUES(20260000002,-3864410147976651109,X'1937ac8428f5dd362aa1b390c3999f74',1795075920000,191,'b1@example.com','bo@example.com',NULL,'Fråga','{}');
INSERT INTO message VALUES(20260000004,5841508661372182051,X'18943933e1d86f8a88d468c1fec2b960',1795165200000,226,'b2@example.com','bo@example.com',NULL,'SV: Fråga','{"references":["b1@example.com"]}');
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES('excluded-note.kf','2026-11-25 15 11');
INSERT INTO meta VALUES('read.answers.kf','1795593600000');
INSERT INTO meta VALUES('read.arrivals.kf','1795593600000');
INSERT INTO meta VALUES('reckoning','e107c6ab19e5107f14300f2c72e2188a72dada1f9846af5d87ca7575c7ec5406');
INSERT INTO meta VALUES('start.kf','2026-11-16T07:00:00+00:00');
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
INSERT INTO outbox VALUES(1,'kf','reminder','servicelofte-684719051737287e@example.se','registrator','registrator@example.se',NULL,'sent',1,1795503600000,1795503600000,1795503600000,1795503600000,1,NULL,1795504500000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO outbox VALUES(2,'kf','notice','servicelofte-3fa3de2a19d38cee@example.se','citizen','bo@example.com',NULL,'sent',1,1795521600000,1795521600000,1795521600000,1795521600000,1,NULL,1795522500000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO outbox VALUES(3,'kf','escalation','servicelofte-85eee1fd429cc626@example.se','kanslichef','kanslichef@example.se',NULL,'sent',1,1795590000000,1795590000000,1795590000000,1795590000000,1,NULL,1795590900000,NULL,NULL,NULL,NULL,NULL,NULL);
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
INSERT INTO sent VALUES(1,'kf',8886048921836403021,X'7d56e970a617284ea4f57c2ccfb28492',1795161600000,20260000002,'{"folder":"Skickat","copy":false,"message_id":"b9@example.com","from":"kommunfullmaktige@example.se","in_reply_to":["b1@example.com"],"references":[],"recipients":["bo@example.com"],"subject":"Fråga","thread_index":null}');
INSERT INTO sent VALUES(2,'kf',6713559218622087056,X'5e2e0f00b7371427491251dbd02b3f4b',1795172400000,20260000001,'{"folder":"Skickat","copy":false,"message_id":"a9@example.com","from":"kommunfullmaktige@example.se","in_reply_to":["a1@example.com"],"references":[],"recipients":["anna@example.com"],"subject":"Fråga","thread_index":null}');
INSERT INTO sent VALUES(3,'kf',-8526912804453473718,X'0a6db603210291cf63b4af0cc78abf18',1795503600000,NULL,'{"folder":"Skickat","copy":false,"message_id":"servicelofte-684719051737287e@example.se","from":"kommunfullmaktige@example.se","in_reply_to":[],"references":[],"recipients":["registrator@example.se"],"subject":"Svara senast i dag: [SL-2026-00004]","thread_index":null}');
INSERT INTO sent VALUES(4,'kf',-8114490630482042760,X'5e90a0bd14c4811429a723f4d27c64fe',1795521600000,NULL,'{"folder":"INBOX","copy":true,"message_id":"servicelofte-3fa3de2a19d38cee@example.se","from":"kommunfullmaktige@example.se","in_reply_to":["b2@example.com"],"references":["b1@example.com","b2@example.com"],"recipients":["bo@example.com"],"subject":"Vi behöver mer tid: SV: Fråga [SL-2026-00004]","thread_index":null}');
INSERT INTO sent VALUES(5,'kf',-6023753171687382656,X'f9c8d7fb37357ffddf6371b761edcc9b',1795590000000,NULL,'{"folder":"Skickat","copy":false,"message_id":"servicelofte-85eee1fd429cc626@example.se","from":"kommunfullmaktige@example.se","in_reply_to":[],"references":[],"recipients":["kanslichef@example.se"],"subject":"Inte besvarat: [SL-2026-00004]","thread_index":null}');
CREATE TABLE sent_clue (
  value TEXT NOT NULL,                       -- `id:` an id it answers, `to:` a recipient, `tix:` Outlook's conversation
  sent  INTEGER NOT NULL REFERENCES sent (id),
  PRIMARY KEY (value, sent)
) STRICT, WITHOUT ROWID;
INSERT INTO sent_clue VALUES('id:78877041d8d23c09',2);
INSERT INTO sent_clue VALUES('id:ca5edb71e76fde9b',1);
INSERT INTO sent_clue VALUES('to:anna@example.com',2);
INSERT INTO sent_clue VALUES('to:bo@example.com',1);
CREATE TABLE span (
  folder INTEGER NOT NULL REFERENCES folder (id),
  first  INTEGER NOT NULL,
  last   INTEGER NOT NULL,
  PRIMARY KEY (folder, first)
) STRICT, WITHOUT ROWID;
INSERT INTO span VALUES(1,1,5);
INSERT INTO span VALUES(5,1,5);
CREATE TABLE tag_key (value BLOB NOT NULL) STRICT;
INSERT INTO tag_key VALUES(X'c82a7383ae9183a7b55a0d97485416716f7279295ac36f9595813be72afda706');
CREATE INDEX message_mid ON message (mid);
CREATE INDEX copy_item ON copy (item);
CREATE INDEX log_item ON log (item);
CREATE INDEX item_wake ON item (mailbox, wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX item_live ON item (id) WHERE state IN ('open', 'probably_answered');
CREATE INDEX item_conversation ON item (conversation) WHERE state <> 'history';
CREATE INDEX sent_mid ON sent (mid);
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
CREATE INDEX learned_outbox ON learned (outbox);
CREATE INDEX item_away ON item (mailbox, handler) WHERE away;
CREATE INDEX outbox_work ON outbox (mailbox, state, next_at) WHERE (state = 'queued' OR state = 'sending' OR state = 'committing');
PRAGMA application_id = 1397515892;
PRAGMA user_version = 12;
COMMIT;
