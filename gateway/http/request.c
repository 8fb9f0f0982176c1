/* What a request must look like, step by step; the first step that is not met answers. */
#include <arpa/inet.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gateway/http/handle.h"
#include "gateway/http/routes.h"
#include "gateway/http/server.h"
#include "gateway/http/upload.h"

/* The headers we look at; each may stand once. */
enum header {
	HEADER_HOST,
	HEADER_LENGTH,
	HEADER_ENCODING,
	HEADER_TYPE,
	HEADER_COOKIE,
	HEADER_AUTHORIZATION,
	HEADER_CSRF,
	HEADER_ORIGIN,
	HEADER_FETCH_SITE,
	HEADER_FORWARDED,
	HEADER_COUNT
};
static const char *const header_names[HEADER_COUNT] = {
	[HEADER_HOST] = "Host",
	[HEADER_LENGTH] = "Content-Length",
	[HEADER_ENCODING] = "Transfer-Encoding",
	[HEADER_TYPE] = "Content-Type",
	[HEADER_COOKIE] = "Cookie",
	[HEADER_AUTHORIZATION] = "Authorization",
	[HEADER_CSRF] = "X-CSRF-Token",
	[HEADER_ORIGIN] = "Origin",
	[HEADER_FETCH_SITE] = "Sec-Fetch-Site",
	[HEADER_FORWARDED] = "X-Forwarded-For",
};

struct headers {
	const char *values[HEADER_COUNT];
	unsigned count;
	bool is_malformed;
};

static bool value_ok(const char *value, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)value[i] < 0x20 && value[i] != '\t') || value[i] == 0x7f)
			return false;
	return true;
}

static enum MHD_Result take_header(void *cls, enum MHD_ValueKind kind, const char *key, size_t key_len,
	const char *value, size_t value_len)
{
	struct headers *headers = cls;

	(void)kind;
	if (++headers->count > SERVER_HEADERS_MAX || !gate_header_name_ok(key, key_len) || !value ||
		!value_ok(value, value_len)) {
		headers->is_malformed = true;
		return MHD_NO;
	}
	for (unsigned i = 0; i < HEADER_COUNT; i++) {
		if (strcasecmp(header_names[i], key) != 0)
			continue;
		if (headers->values[i])
			headers->is_malformed = true;
		headers->values[i] = value;
	}
	return MHD_YES;
}

static const char *const query_names[QUERY_COUNT] = {
	[QUERY_STATE] = "state",
	[QUERY_BOARD] = "board",
	[QUERY_BEFORE] = "before",
	[QUERY_LIMIT] = "limit",
	[QUERY_FROM] = "from",
	[QUERY_UNTIL] = "until",
	[QUERY_WHO] = "who",
	[QUERY_WHAT] = "what",
	[QUERY_SUBJECT] = "subject",
};

struct query {
	const char **values;
	bool is_unknown;
};

static enum MHD_Result take_query(void *cls, enum MHD_ValueKind kind, const char *key, const char *value)
{
	struct query *query = cls;

	(void)kind;
	for (unsigned i = 0; i < QUERY_COUNT; i++) {
		if (strcmp(query_names[i], key) == 0 && value && !query->values[i]) {
			query->values[i] = value;
			return MHD_YES;
		}
	}
	query->is_unknown = true;
	return MHD_NO;
}

/* Refuses, and closes the connection: nobody knows where the next request would begin. */
static bool refuse_framing(struct exchange *exchange, unsigned status, const char *code, const char *text)
{
	answer_problem(exchange, status, code, "", text);
	exchange->answer.is_last = true;
	return false;
}

static bool refuse(struct exchange *exchange, unsigned status, const char *code, const char *text)
{
	answer_problem(exchange, status, code, "", text);
	return false;
}

