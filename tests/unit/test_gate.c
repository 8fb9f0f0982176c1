#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/http/gate.h"

#define TOKEN "0123456789ABCDEFGHJKMNPQRS"
#define OTHER "0123456789ABCDEFGHJKMNPQRT"

static struct gate plain, proxied;

static int make_gates(void **state)
{
	(void)state;
	return gate_init(&plain, "127.0.0.1", 8080, "") != 0 ||
	       gate_init(&proxied, "127.0.0.1", 8080, "https://rumah.example/") != 0;
}

static void the_cookie_is_host_bound_when_the_address_is_https(void **state)
{
	(void)state;
	assert_string_equal(plain.cookie, "rumah");
	assert_false(plain.is_secure);
	assert_string_equal(proxied.cookie, "__Host-rumah");
	assert_true(proxied.is_secure);
}

static void a_public_address_is_scheme_and_host_and_nothing_more(void **state)
{
	static const struct {
		const char *url;
		int r;
	} rows[] = {
		{ "https://rumah.example", 0 },
		{ "http://192.168.1.5:8080/", 0 },
		{ "http://[fd00::1]:8080", 0 },
		{ "rumah.example", -EINVAL },
		{ "ftp://rumah.example", -EINVAL },
		{ "https://", -EINVAL },
		{ "https:///", -EINVAL },
		{ "https://rumah.example/staf", -EINVAL },
		{ "https://Rumah.example", -EINVAL },
		{ "https://a b", -EINVAL },
		{ "https://user@rumah.example", -EINVAL },
	};
	struct gate gate;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (gate_init(&gate, "127.0.0.1", 8080, rows[i].url) != rows[i].r)
			fail_msg("%s", rows[i].url);
}

