-- Replies of staff to our mails.

-- Mails to staff that do nothing about an item and yet speak of some: a reply to them may name these.
ALTER TABLE outbox ADD COLUMN about TEXT;            -- JSON: items; NULL: those of its effects
-- What a confirmation says: done, refused, words (of a reply without a command).
ALTER TABLE outbox ADD COLUMN answer TEXT;
CREATE INDEX outbox_confirmations ON outbox (recipient, created_at) WHERE kind = 'confirmation';
