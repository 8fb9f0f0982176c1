-- So long before "held open" a warning sounds at the door; 0: none. A site that has begun gets ten seconds of it.
ALTER TABLE site ADD COLUMN pre_alarm_ms INTEGER NOT NULL DEFAULT 0 CHECK (pre_alarm_ms >= 0);
UPDATE site SET pre_alarm_ms = min(10000, held_open_ms);
