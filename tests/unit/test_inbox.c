/* inbox, outbox: nothing is parsed that the gateway did not seal for this board and this kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "firmware/door/inbox.h"
#include "firmware/door/outbox.h"

#define SITE "rumah"
#define BOARD "kamar-1"

struct keys {
	uint8_t public[WIRE_SIGN_PUBLIC_BYTES], secret[WIRE_SIGN_SECRET_BYTES];
};

static struct keys gateway, stranger, board;
static struct inbox inbox;
static char buf[WIRE_MESSAGE_MAX + 4096];

static int set_up(void **state)
{
	(void)state;
	crypto_sign_keypair(gateway.public, gateway.secret);
	crypto_sign_keypair(stranger.public, stranger.secret);
	crypto_sign_keypair(board.public, board.secret);
	return inbox_init(&inbox, SITE, BOARD, gateway.public, 2);
}

static int tear_down(void **state)
{
	(void)state;
	inbox_deinit(&inbox);
	return 0;
}

static size_t seal_as(const struct keys *keys, const char *for_board, enum wire_kind kind, long len)
{
	char topic[WIRE_TOPIC_SIZE];

	assert_true(len > 0);
	wire_topic_make(topic, SITE, for_board, kind);
	len = wire_seal(buf, (size_t)len, sizeof(buf), topic, keys->secret);
	assert_true(len > 0);
	return (size_t)len;
}

static long write_head(void)
{
	struct wire_head head = { .time_ms = 1700000000000, .epoch = 1, .rev = 2 };

	return wire_head_encode(buf, sizeof(buf), &head);
}

static long write_action(void)
{
	struct wire_action action = {
		.expires_ms = 1700000000000, .what = WIRE_ACTION_UNLOCK, .why = WIRE_WHY_TEST
	};

	memcpy(action.id, "0123456789abcdef", sizeof(action.id));
	memcpy(action.who, "staff-1", 8);
	return wire_action_encode(buf, sizeof(buf), &action);
}

static long write_ack(void)
{
	struct wire_ack ack = { .log = 5, .upto = 7 };

	return wire_ack_encode(buf, sizeof(buf), &ack);
}

static long write_snapshot(size_t grants)
{
	struct wire_grant list[3] = { 0 };
	struct wire_snapshot snapshot = {
		.epoch = 1,
		.rev = 4,
		.at_ms = 1700000000000,
		.settings = { .strike_ms = 3000,
			.strike_extended_ms = 6000,
			.held_open_ms = 30000,
			.inter_key_ms = 5000,
			.zone_min = 420,
			.argon_mem_kib = 8,
			.argon_passes = 1 },
		.grant_count = grants,
		.grants = list,
	};

	for (size_t i = 0; i < grants; i++) {
		memcpy(list[i].id, "000000000000000a", 17);
		list[i].id[15] = (char)('a' + i);
		list[i].tag[0] = (uint8_t)(i + 1);
		list[i].from_ms = 1;
		list[i].until_ms = 2;
		list[i].offline_until_ms = 2;
	}
	return wire_snapshot_encode(buf, sizeof(buf), &snapshot);
}

static void each_kind_becomes_its_input(void **state)
{
	struct board_input input;
	uint8_t digest[WIRE_DIGEST_BYTES];
	size_t len;

	(void)state;
	len = seal_as(&gateway, BOARD, WIRE_HEAD, write_head());
	inbox_read(&inbox, &input, WIRE_HEAD, false, buf, len);
	assert_int_equal(input.kind, INPUT_HEAD);
	assert_true(input.u.head.time_ms == 1700000000000);

	len = seal_as(&gateway, BOARD, WIRE_ACK, write_ack());
	inbox_read(&inbox, &input, WIRE_ACK, false, buf, len);
	assert_int_equal(input.kind, INPUT_ACK);
	assert_true(input.u.ack.upto == 7);

	len = seal_as(&gateway, BOARD, WIRE_ACTION, write_action());
	inbox_read(&inbox, &input, WIRE_ACTION, true, buf, len);
	assert_int_equal(input.kind, INPUT_ACTION);
	assert_int_equal(input.u.action.action.what, WIRE_ACTION_UNLOCK);
	assert_true(input.u.action.is_retained);

	len = seal_as(&gateway, BOARD, WIRE_SNAPSHOT, write_snapshot(2));
	inbox_read(&inbox, &input, WIRE_SNAPSHOT, true, buf, len);
	assert_int_equal(input.kind, INPUT_SNAPSHOT);
	assert_true(input.u.snapshot.snapshot->rev == 4);
	assert_int_equal(input.u.snapshot.snapshot->grant_count, 2);
	wire_digest(digest, buf, len);
	assert_memory_equal(input.u.snapshot.digest, digest, sizeof(digest));
	assert_int_equal(inbox_recall(&inbox, buf, len), 0);
}

static void what_is_not_for_us_is_refused_with_its_reason(void **state)
{
	/* clang-format off */
	const struct { const char *name; const struct keys *by; const char *board; enum wire_kind sealed_as, came_as; int refusal; } rows[] = {
		{ "another's signature",    &stranger, BOARD,     WIRE_HEAD,     WIRE_HEAD,     WIRE_BAD_SIGNATURE },
		{ "the board's own",        &board,    BOARD,     WIRE_HEAD,     WIRE_HEAD,     WIRE_BAD_SIGNATURE },
		{ "for another board",      &gateway,  "kamar-2", WIRE_HEAD,     WIRE_HEAD,     WIRE_BAD_SIGNATURE },
		{ "sealed as another kind", &gateway,  BOARD,     WIRE_ACK,      WIRE_HEAD,     WIRE_BAD_SIGNATURE },
		{ "a head called an ack",   &gateway,  BOARD,     WIRE_ACK,      WIRE_ACK,      WIRE_MISSING_FIELD },
		{ "a kind boards send",     &gateway,  BOARD,     WIRE_STATE,    WIRE_STATE,    WIRE_BAD_TOPIC },
		{ "a link's message",       &gateway,  BOARD,     WIRE_LINK,     WIRE_LINK,     WIRE_BAD_TOPIC },
	};
	/* clang-format on */
	struct board_input input;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = seal_as(rows[i].by, rows[i].board, rows[i].sealed_as, write_head());

		inbox_read(&inbox, &input, rows[i].came_as, false, buf, len);
		if (input.kind != INPUT_REFUSED || input.u.refused.refusal != rows[i].refusal ||
			input.u.refused.kind != rows[i].came_as)
			fail_msg("%s: %s", rows[i].name, wire_refusal_word(input.u.refused.refusal));
	}
}

