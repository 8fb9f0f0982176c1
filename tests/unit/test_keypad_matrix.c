/* keypad_matrix: what a scanned keypad tells, against a keypad made of switches without diodes. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/keypad_matrix.h"

#define IDLE_POLL_MS 20 /* a port without edges on the columns */
#define TOLD_MAX 8

static const char keys[] = "123A456B789C*0#D";

struct rig {
	struct keypad_matrix matrix;
	unsigned down; /* keys that are pressed: bits row · 4 + column */
	uint64_t now_ms;
	unsigned told_count;
	enum keypad_matrix_answer told[TOLD_MAX];
	char key[TOLD_MAX];
};

/* What a column reads: current finds its way through every closed switch, backwards too. */
static unsigned read_columns(const struct rig *rig)
{
	unsigned rows = keypad_matrix_rows(&rig->matrix), columns = 0;

	for (unsigned again = 0; again < MATRIX_ROWS + MATRIX_COLUMNS_MAX; again++) {
		for (unsigned bit = 0; bit < 16; bit++) {
			if ((rig->down >> bit & 1) == 0)
				continue;
			if (rows >> bit / 4 & 1)
				columns |= 1u << bit % 4;
			if (columns >> bit % 4 & 1)
				rows |= 1u << bit / 4;
		}
	}
	return columns;
}

static void step(struct rig *rig)
{
	char key = 0;
	enum keypad_matrix_answer answer =
		keypad_matrix_step(&rig->matrix, read_columns(rig), rig->now_ms, &key);

	if (answer == MATRIX_NOTHING)
		return;
	assert_true(rig->told_count < TOLD_MAX);
	rig->told[rig->told_count] = answer;
	rig->key[rig->told_count++] = key;
}

static void wait(struct rig *rig, unsigned ms)
{
	uint64_t end_ms = rig->now_ms + ms;

	for (; rig->now_ms < end_ms; rig->now_ms++) {
		uint64_t next_ms = keypad_matrix_next_ms(&rig->matrix);

		if (next_ms == UINT64_MAX ? rig->now_ms % IDLE_POLL_MS == 0 : rig->now_ms >= next_ms)
			step(rig);
	}
}

static struct rig open_rig(unsigned columns)
{
	struct rig rig = { .now_ms = 1000 };

	assert_int_equal(keypad_matrix_init(&rig.matrix, columns), 0);
	wait(&rig, 100);
	assert_int_equal(rig.told_count, 0);
	return rig;
}

static unsigned bit_of(char key)
{
	return 1u << (strchr(keys, key) - keys);
}

static void press(struct rig *rig, unsigned down, unsigned ms)
{
	rig->down = down;
	wait(rig, ms);
}

static void every_key_is_told_once_when_it_goes_down(void **state)
{
	(void)state;
	for (unsigned columns = 3; columns <= 4; columns++) {
		struct rig rig = open_rig(columns);
		unsigned told = 0;

		for (unsigned i = 0; i < 16; i++) {
			rig.told_count = 0;
			press(&rig, 1u << i, 500);
			press(&rig, 0, 100);
			if (i % 4 == 3) {
				assert_int_equal(rig.told_count, 0); /* A to D, or no such column */
				continue;
			}
			assert_int_equal(rig.told_count, 1);
			assert_int_equal(rig.told[0], MATRIX_KEY);
			assert_int_equal(rig.key[0], keys[i]);
			told++;
		}
		assert_int_equal(rig.matrix.counts.keys, told);
		assert_int_equal(rig.matrix.counts.letters, columns == 4 ? 4 : 0);
		assert_int_equal(keypad_matrix_next_ms(&rig.matrix), UINT64_MAX);
		assert_int_equal(keypad_matrix_rows(&rig.matrix), 0xf);
	}
}

static void a_bounce_is_no_key_and_a_bouncing_key_is_one(void **state)
{
	struct rig rig = open_rig(4);

	(void)state;
	press(&rig, bit_of('5'), 8);
	press(&rig, 0, 200);
	assert_int_equal(rig.told_count, 0);

	for (unsigned i = 0; i < 6; i++) {
		press(&rig, bit_of('5'), 7);
		press(&rig, 0, 7);
	}
	press(&rig, bit_of('5'), 200);
	for (unsigned i = 0; i < 6; i++) { /* and bounces again when it is let go */
		press(&rig, 0, 7);
		press(&rig, bit_of('5'), 7);
	}
	press(&rig, 0, 200);
	assert_int_equal(rig.told_count, 1);
	assert_int_equal(rig.key[0], '5');
}

