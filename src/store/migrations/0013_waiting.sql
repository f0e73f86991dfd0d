-- Where items lie that wait for an answer, or are presumed no question, is found by their mailbox. The places of settled ones
-- are never taken away, and each look at a folder went through all that ever lay there.

CREATE INDEX item_waiting ON item (mailbox) WHERE (state = 'open' OR state = 'probably_answered' OR state = 'no_question');
