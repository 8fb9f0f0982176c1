/* F03: power is cut at every step of every act. What was answered with 0 is there; what was published is
 * never taken back, and nothing else was said under its number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schemas/wire/seal.h"
#include "tests/sim/crash_vfs.h"
#include "tests/unit/service_world.h"

#define REVS_MAX 16

struct book { /* what the outside was told before the power went */
	char approved[11], cancelled[11];
	uint64_t upto;                                /* acknowledged events */
	uint64_t rev;                                 /* newest published to the door */
	uint8_t digests[REVS_MAX][WIRE_DIGEST_BYTES]; /* of what was published, by rev */
};

static void (*publish_before)(void *ctx, const char *board, enum wire_kind kind, const char *msg, size_t len);
static struct book *open_book;

static void write_down(void *ctx, const char *board, enum wire_kind kind, const char *msg, size_t len)
{
	uint8_t digest[WIRE_DIGEST_BYTES], none[WIRE_DIGEST_BYTES] = { 0 };
	struct wire_snapshot snapshot;
	struct wire_grant grants[64];
	struct wire_ack ack;

	publish_before(ctx, board, kind, msg, len);
	if (strcmp(board, "door") != 0)
		return;
	if (kind == WIRE_ACK && wire_ack_decode(&ack, msg, len) == 0)
		open_book->upto = ack.upto;
	if (kind != WIRE_SNAPSHOT)
		return;
	world_snapshot(ctx, board, &snapshot, grants);
	assert_in_range(snapshot.rev, 1, REVS_MAX - 1);
	wire_digest(digest, msg, len);
	if (memcmp(open_book->digests[snapshot.rev], none, sizeof(none)) != 0)
		assert_memory_equal(
			open_book->digests[snapshot.rev], digest, sizeof(digest)); /* no second truth */
	memcpy(open_book->digests[snapshot.rev], digest, sizeof(digest));
	assert_true(snapshot.rev >= open_book->rev);
	open_book->rev = snapshot.rev;
}

static int submit(struct world *world, const char *unit, struct service_receipt *receipt)
{
	struct service_occupant sari = { "Sari Dewi", "081234567890" };
	struct service_request request = { .unit = unit,
		.activity = "Rapat",
		.kind = "rapat",
		.from_ms = world->now_ms + HOUR_MS,
		.until_ms = world->now_ms + 2 * HOUR_MS,
		.heads = 1,
		.occupants = &sari,
		.occupant_count = 1 };

	return service_request_submit(world->service, world->now_ms, &request, receipt, &world->problem);
}

/* An afternoon at the gateway; stops where the power goes. */
static void live(struct world *world, struct book *book)
{
	static char msg[WIRE_MESSAGE_MAX];
	struct service_receipt receipt;
	char topic[WIRE_TOPIC_SIZE];
	struct wire_events events;
	int64_t next_ms;
	long len;

	if (submit(world, "r1", &receipt) != 0 ||
		service_request_approve(
			world->service, &world->desk, world->now_ms, receipt.number, &world->problem) != 0)
		return;
	memcpy(book->approved, receipt.number, sizeof(book->approved));
	for (int i = 0; i < 3; i++) {
		board_make_events(world, &world->door, 4, WIRE_EVENT_DOOR_OPENED, NULL, &events);
		wire_topic_make(topic, "rumah", "door", WIRE_EVENT);
		len = wire_events_encode(msg, sizeof(msg), &events);
		len = wire_seal(msg, (size_t)len, sizeof(msg), topic, world->door.identity.sign_secret);
		if (service_ingest(world->service, world->now_ms, topic, msg, (size_t)len, false) != 0 ||
			service_commit(world->service, world->now_ms) != 0)
			return;
	}
	world->now_ms += 4 * HOUR_MS;
	if (submit(world, "r1", &receipt) != 0 ||
		service_request_approve(
			world->service, &world->desk, world->now_ms, receipt.number, &world->problem) != 0 ||
		service_request_act(world->service, &world->desk, world->now_ms, receipt.number,
			REQUEST_ACT_CANCEL, "x", &world->problem) != 0)
		return;
	memcpy(book->cancelled, receipt.number, sizeof(book->cancelled));
	service_tick(world->service, world->now_ms, &next_ms);
}

static void check(struct world *world, const struct book *book)
{
	uint64_t rev = book->rev;

	/* Republished is never older than what was published, and the same under the same number. */
	assert_int_equal(service_publish_all(world->service), 0);
	assert_true(open_book->rev >= rev);
	if (*book->approved) {
		const char *word = world_state_of(world, book->approved);

		assert_true(strcmp(word, "disetujui") == 0 || strcmp(word, "tidak_hadir") == 0);
		assert_true(open_book->rev >= 2);
	}
	if (*book->cancelled) {
		assert_string_equal(world_state_of(world, book->cancelled), "dibatalkan");
		assert_true(open_book->rev >= 4);
	}
	{
		json_t *json;

		assert_int_equal(service_view_events(world->service, "door", 0, 500, &json), 0);
		assert_true(json_array_size(json_object_get(json, "events")) >= book->upto);
		json_decref(json);
	}
}

/* One life with a cut at the n-th operation after the beginning. Returns false when it never came so far. */
static bool die_at(uint64_t n, enum crash_mode mode)
{
	struct book book = { 0 };
	struct crash_disk *disk;
	static struct world world;
	bool is_cut;

	open_book = &book;
	assert_int_equal(crash_disk_new(&disk, "gateway-disk", n), 0);
	world_open_on(&world, 3, crash_disk_vfs(disk));
	publish_before = world.config.publish;
	world.config.publish = write_down;
	world_restart(&world);
	world_furnish(&world);
	crash_disk_cut_at(disk, n, mode);
	live(&world, &book);
	service_close(world.service); /* a checkpoint: power may go there, too */
	world.service = NULL;
	is_cut = crash_disk_is_off(disk);
	if (is_cut)
		assert_int_equal(crash_disk_power_on(disk), 0);
	crash_disk_cut_at(disk, 0, mode);
	assert_int_equal(service_open(&world.service, &world.config), 0);
	check(&world, &book);
	if (is_cut) { /* and life goes on */
		struct book rest = book;

		world.now_ms += 2 * DAY_MS;
		live(&world, &rest);
		assert_true(rest.approved[0] != '\0');
		check(&world, &rest);
	}
	world_close(&world);
	crash_disk_free(disk);
	return is_cut;
}

static void power_is_cut_at_every_step(void **state)
{
	unsigned lives = 0;

	(void)state;
	/* The modes take turns: each meets every fourth step, and any two neighbours are alike but for the
	 * mode. */
	while (die_at(lives + 1, (enum crash_mode)(lives % CRASH_MODES)))
		lives++;
	print_message("%u lives\n", lives);
	assert_true(lives > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(power_is_cut_at_every_step) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
