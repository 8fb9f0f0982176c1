/* crash_disk - the power switch and the faults over a directory of files; crash_vfs.c shows it to SQLite.
 * Functions return 0 or -errno: -EIO while the power is off or where a fault strikes. */
#ifndef TESTS_SIM_CRASH_DISK_H
#define TESTS_SIM_CRASH_DISK_H

#include "tests/sim/crash_dir.h"
#include "tests/sim/crash_vfs.h"
#include "tests/sim/prng.h"

#include <sqlite3.h>

struct crash_trap {
	uint64_t count; /* the trap goes off when this has come down to 0; 0 is disarmed */
	bool is_forever;
	bool is_sprung; /* and stays so: each one fails */
};

struct crash_disk {
	sqlite3_vfs vfs;
	char *name;
	struct prng prng;
	int64_t now_ms;

	struct crash_dir dir;
	unsigned n_handles;

	uint64_t order; /* rises with everything that becomes pending */
	uint64_t operations;
	uint64_t cut_at; /* the operation that cuts the power; 0 for none */
	enum crash_mode cut_mode;
	bool is_off;

	uint64_t capacity_bytes;
	uint64_t n_faults;
	struct crash_trap traps[CRASH_FAULTS];
};

/* -ENOENT without `create`, -EEXIST with `exclusive`. A NULL path makes a temporary file. */
int crash_disk_open(
	struct crash_disk *disk, const char *path, bool create, bool exclusive, struct crash_node **out);
void crash_disk_close(struct crash_disk *disk, struct crash_node *node);

int crash_disk_write(
	struct crash_disk *disk, struct crash_node *node, const void *bytes, size_t length, uint64_t offset);
int crash_disk_truncate(struct crash_disk *disk, struct crash_node *node, uint64_t size);
int crash_disk_sync(struct crash_disk *disk, struct crash_node *node);
/* -ENOENT when there is no such file. With `sync` all names reach the medium. */
int crash_disk_delete(struct crash_disk *disk, const char *path, bool sync);

#endif
