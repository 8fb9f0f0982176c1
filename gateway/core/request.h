/* clang-format off */
/* request - the life of a request for a unit: its states and every edge there is.
 *
 *                 perlu_dilengkapi
 *                  ^ needs   │ complete
 *                  │         v
 *  draf ──submit──> diajukan ──approve──> disetujui ──first use──> berlangsung ──finish──> selesai
 *                     │                      │
 *                     ├─ refuse ─> ditolak   ├─ end, nobody came ─> tidak_hadir ──a late report of use──> selesai
 *                     └─ deadline ─> kedaluwarsa
 *
 *  draf, diajukan, perlu_dilengkapi, disetujui, berlangsung ──cancel──> dibatalkan
 *  perlu_dilengkapi may be refused and may lapse as diajukan may. Staff may finish a visit nobody used a code for.
 *
 * The states are the words staff use; one table holds the edges and who may take them. Pure. */
/* clang-format on */
#ifndef RUMAH_GATEWAY_REQUEST_H
#define RUMAH_GATEWAY_REQUEST_H

#include <stdbool.h>

#define REQUEST_STATES(X)                                                                                    \
	X(DRAFT, "draf")                                                                                     \
	X(SUBMITTED, "diajukan")                                                                             \
	X(INCOMPLETE, "perlu_dilengkapi")                                                                    \
	X(APPROVED, "disetujui")                                                                             \
	X(ONGOING, "berlangsung")                                                                            \
	X(DONE, "selesai")                                                                                   \
	X(REFUSED, "ditolak")                                                                                \
	X(CANCELLED, "dibatalkan")                                                                           \
	X(EXPIRED, "kedaluwarsa")                                                                            \
	X(ABSENT, "tidak_hadir")
enum request_state {
#define X(name, word) REQUEST_##name,
	REQUEST_STATES(X)
#undef X
		REQUEST_STATE_COUNT
};

#define REQUEST_ACTS(X)                                                                                      \
	X(SUBMIT, "submit")                                                                                  \
	X(NEEDS, "needs")                                                                                    \
	X(COMPLETE, "complete")                                                                              \
	X(APPROVE, "approve")                                                                                \
	X(REFUSE, "refuse")                                                                                  \
	X(CANCEL, "cancel")                                                                                  \
	X(EXTEND, "extend") /* stays where it is, with another end */                                        \
	X(CHECK_IN, "check_in")                                                                              \
	X(FINISH, "finish")                                                                                  \
	X(NO_SHOW, "no_show")                                                                                \
	X(LAPSE, "lapse")
enum request_act {
#define X(name, word) REQUEST_ACT_##name,
	REQUEST_ACTS(X)
#undef X
		REQUEST_ACT_COUNT
};

enum request_by {
	REQUEST_BY_TEACHER = 1 << 0,
	REQUEST_BY_STAFF = 1 << 1,
	REQUEST_BY_CLOCK = 1 << 2,
	REQUEST_BY_DOOR = 1 << 3
};

const char *request_state_word(enum request_state state);
const char *request_act_word(enum request_act act);
int request_state_read(enum request_state *out, const char *word); /* 0 or -EINVAL */
int request_act_read(enum request_act *out, const char *word);     /* 0 or -EINVAL */

/* The state `act` leads to from `from` when `by` does it. 0 with *to set; 1 when there is no such edge; 2
 * when it is not for `by`. */
int request_step(enum request_state *to, enum request_state from, enum request_act act, enum request_by by);
/* An act that staff must give a reason in words for. */
bool request_needs_reason(enum request_act act);
/* The unit is taken by requests in this state: they conflict with each other. */
bool request_holds(enum request_state state);
/* Somebody has to do something about it, with a deadline. */
bool request_waits(enum request_state state);
/* Its occupants' grants are on the doors. */
bool request_opens(enum request_state state);

#endif
