#include "gateway/http/router.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static bool is_param_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

/* Takes one {name} of a pattern: the segment of `path` that stands in its place. Returns its length, 0 when
 * that is not a parameter. */
static size_t take_param(struct route_match *match, const char *path)
{
	size_t len = 0;

	while (is_param_char(path[len]))
		len++;
	if (len == 0 || len >= ROUTE_PARAM_SIZE || (path[len] != '/' && path[len] != '\0'))
		return 0;

	assert(match->param_count < ROUTE_PARAMS_MAX);
	memcpy(match->params[match->param_count], path, len);
	match->params[match->param_count][len] = '\0';
	match->param_count++;
	return len;
}

static bool path_matches(struct route_match *match, const char *pattern, const char *path)
{
	size_t len;

	match->param_count = 0;
	while (*pattern) {
		if (*pattern != '{') {
			if (*pattern++ != *path++)
				return false;
			continue;
		}
		len = take_param(match, path);
		if (len == 0)
			return false;
		path += len;
		pattern = strchr(pattern, '}');
		assert(pattern);
		pattern++;
	}
	return *path == '\0';
}

static void add_method(char allow[static 32], const char *method)
{
	size_t used = strlen(allow);

	snprintf(allow + used, 32 - used, "%s%s", used ? ", " : "", method);
}

int route_find(struct route_match *out, char allow[static 32], const struct route *table, size_t count,
	const char *method, const char *path)
{
	bool is_path_known = false;

	if (strcmp(method, "HEAD") == 0)
		method = "GET";
	allow[0] = '\0';
	if (strnlen(path, ROUTE_PATH_MAX + 1) > ROUTE_PATH_MAX)
		return ROUTE_NO_PATH;

	for (size_t i = 0; i < count; i++) {
		if (!path_matches(out, table[i].path, path))
			continue;
		if (strcmp(table[i].method, method) == 0) {
			out->route = &table[i];
			return 0;
		}
		is_path_known = true;
		add_method(allow, table[i].method);
	}
	return is_path_known ? ROUTE_NO_METHOD : ROUTE_NO_PATH;
}

bool route_allows(const struct route *route, const char *role)
{
	switch (route->who) {
	case ROUTE_PUBLIC:
	case ROUTE_STAFF:
		return role_is_known(role);
	case ROUTE_ACT:
		return role_may(role, route->act);
	}
	return false;
}
