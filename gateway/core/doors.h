/* doors - one state per door for people, worst first: what its board said, how old that is, and what staff
 * must know before they look further. Pure. */
#ifndef RUMAH_GATEWAY_DOORS_H
#define RUMAH_GATEWAY_DOORS_H

#include <stdbool.h>
#include <stdint.h>

#include "schemas/wire/message.h"

#define DOORS_OFFLINE_MS                                                                                     \
	90000 /* a hello comes every 60 s; half as much again and nobody believes the old picture */

/* In the order of attention: the value is the rank. */
#define DOORS_SHOWN(X)                                                                                       \
	X(FIRE, 1, "kebakaran")                                                                              \
	X(FORCED, 2, "terpaksa_dibuka")                                                                      \
	X(TAMPERED, 3, "gawai_diutak_atik")                                                                  \
	X(WRONG_CODES, 4, "kode_salah_berulang")                                                             \
	X(HELD_OPEN, 5, "dibiarkan_terbuka")                                                                 \
	X(OFFLINE, 6, "luring")                                                                              \
	X(FAULTY, 7, "gawai_bermasalah")                                                                     \
	X(UNCONFIRMED, 8, "kode_belum_sampai")                                                               \
	X(CLOCK_UNSURE, 9, "jam_belum_sinkron")                                                              \
	X(KEPT_OPEN, 10, "ditahan_terbuka")                                                                  \
	X(OPEN, 11, "terbuka")                                                                               \
	X(UNLOCKED, 12, "tidak_terkunci")                                                                    \
	X(LOCKED, 13, "terkunci")
enum doors_shown {
#define X(name, rank, word) DOORS_##name = rank,
	DOORS_SHOWN(X)
#undef X
};
const char *doors_word(enum doors_shown shown);

struct doors_look {
	const struct wire_state *state; /* NULL: nothing was ever heard */
	int64_t heard_ms, now_ms;       /* heard_ms 0: not since the gateway began */
	bool is_link_lost;              /* the last will says so */
	bool is_booked_soon;            /* a booking begins within a day that the door has not confirmed */
};
bool doors_is_online(const struct doors_look *look);
/* An alarm is shown although the door is off line: who cuts the cable does not hide a forced door. */
enum doors_shown doors_show(const struct doors_look *look);

#endif
