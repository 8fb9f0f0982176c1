/* wiegand_wire - two wires as a reader drives them, into a decoder as an edge feeds it. */
#ifndef RUMAH_TESTS_WIEGAND_WIRE_H
#define RUMAH_TESTS_WIEGAND_WIRE_H

#include "firmware/core/wiegand.h"

#define US UINT64_C(1000)
#define MS UINT64_C(1000000)
#define WIRE_TOLD_MAX 64

struct wire {
	struct wiegand decoder;
	uint64_t now_ns;
	uint64_t interval_ns; /* between bits: 2 ms unless set */
	bool is_low[2];       /* as the levels read */
	unsigned told_count;
	enum wiegand_answer told[WIRE_TOLD_MAX];
	struct wiegand_reading readings[WIRE_TOLD_MAX];
};

/* Ready to read, a second after the start. */
struct wire wire_open(const struct wiegand_profile *profile);
/* Time passes; the levels are read whenever they are due. */
void wire_wait(struct wire *wire, uint64_t ns);
void wire_edge(struct wire *wire, enum wiegand_line line); /* now */
/* A frame's bits, the most significant first, then interval_ns of silence. */
void wire_bits(struct wire *wire, uint64_t bits, unsigned count);
void wire_frame(struct wire *wire, uint64_t bits, unsigned count); /* and 100 ms of silence */
/* Checks that exactly one answer was told since the last call, and forgets it. Returns its reading. */
struct wiegand_reading wire_expect(struct wire *wire, enum wiegand_answer answer);
void wire_expect_key(struct wire *wire, char key);
void wire_expect_fault(struct wire *wire, enum wiegand_fault fault);
void wire_expect_nothing(struct wire *wire);

/* A card's frame built without the decoder: one bit at a time, parity counted by hand. */
uint64_t wire_card(unsigned bits, uint64_t value);

#endif
