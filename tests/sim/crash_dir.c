#include "tests/sim/crash_dir.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void node_unref(struct crash_dir *dir, struct crash_node *node)
{
	struct crash_node **link = &dir->nodes;

	if (!node || --node->n_refs > 0)
		return;
	while (*link != node)
		link = &(*link)->next;
	*link = node->next;
	crash_file_deinit(&node->file);
	free(node);
}

static struct crash_node *node_ref(struct crash_node *node)
{
	if (node)
		node->n_refs++;
	return node;
}

/* Makes *slot refer to `node` in place of what it referred to; either may be NULL. */
static void node_set(struct crash_dir *dir, struct crash_node **slot, struct crash_node *node)
{
	struct crash_node *old = *slot;

	*slot = node_ref(node);
	node_unref(dir, old);
}

static struct crash_node *node_new(struct crash_dir *dir)
{
	struct crash_node **link = &dir->nodes;
	struct crash_node *node = calloc(1, sizeof(*node));

	if (!node)
		return NULL;
	while (*link)
		link = &(*link)->next;
	*link = node;
	return node;
}

struct crash_name *crash_dir_find(const struct crash_dir *dir, const char *path)
{
	for (size_t i = 0; i < dir->n_names; i++)
		if (strcmp(dir->names[i].path, path) == 0)
			return &dir->names[i];
	return NULL;
}

static int name_get(struct crash_dir *dir, const char *path, struct crash_name **out)
{
	struct crash_name *name = crash_dir_find(dir, path);

	if (!name) {
		name = realloc(dir->names, (dir->n_names + 1) * sizeof(*name));
		if (!name)
			return -ENOMEM;
		dir->names = name;
		name += dir->n_names;
		memset(name, 0, sizeof(*name));
		name->path = strdup(path);
		if (!name->path)
			return -ENOMEM;
		dir->n_names++;
	}
	*out = name;
	return 0;
}

/* Makes `name` name `node` from now on, and on the medium once synced. */
static int name_set(struct crash_dir *dir, struct crash_name *name, struct crash_node *node, uint64_t order)
{
	struct crash_naming *namings = realloc(dir->namings, (dir->n_namings + 1) * sizeof(*namings));

	if (!namings)
		return -ENOMEM;
	dir->namings = namings;
	namings[dir->n_namings++] =
		(struct crash_naming){ order, (size_t)(name - dir->names), node_ref(node) };
	node_set(dir, &name->now, node);
	return 0;
}

/* Takes the i-th pending naming off the list; with `is_kept` it has reached the medium. */
static void naming_settle(struct crash_dir *dir, size_t i, bool is_kept)
{
	struct crash_naming naming = dir->namings[i];

	memmove(&dir->namings[i], &dir->namings[i + 1], (--dir->n_namings - i) * sizeof(naming));
	if (is_kept)
		node_set(dir, &dir->names[naming.name].medium, naming.node);
	node_unref(dir, naming.node);
}

int crash_dir_create(struct crash_dir *dir, const char *path, uint64_t order, struct crash_node **out)
{
	struct crash_name *name = NULL;
	struct crash_node *node = node_new(dir);
	int r;

	if (!node)
		return -ENOMEM;
	crash_dir_open(node);
	node->is_temporary = !path;

	r = path ? name_get(dir, path, &name) : 0;
	if (r == 0 && name)
		r = name_set(dir, name, node, order);
	if (r < 0) {
		crash_dir_close(dir, node);
		return r;
	}
	*out = node;
	return 0;
}

int crash_dir_unlink(struct crash_dir *dir, struct crash_name *name, uint64_t order)
{
	return name_set(dir, name, NULL, order);
}

void crash_dir_open(struct crash_node *node)
{
	node_ref(node);
	node->n_handles++;
}

void crash_dir_close(struct crash_dir *dir, struct crash_node *node)
{
	assert(node->n_handles > 0);
	node->n_handles--;
	node_unref(dir, node);
}

void crash_dir_sync(struct crash_dir *dir)
{
	while (dir->n_namings > 0)
		naming_settle(dir, 0, true);
}

void crash_dir_sync_node(struct crash_dir *dir, const struct crash_node *node)
{
	for (size_t i = 0; i < dir->n_namings; i++) {
		if (dir->namings[i].node == node) {
			crash_dir_sync(dir);
			return;
		}
	}
}

/* How many of the pending changes, from the oldest on, the medium holds after a power cut. */
static size_t namings_surviving(
	const struct crash_dir *dir, enum crash_mode mode, struct prng *prng, uint64_t torn)
{
	size_t n = 0;

	switch (mode) {
	case CRASH_LOSE_UNSYNCED:
		break;
	case CRASH_KEEP_SUBSET:
		n = (size_t)prng_below(prng, dir->n_namings + 1);
		break;
	case CRASH_TEAR_ONE:
		while (n < dir->n_namings && dir->namings[n].order < torn)
			n++;
		if (n < dir->n_namings && dir->namings[n].order == torn)
			n += prng_one_in(prng, 2);
		break;
	case CRASH_KEEP_ALL:
		n = dir->n_namings;
		break;
	}
	return n;
}

void crash_dir_cut(struct crash_dir *dir, enum crash_mode mode, struct prng *prng, uint64_t torn)
{
	size_t n_surviving;

	if (mode == CRASH_KEEP_ALL)
		return;
	n_surviving = namings_surviving(dir, mode, prng, torn);
	while (dir->n_namings > 0) {
		naming_settle(dir, 0, n_surviving > 0);
		n_surviving -= n_surviving > 0;
	}
	for (size_t i = 0; i < dir->n_names; i++)
		node_set(dir, &dir->names[i].now, dir->names[i].medium);
}

void crash_dir_deinit(struct crash_dir *dir)
{
	while (dir->n_namings > 0)
		naming_settle(dir, 0, false);
	for (size_t i = 0; i < dir->n_names; i++) {
		node_set(dir, &dir->names[i].now, NULL);
		node_set(dir, &dir->names[i].medium, NULL);
		free(dir->names[i].path);
	}
	free(dir->names);
	free(dir->namings);
	assert(!dir->nodes); /* every reference was a name's or a handle's */
}
