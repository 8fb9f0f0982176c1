/* Fields land where they belong, and no bytes whatever make a decoder step out of bounds. Bounds, missing
 * members and wrong types are the samples' business: tests/contract. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "tests/contract/decoders.h"

#define B16 "AQIDBAUGBwgJCgsMDQ4PEA=="
#define B32A "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="
#define B32B "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="

static const char *const texts[WIRE_KIND_COUNT] = {
	[WIRE_SNAPSHOT] =
		"{\"v\":1,\"epoch\":2,\"rev\":3,\"at_ms\":4,\"mode\":{\"kind\":\"closed\"},\"settings\":{"
		"\"strike_ms\":501,"
		"\"strike_extended_ms\":502,\"held_open_ms\":1003,\"pre_alarm_ms\":1002,\"inter_key_ms\":"
		"1004,\"zone_min\":-5,"
		"\"argon_salt\":\"" B16 "\",\"argon_mem_kib\":9,\"argon_passes\":7},\"grants\":[]}",
	[WIRE_HEAD] = "{\"v\":1,\"challenge\":\"" B16
		      "\",\"time_ms\":2,\"epoch\":3,\"rev\":4,\"digest\":\"" B32A "\"}",
	[WIRE_ACK] = "{\"v\":1,\"log\":\"fedcba9876543210\",\"upto\":2,\"hash\":\"" B32A "\"}",
	[WIRE_ACTION] = "{\"v\":1,\"id\":\"0123456789abcdef\",\"challenge\":\"" B16
			"\",\"expires_ms\":2,\"what\":\"clear_lockout\",\"why\":\"emergency\",\"who\":\"-\"}",
	[WIRE_HELLO] = "{\"v\":1,\"boot\":\"0000000000000001\",\"challenge\":\"" B16
		       "\",\"epoch\":2,\"rev\":3,\"digest\":\"" B32A
		       "\",\"log\":\"ffffffffffffffff\",\"head\":4,\"hash\":\"" B32B
		       "\",\"acked\":5,\"clock\":{\"trust\":\"holdover\",\"bound_ms\":6}}",
	[WIRE_STATE] = "{\"v\":1,\"boot\":\"0000000000000001\",\"n\":2,\"at_ms\":3,\"door\":\"held\","
		       "\"released\":true,"
		       "\"contact_open\":false,\"mode\":{\"kind\":\"lockdown\",\"until_ms\":4},\"alarms\":["
		       "\"injection\","
		       "\"stuck_input\"],\"lockout_s\":5,\"epoch\":6,\"rev\":7,\"digest\":\"" B32A
		       "\",\"clock\":{\"trust\":\"floor\",\"bound_ms\":4294967295},\"queue\":8}",
	[WIRE_EVENT] = "{\"v\":1,\"log\":\"00000000000000ff\",\"prev\":\"" B32B
		       "\",\"events\":[{\"seq\":9,\"boot\":\"0000000000000002\",\"mono_ms\":3,\"wall_ms\":4,"
		       "\"bound_ms\":5,"
		       "\"trust\":\"trusted\",\"type\":\"gap\",\"reason\":\"flood\",\"n\":-6,\"grant\":"
		       "\"zzzzzzzzzzzzzzzz\"},{"
		       "\"seq\":10,\"boot\":\"0000000000000002\",\"mono_ms\":3,\"wall_ms\":4,\"bound_ms\":5,"
		       "\"trust\":\"floor\","
		       "\"type\":\"boot\"}]}",
	[WIRE_DID] = "{\"v\":1,\"id\":\"0123456789abcdef\",\"done\":false,\"reason\":\"replayed\"}",
	[WIRE_HEALTH] = "{\"v\":1,\"version\":\"1.2~rc+3\",\"uptime_s\":1,\"queue\":2,\"journal_bytes\":3,"
			"\"free_bytes\":4,"
			"\"temp_mc\":-5,\"cert_days\":-6,\"refused\":7,\"relay_count\":8}",
	[WIRE_LINK] = "{\"v\":1,\"online\":true}",
};

static union contract_message read_text(enum wire_kind kind)
{
	union contract_message message;

	memset(&message, 0x5a, sizeof(message)); /* what was there before must not show */
	assert_int_equal(contract_decode(&message, kind, texts[kind], strlen(texts[kind])), 0);
	return message;
}

