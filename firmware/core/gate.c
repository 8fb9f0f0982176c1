#include "firmware/core/gate.h"

bool gate_pass(struct gate *gate, uint64_t now_mono_ms, int64_t *n)
{
	gate->count++;
	if (now_mono_ms < gate->closed_until_mono_ms)
		return false;
	*n = gate->count;
	gate->count = 0;
	gate->closed_until_mono_ms = now_mono_ms + GATE_MS;
	return true;
}
