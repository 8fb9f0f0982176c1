#include "tests/sim/crash_vfs.h"

#include "tests/sim/crash_disk.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct handle {
	sqlite3_file base; /* SQLite knows the handle by this */
	struct crash_disk *disk;
	struct crash_node *node;
	struct crash_holder holder;
	const char *delete_on_close; /* SQLite keeps the name until the handle is closed; NULL otherwise */
};

static struct handle *handle_of(sqlite3_file *base)
{
	return (struct handle *)base;
}

static struct crash_disk *disk_of(sqlite3_vfs *vfs)
{
	return vfs->pAppData;
}

/* `io_code` says in SQLite's words what it was that failed. */
static int to_sqlite(int r, int io_code)
{
	switch (r) {
	case 0:
		return SQLITE_OK;
	case -ENOSPC:
		return SQLITE_FULL;
	case -ENOMEM:
		return SQLITE_IOERR_NOMEM;
	default:
		return io_code;
	}
}

static int file_close(sqlite3_file *base)
{
	struct handle *handle = handle_of(base);

	crash_shm_unmap(&handle->node->locks, &handle->holder);
	crash_unlock(&handle->node->locks, &handle->holder, SQLITE_LOCK_NONE);
	/* When the power is off there is nothing left to delete. */
	if (handle->delete_on_close)
		(void)crash_disk_delete(handle->disk, handle->delete_on_close, false);
	crash_disk_close(handle->disk, handle->node);
	return SQLITE_OK;
}

static int file_read(sqlite3_file *base, void *out, int length, sqlite3_int64 offset)
{
	struct handle *handle = handle_of(base);
	size_t n;

	if (handle->disk->is_off)
		return SQLITE_IOERR_READ;
	n = crash_file_read(&handle->node->file, out, (size_t)length, (uint64_t)offset);
	if (n == (size_t)length)
		return SQLITE_OK;
	memset((unsigned char *)out + n, 0, (size_t)length - n); /* SQLite relies on it */
	return SQLITE_IOERR_SHORT_READ;
}

static int file_write(sqlite3_file *base, const void *bytes, int length, sqlite3_int64 offset)
{
	struct handle *handle = handle_of(base);

	return to_sqlite(
		crash_disk_write(handle->disk, handle->node, bytes, (size_t)length, (uint64_t)offset),
		SQLITE_IOERR_WRITE);
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 size)
{
	struct handle *handle = handle_of(base);

	return to_sqlite(
		crash_disk_truncate(handle->disk, handle->node, (uint64_t)size), SQLITE_IOERR_TRUNCATE);
}

static int file_sync(sqlite3_file *base, int flags)
{
	struct handle *handle = handle_of(base);

	(void)flags; /* a data-only sync writes the size too, and so all that is modelled here */
	return to_sqlite(crash_disk_sync(handle->disk, handle->node), SQLITE_IOERR_FSYNC);
}

static int file_size(sqlite3_file *base, sqlite3_int64 *out)
{
	struct handle *handle = handle_of(base);

	if (handle->disk->is_off)
		return SQLITE_IOERR_FSTAT;
	*out = (sqlite3_int64)handle->node->file.size;
	return SQLITE_OK;
}

static int file_lock(sqlite3_file *base, int level)
{
	struct handle *handle = handle_of(base);

	if (handle->disk->is_off)
		return SQLITE_IOERR_LOCK;
	return crash_lock(&handle->node->locks, &handle->holder, level);
}

static int file_unlock(sqlite3_file *base, int level)
{
	struct handle *handle = handle_of(base);

	if (handle->disk->is_off)
		return SQLITE_IOERR_UNLOCK;
	crash_unlock(&handle->node->locks, &handle->holder, level);
	return SQLITE_OK;
}

static int file_check_reserved(sqlite3_file *base, int *out)
{
	struct handle *handle = handle_of(base);

	if (handle->disk->is_off)
		return SQLITE_IOERR_CHECKRESERVEDLOCK;
	*out = handle->node->locks.writer != NULL;
	return SQLITE_OK;
}

static int file_control(sqlite3_file *base, int op, void *arg)
{
	(void)base;
	(void)op;
	(void)arg;
	return SQLITE_NOTFOUND; /* every one is a hint or a question that SQLite can do without */
}

/* Both as SQLite's own VFS answers on Linux, so that the pattern of writes is the one that boards see: pages
 * are padded to 4096 bytes, and a write is trusted not to harm its neighbours in the same sector. */
static int file_sector_size(sqlite3_file *base)
{
	(void)base;
	return 4096;
}

