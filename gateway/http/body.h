/* body - the JSON object of a request, read through a table of its members.
 *
 * A member that is not in the table is refused, as is one that stands twice, has another type, or is out of
 * its bounds. Pure; what is read points into the JSON. */
#ifndef RUMAH_GATEWAY_BODY_H
#define RUMAH_GATEWAY_BODY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BODY_MAX_BYTES (64u << 10)

enum member_type {
	MEMBER_TEXT,  /* const char *; min and max count bytes; no control character but line feed */
	MEMBER_INT,   /* int64_t */
	MEMBER_BOOL,  /* bool */
	MEMBER_ARRAY, /* const json_t *; min and max count elements */
};

struct member {
	const char *name;
	enum member_type type;
	bool is_needed;
	int64_t min, max;
	void *out; /* untouched when the member is absent */
};

struct body_problem {
	const char *code; /* missing, unknown_member, wrong_type, out_of_bounds: stable words */
	char field[32];
	const char *text; /* for people */
};

/* Parses `len` bytes as one object. Returns 0 with the caller owning *out, or 1 with *problem. */
int body_parse(json_t **out, const char *bytes, size_t len, struct body_problem *problem);

/* Returns 0, or 1 with *problem. */
int body_read(const json_t *object, const struct member *members, size_t count, struct body_problem *problem);

#endif
