/* gate - lets one thing through in a while and counts the rest: what anybody outside can cause at will must
 * not fill the journal. Pure. */
#ifndef RUMAH_CORE_GATE_H
#define RUMAH_CORE_GATE_H

#include <stdbool.h>
#include <stdint.h>

#define GATE_MS (60 * 1000)

struct gate {
	uint64_t closed_until_mono_ms;
	int64_t count; /* since the last one let through */
};

/* One more. True when it may pass: then *n is how many there were since the last that did, itself included.
 */
bool gate_pass(struct gate *gate, uint64_t now_mono_ms, int64_t *n);

#endif
