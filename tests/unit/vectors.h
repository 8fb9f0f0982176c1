/* vectors - reads the known answers of schemas/vectors/, a record at a time. Fails the test on anything odd.
 */
#ifndef RUMAH_UNIT_VECTORS_H
#define RUMAH_UNIT_VECTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define VECTOR_FIELDS_MAX 16
#define VECTOR_VALUE_MAX 1024

struct vector {
	FILE *file;
	char next[VECTOR_VALUE_MAX]; /* the record's name, read ahead */
	char name[VECTOR_VALUE_MAX];
	struct {
		char name[32], value[VECTOR_VALUE_MAX];
	} fields[VECTOR_FIELDS_MAX];
	unsigned count;
};

void vector_open(struct vector *vector, const char *file_name);
/* The next record; false, and closed, after the last. */
bool vector_next(struct vector *vector);
const char *vector_text(const struct vector *vector, const char *name);
int64_t vector_number(const struct vector *vector, const char *name);
/* Bytes of a _hex field; returns how many there were. */
size_t vector_bytes(const struct vector *vector, const char *name, uint8_t *to, size_t size);

#endif
