-- Whom a notice names: staff go on leave while it waits.

ALTER TABLE outbox ADD COLUMN names TEXT;           -- staff id; NULL: a mail to staff, or written before this was kept