static bool check_framing(struct request *request, const struct headers *headers, const char *version)
{
	struct exchange *exchange = &request->exchange;
	const char *length = headers->values[HEADER_LENGTH];
	size_t digits = length ? strlen(length) : 0;

	if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0)
		return refuse_framing(exchange, 505, "bad_version", "Hanya HTTP/1.1.");
	if (headers->is_malformed)
		return refuse_framing(exchange, 400, "bad_header", "Kepala permintaan tidak sah.");
	/* Everyone who talks to us knows the length of what is sent; only smugglers need chunks. */
	if (headers->values[HEADER_ENCODING])
		return refuse_framing(exchange, 411, "length_required", "Panjang isi harus disebutkan.");
	if (length && (digits == 0 || digits > 10 || strspn(length, "0123456789") != digits))
		return refuse_framing(exchange, 400, "bad_length", "Panjang isi tidak sah.");
	request->body_max = length ? (size_t)strtoull(length, NULL, 10) : 0;
	if (request->body_max > UPLOAD_MAX_BYTES)
		return refuse_framing(exchange, 413, "too_large", "Isi permintaan terlalu besar.");
	return true;
}

static bool check_route(struct request *request, const char *url, const char *method)
{
	struct exchange *exchange = &request->exchange;
	char allow[32];
	int r = route_find(&exchange->match, allow, routes, route_count, method, url);
	struct query query = { exchange->query, false };

	if (r == ROUTE_NO_METHOD) {
		refuse(exchange, 405, "no_method", "Cara itu tidak ada untuk alamat ini.");
		memcpy(exchange->answer.allow, allow, sizeof(allow));
	} else if (r == ROUTE_NO_PATH) {
		refuse(exchange, 404, "no_path", "Alamat itu tidak ada.");
	}
	/* What follows an unknown method or path need not be a body. */
	if (r != 0) {
		exchange->answer.is_last = request->body_max > 0;
		return false;
	}
	if (request->body_max > 0 && strcmp(exchange->match.route->method, "POST") != 0)
		return refuse_framing(exchange, 400, "no_body_here", "Permintaan ini tidak berisi apa-apa.");
	if (request->body_max > BODY_MAX_BYTES && !exchange->match.route->takes_file)
		return refuse_framing(exchange, 413, "too_large", "Isi permintaan terlalu besar.");
	if (strncmp(url, "/api/", 5) != 0)
		return true; /* pages: whoever passes a link on may hang something on it */
	MHD_get_connection_values(exchange->connection, MHD_GET_ARGUMENT_KIND, take_query, &query);
	if (query.is_unknown)
		return refuse(exchange, 400, "unknown_query", "Ada saringan yang tidak dikenal.");
	return true;
}

/* Finds who is logged in, and whether that role may. */
static bool check_session(struct request *request, const struct headers *headers)
{
	struct exchange *exchange = &request->exchange;
	char token[GATE_TOKEN_CHARS + 1];
	int r = gate_cookie(token, headers->values[HEADER_COOKIE], exchange->http->gate.cookie);

	if (r == GATE_MALFORMED)
		return refuse(exchange, 400, "bad_cookie", "Kuki sesi tidak sah.");
	if (r == 0) {
		r = service_session_find(exchange->service, exchange->now_ms, token, &exchange->session);
		if (r < 0) {
			answer_refusal(exchange, r, NULL);
			return false;
		}
		memcpy(exchange->session.token, token, sizeof(exchange->session.token));
	}
	sodium_memzero(token, sizeof(token));
	if (r != 0)
		return refuse(exchange, 401, "no_session", "Silakan masuk dahulu.");

	if (exchange->session.must_change && exchange->match.route->who != ROUTE_STAFF)
		return refuse(exchange, 403, "must_change", "Pilih kata sandi Anda sendiri dahulu.");
	if (!route_allows(exchange->match.route, exchange->session.actor.role))
		return refuse(exchange, 403, "forbidden", "Peran Anda tidak mencakup hal ini.");
	return true;
}

