-- Patience with readers, and items that cannot be read.

-- When the server first put a mail off for its reader's sake (greylisting, a full mailbox).
ALTER TABLE outbox ADD COLUMN put_off_at INTEGER;

-- Items that cannot be read: their rows are damaged, or their log does not fold. item.state is 'defective' as long.
CREATE TABLE aside (
  item  INTEGER PRIMARY KEY REFERENCES message (id),
  since INTEGER NOT NULL,
  why   TEXT NOT NULL                        -- which row, and what is wrong with it; nothing personal
) STRICT;