static void the_ghost_of_a_fourth_key_is_refused(void **state)
{
	(void)state;
	for (unsigned corner = 0; corner < 4; corner++) {
		struct rig rig = open_rig(4);
		unsigned rectangle = bit_of('1') | bit_of('3') | bit_of('7') | bit_of('9');

		press(&rig, rectangle & ~bit_of("1379"[corner]), 200);
		assert_int_equal(rig.told_count, 1);
		assert_int_equal(rig.told[0], MATRIX_REFUSED);
		assert_int_equal(rig.matrix.counts.ghosts, 1);
	}
}

static void several_keys_are_refused_until_all_are_up(void **state)
{
	struct rig rig = open_rig(3);

	(void)state;
	press(&rig, bit_of('1') | bit_of('2'), 200);
	press(&rig, bit_of('2'), 200); /* the other would look newly pressed */
	assert_int_equal(rig.told_count, 1);
	assert_int_equal(rig.told[0], MATRIX_REFUSED);
	assert_int_equal(rig.matrix.counts.several, 1);
	assert_int_equal(rig.matrix.counts.ghosts, 0);
	press(&rig, 0, 100);
	press(&rig, bit_of('2'), 200);
	assert_int_equal(rig.told_count, 2);
	assert_int_equal(rig.key[1], '2');
	press(&rig, bit_of('2') | bit_of('6'), 200); /* rolling over to the next finger */
	press(&rig, bit_of('6'), 200);
	assert_int_equal(rig.told_count, 2);
}

static void a_key_that_stays_down_is_a_fault_until_it_is_let_go(void **state)
{
	struct rig rig = open_rig(4);

	(void)state;
	press(&rig, bit_of('#'), MATRIX_STUCK_MS - 500);
	assert_int_equal(rig.told_count, 1);
	press(&rig, bit_of('#'), 2 * MATRIX_STUCK_MS);
	assert_int_equal(rig.told_count, 2);
	assert_int_equal(rig.told[1], MATRIX_STUCK);
	press(&rig, 0, 100);
	assert_int_equal(rig.told_count, 3);
	assert_int_equal(rig.told[2], MATRIX_FREE);
	press(&rig, bit_of('#'), 100);
	assert_int_equal(rig.told_count, 4);
	assert_int_equal(rig.told[3], MATRIX_KEY);
}

static void a_key_down_at_the_start_is_found(void **state)
{
	struct rig rig = { .down = bit_of('8') };

	(void)state;
	assert_int_equal(keypad_matrix_init(&rig.matrix, 4), 0);
	assert_int_equal(keypad_matrix_next_ms(&rig.matrix), 0);
	step(&rig); /* by no edge, but because it was due */
	assert_int_equal(rig.matrix.state, MATRIX_STATE_SCANNING);
}

static void edges_while_scanning_are_not_looked_at(void **state)
{
	struct rig rig = open_rig(4);

	(void)state;
	rig.down = bit_of('8');
	for (unsigned ms = 0; ms < 200; ms++) { /* at every millisecond, due or not */
		step(&rig);
		rig.now_ms++;
	}
	assert_int_equal(rig.told_count, 1);
	assert_int_equal(rig.key[0], '8');
}

static void columns_there_are_none_of_are_refused(void **state)
{
	struct keypad_matrix matrix;

	(void)state;
	for (unsigned columns = 0; columns < 10; columns++)
		assert_int_equal(
			keypad_matrix_init(&matrix, columns), columns == 3 || columns == 4 ? 0 : -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_is_told_once_when_it_goes_down),
		cmocka_unit_test(a_bounce_is_no_key_and_a_bouncing_key_is_one),
		cmocka_unit_test(the_ghost_of_a_fourth_key_is_refused),
		cmocka_unit_test(several_keys_are_refused_until_all_are_up),
		cmocka_unit_test(a_key_that_stays_down_is_a_fault_until_it_is_let_go),
		cmocka_unit_test(a_key_down_at_the_start_is_found),
		cmocka_unit_test(edges_while_scanning_are_not_looked_at),
		cmocka_unit_test(columns_there_are_none_of_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
