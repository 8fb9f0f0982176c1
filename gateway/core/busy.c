/* busy - see busy.h */
#include "gateway/core/busy.h"

#include <assert.h>

const char *busy_word(enum busy_kind kind)
{
	static const char *const words[] = {
#define X(name, word) [BUSY_##name] = word,
		BUSY_KINDS(X)
#undef X
	};

	assert(kind < BUSY_KIND_COUNT);
	return words[kind];
}

static bool comes_before(const struct busy *a, const struct busy *b)
{
	return a->kind != b->kind ? a->kind < b->kind : a->window.from_ms < b->window.from_ms;
}

/* Lists come nearly in order out of the store: by insertion. */
static void sort(struct busy *list, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct busy moved = list[i];
		size_t at = i;

		for (; at > 0 && comes_before(&moved, &list[at - 1]); at--)
			list[at] = list[at - 1];
		list[at] = moved;
	}
}

size_t busy_merge(struct busy *list, size_t count)
{
	size_t last = 0;

	if (count == 0)
		return 0;
	sort(list, count);
	for (size_t i = 1; i < count; i++) {
		if (list[i].kind != list[last].kind || list[i].window.from_ms > list[last].window.until_ms)
			list[++last] = list[i];
		else if (list[i].window.until_ms > list[last].window.until_ms)
			list[last].window.until_ms = list[i].window.until_ms;
	}
	return last + 1;
}

static bool is_free(struct window slot, const struct busy *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (list[i].kind != BUSY_WAITING && window_overlaps(slot, list[i].window))
			return false;
	}
	return true;
}

static bool is_apart(struct window slot, const struct window *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (window_overlaps(slot, list[i]))
			return false;
	}
	return true;
}

size_t busy_suggest(struct window *out, size_t max, struct window wanted, const struct busy *list,
	size_t count, const struct hours_week *week, int64_t not_before_ms, int64_t reach_ms, int64_t step_ms)
{
	size_t found = 0;

	assert(step_ms >= WINDOW_MINUTE_MS);
	for (int64_t away_ms = 0; away_ms <= reach_ms; away_ms += step_ms) {
		for (int side = -1; side <= 1; side += 2) {
			struct window slot = { wanted.from_ms + side * away_ms,
				wanted.until_ms + side * away_ms };

			if (found == max)
				return found;
			if (slot.from_ms >= not_before_ms && is_free(slot, list, count) &&
				is_apart(slot, out, found) && hours_cover(week, slot))
				out[found++] = slot;
		}
	}
	return found;
}
