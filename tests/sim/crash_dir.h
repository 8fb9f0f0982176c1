/* crash_dir - the files of a crash_disk and their names.
 *
 * A name has two values: the file it names now and the one it names on the medium. What happened in between
 * is pending, as with the bytes of a file, but reaches the medium strictly in order: names are what file
 * systems keep a journal for. */
#ifndef TESTS_SIM_CRASH_DIR_H
#define TESTS_SIM_CRASH_DIR_H

#include "tests/sim/crash_file.h"
#include "tests/sim/crash_lock.h"
#include "tests/sim/crash_vfs.h"
#include "tests/sim/prng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A file with all that refers to it; freed with the last reference. */
struct crash_node {
	struct crash_node *next;
	struct crash_file file;
	struct crash_locks locks;
	unsigned n_refs;
	unsigned n_handles; /* those references that are handles */
	bool is_temporary;  /* it never had a name: nothing of it outlives its handle */
};

struct crash_name {
	char *path;
	struct crash_node *now;    /* NULL: there is no such file */
	struct crash_node *medium; /* what a reboot would find, were nothing pending */
};

/* One pending change: names[name] became `node`. */
struct crash_naming {
	uint64_t order;
	size_t name;
	struct crash_node *node; /* NULL: deleted */
};

struct crash_dir {
	struct crash_node *nodes; /* in the order of their making */
	struct crash_name *names; /* in the order of their first use; they stay, a machine uses a handful */
	struct crash_naming *namings; /* oldest first */
	size_t n_names;
	size_t n_namings;
};

void crash_dir_deinit(struct crash_dir *dir);

/* Returns NULL when `path` was never used; `now` and `medium` tell whether there is a file. */
struct crash_name *crash_dir_find(const struct crash_dir *dir, const char *path);
/* Makes a new file under `path`, which names none now; with NULL a temporary one, which lives as long as its
 * handles. The file comes opened. `order` as with crash_file_write(). Returns 0 or -ENOMEM. */
int crash_dir_create(struct crash_dir *dir, const char *path, uint64_t order, struct crash_node **out);
/* Makes `name` name nothing. Returns 0 or -ENOMEM. */
int crash_dir_unlink(struct crash_dir *dir, struct crash_name *name, uint64_t order);

/* Each handle counts as a reference. */
void crash_dir_open(struct crash_node *node);
void crash_dir_close(struct crash_dir *dir, struct crash_node *node);

/* All names reach the medium. */
void crash_dir_sync(struct crash_dir *dir);
/* Syncing a file whose name is pending brings all names to the medium: the file system commits its journal up
 * to now, and SQLite's own VFS syncs the directory with the first sync of a new journal or WAL. */
void crash_dir_sync_node(struct crash_dir *dir, const struct crash_node *node);
/* Leaves what the medium holds after a power cut; `torn` as with crash_file_cut(). */
void crash_dir_cut(struct crash_dir *dir, enum crash_mode mode, struct prng *prng, uint64_t torn);

#endif
