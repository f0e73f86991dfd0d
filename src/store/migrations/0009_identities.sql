-- By what a mail of ours, or a message that was changed, is known again.

-- The key of the tags in our Message-IDs: one row. It opens nothing; it is in backups, never in exports.
CREATE TABLE tag_key (value BLOB NOT NULL) STRICT;
INSERT INTO tag_key (value) VALUES (randomblob(32));

-- Ids that servers gave to mails of ours on their way: a whole one, or only its left part (token), which is believed at
-- the domain of the server that said it.
CREATE TABLE learned (
  value  TEXT PRIMARY KEY,
  outbox INTEGER NOT NULL REFERENCES outbox (id),
  domain TEXT                                -- NULL: the value is a whole id
) STRICT, WITHOUT ROWID;
CREATE INDEX learned_outbox ON learned (outbox);

-- Further identities of a message: somebody has put a diary number into its subject.
CREATE TABLE also (
  mid      INTEGER NOT NULL,
  identity BLOB NOT NULL,
  item     INTEGER NOT NULL REFERENCES message (id),
  PRIMARY KEY (mid, identity)
) STRICT, WITHOUT ROWID;