static void assert_counts_up(const uint8_t *bytes, size_t len, uint8_t first)
{
	for (size_t i = 0; i < len; i++)
		assert_int_equal(bytes[i], first + i);
}

static void test_what_is_read_is_written_again(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < WIRE_KIND_COUNT; kind++) {
		union contract_message message = read_text(kind);
		char text[4096];
		long len = contract_encode(text, sizeof(text) - 1, kind, &message);

		assert_true(len > 0);
		text[len] = '\0';
		assert_string_equal(text, texts[kind]);
	}
}

static void test_fields_of_what_the_gateway_says(void **state)
{
	struct wire_head head = read_text(WIRE_HEAD).head;
	struct wire_ack ack = read_text(WIRE_ACK).ack;
	struct wire_action action = read_text(WIRE_ACTION).action;
	struct wire_snapshot snapshot = read_text(WIRE_SNAPSHOT).snapshot;

	(void)state;
	assert_counts_up(head.challenge, sizeof(head.challenge), 1);
	assert_true(head.time_ms == 2 && head.epoch == 3 && head.rev == 4);
	assert_counts_up(head.digest, sizeof(head.digest), 1);

	assert_true(ack.log == 0xfedcba9876543210 && ack.upto == 2);
	assert_counts_up(ack.hash, sizeof(ack.hash), 1);

	assert_string_equal(action.id, "0123456789abcdef");
	assert_counts_up(action.challenge, sizeof(action.challenge), 1);
	assert_true(action.expires_ms == 2 && action.what == WIRE_ACTION_CLEAR_LOCKOUT);
	assert_true(action.why == WIRE_WHY_EMERGENCY);
	assert_string_equal(action.who, "-");

	assert_true(snapshot.epoch == 2 && snapshot.rev == 3 && snapshot.at_ms == 4);
	assert_true(snapshot.mode == WIRE_MODE_CLOSED && snapshot.mode_until_ms == 0);
	assert_true(snapshot.settings.strike_ms == 501 && snapshot.settings.strike_extended_ms == 502);
	assert_true(snapshot.settings.held_open_ms == 1003 && snapshot.settings.pre_alarm_ms == 1002 &&
		    snapshot.settings.inter_key_ms == 1004);
	assert_true(snapshot.settings.zone_min == -5 && !snapshot.settings.rex_releases);
	assert_counts_up(snapshot.settings.argon_salt, 16, 1);
	assert_true(snapshot.settings.argon_mem_kib == 9 && snapshot.settings.argon_passes == 7);
	assert_true(snapshot.settings.holiday_count == 0 && snapshot.grant_count == 0);
}

static void test_fields_of_hello_and_state(void **state)
{
	struct wire_hello hello = read_text(WIRE_HELLO).hello;
	struct wire_state door = read_text(WIRE_STATE).state;

	(void)state;
	assert_true(hello.boot == 1 && hello.epoch == 2 && hello.rev == 3);
	assert_counts_up(hello.challenge, sizeof(hello.challenge), 1);
	assert_counts_up(hello.digest, sizeof(hello.digest), 1);
	assert_true(hello.log == UINT64_MAX && hello.head == 4 && hello.acked == 5);
	assert_counts_up(hello.hash, sizeof(hello.hash), 32);
	assert_true(hello.clock.trust == WIRE_TRUST_HOLDOVER && hello.clock.bound_ms == 6);

	assert_true(door.boot == 1 && door.n == 2 && door.at_ms == 3 && door.door == WIRE_DOOR_HELD);
	assert_true(door.is_released && !door.is_contact_open);
	assert_true(door.mode == WIRE_MODE_LOCKDOWN && door.mode_until_ms == 4);
	assert_int_equal(door.alarms, WIRE_ALARM_BIT(INJECTION) | WIRE_ALARM_BIT(STUCK_INPUT));
	assert_true(door.lockout_s == 5 && door.epoch == 6 && door.rev == 7 && door.queue == 8);
	assert_counts_up(door.digest, sizeof(door.digest), 1);
	assert_true(door.clock.trust == WIRE_TRUST_FLOOR && door.clock.bound_ms == UINT32_MAX);
}

