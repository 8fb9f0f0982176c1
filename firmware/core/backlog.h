/* backlog - which stored events to send when, and which may be forgotten.
 *
 *   forgotten │ acknowledged │    in flight    │ to send │
 *   ──────────┼──────────────┼─────────────────┼─────────┼──> seq
 *           acked           told              next-1    head
 *
 * Alone, an event goes at once; while some are in flight, only whole messages follow, so that a flood packs
 * itself and a single ring at the door waits for nothing. At most BACKLOG_WINDOW events are in flight.
 * Without an acknowledgement everything from told+1 goes again, after 2 s, 4 s ... a minute; at once when the
 * link is back.
 *
 * An acknowledgement is believed here as far as pacing goes; forgetting is the journal's, which alone can
 * tell whether it names our chain (ORDER_FORGET). Events are forgotten together, a second late: each time
 * costs the card a write. Pure. */
#ifndef RUMAH_CORE_BACKLOG_H
#define RUMAH_CORE_BACKLOG_H

#include <stdbool.h>
#include <stdint.h>

#include "schemas/wire/message.h"

#define BACKLOG_WINDOW (4 * WIRE_EVENTS_MAX)
#define BACKLOG_RETRY_MS 2000
#define BACKLOG_RETRY_MAX_MS (60 * 1000)
#define BACKLOG_FORGET_MS 1000

struct backlog {
	uint64_t log, head, acked, told, next;
	uint8_t hash[WIRE_HASH_BYTES];      /* of the chain at head */
	uint8_t told_hash[WIRE_HASH_BYTES]; /* as the gateway has it, at told */
	bool is_online;
	uint64_t ordered; /* ORDER_FORGET was given up to here; 0: none is under way */
	uint64_t retry_ms, retry_mono_ms;
	uint64_t forget_mono_ms;
};

void backlog_init(struct backlog *backlog, uint64_t log, uint64_t head, uint64_t acked,
	const uint8_t hash[WIRE_HASH_BYTES]);
void backlog_link(struct backlog *backlog, bool is_online);
/* The journal's newest event. One that is not newer is no news. */
void backlog_stored(struct backlog *backlog, uint64_t head, const uint8_t hash[WIRE_HASH_BYTES]);
/* The journal's answer to ORDER_FORGET. False when it forgot less than it was told: not our chain. */
bool backlog_forgot(struct backlog *backlog, uint64_t acked);
/* False when the acknowledgement cannot be ours: another log, or events we never had. */
bool backlog_ack(struct backlog *backlog, uint64_t now_mono_ms, const struct wire_ack *ack);
/* Lets time pass: what went unanswered will go again. */
void backlog_tick(struct backlog *backlog, uint64_t now_mono_ms);
/* The next message to send now; false when there is none. */
bool backlog_send(struct backlog *backlog, uint64_t now_mono_ms, uint64_t *first, uint32_t *count);
/* Whether to forget up to told now; is_storing: a transaction is on its way anyway. */
bool backlog_forget(struct backlog *backlog, uint64_t now_mono_ms, bool is_storing);
uint64_t backlog_next_mono_ms(const struct backlog *backlog);

#endif
