#include "firmware/core/keypad_matrix.h"

#include <errno.h>

#define NEVER UINT64_MAX
#define ALL_ROWS ((1u << MATRIX_ROWS) - 1)

/* As every telephone has them. */
static const char keys[MATRIX_ROWS][MATRIX_COLUMNS_MAX + 1] = { "123A", "456B", "789C", "*0#D" };

int keypad_matrix_init(struct keypad_matrix *matrix, unsigned columns)
{
	if (columns != 3 && columns != 4)
		return -EINVAL;
	*matrix = (struct keypad_matrix){ .columns = (uint8_t)columns };
	return 0;
}

static bool is_one(uint16_t image) /* which is not 0 */
{
	return (image & (image - 1)) == 0;
}

/* Whether two rows share two columns: four keys, or three and the ghost of a fourth. */
static bool has_rectangle(uint16_t image)
{
	for (unsigned a = 0; a < MATRIX_ROWS; a++) {
		for (unsigned b = a + 1; b < MATRIX_ROWS; b++) {
			unsigned common = image >> a * 4 & image >> b * 4 & 0xf;

			if ((common & (common - 1)) != 0)
				return true;
		}
	}
	return false;
}

static char find_key(uint16_t image)
{
	unsigned bit = 0;

	while ((image >> bit & 1) == 0)
		bit++;
	return keys[bit / MATRIX_COLUMNS_MAX][bit % MATRIX_COLUMNS_MAX];
}

static void begin_scan(struct keypad_matrix *matrix, uint64_t at_ms)
{
	matrix->row = 0;
	matrix->seen = 0;
	matrix->next_ms = at_ms + MATRIX_SETTLE_MS;
}

static void rest(struct keypad_matrix *matrix)
{
	matrix->state = MATRIX_STATE_IDLE;
	matrix->next_ms = NEVER;
}

static enum keypad_matrix_answer take_press(struct keypad_matrix *matrix, uint64_t now_ms, char *key)
{
	matrix->state = MATRIX_STATE_HELD;
	matrix->held_ms = now_ms;
	if (!is_one(matrix->image)) {
		matrix->counts.several++;
		matrix->counts.ghosts += has_rectangle(matrix->image);
		return MATRIX_REFUSED;
	}
	*key = find_key(matrix->image);
	if (*key >= 'A') {
		matrix->counts.letters++;
		return MATRIX_NOTHING;
	}
	matrix->counts.keys++;
	return MATRIX_KEY;
}

/* All keys are up, and have been for long enough. */
static enum keypad_matrix_answer take_release(struct keypad_matrix *matrix)
{
	bool was_stuck = matrix->state == MATRIX_STATE_STUCK;

	rest(matrix);
	return was_stuck ? MATRIX_FREE : MATRIX_NOTHING;
}

static enum keypad_matrix_answer take_image(struct keypad_matrix *matrix, uint64_t now_ms, char *key)
{
	if (now_ms < matrix->steady_ms + MATRIX_STEADY_MS)
		return MATRIX_NOTHING;
	if (matrix->image == 0)
		return take_release(matrix);
	if (matrix->state == MATRIX_STATE_SCANNING)
		return take_press(matrix, now_ms, key);
	if (matrix->state == MATRIX_STATE_HELD && now_ms >= matrix->held_ms + MATRIX_STUCK_MS) {
		matrix->state = MATRIX_STATE_STUCK;
		matrix->counts.stuck++;
		return MATRIX_STUCK;
	}
	return MATRIX_NOTHING;
}

enum keypad_matrix_answer keypad_matrix_step(
	struct keypad_matrix *matrix, unsigned columns, uint64_t now_ms, char *key)
{
	columns &= (1u << matrix->columns) - 1;
	if (matrix->state == MATRIX_STATE_IDLE) {
		matrix->next_ms = NEVER;
		if (columns != 0) {
			matrix->state = MATRIX_STATE_SCANNING;
			matrix->image = 0;
			matrix->steady_ms = now_ms;
			begin_scan(matrix, now_ms);
		}
		return MATRIX_NOTHING;
	}
	if (now_ms < matrix->next_ms)
		return MATRIX_NOTHING; /* an edge while scanning: the rows make many */

	matrix->seen = (uint16_t)(matrix->seen | columns << matrix->row * MATRIX_COLUMNS_MAX);
	matrix->row++;
	matrix->next_ms = now_ms + MATRIX_SETTLE_MS;
	if (matrix->row < MATRIX_ROWS)
		return MATRIX_NOTHING;
	if (matrix->seen != matrix->image) {
		matrix->image = matrix->seen;
		matrix->steady_ms = now_ms;
	}
	begin_scan(matrix, now_ms + MATRIX_PAUSE_MS);
	return take_image(matrix, now_ms, key);
}

unsigned keypad_matrix_rows(const struct keypad_matrix *matrix)
{
	return matrix->state == MATRIX_STATE_IDLE ? ALL_ROWS : 1u << matrix->row;
}

uint64_t keypad_matrix_next_ms(const struct keypad_matrix *matrix)
{
	return matrix->next_ms;
}
