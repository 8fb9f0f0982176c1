/* request - see request.h */
#include "gateway/core/request.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#define TEACHER REQUEST_BY_TEACHER
#define STAFF REQUEST_BY_STAFF
#define CLOCK REQUEST_BY_CLOCK
#define DOOR REQUEST_BY_DOOR

struct edge {
	enum request_state from;
	enum request_act act;
	enum request_state to;
	unsigned by;
};

/* clang-format off */
static const struct edge edges[] = { /* these are all the edges there are */
	{ REQUEST_DRAFT,      REQUEST_ACT_SUBMIT,   REQUEST_SUBMITTED,  TEACHER | STAFF },
	{ REQUEST_DRAFT,      REQUEST_ACT_CANCEL,   REQUEST_CANCELLED,  TEACHER | STAFF },
	{ REQUEST_SUBMITTED,  REQUEST_ACT_NEEDS,    REQUEST_INCOMPLETE, STAFF },
	{ REQUEST_SUBMITTED,  REQUEST_ACT_APPROVE,  REQUEST_APPROVED,   STAFF },
	{ REQUEST_SUBMITTED,  REQUEST_ACT_REFUSE,   REQUEST_REFUSED,    STAFF },
	{ REQUEST_SUBMITTED,  REQUEST_ACT_CANCEL,   REQUEST_CANCELLED,  TEACHER | STAFF },
	{ REQUEST_SUBMITTED,  REQUEST_ACT_LAPSE,    REQUEST_EXPIRED,    CLOCK },
	{ REQUEST_INCOMPLETE, REQUEST_ACT_COMPLETE, REQUEST_SUBMITTED,  TEACHER | STAFF },
	{ REQUEST_INCOMPLETE, REQUEST_ACT_REFUSE,   REQUEST_REFUSED,    STAFF },
	{ REQUEST_INCOMPLETE, REQUEST_ACT_CANCEL,   REQUEST_CANCELLED,  TEACHER | STAFF },
	{ REQUEST_INCOMPLETE, REQUEST_ACT_LAPSE,    REQUEST_EXPIRED,    CLOCK },
	{ REQUEST_APPROVED,   REQUEST_ACT_CHECK_IN, REQUEST_ONGOING,    DOOR },
	{ REQUEST_APPROVED,   REQUEST_ACT_EXTEND,   REQUEST_APPROVED,   TEACHER | STAFF },
	{ REQUEST_APPROVED,   REQUEST_ACT_CANCEL,   REQUEST_CANCELLED,  TEACHER | STAFF },
	{ REQUEST_APPROVED,   REQUEST_ACT_FINISH,   REQUEST_DONE,       STAFF },
	{ REQUEST_APPROVED,   REQUEST_ACT_NO_SHOW,  REQUEST_ABSENT,     CLOCK },
	{ REQUEST_ONGOING,    REQUEST_ACT_EXTEND,   REQUEST_ONGOING,    TEACHER | STAFF },
	{ REQUEST_ONGOING,    REQUEST_ACT_CANCEL,   REQUEST_CANCELLED,  TEACHER | STAFF },
	{ REQUEST_ONGOING,    REQUEST_ACT_FINISH,   REQUEST_DONE,       TEACHER | STAFF | CLOCK },
	/* A door that was out of reach reports after the end that somebody had come. */
	{ REQUEST_ABSENT,     REQUEST_ACT_CHECK_IN, REQUEST_DONE,       DOOR },
};
/* clang-format on */

static const char *const state_words[] = {
#define X(name, word) [REQUEST_##name] = word,
	REQUEST_STATES(X)
#undef X
};
static const char *const act_words[] = {
#define X(name, word) [REQUEST_ACT_##name] = word,
	REQUEST_ACTS(X)
#undef X
};

const char *request_state_word(enum request_state state)
{
	assert(state < REQUEST_STATE_COUNT);
	return state_words[state];
}

const char *request_act_word(enum request_act act)
{
	assert(act < REQUEST_ACT_COUNT);
	return act_words[act];
}

int request_state_read(enum request_state *out, const char *word)
{
	for (unsigned i = 0; i < REQUEST_STATE_COUNT; i++) {
		if (strcmp(word, state_words[i]) == 0) {
			*out = (enum request_state)i;
			return 0;
		}
	}
	return -EINVAL;
}

int request_act_read(enum request_act *out, const char *word)
{
	for (unsigned i = 0; i < REQUEST_ACT_COUNT; i++) {
		if (strcmp(word, act_words[i]) == 0) {
			*out = (enum request_act)i;
			return 0;
		}
	}
	return -EINVAL;
}

int request_step(enum request_state *to, enum request_state from, enum request_act act, enum request_by by)
{
	for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
		if (edges[i].from != from || edges[i].act != act)
			continue;
		if (!(edges[i].by & by))
			return 2;
		*to = edges[i].to;
		return 0;
	}
	return 1;
}

bool request_needs_reason(enum request_act act)
{
	return act == REQUEST_ACT_NEEDS || act == REQUEST_ACT_REFUSE || act == REQUEST_ACT_CANCEL;
}

bool request_holds(enum request_state state)
{
	return state == REQUEST_APPROVED || state == REQUEST_ONGOING;
}

bool request_opens(enum request_state state)
{
	return state == REQUEST_APPROVED || state == REQUEST_ONGOING;
}

bool request_waits(enum request_state state)
{
	return state == REQUEST_SUBMITTED || state == REQUEST_INCOMPLETE;
}
