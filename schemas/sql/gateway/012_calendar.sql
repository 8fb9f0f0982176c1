-- Staff's calendar feeds: one token a person, known by its hash.
CREATE TABLE feeds (
	staff INTEGER PRIMARY KEY REFERENCES staff (id),
	token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
	made_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX requests_by_time ON requests (until_ms) WHERE state IN ('disetujui', 'berlangsung', 'selesai');
