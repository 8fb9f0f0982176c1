/* What is no HTTP, or not ours: each gets a bounded answer, and the server goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/system/lib/house.h"
#include "tests/system/lib/process.h"

static struct gateway gateway;
static char host[40]; /* "Host: 127.0.0.1:12345\r\n" */

#define OK "GET /api/health HTTP/1.1\r\n"
#define POST "POST /api/requests HTTP/1.1\r\nContent-Type: application/json\r\n"
#define CLOSED 0 /* without a word */

/* `text` with %H for a good Host line. Several statuses are fine where what matters is that it is refused. */
static const struct {
	const char *claim, *text;
	int status, or_status;
} cases[] = {
	{ "a good request", OK "%H\r\n", 200 },
	{ "Content-Length with Transfer-Encoding",
		POST "%HContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, 411 },
	{ "Transfer-Encoding alone", POST "%HTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 411 },
	{ "Transfer-Encoding with a tab", POST "%HTransfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n", 411, 400 },
	{ "Transfer-Encoding: identity", POST "%HTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}",
		411, 400 },
	{ "a chunk without an end", POST "%HTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n", 411 },
	{ "a chunk of 0x10", POST "%HTransfer-Encoding: chunked\r\n\r\n0x10\r\n", 411 },
	{ "two Content-Lengths", POST "%HContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400 },
	{ "two that differ", POST "%HContent-Length: 2\r\nContent-Length: 9\r\n\r\n{}", 400 },
	{ "Content-Length: +2", POST "%HContent-Length: +2\r\n\r\n{}", 400 },
	{ "Content-Length: -1", POST "%HContent-Length: -1\r\n\r\n", 400 },
	{ "Content-Length: 0x2", POST "%HContent-Length: 0x2\r\n\r\n{}", 400 },
	{ "Content-Length: 2, 2", POST "%HContent-Length: 2, 2\r\n\r\n{}", 400 },
	{ "Content-Length: 2^64", POST "%HContent-Length: 18446744073709551616\r\n\r\n", 400, 413 },
	{ "Content-Length: empty", POST "%HContent-Length:\r\n\r\n", 400, 422 },
	{ "one byte more than 64 KiB", POST "%HContent-Length: 65537\r\n\r\n", 413 },
	{ "1 MiB announced", POST "%HContent-Length: 1048576\r\n\r\n{}", 413 },
	{ "a body where there is none", "GET /api/health HTTP/1.1\r\n%HContent-Length: 2\r\n\r\n{}", 400 },
	{ "a space before the colon", OK "%HX-A : b\r\n\r\n", 400 },
	{ "Host with a space before the colon", OK "Host : evil.tld\r\n\r\n", 400, 421 },
	{ "a header without a name is left out", OK "%H: b\r\n\r\n", 200, 400 },
	{ "a header without a colon", OK "%Hhello\r\n\r\n", 400, CLOSED },
	{ "no Host", OK "\r\n", 400, 421 },
	{ "two Hosts", OK "%H%H\r\n", 400 },
	{ "another Host", OK "Host: evil.tld\r\n\r\n", 421 },
	{ "another Host beside ours", OK "Host: evil.tld\r\n%H\r\n", 400 },
	{ "a Host that is no host", OK "Host: [::1]:99999\r\n\r\n", 421 },
	{ "an empty Host", OK "Host:\r\n\r\n", 421, 400 },
	{ "our name at another port", OK "Host: 127.0.0.1:1\r\n\r\n", 421 },
	{ "up and out", "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n%H\r\n", 404 },
	{ "up and out in plain", "GET /../../etc/passwd HTTP/1.1\r\n%H\r\n", 404 },
	{ "two slashes", "GET //evil HTTP/1.1\r\n%H\r\n", 404 },
	{ "an escaped zero", "GET /%00 HTTP/1.1\r\n%H\r\n", 404 },
	{ "an escaped zero behind a page", "GET /staf%00.js HTTP/1.1\r\n%H\r\n", 404 },
	{ "a session in the path", "GET /;jsessionid=1 HTTP/1.1\r\n%H\r\n", 404 },
	{ "an absolute address", "GET http://evil.tld/ HTTP/1.1\r\n%H\r\n", 404, 400 },
	{ "an unknown filter", "GET /api/units?x=1 HTTP/1.1\r\n%H\r\n", 400 },
	{ "a filter twice", "GET /api/events?limit=1&limit=2 HTTP/1.1\r\n%H\r\n", 400 },
	{ "a method that is none", "OPEN / HTTP/1.1\r\n%H\r\n", 405 },
	{ "TRACE", "TRACE / HTTP/1.1\r\n%H\r\n", 405 },
	{ "OPTIONS", "OPTIONS /api/units HTTP/1.1\r\n%HOrigin: http://evil.tld\r\n\r\n", 405 },
	{ "CONNECT", "CONNECT evil.tld:443 HTTP/1.1\r\n%H\r\n", 404, 405 },
	{ "many ranges are one whole", "GET / HTTP/1.1\r\n%HRange: bytes=0-,0-,0-,0-,0-,0-,0-,0-\r\n\r\n",
		200 },
	{ "a cookie twice",
		"GET /api/session HTTP/1.1\r\n%HCookie: rumah=0123456789ABCDEFGHJKMNPQRS; "
		"rumah=0123456789ABCDEFGHJKMNPQRS\r\n\r\n",
		400 },
	{ "two cookie headers", "GET /api/session HTTP/1.1\r\n%HCookie: a=b\r\nCookie: c=d\r\n\r\n", 400 },
	{ "a cookie that is no token", "GET /api/session HTTP/1.1\r\n%HCookie: rumah=../../x\r\n\r\n", 400 },
	{ "the other program's cookie",
		"GET /api/session HTTP/1.1\r\n%HCookie: __Host-rumah=0123456789ABCDEFGHJKMNPQRS\r\n\r\n",
		401 },
	{ "HTTP/0.9", "GET /\r\n\r\n", 400, CLOSED },
	{ "HTTP/2's first words", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, 400 },
	{ "HTTP/9.9", "GET / HTTP/9.9\r\n%H\r\n", 505, 400 },
	{ "a TLS hello", "\x16\x03\x01\x02\x01\x01\xfc\x03\x03\r\n\r\n", 400, CLOSED },
	{ "no request at all", "\r\n\r\n\r\n\r\n", CLOSED },
	{ "JSON that is none", POST "%HContent-Length: 3\r\n\r\n{a}", 400 },
	{ "a member twice", POST "%HContent-Length: 26\r\n\r\n{\"unit\":\"a1\",\"unit\":\"a2\"}\n", 400 },
	{ "an unknown member", POST "%HContent-Length: 11\r\n\r\n{\"until\":1}", 422 },
};

/* Puts our Host line in for every %H. Returns the length. */
static size_t fill(char *out, size_t size, const char *text)
{
	size_t used = 0;

	while (*text && used + sizeof(host) < size) {
		if (text[0] == '%' && text[1] == 'H') {
			used += (size_t)snprintf(out + used, size - used, "%s", host);
			text += 2;
		} else {
			out[used++] = *text++;
		}
	}
	return used;
}

static void assert_alive(const char *after)
{
	if (gateway_ask(&gateway, NULL, "GET", "/api/health", NULL, NULL, NULL) != 200)
		fail_msg("not alive after: %s", after);
}

static void malformed_requests_get_a_bounded_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[1024];
		size_t len = fill(text, sizeof(text), cases[i].text);
		struct reply reply;

		gateway_raw(&gateway, text, len, cases[i].status == CLOSED ? 300 : 5000, &reply);
		if (reply.status != cases[i].status && (reply.status != cases[i].or_status))
			fail_msg("%s: %d", cases[i].claim, reply.status);
		free(reply.text);
	}
	assert_alive("the table");
}

static void a_refused_body_is_never_taken_for_the_next_request(void **state)
{
	char text[1024];
	size_t len = fill(
		text, sizeof(text), POST "%HContent-Length: 70000\r\n\r\nGET /api/health HTTP/1.1\r\n%H\r\n");
	struct reply reply;

	(void)state;
	gateway_raw(&gateway, text, len, 3000, &reply);
	assert_int_equal(reply.status, 413);
	assert_null(strstr(reply.text, "\"status\":\"ok\""));
	assert_non_null(strstr(reply.text, "Connection: close"));
	free(reply.text);
}

static void a_megabyte_is_refused_while_it_is_still_coming(void **state)
{
	static char text[(1 << 20) + 512];
	size_t len = fill(text, 512, POST "%HContent-Length: 1048576\r\n\r\n");
	struct reply reply;

	(void)state;
	memset(text + len, '{', 1 << 20);
	gateway_raw(&gateway, text, len + (1 << 20), 5000, &reply);
	assert_true(reply.status == 413 || reply.status == 0); /* it may close before the answer is read */
	free(reply.text);
	assert_alive("a megabyte");
}

static void headers_of_a_browser_behind_a_proxy_have_room(void **state)
{
	char text[2560];
	size_t len = fill(text, sizeof(text), OK "%HX-Long: ");
	struct reply reply;

	(void)state;
	memset(text + len, 'a', 2000 - len);
	memcpy(text + 2000, "\r\n\r\n", 4);
	gateway_raw(&gateway, text, 2004, 5000, &reply);
	assert_int_equal(reply.status, 200);
	free(reply.text);
}

static void headers_have_a_size(void **state)
{
	static char text[1 << 20];
	struct reply reply;
	size_t len;

	(void)state;
	len = fill(text, 512, OK "%HX-Long: ");
	memset(text + len, 'a', 64 << 10);
	memcpy(text + len + (64 << 10), "\r\n\r\n", 4);
	gateway_raw(&gateway, text, len + (64 << 10) + 4, 5000, &reply);
	assert_true(reply.status == 431 || reply.status == 413 || reply.status == 0);
	free(reply.text);

	len = fill(text, 512, OK "%H");
	for (int i = 0; i < 10000; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "X-%d: a\r\n", i);
	memcpy(text + len, "\r\n", 2);
	gateway_raw(&gateway, text, len + 2, 5000, &reply);
	assert_int_not_equal(reply.status, 200);
	free(reply.text);

	memset(text, 'A', 8 << 10);
	len = (8 << 10) + fill(text + (8 << 10), 512, " / HTTP/1.1\r\n%H\r\n");
	gateway_raw(&gateway, text, len, 5000, &reply);
	assert_int_not_equal(reply.status, 200);
	free(reply.text);

	/* Many that are small are too many all the same. */
	len = fill(text, 512, OK "%H");
	for (int i = 0; i < 80; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "X-%d: a\r\n", i);
	memcpy(text + len, "\r\n", 2);
	gateway_raw(&gateway, text, len + 2, 5000, &reply);
	assert_true(reply.status == 400 || reply.status == 431);
	free(reply.text);
	assert_alive("large headers");
}

/* The library reads a header to its zero: what stands behind must not count as anything. */
static void a_zero_hides_nothing(void **state)
{
	static const char *const hidden[] = { "X-A: b", "Content-Length: 2", "Transfer-Encoding", "Host" };
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
		size_t len = fill(text, sizeof(text), OK "%H");
		struct reply reply;

		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s", hidden[i]);
		memcpy(text + len, "\0: chunked\r\n\r\n", 15);
		gateway_raw(&gateway, text, len + 15, 3000, &reply);
		if (reply.status != 400 && reply.status != CLOSED && (reply.status != 200 || i > 0))
			fail_msg("%s: %d", hidden[i], reply.status);
		free(reply.text);
	}
	assert_alive("zeros");
}

