#include "schemas/wire/json.h"

#include <errno.h>
#include <string.h>

#include "schemas/wire/message.h"
#include "schemas/wire/refusal.h"

/* --- reading: the grammar is known to be right, so `end` is never reached inside a value --- */

static void skip_space(struct json_in *in)
{
	while (in->at < in->end && (*in->at == ' ' || *in->at == '\n' || *in->at == '\t' || *in->at == '\r'))
		in->at++;
}

/* Skips white space and `c` when it comes next. */
static bool take(struct json_in *in, char c)
{
	skip_space(in);
	if (in->at == in->end || *in->at != c)
		return false;
	in->at++;
	return true;
}

/* The characters between two quotes, escapes as they stand. */
static void take_raw_string(struct json_in *in, const char **text, size_t *len)
{
	const char *at = in->at + 1;

	while (*at != '"')
		at += *at == '\\' ? 2 : 1;
	*text = in->at + 1;
	*len = (size_t)(at - *text);
	in->at = at + 1;
}

static void skip_value(struct json_in *in)
{
	unsigned depth = 0;

	do {
		const char *text;
		size_t len;

		skip_space(in);
		if (*in->at == '"') {
			take_raw_string(in, &text, &len);
			continue;
		}
		if (*in->at == '{' || *in->at == '[') {
			depth++;
			in->at++;
			continue;
		}
		if (*in->at == '}' || *in->at == ']')
			depth--;
		else if (depth == 0)
			while (in->at + 1 < in->end && !strchr(",]} \n\t\r", in->at[1]))
				in->at++;
		in->at++;
	} while (depth > 0);
}

int json_read_string(struct json_in *in, const char **text, size_t *len)
{
	skip_space(in);
	if (*in->at != '"')
		return WIRE_BAD_TYPE;
	take_raw_string(in, text, len);
	return memchr(*text, '\\', *len) ? WIRE_BAD_FORM : 0;
}

bool json_begin_array(struct json_in *in)
{
	return take(in, '[');
}

bool json_next_item(struct json_in *in, bool *is_first)
{
	if (take(in, ']'))
		return false;
	if (!*is_first)
		take(in, ',');
	*is_first = false;
	return true;
}

struct name {
	const char *text;
	size_t len;
};

static bool is_named(const struct json_member *member, const struct name *name)
{
	return strncmp(member->name, name->text, name->len) == 0 && member->name[name->len] == '\0';
}

/* The member of that name; `hint` is where it stands when members come in our own order. */
static unsigned find_member(const struct json_object *object, const struct name *name, unsigned hint)
{
	if (hint < object->count && is_named(&object->members[hint], name))
		return hint;
	for (unsigned i = 0; i < object->count; i++)
		if (is_named(&object->members[i], name))
			return i;
	return object->count;
}

/* Bits of json_read_object()'s `seen` for the envelope's own two, which no table names. */
enum { SEEN_VERSION = 62, SEEN_SEAL = 63 };

/* Remembers a name nobody asked for, so that a second one is noticed. */
static int add_unknown(struct name unknown[static JSON_UNKNOWN_MAX], unsigned *count, uint64_t *seen,
	const struct name *name)
{
	bool is_version = name->len == 1 && *name->text == 'v';

	if (is_version || (name->len == 3 && memcmp(name->text, "sig", 3) == 0)) {
		uint64_t bit = UINT64_C(1) << (is_version ? SEEN_VERSION : SEEN_SEAL);

		if (*seen & bit)
			return WIRE_NOT_JSON;
		*seen |= bit;
		return 0;
	}
	for (unsigned i = 0; i < *count; i++)
		if (unknown[i].len == name->len && memcmp(unknown[i].text, name->text, name->len) == 0)
			return WIRE_NOT_JSON;
	if (*count == JSON_UNKNOWN_MAX)
		return WIRE_OUT_OF_BOUNDS;
	unknown[(*count)++] = *name;
	return 0;
}

/* Members that did not come and have to. */
static int check_missing(const struct json_object *object, uint64_t seen)
{
	for (unsigned i = 0; i < object->count; i++)
		if (!(seen >> i & 1) && !object->members[i].is_optional)
			return WIRE_MISSING_FIELD;
	return 0;
}

int json_read_object(struct json_in *in, void *base, const struct json_object *object)
{
	struct name unknown[JSON_UNKNOWN_MAX], name;
	unsigned unknown_count = 0, hint = 0;
	uint64_t seen = 0;
	int r;

	if (!take(in, '{'))
		return WIRE_BAD_TYPE;
	while (!take(in, '}')) {
		unsigned i;

		take(in, ',');
		r = json_read_string(in, &name.text, &name.len);
		if (r != 0)
			return r;
		take(in, ':');
		skip_space(in);
		i = find_member(object, &name, hint);
		if (i == object->count) {
			r = add_unknown(unknown, &unknown_count, &seen, &name);
			skip_value(in);
		} else if (seen >> i & 1) {
			r = WIRE_NOT_JSON;
		} else {
			r = object->members[i].type->read(in, base, &object->members[i]);
			seen |= UINT64_C(1) << i;
			hint = i + 1;
		}
		if (r != 0)
			return r;
	}
	r = check_missing(object, seen);
	if (r != 0)
		return r;
	return object->check ? object->check(base) : 0;
}

