-- Staff, their sessions, and the record of what they did.

CREATE TABLE staff (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	role TEXT NOT NULL CHECK (role IN ('desk', 'guard', 'manager', 'technician', 'auditor')),
	password TEXT NOT NULL, -- as crypto_pwhash_str() made it
	changed_ms INTEGER NOT NULL
) STRICT;

-- Only the token's hash: who reads the database is not logged in.
CREATE TABLE sessions (
	token_hash BLOB PRIMARY KEY CHECK (length(token_hash) = 32),
	staff INTEGER NOT NULL REFERENCES staff (id),
	began_ms INTEGER NOT NULL,
	seen_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of ON sessions (staff);

-- Wrong guesses in a row, by account; unknown names share as many rows as there are buckets.
CREATE TABLE login_failures (
	account TEXT PRIMARY KEY,
	count INTEGER NOT NULL CHECK (count >= 0),
	until_ms INTEGER NOT NULL -- no guess is heard before
) STRICT, WITHOUT ROWID;

-- hash(n) = BLAKE2b(hash(n-1), row n): gateway/core/audit.h. Written once.
CREATE TABLE audit (
	id INTEGER PRIMARY KEY,
	at_ms INTEGER NOT NULL,
	who TEXT NOT NULL,
	role TEXT NOT NULL,
	what TEXT NOT NULL,
	subject TEXT NOT NULL,
	detail TEXT NOT NULL,
	hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE TRIGGER audit_stay BEFORE UPDATE ON audit
BEGIN
	SELECT RAISE(ABORT, 'append_only');
END;
CREATE TRIGGER audit_last BEFORE DELETE ON audit
BEGIN
	SELECT RAISE(ABORT, 'append_only');
END;
CREATE TRIGGER audit_once BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
BEGIN
	SELECT RAISE(ABORT, 'append_only');
END;
