#include "schemas/wire/snapshot.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "schemas/wire/json.h"
#include "schemas/wire/words.h"

/* --- no two grants of one id, no two codes or cards of one tag --- */

#define KEY_BYTES 16

_Static_assert(
	WIRE_GRANT_ID_CHARS == KEY_BYTES && WIRE_TAG_BYTES == KEY_BYTES, "one set serves ids and tags");

/* An open-addressed hash set. Its hash is keyed at random, so that no choice of ids makes it slow. */
struct key_set {
	const void **slots; /* borrowed keys */
	size_t mask;
	uint8_t hash_key[crypto_shorthash_KEYBYTES];
};

static int key_set_init(struct key_set *set, size_t keys)
{
	size_t slots = 16;

	while (slots < 2 * keys)
		slots *= 2;
	set->slots = calloc(slots, sizeof(*set->slots));
	if (!set->slots)
		return -ENOMEM;
	set->mask = slots - 1;
	randombytes_buf(set->hash_key, sizeof(set->hash_key));
	return 0;
}

static void key_set_clear(struct key_set *set)
{
	memset(set->slots, 0, (set->mask + 1) * sizeof(*set->slots));
}

/* False when the key is there already. */
static bool key_set_add(struct key_set *set, const void *key)
{
	uint64_t hash;
	size_t at;

	_Static_assert(crypto_shorthash_BYTES == sizeof(hash), "a hash is one word");
	crypto_shorthash((uint8_t *)&hash, key, KEY_BYTES, set->hash_key);
	for (at = (size_t)hash & set->mask; set->slots[at]; at = (at + 1) & set->mask)
		if (memcmp(set->slots[at], key, KEY_BYTES) == 0)
			return false;
	set->slots[at] = key;
	return true;
}

static int check_unique(const struct wire_snapshot *snapshot)
{
	const struct wire_grant *grants = snapshot->grants;
	struct key_set set;
	bool is_unique = true;
	int r = key_set_init(&set, 3 * snapshot->grant_count);

	if (r < 0)
		return r;
	for (size_t i = 0; is_unique && i < snapshot->grant_count; i++)
		is_unique = key_set_add(&set, grants[i].id);
	key_set_clear(&set);
	for (size_t i = 0; is_unique && i < snapshot->grant_count; i++)
		is_unique = key_set_add(&set, grants[i].tag) &&
			    (!grants[i].has_long || key_set_add(&set, grants[i].long_tag)) &&
			    (!grants[i].has_card || key_set_add(&set, grants[i].card_tag));
	free(set.slots);
	return is_unique ? 0 : WIRE_BAD_ORDER;
}

/* --- rules between members --- */

static int check_grant(const void *base)
{
	const struct wire_grant *grant = base;

	return grant->from_ms < grant->until_ms && grant->offline_until_ms <= grant->until_ms
		       ? 0
		       : WIRE_BAD_ORDER;
}

static int check_span(const void *base)
{
	const struct wire_span *span = base;

	return span->from_ms < span->until_ms ? 0 : WIRE_BAD_ORDER;
}

static int check_settings(const void *base)
{
	const struct wire_settings *settings = base;

	return settings->strike_ms <= settings->strike_extended_ms &&
			       settings->pre_alarm_ms <= settings->held_open_ms
		       ? 0
		       : WIRE_BAD_ORDER;
}

/* A door that stays open until somebody remembers it is not a mode of ours. */
static int check_mode(const void *base)
{
	const struct wire_snapshot *snapshot = base;

	return snapshot->mode != WIRE_MODE_HOLD_OPEN || snapshot->mode_until_ms > 0 ? 0 : WIRE_OUT_OF_BOUNDS;
}

static int check_snapshot(const void *base)
{
	return check_unique(base);
}

/* --- types of this message alone --- */

