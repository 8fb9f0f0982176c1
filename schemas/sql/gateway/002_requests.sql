-- Requests for units, everything that happened to them, and the people they are for.

CREATE TABLE requests (
	id INTEGER PRIMARY KEY,
	number TEXT NOT NULL UNIQUE,
	state TEXT NOT NULL CHECK (state IN ('draf', 'diajukan', 'perlu_dilengkapi', 'disetujui', 'berlangsung',
		'selesai', 'ditolak', 'dibatalkan', 'kedaluwarsa', 'tidak_hadir')),
	unit TEXT NOT NULL REFERENCES units (id),
	from_ms INTEGER NOT NULL,
	until_ms INTEGER NOT NULL,
	before_min INTEGER NOT NULL CHECK (before_min BETWEEN 0 AND 1440), -- the unit's, as they were at submission
	after_min INTEGER NOT NULL CHECK (after_min BETWEEN 0 AND 1440),
	organisation TEXT,
	activity TEXT NOT NULL,
	kind TEXT NOT NULL,
	email TEXT,
	letter TEXT,
	heads INTEGER NOT NULL CHECK (heads >= 1),
	at_ms INTEGER NOT NULL,       -- submitted
	deadline_ms INTEGER NOT NULL, -- of its soft hold, while it waits
	reason TEXT,                  -- staff's newest words to the teacher
	CHECK (from_ms < until_ms)
) STRICT;
CREATE INDEX requests_by_state ON requests (state, at_ms);
CREATE INDEX requests_held ON requests (unit, until_ms) WHERE state IN ('disetujui', 'berlangsung');
CREATE INDEX requests_waiting ON requests (unit, until_ms) WHERE state IN ('diajukan', 'perlu_dilengkapi');

-- Two bookings that hold their units never overlap, buffers included (half open), in one unit or in two of
-- which one contains the other: whoever writes, however it is written.
CREATE TRIGGER requests_taken_insert BEFORE INSERT ON requests
WHEN NEW.state IN ('disetujui', 'berlangsung') AND EXISTS (
	SELECT 1 FROM (
		SELECT ancestor AS unit FROM unit_paths WHERE descendant = NEW.unit
		UNION SELECT descendant FROM unit_paths WHERE ancestor = NEW.unit) AS near
	JOIN requests AS other ON other.unit = near.unit
	WHERE other.state IN ('disetujui', 'berlangsung') AND other.id <> NEW.id
	AND other.until_ms > NEW.from_ms - 2 * 86400000 -- what the index can find by; buffers are a day at most
	AND other.until_ms + other.after_min * 60000 > NEW.from_ms - NEW.before_min * 60000
	AND other.from_ms - other.before_min * 60000 < NEW.until_ms + NEW.after_min * 60000)
BEGIN
	SELECT RAISE(ABORT, 'unit_taken');
END;
CREATE TRIGGER requests_taken_update
BEFORE UPDATE OF id, state, unit, from_ms, until_ms, before_min, after_min ON requests
WHEN NEW.state IN ('disetujui', 'berlangsung') AND EXISTS (
	SELECT 1 FROM (
		SELECT ancestor AS unit FROM unit_paths WHERE descendant = NEW.unit
		UNION SELECT descendant FROM unit_paths WHERE ancestor = NEW.unit) AS near
	JOIN requests AS other ON other.unit = near.unit
	WHERE other.state IN ('disetujui', 'berlangsung') AND other.id <> OLD.id
	AND other.until_ms > NEW.from_ms - 2 * 86400000
	AND other.until_ms + other.after_min * 60000 > NEW.from_ms - NEW.before_min * 60000
	AND other.from_ms - other.before_min * 60000 < NEW.until_ms + NEW.after_min * 60000)
BEGIN
	SELECT RAISE(ABORT, 'unit_taken');
END;

-- Who did what to a request, when and why. Written once.
CREATE TABLE transitions (
	id INTEGER PRIMARY KEY,
	request INTEGER NOT NULL REFERENCES requests (id),
	at_ms INTEGER NOT NULL,
	act TEXT NOT NULL,
	from_state TEXT, -- NULL: it began
	to_state TEXT NOT NULL,
	who TEXT NOT NULL, -- a member of staff, or teacher, clock, door
	reason TEXT
) STRICT;
CREATE INDEX transitions_of ON transitions (request);
CREATE TRIGGER transitions_stay BEFORE UPDATE ON transitions
BEGIN
	SELECT RAISE(ABORT, 'append_only');
END;
CREATE TRIGGER transitions_last BEFORE DELETE ON transitions
BEGIN
	SELECT RAISE(ABORT, 'append_only');
END;
CREATE TRIGGER transitions_once BEFORE INSERT ON transitions
WHEN EXISTS (SELECT 1 FROM transitions WHERE id = NEW.id)
BEGIN
	SELECT RAISE(ABORT, 'append_only');
END;

-- The people of a request. A link's secret is nowhere; what is derived from it finds the row and seals codes to it.
CREATE TABLE occupants (
	id INTEGER PRIMARY KEY,
	request INTEGER NOT NULL REFERENCES requests (id),
	n INTEGER NOT NULL CHECK (n >= 1), -- 1: responsible
	name TEXT NOT NULL,
	phone TEXT,
	link_id BLOB NOT NULL UNIQUE CHECK (length(link_id) = 16),
	link_public BLOB NOT NULL CHECK (length(link_public) = 32),
	link_sealed BLOB, -- of the others: their link, sealed to the responsible person's, who hands it on
	revoked_ms INTEGER,
	UNIQUE (request, n)
) STRICT;