static int file_device_characteristics(sqlite3_file *base)
{
	(void)base;
	return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int shm_map(sqlite3_file *base, int region, int bytes, int extend, void volatile **out)
{
	struct handle *handle = handle_of(base);

	*out = NULL;
	if (handle->disk->is_off)
		return SQLITE_IOERR_SHMMAP;
	return crash_shm_map(&handle->node->locks, &handle->holder, region, bytes, extend != 0, out);
}

static int shm_lock(sqlite3_file *base, int first, int n, int flags)
{
	struct handle *handle = handle_of(base);

	if (handle->disk->is_off)
		return SQLITE_IOERR_SHMLOCK;
	return crash_shm_lock(&handle->node->locks, &handle->holder, first, n, flags);
}

static void shm_barrier(sqlite3_file *base)
{
	(void)base; /* one thread has nobody to be in order with */
}

static int shm_unmap(sqlite3_file *base, int delete_flag)
{
	struct handle *handle = handle_of(base);

	(void)delete_flag; /* the memory goes with its last user in any case */
	crash_shm_unmap(&handle->node->locks, &handle->holder);
	return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = file_close,
	.xRead = file_read,
	.xWrite = file_write,
	.xTruncate = file_truncate,
	.xSync = file_sync,
	.xFileSize = file_size,
	.xLock = file_lock,
	.xUnlock = file_unlock,
	.xCheckReservedLock = file_check_reserved,
	.xFileControl = file_control,
	.xSectorSize = file_sector_size,
	.xDeviceCharacteristics = file_device_characteristics,
	.xShmMap = shm_map,
	.xShmLock = shm_lock,
	.xShmBarrier = shm_barrier,
	.xShmUnmap = shm_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename path, sqlite3_file *base, int flags, int *out_flags)
{
	struct handle *handle = handle_of(base);
	struct crash_disk *disk = disk_of(vfs);
	int r;

	memset(handle, 0, sizeof(*handle));
	r = crash_disk_open(
		disk, path, flags & SQLITE_OPEN_CREATE, flags & SQLITE_OPEN_EXCLUSIVE, &handle->node);
	if (r < 0)
		return to_sqlite(r, SQLITE_CANTOPEN);

	handle->disk = disk;
	handle->delete_on_close = flags & SQLITE_OPEN_DELETEONCLOSE ? path : NULL;
	handle->base.pMethods = &methods;
	if (out_flags)
		*out_flags = flags;
	return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
	int r = crash_disk_delete(disk_of(vfs), path, sync != 0);

	return r == -ENOENT ? SQLITE_IOERR_DELETE_NOENT : to_sqlite(r, SQLITE_IOERR_DELETE);
}

static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *out)
{
	const struct crash_name *name;

	if (disk_of(vfs)->is_off)
		return SQLITE_IOERR_ACCESS;
	name = crash_dir_find(&disk_of(vfs)->dir, path);
	/* An empty file counts as none, as with SQLite's own VFS: an empty journal is not hot. */
	*out = name && name->now && (flags != SQLITE_ACCESS_EXISTS || name->now->file.size > 0);
	return SQLITE_OK;
}

static int vfs_full_pathname(sqlite3_vfs *vfs, const char *path, int capacity, char *out)
{
	size_t bytes = strlen(path) + 1;

	(void)vfs;
	if (bytes > (size_t)capacity)
		return SQLITE_CANTOPEN;
	memcpy(out, path, bytes);
	return SQLITE_OK;
}

static int vfs_randomness(sqlite3_vfs *vfs, int length, char *out)
{
	prng_fill(&disk_of(vfs)->prng, out, (size_t)length);
	return length;
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds)
{
	(void)vfs;
	return microseconds; /* slept, as far as SQLite can tell: virtual time is the caller's */
}

static int vfs_current_time(sqlite3_vfs *vfs, sqlite3_int64 *out)
{
	*out = 210866760000000 + disk_of(vfs)->now_ms; /* 1970 in milliseconds of the Julian day */
	return SQLITE_OK;
}

int crash_disk_new(struct crash_disk **out, const char *name, uint64_t seed)
{
	struct crash_disk *disk;

	if (sqlite3_vfs_find(name))
		return -EEXIST;
	disk = calloc(1, sizeof(*disk));
	if (!disk)
		return -ENOMEM;
	disk->name = strdup(name);
	if (!disk->name)
		goto no_memory;

	disk->vfs = (sqlite3_vfs){
		.iVersion = 2,
		.szOsFile = sizeof(struct handle),
		.mxPathname = 512,
		.zName = disk->name,
		.pAppData = disk,
		.xOpen = vfs_open,
		.xDelete = vfs_delete,
		.xAccess = vfs_access,
		.xFullPathname = vfs_full_pathname,
		.xRandomness = vfs_randomness,
		.xSleep = vfs_sleep,
		.xCurrentTimeInt64 = vfs_current_time,
		/* No xDl…: simulated machines load no extensions. */
	};
	disk->capacity_bytes = UINT64_MAX;
	prng_init(&disk->prng, seed);
	if (sqlite3_vfs_register(&disk->vfs, 0) != SQLITE_OK)
		goto no_memory;
	*out = disk;
	return 0;
no_memory:
	free(disk->name);
	free(disk);
	return -ENOMEM;
}

void crash_disk_free(struct crash_disk *disk)
{
	if (!disk)
		return;
	assert(disk->n_handles == 0);
	sqlite3_vfs_unregister(&disk->vfs);
	crash_dir_deinit(&disk->dir);
	free(disk->name);
	free(disk);
}

const char *crash_disk_vfs(const struct crash_disk *disk)
{
	return disk->name;
}

void crash_disk_set_time(struct crash_disk *disk, int64_t now_ms)
{
	disk->now_ms = now_ms;
}

void crash_disk_seed_sqlite(struct crash_disk *disk)
{
	sqlite3_vfs *usual = sqlite3_vfs_find(NULL);
	unsigned char drawn;

	/* After a reset the generator seeds itself from the default VFS the next time a byte is drawn. */
	sqlite3_vfs_register(&disk->vfs, 1);
	sqlite3_randomness(0, NULL);
	sqlite3_randomness(1, &drawn);
	sqlite3_vfs_register(usual, 1);
}