/* Of the long code and of the card, whose presence is has_long and has_card. */
static int long_tag_read(struct json_in *in, void *base, const struct json_member *member)
{
	struct wire_grant *grant = base;

	grant->has_long = true;
	return json_bytes.read(in, base, member);
}

static int card_tag_read(struct json_in *in, void *base, const struct json_member *member)
{
	struct wire_grant *grant = base;

	grant->has_card = true;
	return json_bytes.read(in, base, member);
}

static void tag_write(struct json_out *out, const void *base, const struct json_member *member)
{
	json_bytes.write(out, base, member);
}

static bool long_tag_is_absent(const void *base, const struct json_member *member)
{
	const struct wire_grant *grant = base;

	(void)member;
	return !grant->has_long;
}

static bool card_tag_is_absent(const void *base, const struct json_member *member)
{
	const struct wire_grant *grant = base;

	(void)member;
	return !grant->has_card;
}

static const struct json_type long_tag = { long_tag_read, tag_write, long_tag_is_absent };
static const struct json_type card_tag = { card_tag_read, tag_write, card_tag_is_absent };

/* Grants live in the caller's memory. */
static int grants_read(struct json_in *in, void *base, const struct json_member *member)
{
	struct wire_snapshot *snapshot = base;
	struct json_member bounds = *member;

	if (snapshot->grant_max < (size_t)bounds.max)
		bounds.max = (int64_t)snapshot->grant_max;
	return json_read_items(in, snapshot->grants, &snapshot->grant_count, &bounds, member->of);
}

static void grants_write(struct json_out *out, const void *base, const struct json_member *member)
{
	const struct wire_snapshot *snapshot = base;

	json_write_items(out, snapshot->grants, snapshot->grant_count, member->of);
}

static const struct json_type grants = { grants_read, grants_write, NULL };

static bool is_id_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
}

static const struct json_alphabet id_alphabet = { is_id_char };

/* --- the tables --- */
/* clang-format off */

static const struct json_member weekly_members[] = {
	{ "days",     JSON_INT(struct wire_weekly, days, 1, 127) },
	{ "from_min", JSON_INT(struct wire_weekly, from_min, 0, 1439) },
	{ "to_min",   JSON_INT(struct wire_weekly, to_min, 1, 1440) },
};
static const struct json_object weekly_object = JSON_OBJECT(weekly_members, NULL);
static const struct json_array weekly_array = {
	&weekly_object, sizeof(struct wire_weekly), JSON_FIELD(struct wire_grant, weekly_count),
};

/* A grant's names leave out their unit: there are 20,000 of them, and all times are milliseconds. */
static const struct json_member grant_members[] = {
	{ "id",                JSON_TEXT(struct wire_grant, id, WIRE_GRANT_ID_CHARS, WIRE_GRANT_ID_CHARS, &id_alphabet) },
	{ "from",              JSON_TIME(struct wire_grant, from_ms) },
	{ "until",             JSON_TIME(struct wire_grant, until_ms) },
	{ "offline_until",     JSON_TIME(struct wire_grant, offline_until_ms) },
	{ "tag",               JSON_BYTES(struct wire_grant, tag) },
	{ "long_tag",          &long_tag, JSON_FIELD(struct wire_grant, long_tag), .is_optional = true },
	{ "card_tag",          &card_tag, JSON_FIELD(struct wire_grant, card_tag), .is_optional = true },
	{ "once",              JSON_BOOL(struct wire_grant, is_once), .is_optional = true },
	{ "opens_at_floor",    JSON_BOOL(struct wire_grant, opens_at_floor), .is_optional = true },
	{ "extended",          JSON_BOOL(struct wire_grant, is_extended), .is_optional = true },
	{ "always",            JSON_BOOL(struct wire_grant, is_always), .is_optional = true },
	{ "opens_on_holidays", JSON_BOOL(struct wire_grant, opens_on_holidays), .is_optional = true },
	{ "weekly",            JSON_LIST(struct wire_grant, weekly, 1, WIRE_WEEKLY_MAX, &weekly_array), .is_optional = true },
};
static const struct json_object grant_object = JSON_OBJECT(grant_members, check_grant);
static const struct json_array grant_array = { &grant_object, sizeof(struct wire_grant) };

