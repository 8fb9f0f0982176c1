#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "schemas/wire/frame.h"
#include "schemas/wire/refusal.h"
#include "tests/unit/vectors.h"

static enum wire_kind kind_of(const char *word)
{
	for (unsigned kind = 0; kind < WIRE_KIND_COUNT; kind++)
		if (strcmp(wire_kind_info(kind)->word, word) == 0)
			return kind;
	fail_msg("no kind %s", word);
	return 0;
}

static void assert_frames_equal(const struct frame *a, const struct frame *b)
{
	assert_int_equal(a->type, b->type);
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->is_retained, b->is_retained);
	assert_int_equal(a->total, b->total);
	assert_int_equal(a->offset, b->offset);
	assert_int_equal(a->piece_len, b->piece_len);
	if (a->piece_len > 0)
		assert_memory_equal(a->piece, b->piece, a->piece_len);
}

static void test_vectors(void **state)
{
	static uint8_t buf[FRAME_MAX];
	struct vector vector;
	int count = 0;

	(void)state;
	for (vector_open(&vector, "frame.txt"); vector_next(&vector); count++) {
		uint8_t piece[64], expected[128];
		struct frame frame = {
			.type = (unsigned)vector_number(&vector, "type"),
			.kind = kind_of(vector_text(&vector, "kind")),
			.is_retained = vector_number(&vector, "retained"),
			.total = (uint32_t)vector_number(&vector, "total"),
			.offset = (uint32_t)vector_number(&vector, "offset"),
			.piece = piece,
			.piece_len = vector_bytes(&vector, "piece_hex", piece, sizeof(piece)),
		};
		struct frame read;
		size_t len = vector_bytes(&vector, "frame_hex", expected, sizeof(expected));

		assert_int_equal(frame_write(buf, &frame), len);
		assert_memory_equal(buf, expected, len);
		assert_int_equal(frame_read(&read, expected, len), 0);
		assert_frames_equal(&read, &frame);
	}
	assert_int_equal(count, 5);
}

/* A whole message of two bytes, to be spoilt a byte at a time. */
#define GOOD                                                                                                 \
	{                                                                                                    \
		'R', 'G', 1, FRAME_DELIVER, WIRE_HEAD, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, '{', '}'             \
	}

static void test_frames_out_of_shape_are_refused(void **state)
{
	static const struct {
		const char *name;
		size_t at;
		uint8_t value;
		int expected;
	} rows[] = {
		{ "nothing spoilt", 0, 'R', 0 },
		{ "magic", 0, 'r', WIRE_BAD_FORM },
		{ "magic", 1, 'O', WIRE_BAD_FORM },
		{ "version 0", 2, 0, WIRE_BAD_FORM },
		{ "version 2", 2, 2, WIRE_BAD_FORM },
		{ "type 0", 3, 0, WIRE_BAD_FORM },
		{ "type 6", 3, 6, WIRE_BAD_FORM },
		{ "type 255", 3, 255, WIRE_BAD_FORM },
		{ "online with a piece", 3, FRAME_ONLINE, WIRE_BAD_FORM },
		{ "cert with a piece", 3, FRAME_CERT, WIRE_BAD_FORM },
		{ "the last kind", 4, WIRE_KIND_COUNT - 1, 0 },
		{ "kind past the last", 4, WIRE_KIND_COUNT, WIRE_BAD_FORM },
		{ "kind 255", 4, 255, WIRE_BAD_FORM },
		{ "retained", 5, 1, 0 },
		{ "an unknown flag", 5, 2, WIRE_BAD_FORM },
		{ "all flags", 5, 255, WIRE_BAD_FORM },
		{ "zero byte", 6, 1, WIRE_BAD_FORM },
		{ "zero byte", 7, 1, WIRE_BAD_FORM },
		{ "total 0", 8, 0, WIRE_BAD_FORM },
		{ "total 1: the piece is longer", 8, 1, WIRE_BAD_FORM },
		{ "total 65538", 10, 1, WIRE_TOO_LONG },
		{ "total past 2^31", 11, 255, WIRE_TOO_LONG },
		{ "the piece ends past the message", 12, 1, WIRE_BAD_FORM },
		{ "the piece begins past the message", 12, 3, WIRE_BAD_FORM },
		{ "offset + piece wraps", 15, 255, WIRE_BAD_FORM },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t bytes[] = GOOD;
		struct frame frame;
		int r;

		bytes[rows[i].at] = rows[i].value;
		r = frame_read(&frame, bytes, sizeof(bytes));
		if (r != rows[i].expected)
			fail_msg("%s: %s", rows[i].name, wire_refusal_word(r));
	}
}

static void test_lengths_of_datagrams(void **state)
{
	static uint8_t bytes[FRAME_MAX + 1] = GOOD;
	struct frame frame;

	(void)state;
	for (size_t len = 0; len <= FRAME_HEADER_BYTES; len++) {
		uint8_t *exact = malloc(len ? len : 1); /* so that one byte too far is seen */

		assert_non_null(exact);
		memcpy(exact, bytes, len);
		assert_int_equal(frame_read(&frame, exact, len), WIRE_BAD_FORM);
		free(exact);
	}
	bytes[4] = WIRE_SNAPSHOT;
	bytes[9] = 0x80; /* total 32770 */
	assert_int_equal(frame_read(&frame, bytes, FRAME_MAX), 0);
	assert_int_equal(frame.piece_len, FRAME_PIECE_MAX);
	assert_int_equal(frame_read(&frame, bytes, FRAME_MAX + 1), WIRE_TOO_LONG);
}

