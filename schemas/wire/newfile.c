#include "schemas/wire/newfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int newfile_read(int fd, char *buf, size_t size, size_t *len)
{
	size_t got = 0;

	for (;;) {
		char extra;
		bool is_full = got == size;
		ssize_t n = is_full ? read(fd, &extra, 1) : read(fd, buf + got, size - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		if (is_full)
			return -EFBIG;
		got += (size_t)n;
	}
	*len = got;
	return 0;
}

static int write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		len -= (size_t)n;
	}
	return 0;
}

/* What was written beside `path` by a run that was cut short is of no use to anyone: it goes first. */
static int write_beside(const char *beside, const char *text, size_t len, mode_t mode)
{
	int fd, r;

	if (unlink(beside) < 0 && errno != ENOENT)
		return -errno;
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	if (fd < 0)
		return -errno;
	r = write_all(fd, text, len);
	if (r == 0 && fchmod(fd, mode) < 0) /* whatever the umask is */
		r = -errno;
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	if (close(fd) < 0 && r == 0)
		r = -errno;
	return r;
}

static int sync_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX] = ".";
	int fd, r;

	if (slash)
		snprintf(folder, sizeof(folder), "%.*s", slash == path ? 1 : (int)(slash - path), path);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = fsync(fd) < 0 ? -errno : 0;
	close(fd);
	return r;
}

int newfile_write(const char *path, const char *text, size_t len, mode_t mode, bool may_replace)
{
	char beside[PATH_MAX];
	int r = snprintf(beside, sizeof(beside), "%s.new", path);

	if (r < 0 || (size_t)r >= sizeof(beside))
		return -ENAMETOOLONG;
	r = write_beside(beside, text, len, mode);
	if (r == 0 && (may_replace ? rename(beside, path) : link(beside, path)) < 0)
		r = -errno;
	if (r < 0 || !may_replace)
		unlink(beside);
	return r < 0 ? r : sync_folder_of(path);
}
