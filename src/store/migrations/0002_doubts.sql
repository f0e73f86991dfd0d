-- Until when a mail that may have been accepted is looked for, and from where on.

ALTER TABLE outbox ADD COLUMN doubt_until INTEGER;  -- set at the go-ahead; NULL: no attempt has come that far
ALTER TABLE outbox ADD COLUMN seek TEXT;            -- JSON: folder -> UIDVALIDITY and UIDNEXT before the go-ahead
UPDATE outbox SET doubt_until = coalesce(tried_at, created_at) + 900000 WHERE state = 'committing';
