PRAGMA foreign_keys = OFF;
BEGIN TRANSACTION;
CREATE TABLE clue (
  value TEXT NOT NULL,
  item  INTEGER NOT NULL REFERENCES message (id),
  PRIMARY KEY (value, item)
) STRICT, WITHOUT ROWID;
INSERT INTO "clue" VALUES('to:bo@example.com',20260000001);
INSERT INTO "clue" VALUES('to:bo@example.com',20260000007);
INSERT INTO "clue" VALUES('to:bo@example.com',20260000017);
INSERT INTO "clue" VALUES('to:bo@example.com',20260000018);
INSERT INTO "clue" VALUES('to:cia@example.com',20260000010);
INSERT INTO "clue" VALUES('to:skanner@example.se',20260000005);
CREATE TABLE copy (
  folder INTEGER NOT NULL REFERENCES folder (id),
  uid    INTEGER NOT NULL,
  item   INTEGER NOT NULL REFERENCES message (id),
  PRIMARY KEY (folder, uid)
) STRICT, WITHOUT ROWID;
INSERT INTO "copy" VALUES(1,5,20260000005);
INSERT INTO "copy" VALUES(1,7,20260000007);
INSERT INTO "copy" VALUES(4,1,20260000010);
INSERT INTO "copy" VALUES(1,18,20260000017);
INSERT INTO "copy" VALUES(1,19,20260000018);
CREATE TABLE effect (
  item   INTEGER NOT NULL REFERENCES message (id),
  effect TEXT NOT NULL,
  outbox INTEGER NOT NULL REFERENCES outbox (id),
  PRIMARY KEY (item, effect)
) STRICT, WITHOUT ROWID;
INSERT INTO "effect" VALUES(20260000001,'reminder',1);
INSERT INTO "effect" VALUES(20260000001,'notice',2);
INSERT INTO "effect" VALUES(20260000001,'escalation:1',3);
INSERT INTO "effect" VALUES(20260000007,'reminder',5);
INSERT INTO "effect" VALUES(20260000007,'notice',6);
INSERT INTO "effect" VALUES(20260000005,'letter',14);
INSERT INTO "effect" VALUES(20260000007,'escalation:1',15);
INSERT INTO "effect" VALUES(20260000005,'reminder',16);
INSERT INTO "effect" VALUES(20260000007,'confirm',17);
INSERT INTO "effect" VALUES(20260000005,'escalation:1',18);
INSERT INTO "effect" VALUES(20260000017,'reminder',22);
INSERT INTO "effect" VALUES(20260000018,'reminder',24);
INSERT INTO "effect" VALUES(20260000017,'notice',26);
INSERT INTO "effect" VALUES(20260000018,'notice-held',27);
INSERT INTO "effect" VALUES(20260000018,'notice',28);
INSERT INTO "effect" VALUES(20260000017,'escalation:1',29);
INSERT INTO "effect" VALUES(20260000018,'escalation:1',29);
INSERT INTO "effect" VALUES(20260000005,'escalation:2',30);
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
INSERT INTO "folder" VALUES(1,'kf','INBOX',1,21,16,25);
INSERT INTO "folder" VALUES(2,'kf','INBOX/Bygglov',3,103,1,10);
INSERT INTO "folder" VALUES(3,'kf','Skräppost',1,1,0,1);
INSERT INTO "folder" VALUES(4,'kf','Klart',1,2,1,2);
INSERT INTO "folder" VALUES(5,'kf','Skickat',1,46,45,46);
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
INSERT INTO "item" VALUES(20260000001,'kf','answered','2026-11-18','registrator',20260000001,NULL,'{"id":20260000001,"mailbox":"kf","class":"correspondence","received_at":"2026-11-16T19:52:00Z","state":"answered","folder":"INBOX/Bygglov","conversation":20260000001,"pledge":"email","due":{"arrival_date":"2026-11-16","rule":"arrival-date","date":"2026-11-18","closes":"2026-11-18T23:00:00Z","days":[{"date":"2026-11-16","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-17","counted":true,"day":1,"reason":null},{"date":"2026-11-18","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default","settled":{"at":"2026-11-20T05:15:00Z","by":"kommunfullmaktige@example.se","evidence":{"kind":"sent","folder":"Skickat","message_id":"a16@example.com","matched_by":"in_reply_to"}},"promise":"2026-12-02","done":{"reminder":{"queued_at":"2026-11-18T07:00:00Z","to":["registrator"],"sent_at":"2026-11-18T07:00:00Z"},"notice":{"queued_at":"2026-11-18T12:00:00Z","to":["citizen"],"sent_at":"2026-11-18T12:00:00Z"},"escalation:1":{"queued_at":"2026-11-19T07:00:00Z","to":["kanslichef"],"sent_at":"2026-11-19T07:00:00Z"}},"flags":["gone"],"since":"2026-11-20T05:15:00Z"}');
INSERT INTO "item" VALUES(20260000005,'kf','open','2026-11-27','registrator',20260000005,0,'{"id":20260000005,"mailbox":"kf","class":"letter","received_at":"2026-11-19T18:51:00Z","state":"open","folder":"INBOX","conversation":20260000005,"pledge":"letter","due":{"arrival_date":"2026-11-19","rule":"arrival-date","date":"2026-11-27","closes":"2026-11-27T23:00:00Z","days":[{"date":"2026-11-19","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-20","counted":true,"day":1,"reason":null},{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-23","counted":true,"day":2,"reason":null},{"date":"2026-11-24","counted":true,"day":3,"reason":null},{"date":"2026-11-25","counted":true,"day":4,"reason":null},{"date":"2026-11-26","counted":false,"day":null,"reason":"stängt enligt KS 1"},{"date":"2026-11-27","counted":true,"day":5,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default","promise":"2026-12-09","done":{"reminder":{"queued_at":"2026-11-27T07:00:00Z","to":["registrator"],"sent_at":"2026-11-27T07:00:00Z"},"letter":{"queued_at":"2026-11-27T07:00:00Z","to":["registrator"],"sent_at":"2026-11-27T07:00:00Z"},"escalation:1":{"queued_at":"2026-11-30T07:00:00Z","to":["kanslichef"],"sent_at":"2026-11-30T07:00:00Z"},"escalation:2":{"queued_at":"2026-12-02T07:00:00Z","to":["kommundirektor"],"sent_at":"2026-12-02T07:00:00Z"}},"flags":["possible_duplicate"],"since":"2026-11-19T18:51:00Z"}');
INSERT INTO "item" VALUES(20260000007,'kf','probably_answered','2026-11-24','registrator',20260000007,0,'{"id":20260000007,"mailbox":"kf","class":"correspondence","received_at":"2026-11-22T08:08:00Z","state":"probably_answered","folder":"INBOX","conversation":20260000007,"pledge":"email","due":{"arrival_date":"2026-11-22","rule":"arrival-date","date":"2026-11-24","closes":"2026-11-24T23:00:00Z","days":[{"date":"2026-11-22","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-23","counted":true,"day":1,"reason":null},{"date":"2026-11-24","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default","settled":{"at":"2026-11-27T09:44:00Z","by":"kommunfullmaktige@example.se","evidence":{"kind":"sent","folder":"Skickat","message_id":"a45@example.com","matched_by":"address"}},"promise":"2026-12-08","done":{"reminder":{"queued_at":"2026-11-24T07:12:00Z","to":["registrator"],"sent_at":"2026-11-24T07:12:00Z"},"notice":{"queued_at":"2026-11-24T12:00:00Z","to":["citizen"],"sent_at":"2026-11-24T12:00:00Z"},"escalation:1":{"queued_at":"2026-11-27T07:00:00Z","to":["kanslichef"],"sent_at":"2026-11-27T07:00:00Z"},"confirm":{"queued_at":"2026-11-27T15:20:00Z","to":["registrator"],"sent_at":"2026-11-27T15:20:00Z"}},"since":"2026-11-27T14:20:00Z"}');
INSERT INTO "item" VALUES(20260000010,'kf','closed','2026-11-27','registrator',20260000010,NULL,'{"id":20260000010,"mailbox":"kf","class":"correspondence","received_at":"2026-11-24T10:11:00Z","state":"closed","folder":"Klart","conversation":20260000010,"pledge":"email","due":{"arrival_date":"2026-11-24","rule":"arrival-date","date":"2026-11-27","closes":"2026-11-27T23:00:00Z","days":[{"date":"2026-11-24","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-25","counted":true,"day":1,"reason":null},{"date":"2026-11-26","counted":false,"day":null,"reason":"stängt enligt KS 1"},{"date":"2026-11-27","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default","settled":{"at":"2026-11-27T06:09:00Z","by":"system","evidence":{"kind":"done_folder","folder":"Klart","message_id":null,"matched_by":null},"how":"done-folder"},"since":"2026-11-27T06:09:00Z"}');
INSERT INTO "item" VALUES(20260000017,'kf','open','2026-12-01','kanslist',20260000017,0,'{"id":20260000017,"mailbox":"kf","class":"correspondence","received_at":"2026-11-29T15:59:00Z","state":"open","folder":"INBOX","conversation":20260000017,"pledge":"email","due":{"arrival_date":"2026-11-29","rule":"arrival-date","date":"2026-12-01","closes":"2026-12-01T23:00:00Z","days":[{"date":"2026-11-29","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-30","counted":true,"day":1,"reason":null},{"date":"2026-12-01","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"kanslist","assigned_by":"forward","promise":"2026-12-15","done":{"reminder":{"queued_at":"2026-12-01T07:00:00Z","to":["kanslist"],"sent_at":"2026-12-01T07:00:00Z"},"notice":{"queued_at":"2026-12-01T12:00:00Z","to":["citizen"],"sent_at":"2026-12-01T12:00:00Z"},"escalation:1":{"queued_at":"2026-12-02T07:00:00Z","to":["kanslichef"],"sent_at":"2026-12-02T07:00:00Z"}},"since":"2026-11-29T15:59:00Z"}');
INSERT INTO "item" VALUES(20260000018,'kf','open','2026-12-01','registrator',20260000018,0,'{"id":20260000018,"mailbox":"kf","class":"correspondence","received_at":"2026-11-29T20:32:00Z","state":"open","folder":"INBOX","conversation":20260000018,"pledge":"email","due":{"arrival_date":"2026-11-29","rule":"arrival-date","date":"2026-12-01","closes":"2026-12-01T23:00:00Z","days":[{"date":"2026-11-29","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-30","counted":true,"day":1,"reason":null},{"date":"2026-12-01","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default","promise":"2026-12-16","done":{"reminder":{"queued_at":"2026-12-01T07:00:00Z","to":["registrator"],"sent_at":"2026-12-01T07:00:00Z"},"notice":{"queued_at":"2026-12-02T07:00:00Z","to":["citizen"],"sent_at":"2026-12-02T07:00:00Z"},"escalation:1":{"queued_at":"2026-12-02T07:00:00Z","to":["kanslichef"],"sent_at":"2026-12-02T07:00:00Z"},"notice-held":{"queued_at":"2026-12-01T12:00:00Z","to":["registrator"],"sent_at":"2026-12-01T12:00:00Z"}},"flags":["notice_held_by_cap"],"since":"2026-11-29T20:32:00Z"}');
CREATE TABLE log (
  id     INTEGER PRIMARY KEY,
  at     INTEGER NOT NULL,
  item   INTEGER REFERENCES message (id),
  by     TEXT NOT NULL,
  event  TEXT NOT NULL,
  detail TEXT NOT NULL                       -- JSON of the fact; nothing personal
) STRICT;
INSERT INTO "log" VALUES(1,1794812400000,NULL,'system','noted','{"event":"noted","text":"mailbox kf is watched from now on"}');
INSERT INTO "log" VALUES(2,1794858720000,20260000001,'system','logged','{"event":"logged","mailbox":"kf","folder":"INBOX","class":"correspondence","reasons":["no_machine"],"received_at":"2026-11-16T19:52:00Z","arrival":"internaldate","conversation":20260000001,"standing":{"open":{"pledge":"email","due":{"arrival_date":"2026-11-16","rule":"arrival-date","date":"2026-11-18","closes":"2026-11-18T23:00:00Z","days":[{"date":"2026-11-16","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-17","counted":true,"day":1,"reason":null},{"date":"2026-11-18","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default"}}}');
INSERT INTO "log" VALUES(3,1794921540000,20260000001,'system','moved','{"event":"moved","folder":"INBOX/Bygglov"}');
INSERT INTO "log" VALUES(5,1794985200000,20260000001,'system','queued','{"event":"queued","effect":"reminder","to":["registrator"]}');
INSERT INTO "log" VALUES(6,1794985200000,20260000001,'system','sent','{"event":"sent","effect":"reminder","at":"2026-11-18T07:00:00Z"}');
INSERT INTO "log" VALUES(7,1795003200000,20260000001,'system','queued','{"event":"queued","effect":"notice","to":["citizen"],"promise":"2026-12-02"}');
INSERT INTO "log" VALUES(9,1795003200000,20260000001,'system','sent','{"event":"sent","effect":"notice","at":"2026-11-18T12:00:00Z"}');
INSERT INTO "log" VALUES(14,1795071600000,20260000001,'system','queued','{"event":"queued","effect":"escalation:1","to":["kanslichef"]}');
INSERT INTO "log" VALUES(15,1795071600000,20260000001,'system','sent','{"event":"sent","effect":"escalation:1","at":"2026-11-19T07:00:00Z"}');
INSERT INTO "log" VALUES(16,1795071840000,20260000001,'system','gone','{"event":"gone"}');
INSERT INTO "log" VALUES(18,1795114260000,20260000005,'system','logged','{"event":"logged","mailbox":"kf","folder":"INBOX","class":"letter","reasons":["scanner"],"received_at":"2026-11-19T18:51:00Z","arrival":"internaldate","conversation":20260000005,"standing":{"open":{"pledge":"letter","due":{"arrival_date":"2026-11-19","rule":"arrival-date","date":"2026-11-26","closes":"2026-11-26T23:00:00Z","days":[{"date":"2026-11-19","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-20","counted":true,"day":1,"reason":null},{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-23","counted":true,"day":2,"reason":null},{"date":"2026-11-24","counted":true,"day":3,"reason":null},{"date":"2026-11-25","counted":true,"day":4,"reason":null},{"date":"2026-11-26","counted":true,"day":5,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default"}}}');
INSERT INTO "log" VALUES(21,1795151700000,20260000001,'system','answered','{"event":"answered","at":"2026-11-20T05:15:00Z","answered_by":"kommunfullmaktige@example.se","evidence":{"kind":"sent","folder":"Skickat","message_id":"a16@example.com","matched_by":"in_reply_to"}}');
INSERT INTO "log" VALUES(22,1795264560000,20260000005,'system','flagged','{"event":"flagged","flag":"possible_duplicate"}');
INSERT INTO "log" VALUES(24,1795334880000,20260000007,'system','logged','{"event":"logged","mailbox":"kf","folder":"INBOX","class":"correspondence","reasons":["no_machine"],"received_at":"2026-11-22T08:08:00Z","arrival":"internaldate","conversation":20260000007,"standing":{"open":{"pledge":"email","due":{"arrival_date":"2026-11-22","rule":"arrival-date","date":"2026-11-24","closes":"2026-11-24T23:00:00Z","days":[{"date":"2026-11-22","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-23","counted":true,"day":1,"reason":null},{"date":"2026-11-24","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default"}}}');
INSERT INTO "log" VALUES(32,1795504320000,20260000007,'system','queued','{"event":"queued","effect":"reminder","to":["registrator"]}');
INSERT INTO "log" VALUES(34,1795504320000,20260000007,'system','sent','{"event":"sent","effect":"reminder","at":"2026-11-24T07:12:00Z"}');
INSERT INTO "log" VALUES(36,1795515060000,20260000010,'system','logged','{"event":"logged","mailbox":"kf","folder":"INBOX","class":"correspondence","reasons":["no_machine"],"received_at":"2026-11-24T10:11:00Z","arrival":"internaldate","conversation":20260000010,"standing":{"open":{"pledge":"email","due":{"arrival_date":"2026-11-24","rule":"arrival-date","date":"2026-11-26","closes":"2026-11-26T23:00:00Z","days":[{"date":"2026-11-24","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-25","counted":true,"day":1,"reason":null},{"date":"2026-11-26","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default"}}}');
INSERT INTO "log" VALUES(37,1795521600000,20260000007,'system','queued','{"event":"queued","effect":"notice","to":["citizen"],"promise":"2026-12-08"}');
INSERT INTO "log" VALUES(38,1795521600000,20260000007,'system','sent','{"event":"sent","effect":"notice","at":"2026-11-24T12:00:00Z"}');
INSERT INTO "log" VALUES(39,1795590000000,20260000005,'system','queued','{"event":"queued","effect":"letter","to":["kanslist"],"promise":"2026-12-09"}');
INSERT INTO "log" VALUES(40,1795590000000,20260000007,'system','queued','{"event":"queued","effect":"escalation:1","to":["kanslichef"]}');
INSERT INTO "log" VALUES(41,1795590000000,20260000005,'system','queued','{"event":"queued","effect":"reminder","to":["kanslist"]}');
INSERT INTO "log" VALUES(42,1795598280000,20260000010,'system','moved','{"event":"moved","folder":"INBOX/Bygglov"}');
INSERT INTO "log" VALUES(43,1795612920000,20260000005,'system','due_changed','{"event":"due_changed","old":"2026-11-26","due":{"arrival_date":"2026-11-19","rule":"arrival-date","date":"2026-11-27","closes":"2026-11-27T23:00:00Z","days":[{"date":"2026-11-19","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-20","counted":true,"day":1,"reason":null},{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},{"date":"2026-11-23","counted":true,"day":2,"reason":null},{"date":"2026-11-24","counted":true,"day":3,"reason":null},{"date":"2026-11-25","counted":true,"day":4,"reason":null},{"date":"2026-11-26","counted":false,"day":null,"reason":"stängt enligt KS 1"},{"date":"2026-11-27","counted":true,"day":5,"reason":null}]},"why":"reckoning"}');
INSERT INTO "log" VALUES(46,1795612920000,20260000010,'system','due_changed','{"event":"due_changed","old":"2026-11-26","due":{"arrival_date":"2026-11-24","rule":"arrival-date","date":"2026-11-27","closes":"2026-11-27T23:00:00Z","days":[{"date":"2026-11-24","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-25","counted":true,"day":1,"reason":null},{"date":"2026-11-26","counted":false,"day":null,"reason":"stängt enligt KS 1"},{"date":"2026-11-27","counted":true,"day":2,"reason":null}]},"why":"reckoning"}');
INSERT INTO "log" VALUES(50,1795722000000,20260000010,'system','moved','{"event":"moved","folder":"INBOX"}');
INSERT INTO "log" VALUES(51,1795759740000,20260000010,'system','closed','{"event":"closed","at":"2026-11-27T06:09:00Z","how":"done-folder","evidence":{"kind":"done_folder","folder":"Klart","message_id":null,"matched_by":null}}');
INSERT INTO "log" VALUES(52,1795759740000,20260000010,'system','moved','{"event":"moved","folder":"Klart"}');
INSERT INTO "log" VALUES(58,1795762800000,20260000005,'system','withdrawn','{"event":"withdrawn","effect":"letter","why":"stale"}');
INSERT INTO "log" VALUES(59,1795762800000,20260000007,'system','withdrawn','{"event":"withdrawn","effect":"escalation:1","why":"stale"}');
INSERT INTO "log" VALUES(60,1795762800000,20260000005,'system','withdrawn','{"event":"withdrawn","effect":"reminder","why":"stale"}');
INSERT INTO "log" VALUES(66,1795762800000,20260000005,'system','queued','{"event":"queued","effect":"letter","to":["registrator"],"promise":"2026-12-09"}');
INSERT INTO "log" VALUES(67,1795762800000,20260000007,'system','queued','{"event":"queued","effect":"escalation:1","to":["kanslichef"]}');
INSERT INTO "log" VALUES(68,1795762800000,20260000005,'system','queued','{"event":"queued","effect":"reminder","to":["registrator"]}');
INSERT INTO "log" VALUES(69,1795762800000,20260000005,'system','sent','{"event":"sent","effect":"letter","at":"2026-11-27T07:00:00Z"}');
INSERT INTO "log" VALUES(70,1795762800000,20260000007,'system','sent','{"event":"sent","effect":"escalation:1","at":"2026-11-27T07:00:00Z"}');
INSERT INTO "log" VALUES(71,1795762800000,20260000005,'system','sent','{"event":"sent","effect":"reminder","at":"2026-11-27T07:00:00Z"}');
INSERT INTO "log" VALUES(72,1795789200000,20260000007,'system','probably_answered','{"event":"probably_answered","at":"2026-11-27T09:44:00Z","answered_by":"kommunfullmaktige@example.se","evidence":{"kind":"sent","folder":"Skickat","message_id":"a45@example.com","matched_by":"address"}}');
INSERT INTO "log" VALUES(74,1795792800000,20260000007,'system','queued','{"event":"queued","effect":"confirm","to":["registrator"]}');
INSERT INTO "log" VALUES(75,1795792800000,20260000007,'system','sent','{"event":"sent","effect":"confirm","at":"2026-11-27T15:20:00Z"}');
INSERT INTO "log" VALUES(81,1795967940000,20260000017,'system','logged','{"event":"logged","mailbox":"kf","folder":"INBOX","class":"correspondence","reasons":["no_machine"],"received_at":"2026-11-29T15:59:00Z","arrival":"internaldate","conversation":20260000017,"standing":{"open":{"pledge":"email","due":{"arrival_date":"2026-11-29","rule":"arrival-date","date":"2026-12-01","closes":"2026-12-01T23:00:00Z","days":[{"date":"2026-11-29","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-30","counted":true,"day":1,"reason":null},{"date":"2026-12-01","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default"}}}');
INSERT INTO "log" VALUES(82,1795984320000,20260000018,'system','logged','{"event":"logged","mailbox":"kf","folder":"INBOX","class":"correspondence","reasons":["no_machine"],"received_at":"2026-11-29T20:32:00Z","arrival":"internaldate","conversation":20260000018,"standing":{"open":{"pledge":"email","due":{"arrival_date":"2026-11-29","rule":"arrival-date","date":"2026-12-01","closes":"2026-12-01T23:00:00Z","days":[{"date":"2026-11-29","counted":false,"day":null,"reason":"ankomstdag"},{"date":"2026-11-30","counted":true,"day":1,"reason":null},{"date":"2026-12-01","counted":true,"day":2,"reason":null}]},"may_notify":true,"handler":"registrator","assigned_by":"default"}}}');
INSERT INTO "log" VALUES(83,1796022000000,20260000005,'system','queued','{"event":"queued","effect":"escalation:1","to":["kanslichef"]}');
INSERT INTO "log" VALUES(85,1796022000000,20260000005,'system','sent','{"event":"sent","effect":"escalation:1","at":"2026-11-30T07:00:00Z"}');
INSERT INTO "log" VALUES(88,1796071440000,20260000017,'kommunfullmaktige@example.se','assigned','{"event":"assigned","to":"kanslist","how":"forward"}');
INSERT INTO "log" VALUES(94,1796108400000,20260000017,'system','queued','{"event":"queued","effect":"reminder","to":["kanslist"]}');
INSERT INTO "log" VALUES(98,1796108400000,20260000018,'system','queued','{"event":"queued","effect":"reminder","to":["registrator"]}');
INSERT INTO "log" VALUES(102,1796108400000,20260000017,'system','sent','{"event":"sent","effect":"reminder","at":"2026-12-01T07:00:00Z"}');
INSERT INTO "log" VALUES(106,1796108400000,20260000018,'system','sent','{"event":"sent","effect":"reminder","at":"2026-12-01T07:00:00Z"}');
INSERT INTO "log" VALUES(108,1796126400000,20260000017,'system','queued','{"event":"queued","effect":"notice","to":["citizen"],"promise":"2026-12-15"}');
INSERT INTO "log" VALUES(109,1796126400000,20260000018,'system','flagged','{"event":"flagged","flag":"notice_held_by_cap"}');
INSERT INTO "log" VALUES(110,1796126400000,20260000018,'system','queued','{"event":"queued","effect":"notice-held","to":["registrator"]}');
INSERT INTO "log" VALUES(112,1796126400000,20260000017,'system','sent','{"event":"sent","effect":"notice","at":"2026-12-01T12:00:00Z"}');
INSERT INTO "log" VALUES(113,1796126400000,20260000018,'system','sent','{"event":"sent","effect":"notice-held","at":"2026-12-01T12:00:00Z"}');
INSERT INTO "log" VALUES(114,1796194800000,20260000018,'system','queued','{"event":"queued","effect":"notice","to":["citizen"],"promise":"2026-12-16"}');
INSERT INTO "log" VALUES(117,1796194800000,20260000017,'system','queued','{"event":"queued","effect":"escalation:1","to":["kanslichef"]}');
INSERT INTO "log" VALUES(118,1796194800000,20260000018,'system','queued','{"event":"queued","effect":"escalation:1","to":["kanslichef"]}');
INSERT INTO "log" VALUES(119,1796194800000,20260000005,'system','queued','{"event":"queued","effect":"escalation:2","to":["kommundirektor"]}');
INSERT INTO "log" VALUES(121,1796194800000,20260000018,'system','sent','{"event":"sent","effect":"notice","at":"2026-12-02T07:00:00Z"}');
INSERT INTO "log" VALUES(124,1796194800000,20260000017,'system','sent','{"event":"sent","effect":"escalation:1","at":"2026-12-02T07:00:00Z"}');
INSERT INTO "log" VALUES(125,1796194800000,20260000018,'system','sent','{"event":"sent","effect":"escalation:1","at":"2026-12-02T07:00:00Z"}');
INSERT INTO "log" VALUES(126,1796194800000,20260000005,'system','sent','{"event":"sent","effect":"escalation:2","at":"2026-12-02T07:00:00Z"}');
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
INSERT INTO "message" VALUES(20260000001,7751793811582852737,X'9A3F71D5948CFE253211AA98B727DAF1',1794858720000,193,'m0@example.com','bo@example.com',NULL,'Fråga 2','{}');
INSERT INTO "message" VALUES(20260000005,-7415592453827293400,X'991685F3E68E8F28A95ED81E84936113',1795114260000,129,NULL,'skanner@example.se',NULL,'Inskannat','{}');
INSERT INTO "message" VALUES(20260000007,3396606745045029990,X'1BF3D488FF953F930CD8A32DF0C328FE',1795334880000,193,'m4@example.com','bo@example.com',NULL,'Fråga 1','{}');
INSERT INTO "message" VALUES(20260000010,-6478818182567053913,X'E94E3046E44B437BA09B3E3CEE329875',1795515060000,194,'m6@example.com','cia@example.com',NULL,'Fråga 1','{}');
INSERT INTO "message" VALUES(20260000017,1341517313846842723,X'DA95AEACD13BAA41BBE1240347D94A1B',1795967940000,194,'m12@example.com','bo@example.com',NULL,'Fråga 1','{}');
INSERT INTO "message" VALUES(20260000018,4669771492838923274,X'34EF27EC247FA99B096CBD1E32CFEA12',1795984320000,194,'m13@example.com','bo@example.com',NULL,'Fråga 2','{}');
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('excluded-note.kf','2026-12-02 120 98');
INSERT INTO "meta" VALUES('reckoning','72c80ed6d470723bea1ca4f749d04a51395acbb7c5a418731feb5bfb8fadeb7a');
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
INSERT INTO "outbox" VALUES(1,'kf','reminder','servicelofte-150b8a0180cdb148@example.se','registrator','registrator@example.se',NULL,'sent',1,1794985200000,1794985200000,1794985200000,1794985200000,1,NULL,1794986100000,NULL);
INSERT INTO "outbox" VALUES(2,'kf','notice','servicelofte-731cfd50e4efd9d2@example.se','citizen','bo@example.com',NULL,'sent',1,1795003200000,1795003200000,1795003200000,1795003200000,1,NULL,1795004100000,NULL);
INSERT INTO "outbox" VALUES(3,'kf','escalation','servicelofte-1686a364d8b779eb@example.se','kanslichef','kanslichef@example.se',NULL,'sent',1,1795071600000,1795071600000,1795071600000,1795071600000,1,NULL,1795072500000,NULL);
INSERT INTO "outbox" VALUES(5,'kf','reminder','servicelofte-5033f5547627d9ad@example.se','registrator','registrator@example.se',NULL,'sent',1,1795504320000,1795504320000,1795504320000,1795504320000,1,NULL,1795505220000,NULL);
INSERT INTO "outbox" VALUES(6,'kf','notice','servicelofte-7fb46155a6d3211b@example.se','citizen','bo@example.com',NULL,'sent',1,1795521600000,1795521600000,1795521600000,1795521600000,1,NULL,1795522500000,NULL);
INSERT INTO "outbox" VALUES(14,'kf','letter','servicelofte-c741aed1f2cb23f3@example.se','registrator','registrator@example.se',NULL,'sent',1,1795762800000,1795762800000,1795762800000,1795762800000,1,NULL,1795763700000,NULL);
INSERT INTO "outbox" VALUES(15,'kf','escalation','servicelofte-72c856c87ebd70ca@example.se','kanslichef','kanslichef@example.se',NULL,'sent',1,1795762800000,1795762800000,1795762800000,1795762800000,1,NULL,1795763700000,NULL);
INSERT INTO "outbox" VALUES(16,'kf','reminder','servicelofte-93c22799daadf42f@example.se','registrator','registrator@example.se',NULL,'sent',1,1795762800000,1795762800000,1795762800000,1795762800000,1,NULL,1795763700000,NULL);
INSERT INTO "outbox" VALUES(17,'kf','reminder','servicelofte-21cd03cd580dbc77@example.se','registrator','registrator@example.se',NULL,'sent',1,1795792800000,1795792800000,1795792800000,1795792800000,1,NULL,1795793700000,NULL);
INSERT INTO "outbox" VALUES(18,'kf','escalation','servicelofte-104471d0f1d14bea@example.se','kanslichef','kanslichef@example.se',NULL,'sent',1,1796022000000,1796022000000,1796022000000,1796022000000,1,NULL,1796022900000,NULL);
INSERT INTO "outbox" VALUES(22,'kf','reminder','servicelofte-1e74baad0bb8aa14@example.se','kanslist','kanslist@example.se',NULL,'sent',1,1796108400000,1796108400000,1796108400000,1796108400000,1,NULL,1796109300000,NULL);
INSERT INTO "outbox" VALUES(24,'kf','reminder','servicelofte-47369117798b579e@example.se','registrator','registrator@example.se',NULL,'sent',1,1796108400000,1796108400000,1796108400000,1796108400000,1,NULL,1796109300000,NULL);
INSERT INTO "outbox" VALUES(26,'kf','notice','servicelofte-d8edd0d6f8604696@example.se','citizen','bo@example.com',NULL,'sent',1,1796126400000,1796126400000,1796126400000,1796126400000,1,NULL,1796127300000,NULL);
INSERT INTO "outbox" VALUES(27,'kf','reminder','servicelofte-760e2087574e3f2d@example.se','registrator','registrator@example.se',NULL,'sent',1,1796126400000,1796126400000,1796126400000,1796126400000,1,NULL,1796127300000,NULL);
INSERT INTO "outbox" VALUES(28,'kf','notice','servicelofte-90c771dac8e95d56@example.se','citizen','bo@example.com',NULL,'sent',1,1796194800000,1796194800000,1796194800000,1796194800000,1,NULL,1796195700000,NULL);
INSERT INTO "outbox" VALUES(29,'kf','escalation','servicelofte-d5983d70060ae62e@example.se','kanslichef','kanslichef@example.se',NULL,'sent',1,1796194800000,1796194800000,1796194800000,1796194800000,1,NULL,1796195700000,NULL);
INSERT INTO "outbox" VALUES(30,'kf','escalation','servicelofte-6f45f7e385d99a1c@example.se','kommundirektor','kommundirektor@example.se',NULL,'sent',1,1796194800000,1796194800000,1796194800000,1796194800000,1,NULL,1796195700000,NULL);
CREATE TABLE sent (
  id           INTEGER PRIMARY KEY,
  mailbox      TEXT NOT NULL,
  mid          INTEGER NOT NULL,
  identity     BLOB NOT NULL,
  at           INTEGER NOT NULL,
  conversation INTEGER,
  facts        TEXT NOT NULL
) STRICT;
INSERT INTO "sent" VALUES(1,'kf',-7094257894657886298,X'47333875457C65FD2BABB87E22F53781',1794914340000,20260000001,'{"folder":"Skickat","copy":false,"message_id":"a5@example.com","from":"kommunfullmaktige@example.se","in_reply_to":["m0@example.com"],"references":[],"recipients":["anna@example.com"],"subject":"Fråga","thread_index":null}');
INSERT INTO "sent" VALUES(2,'kf',403563807735952923,X'3024F201C603D68716FFEE6C74AFB6AD',1794985200000,NULL,'{"folder":"Skickat","copy":false,"message_id":"servicelofte-150b8a0180cdb148@example.se","from":"kommunfullmaktige@example.se","in_reply_to":[],"references":[],"recipients":["registrator@example.se"],"subject":"Svara senast i dag: [SL-2026-00001]","thread_index":null}');
INSERT INTO "sent" VALUES(3,'kf',6713559218622087056,X'EAD733E32F3D71238096A2E762DE46DE',1794993300000,20260000001,'{"folder":"Skickat","copy":false,"message_id":"a9@example.com","from":"kommunfullmaktige@example.se","in_reply_to":["m0@example.com"],"references":[],"recipients":["cia@example.com"],"subject":"Fråga","thread_index":null}');
INSERT INTO "sent" VALUES(4,'kf',3360493600791145859,X'31453E3B19B6871742002B1F68FF7807',1795003200000,NULL,'{"folder":"Skickat","copy":false,"message_id":"servicelofte-731cfd50e4efd9d2@example.se","from":"kommunfullmaktige@example.se","in_reply_to":["m0@example.com"],"references":["m0@example.com"],"recipients":["bo@example.com"],"subject":"Vi behöver mer tid: Fråga 2 [SL-2026-00001]","thread_index":null}');
INSERT INTO "sent" VALUES(5,'kf',6380966980575327418,X'BF29E8EB10D7E4EF472DC0DD66A74875',1795071600000,NULL,'{"folder":"Skickat","copy":false,"message_id":"servicelofte-1686a364d8b779eb@example.se","from":"kommunfullmaktige@example.se","in_reply_to":[],"references":[],"recipients":["kanslichef@example.se"],"subject":"Inte besvarat: [SL-2026-00001]","thread_index":null}');
INSERT INTO "sent" VALUES(6,'kf',-8215036023600444578,X'3A90454F7697CE78F77269209FE8D61C',1795101420000,20260000001,'{"folder":"Skickat","copy":false,"message_id":"a14@example.com","from":"kommunfullmaktige@example.se","in_reply_to":["m1@example.com"],"references":[],"recipients":["anna@example.com"],"subject":"Fråga","thread_index":null}');
CREATE TABLE sent_clue (
  value TEXT NOT NULL,                       -- `id:` an id it answers, `to:` a recipient, `tix:` Outlook's conversation
  sent  INTEGER NOT NULL REFERENCES sent (id),
  PRIMARY KEY (value, sent)
) STRICT, WITHOUT ROWID;
INSERT INTO "sent_clue" VALUES('id:15518b10f6c5d785',6);
INSERT INTO "sent_clue" VALUES('id:6b93e7669f779e81',1);
INSERT INTO "sent_clue" VALUES('id:6b93e7669f779e81',3);
INSERT INTO "sent_clue" VALUES('to:anna@example.com',1);
INSERT INTO "sent_clue" VALUES('to:anna@example.com',6);
INSERT INTO "sent_clue" VALUES('to:cia@example.com',3);
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
