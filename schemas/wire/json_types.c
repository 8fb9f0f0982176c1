/* The kinds of members that more than one message has. */
#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "schemas/wire/json.h"
#include "schemas/wire/refusal.h"
#include "schemas/wire/words.h"

#define BYTES_MAX 32 /* the longest field of bytes: hashes and digests */

static void *field(void *base, const struct json_member *member)
{
	return (char *)base + member->offset;
}

static const void *const_field(const void *base, const struct json_member *member)
{
	return (const char *)base + member->offset;
}

/* An integer field of any width. Bounds are checked before, so nothing is cut off. */
static void store(void *to, size_t size, int64_t value)
{
	uint8_t u8 = (uint8_t)value;
	uint16_t u16 = (uint16_t)value;
	uint32_t u32 = (uint32_t)value;

	switch (size) {
	case 1:
		memcpy(to, &u8, size);
		break;
	case 2:
		memcpy(to, &u16, size);
		break;
	case 4:
		memcpy(to, &u32, size);
		break;
	default:
		assert(size == 8);
		memcpy(to, &value, sizeof(value));
	}
}

static uint64_t load(const void *from, size_t size)
{
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	switch (size) {
	case 1:
		memcpy(&u8, from, size);
		return u8;
	case 2:
		memcpy(&u16, from, size);
		return u16;
	case 4:
		memcpy(&u32, from, size);
		return u32;
	default:
		assert(size == 8);
		memcpy(&u64, from, sizeof(u64));
		return u64;
	}
}

/* A field's value as a number; only a member with a negative bound has a signed field. */
static int64_t load_int(const void *base, const struct json_member *member)
{
	uint64_t value = load(const_field(base, member), member->size);

	return member->min < 0 && member->size == 4 ? (int32_t)(uint32_t)value : (int64_t)value;
}

/* --- integers --- */

static int int_read(struct json_in *in, void *base, const struct json_member *member)
{
	int64_t value;
	int r = json_read_int(in, member->min, member->max, &value);

	if (r == 0)
		store(field(base, member), member->size, value);
	return r;
}

static void int_write(struct json_out *out, const void *base, const struct json_member *member)
{
	int64_t value = load_int(base, member);
	uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
	char digits[20], *at = digits + sizeof(digits);

	do {
		*--at = (char)('0' + magnitude % 10);
		magnitude /= 10;
	} while (magnitude > 0);
	if (value < 0)
		json_put(out, "-", 1);
	json_put(out, at, (size_t)(digits + sizeof(digits) - at));
}

static bool int_is_absent(const void *base, const struct json_member *member)
{
	return load_int(base, member) == member->absent;
}

const struct json_type json_int = { int_read, int_write, int_is_absent };

/* --- booleans --- */

static int bool_read(struct json_in *in, void *base, const struct json_member *member)
{
	bool value = *in->at == 't';

	if (!value && *in->at != 'f')
		return WIRE_BAD_TYPE;
	in->at += value ? strlen("true") : strlen("false");
	memcpy(field(base, member), &value, sizeof(value));
	return 0;
}

static void bool_write(struct json_out *out, const void *base, const struct json_member *member)
{
	json_put_text(out, *(const bool *)const_field(base, member) ? "true" : "false");
}

static bool bool_is_absent(const void *base, const struct json_member *member)
{
	return !*(const bool *)const_field(base, member);
}

const struct json_type json_bool = { bool_read, bool_write, bool_is_absent };

/* --- bytes, in base64 of exactly their length --- */

static int bytes_read(struct json_in *in, void *base, const struct json_member *member)
{
	const char *text;
	size_t len, got;
	int r = json_read_string(in, &text, &len);

	if (r != 0)
		return r;
	if (len != sodium_base64_ENCODED_LEN(member->size, sodium_base64_VARIANT_ORIGINAL) - 1)
		return WIRE_BAD_FORM;
	r = sodium_base642bin(field(base, member), member->size, text, len, NULL, &got, NULL,
		sodium_base64_VARIANT_ORIGINAL);
	return r == 0 && got == member->size ? 0 : WIRE_BAD_FORM;
}

static void bytes_write(struct json_out *out, const void *base, const struct json_member *member)
{
	char text[sodium_base64_ENCODED_LEN(BYTES_MAX, sodium_base64_VARIANT_ORIGINAL)];

	assert(member->size <= BYTES_MAX);
	sodium_bin2base64(
		text, sizeof(text), const_field(base, member), member->size, sodium_base64_VARIANT_ORIGINAL);
	json_put(out, "\"", 1);
	json_put_text(out, text);
	json_put(out, "\"", 1);
}