static void a_promise_that_is_not_kept_holds_nobody_up(void **state)
{
	char text[512];
	size_t len = fill(text, sizeof(text), POST "%HExpect: 100-continue\r\nContent-Length: 100\r\n\r\n");
	int waiting[50];

	(void)state;
	for (int i = 0; i < 50; i++) {
		waiting[i] = gateway_connect(&gateway);
		assert_int_equal(send(waiting[i], text, len, MSG_NOSIGNAL), len);
	}
	assert_alive("half of fifty requests");
	for (int i = 0; i < 50; i++)
		close(waiting[i]);
	assert_alive("the end of them");
}

static void a_thousand_requests_at_once_and_a_slammed_door(void **state)
{
	const struct linger slam = { 1, 0 };
	char *text = malloc(1000 * 128);
	size_t len = 0;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < 1000; i++)
		len += fill(text + len, 128, OK "%H\r\n");
	for (int i = 0; i < 5; i++) {
		int fd = gateway_connect(&gateway);

		assert_true(send(fd, text, len, MSG_NOSIGNAL | MSG_DONTWAIT) > 0);
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &slam, sizeof(slam));
		close(fd); /* a reset, not a farewell */
	}
	free(text);
	assert_alive("resets");
}

/* Slow clients take their own time and nobody else's: a page beside four hundred that trickle takes no longer
 * than twenty pages in a row, asked for in the same moment on the same machine. */
