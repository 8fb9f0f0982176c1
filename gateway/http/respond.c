#include <stdio.h>
#include <string.h>

#include "gateway/http/live.h"
#include "gateway/http/server.h"

#define PAGE_POLICY                                                                                          \
	"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "       \
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
#define DATA_POLICY "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

static const struct {
	const char *name, *value;
} always[] = {
	{ "Cache-Control", "no-store" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "X-Robots-Tag", "noindex" },
};

void respond_add_headers(const struct http *http, struct MHD_Response *response, bool is_page)
{
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		MHD_add_response_header(response, always[i].name, always[i].value);
	MHD_add_response_header(response, "Content-Security-Policy", is_page ? PAGE_POLICY : DATA_POLICY);
	if (http->gate.is_secure)
		MHD_add_response_header(response, "Strict-Transport-Security", "max-age=31536000");
}

static void add_answer_headers(struct MHD_Response *response, const struct answer *answer)
{
	char seconds[12];

	if (answer->type)
		MHD_add_response_header(response, "Content-Type", answer->type);
	if (answer->cookie[0])
		MHD_add_response_header(response, "Set-Cookie", answer->cookie);
	if (answer->disposition[0])
		MHD_add_response_header(response, "Content-Disposition", answer->disposition);
	if (answer->allow[0])
		MHD_add_response_header(response, "Allow", answer->allow);
	if (answer->retry_s) {
		snprintf(seconds, sizeof(seconds), "%u", answer->retry_s);
		MHD_add_response_header(response, "Retry-After", seconds);
	}
	if (answer->is_last)
		MHD_add_response_header(response, "Connection", "close");
}

enum MHD_Result respond(struct request *request)
{
	struct exchange *exchange = &request->exchange;
	struct http *http = exchange->http;
	struct answer *answer = &exchange->answer;
	struct MHD_Response *response;
	enum MHD_Result result;

	if (answer->is_stream)
		return live_attach(http->live, request);

	if (answer->has_fd) {
		response = MHD_create_response_from_fd64(answer->len, answer->fd);
		answer->has_fd = !response; /* the response closes it */
	} else {
		/* The bytes live as long as the request, which outlives its answer. */
		response = MHD_create_response_from_buffer(
			answer->len, (void *)(uintptr_t)answer->bytes, MHD_RESPMEM_PERSISTENT);
	}
	if (!response)
		return MHD_NO;
	respond_add_headers(http, response, answer->is_page);
	add_answer_headers(response, answer);
	request->conn->deadline_ms = uv_now(http->config.loop) + SERVER_ANSWER_MS;
	result = MHD_queue_response(exchange->connection, answer->status, response);
	MHD_destroy_response(response);
	return result;
}
