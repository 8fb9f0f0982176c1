/* selftest - what is tried at a door, with the person who stands at it. The lock is moved by nobody but the
 * door: the person opens it as anybody would, with a code or through the desk, and what the lock then does is
 * watched. */
#ifndef RUMAH_SELFTEST_H
#define RUMAH_SELFTEST_H

#include "tools/rumah/lang.h"
#include "tools/rumah/person.h"
#include "tools/rumah/places.h"

#define SELFTEST_NOTE_MAX 120

enum selftest_result {
	SELFTEST_PASSED,
	SELFTEST_FAILED,
	SELFTEST_SKIPPED,
	SELFTEST_ABSENT, /* not wired at this door */
	SELFTEST_ENDED,  /* the person wants no more */
	SELFTEST_GONE,   /* the door does not answer any more: said already */
};
const char *selftest_word(enum selftest_result result); /* of PASSED to ABSENT, in --json */

struct selftest {
	struct call *call;
	const struct place *place;
	struct doorsock *hand; /* on which {"do":"test"} was said */
	struct person person;
	char note[SELFTEST_NOTE_MAX]; /* of the newest check; "" for none */
};

struct selftest_check {
	const char *name; /* of --only and --json */
	struct text title;
	enum selftest_result (*run)(struct selftest *test, const struct selftest_check *check);
	const char *line;             /* of the picture; NULL: the check is of something else */
	bool is_asked;                /* not everybody may try this today */
	struct text activate, settle; /* what the person is to do, and how it ends */
};
extern const struct selftest_check selftest_checks[];
extern const size_t selftest_check_count;

#endif