const struct json_type json_bytes = { bytes_read, bytes_write, NULL };

/* --- 64 random bits, as 16 lower-case hex digits: past what a JSON number keeps --- */

static int hex64_read(struct json_in *in, void *base, const struct json_member *member)
{
	const char *text;
	uint64_t value = 0;
	size_t len;
	int r = json_read_string(in, &text, &len);

	if (r != 0)
		return r;
	if (len != 16)
		return WIRE_BAD_FORM;
	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (c >= '0' && c <= '9')
			value = value << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value << 4 | (uint64_t)(c - 'a' + 10);
		else
			return WIRE_BAD_FORM;
	}
	memcpy(field(base, member), &value, sizeof(value));
	return 0;
}

static void hex64_write(struct json_out *out, const void *base, const struct json_member *member)
{
	uint64_t value = load(const_field(base, member), sizeof(value));
	char text[18] = "\"";

	for (int i = 16; i > 0; i--, value >>= 4)
		text[i] = "0123456789abcdef"[value & 15];
	text[17] = '"';
	json_put(out, text, sizeof(text));
}

const struct json_type json_hex64 = { hex64_read, hex64_write, NULL };

/* --- text of an alphabet that needs no escapes --- */

static int text_read(struct json_in *in, void *base, const struct json_member *member)
{
	const struct json_alphabet *alphabet = member->of;
	const char *text;
	char *to = field(base, member);
	size_t len;
	int r = json_read_string(in, &text, &len);

	if (r != 0)
		return r;
	if (len < (size_t)member->min || len > (size_t)member->max)
		return WIRE_BAD_FORM;
	for (size_t i = 0; i < len; i++)
		if (!alphabet->has(text[i]))
			return WIRE_BAD_FORM;
	assert(len < member->size);
	memcpy(to, text, len);
	to[len] = '\0';
	return 0;
}

static void text_write(struct json_out *out, const void *base, const struct json_member *member)
{
	json_put(out, "\"", 1);
	json_put(out, const_field(base, member), strnlen(const_field(base, member), member->size - 1));
	json_put(out, "\"", 1);
}

static bool text_is_absent(const void *base, const struct json_member *member)
{
	return *(const char *)const_field(base, member) == '\0';
}

const struct json_type json_text = { text_read, text_write, text_is_absent };

/* --- one word of a list, into an enum --- */

static int word_read(struct json_in *in, void *base, const struct json_member *member)
{
	const char *text;
	unsigned value;
	size_t len;
	int r = json_read_string(in, &text, &len);

	if (r != 0)
		return r;
	r = words_read(member->of, &value, text, len);
	if (r == 0)
		store(field(base, member), member->size, value);
	return r;
}

static void word_write(struct json_out *out, const void *base, const struct json_member *member)
{
	json_put(out, "\"", 1);
	json_put_text(out, words_spell(member->of, (unsigned)load(const_field(base, member), member->size)));
	json_put(out, "\"", 1);
}

static bool word_is_absent(const void *base, const struct json_member *member)
{
	return (int64_t)load(const_field(base, member), member->size) == member->absent;
}

const struct json_type json_word = { word_read, word_write, word_is_absent };

/* --- an object whose fields live in the same struct, and an array of objects in an inline array --- */

static int nested_read(struct json_in *in, void *base, const struct json_member *member)
{
	return json_read_object(in, field(base, member), member->of);
}

static void nested_write(struct json_out *out, const void *base, const struct json_member *member)
{
	json_write_object(out, const_field(base, member), member->of);
}

const struct json_type json_nested = { nested_read, nested_write, NULL };

static int list_read(struct json_in *in, void *base, const struct json_member *member)
{
	const struct json_array *array = member->of;
	size_t count;
	int r = json_read_items(in, field(base, member), &count, member, array);

	if (r == 0)
		store((char *)base + array->count_offset, array->count_size, (int64_t)count);
	return r;
}

static uint64_t list_count(const void *base, const struct json_member *member)
{
	const struct json_array *array = member->of;

	return load((const char *)base + array->count_offset, array->count_size);
}

static void list_write(struct json_out *out, const void *base, const struct json_member *member)
{
	json_write_items(out, const_field(base, member), (size_t)list_count(base, member), member->of);
}

static bool list_is_absent(const void *base, const struct json_member *member)
{
	return list_count(base, member) == 0;
}

const struct json_type json_list = { list_read, list_write, list_is_absent };
