-- Grants: who may open which doors when. Boards know them by id and tags alone.

CREATE TABLE boards (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	sign_public BLOB NOT NULL CHECK (length(sign_public) = 32),
	agree_public BLOB NOT NULL CHECK (length(agree_public) = 32),
	added_ms INTEGER NOT NULL,
	mode TEXT NOT NULL,
	mode_until_ms INTEGER NOT NULL, -- 0: until it is changed
	epoch INTEGER NOT NULL CHECK (epoch >= 1),
	rev INTEGER NOT NULL CHECK (rev >= 0), -- newest snapshot
	confirmed_rev INTEGER NOT NULL CHECK (confirmed_rev BETWEEN 0 AND rev) -- newest that the board named with our digest
) STRICT, WITHOUT ROWID;

CREATE TABLE unit_doors (
	unit TEXT NOT NULL REFERENCES units (id),
	board TEXT NOT NULL REFERENCES boards (id),
	PRIMARY KEY (unit, board)
) STRICT, WITHOUT ROWID;
CREATE INDEX unit_doors_of ON unit_doors (board);

-- The newest snapshot of each board, sealed as it is sent.
CREATE TABLE snapshots (
	board TEXT PRIMARY KEY REFERENCES boards (id),
	epoch INTEGER NOT NULL,
	rev INTEGER NOT NULL,
	at_ms INTEGER NOT NULL,
	digest BLOB NOT NULL CHECK (length(digest) = 32),
	message BLOB NOT NULL
) STRICT;
-- A board's (epoch, rev) never goes back.
CREATE TRIGGER boards_forward BEFORE UPDATE OF epoch, rev ON boards
WHEN NEW.epoch < OLD.epoch OR (NEW.epoch = OLD.epoch AND NEW.rev < OLD.rev)
BEGIN
	SELECT RAISE(ABORT, 'rev_back');
END;
-- Digests of snapshots a board may still name.
CREATE TABLE revisions (
	board TEXT NOT NULL REFERENCES boards (id),
	epoch INTEGER NOT NULL,
	rev INTEGER NOT NULL,
	digest BLOB NOT NULL CHECK (length(digest) = 32),
	PRIMARY KEY (board, epoch, rev)
) STRICT, WITHOUT ROWID;

CREATE TABLE grants (
	id TEXT PRIMARY KEY CHECK (length(id) = 16),
	occupant INTEGER REFERENCES occupants (id),
	standing INTEGER REFERENCES standing (id),
	from_ms INTEGER NOT NULL, -- buffers included
	until_ms INTEGER NOT NULL,
	made_ms INTEGER NOT NULL,
	revoked_ms INTEGER,
	used_ms INTEGER, -- first use
	-- What only the key file opens: Argon2id's results, each with its nonce (gateway/core/link.h).
	stretched BLOB NOT NULL,
	long_stretched BLOB NOT NULL,
	edge_stretched BLOB NOT NULL,
	-- What only the link opens: the digits.
	sealed BLOB NOT NULL,
	CHECK (from_ms < until_ms),
	CHECK ((occupant IS NULL) <> (standing IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX grants_of_occupant ON grants (occupant) WHERE occupant IS NOT NULL;
CREATE INDEX grants_of_standing ON grants (standing) WHERE standing IS NOT NULL;

CREATE TABLE grant_doors (
	board TEXT NOT NULL REFERENCES boards (id),
	grant_id TEXT NOT NULL REFERENCES grants (id),
	tag BLOB NOT NULL CHECK (length(tag) = 16),
	long_tag BLOB NOT NULL CHECK (length(long_tag) = 16),
	rev INTEGER NOT NULL, -- of the board: the first snapshot that says what is so now, a revocation included
	PRIMARY KEY (board, grant_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX grant_doors_of ON grant_doors (grant_id);
CREATE INDEX grant_doors_by_rev ON grant_doors (board, rev);

-- Codes that are taken at a door, live, future or cooling, whole or as the first or last digits of a long one.
-- A second grant cannot have one: the primary key.
CREATE TABLE tags (
	board TEXT NOT NULL REFERENCES boards (id),
	tag BLOB NOT NULL CHECK (length(tag) = 16),
	grant_id TEXT NOT NULL REFERENCES grants (id),
	PRIMARY KEY (board, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX tags_of ON tags (grant_id);

-- Weekly access for cleaners and guards.
CREATE TABLE standing (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL,
	is_always INTEGER NOT NULL CHECK (is_always IN (0, 1)),
	opens_on_holidays INTEGER NOT NULL CHECK (opens_on_holidays IN (0, 1)),
	from_ms INTEGER NOT NULL,
	until_ms INTEGER NOT NULL,
	link_id BLOB NOT NULL UNIQUE CHECK (length(link_id) = 16),
	link_public BLOB NOT NULL CHECK (length(link_public) = 32),
	made_ms INTEGER NOT NULL,
	revoked_ms INTEGER
) STRICT;
CREATE TABLE standing_hours (
	standing INTEGER NOT NULL REFERENCES standing (id),
	n INTEGER NOT NULL,
	days INTEGER NOT NULL CHECK (days BETWEEN 1 AND 127),
	from_min INTEGER NOT NULL,
	to_min INTEGER NOT NULL,
	PRIMARY KEY (standing, n)
) STRICT, WITHOUT ROWID;
