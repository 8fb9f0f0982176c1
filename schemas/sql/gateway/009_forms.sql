-- What a request says beyond unit and time, the lists it chooses from, and the letters that were handed in.

-- Lists that staff edit. What was chosen once stays readable: a row is switched off, never deleted.
CREATE TABLE choices (
	list TEXT NOT NULL CHECK (list IN ('kind', 'programme', 'refusal')),
	id TEXT NOT NULL CHECK (length(id) BETWEEN 1 AND 32),
	name TEXT NOT NULL,    -- Bahasa Indonesia
	name_en TEXT NOT NULL,
	position INTEGER NOT NULL,
	is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
	PRIMARY KEY (list, id)
) STRICT, WITHOUT ROWID;
INSERT INTO choices (list, id, name, name_en, position, is_active) VALUES
	('kind', 'peningkatan_kompetensi', 'Peningkatan kompetensi', 'Professional development', 1, 1),
	('kind', 'rapat_organisasi', 'Rapat organisasi profesi', 'Meeting of a professional organisation', 2, 1),
	('kind', 'diskusi_profesi', 'Diskusi profesi', 'Professional discussion', 3, 1),
	('kind', 'rapat', 'Rapat', 'Meeting', 4, 1),
	('kind', 'pelatihan', 'Pelatihan', 'Training', 5, 1),
	('kind', 'menginap', 'Menginap', 'Overnight stay', 6, 1),
	('kind', 'lainnya', 'Lainnya', 'Other', 7, 1),
	('programme', 'pembelajaran_mendalam', 'Pembelajaran mendalam', 'Deep learning', 1, 1),
	('programme', 'koding_ai', 'Koding dan AI', 'Coding and AI', 2, 1),
	('programme', 'stem', 'STEM', 'STEM', 3, 1),
	('programme', 'guru_bk', 'Guru BK', 'School counsellors', 4, 1),
	('programme', 'pkgbi', 'PKGBI', 'PKGBI', 5, 1),
	('programme', 'rpl', 'RPL', 'Recognition of prior learning', 6, 1),
	('refusal', 'unit_terisi', 'Unit sudah terisi pada waktu itu', 'The unit is taken at that time', 1, 1),
	('refusal', 'surat_belum_lengkap', 'Surat permohonan belum lengkap', 'The letter is incomplete', 2, 1),
	('refusal', 'terlalu_mendadak', 'Diajukan terlalu dekat dengan waktunya', 'Asked for at too short notice', 3, 1),
	('refusal', 'di_luar_layanan', 'Kegiatan di luar layanan rumah guru', 'Not what this house is for', 4, 1),
	('refusal', 'perawatan', 'Unit sedang dirawat', 'The unit is under maintenance', 5, 1),
	('refusal', 'lainnya', 'Lainnya', 'Other', 6, 1);

ALTER TABLE requests ADD COLUMN refusal TEXT; -- of the list, when it was refused by it

-- One row a request; those from before this table have none.
CREATE TABLE request_forms (
	request INTEGER PRIMARY KEY REFERENCES requests (id),
	applicant TEXT NOT NULL CHECK (applicant IN ('perorangan', 'organisasi')),
	programme TEXT,
	accessibility TEXT,
	equipment TEXT,
	women INTEGER CHECK (women >= 0),
	men INTEGER CHECK (men >= 0),
	nip TEXT,   -- masked: the whole number is nowhere
	nuptk TEXT, -- masked
	letter_way TEXT CHECK (letter_way IN ('upload', 'made', 'later')),
	-- Of a letter that the page writes.
	position TEXT,
	address TEXT,
	place TEXT,
	reference TEXT
) STRICT;

-- The newest letter of a request. Its bytes are a file named by their hash, outside of any web root.
CREATE TABLE letters (
	request INTEGER PRIMARY KEY REFERENCES requests (id),
	hash BLOB NOT NULL CHECK (length(hash) = 32),
	type TEXT NOT NULL CHECK (type IN ('pdf', 'jpeg', 'png')),
	bytes INTEGER NOT NULL CHECK (bytes > 0),
	at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX letters_by_hash ON letters (hash);