static void only_our_own_names_are_hosts(void **state)
{
	static const struct {
		const struct gate *gate;
		const char *host;
		bool is_ok;
	} rows[] = {
		{ &plain, "127.0.0.1:8080", true },
		{ &plain, "localhost:8080", true },
		{ &plain, "LOCALHOST:8080", true },
		{ &plain, "localhost", false },
		{ &plain, "localhost:80", false },
		{ &plain, "evil.tld", false },
		{ &plain, "evil.tld:8080", false },
		{ &plain, "[::1]:99999", false },
		{ &plain, "127.0.0.1:8080.evil.tld", false },
		{ &plain, "", false },
		{ &plain, NULL, false },
		{ &proxied, "rumah.example", true },
		{ &proxied, "rumah.example:443", false },
		{ &plain, "rumah.example", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (gate_host_ok(rows[i].gate, rows[i].host) != rows[i].is_ok)
			fail_msg("row %zu: %s", i, rows[i].host ? rows[i].host : "(none)");
}

static void a_change_comes_from_our_own_page_or_from_no_browser(void **state)
{
	static const struct {
		const char *origin, *site;
		bool is_ok;
	} rows[] = {
		{ NULL, NULL, true },
		{ "http://127.0.0.1:8080", NULL, true },
		{ "http://localhost:8080", "same-origin", true },
		{ NULL, "none", true },
		{ "null", NULL, false },
		{ "", NULL, false },
		{ "http://evil.tld", NULL, false },
		{ "http://127.0.0.1:8081", NULL, false },
		{ "https://127.0.0.1:8080", NULL, false },
		{ "http://127.0.0.1:8080.evil.tld", NULL, false },
		{ "http://127.0.0.1:8080/", NULL, false },
		{ NULL, "cross-site", false },
		{ NULL, "same-site", false },
		{ NULL, "", false },
		{ "http://127.0.0.1:8080", "cross-site", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (gate_origin_ok(&plain, rows[i].origin, rows[i].site) != rows[i].is_ok)
			fail_msg("row %zu", i);
}

static void only_json_is_a_body(void **state)
{
	static const struct {
		const char *type;
		bool is_ok;
	} rows[] = {
		{ "application/json", true },
		{ "Application/JSON", true },
		{ "application/json; charset=utf-8", true },
		{ "application/json;charset=UTF-8", true },
		{ "application/json; charset=latin1", false },
		{ "application/json5", false },
		{ "text/plain", false }, /* what a form of a foreign page may send */
		{ "application/x-www-form-urlencoded", false },
		{ "multipart/form-data; boundary=application/json", false },
		{ "", false },
		{ NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (gate_type_ok(rows[i].type) != rows[i].is_ok)
			fail_msg("%s", rows[i].type ? rows[i].type : "(none)");
}

static void a_cookie_is_found_once_or_not_at_all(void **state)
{
	static const struct {
		const char *header;
		int r;
	} rows[] = {
		{ "rumah=" TOKEN, 0 },
		{ "a=b; rumah=" TOKEN "; c=d", 0 },
		{ "a=b;rumah=" TOKEN, 0 },
		{ NULL, GATE_NONE },
		{ "", GATE_NONE },
		{ ";;; ;", GATE_NONE },
		{ "rumahx=" TOKEN, GATE_NONE },
		{ "xrumah=" TOKEN, GATE_NONE },
		{ "__Host-rumah=" TOKEN, GATE_NONE },
		{ "rumah", GATE_NONE },
		{ "rumah=" TOKEN "; rumah=" TOKEN, GATE_MALFORMED },
		{ "rumah=" TOKEN "; rumah=" OTHER, GATE_MALFORMED },
		{ "rumah=", GATE_MALFORMED },
		{ "rumah=" TOKEN "0", GATE_MALFORMED },
		{ "rumah=\"" TOKEN "\"", GATE_MALFORMED },
		{ "rumah=0123456789ABCDEFGHJKMNPQR%", GATE_MALFORMED },
	};
	char token[GATE_TOKEN_CHARS + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int r = gate_cookie(token, rows[i].header, "rumah");

		if (r != rows[i].r || (r == 0 && strcmp(token, TOKEN) != 0))
			fail_msg("row %zu: %d", i, r);
	}
}

static void a_cookie_header_has_a_length(void **state)
{
	char header[GATE_COOKIE_MAX + 2];
	char token[GATE_TOKEN_CHARS + 1];

	(void)state;
	memset(header, 'a', sizeof(header));
	memcpy(header, "rumah=" TOKEN "; b=", sizeof("rumah=" TOKEN "; b=") - 1);
	header[GATE_COOKIE_MAX + 1] = '\0';
	assert_int_equal(gate_cookie(token, header, "rumah"), GATE_MALFORMED);
	header[GATE_COOKIE_MAX] = '\0';
	assert_int_equal(gate_cookie(token, header, "rumah"), 0);
}

static void a_link_is_a_bearer(void **state)
{
	static const struct {
		const char *header;
		int r;
	} rows[] = {
		{ "Bearer " TOKEN, 0 },
		{ "bearer " TOKEN, 0 },
		{ NULL, GATE_NONE },
		{ "Bearer", GATE_MALFORMED },
		{ "Bearer ", GATE_MALFORMED },
		{ "Bearer  " TOKEN, GATE_MALFORMED },
		{ "Bearer " TOKEN " ", GATE_MALFORMED },
		{ "Basic " TOKEN, GATE_MALFORMED },
		{ TOKEN, GATE_MALFORMED },
	};
	char token[GATE_TOKEN_CHARS + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (gate_bearer(token, rows[i].header) != rows[i].r)
			fail_msg("row %zu", i);
}

static void the_csrf_token_is_the_whole_token(void **state)
{
	(void)state;
	assert_true(gate_csrf_ok(TOKEN, TOKEN));
	assert_false(gate_csrf_ok(TOKEN, OTHER));
	assert_false(gate_csrf_ok(TOKEN, NULL));
	assert_false(gate_csrf_ok(TOKEN, ""));
	assert_false(gate_csrf_ok(TOKEN, "0123456789ABCDEFGHJKMNPQR"));
	assert_false(gate_csrf_ok("", ""));
}

static void a_header_name_is_a_token(void **state)
{
	(void)state;
	assert_true(gate_header_name_ok("X-CSRF-Token", 12));
	assert_false(gate_header_name_ok("Host ", 5));
	assert_false(gate_header_name_ok("", 0));
	assert_false(gate_header_name_ok("A\0B", 3));
	assert_false(gate_header_name_ok("A:B", 3));
	assert_false(gate_header_name_ok("\xc3\xa9", 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cookie_is_host_bound_when_the_address_is_https),
		cmocka_unit_test(a_public_address_is_scheme_and_host_and_nothing_more),
		cmocka_unit_test(only_our_own_names_are_hosts),
		cmocka_unit_test(a_change_comes_from_our_own_page_or_from_no_browser),
		cmocka_unit_test(only_json_is_a_body),
		cmocka_unit_test(a_cookie_is_found_once_or_not_at_all),
		cmocka_unit_test(a_cookie_header_has_a_length),
		cmocka_unit_test(a_link_is_a_bearer),
		cmocka_unit_test(the_csrf_token_is_the_whole_token),
		cmocka_unit_test(a_header_name_is_a_token),
	};

	return cmocka_run_group_tests(tests, make_gates, NULL);
}
