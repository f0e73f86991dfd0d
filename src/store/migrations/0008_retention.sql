-- What is erased after the retention time. `rest_at` follows from the fold, so what there is already is reckoned from it.

ALTER TABLE item ADD COLUMN rest_at INTEGER;         -- since when it is at rest; NULL: live, on hold, erased, set aside
ALTER TABLE item ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;
UPDATE item SET rest_at = CASE
    WHEN state IN ('open', 'probably_answered', 'defective') THEN NULL
    WHEN state = 'history' THEN (SELECT received_at FROM message WHERE message.id = item.id)
    WHEN json_valid(fold) THEN CAST(round(unixepoch(json_extract(fold, '$.since'), 'subsec') * 1000) AS INTEGER) END;
CREATE INDEX item_rest ON item (rest_at, id) WHERE rest_at IS NOT NULL;
CREATE INDEX sent_kept ON sent (at, id) WHERE facts <> '';

-- The log stays as it is, but for people's own words and servers' answers of items that are erased: these become ''.
DROP TRIGGER log_is_append_only;
CREATE TRIGGER log_is_append_only BEFORE UPDATE ON log
WHEN NOT (new.id = old.id AND new.at = old.at AND new.item IS old.item AND new.by = old.by AND new.event = old.event
    AND coalesce((SELECT erased FROM item WHERE item.id = old.item), 0) = 1
    AND new.detail = CASE old.event WHEN 'promised' THEN json_replace(old.detail, '$.reason', '')
      ELSE json_replace(old.detail, '$.note', '', '$.reason.person', '', '$.why.server', '',
                        '$.evidence.message_id', NULL) END)
BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
