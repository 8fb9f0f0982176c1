#include "gateway/http/gate.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static void add_host(struct gate *gate, const char *host, unsigned port)
{
	/* An IPv6 address stands in brackets in a Host header. */
	bool is_v6 = strchr(host, ':') != NULL;
	char name[sizeof(gate->hosts[0])];

	snprintf(name, sizeof(name), "%s%s%s:%u", is_v6 ? "[" : "", host, is_v6 ? "]" : "", port);
	memcpy(gate->hosts[gate->host_count++], name, sizeof(name));
	snprintf(gate->origins[gate->origin_count++], sizeof(gate->origins[0]), "http://%s", name);
}

static bool is_host_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || strchr("-.:[]", c) != NULL;
}

static int add_public(struct gate *gate, const char *url)
{
	bool is_https = strncmp(url, "https://", 8) == 0;
	const char *host = url + (is_https ? 8 : 7);
	size_t len = strlen(host);

	if (!is_https && strncmp(url, "http://", 7) != 0)
		return -EINVAL;
	if (len > 0 && host[len - 1] == '/')
		len--;
	if (len == 0 || len >= sizeof(gate->hosts[0]))
		return -EINVAL;
	for (size_t i = 0; i < len; i++)
		if (!host[i] || !is_host_char(host[i]))
			return -EINVAL;

	snprintf(gate->hosts[gate->host_count++], sizeof(gate->hosts[0]), "%.*s", (int)len, host);
	snprintf(gate->origins[gate->origin_count++], sizeof(gate->origins[0]), "%s://%.*s",
		is_https ? "https" : "http", (int)len, host);
	gate->is_secure = is_https;
	return 0;
}

int gate_init(struct gate *gate, const char *address, unsigned port, const char *public_url)
{
	int r = 0;

	memset(gate, 0, sizeof(*gate));
	add_host(gate, address, port);
	add_host(gate, "localhost", port);
	if (strcmp(address, "127.0.0.1") != 0)
		add_host(gate, "127.0.0.1", port);
	if (public_url && public_url[0])
		r = add_public(gate, public_url);
	gate->cookie = gate->is_secure ? "__Host-rumah" : "rumah";
	return r;
}

bool gate_host_ok(const struct gate *gate, const char *host)
{
	if (!host)
		return false;
	for (unsigned i = 0; i < gate->host_count; i++)
		if (strcasecmp(gate->hosts[i], host) == 0)
			return true;
	return false;
}

bool gate_origin_ok(const struct gate *gate, const char *origin, const char *fetch_site)
{
	if (fetch_site && strcmp(fetch_site, "same-origin") != 0 && strcmp(fetch_site, "none") != 0)
		return false;
	if (!origin)
		return true;
	for (unsigned i = 0; i < gate->origin_count; i++)
		if (strcasecmp(gate->origins[i], origin) == 0)
			return true;
	return false;
}

bool gate_type_ok(const char *content_type)
{
	static const char json[] = "application/json";
	const char *rest;

	if (!content_type || strncasecmp(content_type, json, sizeof(json) - 1) != 0)
		return false;
	rest = content_type + sizeof(json) - 1;
	rest += strspn(rest, " ");
	if (*rest == '\0')
		return true;
	if (*rest++ != ';')
		return false;
	rest += strspn(rest, " ");
	return strcasecmp(rest, "charset=utf-8") == 0;
}

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool gate_header_name_ok(const char *name, size_t len)
{
	if (len == 0)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!is_alnum(name[i]) && (name[i] == '\0' || !strchr("!#$%&'*+-.^_`|~", name[i])))
			return false;
	}
	return true;
}

static int read_token(char token[static GATE_TOKEN_CHARS + 1], const char *from, size_t len)
{
	if (len != GATE_TOKEN_CHARS)
		return GATE_MALFORMED;
	for (size_t i = 0; i < len; i++)
		if (!is_alnum(from[i]))
			return GATE_MALFORMED;
	memcpy(token, from, len);
	token[len] = '\0';
	return 0;
}

int gate_cookie(char token[static GATE_TOKEN_CHARS + 1], const char *header, const char *name)
{
	size_t name_len = strlen(name);
	bool is_found = false;

	if (!header)
		return GATE_NONE;
	if (strnlen(header, GATE_COOKIE_MAX + 1) > GATE_COOKIE_MAX)
		return GATE_MALFORMED;

	while (*header) {
		size_t len;

		header += strspn(header, "; ");
		len = strcspn(header, ";");
		if (len > name_len && strncmp(header, name, name_len) == 0 && header[name_len] == '=') {
			if (is_found || read_token(token, header + name_len + 1, len - name_len - 1) != 0)
				return GATE_MALFORMED;
			is_found = true;
		}
		header += len;
	}
	return is_found ? 0 : GATE_NONE;
}

int gate_bearer(char token[static GATE_TOKEN_CHARS + 1], const char *header)
{
	if (!header)
		return GATE_NONE;
	if (strncasecmp(header, "Bearer ", 7) != 0)
		return GATE_MALFORMED;
	return read_token(token, header + 7, strlen(header + 7));
}

bool gate_csrf_ok(const char *wanted, const char *given)
{
	return given && strlen(wanted) == GATE_TOKEN_CHARS && strlen(given) == GATE_TOKEN_CHARS &&
	       sodium_memcmp(wanted, given, GATE_TOKEN_CHARS) == 0;
}
