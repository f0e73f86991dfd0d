-- What notices of an earlier life of the register answer: a restored backup does not know them, and people reply to them.
-- Both are the first 8 bytes of the hash of a Message-ID: the notice's, and that of a message.

CREATE TABLE forgotten (
  notice INTEGER NOT NULL,
  asked  INTEGER NOT NULL,
  PRIMARY KEY (notice, asked)
) STRICT, WITHOUT ROWID;

-- What lay in a folder when its server numbered it anew, until it is found there again: its times of arrival may be new.
CREATE TABLE former (
  folder INTEGER NOT NULL REFERENCES folder (id),
  item   INTEGER NOT NULL REFERENCES message (id),
  PRIMARY KEY (folder, item)
) STRICT, WITHOUT ROWID;