static void test_fields_of_events_and_the_rest(void **state)
{
	struct wire_events events = read_text(WIRE_EVENT).events;
	struct wire_did did = read_text(WIRE_DID).did;
	struct wire_health health = read_text(WIRE_HEALTH).health;

	(void)state;
	assert_true(events.log == 0xff && events.count == 2);
	assert_counts_up(events.prev, sizeof(events.prev), 32);
	assert_true(events.events[0].seq == 9 && events.events[0].boot == 2 && events.events[0].mono_ms == 3);
	assert_true(
		events.events[0].wall_ms == 4 && events.events[0].bound_ms == 5 && events.events[0].n == -6);
	assert_true(events.events[0].trust == WIRE_TRUST_TRUSTED && events.events[0].type == WIRE_EVENT_GAP);
	assert_int_equal(events.events[0].reason, WIRE_REASON_FLOOD);
	assert_string_equal(events.events[0].grant, "zzzzzzzzzzzzzzzz");
	assert_true(events.events[1].seq == 10 && events.events[1].reason == WIRE_REASON_NONE);
	assert_true(events.events[1].n == 0 && events.events[1].grant[0] == '\0');

	assert_string_equal(did.id, "0123456789abcdef");
	assert_true(!did.is_done && did.reason == WIRE_REASON_REPLAYED);

	assert_string_equal(health.version, "1.2~rc+3");
	assert_true(health.uptime_s == 1 && health.queue == 2 && health.journal_bytes == 3 &&
		    health.free_bytes == 4);
	assert_true(health.temp_mc == -5 && health.cert_days == -6 && health.refused == 7 &&
		    health.relay_count == 8);
	assert_true(read_text(WIRE_LINK).link.is_online);
}

static void test_words_are_read_back(void **state)
{
	(void)state;
	for (unsigned i = 0; i < WIRE_MODE_COUNT; i++) {
		enum wire_mode mode = WIRE_MODE_COUNT;

		assert_int_equal(wire_mode_read(&mode, wire_mode_word(i)), 0);
		assert_int_equal(mode, i);
	}
	for (unsigned i = 0; i < WIRE_ACTION_COUNT; i++) {
		enum wire_action_what what = WIRE_ACTION_COUNT;

		assert_int_equal(wire_action_read(&what, wire_action_word(i)), 0);
		assert_int_equal(what, i);
	}
	for (unsigned i = 0; i < WIRE_WHY_COUNT; i++) {
		enum wire_action_why why = WIRE_WHY_COUNT;

		assert_int_equal(wire_why_read(&why, wire_why_word(i)), 0);
		assert_int_equal(why, i);
	}
	assert_string_equal(wire_door_word(WIRE_DOOR_FORCED), "forced");
	assert_string_equal(wire_alarm_word(WIRE_ALARM_STUCK_INPUT), "stuck_input");
}

static void test_other_words_are_refused_untouched(void **state)
{
	enum wire_mode mode = WIRE_MODE_CLOSED;
	enum wire_action_what what = WIRE_ACTION_SILENCE;
	enum wire_action_why why = WIRE_WHY_TEST;

	(void)state;
	assert_int_equal(wire_mode_read(&mode, "open"), WIRE_BAD_FORM);
	assert_int_equal(wire_action_read(&what, "unlock "), WIRE_BAD_FORM);
	assert_int_equal(wire_why_read(&why, ""), WIRE_BAD_FORM);
	assert_true(mode == WIRE_MODE_CLOSED && what == WIRE_ACTION_SILENCE && why == WIRE_WHY_TEST);
	assert_string_equal(wire_door_word(WIRE_DOOR_STATE_COUNT), "?");
}

