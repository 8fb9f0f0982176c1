/* wiegand_rig - two wires as a reader drives them, into a decoder as an edge feeds it. */
#ifndef RUMAH_TESTS_WIEGAND_RIG_H
#define RUMAH_TESTS_WIEGAND_RIG_H

#include "firmware/core/wiegand.h"

#define US UINT64_C(1000)
#define MS UINT64_C(1000000)
#define RIG_TOLD_MAX 64

struct rig {
	struct wiegand decoder;
	uint64_t now_ns;
	uint64_t interval_ns; /* between bits: 2 ms unless set */
	bool is_low[2];       /* as the levels read */
	unsigned told_count;
	enum wiegand_answer told[RIG_TOLD_MAX];
	struct wiegand_reading readings[RIG_TOLD_MAX];
};

/* Ready to read, a second after the start. */
struct rig rig_open(const struct wiegand_profile *profile);
/* Time passes; the levels are read whenever they are due. */
void rig_wait(struct rig *rig, uint64_t ns);
void rig_edge(struct rig *rig, enum wiegand_line line); /* now */
/* A frame's bits, the most significant first, then interval_ns of silence. */
void rig_bits(struct rig *rig, uint64_t bits, unsigned count);
void rig_frame(struct rig *rig, uint64_t bits, unsigned count); /* and 100 ms of silence */
/* Checks that exactly one answer was told since the last call, and forgets it. Returns its reading. */
struct wiegand_reading rig_expect(struct rig *rig, enum wiegand_answer answer);
void rig_expect_key(struct rig *rig, char key);
/* A card with this facility code and number. */
void rig_expect_card(struct rig *rig, uint64_t value);
void rig_expect_fault(struct rig *rig, enum wiegand_fault fault);
void rig_expect_nothing(struct rig *rig);

/* A card's frame built without the decoder: one bit at a time, parity counted by hand. */
uint64_t rig_card(unsigned bits, uint64_t value);
/* The way back: what a card that was read has printed on it. */
uint64_t rig_value(const struct wiegand_reading *reading);

#endif