static void bounds_come_before_the_seal(void **state)
{
	struct board_input input;
	size_t len = seal_as(&gateway, BOARD, WIRE_HEAD, write_head());

	(void)state;
	inbox_read(&inbox, &input, WIRE_HEAD, false, buf, WIRE_MESSAGE_MAX + 1);
	assert_int_equal(input.u.refused.refusal, WIRE_TOO_LONG);
	inbox_read(&inbox, &input, WIRE_HEAD, false, buf, 0);
	assert_int_equal(input.u.refused.refusal, WIRE_TOO_SHORT);
	inbox_read(&inbox, &input, WIRE_HEAD, false, "R", 1);
	assert_int_equal(input.u.refused.refusal, WIRE_TOO_SHORT);
	inbox_read(&inbox, &input, WIRE_HEAD, false, buf, len - 1);
	assert_int_equal(input.u.refused.refusal, WIRE_BAD_SEAL);

	len = seal_as(&gateway, BOARD, WIRE_SNAPSHOT, write_snapshot(3));
	inbox_read(&inbox, &input, WIRE_SNAPSHOT, false, buf, len);
	assert_int_equal(input.u.refused.refusal, WIRE_OUT_OF_BOUNDS);
	assert_int_equal(inbox_recall(&inbox, buf, len), WIRE_OUT_OF_BOUNDS);
}

static void no_flipped_bit_of_a_snapshot_is_accepted(void **state)
{
	struct board_input input;
	size_t len = seal_as(&gateway, BOARD, WIRE_SNAPSHOT, write_snapshot(1));

	(void)state;
	for (size_t bit = 0; bit < len * 8; bit++) {
		buf[bit / 8] = (char)(buf[bit / 8] ^ (1 << (bit % 8)));
		inbox_read(&inbox, &input, WIRE_SNAPSHOT, false, buf, len);
		assert_int_equal(input.kind, INPUT_REFUSED);
		buf[bit / 8] = (char)(buf[bit / 8] ^ (1 << (bit % 8)));
	}
	inbox_read(&inbox, &input, WIRE_SNAPSHOT, false, buf, len);
	assert_int_equal(input.kind, INPUT_SNAPSHOT);
}

static void what_goes_out_is_sealed_by_the_board_for_its_kind(void **state)
{
	struct outbox outbox = { .site = SITE, .board = BOARD, .sign_secret = board.secret };
	struct wire_health health = { .version = "0.1.0", .temp_mc = INT32_MIN, .cert_days = 9 };
	struct wire_events events = { .log = 1, .count = 1 };
	/* clang-format off */
	struct { struct board_order order; enum wire_kind kind; } rows[] = {
		{ { .kind = ORDER_SEND_HELLO, .u.hello = { .boot = 1, .log = 1, .clock.trust = WIRE_TRUST_FLOOR } }, WIRE_HELLO },
		{ { .kind = ORDER_SEND_STATE, .u.state = { .boot = 1, .n = 1, .clock.trust = WIRE_TRUST_FLOOR } }, WIRE_STATE },
		{ { .kind = ORDER_SEND_DID, .u.did = { .id = "0123456789abcdef", .is_done = true } }, WIRE_DID },
	};
	/* clang-format on */
	char topic[WIRE_TOPIC_SIZE];
	enum wire_kind kind;
	long len;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		len = outbox_write(&outbox, &rows[i].order, buf, sizeof(buf), &kind);
		assert_true(len > 0);
		assert_int_equal(kind, rows[i].kind);
		wire_topic_make(topic, SITE, BOARD, kind);
		assert_int_equal(wire_unseal(buf, (size_t)len, topic, board.public), 0);
		assert_int_equal(outbox_write(&outbox, &rows[i].order, buf, 20, &kind), -28 /* ENOSPC */);
	}

	events.events[0] = (struct wire_event){ .seq = 1,
		.boot = 1,
		.trust = WIRE_TRUST_FLOOR,
		.type = WIRE_EVENT_BOOT,
		.reason = WIRE_REASON_NONE };
	len = outbox_write_events(&outbox, &events, buf, sizeof(buf));
	wire_topic_make(topic, SITE, BOARD, WIRE_EVENT);
	assert_int_equal(wire_unseal(buf, (size_t)len, topic, board.public), 0);
	len = outbox_write_health(&outbox, &health, buf, sizeof(buf));
	wire_topic_make(topic, SITE, BOARD, WIRE_HEALTH);
	assert_int_equal(wire_unseal(buf, (size_t)len, topic, board.public), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_becomes_its_input),
		cmocka_unit_test(what_is_not_for_us_is_refused_with_its_reason),
		cmocka_unit_test(bounds_come_before_the_seal),
		cmocka_unit_test(no_flipped_bit_of_a_snapshot_is_accepted),
		cmocka_unit_test(what_goes_out_is_sealed_by_the_board_for_its_kind),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