static void test_a_sensor_that_is_absent_stays_absent(void **state)
{
	struct wire_health health = { .version = "1", .temp_mc = INT32_MIN, .cert_days = INT32_MIN }, read;
	char text[512];
	long len = wire_health_encode(text, sizeof(text) - 1, &health);

	(void)state;
	text[len] = '\0';
	assert_null(strstr(text, "temp_mc"));
	assert_null(strstr(text, "cert_days"));
	assert_int_equal(wire_health_decode(&read, text, (size_t)len), 0);
	assert_true(read.temp_mc == INT32_MIN && read.cert_days == INT32_MIN);
}

static void test_every_beginning_of_a_message_is_refused(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < WIRE_KIND_COUNT; kind++) {
		for (size_t len = 0; len < strlen(texts[kind]); len++) {
			char *exact = malloc(len ? len : 1); /* so that one byte too far is seen */
			union contract_message message;

			assert_non_null(exact);
			memcpy(exact, texts[kind], len);
			assert_int_equal(contract_decode(&message, kind, exact, len), WIRE_NOT_JSON);
			free(exact);
		}
	}
}

/* Each byte as each other byte: refused, or read as something that can be written and read again. */
static void test_every_changed_byte_is_survived(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < WIRE_KIND_COUNT; kind++) {
		size_t len = strlen(texts[kind]);
		char *exact = malloc(len), again[4096];

		assert_non_null(exact);
		memcpy(exact, texts[kind], len);
		for (size_t i = 0; i < len; i++) {
			for (int byte = 0; byte < 256; byte += 1 + (byte >= 0x20 && byte < 0x7f ? 0 : 6)) {
				union contract_message message;
				int r;

				exact[i] = (char)byte;
				r = contract_decode(&message, kind, exact, len);
				assert_in_range(r, 0, WIRE_REFUSAL_COUNT - 1);
				if (r == 0) {
					long again_len =
						contract_encode(again, sizeof(again), kind, &message);

					assert_int_equal(
						contract_decode(&message, kind, again, (size_t)again_len), 0);
				}
			}
			exact[i] = texts[kind][i];
		}
		free(exact);
	}
}

static void test_too_little_room_is_said_for_every_size(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < WIRE_KIND_COUNT; kind++) {
		union contract_message message = read_text(kind);
		size_t len = strlen(texts[kind]);

		for (size_t size = 0; size <= len; size++) {
			char *exact = malloc(size ? size : 1);

			assert_non_null(exact);
			assert_int_equal(contract_encode(exact, size, kind, &message),
				size < len ? -ENOSPC : (long)len);
			free(exact);
		}
	}
}

static void test_length_is_bounded_before_anything_is_read(void **state)
{
	static char text[WIRE_MESSAGE_MAX + 1];
	union contract_message message;

	(void)state;
	for (unsigned kind = 0; kind < WIRE_KIND_COUNT; kind++) {
		if (kind == WIRE_SNAPSHOT)
			continue; /* test_snapshot.c */
		memset(text, ' ', sizeof(text));
		memcpy(text, texts[kind], strlen(texts[kind]));
		assert_int_equal(contract_decode(&message, kind, text, WIRE_MESSAGE_MAX), 0);
		assert_int_equal(contract_decode(&message, kind, text, WIRE_MESSAGE_MAX + 1), WIRE_TOO_LONG);
	}
}

