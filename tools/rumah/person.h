/* person - the one at the door, who is asked to do something and to say what was seen, while the door's
 * picture (firmware/door/look.h) tells what really happened. */
#ifndef RUMAH_PERSON_H
#define RUMAH_PERSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "tools/rumah/doorsock.h"

struct person {
	FILE *to;              /* where he reads */
	bool is_tty;           /* of `to`: a countdown may be drawn over */
	struct doorsock *eyes; /* on which {"do":"watch"} was said */
	json_t *picture;       /* the newest; person_deinit() frees it */
	int64_t wait_ms;       /* how long he is waited for */
};

enum person_answer {
	PERSON_YES,  /* it is so; or he said yes */
	PERSON_NO,   /* he said no */
	PERSON_LATE, /* it did not come to be so */
	PERSON_SKIP, /* "s", or nobody is there to be asked */
	PERSON_END,  /* "q", Ctrl-C */
	PERSON_GONE, /* the door does not tell any more */
};

/* 0 with the first picture, or -errno of doorsock.h. */
int person_init(struct person *person, FILE *to, struct doorsock *eyes, int64_t wait_ms);
void person_deinit(struct person *person);

typedef bool person_claim(const json_t *picture, const void *what);
/* Asks him to do something and counts down until the picture says that it is so. for_ms: how long, 0:
 * wait_ms. */
enum person_answer person_await(
	struct person *person, const char *prompt, person_claim *is_so, const void *what, int64_t for_ms);
enum person_answer person_ask(struct person *person, const char *question);
/* Looks on for a while: YES when the time is over, or SKIP, END, GONE. */
enum person_answer person_pause(struct person *person, const char *text, int64_t for_ms);

#endif
