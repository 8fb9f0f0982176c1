-- How long what is kept, and what was erased by that.
CREATE TABLE retention (
	kind TEXT PRIMARY KEY CHECK (kind IN ('code', 'people', 'request', 'letter', 'report')),
	days INTEGER NOT NULL CHECK (days BETWEEN 1 AND 36500) -- after the end of the stay
) STRICT, WITHOUT ROWID;
INSERT INTO retention (kind, days) VALUES
	('code', 2), ('people', 365), ('request', 365), ('letter', 730), ('report', 365);

CREATE TABLE deletions (
	id INTEGER PRIMARY KEY,
	at_ms INTEGER NOT NULL,
	kind TEXT NOT NULL,
	days INTEGER NOT NULL, -- the rule, as it was
	count INTEGER NOT NULL CHECK (count > 0)
) STRICT;
CREATE TRIGGER deletions_stay BEFORE UPDATE ON deletions
BEGIN
	SELECT RAISE(ABORT, 'append_only');
END;
CREATE TRIGGER deletions_last BEFORE DELETE ON deletions
BEGIN
	SELECT RAISE(ABORT, 'append_only');
END;

ALTER TABLE requests ADD COLUMN erased_ms INTEGER; -- NULL: it says what it said
-- A transition stays; only what somebody wrote as its reason may be erased.
DROP TRIGGER transitions_stay;
CREATE TRIGGER transitions_stay BEFORE UPDATE ON transitions
WHEN NEW.reason IS NOT NULL OR NEW.id IS NOT OLD.id OR NEW.request IS NOT OLD.request OR NEW.at_ms IS NOT OLD.at_ms
	OR NEW.act IS NOT OLD.act OR NEW.from_state IS NOT OLD.from_state OR NEW.to_state IS NOT OLD.to_state
	OR NEW.who IS NOT OLD.who
BEGIN
	SELECT RAISE(ABORT, 'append_only');
END;