/* A hundred thousand brackets need no stack and no time. */
static void test_depth_costs_nothing(void **state)
{
	static char text[WIRE_SNAPSHOT_MAX];
	union contract_message message;
	size_t len;

	(void)state;
	memset(text, '[', sizeof(text));
	assert_int_equal(contract_decode(&message, WIRE_SNAPSHOT, text, 100000), WIRE_NOT_JSON);
	memcpy(text, "{\"v\":1,\"x\":", 11);
	assert_int_equal(contract_decode(&message, WIRE_SNAPSHOT, text, 100000), WIRE_TOO_DEEP);
	assert_int_equal(contract_decode(&message, WIRE_SNAPSHOT, text, sizeof(text)), WIRE_TOO_DEEP);
	for (len = 0; len + 5 <= sizeof(text); len += 5)
		memcpy(text + len, "{\"x\":", 5);
	assert_int_equal(contract_decode(&message, WIRE_SNAPSHOT, text, len), WIRE_TOO_DEEP);
}

static void test_brackets_in_strings_are_no_depth(void **state)
{
	static const char text[] =
		"{\"v\":1,\"online\":true,\"x\":\"[[[[[[[[[[[[[[[[[[{{{{{{{{{{{{{{{{{{\\\"[[[[[[[[\"}";
	static const char deep[] =
		"{\"v\":1,\"online\":true,\"x\":[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]}"; /* 16 with the object */
	struct wire_link link;

	(void)state;
	assert_int_equal(wire_link_decode(&link, text, sizeof(text) - 1), 0);
	assert_int_equal(wire_link_decode(&link, deep, sizeof(deep) - 1), 0);
}

static void test_a_far_too_long_number_is_only_out_of_bounds(void **state)
{
	char text[600];
	struct wire_ack ack;
	int len;

	(void)state;
	len = snprintf(text, sizeof(text),
		"{\"v\":1,\"log\":\"fedcba9876543210\",\"upto\":%0400d,\"hash\":\"" B32A "\"}", 1);
	assert_int_equal(wire_ack_decode(&ack, text, (size_t)len), WIRE_NOT_JSON); /* zeros in front */
	memset(strstr(text, "upto") + 6, '9', 400);
	assert_int_equal(wire_ack_decode(&ack, text, (size_t)len), WIRE_OUT_OF_BOUNDS);
}

static void test_values_past_a_word_do_not_wrap(void **state)
{
	static const char *const numbers[] = { "9007199254740992", "9223372036854775807",
		"9223372036854775808", "18446744073709551615", "18446744073709551616", "18446744073709551618",
		"36893488147419103234", "-1", "-2", "-9223372036854775808", "-18446744073709551614" };

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct wire_ack ack;
		char text[200];
		int len = snprintf(text, sizeof(text),
			"{\"v\":1,\"log\":\"fedcba9876543210\",\"upto\":%s,\"hash\":\"" B32A "\"}",
			numbers[i]);

		if (wire_ack_decode(&ack, text, (size_t)len) != WIRE_OUT_OF_BOUNDS)
			fail_msg("%s", numbers[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_read_is_written_again),
		cmocka_unit_test(test_fields_of_what_the_gateway_says),
		cmocka_unit_test(test_fields_of_hello_and_state),
		cmocka_unit_test(test_fields_of_events_and_the_rest),
		cmocka_unit_test(test_words_are_read_back),
		cmocka_unit_test(test_other_words_are_refused_untouched),
		cmocka_unit_test(test_a_sensor_that_is_absent_stays_absent),
		cmocka_unit_test(test_every_beginning_of_a_message_is_refused),
		cmocka_unit_test(test_every_changed_byte_is_survived),
		cmocka_unit_test(test_too_little_room_is_said_for_every_size),
		cmocka_unit_test(test_length_is_bounded_before_anything_is_read),
		cmocka_unit_test(test_depth_costs_nothing),
		cmocka_unit_test(test_brackets_in_strings_are_no_depth),
		cmocka_unit_test(test_a_far_too_long_number_is_only_out_of_bounds),
		cmocka_unit_test(test_values_past_a_word_do_not_wrap),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
