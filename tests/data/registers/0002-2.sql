PRAGMA foreign_keys = OFF;
BEGIN TRANSACTION;
CREATE TABLE clue (
  value TEXT NOT NULL,
  item  INTEGER NOT NULL REFERENCES message (id),
  PRIMARY KEY (value, item)
) STRICT, WITHOUT ROWID;
INSERT INTO "clue" VALUES('to:anna@example.com',20260000003);
INSERT INTO "clue" VALUES('to:anna@example.com',20260000012);
INSERT INTO "clue" VALUES('to:cia@example.com',20260000001);
INSERT INTO "clue" VALUES('to:skanner@example.se',20260000002);
CREATE TABLE copy (
  folder INTEGER NOT NULL REFERENCES folder (id),
  uid    INTEGER NOT NULL,
  item   INTEGER NOT NULL REFERENCES message (id),
  PRIMARY KEY (folder, uid)
) STRICT, WITHOUT ROWID;
INSERT INTO "copy" VALUES(1,1,20260000001);
INSERT INTO "copy" VALUES(1,2,20260000002);
INSERT INTO "copy" VALUES(2,1,20260000003);
INSERT INTO "copy" VALUES(1,13,20260000012);
CREATE TABLE effect (
  item   INTEGER NOT NULL REFERENCES message (id),
  effect TEXT NOT NULL,
  outbox INTEGER NOT NULL REFERENCES outbox (id),
  PRIMARY KEY (item, effect)
) STRICT, WITHOUT ROWID;
INSERT INTO "effect" VALUES(20260000001,'confirm',1);
INSERT INTO "effect" VALUES(20260000003,'escalation:1',2);
INSERT INTO "effect" VALUES(20260000002,'letter',3);
INSERT INTO "effect" VALUES(20260000002,'reminder',4);
INSERT INTO "effect" VALUES(20260000002,'escalation:1',6);
INSERT INTO "effect" VALUES(20260000002,'escalation:2',9);
INSERT INTO "effect" VALUES(20260000003,'escalation:2',9);
INSERT INTO "effect" VALUES(20260000012,'reminder',18);
INSERT INTO "effect" VALUES(20260000012,'notice-held',19);
INSERT INTO "effect" VALUES(20260000012,'notice',20);
INSERT INTO "effect" VALUES(20260000012,'escalation:1',21);
INSERT INTO "effect" VALUES(20260000002,'escalation:3',26);
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
INSERT INTO "folder" VALUES(1,'kf','INBOX',1,27,22,NULL);
INSERT INTO "folder" VALUES(2,'kf','INBOX/Bygglov',1,2,1,NULL);
INSERT INTO "folder" VALUES(3,'kf','Skräppost',1,2,1,NULL);
INSERT INTO "folder" VALUES(4,'kf','Klart',1,1,0,NULL);
INSERT INTO "folder" VALUES(5,'kf','Skickat',2,145,44,NULL);
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
INSERT INTO "item" VALUES(20260000001,'kf','answered','2026-11-19','kanslist',20260000001,NULL,'{"id":20260000001,"mailbox":"kf","class":"correspondence","received_at":"2026-11-17T08:38:00Z","state":"answered","folder":"INBOX","conversation":20260000001,"pledge":"email","due":{"arrival_date":"2026-11-17","rule":"arrival-date","date":"2026-11-19","closes":"2026-11-19T23:00:00Z","days":[{"date":"2026-11-17","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-18","counted":true,"day":1,"reason":null},{"date":"2026-11-19","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"kanslist","assigned_by":"forward","settled":{"at":"2026-11-20T08:57:00Z","by":"kommunfullmaktige@example.se","evidence":{"kind":"sent","folder":"Skickat","message_id":"a16@example.com","matched_by":"in_reply_to"}},"done":{"confirm":{"queued_at":"2026-11-19T11:44:00Z","to":["kanslist"],"sent_at":"2026-11-19T11:44:00Z"}},"since":"2026-11-20T08:57:00Z"}');
INSERT INTO "item" VALUES(20260000002,'kf','open','2026-11-24','registrator',20260000002,0,'{"id":20260000002,"mailbox":"kf","class":"letter","received_at":"2026-11-17T16:49:00Z","state":"open","folder":"INBOX","conversation":20260000002,"pledge":"letter","due":{"arrival_date":"2026-11-17","rule":"arrival-date","date":"2026-11-24","closes":"2026-11-24T23:00:00Z","days":[{"date":"2026-11-17","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-18","counted":true,"day":1,"reason":null},{"date":"2026-11-19","counted":true,"day":2,"reason":null},{"date":"2026-11-20","counted":true,"day":3,"reason":null},{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-23","counted":true,"day":4,"reason":null},{"date":"2026-11-24","counted":true,"day":5,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default","promise":"2026-12-08","done":{"reminder":{"queued_at":"2026-11-23T08:25:00Z","to":["registrator"],"sent_at":"2026-11-23T08:25:00Z"},"letter":{"queued_at":"2026-11-23T08:25:00Z","to":["registrator"],"sent_at":"2026-11-23T08:25:00Z"},"escalation:1":{"queued_at":"2026-11-23T13:35:00Z","to":["kommundirektor"],"sent_at":"2026-11-23T13:35:00Z"},"escalation:2":{"queued_at":"2026-11-25T07:00:00Z","to":["kommundirektor"],"sent_at":"2026-11-25T07:00:00Z"},"escalation:3":{"queued_at":"2026-12-02T07:00:00Z","to":["kommundirektor"],"sent_at":"2026-12-02T07:00:00Z"}},"flags":["possible_duplicate"],"since":"2026-11-17T16:49:00Z"}');
INSERT INTO "item" VALUES(20260000003,'kf','answered','2026-11-20','kanslist',20260000001,NULL,'{"id":20260000003,"mailbox":"kf","class":"correspondence","received_at":"2026-11-18T08:22:00Z","state":"answered","folder":"INBOX/Bygglov","conversation":20260000001,"pledge":"email","due":{"arrival_date":"2026-11-18","rule":"arrival-date","date":"2026-11-20","closes":"2026-11-20T23:00:00Z","days":[{"date":"2026-11-18","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-19","counted":true,"day":1,"reason":null},{"date":"2026-11-20","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"kanslist","assigned_by":"conversation","settled":{"at":"2026-11-26T07:42:00Z","by":"kommunfullmaktige@example.se","evidence":{"kind":"sent","folder":"Skickat","message_id":"a40@example.com","matched_by":"in_reply_to"}},"done":{"escalation:1":{"queued_at":"2026-11-23T07:00:00Z","to":["kommundirektor"],"failed":["2026-11-23T07:00:00Z","rejected"]},"escalation:2":{"queued_at":"2026-11-25T07:00:00Z","to":["kommundirektor"],"sent_at":"2026-11-25T07:00:00Z"}},"since":"2026-11-26T07:42:00Z"}');
INSERT INTO "item" VALUES(20260000012,'kf','open','2026-11-30','registrator',20260000012,0,'{"id":20260000012,"mailbox":"kf","class":"correspondence","received_at":"2026-11-26T12:57:00Z","state":"open","folder":"INBOX","conversation":20260000012,"pledge":"email","due":{"arrival_date":"2026-11-26","rule":"arrival-date","date":"2026-11-30","closes":"2026-11-30T23:00:00Z","days":[{"date":"2026-11-26","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-27","counted":true,"day":1,"reason":null},{"date":"2026-11-28","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-29","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-30","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default","promise":"2026-12-15","done":{"reminder":{"queued_at":"2026-11-30T07:00:00Z","to":["registrator"],"sent_at":"2026-11-30T07:00:00Z"},"notice":{"queued_at":"2026-12-01T07:00:00Z","to":["citizen"],"sent_at":"2026-12-01T07:00:00Z"},"escalation:1":{"queued_at":"2026-12-01T07:00:00Z","to":["kanslichef"],"sent_at":"2026-12-01T07:00:00Z"},"notice-held":{"queued_at":"2026-11-30T13:32:00Z","to":["registrator"],"sent_at":"2026-11-30T13:32:00Z"}},"flags":["notice_held_by_cap"],"since":"2026-11-26T12:57:00Z"}');
CREATE TABLE log (
  id     INTEGER PRIMARY KEY,
  at     INTEGER NOT NULL,
  item   INTEGER REFERENCES message (id),
  by     TEXT NOT NULL,
  event  TEXT NOT NULL,
  detail TEXT NOT NULL                       -- JSON of the fact; nothing personal
) STRICT;
INSERT INTO "log" VALUES(1,1794812400000,NULL,'system','noted','{"event":"noted","text":"mailbox kf is watched from now on"}');
INSERT INTO "log" VALUES(2,1794904680000,20260000001,'system','logged','{"event":"logged","mailbox":"kf","folder":"INBOX","class":"correspondence","reasons":["no_machine"],"received_at":"2026-11-17T08:38:00Z","arrival":"internaldate","conversation":20260000001,"standing":{"open":{"pledge":"email","due":{"arrival_date":"2026-11-17","rule":"arrival-date","date":"2026-11-19","closes":"2026-11-19T23:00:00Z","days":[{"date":"2026-11-17","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-18","counted":true,"day":1,"reason":null},{"date":"2026-11-19","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default"}}}');
INSERT INTO "log" VALUES(3,1794914340000,20260000001,'kommunfullmaktige@example.se','assigned','{"event":"assigned","to":"kanslist","how":"forward"}');
INSERT INTO "log" VALUES(4,1794934140000,20260000002,'system','logged','{"event":"logged","mailbox":"kf","folder":"INBOX","class":"letter","reasons":["scanner"],"received_at":"2026-11-17T16:49:00Z","arrival":"internaldate","conversation":20260000002,"standing":{"open":{"pledge":"letter","due":{"arrival_date":"2026-11-17","rule":"arrival-date","date":"2026-11-25","closes":"2026-11-25T23:00:00Z","days":[{"date":"2026-11-17","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-18","counted":true,"day":1,"reason":null},{"date":"2026-11-19","counted":true,"day":2,"reason":null},{"date":"2026-11-20","counted":false,"day":null,"reason":"stängt enligt KS 1"},{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-23","counted":true,"day":3,"reason":null},{"date":"2026-11-24","counted":true,"day":4,"reason":null},{"date":"2026-11-25","counted":true,"day":5,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default"}}}');
INSERT INTO "log" VALUES(5,1794990120000,20260000003,'system','logged','{"event":"logged","mailbox":"kf","folder":"INBOX","class":"correspondence","reasons":["no_machine"],"received_at":"2026-11-18T08:22:00Z","arrival":"internaldate","conversation":20260000001,"standing":{"open":{"pledge":"email","due":{"arrival_date":"2026-11-17","rule":"arrival-date","date":"2026-11-19","closes":"2026-11-19T23:00:00Z","days":[{"date":"2026-11-17","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-18","counted":true,"day":1,"reason":null},{"date":"2026-11-19","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"kanslist","assigned_by":"conversation","leader":20260000001}}}');
INSERT INTO "log" VALUES(7,1795085040000,20260000001,'system','probably_answered','{"event":"probably_answered","at":"2026-11-18T20:59:00Z","answered_by":"kommunfullmaktige@example.se","evidence":{"kind":"sent","folder":"Skickat","message_id":"a11@example.com","matched_by":"address"}}');
INSERT INTO "log" VALUES(8,1795088640000,20260000001,'system','queued','{"event":"queued","effect":"confirm","to":["kanslist"]}');
INSERT INTO "log" VALUES(9,1795088640000,20260000001,'system','sent','{"event":"sent","effect":"confirm","at":"2026-11-19T11:44:00Z"}');
INSERT INTO "log" VALUES(10,1795165020000,20260000001,'system','answered','{"event":"answered","at":"2026-11-20T08:57:00Z","answered_by":"kommunfullmaktige@example.se","evidence":{"kind":"sent","folder":"Skickat","message_id":"a16@example.com","matched_by":"in_reply_to"}}');
INSERT INTO "log" VALUES(11,1795165020000,20260000003,'system','follows','{"event":"follows","leader":null}');
INSERT INTO "log" VALUES(12,1795165020000,20260000003,'system','due_changed','{"event":"due_changed","old":"2026-11-19","due":{"arrival_date":"2026-11-18","rule":"arrival-date","date":"2026-11-23","closes":"2026-11-23T23:00:00Z","days":[{"date":"2026-11-18","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-19","counted":true,"day":1,"reason":null},{"date":"2026-11-20","counted":false,"day":null,"reason":"stängt enligt KS 1"},{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-23","counted":true,"day":2,"reason":null}]},"why":"leader_settled"}');
INSERT INTO "log" VALUES(15,1795257120000,20260000003,'system','probably_answered','{"event":"probably_answered","at":"2026-11-21T10:32:00Z","answered_by":"kommunfullmaktige@example.se","evidence":{"kind":"sent","folder":"Skickat","message_id":"a21@example.com","matched_by":"address"}}');
INSERT INTO "log" VALUES(16,1795269480000,20260000003,'system','moved','{"event":"moved","folder":"INBOX/Bygglov"}');
INSERT INTO "log" VALUES(17,1795417200000,20260000003,'system','queued','{"event":"queued","effect":"escalation:1","to":["kommundirektor"]}');
INSERT INTO "log" VALUES(18,1795417200000,20260000003,'system','failed','{"event":"failed","effect":"escalation:1","failure":"rejected","why":{"server":"550 5.1.1 no such user"}}');
INSERT INTO "log" VALUES(19,1795422300000,20260000002,'system','due_changed','{"event":"due_changed","old":"2026-11-25","due":{"arrival_date":"2026-11-17","rule":"arrival-date","date":"2026-11-24","closes":"2026-11-24T23:00:00Z","days":[{"date":"2026-11-17","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-18","counted":true,"day":1,"reason":null},{"date":"2026-11-19","counted":true,"day":2,"reason":null},{"date":"2026-11-20","counted":true,"day":3,"reason":null},{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-23","counted":true,"day":4,"reason":null},{"date":"2026-11-24","counted":true,"day":5,"reason":null}]},"why":"reckoning"}');
INSERT INTO "log" VALUES(20,1795422300000,20260000003,'system','due_changed','{"event":"due_changed","old":"2026-11-23","due":{"arrival_date":"2026-11-18","rule":"arrival-date","date":"2026-11-20","closes":"2026-11-20T23:00:00Z","days":[{"date":"2026-11-18","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-19","counted":true,"day":1,"reason":null},{"date":"2026-11-20","counted":true,"day":2,"reason":null}]},"why":"reckoning"}');
INSERT INTO "log" VALUES(22,1795422300000,20260000002,'system','queued','{"event":"queued","effect":"letter","to":["registrator"],"promise":"2026-12-08"}');
INSERT INTO "log" VALUES(23,1795422300000,20260000002,'system','queued','{"event":"queued","effect":"reminder","to":["registrator"]}');
INSERT INTO "log" VALUES(24,1795422300000,20260000002,'system','sent','{"event":"sent","effect":"letter","at":"2026-11-23T08:25:00Z"}');
INSERT INTO "log" VALUES(25,1795422300000,20260000002,'system','sent','{"event":"sent","effect":"reminder","at":"2026-11-23T08:25:00Z"}');
INSERT INTO "log" VALUES(32,1795440900000,20260000002,'system','queued','{"event":"queued","effect":"escalation:1","to":["kommundirektor"]}');
INSERT INTO "log" VALUES(36,1795440900000,20260000002,'system','sent','{"event":"sent","effect":"escalation:1","at":"2026-11-23T13:35:00Z"}');
INSERT INTO "log" VALUES(48,1795590000000,20260000002,'system','queued','{"event":"queued","effect":"escalation:2","to":["kommundirektor"]}');
INSERT INTO "log" VALUES(49,1795590000000,20260000003,'system','queued','{"event":"queued","effect":"escalation:2","to":["kommundirektor"]}');
INSERT INTO "log" VALUES(53,1795590000000,20260000002,'system','sent','{"event":"sent","effect":"escalation:2","at":"2026-11-25T07:00:00Z"}');
INSERT INTO "log" VALUES(54,1795590000000,20260000003,'system','sent','{"event":"sent","effect":"escalation:2","at":"2026-11-25T07:00:00Z"}');
INSERT INTO "log" VALUES(61,1795640340000,20260000002,'system','flagged','{"event":"flagged","flag":"possible_duplicate"}');
INSERT INTO "log" VALUES(63,1795678920000,20260000003,'system','answered','{"event":"answered","at":"2026-11-26T07:42:00Z","answered_by":"kommunfullmaktige@example.se","evidence":{"kind":"sent","folder":"Skickat","message_id":"a40@example.com","matched_by":"in_reply_to"}}');
INSERT INTO "log" VALUES(64,1795697820000,20260000012,'system','logged','{"event":"logged","mailbox":"kf","folder":"INBOX","class":"correspondence","reasons":["no_machine"],"received_at":"2026-11-26T12:57:00Z","arrival":"internaldate","conversation":20260000012,"standing":{"open":{"pledge":"email","due":{"arrival_date":"2026-11-26","rule":"arrival-date","date":"2026-11-30","closes":"2026-11-30T23:00:00Z","days":[{"date":"2026-11-26","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-27","counted":true,"day":1,"reason":null},{"date":"2026-11-28","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-29","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-30","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default"}}}');
INSERT INTO "log" VALUES(97,1796022000000,20260000012,'system','queued','{"event":"queued","effect":"reminder","to":["registrator"]}');
INSERT INTO "log" VALUES(104,1796022000000,20260000012,'system','sent','{"event":"sent","effect":"reminder","at":"2026-11-30T07:00:00Z"}');
INSERT INTO "log" VALUES(106,1796045520000,20260000012,'system','flagged','{"event":"flagged","flag":"notice_held_by_cap"}');
INSERT INTO "log" VALUES(107,1796045520000,20260000012,'system','queued','{"event":"queued","effect":"notice-held","to":["registrator"]}');
INSERT INTO "log" VALUES(108,1796045520000,20260000012,'system','sent','{"event":"sent","effect":"notice-held","at":"2026-11-30T13:32:00Z"}');
INSERT INTO "log" VALUES(109,1796108400000,20260000012,'system','queued','{"event":"queued","effect":"notice","to":["citizen"],"promise":"2026-12-15"}');
INSERT INTO "log" VALUES(110,1796108400000,20260000012,'system','queued','{"event":"queued","effect":"escalation:1","to":["kanslichef"]}');
INSERT INTO "log" VALUES(112,1796108400000,20260000012,'system','sent','{"event":"sent","effect":"notice","at":"2026-12-01T07:00:00Z"}');
INSERT INTO "log" VALUES(113,1796108400000,20260000012,'system','sent','{"event":"sent","effect":"escalation:1","at":"2026-12-01T07:00:00Z"}');
INSERT INTO "log" VALUES(119,1796194800000,20260000002,'system','queued','{"event":"queued","effect":"escalation:3","to":["kommundirektor"]}');
INSERT INTO "log" VALUES(127,1796194800000,20260000002,'system','sent','{"event":"sent","effect":"escalation:3","at":"2026-12-02T07:00:00Z"}');
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
INSERT INTO "message" VALUES(20260000001,7751793811582852737,X'89816923D775E4431B80F16F0B6B2063',1794904680000,194,'m0@example.com','cia@example.com',NULL,'Fråga 0','{}');
INSERT INTO "message" VALUES(20260000002,-948526994137005032,X'F2D627B96E9844186C88976F4FB3E489',1794934140000,128,NULL,'skanner@example.se',NULL,'Inskannat','{}');
INSERT INTO "message" VALUES(20260000003,1536161852885948293,X'29FC6D4E72C82B161AF95755CDFCC98E',1794990120000,221,'m1@example.com','anna@example.com',NULL,'Mer','{"references":["m0@example.com"]}');
INSERT INTO "message" VALUES(20260000012,9057342582111205343,X'4C3FB5BA74095FB08758D77F4493FEBC',1795697820000,195,'m8@example.com','anna@example.com',NULL,'Fråga 2','{}');
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('excluded-note.kf','2026-12-02 124 111');
INSERT INTO "meta" VALUES('reckoning','7408ae70b530b370d86b1c57239b9f2b0cb85799ae55bedfe13474a9386a6144');
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
INSERT INTO "outbox" VALUES(1,'kf','reminder','servicelofte-a4b6a327c5dcb558@example.se','kanslist','kanslist@example.se',NULL,'sent',1,1795088640000,1795088640000,1795088640000,1795088640000,1,NULL,1795089540000,NULL);
INSERT INTO "outbox" VALUES(2,'kf','escalation','servicelofte-8004224f5d48b8ff@example.se','kommundirektor','kommundirektor@example.se',NULL,'failed',1,1795417200000,1795417200000,1795417200000,NULL,1,'550 5.1.1 no such user',NULL,NULL);
INSERT INTO "outbox" VALUES(3,'kf','letter','servicelofte-a3e5500ba41bd299@example.se','registrator','registrator@example.se',NULL,'sent',1,1795422300000,1795422300000,1795422300000,1795422300000,1,NULL,1795423200000,NULL);
INSERT INTO "outbox" VALUES(4,'kf','reminder','servicelofte-fdc11d89d9e5fa84@example.se','registrator','registrator@example.se',NULL,'sent',1,1795422300000,1795422300000,1795422300000,1795422300000,1,NULL,1795423200000,NULL);
INSERT INTO "outbox" VALUES(6,'kf','escalation','servicelofte-613fbde38502053a@example.se','kommundirektor','kommundirektor@example.se',NULL,'sent',1,1795440900000,1795440900000,1795440900000,1795440900000,1,NULL,1795441800000,NULL);
INSERT INTO "outbox" VALUES(9,'kf','escalation','servicelofte-ea618df5a9073260@example.se','kommundirektor','kommundirektor@example.se',NULL,'sent',1,1795590000000,1795590000000,1795590000000,1795590000000,1,NULL,1795590900000,NULL);
INSERT INTO "outbox" VALUES(18,'kf','reminder','servicelofte-69f97075fbf4730c@example.se','registrator','registrator@example.se',NULL,'sent',1,1796022000000,1796022000000,1796022000000,1796022000000,1,NULL,1796022900000,NULL);
INSERT INTO "outbox" VALUES(19,'kf','reminder','servicelofte-2ad969bb4ffc52cc@example.se','registrator','registrator@example.se',NULL,'sent',1,1796045520000,1796045520000,1796045520000,1796045520000,1,NULL,1796046420000,NULL);
INSERT INTO "outbox" VALUES(20,'kf','notice','servicelofte-4dd2fccb395ba342@example.se','citizen','anna@example.com',NULL,'sent',1,1796108400000,1796108400000,1796108400000,1796108400000,1,NULL,1796109300000,NULL);
INSERT INTO "outbox" VALUES(21,'kf','escalation','servicelofte-cad72c249061c0fa@example.se','kanslichef','kanslichef@example.se',NULL,'sent',1,1796108400000,1796108400000,1796108400000,1796108400000,1,NULL,1796109300000,NULL);
INSERT INTO "outbox" VALUES(26,'kf','escalation','servicelofte-eccc7acd4e0b6d54@example.se','kommundirektor','kommundirektor@example.se',NULL,'sent',1,1796194800000,1796194800000,1796194800000,1796194800000,1,NULL,1796195700000,NULL);
CREATE TABLE sent (
  id           INTEGER PRIMARY KEY,
  mailbox      TEXT NOT NULL,
  mid          INTEGER NOT NULL,
  identity     BLOB NOT NULL,
  at           INTEGER NOT NULL,
  conversation INTEGER,
  facts        TEXT NOT NULL
) STRICT;
INSERT INTO "sent" VALUES(1,'kf',-7094257894657886298,X'47333875457C65FD2BABB87E22F53781',1794914340000,20260000001,'{"folder":"Skickat","copy":false,"message_id":"a5@example.com","from":"kommunfullmaktige@example.se","in_reply_to":[],"references":["m0@example.com"],"recipients":["kanslist@example.se"],"subject":"Fråga","thread_index":null}');
INSERT INTO "sent" VALUES(2,'kf',-2463840681795265043,X'0043D5729E2DDD54460B978F89EA6E85',1794944400000,20260000001,'{"folder":"Skickat","copy":false,"message_id":"a7@example.com","from":"kommunfullmaktige@example.se","in_reply_to":["m0@example.com"],"references":[],"recipients":["anna@example.com"],"subject":"Fråga","thread_index":null}');
INSERT INTO "sent" VALUES(3,'kf',-5519041124502078706,X'B9B2A8397EF6763B47ED9012D38CF17F',1795035540000,NULL,'{"folder":"Skickat","copy":false,"message_id":"a11@example.com","from":"kommunfullmaktige@example.se","in_reply_to":[],"references":[],"recipients":["cia@example.com"],"subject":"Nytt","thread_index":null}');
INSERT INTO "sent" VALUES(4,'kf',-2642068206714969035,X'94A32CD6C67F0C64BB3E056242BD40C2',1795071720000,20260000001,'{"folder":"Skickat","copy":false,"message_id":"a12@example.com","from":"kommunfullmaktige@example.se","in_reply_to":[],"references":["m0@example.com"],"recipients":["kanslist@example.se"],"subject":"Fråga","thread_index":null}');
INSERT INTO "sent" VALUES(5,'kf',-6853337973653273797,X'A6D2E4D0AAD55E099E204C72625E4056',1795088640000,NULL,'{"folder":"Skickat","copy":false,"message_id":"servicelofte-a4b6a327c5dcb558@example.se","from":"kommunfullmaktige@example.se","in_reply_to":[],"references":[],"recipients":["kanslist@example.se"],"subject":"Är ärendet redan besvarat? [SL-2026-00001]","thread_index":null}');
INSERT INTO "sent" VALUES(6,'kf',-3891980575479922921,X'C20B635D36FE3EA2381656825705DEEA',1795165020000,20260000001,'{"folder":"Skickat","copy":false,"message_id":"a16@example.com","from":"kommunfullmaktige@example.se","in_reply_to":["m0@example.com"],"references":[],"recipients":["cia@example.com"],"subject":"Fråga","thread_index":null}');
CREATE TABLE sent_clue (
  value TEXT NOT NULL,                       -- `id:` an id it answers, `to:` a recipient, `tix:` Outlook's conversation
  sent  INTEGER NOT NULL REFERENCES sent (id),
  PRIMARY KEY (value, sent)
) STRICT, WITHOUT ROWID;
INSERT INTO "sent_clue" VALUES('id:6b93e7669f779e81',1);
INSERT INTO "sent_clue" VALUES('id:6b93e7669f779e81',2);
INSERT INTO "sent_clue" VALUES('id:6b93e7669f779e81',4);
INSERT INTO "sent_clue" VALUES('id:6b93e7669f779e81',6);
INSERT INTO "sent_clue" VALUES('to:anna@example.com',2);
INSERT INTO "sent_clue" VALUES('to:cia@example.com',3);
INSERT INTO "sent_clue" VALUES('to:cia@example.com',6);
INSERT INTO "sent_clue" VALUES('to:kanslist@example.se',1);
INSERT INTO "sent_clue" VALUES('to:kanslist@example.se',4);
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
CREATE TRIGGER log_is_append_only BEFORE UPDATE ON log BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_keeps_all BEFORE DELETE ON log BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
PRAGMA application_id = 1397515892;
PRAGMA user_version = 2;
COMMIT;
