-- A mail may have one more reader: the registrar gets each letter that a handler posts.

ALTER TABLE outbox ADD COLUMN copy TEXT;            -- address; its refusal decides nothing about the mail
