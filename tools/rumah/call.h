/* call - one call of rumah: what was asked, and how it ends. */
#ifndef RUMAH_CALL_H
#define RUMAH_CALL_H

#include <jansson.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "tools/rumah/args.h"

enum outcome { /* exit codes; rumah(1) promises them */
	CALL_DONE = 0,
	CALL_REFUSED = 1, /* somebody said no, or it could not be done */
	CALL_MISUSED = 2,
	CALL_UNREACHABLE = 3, /* nobody answered */
};

struct http;

struct call {
	struct args args;
	bool is_json;
	int zone_min;
	int64_t now_ms;
	const char *url;     /* --url or RUMAH_URL; NULL: that of the session */
	char home[PATH_MAX]; /* where the session is kept */
	struct http *http;   /* made at the first request */
};

/* Says on stderr what is wrong and what to do about it; with --json as an object {"code", "text"}. Never with
 * a secret in it. Returns `outcome`. */
__attribute__((format(printf, 4, 5))) int call_fail(
	const struct call *call, enum outcome outcome, const char *code, const char *format, ...);
int call_no_memory(const struct call *call);

/* Ends a command: prints `json` with --json, else the text. Steals the reference. */
int call_print_json(const struct call *call, json_t *json);
/* "Done." for people, {"ok": true} for programs. */
__attribute__((format(printf, 2, 3))) int call_done(const struct call *call, const char *format, ...);

/* A secret that could not be read (secret.h). Returns an outcome. */
int fail_secret(const struct call *call, int error);

/* The wall clock, milliseconds since 1970. */
int64_t call_clock_ms(void);
/* A clock that nobody sets: for how long something took. */
int64_t call_mono_ms(void);
/* Sleeps without being woken early. */
void call_sleep_ms(unsigned ms);

/* The value of a time option, read with `base_ms`; absent: *out_ms untouched. CALL_DONE or CALL_MISUSED. */
int call_time(const struct call *call, int64_t *out_ms, const char *option, int64_t base_ms, bool is_end);

/* The values of an option that may stand several times, as an array of texts. */
json_t *list_option(const struct call *call, const char *option);
/* Adds the hours of --weekly to a body as "weekly"; without any, an empty list when it is needed. An outcome.
 */
int set_weekly(const struct call *call, json_t *body, bool is_needed);

/* Members of answers: "" and 0 when absent, so that an older gateway is no crash. */
const char *call_text(const json_t *object, const char *name);
int64_t call_int(const json_t *object, const char *name);
bool call_is(const json_t *object, const char *name);

#endif
