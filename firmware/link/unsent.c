#include "firmware/link/unsent.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool unsent_has_room(const struct unsent *unsent, size_t len)
{
	return unsent->count < UNSENT_MAX && unsent->bytes + len <= UNSENT_BYTES_MAX;
}

void unsent_add(struct unsent *unsent, int mid, size_t len)
{
	size_t i = 0;

	assert(unsent_has_room(unsent, len));
	while (unsent->list[i].mid != 0)
		i++;
	unsent->list[i].mid = mid;
	unsent->list[i].len = len;
	unsent->count++;
	unsent->bytes += len;
}

void unsent_done(struct unsent *unsent, int mid)
{
	for (size_t i = 0; i < UNSENT_MAX; i++) {
		if (unsent->list[i].mid != mid)
			continue;
		unsent->count--;
		unsent->bytes -= unsent->list[i].len;
		unsent->list[i].mid = 0;
		return;
	}
}

int unsent_keep(struct unsent *unsent, enum wire_kind kind, const char *msg, size_t len)
{
	struct picture *picture = &unsent->pictures[kind == WIRE_STATE ? 0 : 1];
	char *copy;

	if (kind != WIRE_STATE && kind != WIRE_HEALTH)
		return -EINVAL;
	copy = malloc(len);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, msg, len);
	free(picture->msg);
	picture->kind = kind;
	picture->msg = copy;
	picture->len = len;
	return 0;
}

bool unsent_take(struct unsent *unsent, struct picture *out)
{
	for (int i = 0; i < UNSENT_PICTURES; i++) {
		if (!unsent->pictures[i].msg)
			continue;
		*out = unsent->pictures[i];
		unsent->pictures[i] = (struct picture){ 0 };
		return true;
	}
	return false;
}

void unsent_clear(struct unsent *unsent)
{
	for (int i = 0; i < UNSENT_PICTURES; i++)
		free(unsent->pictures[i].msg);
	memset(unsent, 0, sizeof(*unsent));
}
