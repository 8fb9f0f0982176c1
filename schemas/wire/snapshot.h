/* snapshot - everything a door should be, in one signed message: mode, settings, all grants.
 * `(epoch, rev)` orders them; revoked means absent from a newer one. */
#ifndef RUMAH_WIRE_SNAPSHOT_H
#define RUMAH_WIRE_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schemas/wire/event.h"
#include "schemas/wire/refusal.h"

#define WIRE_TAG_BYTES 16
#define WIRE_GRANTS_MAX 20000
#define WIRE_WEEKLY_MAX 8
#define WIRE_HOLIDAYS_MAX 64
#define WIRE_TIME_MAX_MS 253402300799000 /* the end of 9999 */
#define WIRE_DIGEST_BYTES 32

#define WIRE_MODES(X)                                                                                        \
	X(NORMAL, "normal")       /* grants open */                                                          \
	X(LOCKDOWN, "lockdown")   /* no code opens; a staff action does */                                   \
	X(HOLD_OPEN, "hold_open") /* the strike stays released until `until` */                              \
	X(CLOSED, "closed")       /* only grants marked `always` open */

enum wire_mode {
#define X(name, word) WIRE_MODE_##name,
	WIRE_MODES(X)
#undef X
		WIRE_MODE_COUNT
};
const char *wire_mode_word(enum wire_mode mode);
int wire_mode_read(enum wire_mode *out, const char *word); /* 0 or WIRE_BAD_FORM */

struct wire_weekly {  /* hours of one standing grant; to <= from runs past midnight, belonging to the day it
			 began on */
	uint8_t days; /* bit 0 Monday … bit 6 Sunday; 1..127 */
	uint16_t from_min, to_min; /* minutes of the local day, from 0..1439, to 1..1440 */
};

struct wire_grant {
	int64_t from_ms, until_ms; /* half open: [from, until) */
	int64_t offline_until_ms;  /* <= until: without a fresh head the grant ends here */
	char id[WIRE_GRANT_ID_CHARS + 1];
	uint8_t tag[WIRE_TAG_BYTES];      /* of the short code; see code.h */
	uint8_t long_tag[WIRE_TAG_BYTES]; /* of the 12-digit code, valid when has_long */
	uint8_t card_tag[WIRE_TAG_BYTES]; /* of a card, valid when has_card; see card.h */
	bool has_long, has_card;
	bool is_once;        /* the first use is the last */
	bool opens_at_floor; /* opens without a clock, in its window at the floor, for at most 12 h */
	bool is_extended;    /* strike for settings.strike_extended_ms: people who need longer */
	bool is_always;      /* opens in mode closed */
	bool opens_on_holidays;
	uint8_t weekly_count; /* 0: the whole window */
	struct wire_weekly weekly[WIRE_WEEKLY_MAX];
};

struct wire_span {
	int64_t from_ms, until_ms;
};

struct wire_settings {
	uint32_t strike_ms;          /* 500..60000 */
	uint32_t strike_extended_ms; /* strike_ms..120000 */
	uint32_t held_open_ms;       /* 1000..3600000: open longer is an alarm */
	uint32_t pre_alarm_ms;       /* 0..held_open_ms: a warning sounds so long before it; 0: none */
	uint32_t inter_key_ms;       /* 1000..30000: an entry left this long is dropped */
	int32_t zone_min;            /* local time minus UTC, -720..840; no daylight saving in Indonesia */
	bool rex_releases; /* REX energises the strike: only where the lock needs it to let people out */
	uint8_t argon_salt[16];
	uint32_t argon_mem_kib; /* 8..65536 */
	uint32_t argon_passes;  /* 1..10 */
	uint32_t holiday_count;
	struct wire_span holidays[WIRE_HOLIDAYS_MAX];
};

struct wire_snapshot {
	uint32_t epoch; /* from 1 */
	uint64_t rev;   /* from 1 */
	int64_t at_ms;  /* when the gateway made it */
	enum wire_mode mode;
	int64_t mode_until_ms; /* 0: until a newer snapshot; hold_open always has an end */
	struct wire_settings settings;
	size_t grant_count;
	size_t grant_max;          /* room in grants, set by the caller before decoding */
	struct wire_grant *grants; /* the caller's */
};

/* JSON of it, unsealed, into buf. Returns the length, or -ENOSPC. No allocation. */
long wire_snapshot_encode(char *buf, size_t size, const struct wire_snapshot *snapshot);

/* Reads a message whose seal was checked. `grants` and `grant_max` are set by the caller and filled here;
 * more grants than that is WIRE_OUT_OF_BOUNDS. Returns 0, a wire_refusal, or -ENOMEM (ids and tags are looked
 * through for twins in a transient table of at most 1 MiB); after either *out is not to be used. */
int wire_snapshot_decode(struct wire_snapshot *out, const char *msg, size_t len);

/* What both sides compare: BLAKE2b-256 of the whole sealed message as sent. */
void wire_digest(uint8_t digest[static WIRE_DIGEST_BYTES], const char *msg, size_t len);

#endif
