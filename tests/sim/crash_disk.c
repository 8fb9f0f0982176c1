#include "tests/sim/crash_disk.h"

#include <assert.h>
#include <errno.h>

int crash_disk_open(
	struct crash_disk *disk, const char *path, bool create, bool exclusive, struct crash_node **out)
{
	const struct crash_name *name = path ? crash_dir_find(&disk->dir, path) : NULL;
	struct crash_node *node = name ? name->now : NULL;
	struct crash_node *made = NULL;
	int r;

	if (disk->is_off)
		return -EIO;
	if (node && exclusive)
		return -EEXIST;
	if (!node && !create)
		return -ENOENT;

	r = node ? 0 : crash_dir_create(&disk->dir, path, ++disk->order, &made);
	if (r < 0)
		return r;
	if (node)
		crash_dir_open(node);
	*out = node ? node : made;
	disk->n_handles++;
	return 0;
}

void crash_disk_close(struct crash_disk *disk, struct crash_node *node)
{
	disk->n_handles--;
	crash_dir_close(&disk->dir, node);
}

/* Returns true when this is the operation that the power does not survive. */
static bool operation_begin(struct crash_disk *disk)
{
	return ++disk->operations == disk->cut_at;
}

static int operation_end(struct crash_disk *disk, bool is_last, int r)
{
	if (r == -EIO || r == -ENOSPC)
		disk->n_faults++;
	if (!is_last)
		return r;
	crash_disk_cut(disk, disk->cut_mode);
	return -EIO;
}

static bool trap_springs(struct crash_trap *trap)
{
	if (trap->is_sprung)
		return true;
	if (trap->count == 0 || --trap->count > 0)
		return false;
	trap->is_sprung = trap->is_forever;
	return true;
}

/* How far a write may go: up to `end`, or as far as there is room. */
static uint64_t room_until(const struct crash_disk *disk, const struct crash_file *file, uint64_t end)
{
	uint64_t used, free_bytes;

	if (disk->capacity_bytes == UINT64_MAX || end <= file->size)
		return end;
	used = crash_disk_used_bytes(disk);
	free_bytes = used < disk->capacity_bytes ? disk->capacity_bytes - used : 0;
	return end - file->size <= free_bytes ? end : file->size + free_bytes;
}

int crash_disk_write(
	struct crash_disk *disk, struct crash_node *node, const void *bytes, size_t length, uint64_t offset)
{
	bool is_last;
	uint64_t end;
	int r;

	if (disk->is_off)
		return -EIO;
	is_last = operation_begin(disk);
	if (trap_springs(&disk->traps[CRASH_FAIL_WRITE]))
		return operation_end(disk, is_last, -EIO);

	end = room_until(disk, &node->file, offset + length);
	r = end > offset ? crash_file_write(&node->file, bytes, (size_t)(end - offset), offset, ++disk->order)
			 : 0;
	if (r == 0 && end < offset + length)
		r = -ENOSPC;
	if (node->is_temporary)
		crash_file_sync(&node->file);
	return operation_end(disk, is_last, r);
}

int crash_disk_truncate(struct crash_disk *disk, struct crash_node *node, uint64_t size)
{
	bool is_last;
	int r;

	if (disk->is_off)
		return -EIO;
	is_last = operation_begin(disk);
	if (room_until(disk, &node->file, size) < size)
		r = -ENOSPC;
	else
		r = crash_file_truncate(&node->file, size, ++disk->order);
	if (node->is_temporary)
		crash_file_sync(&node->file);
	return operation_end(disk, is_last, r);
}

int crash_disk_sync(struct crash_disk *disk, struct crash_node *node)
{
	int r;

	if (disk->is_off)
		return -EIO;
	if (operation_begin(disk))
		return operation_end(disk, true, 0);
	if (trap_springs(&disk->traps[CRASH_FAIL_SYNC])) {
		r = crash_file_sync_failed(&node->file);
		return operation_end(disk, false, r < 0 ? r : -EIO);
	}
	crash_file_sync(&node->file);
	crash_dir_sync_node(&disk->dir, node);
	return 0;
}