static void test_each_kind_has_its_bound(void **state)
{
	static const uint8_t piece[1] = { '{' };
	static uint8_t buf[FRAME_MAX];

	(void)state;
	for (unsigned kind = 0; kind < WIRE_KIND_COUNT; kind++) {
		uint32_t max = (uint32_t)wire_kind_info(kind)->bytes_max;
		struct frame frame = { .type = FRAME_PUBLISH,
			.kind = kind,
			.total = max,
			.offset = max - 1,
			.piece = piece,
			.piece_len = 1 };

		assert_int_equal(frame_read(&frame, buf, frame_write(buf, &frame)), 0);
		frame = (struct frame){
			.type = FRAME_PUBLISH, .kind = kind, .total = max + 1, .piece = piece, .piece_len = 1
		};
		assert_int_equal(frame_read(&frame, buf, frame_write(buf, &frame)), WIRE_TOO_LONG);
	}
}

/* What a joiner is told, one letter a frame: a, b, c the pieces of a message of 6 bytes, two each; B the
 * second piece as of another kind, R as retained, T as of a longer message, O as an online frame; w a whole
 * message of 2 bytes, L the first piece of one longer than the buffer. And its answers: . more, ! broken, =
 * whole. */
static struct frame frame_of(char letter)
{
	static const uint8_t text[] = "aabbcc";
	struct frame frame = { .type = FRAME_DELIVER, .kind = WIRE_SNAPSHOT, .total = 6, .piece_len = 2 };

	switch (letter) {
	case 'a':
		break;
	case 'c':
		frame.offset = 4;
		break;
	case 'w':
		frame.total = 2;
		break;
	case 'L':
		frame.total = 9;
		break;
	default:
		frame.offset = 2;
	}
	if (letter == 'B')
		frame.kind = WIRE_HEAD;
	if (letter == 'R')
		frame.is_retained = true;
	if (letter == 'T')
		frame.total = 8;
	if (letter == 'O')
		frame = (struct frame){ .type = FRAME_ONLINE };
	frame.piece = text + frame.offset;
	return frame;
}

static void test_only_the_right_order_makes_a_message(void **state)
{
	static const struct {
		const char *frames, *answers;
	} rows[] = {
		{ "abc", "..=" },
		{ "w", "=" },
		{ "ww", "==" },
		{ "abcabc", "..=..=" },
		{ "awabc", ".=..=" },
		{ "acb", ".!!" },
		{ "bac", "!.!" },
		{ "bca", "!!." },
		{ "cab", "!.." },
		{ "cba", "!!." },
		{ "aabc", "...=" },
		{ "abb", "..!" },
		{ "abbc", "..!!" },
		{ "abcc", "..=!" },
		{ "abcb", "..=!" },
		{ "aBbc", ".!!!" },
		{ "aRbc", ".!!!" },
		{ "aTbc", ".!!!" },
		{ "aObc", ".!!!" },
		{ "O", "!" },
		{ "abacbc", "...!!!" },
		{ "L", "!" },
		{ "aLbc", ".!!!" },
		{ "abwc", "..=!" },
		{ "ababc", "....=" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct frame_joiner joiner;
		uint8_t buf[8];

		frame_joiner_init(&joiner, buf, sizeof(buf));
		for (size_t k = 0; rows[i].frames[k]; k++) {
			struct frame frame = frame_of(rows[i].frames[k]);
			int r = frame_joiner_add(&joiner, &frame);
			char answer = r == 0 ? '=' : r == FRAME_MORE ? '.' : r == FRAME_BROKEN ? '!' : '?';

			if (answer != rows[i].answers[k])
				fail_msg("%s, frame %zu: %c", rows[i].frames, k, answer);
			if (r == 0 && rows[i].frames[k] == 'c')
				assert_memory_equal(buf, "aabbcc", 6);
		}
	}
}

static void test_the_largest_snapshot_passes_in_pieces(void **state)
{
	static uint8_t message[WIRE_SNAPSHOT_MAX], joined[WIRE_SNAPSHOT_MAX], datagram[FRAME_MAX];
	struct frame_joiner joiner;
	int r = FRAME_MORE;

	(void)state;
	randombytes_buf(message, sizeof(message));
	frame_joiner_init(&joiner, joined, sizeof(joined));
	for (uint32_t offset = 0; offset < sizeof(message); offset += FRAME_PIECE_MAX) {
		struct frame frame = { .type = FRAME_DELIVER,
			.kind = WIRE_SNAPSHOT,
			.is_retained = true,
			.total = sizeof(message),
			.offset = offset,
			.piece = message + offset,
			.piece_len = FRAME_PIECE_MAX };

		assert_int_equal(r, FRAME_MORE);
		assert_int_equal(frame_read(&frame, datagram, frame_write(datagram, &frame)), 0);
		r = frame_joiner_add(&joiner, &frame);
	}
	assert_int_equal(r, 0);
	assert_int_equal(joiner.total, sizeof(message));
	assert_true(joiner.is_retained);
	assert_memory_equal(joined, message, sizeof(message));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_frames_out_of_shape_are_refused),
		cmocka_unit_test(test_lengths_of_datagrams),
		cmocka_unit_test(test_each_kind_has_its_bound),
		cmocka_unit_test(test_only_the_right_order_makes_a_message),
		cmocka_unit_test(test_the_largest_snapshot_passes_in_pieces),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
