/* crash_vfs - disks in memory for SQLite, which lose power, fill up, fail and rot on command.
 *
 * Each crash_disk is one machine's storage, registered with SQLite as a VFS under its own name:
 *
 *	crash_disk_new(&disk, "board-7", seed);
 *	sqlite3_open_v2("board.db", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, crash_disk_vfs(disk));
 *
 * What is modelled is a journaling file system such as ext4. Bytes written are seen at once by every
 * reader and reach the medium when their file is synced; until then they are pending. Names, new and
 * deleted, reach it in order: all of them when a new file is synced or a deletion asks for the directory
 * to be synced. Locks and the shared memory of WAL work between the connections of one process and are
 * gone with the last of them.
 *
 * Nothing but the seed and the order of the calls decides what happens: no clock, no addresses, no
 * system calls. Time stands still until crash_disk_set_time(). One thread for all disks. */
#ifndef TESTS_SIM_CRASH_VFS_H
#define TESTS_SIM_CRASH_VFS_H

#include <stdbool.h>
#include <stdint.h>

struct crash_disk; /* opaque: crash_disk_new() makes it, crash_disk_free() frees it */

/* What a power cut leaves of what was written and never synced. */
enum crash_mode {
	/* nothing */
	CRASH_LOSE_UNSYNCED,
	/* each pending write and truncation with probability 1/2; of the names some, from the oldest on */
	CRASH_KEEP_SUBSET,
	/* in order of time all up to a random one, and of that one some of its 512-byte sectors */
	CRASH_TEAR_ONE,
	/* everything, still pending: the process was killed, the kernel lives on */
	CRASH_KEEP_ALL,
};
#define CRASH_MODES 4

enum crash_fault {
	/* A write fails with EIO and changes nothing. */
	CRASH_FAIL_WRITE,
	/* A sync fails with EIO. As on Linux since 4.13 the kernel then takes the pages for clean: readers
	 * still see them, no later sync writes them, and a power cut brings the old bytes back. */
	CRASH_FAIL_SYNC,
};
#define CRASH_FAULTS 2

/* Makes an empty disk and registers it with SQLite as VFS `name`, which must be free; `name` is copied. The
 * caller owns *out. Returns 0, -EEXIST, or -ENOMEM, with *out untouched. */
int crash_disk_new(struct crash_disk **out, const char *name, uint64_t seed);
/* Every connection must be closed by now. Takes NULL. */
void crash_disk_free(struct crash_disk *disk);
/* The name to open databases with; valid as long as the disk. */
const char *crash_disk_vfs(const struct crash_disk *disk);

/* Sets what SQL's 'now' answers: milliseconds since 1970 UTC. */
void crash_disk_set_time(struct crash_disk *disk, int64_t now_ms);
/* SQLite has one random generator for the whole process (WAL salts come from it). This seeds it from `disk`:
 * call it once at the start of a run that must repeat itself exactly. */
void crash_disk_seed_sqlite(struct crash_disk *disk);

/* Cuts the power now. Until crash_disk_power_on() every open, access and deletion fails, and whatever is done
 * with a handle that was open except closing it fails with SQLITE_IOERR. Disarms crash_disk_cut_at(). */
void crash_disk_cut(struct crash_disk *disk, enum crash_mode mode);
/* The n-th write, truncation, sync or deletion from now (1 is the next) becomes pending, then the power is
 * cut before it returns. 0 disarms. */
void crash_disk_cut_at(struct crash_disk *disk, uint64_t n, enum crash_mode mode);
bool crash_disk_is_off(const struct crash_disk *disk);
/* Returns 0, or -EBUSY as long as handles from before the cut are open: a dead process does not live on. */
int crash_disk_power_on(struct crash_disk *disk);
/* How many operations that crash_disk_cut_at() counts there have been since the disk was made. */
uint64_t crash_disk_operations(const struct crash_disk *disk);

/* Limits what all files together may hold, UINT64_MAX for no limit (as it starts). A write that would grow a
 * file past it leaves the part that fits and fails with SQLITE_FULL; overwriting goes on working. */
void crash_disk_set_capacity(struct crash_disk *disk, uint64_t bytes);
/* What the files hold now. */
uint64_t crash_disk_used_bytes(const struct crash_disk *disk);
/* Makes the n-th write or sync from now fail (1 is the next), and if `forever` all later ones; 0 heals. */
void crash_disk_fail_at(struct crash_disk *disk, enum crash_fault fault, uint64_t n, bool forever);
/* How many writes, truncations and syncs have failed since the disk was made, for want of room or by
 * crash_disk_fail_at(): so a sweep knows that it is through. */
uint64_t crash_disk_faults(const struct crash_disk *disk);
/* Flips one random bit of what the medium holds of `path`. Returns its number, counted from the first byte's
 * lowest bit, or -ENOENT when the medium holds no byte of it. */
int64_t crash_disk_rot(struct crash_disk *disk, const char *path);

/* A number that depends on every name and byte on the medium, and not on what is pending. */
uint64_t crash_disk_hash(struct crash_disk *disk);

#endif
