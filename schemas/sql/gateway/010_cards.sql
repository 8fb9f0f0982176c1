-- A card beside the code of standing access. What opens at the door is its tag; the number itself is kept for the key
-- file alone, so that tags for further doors can be made.
CREATE TABLE cards (
	grant_id TEXT PRIMARY KEY REFERENCES grants (id),
	locked BLOB NOT NULL, -- length in bits and frame, with its nonce (gateway/core/link.h)
	made_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
ALTER TABLE grant_doors ADD COLUMN card_tag BLOB CHECK (card_tag IS NULL OR length(card_tag) = 16);
