-- Accounts that are closed, and passwords that are good once.
ALTER TABLE staff ADD COLUMN disabled_ms INTEGER;   -- NULL: may log in
ALTER TABLE staff ADD COLUMN once_until_ms INTEGER; -- a manager's one-time password is good until then; NULL: their own