static bool check_change(struct request *request, const struct headers *headers)
{
	struct exchange *exchange = &request->exchange;

	if (!gate_origin_ok(&exchange->http->gate, headers->values[HEADER_ORIGIN],
		    headers->values[HEADER_FETCH_SITE]))
		return refuse(exchange, 403, "foreign_origin", "Permintaan ini datang dari halaman lain.");
	if (exchange->match.route->takes_file && !upload_type_ok(headers->values[HEADER_TYPE]))
		return refuse(exchange, 415, "not_multipart", "Isi unggahan harus multipart/form-data.");
	if (exchange->match.route->takes_file)
		return true;
	if (strcmp(exchange->match.route->method, "POST") == 0 && !gate_type_ok(headers->values[HEADER_TYPE]))
		return refuse(exchange, 415, "not_json", "Isi permintaan harus application/json.");
	return true;
}

static bool check_link(struct exchange *exchange, const char *authorization)
{
	if (gate_bearer(exchange->link, authorization) != GATE_MALFORMED)
		return true;
	return refuse(exchange, 401, "bad_link", "Tautan pribadi ini tidak sah.");
}

/* Behind a proxy the last of X-Forwarded-For is the proxy's own word; what stands before it is anybody's. */
static void find_address(struct exchange *exchange, const char *forwarded)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *peer = info ? info->client_addr : NULL;
	const char *last;

	if (exchange->http->config.is_behind_proxy && forwarded) {
		last = strrchr(forwarded, ',');
		last = last ? last + 1 : forwarded;
		last += strspn(last, " ");
		snprintf(exchange->address, sizeof(exchange->address), "%s", last);
	} else if (peer && peer->sa_family == AF_INET) {
		inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)peer)->sin_addr,
			exchange->address, sizeof(exchange->address));
	} else if (peer && peer->sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr,
			exchange->address, sizeof(exchange->address));
	}
}

void request_check(struct request *request, const char *url, const char *method, const char *version)
{
	struct exchange *exchange = &request->exchange;
	struct headers headers = { 0 };
	const struct route *route;
	bool is_staff, is_change;

	MHD_get_connection_values_n(exchange->connection, MHD_HEADER_KIND, take_header, &headers);
	if (!check_framing(request, &headers, version))
		return;
	if (!gate_host_ok(&exchange->http->gate, headers.values[HEADER_HOST])) {
		refuse_framing(exchange, 421, "bad_host", "Nama ini bukan nama gateway.");
		return;
	}
	if (!check_route(request, url, method))
		return;

	route = exchange->match.route;
	is_staff = route->who != ROUTE_PUBLIC;
	is_change = strcmp(route->method, "GET") != 0;
	find_address(exchange, headers.values[HEADER_FORWARDED]);
	if ((is_change && !check_change(request, &headers)) ||
		(is_staff && !check_session(request, &headers)) ||
		(!is_staff && !check_link(exchange, headers.values[HEADER_AUTHORIZATION])))
		goto refused;
	if (is_staff && is_change && !gate_csrf_ok(exchange->session.csrf, headers.values[HEADER_CSRF])) {
		refuse(exchange, 403, "csrf", "Tanda X-CSRF-Token tidak cocok. Silakan muat ulang halaman.");
		goto refused;
	}
	if (route->takes_file && !letter_check(exchange))
		goto refused;
	if (route->takes_file)
		request->conn->deadline_ms = uv_now(exchange->http->config.loop) + UPLOAD_MS;
	return;
refused: /* its body is not read */
	exchange->answer.is_last = request->body_max > 0;
}

/* Parses the body and wipes what it was parsed from. */
static bool take_body(struct request *request)
{
	struct exchange *exchange = &request->exchange;
	struct body_problem problem;
	int r = body_parse(&exchange->input, request->body, request->body_len, &problem);

	if (request->body)
		sodium_memzero(request->body, request->body_len);
	if (r == 0)
		return true;
	answer_problem(exchange, 400, problem.code, "", problem.text);
	return false;
}

void request_call(struct request *request)
{
	struct exchange *exchange = &request->exchange;

	request->is_called = true;
	if (strcmp(exchange->match.route->method, "POST") == 0 && !exchange->upload && !take_body(request))
		return;
	exchange->match.route->handle(exchange);
}
