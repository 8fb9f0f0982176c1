#include "tests/bench/plan.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "schemas/wire/seal.h"
#include "schemas/wire/topic.h"
#include "tests/bench/samples.h"
#include "tests/bench/world.h"

#define HOUR_MS INT64_C(3600000)

int64_t wall_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void plan_stretched(uint8_t s[static WIRE_STRETCHED_BYTES], size_t i)
{
	crypto_generichash(s, WIRE_STRETCHED_BYTES, (const uint8_t *)&i, sizeof(i), NULL, 0);
}

static const struct wire_settings settings = {
	.strike_ms = 500, /* the shortest: a measurement waits for it */
	.strike_extended_ms = 500,
	.held_open_ms = 60000,
	.inter_key_ms = 5000,
	.zone_min = 7 * 60,
	.argon_salt = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 },
	.argon_mem_kib = 4096,
	.argon_passes = 3,
};

void plan_make(struct wire_snapshot *out, size_t count, uint64_t rev, const uint8_t tag_key[WIRE_KEY_BYTES])
{
	int64_t now = wall_now_ms();
	uint8_t s[WIRE_STRETCHED_BYTES];

	*out = (struct wire_snapshot){ .epoch = 1, .rev = rev, .at_ms = now, .settings = settings };
	out->grants = calloc(count, sizeof(*out->grants));
	out->grant_count = out->grant_max = count;
	if (!out->grants)
		broken("no memory");
	for (size_t i = 0; i < count; i++) {
		struct wire_grant *grant = &out->grants[i];

		grant->from_ms = now - HOUR_MS;
		grant->until_ms = grant->offline_until_ms = now + 365 * 24 * HOUR_MS;
		grant->opens_at_floor = true; /* nobody tells these doors the time */
		snprintf(grant->id, sizeof(grant->id), "grant%011zu", i % 100000000000u);
		plan_stretched(s, i);
		wire_tag(grant->tag, tag_key, s);
	}
}

void plan_free(struct wire_snapshot *plan)
{
	free(plan->grants);
	plan->grants = NULL;
}

void plan_set_code(
	struct wire_snapshot *plan, size_t i, const char *digits, const uint8_t tag_key[WIRE_KEY_BYTES])
{
	uint8_t s[WIRE_STRETCHED_BYTES];

	if (wire_stretch(s, digits, strlen(digits), &plan->settings) != 0)
		broken("a code cannot be stretched");
	wire_tag(plan->grants[i].tag, tag_key, s);
}

char *plan_seal(
	const struct wire_snapshot *plan, const char *board, const struct identity *gateway, size_t *len)
{
	char topic[WIRE_TOPIC_SIZE], *buf = malloc(WIRE_SNAPSHOT_MAX);
	long r = buf ? wire_snapshot_encode(buf, WIRE_SNAPSHOT_MAX, plan) : -1;

	wire_topic_make(topic, SITE, board, WIRE_SNAPSHOT);
	if (r > 0)
		r = wire_seal(buf, (size_t)r, WIRE_SNAPSHOT_MAX, topic, gateway->sign_secret);
	if (r < 0)
		broken("a snapshot cannot be made: %ld", r);
	*len = (size_t)r;
	return buf;
}

void plan_tag_key(
	uint8_t tag_key[static WIRE_KEY_BYTES], const struct identity *board, const struct identity *gateway)
{
	struct wire_board_keys keys;

	if (wire_board_keys(&keys, board->agree_secret, gateway->agree_public, board->agree_public,
		    gateway->agree_public) != 0)
		broken("the keys do not agree");
	memcpy(tag_key, keys.tag_key, WIRE_KEY_BYTES);
}
