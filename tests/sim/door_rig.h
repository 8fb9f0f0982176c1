/* door_rig - a door's core on its real journal, on a disk that loses power: what rumah-door is without its
 * loop, in virtual time.
 *
 * Steps are stored as rumah-door's store does it: off the loop, one commit at a time, and what comes during
 * one waits for the next; a commit takes effect at its end. Nothing but calls moves the time. Where the power
 * is cut the rig stands still until rig_boot(). In place of Argon2id stand the digits themselves. Assertions
 * are cmocka's. One thread. */
#ifndef TESTS_SIM_DOOR_RIG_H
#define TESTS_SIM_DOOR_RIG_H

#include "firmware/door/inbox.h"
#include "firmware/door/journal.h"
#include "tests/sim/crash_vfs.h"

#define RIG_SITE "rumah"
#define RIG_BOARD "kamar-1"
#define RIG_COMMIT_MS 20  /* of a good card, unless told otherwise */
#define RIG_STRETCH_MS 60 /* of the slowest board */
#define RIG_BOOT_MS 2000  /* fast, to the attacker's advantage */
#define RIG_WAITING_MAX 32

struct rig_steps { /* orders on their way to the journal */
	unsigned count;
	struct board_orders list[RIG_WAITING_MAX];
};

struct rig {
	struct crash_disk *disk;
	struct journal *journal;
	struct board *board;
	struct inbox inbox;
	char *sealed; /* the one snapshot of its life */
	size_t sealed_len;

	uint64_t day_ms;  /* since rig_init(), also while the power is off */
	uint64_t mono_ms; /* of this boot */
	uint64_t wake_mono_ms;
	unsigned boots;

	uint64_t commit_ms; /* how long one takes */
	bool is_committing;
	uint64_t commit_mono_ms;
	struct rig_steps waiting, running;

	uint32_t entry; /* being stretched; 0: none */
	uint64_t stretch_mono_ms;
	uint8_t digit_count;
	char digits[WIRE_LONG_CODE];

	/* what came out, for the test to read and to reset */
	unsigned weighed;      /* codes that were compared with the grants */
	unsigned releases;     /* times the strike came on */
	unsigned rejections;   /* reject tones */
	bool is_use_committed; /* the use of a one-time grant was promised to be stored */
	bool is_lockout_heard; /* the wait tone */
};

/* A new disk, and a first boot that is given a snapshot of these grants (their ids set, tags not: `codes` are
 * their digits). Power is on afterwards and everything stored. */
void rig_init(
	struct rig *rig, uint64_t seed, struct wire_grant *grants, const char *const *codes, size_t count);
void rig_deinit(struct rig *rig);

/* The power goes off, if it is on, and the board starts again; should it be cut while starting, once more.
 * Afterwards it is on. */
void rig_boot(struct rig *rig, enum crash_mode mode);
bool rig_is_off(const struct rig *rig);
/* Lets time pass, with all that falls due. Stops where the power is cut. */
void rig_wait(struct rig *rig, uint64_t ms);
/* Each key after `gap_ms`. Stops where the power is cut. */
void rig_press(struct rig *rig, const char *keys, uint64_t gap_ms);
/* How long the board is locked out from now. */
uint64_t rig_lockout_ms(const struct rig *rig);

#endif