int crash_disk_delete(struct crash_disk *disk, const char *path, bool sync)
{
	struct crash_name *name = crash_dir_find(&disk->dir, path);
	bool is_last;
	int r;

	if (disk->is_off)
		return -EIO;
	if (!name || !name->now)
		return -ENOENT;
	is_last = operation_begin(disk);
	r = crash_dir_unlink(&disk->dir, name, ++disk->order);
	if (r == 0 && sync && !is_last)
		crash_dir_sync(&disk->dir);
	return operation_end(disk, is_last, r);
}

/* Picks the operation that a power cut tears: any pending one, of bytes or of names, each as likely as the
 * other. */
static uint64_t pick_torn(struct crash_disk *disk)
{
	uint64_t total = disk->dir.n_namings;
	uint64_t n;

	for (const struct crash_node *node = disk->dir.nodes; node; node = node->next)
		total += node->file.n_pending;
	if (total == 0)
		return 0;

	n = prng_below(&disk->prng, total);
	if (n < disk->dir.n_namings)
		return disk->dir.namings[n].order;
	n -= disk->dir.n_namings;
	for (const struct crash_node *node = disk->dir.nodes; node; node = node->next) {
		if (n < node->file.n_pending)
			return crash_file_order(&node->file, (size_t)n);
		n -= node->file.n_pending;
	}
	assert(false);
	return 0;
}

void crash_disk_cut(struct crash_disk *disk, enum crash_mode mode)
{
	uint64_t torn;

	if (disk->is_off)
		return;
	disk->is_off = true;
	disk->cut_at = 0;
	torn = mode == CRASH_TEAR_ONE ? pick_torn(disk) : 0;
	for (struct crash_node *node = disk->dir.nodes; node; node = node->next)
		crash_file_cut(&node->file, mode, &disk->prng, torn);
	crash_dir_cut(&disk->dir, mode, &disk->prng, torn);
}

void crash_disk_cut_at(struct crash_disk *disk, uint64_t n, enum crash_mode mode)
{
	disk->cut_at = n > 0 ? disk->operations + n : 0;
	disk->cut_mode = mode;
}

bool crash_disk_is_off(const struct crash_disk *disk)
{
	return disk->is_off;
}

int crash_disk_power_on(struct crash_disk *disk)
{
	if (disk->is_off && disk->n_handles > 0)
		return -EBUSY;
	disk->is_off = false;
	return 0;
}

uint64_t crash_disk_operations(const struct crash_disk *disk)
{
	return disk->operations;
}

void crash_disk_set_capacity(struct crash_disk *disk, uint64_t bytes)
{
	disk->capacity_bytes = bytes;
}

uint64_t crash_disk_used_bytes(const struct crash_disk *disk)
{
	uint64_t used = 0;

	for (const struct crash_node *node = disk->dir.nodes; node; node = node->next) {
		bool is_named = false;

		for (size_t i = 0; i < disk->dir.n_names && !is_named; i++)
			is_named = disk->dir.names[i].now == node;
		if (is_named || node->n_handles > 0)
			used += node->file.size;
	}
	return used;
}

void crash_disk_fail_at(struct crash_disk *disk, enum crash_fault fault, uint64_t n, bool forever)
{
	disk->traps[fault] = (struct crash_trap){ n, forever, false };
}

uint64_t crash_disk_faults(const struct crash_disk *disk)
{
	return disk->n_faults;
}

int64_t crash_disk_rot(struct crash_disk *disk, const char *path)
{
	const struct crash_name *name = crash_dir_find(&disk->dir, path);

	if (!name || !name->medium)
		return -ENOENT;
	return crash_file_rot(&name->medium->file, &disk->prng);
}

uint64_t crash_disk_hash(struct crash_disk *disk)
{
	uint64_t hash = 0;

	for (size_t i = 0; i < disk->dir.n_names; i++) {
		const struct crash_name *name = &disk->dir.names[i];

		if (!name->medium)
			continue;
		for (const char *c = name->path; *c; c++)
			hash = prng_splitmix64(&hash) ^ (unsigned char)*c;
		hash = crash_file_hash(&name->medium->file, hash);
	}
	return hash;
}
