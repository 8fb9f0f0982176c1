-- What boards report: events and their chains, states, alarms, answers to actions.

-- A log is born with a board's database; a board that is swapped or reset begins another.
CREATE TABLE logs (
	id INTEGER PRIMARY KEY,
	board TEXT NOT NULL REFERENCES boards (id),
	log INTEGER NOT NULL, -- 64 bits, as they are
	upto INTEGER NOT NULL CHECK (upto >= 0),
	hash BLOB NOT NULL CHECK (length(hash) = 32), -- of the chain at upto
	began_ms INTEGER NOT NULL,
	UNIQUE (board, log)
) STRICT;

-- Columns as in schemas/wire/event.h, words as their codes.
CREATE TABLE events (
	id INTEGER PRIMARY KEY,
	log INTEGER NOT NULL REFERENCES logs (id),
	seq INTEGER NOT NULL,
	received_ms INTEGER NOT NULL,
	boot INTEGER NOT NULL,
	mono_ms INTEGER NOT NULL,
	wall_ms INTEGER NOT NULL,
	bound_ms INTEGER NOT NULL,
	trust INTEGER NOT NULL,
	type INTEGER NOT NULL,
	reason INTEGER NOT NULL,
	n INTEGER NOT NULL,
	grant_id TEXT,
	UNIQUE (log, seq)
) STRICT;

-- Events that were forgotten before they came here: a board had our word that they were safe, and a restored
-- backup did not know them.
CREATE TABLE log_gaps (
	log INTEGER NOT NULL REFERENCES logs (id),
	from_seq INTEGER NOT NULL,
	until_seq INTEGER NOT NULL,
	at_ms INTEGER NOT NULL,
	PRIMARY KEY (log, from_seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE alarms (
	id INTEGER PRIMARY KEY,
	board TEXT NOT NULL REFERENCES boards (id),
	alarm TEXT NOT NULL,
	began_ms INTEGER NOT NULL,
	ended_ms INTEGER, -- NULL: active
	acked_ms INTEGER,
	acked_by TEXT,
	note TEXT
) STRICT;
CREATE UNIQUE INDEX alarms_active ON alarms (board, alarm) WHERE ended_ms IS NULL;
CREATE INDEX alarms_ended ON alarms (ended_ms);
CREATE INDEX alarms_open ON alarms (id) WHERE ended_ms IS NULL OR acked_ms IS NULL;

-- The newest state a board sent; (boot, n) orders those of one start.
CREATE TABLE door_states (
	board TEXT PRIMARY KEY REFERENCES boards (id),
	boot INTEGER NOT NULL,
	n INTEGER NOT NULL,
	at_ms INTEGER NOT NULL,
	heard_ms INTEGER NOT NULL,
	door INTEGER NOT NULL,
	is_released INTEGER NOT NULL,
	is_contact_open INTEGER NOT NULL,
	mode INTEGER NOT NULL,
	mode_until_ms INTEGER NOT NULL,
	alarms INTEGER NOT NULL,
	lockout_s INTEGER NOT NULL,
	epoch INTEGER NOT NULL,
	rev INTEGER NOT NULL,
	digest BLOB NOT NULL,
	trust INTEGER NOT NULL,
	bound_ms INTEGER NOT NULL,
	queue INTEGER NOT NULL
) STRICT;

CREATE TABLE door_health (
	board TEXT PRIMARY KEY REFERENCES boards (id),
	at_ms INTEGER NOT NULL,
	version TEXT NOT NULL,
	uptime_s INTEGER NOT NULL,
	queue INTEGER NOT NULL,
	journal_bytes INTEGER NOT NULL,
	free_bytes INTEGER NOT NULL,
	temp_mc INTEGER,
	cert_days INTEGER,
	refused INTEGER NOT NULL,
	relay_count INTEGER NOT NULL
) STRICT;

CREATE TABLE actions (
	id TEXT PRIMARY KEY,
	board TEXT NOT NULL REFERENCES boards (id),
	what TEXT NOT NULL,
	why TEXT NOT NULL,
	text TEXT,
	who TEXT NOT NULL,
	at_ms INTEGER NOT NULL,
	expires_ms INTEGER NOT NULL,
	is_done INTEGER, -- NULL: the board has not answered
	reason TEXT,
	done_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX actions_of ON actions (board, at_ms);

-- Messages refused, by board, kind and reason; board '' for those of no board we know.
CREATE TABLE refusals (
	board TEXT NOT NULL,
	kind TEXT NOT NULL,
	reason TEXT NOT NULL,
	count INTEGER NOT NULL,
	PRIMARY KEY (board, kind, reason)
) STRICT, WITHOUT ROWID;
