-- Units after they were added: described, closed for a while, with opening hours, and taken out of use.
-- A unit that was ever booked stays as a row: what happened in it happened there.

ALTER TABLE units ADD COLUMN description TEXT;
-- 1: bookings lie within its opening hours; 0: its hours are for the reports.
ALTER TABLE units ADD COLUMN keeps_hours INTEGER NOT NULL DEFAULT 0 CHECK (keeps_hours IN (0, 1));
ALTER TABLE units ADD COLUMN removed_ms INTEGER; -- NULL: in use

-- A unit without rows has those of the nearest one that contains it and has some.
CREATE TABLE unit_hours (
	unit TEXT NOT NULL REFERENCES units (id),
	n INTEGER NOT NULL,
	days INTEGER NOT NULL CHECK (days BETWEEN 1 AND 127),
	from_min INTEGER NOT NULL CHECK (from_min BETWEEN 0 AND 1439),
	to_min INTEGER NOT NULL CHECK (to_min BETWEEN 1 AND 1440),
	PRIMARY KEY (unit, n)
) STRICT, WITHOUT ROWID;

-- Closed for maintenance, and with it what contains it and what is in it.
CREATE TABLE unit_closures (
	id INTEGER PRIMARY KEY,
	unit TEXT NOT NULL REFERENCES units (id),
	from_ms INTEGER NOT NULL,
	until_ms INTEGER NOT NULL,
	reason TEXT NOT NULL,
	ended_ms INTEGER, -- opened again before until_ms
	CHECK (from_ms < until_ms)
) STRICT;
CREATE INDEX unit_closures_of ON unit_closures (unit, until_ms);

-- What is booked is not closed and what is closed is not booked, whoever writes.
CREATE TRIGGER unit_closures_taken BEFORE INSERT ON unit_closures
WHEN EXISTS (
	SELECT 1 FROM (
		SELECT ancestor AS unit FROM unit_paths WHERE descendant = NEW.unit
		UNION SELECT descendant FROM unit_paths WHERE ancestor = NEW.unit) AS near
	JOIN requests ON requests.unit = near.unit
	WHERE requests.state IN ('disetujui', 'berlangsung')
	AND requests.until_ms > NEW.from_ms AND requests.from_ms < NEW.until_ms)
BEGIN
	SELECT RAISE(ABORT, 'unit_taken');
END;
CREATE TRIGGER unit_closures_stay BEFORE UPDATE OF id, unit, from_ms, until_ms ON unit_closures
BEGIN
	SELECT RAISE(ABORT, 'closure_moved');
END;
CREATE TRIGGER unit_closures_once BEFORE UPDATE OF ended_ms ON unit_closures WHEN OLD.ended_ms IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'closure_ended');
END;
CREATE TRIGGER requests_closed_insert BEFORE INSERT ON requests
WHEN NEW.state IN ('disetujui', 'berlangsung') AND EXISTS (
	SELECT 1 FROM (
		SELECT ancestor AS unit FROM unit_paths WHERE descendant = NEW.unit
		UNION SELECT descendant FROM unit_paths WHERE ancestor = NEW.unit) AS near
	JOIN unit_closures AS closed ON closed.unit = near.unit
	WHERE closed.until_ms > NEW.from_ms AND coalesce(closed.ended_ms, closed.until_ms) > NEW.from_ms
	AND closed.from_ms < NEW.until_ms AND coalesce(closed.ended_ms, closed.until_ms) > closed.from_ms)
BEGIN
	SELECT RAISE(ABORT, 'unit_closed');
END;
CREATE TRIGGER requests_closed_update BEFORE UPDATE OF state, unit, from_ms, until_ms ON requests
WHEN NEW.state IN ('disetujui', 'berlangsung') AND EXISTS (
	SELECT 1 FROM (
		SELECT ancestor AS unit FROM unit_paths WHERE descendant = NEW.unit
		UNION SELECT descendant FROM unit_paths WHERE ancestor = NEW.unit) AS near
	JOIN unit_closures AS closed ON closed.unit = near.unit
	WHERE closed.until_ms > NEW.from_ms AND coalesce(closed.ended_ms, closed.until_ms) > NEW.from_ms
	AND closed.from_ms < NEW.until_ms AND coalesce(closed.ended_ms, closed.until_ms) > closed.from_ms)
BEGIN
	SELECT RAISE(ABORT, 'unit_closed');
END;
-- A unit goes only when nothing is booked in it and nothing else is in it.
CREATE TRIGGER units_removed BEFORE UPDATE OF removed_ms ON units
WHEN NEW.removed_ms IS NOT NULL AND OLD.removed_ms IS NULL AND (
	EXISTS (SELECT 1 FROM requests WHERE unit = NEW.id
		AND state IN ('diajukan', 'perlu_dilengkapi', 'disetujui', 'berlangsung'))
	OR EXISTS (SELECT 1 FROM units AS child WHERE child.parent = NEW.id AND child.removed_ms IS NULL))
BEGIN
	SELECT RAISE(ABORT, 'unit_taken');
END;
