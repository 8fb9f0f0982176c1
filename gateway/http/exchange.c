#include "gateway/http/exchange.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void set_bytes(struct answer *answer, unsigned status, const char *type, const char *bytes, size_t len)
{
	answer_deinit(answer);
	answer->status = status;
	answer->type = type;
	answer->bytes = bytes;
	answer->len = len;
}

void answer_empty(struct exchange *exchange, unsigned status)
{
	set_bytes(&exchange->answer, status, NULL, NULL, 0);
}

/* Takes text from malloc() over. The last resort is fixed text, for when there was no memory for any. */
static void set_text(struct exchange *exchange, unsigned status, const char *type, char *text)
{
	static const char no_memory[] =
		"{\"status\":500,\"code\":\"out_of_memory\",\"text\":\"Memori gateway habis.\"}";

	if (!text) {
		set_bytes(
			&exchange->answer, 500, "application/problem+json", no_memory, sizeof(no_memory) - 1);
		return;
	}
	set_bytes(&exchange->answer, status, type, text, strlen(text));
	exchange->answer.is_ours = true;
}

static void set_json(struct exchange *exchange, unsigned status, const char *type, json_t *json)
{
	set_text(exchange, status, type, json ? json_dumps(json, JSON_COMPACT) : NULL);
	json_decref(json);
}

void answer_text(struct exchange *exchange, char *text)
{
	set_text(exchange, 200, "application/json", text);
}

void answer_json(struct exchange *exchange, unsigned status, json_t *json)
{
	set_json(exchange, status, "application/json", json);
}

void answer_page(struct exchange *exchange, const char *type, const char *bytes, size_t len)
{
	set_bytes(&exchange->answer, 200, type, bytes, len);
	exchange->answer.is_page = true;
}

static void set_problem(struct exchange *exchange, unsigned status, const char *code, const char *field,
	const char *text, uint32_t retry_s)
{
	json_t *json = json_pack("{s:i, s:s, s:s}", "status", (int)status, "code", code, "text", text);

	if (json && field && field[0])
		json_object_set_new(json, "field", json_string(field));
	if (json && retry_s)
		json_object_set_new(json, "retry_s", json_integer(retry_s));
	set_json(exchange, status, "application/problem+json", json);
	exchange->answer.retry_s = retry_s;
}

void answer_problem(
	struct exchange *exchange, unsigned status, const char *code, const char *field, const char *text)
{
	set_problem(exchange, status, code, field, text, 0);
}

void answer_too_many(struct exchange *exchange, uint32_t retry_s)
{
	set_problem(exchange, 429, "too_many", "", "Terlalu banyak permintaan. Silakan tunggu sebentar.",
		retry_s ? retry_s : 1);
}

static unsigned status_of(enum service_answer answer)
{
	switch (answer) {
	case SERVICE_NOT_FOUND:
		return 404;
	case SERVICE_BAD_INPUT:
		return 422;
	case SERVICE_CONFLICT:
	case SERVICE_BAD_STATE:
	case SERVICE_STALE:
		return 409;
	case SERVICE_FORBIDDEN:
		return 403;
	case SERVICE_DENIED:
		return 401;
	case SERVICE_TOO_MANY:
		return 429;
	}
	return 500;
}

/* For the calls that have no words of their own. */
static const char *code_of(enum service_answer answer)
{
	switch (answer) {
	case SERVICE_NOT_FOUND:
		return "not_found";
	case SERVICE_BAD_INPUT:
		return "bad_input";
	case SERVICE_CONFLICT:
		return "conflict";
	case SERVICE_BAD_STATE:
		return "bad_state";
	case SERVICE_FORBIDDEN:
		return "forbidden";
	case SERVICE_DENIED:
		return "denied";
	case SERVICE_TOO_MANY:
		return "too_many";
	case SERVICE_STALE:
		return "board_offline";
	}
	return "refused";
}

void answer_refusal(struct exchange *exchange, int r, const struct service_problem *problem)
{
	if (r < 0) {
		const struct route *route = exchange->match.route;

		fprintf(stderr, "http: a request failed: method=%s path=%s error=%s\n", route->method,
			route->path, strerror(-r));
		set_problem(exchange, r == -ENOSPC ? 507 : 500, r == -ENOSPC ? "storage_full" : "failed", "",
			"Gateway gagal menyimpan. Tidak ada yang berubah.", 0);
		return;
	}
	set_problem(exchange, status_of((enum service_answer)r),
		problem && problem->code[0] ? problem->code : code_of((enum service_answer)r),
		problem ? problem->field : "",
		problem && problem->text[0] ? problem->text : "Tidak ditemukan atau tidak dapat dilakukan.",
		problem ? problem->retry_s : 0);
}

void answer_done(struct exchange *exchange, int r, const struct service_problem *problem)
{
	if (r != 0)
		answer_refusal(exchange, r, problem);
	else
		answer_empty(exchange, 204);
}

void answer_view(struct exchange *exchange, int r, json_t *json)
{
	if (r != 0)
		answer_refusal(exchange, r, NULL);
	else
		answer_json(exchange, 200, json);
}

bool exchange_read_object(
	struct exchange *exchange, const json_t *object, const struct member *members, size_t count)
{
	struct body_problem problem;

	if (body_read(object, members, count, &problem) == 0)
		return true;
	answer_problem(exchange, 422, problem.code, problem.field, problem.text);
	return false;
}

bool exchange_read(struct exchange *exchange, const struct member *members, size_t count)
{
	return exchange_read_object(exchange, exchange->input, members, count);
}

void answer_deinit(struct answer *answer)
{
	/* It may have told a link's secret or the digits of a code. The bytes are ours to write on. */
	if (answer->is_ours && answer->bytes) {
		char *bytes = (char *)(uintptr_t)answer->bytes;

		sodium_memzero(bytes, answer->len);
		free(bytes);
	}
	if (answer->has_fd)
		close(answer->fd);
	sodium_memzero(answer, sizeof(*answer));
}
