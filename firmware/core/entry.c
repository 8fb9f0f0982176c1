#include "firmware/core/entry.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#define NEVER UINT64_MAX

static void wipe(struct entry *entry)
{
	sodium_memzero(entry->digits, sizeof(entry->digits));
	entry->count = 0;
}

static void move(struct entry *entry, enum entry_state state, uint64_t until_mono_ms)
{
	entry->state = state;
	entry->until_mono_ms = until_mono_ms;
}

static enum entry_answer take_digit(
	struct entry *entry, uint64_t now_mono_ms, char key, uint32_t inter_key_ms)
{
	if (entry->count < WIRE_LONG_CODE)
		entry->digits[entry->count] = key;
	if (entry->count <= WIRE_LONG_CODE)
		entry->count++;
	move(entry, ENTRY_TYPING, now_mono_ms + inter_key_ms);
	return ENTRY_TAKEN;
}

static enum entry_answer jam(struct entry *entry, uint64_t now_mono_ms)
{
	wipe(entry);
	move(entry, ENTRY_JAMMED, now_mono_ms + ENTRY_QUIET_MS);
	return ENTRY_TOO_FAST;
}

static enum entry_answer take_key(struct entry *entry, uint64_t now_mono_ms, char key, uint32_t inter_key_ms)
{
	if (key == '*') {
		entry_end(entry);
		return ENTRY_CLEARED;
	}
	if (key == '#')
		return entry->state == ENTRY_TYPING ? ENTRY_DONE : ENTRY_NOTHING;
	return take_digit(entry, now_mono_ms, key, inter_key_ms);
}

enum entry_answer entry_key(
	struct entry *entry, uint64_t now_mono_ms, struct entry_press press, uint32_t inter_key_ms)
{
	uint64_t at_mono_ms = press.at_mono_ms < now_mono_ms ? press.at_mono_ms : now_mono_ms;
	bool is_fast = entry->was_pressed && at_mono_ms < entry->pressed_mono_ms + ENTRY_HAND_MS;
	char key = press.key;

	assert((key >= '0' && key <= '9') || key == '*' || key == '#');

	entry->was_pressed = true;
	entry->pressed_mono_ms = at_mono_ms;
	if (entry->state == ENTRY_WORKING || entry->state == ENTRY_STORING)
		return ENTRY_BUSY;
	if (entry->state == ENTRY_JAMMED) {
		entry->until_mono_ms = now_mono_ms + ENTRY_QUIET_MS;
		return ENTRY_NOTHING;
	}
	return is_fast ? jam(entry, now_mono_ms) : take_key(entry, now_mono_ms, key, inter_key_ms);
}

bool entry_tick(struct entry *entry, uint64_t now_mono_ms)
{
	bool is_given_up = entry->state == ENTRY_WORKING;

	if (entry->state == ENTRY_EMPTY || now_mono_ms < entry->until_mono_ms)
		return false;
	entry_end(entry);
	return is_given_up;
}

uint32_t entry_work(struct entry *entry, uint64_t now_mono_ms, char digits[WIRE_LONG_CODE])
{
	assert(entry->state == ENTRY_TYPING);

	memcpy(digits, entry->digits, WIRE_LONG_CODE);
	entry->is_long = entry->count == WIRE_LONG_CODE;
	wipe(entry);
	move(entry, ENTRY_WORKING, now_mono_ms + ENTRY_WORK_MS);
	return ++entry->id;
}

bool entry_card(struct entry *entry, uint64_t now_mono_ms)
{
	if (entry->state != ENTRY_EMPTY && entry->state != ENTRY_TYPING)
		return false;
	wipe(entry);
	entry->id++;
	entry->is_long = false;
	move(entry, ENTRY_WORKING, now_mono_ms + ENTRY_WORK_MS);
	return true;
}

bool entry_is_working(const struct entry *entry, uint32_t id)
{
	return entry->state == ENTRY_WORKING && entry->id == id;
}

void entry_end(struct entry *entry)
{
	wipe(entry);
	move(entry, ENTRY_EMPTY, 0);
}

void entry_store(struct entry *entry, uint64_t now_mono_ms)
{
	if (entry->state == ENTRY_EMPTY)
		move(entry, ENTRY_STORING, now_mono_ms + ENTRY_STORE_MS);
}

void entry_stored(struct entry *entry)
{
	if (entry->state == ENTRY_STORING)
		entry_end(entry);
}

bool entry_is_open(const struct entry *entry)
{
	return entry->state == ENTRY_TYPING || entry->state == ENTRY_WORKING;
}

uint64_t entry_next_mono_ms(const struct entry *entry)
{
	return entry->state == ENTRY_EMPTY ? NEVER : entry->until_mono_ms;
}
