-- What teachers report of a unit, and the look-ups of who read what.
CREATE TABLE problem_reports (
	id INTEGER PRIMARY KEY,
	request INTEGER NOT NULL REFERENCES requests (id),
	kind TEXT NOT NULL CHECK (kind IN ('ac', 'lampu', 'pintu', 'wifi', 'kebersihan', 'lainnya')),
	text TEXT NOT NULL,
	at_ms INTEGER NOT NULL,
	closed_ms INTEGER, -- NULL: open
	closed_by TEXT,
	note TEXT
) STRICT;
CREATE INDEX problem_reports_open ON problem_reports (at_ms) WHERE closed_ms IS NULL;
CREATE INDEX problem_reports_of ON problem_reports (request);
CREATE INDEX audit_by_subject ON audit (subject, id);
