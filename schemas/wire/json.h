/* json - messages as tables: one table per message says which members it has, in which order they are
 * written, what bounds they keep and where they live in the struct. Private to this library.
 *
 * Reading is two passes and no heap (but for what a table's own check takes): json_check() settles grammar,
 * UTF-8 and depth without believing anything; json_read_message() then walks text that is known to be JSON
 * and stores what the table asks for. A decoder that cannot run out of memory has one failure less, and
 * 20,000 grants need no tree of them first. Stricter than JSON where a message of ours never needs it: no
 * escapes in names or in values that are read, and at most JSON_UNKNOWN_MAX unknown members in an object, "v"
 * and "sig" not counted. */
#ifndef RUMAH_WIRE_JSON_H
#define RUMAH_WIRE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schemas/wire/topic.h"

#define JSON_UNKNOWN_MAX 16
#define JSON_COUNTER_MAX 9007199254740991 /* 2^53 - 1: what every JSON reader keeps exactly */

struct json_in { /* text that json_check() accepted */
	const char *at, *end;
};

struct json_out {
	char *buf;
	size_t size, len;
	bool is_full; /* what did not fit was dropped: -ENOSPC */
};

struct json_member;

/* How a member is read from text and written to it. `base` is the struct that holds it. */
struct json_type {
	int (*read)(
		struct json_in *in, void *base, const struct json_member *member); /* 0 or a wire_refusal */
	void (*write)(struct json_out *out, const void *base, const struct json_member *member);
	bool (*is_absent)(const void *base, const struct json_member *member); /* asked of optional members */
};

struct json_member {
	const char *name;
	const struct json_type *type;
	size_t offset, size; /* of the field in its struct */
	int64_t min, max;    /* a number's range, a text's length, an array's count */
	const void *of;      /* words, the members of an object, a text's alphabet, an array's items */
	int64_t absent;      /* an optional number that is this is left out */
	bool is_optional;
};

struct json_object {
	const struct json_member *members;
	unsigned count;                 /* at most 62 */
	int (*check)(const void *base); /* rules between members: 0, a wire_refusal, -errno; NULL: none */
};

struct json_array { /* items of an inline array, and where their count lives */
	const struct json_object *object;
	size_t item_size, count_offset, count_size;
};

extern const struct json_type json_int, json_bool, json_bytes, json_hex64, json_text, json_word, json_nested,
	json_list;

#define JSON_FIELD(type, field) offsetof(type, field), sizeof(((type *)0)->field)
/* What follows a member's name in its table. */
#define JSON_INT(st, field, least, most) &json_int, JSON_FIELD(st, field), least, most
#define JSON_COUNTER(st, field, least) JSON_INT(st, field, least, JSON_COUNTER_MAX)
#define JSON_TIME(st, field) JSON_INT(st, field, 0, WIRE_TIME_MAX_MS)
#define JSON_U32(st, field) JSON_INT(st, field, 0, UINT32_MAX)
#define JSON_BOOL(st, field) &json_bool, JSON_FIELD(st, field), 0, 1
#define JSON_BYTES(st, field) &json_bytes, JSON_FIELD(st, field), 0, 0
#define JSON_HEX64(st, field) &json_hex64, JSON_FIELD(st, field), 0, 0
#define JSON_TEXT(st, field, least, most, is_char) &json_text, JSON_FIELD(st, field), least, most, is_char
#define JSON_WORD(st, field, words) &json_word, JSON_FIELD(st, field), 0, 0, words
#define JSON_NESTED(st, object) &json_nested, 0, sizeof(st), 0, 0, object /* fields of st itself */
#define JSON_PART(st, field, object) &json_nested, JSON_FIELD(st, field), 0, 0, object
#define JSON_LIST(st, field, least, most, array) &json_list, JSON_FIELD(st, field), least, most, array
#define JSON_OBJECT(table, rules)                                                                            \
	{                                                                                                    \
		table, sizeof(table) / sizeof((table)[0]), rules                                             \
	}

/* A text's alphabet, for JSON_TEXT. */
struct json_alphabet {
	bool (*has)(char c);
};

/* Whether text[0..len) is one JSON object: 0, WIRE_NOT_JSON or WIRE_TOO_DEEP. Not recursive. */
int json_check(const char *text, size_t len);

/* A whole message: length, grammar, version, members. Fields of absent optional members keep what the caller
 * put there. 0, a wire_refusal, or what a table's check answered. */
int json_read_message(
	void *base, const struct json_object *object, enum wire_kind kind, const char *msg, size_t len);
/* The length, or -ENOSPC. */
long json_write_message(char *buf, size_t size, const void *base, const struct json_object *object);

/* An object without a version: a part of a message, or a file of ours whose text passed json_check(). */
int json_read_object(struct json_in *in, void *base, const struct json_object *object);
void json_write_object(struct json_out *out, const void *base, const struct json_object *object);
/* The items of an array from `items` on, each zeroed before it is read; *count is how many there were. */
int json_read_items(struct json_in *in, void *items, size_t *count, const struct json_member *bounds,
	const struct json_array *array);
void json_write_items(struct json_out *out, const void *items, size_t count, const struct json_array *array);

/* An integer within bounds: 0, WIRE_BAD_TYPE or WIRE_OUT_OF_BOUNDS. */
int json_read_int(struct json_in *in, int64_t min, int64_t max, int64_t *value);

/* For types of a single message: a string's raw characters, 0 or WIRE_BAD_TYPE or WIRE_BAD_FORM; the next
 * element of an array, true while there is one. */
int json_read_string(struct json_in *in, const char **text, size_t *len);
bool json_next_item(struct json_in *in, bool *is_first);
bool json_begin_array(struct json_in *in);
void json_put(struct json_out *out, const char *text, size_t len);
void json_put_text(struct json_out *out, const char *text);

#endif
