#include "gateway/http/body.h"

#include <stdio.h>
#include <string.h>

static int refuse(struct body_problem *problem, const char *code, const char *field, const char *text)
{
	problem->code = code;
	problem->text = text;
	snprintf(problem->field, sizeof(problem->field), "%s", field);
	return 1;
}

int body_parse(json_t **out, const char *bytes, size_t len, struct body_problem *problem)
{
	json_t *json;

	if (len > BODY_MAX_BYTES)
		return refuse(problem, "too_large", "", "Isi permintaan terlalu besar.");
	/* A request that changes something by its address alone (approve) may be empty. */
	json = len == 0 ? json_object() : json_loadb(bytes, len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(json)) {
		json_decref(json);
		return refuse(problem, "not_json", "", "Isi permintaan bukan objek JSON yang benar.");
	}
	*out = json;
	return 0;
}

static bool is_plain_text(const char *text)
{
	for (const unsigned char *c = (const unsigned char *)text; *c; c++)
		if ((*c < 0x20 && *c != '\n') || *c == 0x7f)
			return false;
	return true;
}

static bool is_within(const struct member *member, size_t size)
{
	return (int64_t)size >= member->min && (int64_t)size <= member->max;
}

/* Returns 0, or the code of what is wrong. */
static const char *read_member(const struct member *member, json_t *value)
{
	switch (member->type) {
	case MEMBER_TEXT:
		if (!json_is_string(value))
			return "wrong_type";
		if (!is_within(member, json_string_length(value)) || !is_plain_text(json_string_value(value)))
			return "out_of_bounds";
		*(const char **)member->out = json_string_value(value);
		return NULL;
	case MEMBER_INT:
		if (!json_is_integer(value))
			return "wrong_type";
		if (json_integer_value(value) < member->min || json_integer_value(value) > member->max)
			return "out_of_bounds";
		*(int64_t *)member->out = json_integer_value(value);
		return NULL;
	case MEMBER_BOOL:
		if (!json_is_boolean(value))
			return "wrong_type";
		*(bool *)member->out = json_is_true(value);
		return NULL;
	case MEMBER_ARRAY:
		if (!json_is_array(value))
			return "wrong_type";
		if (!is_within(member, json_array_size(value)))
			return "out_of_bounds";
		*(json_t **)member->out = value;
		return NULL;
	}
	return "wrong_type";
}

int body_read(const json_t *object, const struct member *members, size_t count, struct body_problem *problem)
{
	size_t known = 0;

	for (size_t i = 0; i < count; i++) {
		json_t *value = json_object_get(object, members[i].name);
		const char *wrong;

		if (!value) {
			if (members[i].is_needed)
				return refuse(problem, "missing", members[i].name, "Isian ini wajib diisi.");
			continue;
		}
		known++;
		wrong = read_member(&members[i], value);
		if (wrong)
			return refuse(problem, wrong, members[i].name,
				"Isian ini tidak sesuai bentuk atau panjangnya.");
	}
	if (known != json_object_size(object)) /* its name is not told back: it may be anything */
		return refuse(problem, "unknown_member", "", "Ada isian yang tidak dikenal.");
	return 0;
}