int json_read_int(struct json_in *in, int64_t min, int64_t max, int64_t *value)
{
	bool is_negative = *in->at == '-';
	const char *at = in->at + is_negative;
	int64_t magnitude = 0;

	if (*at < '0' || *at > '9')
		return WIRE_BAD_TYPE;
	for (; *at >= '0' && *at <= '9'; at++)
		if (magnitude <=
			WIRE_TIME_MAX_MS * 1000) /* past every bound of ours: only the digits' end matters */
			magnitude = magnitude * 10 + (*at - '0');
	if (*at == '.' || *at == 'e' || *at == 'E')
		return WIRE_BAD_TYPE;
	in->at = at;
	*value = is_negative ? -magnitude : magnitude;
	return *value < min || *value > max ? WIRE_OUT_OF_BOUNDS : 0;
}

_Static_assert(JSON_COUNTER_MAX < WIRE_TIME_MAX_MS * 1000, "an integer is read exactly up to its bounds");

/* "v" comes first in what we write, and anywhere in what we accept. */
static int check_version(struct json_in in)
{
	struct name name;
	int64_t version;

	take(&in, '{');
	while (!take(&in, '}')) {
		take(&in, ',');
		skip_space(&in);
		take_raw_string(&in, &name.text, &name.len);
		take(&in, ':');
		skip_space(&in);
		if (name.len == 1 && *name.text == 'v')
			return json_read_int(&in, WIRE_VERSION, WIRE_VERSION, &version) == 0
				       ? 0
				       : WIRE_BAD_VERSION;
		skip_value(&in);
	}
	return WIRE_BAD_VERSION;
}

int json_read_message(
	void *base, const struct json_object *object, enum wire_kind kind, const char *msg, size_t len)
{
	struct json_in in = { msg, msg + len };
	int r;

	if (len > wire_kind_info(kind)->bytes_max)
		return WIRE_TOO_LONG;
	r = json_check(msg, len);
	if (r != 0)
		return r;
	r = check_version(in);
	if (r != 0)
		return r;
	return json_read_object(&in, base, object);
}

int json_read_items(struct json_in *in, void *items, size_t *count, const struct json_member *bounds,
	const struct json_array *array)
{
	bool is_first = true;
	size_t n = 0;

	if (!json_begin_array(in))
		return WIRE_BAD_TYPE;
	for (; json_next_item(in, &is_first); n++) {
		void *item = (char *)items + n * array->item_size;
		int r;

		if (n == (size_t)bounds->max)
			return WIRE_OUT_OF_BOUNDS;
		memset(item, 0, array->item_size);
		r = json_read_object(in, item, array->object);
		if (r != 0)
			return r;
	}
	*count = n;
	return n < (size_t)bounds->min ? WIRE_OUT_OF_BOUNDS : 0;
}

/* --- writing --- */

void json_put(struct json_out *out, const char *text, size_t len)
{
	if (len > out->size - out->len) {
		out->is_full = true;
		return;
	}
	memcpy(out->buf + out->len, text, len);
	out->len += len;
}

void json_put_text(struct json_out *out, const char *text)
{
	json_put(out, text, strlen(text));
}

static void write_members(
	struct json_out *out, const void *base, const struct json_object *object, bool is_first)
{
	for (unsigned i = 0; i < object->count; i++) {
		const struct json_member *member = &object->members[i];

		if (member->is_optional && member->type->is_absent(base, member))
			continue;
		json_put_text(out, is_first ? "\"" : ",\"");
		json_put_text(out, member->name);
		json_put(out, "\":", 2);
		member->type->write(out, base, member);
		is_first = false;
	}
	json_put(out, "}", 1);
}

void json_write_object(struct json_out *out, const void *base, const struct json_object *object)
{
	json_put(out, "{", 1);
	write_members(out, base, object, true);
}

void json_write_items(struct json_out *out, const void *items, size_t count, const struct json_array *array)
{
	json_put(out, "[", 1);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			json_put(out, ",", 1);
		json_write_object(out, (const char *)items + i * array->item_size, array->object);
	}
	json_put(out, "]", 1);
}

long json_write_message(char *buf, size_t size, const void *base, const struct json_object *object)
{
	struct json_out out = { .buf = buf, .size = size };

	_Static_assert(WIRE_VERSION == 1, "written below");
	json_put_text(&out, "{\"v\":1");
	write_members(&out, base, object, false);
	return out.is_full ? -ENOSPC : (long)out.len;
}
