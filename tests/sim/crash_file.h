/* crash_file - one file of a crash_disk: what readers see, and how to get back to what the medium holds.
 *
 * `bytes` is what readers see. `log` is an undo log: each write and truncation since the last sync, with the
 * bytes it replaced, so that a sync costs nothing and a power cut costs what is pending. `lost` are pages
 * whose sync failed: the medium holds something else than readers see, and no later sync mends it unless the
 * page is written again. */
#ifndef TESTS_SIM_CRASH_FILE_H
#define TESTS_SIM_CRASH_FILE_H

#include "tests/sim/crash_vfs.h"
#include "tests/sim/prng.h"

#include <stddef.h>
#include <stdint.h>

#define CRASH_SECTOR_BYTES 512 /* what a medium writes whole or not at all */
#define CRASH_PAGE_BYTES 4096  /* what the kernel's page cache writes back, and forgets, as one */

struct crash_lost_page {
	uint64_t number;
	unsigned char bytes[CRASH_PAGE_BYTES];
};

struct crash_file {
	unsigned char *bytes; /* zero from `size` to `capacity` */
	uint64_t size;
	uint64_t capacity;

	unsigned char *log; /* crash_records, one after another */
	size_t log_used;
	size_t log_capacity;
	size_t log_last; /* where the newest record starts */
	size_t n_pending;

	struct crash_lost_page *lost;
	size_t n_lost;
};

void crash_file_deinit(struct crash_file *file);

/* Copies what there is of [offset, offset + length) and returns its length. */
size_t crash_file_read(const struct crash_file *file, void *out, size_t length, uint64_t offset);
/* `order` rises with time through all files of the disk. Returns 0 or -ENOMEM, then with no effect. */
int crash_file_write(
	struct crash_file *file, const void *bytes, size_t length, uint64_t offset, uint64_t order);
int crash_file_truncate(struct crash_file *file, uint64_t size, uint64_t order);
/* What is pending has reached the medium. */
void crash_file_sync(struct crash_file *file);
/* What is pending never will. Returns 0 or -ENOMEM, then with everything still pending. */
int crash_file_sync_failed(struct crash_file *file);

/* The order of the n-th pending operation, the oldest being 0; n is below n_pending. */
uint64_t crash_file_order(const struct crash_file *file, size_t n);
/* Leaves what the medium holds after a power cut. CRASH_TEAR_ONE tears the operation
 * whose order is `torn`. */
void crash_file_cut(struct crash_file *file, enum crash_mode mode, struct prng *prng, uint64_t torn);
/* Flips a random bit on the medium. Returns its number, or -ENOENT when the medium holds no byte. */
int64_t crash_file_rot(struct crash_file *file, struct prng *prng);
/* Mixes what the medium holds into `hash` and returns it. */
uint64_t crash_file_hash(struct crash_file *file, uint64_t hash);

#endif
