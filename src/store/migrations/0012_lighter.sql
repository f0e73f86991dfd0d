-- What is asked of nearly every mail is found without a look at many rows. Whether an item waits for a handler whose automatic
-- reply was seen is a column; the condition of unfinished mails is no list, for which SQLite would make a table at every write.

ALTER TABLE item ADD COLUMN away INTEGER NOT NULL DEFAULT 0; -- 1: live, and its handler seems to be away
CREATE INDEX item_away ON item (mailbox, handler) WHERE away;

DROP INDEX outbox_work;
CREATE INDEX outbox_work ON outbox (mailbox, state, next_at) WHERE (state = 'queued' OR state = 'sending' OR state = 'committing');
