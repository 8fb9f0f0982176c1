#include "tools/rumah/gateway.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/rumah/http.h"
#include "tools/rumah/lang.h"
#include "tools/rumah/sse.h"
#include "tools/rumah/term.h"
#include "tools/rumah/when.h"

#define URL_MAX 256
#define HEADER_MAX 256
#define RECONNECT_MS 1000

void gateway_url(const struct call *call, const struct session *session, char *out, size_t size)
{
	const char *url = call->url ? call->url : session->url[0] ? session->url : GATEWAY_DEFAULT_URL;
	size_t len = strlen(url);

	while (len > 0 && url[len - 1] == '/')
		len--;
	snprintf(out, size, "%.*s", (int)len, url);
}

int gateway_path(
	const struct call *call, char path[static GATEWAY_PATH_MAX], const char *format, const char *name)
{
	if (strlen(name) > 32 ||
		name[strspn(name, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-")])
		return call_fail(call, CALL_MISUSED, "bad_name",
			T("\"%.40s\" bukan nama atau nomor yang benar",
				"\"%.40s\" is no proper name or number"),
			name);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the attribute has the callers' formats checked */
	snprintf(path, GATEWAY_PATH_MAX, format, name);
#pragma GCC diagnostic pop
	return CALL_DONE;
}

int gateway_link_read(char out[static GATEWAY_LINK_CHARS + 1], const char *text)
{
	const char *hash = strrchr(text, '#');
	size_t len;

	text = hash ? hash + 1 : text;
	len = strcspn(text, " \r\n\t");
	if (len != GATEWAY_LINK_CHARS || text[len + strspn(text + len, " \r\n\t")])
		return -EINVAL;
	for (size_t i = 0; i < len; i++) {
		if (!isalnum((unsigned char)text[i]))
			return -EINVAL;
		out[i] = (char)toupper((unsigned char)text[i]);
	}
	out[len] = 0;
	return 0;
}

static bool is_private(const char *url)
{
	static const char *const starts[] = { "https://", "http://127.", "http://localhost", "http://[::1]" };

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		if (strncmp(url, starts[i], strlen(starts[i])) == 0)
			return true;
	}
	return false;
}

static int fail_unreachable(const struct call *call, const char *url, const char *reason)
{
	return call_fail(call, CALL_UNREACHABLE, "unreachable",
		T("gerbang di %s tidak menjawab (%s); periksa apakah rumah-gateway berjalan dan --url benar",
			"the gateway at %s does not answer (%s); see that rumah-gateway runs and that --url "
			"is right"),
		url, reason);
}

static int fail_transfer(const struct call *call, const char *url, int error, const struct http_reply *reply)
{
	if (error == -ENOMEM)
		return call_no_memory(call);
	if (error == -EFBIG)
		return call_fail(call, CALL_REFUSED, "too_large", "%s",
			T("jawaban gerbang terlalu besar", "the gateway's answer is too large"));
	return fail_unreachable(call, url, reply->reason);
}

/* A refusal, in the gateway's words. */
static int fail_problem(const struct call *call, const struct http_reply *reply)
{
	json_t *problem = reply->body ? json_loads(reply->body, JSON_REJECT_DUPLICATES, NULL) : NULL;
	const char *code = call_text(problem, "code"), *field = call_text(problem, "field");
	char *text = term_clean(call_text(problem, "text"));
	char after[WHEN_MAX + 64] = "", age[WHEN_MAX];

	if (call_int(problem, "retry_s") > 0) {
		when_write_age(age, call_int(problem, "retry_s") * 1000);
		snprintf(after, sizeof(after), T("; coba lagi dalam %s", "; try again in %s"), age);
	} else if (reply->status == 401) {
		snprintf(after, sizeof(after), "%s",
			T("; masuk dahulu: rumah login", "; log in first: rumah login"));
	}
	if (call->is_json && problem) {
		json_dumpf(problem, stderr, JSON_COMPACT);
		fputc('\n', stderr);
	} else if (!text || !text[0]) {
		call_fail(call, CALL_REFUSED, "status",
			T("gerbang menjawab dengan status %ld%s", "the gateway answered with status %ld%s"),
			reply->status, after);
	} else {
		call_fail(call, CALL_REFUSED, code, "%s%s%s%s%s", text, field[0] ? " [" : "", field,
			field[0] ? "]" : "", after);
	}
	free(text);
	json_decref(problem);
	return CALL_REFUSED;
}

static int load_session(struct call *call, struct session *session, bool is_needed)
{
	int r = session_load(session, call->home);

	if (r == 0 || (!is_needed && r > 0))
		return CALL_DONE;
	if (r == SESSION_NONE)
		return call_fail(call, CALL_REFUSED, "not_logged_in", "%s",
			T("Anda belum masuk; ketik: rumah login",
				"you are not logged in; type: rumah login"));
	if (r == SESSION_TOO_OPEN)
		return call_fail(call, CALL_REFUSED, "session_too_open",
			T("%s/session.json dapat dibaca orang lain; hapus, lalu rumah login",
				"%s/session.json can be read by others; remove it, then: rumah login"),
			call->home);
	return call_fail(call, CALL_REFUSED, "session_unreadable",
		T("%s/session.json tidak terbaca (%s); hapus, lalu rumah login",
			"cannot read %s/session.json (%s); remove it, then: rumah login"),
		call->home, r < 0 ? strerror(-r) : "?");
}

/* What goes with one request: the texts that http_ask borrows. */
struct letter {
	struct session session;
	char base[URL_MAX], url[URL_MAX + GATEWAY_PATH_MAX];
	char cookie[HEADER_MAX], csrf[HEADER_MAX], bearer[HEADER_MAX];
	struct http_ask ask;
};

static void wipe(struct letter *letter)
{
	explicit_bzero(letter, sizeof(*letter));
}

static int address(struct call *call, struct letter *letter, const struct gateway_ask *ask)
{
	bool is_secret = ask->is_staff || ask->link;
	size_t header = 0;
	int r = load_session(call, &letter->session, ask->is_staff);

	if (r != CALL_DONE)
		return r;
	if (!call->http && http_open(&call->http) < 0)
		return call_no_memory(call);
	gateway_url(call, &letter->session, letter->base, sizeof(letter->base));
	if (ask->is_staff && strcmp(letter->base, letter->session.url) != 0)
		return call_fail(call, CALL_REFUSED, "not_logged_in",
			T("Anda masuk di %s, bukan di %s; ketik: rumah login --url %s",
				"you are logged in at %s, not at %s; type: rumah login --url %s"),
			letter->session.url, letter->base, letter->base);
	if (is_secret && !is_private(letter->base))
		return call_fail(call, CALL_REFUSED, "not_private",
			T("%s tidak terenkripsi; pakai https:// agar rahasia tidak terbaca di jaringan",
				"%s is not encrypted; use https:// so that the network cannot read secrets"),
			letter->base);
	snprintf(letter->url, sizeof(letter->url), "%s%s", letter->base, ask->path);
	if (ask->is_staff) {
		snprintf(letter->cookie, sizeof(letter->cookie), "Cookie: %s", letter->session.cookie);
		letter->ask.headers[header++] = letter->cookie;
		snprintf(letter->csrf, sizeof(letter->csrf), "X-CSRF-Token: %s", letter->session.csrf);
		letter->ask.headers[header++] = letter->csrf;
	}
	if (ask->link) {
		snprintf(letter->bearer, sizeof(letter->bearer), "Authorization: Bearer %s", ask->link);
		letter->ask.headers[header++] = letter->bearer;
	}
	letter->ask.method = ask->method;
	letter->ask.url = letter->url;
	return CALL_DONE;
}

/* `cookie` (HTTP_COOKIE_MAX) may be NULL. */
static int exchange(struct call *call, struct letter *letter, json_t *body, json_t **answer, char *cookie)
{
	struct http_reply reply = { 0 };
	char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
	int r;

	*answer = NULL;
	if (body && !text)
		return call_no_memory(call);
	letter->ask.body = text;
	r = http_do(call->http, &letter->ask, &reply);
	if (r < 0)
		r = fail_transfer(call, letter->base, r, &reply);
	else if (reply.status < 200 || reply.status > 299)
		r = fail_problem(call, &reply);
	else if (reply.len > 0 &&
		 !(*answer = json_loadb(reply.body, reply.len, JSON_REJECT_DUPLICATES, NULL)))
		r = call_fail(call, CALL_REFUSED, "not_json",
			T("%s menjawab bukan dengan JSON; apakah itu rumah-gateway?",
				"%s does not answer in JSON; is that rumah-gateway?"),
			letter->base);
	if (cookie && r == CALL_DONE)
		memcpy(cookie, reply.cookie, sizeof(reply.cookie));
	http_reply_deinit(&reply);
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
	return r;
}

int gateway_do(struct call *call, const struct gateway_ask *ask, json_t **answer)
{
	struct letter letter = { 0 };
	int r = address(call, &letter, ask);

	*answer = NULL;
	if (r == CALL_DONE)
		r = exchange(call, &letter, ask->body, answer, NULL);
	json_decref(ask->body);
	wipe(&letter);
	return r;
}

int gateway_get(struct call *call, json_t **answer, const char *path)
{
	struct gateway_ask ask = { .method = "GET", .path = path, .is_staff = true };

	return gateway_do(call, &ask, answer);
}

int gateway_post(struct call *call, const char *path, json_t *body)
{
	struct gateway_ask ask = { .method = "POST", .path = path, .is_staff = true, .body = body };
	json_t *answer;
	int r;

	if (!ask.body && !(ask.body = json_object()))
		return call_no_memory(call);
	r = gateway_do(call, &ask, &answer);
	json_decref(answer);
	return r;
}

int gateway_login(struct call *call, const char *name, const char *password)
{
	struct gateway_ask ask = { .method = "POST", .path = "/api/session" };
	struct letter letter = { 0 };
	struct session *session = &letter.session;
	json_t *body = json_pack("{s:s, s:s}", "name", name, "password", password), *answer = NULL;
	char cookie[HTTP_COOKIE_MAX] = "";
	int r = body ? address(call, &letter, &ask)
		     : call_fail(call, CALL_MISUSED, "bad_text", "%s",
			       T("nama atau kata sandi bukan UTF-8", "name or password is not UTF-8"));

	if (r == CALL_DONE && !is_private(letter.base))
		r = call_fail(call, CALL_REFUSED, "not_private",
			T("%s tidak terenkripsi; pakai https:// untuk masuk",
				"%s is not encrypted; use https:// to log in"),
			letter.base);
	if (r == CALL_DONE)
		r = exchange(call, &letter, body, &answer, cookie);
	if (r == CALL_DONE) {
		*session = (struct session){ .expires_ms = call_int(answer, "expires_ms") };
		snprintf(session->url, sizeof(session->url), "%s", letter.base);
		snprintf(session->name, sizeof(session->name), "%s", call_text(answer, "name"));
		snprintf(session->role, sizeof(session->role), "%s", call_text(answer, "role"));
		snprintf(session->csrf, sizeof(session->csrf), "%s", call_text(answer, "csrf"));
		snprintf(session->cookie, sizeof(session->cookie), "%s", cookie);
		r = session_save(session, call->home);
		if (r < 0)
			r = call_fail(call, CALL_REFUSED, "session_unwritable",
				T("tidak dapat menyimpan sesi di %s: %s",
					"cannot keep the session in %s: %s"),
				call->home, strerror(-r));
	}
	json_decref(answer);
	json_decref(body);
	explicit_bzero(cookie, sizeof(cookie));
	wipe(&letter);
	return r;
}

/* ---- the live stream */
struct live {
	const struct gateway_live *caller;
	struct sse sse;
	bool is_over; /* the caller wants no more */
};

static bool on_event(void *ctx, const char *name, const char *data)
{
	struct live *live = ctx;
	json_t *json = json_loads(data, JSON_REJECT_DUPLICATES, NULL);

	if (json && !live->caller->on_event(live->caller->ctx, name, json))
		live->is_over = true;
	json_decref(json);
	return !live->is_over;
}

static bool on_bytes(void *ctx, const char *bytes, size_t len)
{
	return sse_feed(&((struct live *)ctx)->sse, bytes, len) == 0;
}

static bool on_second(void *ctx)
{
	struct live *live = ctx;

	if (live->caller->on_second && !live->caller->on_second(live->caller->ctx, true))
		live->is_over = true;
	return !live->is_over;
}

int gateway_live(struct call *call, const struct gateway_live *caller)
{
	struct gateway_ask ask = { .method = "GET", .path = "/api/live", .is_staff = true };
	struct live live = { .caller = caller, .sse = { .on_event = on_event } };
	struct http_reply reply = { 0 };
	struct letter letter = { 0 };
	int r = CALL_DONE;

	live.sse.ctx = &live;
	while (r == CALL_DONE && !live.is_over) {
		wipe(&letter);
		r = address(call, &letter, &ask);
		if (r != CALL_DONE)
			break;
		letter.ask.on_bytes = on_bytes;
		letter.ask.on_second = on_second;
		letter.ask.ctx = &live;
		if (http_do(call->http, &letter.ask, &reply) == 0 && reply.status != 200)
			r = fail_problem(call, &reply);
		http_reply_deinit(&reply);
		sse_deinit(&live.sse);
		if (r == CALL_DONE && !live.is_over && caller->on_second)
			live.is_over = !caller->on_second(caller->ctx, false);
		if (r == CALL_DONE && !live.is_over)
			call_sleep_ms(RECONNECT_MS);
	}
	wipe(&letter);
	return r;
}
