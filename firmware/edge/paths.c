#include "firmware/edge/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

int path_join(char path[static PATH_MAX], const char *dir, const char *name)
{
	int len = snprintf(path, PATH_MAX, "%s/%s", dir, name);

	return len < 0 || len >= PATH_MAX ? -ENAMETOOLONG : 0;
}

int path_make_dir(const char *path)
{
	return mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : -errno;
}

int path_lock(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	int r;

	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	r = -errno;
	close(fd);
	return r;
}

int path_give_group(const char *path, const char *group)
{
	const struct group *entry;

	if (chmod(path, 0600) < 0)
		return -errno;
	if (group[0] == 0)
		return 0;
	entry = getgrnam(group);
	if (!entry)
		return -ENOENT;
	return chown(path, (uid_t)-1, entry->gr_gid) < 0 || chmod(path, 0660) < 0 ? -errno : 0;
}