static void a_crowd_that_trickles_slows_nobody(void **state)
{
	enum { CROWD = 400, ROUNDS = 20, PAGES = 20 };
	int crowd[CROWD], slowed = 0;
	char text[256];
	size_t len = fill(text, sizeof(text), OK "%H");

	(void)state;
	for (int i = 0; i < CROWD; i++)
		crowd[i] = gateway_connect(&gateway);
	for (size_t byte = 0; byte < ROUNDS; byte++) {
		long long start = now_ms(), alone_ms;

		for (int i = 0; i < PAGES; i++)
			assert_alive("a crowd that waits");
		alone_ms = now_ms() - start;
		for (int i = 0; i < CROWD; i++)
			(void)send(crowd[i], text + byte % len, 1, MSG_NOSIGNAL);
		start = now_ms();
		assert_alive("a trickle");
		slowed += now_ms() - start > alone_ms;
	}
	for (int i = 0; i < CROWD; i++)
		close(crowd[i]);
	assert_true(slowed < ROUNDS / 2);
}

/* A byte a second keeps any idle clock from running out. It does not keep ours. */
static void a_request_that_never_ends_is_ended(void **state)
{
	long long start = now_ms();
	int fd = gateway_connect(&gateway);
	char text[256], byte;
	size_t len = fill(text, sizeof(text), OK "%HX-Slow: ");

	(void)state;
	assert_int_equal(send(fd, text, len, MSG_NOSIGNAL), len);
	while (now_ms() - start < 45000) {
		nap_ms(1000);
		if (send(fd, "a", 1, MSG_NOSIGNAL) < 0 || recv(fd, &byte, 1, MSG_DONTWAIT) == 0)
			break;
	}
	close(fd);
	assert_in_range(now_ms() - start, 25000, 44000);
}

static int make_gateway(void **state)
{
	(void)state;
	gateway_make(&gateway, PROGRAM, "connections_per_address = 1000\n");
	gateway_start(&gateway);
	snprintf(host, sizeof(host), "Host: 127.0.0.1:%u\r\n", gateway.port);
	return 0;
}

static int remove_gateway(void **state)
{
	(void)state;
	gateway_end(&gateway);
	gateway_remove(&gateway);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(malformed_requests_get_a_bounded_answer),
		cmocka_unit_test(a_refused_body_is_never_taken_for_the_next_request),
		cmocka_unit_test(a_megabyte_is_refused_while_it_is_still_coming),
		cmocka_unit_test(headers_of_a_browser_behind_a_proxy_have_room),
		cmocka_unit_test(headers_have_a_size),
		cmocka_unit_test(a_zero_hides_nothing),
		cmocka_unit_test(a_promise_that_is_not_kept_holds_nobody_up),
		cmocka_unit_test(a_thousand_requests_at_once_and_a_slammed_door),
		cmocka_unit_test(a_crowd_that_trickles_slows_nobody),
		cmocka_unit_test(a_request_that_never_ends_is_ended),
	};

	return cmocka_run_group_tests(tests, make_gateway, remove_gateway);
}
