#include "tests/sim/agenda.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool is_before(const struct agenda_item *a, const struct agenda_item *b)
{
	return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

static void swap(struct agenda_item *a, struct agenda_item *b)
{
	struct agenda_item t = *a;

	*a = *b;
	*b = t;
}

void agenda_init(struct agenda *agenda)
{
	memset(agenda, 0, sizeof(*agenda));
}

void agenda_deinit(struct agenda *agenda)
{
	for (size_t i = 0; i < agenda->count; i++)
		free(agenda->heap[i].packet);
	free(agenda->heap);
	agenda_init(agenda);
}

void agenda_add(struct agenda *agenda, const struct agenda_item *item)
{
	size_t i = agenda->count;

	if (agenda->count == agenda->room) {
		agenda->room = agenda->room ? 2 * agenda->room : 256;
		agenda->heap = realloc(agenda->heap, agenda->room * sizeof(*agenda->heap));
		if (!agenda->heap)
			abort();
	}
	agenda->heap[i] = *item;
	agenda->heap[i].order = agenda->next_order++;
	agenda->count++;
	while (i > 0 && is_before(&agenda->heap[i], &agenda->heap[(i - 1) / 2])) {
		swap(&agenda->heap[i], &agenda->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

int agenda_take(struct agenda *agenda, struct agenda_item *out)
{
	size_t i = 0;

	if (agenda->count == 0)
		return -ENOENT;
	*out = agenda->heap[0];
	agenda->heap[0] = agenda->heap[--agenda->count];
	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= agenda->count)
			return 0;
		if (child + 1 < agenda->count && is_before(&agenda->heap[child + 1], &agenda->heap[child]))
			child++;
		if (!is_before(&agenda->heap[child], &agenda->heap[i]))
			return 0;
		swap(&agenda->heap[i], &agenda->heap[child]);
		i = child;
	}
}
