#include "firmware/core/used.h"

#include <string.h>

bool used_has(const struct used *used, const char *grant)
{
	for (size_t i = 0; i < used->count; i++)
		if (strcmp(used->list[i].grant, grant) == 0)
			return true;
	return false;
}

static bool is_named(const struct grants *grants, const char *id)
{
	for (size_t i = 0; i < grants->count; i++)
		if (strcmp(grants->list[i].id, id) == 0)
			return true;
	return false;
}

int used_place(const struct used *used, int64_t lower_ms, const struct grants *grants)
{
	if (used->count < BOARD_USED_MAX)
		return (int)used->count;
	for (size_t i = 0; i < used->count; i++)
		if (used->list[i].until_ms <= lower_ms && !is_named(grants, used->list[i].grant))
			return (int)i;
	return -1;
}

void used_put(
	struct used *used, int place, const struct wire_grant *grant, char forgets[WIRE_GRANT_ID_CHARS + 1])
{
	struct board_used *entry = &used->list[place];

	memset(forgets, 0, WIRE_GRANT_ID_CHARS + 1);
	if ((size_t)place < used->count)
		memcpy(forgets, entry->grant, sizeof(entry->grant));
	else
		used->count++;
	memcpy(entry->grant, grant->id, sizeof(entry->grant));
	entry->until_ms = grant->until_ms;
}
