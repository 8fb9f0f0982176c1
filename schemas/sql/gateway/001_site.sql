-- The site, its units and their tree. gateway/store is the only reader and writer.

-- One row. Settings are what every board of the site is told in its snapshot (schemas/wire/snapshot.h).
CREATE TABLE site (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	name TEXT NOT NULL,
	starts INTEGER NOT NULL CHECK (starts >= 0),          -- of the gateway: the live stream's numbers go on from it
	strike_ms INTEGER NOT NULL,
	strike_extended_ms INTEGER NOT NULL,
	held_open_ms INTEGER NOT NULL,
	inter_key_ms INTEGER NOT NULL,
	zone_min INTEGER NOT NULL,
	rex_releases INTEGER NOT NULL CHECK (rex_releases IN (0, 1)),
	argon_salt BLOB NOT NULL CHECK (length(argon_salt) = 16),
	argon_mem_kib INTEGER NOT NULL,
	argon_passes INTEGER NOT NULL
) STRICT;

CREATE TABLE holidays (
	from_ms INTEGER PRIMARY KEY,
	until_ms INTEGER NOT NULL,
	name TEXT NOT NULL,
	CHECK (from_ms < until_ms)
) STRICT;

CREATE TABLE units (
	id TEXT PRIMARY KEY,
	parent TEXT REFERENCES units (id) CHECK (parent <> id),
	name TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('room', 'dorm', 'bed')),
	capacity INTEGER NOT NULL CHECK (capacity >= 1),
	before_min INTEGER NOT NULL CHECK (before_min BETWEEN 0 AND 1440),
	after_min INTEGER NOT NULL CHECK (after_min BETWEEN 0 AND 1440)
) STRICT;

-- Who contains whom, each unit itself included: two units exclude each other when a row joins them, either way round.
CREATE TABLE unit_paths (
	ancestor TEXT NOT NULL,
	descendant TEXT NOT NULL,
	PRIMARY KEY (ancestor, descendant)
) STRICT, WITHOUT ROWID;
CREATE INDEX unit_paths_up ON unit_paths (descendant, ancestor);

-- A parent is there before its child, also for a connection that does not enforce foreign keys.
CREATE TRIGGER units_parent_first BEFORE INSERT ON units
WHEN NEW.parent IS NOT NULL AND NOT EXISTS (SELECT 1 FROM units WHERE id = NEW.parent)
BEGIN
	SELECT RAISE(ABORT, 'unit_without_parent');
END;
CREATE TRIGGER units_no_twin BEFORE INSERT ON units
WHEN EXISTS (SELECT 1 FROM units WHERE id = NEW.id)
BEGIN
	SELECT RAISE(ABORT, 'unit_exists'); -- INSERT OR REPLACE would move it in the tree
END;
CREATE TRIGGER units_paths AFTER INSERT ON units
BEGIN
	INSERT INTO unit_paths (ancestor, descendant)
	SELECT ancestor, NEW.id FROM unit_paths WHERE descendant = NEW.parent
	UNION ALL SELECT NEW.id, NEW.id;
END;
-- What was booked was booked in this tree: a unit neither moves nor goes.
CREATE TRIGGER units_stay BEFORE UPDATE OF id, parent ON units
BEGIN
	SELECT RAISE(ABORT, 'unit_moved');
END;
CREATE TRIGGER units_last BEFORE DELETE ON units
BEGIN
	SELECT RAISE(ABORT, 'unit_deleted');
END;
CREATE TRIGGER unit_paths_stay BEFORE UPDATE ON unit_paths
BEGIN
	SELECT RAISE(ABORT, 'unit_moved');
END;
CREATE TRIGGER unit_paths_last BEFORE DELETE ON unit_paths
BEGIN
	SELECT RAISE(ABORT, 'unit_moved');
END;
