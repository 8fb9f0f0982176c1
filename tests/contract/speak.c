/* speak FOLDER COUNT SEED - writes COUNT sealed messages of every kind, as our encoders make them, into
 * FOLDER. Each number, word and count is at its least, at its most, or anywhere between. Each message is read
 * back and written again first, and has to come out the same. The same seed writes the same bytes. */
#include <assert.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schemas/wire/seal.h"
#include "tests/contract/decoders.h"

#define COUNTER_MAX ((INT64_C(1) << 53) - 1)
#define GRANTS_SPOKEN 12

static uint64_t chance;
static struct wire_grant grants[GRANTS_SPOKEN];
static uint8_t sign_public[WIRE_SIGN_PUBLIC_BYTES], sign_secret[WIRE_SIGN_SECRET_BYTES];

static uint64_t roll(void) /* splitmix64 */
{
	uint64_t z = chance += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* One of four times the least, one of four the most. */
static int64_t within(int64_t min, int64_t max)
{
	switch (roll() % 4) {
	case 0:
		return min;
	case 1:
		return max;
	default:
		return min + (int64_t)(roll() % ((uint64_t)(max - min) + 1));
	}
}

static unsigned pick(unsigned first, unsigned count)
{
	return (unsigned)within(first, count - 1);
}

static int64_t counter(int64_t min)
{
	return within(min, COUNTER_MAX);
}

static int64_t time_ms(void)
{
	return within(0, WIRE_TIME_MAX_MS);
}

static uint32_t u32(void)
{
	return (uint32_t)within(0, UINT32_MAX);
}

static bool coin(void)
{
	return roll() & 1;
}

static void bytes(uint8_t *to, size_t len)
{
	for (size_t i = 0; i < len; i++)
		to[i] = (uint8_t)roll();
}

static void text(char *to, const char *alphabet, int64_t min, int64_t max)
{
	size_t len = (size_t)within(min, max);

	for (size_t i = 0; i < len; i++)
		to[i] = alphabet[roll() % strlen(alphabet)];
	to[len] = '\0';
}

static void id(char *to)
{
	text(to, "0123456789abcdefghijklmnopqrstuvwxyz", WIRE_ID_CHARS, WIRE_ID_CHARS);
}

static struct wire_span span(void)
{
	struct wire_span made = { .from_ms = within(0, WIRE_TIME_MAX_MS - 1) };

	made.until_ms = within(made.from_ms + 1, WIRE_TIME_MAX_MS);
	return made;
}

static struct wire_clock_state clock_state(void)
{
	return (struct wire_clock_state){ pick(WIRE_TRUST_TRUSTED, WIRE_TRUST_FLOOR + 1), u32() };
}

static void make_settings(struct wire_settings *settings)
{
	*settings = (struct wire_settings){
		.strike_ms = (uint32_t)within(500, 60000),
		.held_open_ms = (uint32_t)within(1000, 3600000),
		.inter_key_ms = (uint32_t)within(1000, 30000),
		.zone_min = (int32_t)within(-720, 840),
		.rex_releases = coin(),
		.argon_mem_kib = (uint32_t)within(8, 65536),
		.argon_passes = (uint32_t)within(1, 10),
		.holiday_count = (uint32_t)within(0, WIRE_HOLIDAYS_MAX),
	};
	settings->strike_extended_ms = (uint32_t)within(settings->strike_ms, 120000);
	settings->pre_alarm_ms = (uint32_t)within(0, settings->held_open_ms);
	bytes(settings->argon_salt, sizeof(settings->argon_salt));
	for (unsigned i = 0; i < settings->holiday_count; i++)
		settings->holidays[i] = span();
}

static void make_grant(struct wire_grant *grant)
{
	struct wire_span window = span();

	*grant = (struct wire_grant){
		.from_ms = window.from_ms,
		.until_ms = window.until_ms,
		.offline_until_ms = within(0, window.until_ms),
		.has_long = coin(),
		.has_card = coin(),
		.is_once = coin(),
		.opens_at_floor = coin(),
		.is_extended = coin(),
		.is_always = coin(),
		.opens_on_holidays = coin(),
		.weekly_count = (uint8_t)within(0, WIRE_WEEKLY_MAX),
	};
	id(grant->id);
	bytes(grant->tag, sizeof(grant->tag));
	bytes(grant->long_tag, sizeof(grant->long_tag));
	bytes(grant->card_tag, sizeof(grant->card_tag));
	for (unsigned i = 0; i < grant->weekly_count; i++)
		grant->weekly[i] = (struct wire_weekly){ (uint8_t)within(1, 127), (uint16_t)within(0, 1439),
			(uint16_t)within(1, 1440) };
}

static void make_snapshot(union contract_message *out)
{
	struct wire_snapshot *snapshot = &out->snapshot;

	*snapshot = (struct wire_snapshot){
		.epoch = (uint32_t)within(1, UINT32_MAX),
		.rev = counter(1),
		.at_ms = time_ms(),
		.mode = pick(0, WIRE_MODE_COUNT),
		.mode_until_ms = within(1, WIRE_TIME_MAX_MS),
		.grant_count = (size_t)within(0, GRANTS_SPOKEN),
		.grants = grants,
	};
	if (snapshot->mode != WIRE_MODE_HOLD_OPEN && coin())
		snapshot->mode_until_ms = 0;
	make_settings(&snapshot->settings);
	for (size_t i = 0; i < snapshot->grant_count; i++)
		make_grant(&grants[i]);
}

static void make_head(union contract_message *out)
{
	out->head = (struct wire_head){ .time_ms = time_ms(), .epoch = u32(), .rev = counter(0) };
	bytes(out->head.challenge, sizeof(out->head.challenge));
	bytes(out->head.digest, sizeof(out->head.digest));
}

static void make_ack(union contract_message *out)
{
	out->ack = (struct wire_ack){ .log = roll(), .upto = counter(0) };
	bytes(out->ack.hash, sizeof(out->ack.hash));
}

static void make_action(union contract_message *out)
{
	out->action = (struct wire_action){
		.expires_ms = time_ms(),
		.what = pick(0, WIRE_ACTION_COUNT),
		.why = pick(0, WIRE_WHY_COUNT),
	};
	id(out->action.id);
	text(out->action.who, "0123456789abcdefghijklmnopqrstuvwxyz-", 1, WIRE_WHO_MAX);
	bytes(out->action.challenge, sizeof(out->action.challenge));
}

static void make_hello(union contract_message *out)
{
	out->hello = (struct wire_hello){
		.boot = coin() ? roll() : UINT64_MAX,
		.epoch = u32(),
		.rev = counter(0),
		.log = coin() ? roll() : 0,
		.head = counter(0),
		.acked = counter(0),
		.clock = clock_state(),
	};
	bytes(out->hello.challenge, sizeof(out->hello.challenge));
	bytes(out->hello.digest, sizeof(out->hello.digest));
	bytes(out->hello.hash, sizeof(out->hello.hash));
}

static void make_state(union contract_message *out)
{
	out->state = (struct wire_state){
		.boot = roll(),
		.n = counter(0),
		.at_ms = time_ms(),
		.door = pick(0, WIRE_DOOR_STATE_COUNT),
		.is_released = coin(),
		.is_contact_open = coin(),
		.mode = pick(0, WIRE_MODE_COUNT),
		.mode_until_ms = within(1, WIRE_TIME_MAX_MS),
		.alarms = (unsigned)within(0, (1 << WIRE_ALARM_COUNT) - 1),
		.lockout_s = u32(),
		.epoch = u32(),
		.rev = counter(0),
		.clock = clock_state(),
		.queue = counter(0),
	};
	bytes(out->state.digest, sizeof(out->state.digest));
}

static void make_event(union contract_message *out)
{
	struct wire_events *events = &out->events;
	int64_t seq = counter(1) - 1;

	*events = (struct wire_events){ .log = roll(), .count = (unsigned)within(1, WIRE_EVENTS_MAX) };
	bytes(events->prev, sizeof(events->prev));
	if (seq > COUNTER_MAX - events->count)
		seq = COUNTER_MAX - events->count;
	for (unsigned i = 0; i < events->count; i++) {
		events->events[i] = (struct wire_event){
			.seq = (uint64_t)seq + 1 + i,
			.boot = roll(),
			.mono_ms = counter(0),
			.wall_ms = time_ms(),
			.bound_ms = u32(),
			.trust = pick(WIRE_TRUST_TRUSTED, WIRE_TRUST_FLOOR + 1),
			.type = pick(1, WIRE_EVENT_TYPE_COUNT),
			.reason = pick(0, WIRE_REASON_COUNT),
			.n = coin() ? counter(-COUNTER_MAX) : 0,
		};
		if (coin())
			id(events->events[i].grant);
	}
}

static void make_did(union contract_message *out)
{
	out->did = (struct wire_did){ .is_done = coin(), .reason = pick(0, WIRE_REASON_COUNT) };
	id(out->did.id);
}

static void make_health(union contract_message *out)
{
	out->health = (struct wire_health){
		.uptime_s = counter(0),
		.queue = counter(0),
		.journal_bytes = counter(0),
		.free_bytes = counter(0),
		.temp_mc = coin() ? (int32_t)within(-273150, 1000000) : INT32_MIN,
		.cert_days = coin() ? (int32_t)within(-100000, 100000) : INT32_MIN,
		.refused = counter(0),
		.relay_count = counter(0),
	};
	text(out->health.version, "0123456789ABCXYZabcxyz.+~-", 1, 16);
}

static void make_link(union contract_message *out)
{
	out->link = (struct wire_link){ coin() };
}

static void (*const makers[WIRE_KIND_COUNT])(union contract_message *out) = {
	[WIRE_SNAPSHOT] = make_snapshot,
	[WIRE_HEAD] = make_head,
	[WIRE_ACK] = make_ack,
	[WIRE_ACTION] = make_action,
	[WIRE_HELLO] = make_hello,
	[WIRE_STATE] = make_state,
	[WIRE_EVENT] = make_event,
	[WIRE_DID] = make_did,
	[WIRE_HEALTH] = make_health,
	[WIRE_LINK] = make_link,
};

static int save(const char *folder, enum wire_kind kind, int number, const char *msg, size_t len)
{
	char path[4096];
	FILE *file;
	size_t written;

	snprintf(path, sizeof(path), "%s/%s-%03d.json", folder, wire_kind_info(kind)->word, number);
	file = fopen(path, "wb");
	if (!file)
		return -1;
	written = fwrite(msg, 1, len, file);
	return fclose(file) == 0 && written == len ? 0 : -1;
}

/* 0, or what went wrong in words. */
static const char *speak(const char *folder, enum wire_kind kind, int number)
{
	static char msg[WIRE_MESSAGE_MAX], again[WIRE_MESSAGE_MAX];
	char topic[WIRE_TOPIC_SIZE];
	union contract_message message;
	long len, len_again;

	makers[kind](&message);
	len = contract_encode(msg, sizeof(msg), kind, &message);
	if (len < 0)
		return "cannot be encoded";
	wire_topic_make(topic, "site", "board", kind);
	if (wire_kind_info(kind)->is_sealed) {
		long sealed_len = wire_seal(msg, (size_t)len, sizeof(msg), topic, sign_secret);

		if (sealed_len != len + WIRE_SEAL_BYTES - 1 ||
			wire_unseal(msg, (size_t)sealed_len, topic, sign_public) != 0)
			return "does not hold its seal";
		if (save(folder, kind, number, msg, (size_t)sealed_len) < 0)
			return "cannot be written";
		memcpy(again, msg, (size_t)sealed_len);
		if (contract_decode(&message, kind, again, (size_t)sealed_len) != 0)
			return "is refused by its decoder, sealed";
		msg[len - 1] = '}';
	} else if (save(folder, kind, number, msg, (size_t)len) < 0) {
		return "cannot be written";
	}

	if (contract_decode(&message, kind, msg, (size_t)len) != 0)
		return "is refused by its decoder";
	len_again = contract_encode(again, sizeof(again), kind, &message);
	if (len_again != len || memcmp(msg, again, (size_t)len) != 0)
		return "comes back changed";
	return NULL;
}

int main(int argc, char **argv)
{
	uint8_t seed[crypto_sign_SEEDBYTES] = { 1 };
	int count = argc == 4 ? (int)strtol(argv[2], NULL, 10) : 0;

	if (count <= 0 || sodium_init() < 0) {
		fprintf(stderr, "usage: %s FOLDER COUNT SEED\n", argv[0]);
		return 2;
	}
	chance = strtoull(argv[3], NULL, 0);
	crypto_sign_seed_keypair(sign_public, sign_secret, seed);
	for (unsigned kind = 0; kind < WIRE_KIND_COUNT; kind++) {
		for (int number = 0; number < count; number++) {
			const char *wrong = speak(argv[1], kind, number);

			if (!wrong)
				continue;
			fprintf(stderr, "%s %d of seed %s %s\n", wire_kind_info(kind)->word, number, argv[3],
				wrong);
			return 1;
		}
	}
	return 0;
}
