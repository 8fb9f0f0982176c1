/* service_world - see service_world.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/service_world.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "schemas/wire/seal.h"

static const char site[] = "rumah";

static void random_bytes(void *ctx, void *buf, size_t len)
{
	prng_fill(&((struct world *)ctx)->prng, buf, len);
}

static void publish(void *ctx, const char *board, enum wire_kind kind, const char *msg, size_t len)
{
	struct world *world = ctx;
	struct sent *sent = &world->sent[world->sent_count++ % SENT_MAX];

	free(sent->msg);
	snprintf(sent->board, sizeof(sent->board), "%s", board);
	sent->kind = kind;
	sent->msg = malloc(len + 1);
	assert_non_null(sent->msg);
	memcpy(sent->msg, msg, len);
	sent->msg[len] = '\0';
	sent->len = len;
}

static void changed(void *ctx, uint64_t seq, const char *what, const json_t *json)
{
	static const char *const words[] = { "request", "door", "alarm", "event" };
	struct world *world = ctx;

	assert_true(json_is_object(json));
	assert_true(seq > world->told_seq);
	world->told_seq = seq;
	for (size_t i = 0; i < 4; i++) {
		if (strcmp(what, words[i]) == 0) {
			world->told[i]++;
			return;
		}
	}
	fail_msg("a change of no known kind: %s", what);
}

static void make_identity(struct world *world, struct identity *out)
{
	uint8_t seed[32];

	prng_fill(&world->prng, seed, sizeof(seed));
	crypto_sign_seed_keypair(out->sign_public, out->sign_secret, seed);
	prng_fill(&world->prng, seed, sizeof(seed));
	crypto_box_seed_keypair(out->agree_public, out->agree_secret, seed);
}

void board_make(struct world *world, struct test_board *board, const char *id)
{
	memset(board, 0, sizeof(*board));
	snprintf(board->id, sizeof(board->id), "%s", id);
	make_identity(world, &board->identity);
	board->boot = prng_next(&world->prng);
	board->log = prng_next(&world->prng);
	wire_chain_start(board->hash, board->id, board->log);
	assert_int_equal(
		wire_board_keys(&board->keys, board->identity.agree_secret, world->identity.agree_public,
			board->identity.agree_public, world->identity.agree_public),
		0);
}

static void add_unit(struct world *world, const char *id, const char *parent, const char *kind,
	unsigned capacity, uint32_t buffer)
{
	struct service_unit unit = { id, parent, id, kind, capacity, buffer, buffer };

	assert_int_equal(
		service_unit_add(world->service, &world->manager, world->now_ms, &unit, &world->problem), 0);
}

static void add_board(struct world *world, struct test_board *board, const char *id, const char *unit)
{
	struct service_board row = { .id = id, .name = id, .units = &unit, .unit_count = 1 };

	board_make(world, board, id);
	memcpy(row.sign_public, board->identity.sign_public, 32);
	memcpy(row.agree_public, board->identity.agree_public, 32);
	assert_int_equal(
		service_board_add(world->service, &world->manager, world->now_ms, &row, &world->problem), 0);
}

static struct service_actor actor(int64_t id, const char *name, const char *role)
{
	struct service_actor out = { .staff_id = id };

	snprintf(out.name, sizeof(out.name), "%s", name);
	snprintf(out.role, sizeof(out.role), "%s", role);
	return out;
}

static void prepare(struct world *world, uint64_t seed)
{
	assert_true(sodium_init() >= 0);
	memset(world, 0, sizeof(*world));
	prng_init(&world->prng, seed);
	make_identity(world, &world->identity);
	prng_fill(&world->prng, world->code_key, sizeof(world->code_key));
	world->desk = actor(2, "ani", "desk");
	world->manager = actor(1, "budi", "manager");
	world->guard = actor(3, "joko", "guard");
	world->now_ms = START_MS;
	world->config = (struct service_config){ .path = world->path,
		.site = site,
		.identity = &world->identity,
		.code_key = world->code_key,
		.first_settings = { .strike_ms = 3000,
			.strike_extended_ms = 8000,
			.held_open_ms = 30000,
			.inter_key_ms = 5000,
			.zone_min = 420,
			.argon_mem_kib = 8,
			.argon_passes = 1 },
		.random = random_bytes,
		.publish = publish,
		.changed = changed,
		.ctx = world };
}

void world_furnish(struct world *world)
{
	add_unit(world, "r1", NULL, "room", 20, 15);
	add_unit(world, "dorm", NULL, "dorm", 4, 0);
	add_unit(world, "dorm-1", "dorm", "bed", 2, 0);
	add_unit(world, "dorm-2", "dorm", "bed", 2, 0);
	add_board(world, &world->door, "door", "r1");
	add_board(world, &world->entrance, "entrance", "dorm");
	board_make(world, &world->spare, "spare");
}

void world_open(struct world *world, uint64_t seed)
{
	prepare(world, seed);
	snprintf(world->dir, sizeof(world->dir), "/tmp/rumah-service-XXXXXX");
	assert_non_null(mkdtemp(world->dir));
	snprintf(world->path, sizeof(world->path), "%s/gateway.db", world->dir);
	assert_int_equal(service_open(&world->service, &world->config), 0);
	world_furnish(world);
}

void world_open_on(struct world *world, uint64_t seed, const char *vfs)
{
	prepare(world, seed);
	snprintf(world->path, sizeof(world->path), "gateway.db");
	world->config.vfs = vfs;
	assert_int_equal(service_open(&world->service, &world->config), 0);
}

void world_close(struct world *world)
{
	char path[128];

	service_close(world->service);
	for (size_t i = 0; i < SENT_MAX; i++)
		free(world->sent[i].msg);
	for (int i = 0; i < 3 && *world->dir; i++) {
		static const char *const ends[] = { "", "-wal", "-shm" };

		snprintf(path, sizeof(path), "%s%s", world->path, ends[i]);
		unlink(path);
	}
	if (*world->dir)
		rmdir(world->dir);
}

void world_restart(struct world *world)
{
	service_close(world->service);
	world->service = NULL;
	assert_int_equal(service_open(&world->service, &world->config), 0);
}

const struct sent *world_last(const struct world *world, const char *board, enum wire_kind kind)
{
	for (size_t i = world->sent_count; i > 0 && i + SENT_MAX > world->sent_count; i--) {
		const struct sent *sent = &world->sent[(i - 1) % SENT_MAX];

		if (sent->kind == kind && strcmp(sent->board, board) == 0)
			return sent;
	}
	return NULL;
}

size_t world_count(const struct world *world, const char *board, enum wire_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < SENT_MAX; i++)
		count += world->sent[i].msg && world->sent[i].kind == kind &&
			 strcmp(world->sent[i].board, board) == 0;
	return count;
}

void world_snapshot(
	struct world *world, const char *board, struct wire_snapshot *out, struct wire_grant *grants)
{
	const struct sent *sent = world_last(world, board, WIRE_SNAPSHOT);
	char topic[WIRE_TOPIC_SIZE];

	assert_non_null(sent);
	wire_topic_make(topic, site, board, WIRE_SNAPSHOT);
	assert_int_equal(wire_unseal(sent->msg, sent->len, topic, world->identity.sign_public), 0);
	out->grants = grants;
	out->grant_max = 64;
	assert_int_equal(wire_snapshot_decode(out, sent->msg, sent->len), 0);
}

void world_say(
	struct world *world, struct test_board *board, enum wire_kind kind, char *msg, long len, size_t size)
{
	char topic[WIRE_TOPIC_SIZE];

	assert_true(len > 0);
	wire_topic_make(topic, site, board->id, kind);
	len = wire_seal(msg, (size_t)len, size, topic, board->identity.sign_secret);
	assert_true(len > 0);
	assert_int_equal(service_ingest(world->service, world->now_ms, topic, msg, (size_t)len, false), 0);
}

void board_hello(struct world *world, struct test_board *board, uint32_t epoch, uint64_t rev,
	const uint8_t digest[WIRE_DIGEST_BYTES])
{
	struct wire_hello hello = { .boot = board->boot,
		.epoch = epoch,
		.rev = rev,
		.log = board->log,
		.head = board->seq,
		.clock = { WIRE_TRUST_TRUSTED, 20 } };
	char msg[2048];

	prng_fill(&world->prng, hello.challenge, sizeof(hello.challenge));
	memcpy(hello.digest, digest, sizeof(hello.digest));
	memcpy(hello.hash, board->hash, sizeof(hello.hash));
	world_say(world, board, WIRE_HELLO, msg, wire_hello_encode(msg, sizeof(msg), &hello), sizeof(msg));
	world_commit(world);
}

void board_hello_newest(struct world *world, struct test_board *board)
{
	const struct sent *sent = world_last(world, board->id, WIRE_SNAPSHOT);
	struct wire_grant grants[64];
	uint8_t digest[WIRE_DIGEST_BYTES];
	struct wire_snapshot snapshot;

	world_snapshot(world, board->id, &snapshot, grants);
	wire_digest(digest, sent->msg, sent->len);
	board_hello(world, board, snapshot.epoch, snapshot.rev, digest);
}

void board_state(struct world *world, struct test_board *board, const struct wire_state *state)
{
	struct wire_state whole = *state;
	char msg[4096];

	whole.boot = board->boot;
	if (!whole.n)
		whole.n = ++board->n;
	if (!whole.at_ms)
		whole.at_ms = world->now_ms;
	if (!whole.clock.trust)
		whole.clock = (struct wire_clock_state){ WIRE_TRUST_TRUSTED, 20 };
	world_say(world, board, WIRE_STATE, msg, wire_state_encode(msg, sizeof(msg), &whole), sizeof(msg));
	world_commit(world);
}

void board_make_events(struct world *world, struct test_board *board, unsigned count,
	enum wire_event_type type, const char *grant, struct wire_events *out)
{
	memset(out, 0, sizeof(*out));
	out->log = board->log;
	out->count = count;
	memcpy(out->prev, board->hash, sizeof(out->prev));
	for (unsigned i = 0; i < count; i++) {
		struct wire_event *event = &out->events[i];

		*event = (struct wire_event){ .seq = ++board->seq,
			.boot = board->boot,
			.mono_ms = board->seq * 10,
			.wall_ms = world->now_ms,
			.bound_ms = 20,
			.trust = WIRE_TRUST_TRUSTED,
			.type = type,
			.reason = type == WIRE_EVENT_ACCESS_GRANTED ? WIRE_REASON_CODE : WIRE_REASON_NONE };
		snprintf(event->grant, sizeof(event->grant), "%s", grant ? grant : "");
		wire_chain_next(board->hash, event);
	}
}

void board_send_events(struct world *world, struct test_board *board, const struct wire_events *events)
{
	static char msg[WIRE_MESSAGE_MAX];

	world_say(world, board, WIRE_EVENT, msg, wire_events_encode(msg, sizeof(msg), events), sizeof(msg));
}

void world_commit(struct world *world)
{
	assert_int_equal(service_commit(world->service, world->now_ms), 0);
}

struct service_receipt world_submit(
	struct world *world, const char *unit, int64_t from_h, int64_t until_h, unsigned people)
{
	struct service_occupant occupants[8];
	static char names[8][32];
	struct service_request request = { .unit = unit,
		.organisation = "PGRI Kota",
		.activity = "Rapat kerja",
		.kind = "rapat",
		.from_ms = world->now_ms + from_h * HOUR_MS,
		.until_ms = world->now_ms + until_h * HOUR_MS,
		.heads = people,
		.occupants = occupants,
		.occupant_count = people };
	struct service_receipt receipt;

	for (unsigned i = 0; i < people; i++) {
		snprintf(names[i], sizeof(names[i]), "Sari Dewi %u", i + 1);
		occupants[i] = (struct service_occupant){ names[i], i == 0 ? "0812 3456 7890" : NULL };
	}
	assert_int_equal(
		service_request_submit(world->service, world->now_ms, &request, &receipt, &world->problem),
		0);
	return receipt;
}

struct service_receipt world_approved(
	struct world *world, const char *unit, int64_t from_h, int64_t until_h, unsigned people)
{
	struct service_receipt receipt = world_submit(world, unit, from_h, until_h, people);

	assert_int_equal(service_request_approve(world->service, &world->desk, world->now_ms, receipt.number,
				 &world->problem),
		0);
	return receipt;
}

void world_code(struct world *world, const char *link, char digits[11], char long_digits[13])
{
	json_t *view, *code;

	assert_int_equal(service_link_view(world->service, world->now_ms, link, &view, &world->problem), 0);
	assert_int_equal(json_array_size(json_object_get(view, "codes")), 1);
	code = json_array_get(json_object_get(view, "codes"), 0);
	snprintf(digits, 11, "%s", json_string_value(json_object_get(code, "digits")));
	snprintf(long_digits, 13, "%s", json_string_value(json_object_get(code, "long_digits")));
	service_view_wipe(view);
	json_decref(view);
}

json_t *world_request(struct world *world, const char *number)
{
	json_t *json = NULL;

	assert_int_equal(service_view_request(world->service, world->now_ms, number, &json), 0);
	return json;
}

const char *world_state_of(struct world *world, const char *number)
{
	static char word[32];
	json_t *json = world_request(world, number);

	snprintf(word, sizeof(word), "%s", json_string_value(json_object_get(json, "state")));
	json_decref(json);
	return word;
}

json_t *world_alarms_of(struct world *world)
{
	json_t *json, *list;

	assert_int_equal(service_view_alarms(world->service, &json), 0);
	list = json_incref(json_object_get(json, "alarms"));
	json_decref(json);
	return list;
}

/* How many alarms of that word are listed; is_active: of those only the active. */
unsigned world_alarm_count(struct world *world, const char *word, bool is_active)
{
	json_t *list = world_alarms_of(world), *alarm;
	unsigned count = 0;
	size_t i;

	json_array_foreach(list, i, alarm) count +=
		strcmp(json_string_value(json_object_get(alarm, "alarm")), word) == 0 &&
		(!is_active || !json_object_get(alarm, "ended_ms"));
	json_decref(list);
	return count;
}

size_t world_event_count(struct world *world)
{
	json_t *json;
	size_t count;

	assert_int_equal(service_view_events(world->service, "door", 0, 500, &json), 0);
	count = json_array_size(json_object_get(json, "events"));
	json_decref(json);
	return count;
}

json_t *world_door_of(struct world *world, const char *id)
{
	json_t *json, *door, *found = NULL;
	size_t i;

	assert_int_equal(service_view_doors(world->service, world->now_ms, &json), 0);
	json_array_foreach(json_object_get(json, "doors"), i, door)
	{
		if (strcmp(json_string_value(json_object_get(door, "board")), id) == 0)
			found = json_incref(door);
	}
	json_decref(json);
	assert_non_null(found);
	return found;
}

bool world_door_flag(struct world *world, const char *key)
{
	json_t *door = world_door_of(world, "door");
	bool flag = json_is_true(json_object_get(door, key));

	json_decref(door);
	return flag;
}

int64_t world_door_number(struct world *world, const char *key)
{
	json_t *door = world_door_of(world, "door");
	int64_t number = json_integer_value(json_object_get(door, key));

	json_decref(door);
	return number;
}
