-- The memory of one board: firmware/door/journal.c is its only reader and writer.

-- One row: counters, so that no start ever counts a table, and what must outlive a power cut.
CREATE TABLE memory (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	board TEXT NOT NULL,
	log INTEGER NOT NULL,                                        -- born with this database
	head INTEGER NOT NULL CHECK (head >= 0),                     -- newest event; 0: none
	acked INTEGER NOT NULL CHECK (acked BETWEEN 0 AND head),     -- the centre has committed up to here
	hash BLOB NOT NULL CHECK (length(hash) = 32),                -- of the chain at head
	dropped INTEGER NOT NULL CHECK (dropped >= 0),               -- noise left out after head, not yet told by a gap event
	floor_ms INTEGER NOT NULL,                                   -- newest trusted time
	failures INTEGER NOT NULL CHECK (failures >= 0),
	is_lockout_open INTEGER NOT NULL CHECK (is_lockout_open IN (0, 1)),
	is_entry_open INTEGER NOT NULL CHECK (is_entry_open IN (0, 1)),
	sum BLOB NOT NULL CHECK (length(sum) = 16)                   -- over all of the above: SQLite does not see a flipped bit
) STRICT;

-- The sealed bytes as they came; the seal is checked again at every start.
CREATE TABLE snapshot (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	epoch INTEGER NOT NULL,
	rev INTEGER NOT NULL,
	sealed BLOB NOT NULL
) STRICT;

-- One-time grants that were used; forgotten when the time floor has passed their end.
CREATE TABLE used (
	grant_id TEXT PRIMARY KEY,
	until_ms INTEGER NOT NULL,
	sum BLOB NOT NULL CHECK (length(sum) = 16)
) STRICT, WITHOUT ROWID;

-- Columns as in schemas/wire/event.h. The chain's hash stands at every 64th event: enough to begin anywhere,
-- and 31 bytes less on each of a million rows.
CREATE TABLE event (
	seq INTEGER PRIMARY KEY,
	boot INTEGER NOT NULL,
	mono_ms INTEGER NOT NULL,
	wall_ms INTEGER NOT NULL,
	bound_ms INTEGER NOT NULL,
	trust INTEGER NOT NULL,
	type INTEGER NOT NULL,
	reason INTEGER NOT NULL,
	n INTEGER NOT NULL,
	grant_id TEXT,
	hash BLOB
) STRICT;
