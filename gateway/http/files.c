#include "gateway/http/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_CHARS 64 /* the hash in hex */

struct files {
	uv_loop_t *loop;
	const char *folder;
	unsigned writing;
	uint64_t count; /* of names given */
};

struct file {
	uv_work_t work;
	struct files *files;
	int fd, folder_fd, r;
	char temporary[32], name[NAME_CHARS + 1];
	crypto_generichash_state state;
	void (*done)(void *ctx, int r);
	void *ctx;
};

int files_new(struct files **out, uv_loop_t *loop, const char *folder)
{
	struct files *files = calloc(1, sizeof(*files));

	if (!files)
		return -ENOMEM;
	files->loop = loop;
	files->folder = folder;
	*out = files;
	return 0;
}

void files_free(struct files *files)
{
	free(files);
}

static int open_folder(const struct files *files)
{
	int fd;

	if (mkdir(files->folder, 0700) < 0 && errno != EEXIST)
		return -errno;
	fd = open(files->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	return fd < 0 ? -errno : fd;
}

int files_begin(struct files *files, struct file **out)
{
	struct file *file;
	int r;

	if (files->writing == FILES_AT_ONCE)
		return FILES_BUSY;
	file = calloc(1, sizeof(*file));
	if (!file)
		return -ENOMEM;
	file->files = files;
	file->folder_fd = open_folder(files);
	if (file->folder_fd < 0) {
		r = file->folder_fd;
		free(file);
		return r;
	}
	snprintf(file->temporary, sizeof(file->temporary), "new-%llu", (unsigned long long)files->count++);
	/* What has that name was left by a gateway that ended in the middle of it. */
	unlinkat(file->folder_fd, file->temporary, 0);
	file->fd = openat(
		file->folder_fd, file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (file->fd < 0) {
		r = -errno;
		close(file->folder_fd);
		free(file);
		return r;
	}
	crypto_generichash_init(&file->state, NULL, 0, 32);
	files->writing++;
	*out = file;
	return 0;
}

int files_write(struct file *file, const void *bytes, size_t len)
{
	const char *at = bytes;
	size_t left = len;

	while (left > 0) {
		ssize_t n = write(file->fd, at, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		at += n;
		left -= (size_t)n;
	}
	crypto_generichash_update(&file->state, bytes, len);
	return 0;
}

static void files_end(struct file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	close(file->folder_fd);
	file->files->writing--;
	free(file);
}

void files_drop(struct file *file)
{
	if (!file)
		return;
	unlinkat(file->folder_fd, file->temporary, 0);
	files_end(file);
}

/* On a thread of the pool: a card takes its time. */
static void sync_file(uv_work_t *work)
{
	struct file *file = work->data;

	if (fsync(file->fd) < 0 ||
		renameat(file->folder_fd, file->temporary, file->folder_fd, file->name) < 0 ||
		fsync(file->folder_fd) < 0)
		file->r = -errno;
}

static void synced(uv_work_t *work, int status)
{
	struct file *file = work->data;
	void (*done)(void *ctx, int r) = file->done;
	void *ctx = file->ctx;
	int r = status < 0 ? status : file->r;

	/* The name is known to the store before somebody sweeps: both are on this thread. */
	done(ctx, r);
	if (r != 0)
		files_drop(file);
	else
		files_end(file);
}

void files_keep(struct file *file, uint8_t hash[32], void (*done)(void *ctx, int r), void *ctx)
{
	crypto_generichash_final(&file->state, hash, 32);
	sodium_bin2hex(file->name, sizeof(file->name), hash, 32);
	file->done = done;
	file->ctx = ctx;
	file->work.data = file;
	uv_queue_work(
		file->files->loop, &file->work, sync_file, synced); /* fails for a missing callback only */
}

int files_open(struct files *files, const uint8_t hash[32], int64_t bytes, int *fd)
{
	char name[NAME_CHARS + 1], path[PATH_MAX];
	struct stat info;

	sodium_bin2hex(name, sizeof(name), hash, 32);
	if (snprintf(path, sizeof(path), "%s/%s", files->folder, name) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (*fd < 0)
		return -errno;
	if (fstat(*fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size == bytes)
		return 0;
	close(*fd);
	return -EUCLEAN;
}

/* Whether a file of that name may stay. */
static int may_stay(const char *name, int (*is_known)(void *ctx, const uint8_t hash[32], bool *is_known),
	void *ctx, bool *may)
{
	uint8_t hash[32];
	size_t len = 0;

	*may = strncmp(name, "new-", 4) != 0; /* nothing is being written now */
	if (strlen(name) != NAME_CHARS ||
		sodium_hex2bin(hash, sizeof(hash), name, NAME_CHARS, NULL, &len, NULL) != 0 ||
		len != sizeof(hash))
		return 0; /* what is none of ours stays, too */
	return is_known(ctx, hash, may);
}

int files_sweep(
	struct files *files, int (*is_known)(void *ctx, const uint8_t hash[32], bool *is_known), void *ctx)
{
	struct dirent *entry;
	DIR *folder;
	int r = 0;

	if (files->writing > 0)
		return 0;
	folder = opendir(files->folder);
	if (!folder)
		return errno == ENOENT ? 0 : -errno;
	while (r == 0 && (entry = readdir(folder)) != NULL) {
		bool may = true;

		if (entry->d_name[0] != '.')
			r = may_stay(entry->d_name, is_known, ctx, &may);
		if (r == 0 && !may && unlinkat(dirfd(folder), entry->d_name, 0) < 0)
			r = -errno;
	}
	closedir(folder);
	return r;
}
