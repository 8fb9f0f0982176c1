#include "firmware/door/mounts.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOUNTINFO_MAX (256u << 10)

/* Undoes the kernel's \040 in place. */
static void unescape(char *text)
{
	char *to = text;

	while (*text) {
		if (text[0] == '\\' && text[1] >= '0' && text[1] <= '3' && text[2] && text[3]) {
			*to++ = (char)((text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0'));
			text += 4;
		} else {
			*to++ = *text++;
		}
	}
	*to = 0;
}

static bool is_below(const char *dir, const char *mount)
{
	size_t len = strlen(mount);

	if (strcmp(mount, "/") == 0)
		return true;
	return strncmp(dir, mount, len) == 0 && (dir[len] == 0 || dir[len] == '/');
}

static const char *risk_of(const char *type, char *options)
{
	static const char *const types[] = { "tmpfs", "ramfs" };
	/* ext4, XFS and f2fs spell the same wish in their own ways: flush nothing, it is faster. */
	static const char *const words[] = { "data=writeback", "nobarrier", "barrier=0",
		"fsync_mode=nobarrier", "norecovery", "nolog" };
	char *rest = NULL;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(type, types[i]) == 0)
			return types[i];
	}
	for (char *option = strtok_r(options, ",", &rest); option; option = strtok_r(NULL, ",", &rest)) {
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
			if (strcmp(option, words[i]) == 0)
				return words[i];
		}
	}
	return "";
}

/* "id parent major:minor root MOUNT options [tags ...] - TYPE source OPTIONS": the three, or false. */
static bool read_line(char *line, char **mount, char **type, char **options)
{
	char *dash = strstr(line, " - "), *rest = NULL;

	if (!dash)
		return false;
	*dash = 0;
	*mount = strtok_r(line, " ", &rest);
	for (int i = 0; *mount && i < 4; i++)
		*mount = strtok_r(NULL, " ", &rest);
	*type = strtok_r(dash + 3, " ", &rest);
	*options = *type && strtok_r(NULL, " ", &rest) ? strtok_r(NULL, " ", &rest) : NULL;
	return *mount && *type && *options;
}

void mount_judge(char *mountinfo, const char *dir, char risk[static MOUNT_RISK_MAX])
{
	char *rest = NULL, *mount, *type, *options;
	size_t deepest = 0;

	risk[0] = 0;
	for (char *line = strtok_r(mountinfo, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		if (!read_line(line, &mount, &type, &options))
			continue;
		unescape(mount);
		/* Of mounts over each other the last one is seen. */
		if (!is_below(dir, mount) || strlen(mount) < deepest)
			continue;
		deepest = strlen(mount);
		snprintf(risk, MOUNT_RISK_MAX, "%s", risk_of(type, options));
	}
}

void mount_look(const char *dir, char risk[static MOUNT_RISK_MAX])
{
	char *text = malloc(MOUNTINFO_MAX), *real = realpath(dir, NULL);
	int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t count;

	risk[0] = 0;
	if (text && real && fd >= 0) {
		while (len < MOUNTINFO_MAX - 1 && (count = read(fd, text + len, MOUNTINFO_MAX - 1 - len)) > 0)
			len += (size_t)count;
		text[len] = 0;
		mount_judge(text, real, risk);
	}
	if (fd >= 0)
		close(fd);
	free(text);
	free(real);
}
