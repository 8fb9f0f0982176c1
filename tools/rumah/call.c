#include "tools/rumah/call.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tools/rumah/lang.h"
#include "tools/rumah/when.h"

#define TEXT_MAX 600

int call_fail(const struct call *call, enum outcome outcome, const char *code, const char *format, ...)
{
	char text[TEXT_MAX];
	json_t *object = NULL;
	va_list values;

	va_start(values, format);
	vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	fflush(stdout);
	if (call->is_json)
		object = json_pack("{s:s, s:s}", "code", code, "text", text);
	if (object) {
		json_dumpf(object, stderr, JSON_COMPACT);
		fputc('\n', stderr);
		json_decref(object);
	} else {
		fprintf(stderr, "rumah: %s\n", text);
	}
	return (int)outcome;
}

int call_no_memory(const struct call *call)
{
	return call_fail(call, CALL_REFUSED, "no_memory", "%s", T("memori tidak cukup", "out of memory"));
}

int call_print_json(const struct call *call, json_t *json)
{
	int r = json ? json_dumpf(json, stdout, JSON_INDENT(2)) : -1;

	json_decref(json);
	if (r < 0)
		return call_no_memory(call);
	putchar('\n');
	return CALL_DONE;
}

int call_done(const struct call *call, const char *format, ...)
{
	va_list values;

	if (call->is_json)
		return call_print_json(call, json_pack("{s:b}", "ok", 1));
	va_start(values, format);
	vprintf(format, values);
	va_end(values);
	putchar('\n');
	return CALL_DONE;
}

int64_t call_clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t call_mono_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void call_sleep_ms(unsigned ms)
{
	struct timespec left = { ms / 1000, (long)(ms % 1000) * 1000000 };

	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		;
}

int call_time(const struct call *call, int64_t *out_ms, const char *option, int64_t base_ms, bool is_end)
{
	const char *text = args_option(&call->args, option);

	if (!text || when_read(out_ms, text, base_ms, call->now_ms, call->zone_min, is_end) == 0)
		return CALL_DONE;
	return call_fail(call, CALL_MISUSED, "bad_time",
		T("--%s: waktu tidak terbaca; tulis misalnya \"14.00\", \"besok 09.00\", \"2026-11-24 "
		  "09.00\" atau +2j",
			"--%s: cannot read this time; write for example \"14.00\", \"tomorrow 09.00\", "
			"\"2026-11-24 "
			"09.00\" or +2h"),
		option);
}

const char *call_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

int64_t call_int(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

bool call_is(const json_t *object, const char *name)
{
	return json_is_true(json_object_get(object, name));
}
