#include "tests/unit/vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

static bool read_line(FILE *file, char line[static VECTOR_VALUE_MAX])
{
	while (fgets(line, VECTOR_VALUE_MAX, file)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] != '\0' && line[0] != '#')
			return true;
	}
	return false;
}

void vector_open(struct vector *vector, const char *file_name)
{
	char path[4096];

	memset(vector, 0, sizeof(*vector));
	snprintf(path, sizeof(path), "%s/%s", VECTORS, file_name);
	vector->file = fopen(path, "r");
	assert_non_null(vector->file);
	assert_true(read_line(vector->file, vector->next));
}

bool vector_next(struct vector *vector)
{
	char line[VECTOR_VALUE_MAX];

	if (vector->next[0] != '[') {
		fclose(vector->file);
		return false;
	}
	memcpy(vector->name, vector->next, sizeof(vector->name));
	vector->next[0] = '\0';
	vector->count = 0;
	while (read_line(vector->file, line)) {
		char *value = strstr(line, " = ");

		if (line[0] == '[') {
			memcpy(vector->next, line, sizeof(line));
			break;
		}
		assert_non_null(value);
		assert_true(vector->count < VECTOR_FIELDS_MAX);
		*value = '\0';
		snprintf(vector->fields[vector->count].name, sizeof(vector->fields[0].name), "%.31s", line);
		snprintf(vector->fields[vector->count].value, VECTOR_VALUE_MAX, "%s", value + 3);
		vector->count++;
	}
	return true;
}

const char *vector_text(const struct vector *vector, const char *name)
{
	for (unsigned i = 0; i < vector->count; i++)
		if (strcmp(vector->fields[i].name, name) == 0)
			return vector->fields[i].value;
	fail_msg("%s has no %s", vector->name, name);
	return "";
}

int64_t vector_number(const struct vector *vector, const char *name)
{
	return strtoll(vector_text(vector, name), NULL, 10);
}

size_t vector_bytes(const struct vector *vector, const char *name, uint8_t *to, size_t size)
{
	const char *hex = vector_text(vector, name);
	size_t len;

	assert_int_equal(sodium_hex2bin(to, size, hex, strlen(hex), NULL, &len, NULL), 0);
	return len;
}