static const struct json_member span_members[] = {
	{ "from_ms",  JSON_TIME(struct wire_span, from_ms) },
	{ "until_ms", JSON_TIME(struct wire_span, until_ms) },
};
static const struct json_object span_object = JSON_OBJECT(span_members, check_span);
static const struct json_array holiday_array = {
	&span_object, sizeof(struct wire_span), JSON_FIELD(struct wire_settings, holiday_count),
};

static const struct json_member settings_members[] = {
	{ "strike_ms",          JSON_INT(struct wire_settings, strike_ms, 500, 60000) },
	{ "strike_extended_ms", JSON_INT(struct wire_settings, strike_extended_ms, 500, 120000) },
	{ "held_open_ms",       JSON_INT(struct wire_settings, held_open_ms, 1000, 3600000) },
	{ "pre_alarm_ms",       JSON_INT(struct wire_settings, pre_alarm_ms, 0, 3600000), .is_optional = true },
	{ "inter_key_ms",       JSON_INT(struct wire_settings, inter_key_ms, 1000, 30000) },
	{ "zone_min",           JSON_INT(struct wire_settings, zone_min, -720, 840) },
	{ "rex_releases",       JSON_BOOL(struct wire_settings, rex_releases), .is_optional = true },
	{ "argon_salt",         JSON_BYTES(struct wire_settings, argon_salt) },
	{ "argon_mem_kib",      JSON_INT(struct wire_settings, argon_mem_kib, 8, 65536) },
	{ "argon_passes",       JSON_INT(struct wire_settings, argon_passes, 1, 10) },
	{ "holidays",           JSON_LIST(struct wire_settings, holidays, 1, WIRE_HOLIDAYS_MAX, &holiday_array), .is_optional = true },
};
static const struct json_object settings_object = JSON_OBJECT(settings_members, check_settings);

static const struct json_member mode_members[] = {
	{ "kind",     JSON_WORD(struct wire_snapshot, mode, &words_mode) },
	{ "until_ms", JSON_TIME(struct wire_snapshot, mode_until_ms), .is_optional = true },
};
static const struct json_object mode_object = JSON_OBJECT(mode_members, check_mode);

static const struct json_member snapshot_members[] = {
	{ "epoch",    JSON_INT(struct wire_snapshot, epoch, 1, UINT32_MAX) },
	{ "rev",      JSON_COUNTER(struct wire_snapshot, rev, 1) },
	{ "at_ms",    JSON_TIME(struct wire_snapshot, at_ms) },
	{ "mode",     JSON_NESTED(struct wire_snapshot, &mode_object) },
	{ "settings", JSON_PART(struct wire_snapshot, settings, &settings_object) },
	{ "grants",   &grants, JSON_FIELD(struct wire_snapshot, grants), 0, WIRE_GRANTS_MAX, &grant_array },
};
static const struct json_object snapshot_object = JSON_OBJECT(snapshot_members, check_snapshot);

/* clang-format on */

long wire_snapshot_encode(char *buf, size_t size, const struct wire_snapshot *snapshot)
{
	return json_write_message(buf, size, snapshot, &snapshot_object);
}

int wire_snapshot_decode(struct wire_snapshot *out, const char *msg, size_t len)
{
	*out = (struct wire_snapshot){ .grants = out->grants, .grant_max = out->grant_max };
	return json_read_message(out, &snapshot_object, WIRE_SNAPSHOT, msg, len);
}

void wire_digest(uint8_t digest[static WIRE_DIGEST_BYTES], const char *msg, size_t len)
{
	crypto_generichash(digest, WIRE_DIGEST_BYTES, (const uint8_t *)msg, len, NULL, 0);
}
