#include "firmware/door/gpio_faults.h"

static bool is_active(const struct gpio_faults *faults, enum board_reader_fault fault)
{
	return faults->standing[fault] != 0 || faults->over_mono_ms[fault] != 0;
}

static void tell(const struct gpio_faults *faults, enum board_reader_fault fault)
{
	faults->events->on_reader(faults->events->ctx, fault, is_active(faults, fault));
}

void gpio_faults_stand(
	struct gpio_faults *faults, enum fault_source source, enum board_reader_fault fault, bool is_standing)
{
	bool was_active = is_active(faults, fault);

	if (is_standing)
		faults->standing[fault] |= 1u << source;
	else
		faults->standing[fault] &= ~(1u << source);
	if (is_active(faults, fault) != was_active)
		tell(faults, fault);
}

void gpio_faults_pass(struct gpio_faults *faults, enum board_reader_fault fault, uint64_t now_mono_ms)
{
	faults->over_mono_ms[fault] = now_mono_ms + FAULT_QUIET_MS;
	tell(faults, fault);
}

void gpio_faults_look(struct gpio_faults *faults, uint64_t now_mono_ms)
{
	for (enum board_reader_fault fault = 0; fault < READER_FAULT_COUNT; fault++) {
		if (faults->over_mono_ms[fault] == 0 || now_mono_ms < faults->over_mono_ms[fault])
			continue;
		faults->over_mono_ms[fault] = 0;
		if (!is_active(faults, fault))
			tell(faults, fault);
	}
}
