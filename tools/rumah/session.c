#include "tools/rumah/session.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX 4096

int session_home(char *out, size_t size)
{
	const char *own = getenv("RUMAH_HOME"), *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	int len;

	if (own && own[0])
		len = snprintf(out, size, "%s", own);
	else if (xdg && xdg[0] == '/')
		len = snprintf(out, size, "%s/rumah", xdg);
	else if (home && home[0] == '/')
		len = snprintf(out, size, "%s/.config/rumah", home);
	else
		return -ENOENT;
	return len < 0 || (size_t)len >= size ? -ENAMETOOLONG : 0;
}

static int path_of(char *out, const char *home, const char *name)
{
	int len = snprintf(out, PATH_MAX, "%s/%s", home, name);

	return len < 0 || len >= PATH_MAX ? -ENAMETOOLONG : 0;
}

static int read_file(char *text, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK), r = 0;
	struct stat info;
	ssize_t len = 0;

	if (fd < 0)
		return errno == ENOENT ? SESSION_NONE : -errno;
	if (fstat(fd, &info) < 0)
		r = -errno;
	else if (!S_ISREG(info.st_mode))
		r = SESSION_MALFORMED;
	else if (info.st_mode & 077 || info.st_uid != geteuid())
		r = SESSION_TOO_OPEN;
	else if ((len = read(fd, text, FILE_MAX - 1)) < 0)
		r = -errno;
	close(fd);
	text[len > 0 ? len : 0] = 0;
	return r;
}

static int copy_text(char *out, size_t size, const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	if (!text || strlen(text) >= size)
		return SESSION_MALFORMED;
	memcpy(out, text, strlen(text) + 1);
	return 0;
}

#define COPY(field) copy_text(session->field, sizeof(session->field), object, #field)

int session_load(struct session *session, const char *home)
{
	char path[PATH_MAX], text[FILE_MAX] = "";
	json_t *object;
	int r = path_of(path, home, "session.json");

	*session = (struct session){ 0 };
	if (r == 0)
		r = read_file(text, path);
	if (r != 0)
		return r;
	object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	explicit_bzero(text, sizeof(text));
	session->expires_ms = json_integer_value(json_object_get(object, "expires_ms"));
	if (COPY(url) || COPY(name) || COPY(role) || COPY(cookie) || COPY(csrf)) {
		session_wipe(session);
		r = SESSION_MALFORMED;
	}
	json_decref(object);
	return r;
}

/* mkdir -p, with 0700 for what it makes. */
static int make_folders(const char *home)
{
	char path[PATH_MAX];
	int r = path_of(path, home, "");

	if (r < 0)
		return r;
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	return 0;
}

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600), r = 0;
	size_t len = strlen(text);

	if (fd < 0)
		return -errno;
	if (fchmod(fd, 0600) < 0 || write(fd, text, len) != (ssize_t)len)
		r = errno ? -errno : -EIO;
	if (close(fd) < 0 && r == 0)
		r = -errno;
	return r;
}

int session_save(const struct session *session, const char *home)
{
	char path[PATH_MAX], made[PATH_MAX];
	json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I}", "url", session->url, "name",
		session->name, "role", session->role, "cookie", session->cookie, "csrf", session->csrf,
		"expires_ms", (json_int_t)session->expires_ms);
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
	int r = text ? make_folders(home) : -ENOMEM;

	if (r == 0)
		r = path_of(path, home, "session.json");
	if (r == 0)
		r = path_of(made, home, "session.json.new");
	if (r == 0)
		r = write_file(made, text);
	if (r == 0 && rename(made, path) < 0)
		r = -errno;
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
	json_decref(object);
	return r;
}

int session_remove(const char *home)
{
	char path[PATH_MAX];
	int r = path_of(path, home, "session.json");

	if (r == 0 && unlink(path) < 0 && errno != ENOENT)
		r = -errno;
	return r;
}

void session_wipe(struct session *session)
{
	explicit_bzero(session, sizeof(*session));
}
