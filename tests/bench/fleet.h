/* fleet - simulated boards that have much to tell: their events are chained, packed and sealed ahead of time,
 * so that whoever sends them is not what is measured. A board keeps each message until the gateway has
 * acknowledged it, and goes back to the first unacknowledged one when nothing is heard for a while, as real
 * ones do. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schemas/wire/event.h"

struct centre;
struct client;

#define FLEET_CLIENTS 4 /* connections that speak for all the boards */

struct fleet_message {
	char *bytes;
	size_t len;
	uint64_t last; /* seq of its last event */
};

struct fleet_board {
	char name[33], topic[96];
	uint8_t sign_public[32], sign_secret[64], agree_public[32];
	uint64_t log, event_count;
	uint8_t hash[WIRE_HASH_BYTES]; /* of the chain at event_count */
	struct fleet_message *messages;
	size_t message_count, next, acked; /* messages: to send next, and acknowledged */
	uint64_t progressed_ns;
	struct client *client;
};

struct fleet {
	size_t count;
	struct fleet_board *boards;
	struct client *clients[FLEET_CLIENTS];
	unsigned window;   /* messages of one board under way */
	uint64_t retry_ms; /* 0: never goes back */
	size_t sent;       /* messages, repeated ones too */
	bool is_discarded; /* for somebody who throws it away: each message goes once, and waits for the
			      broker alone */
};

void fleet_make(struct fleet *fleet, size_t count, const char *prefix);
void fleet_free(struct fleet *fleet);
/* Adds the boards to a gateway, all to one unit. */
void fleet_enrol(struct fleet *fleet, struct centre *centre, const char *unit);
/* Every board's next `events`, `least` to `most` in a message, by turns. What was written before is
 * forgotten. */
void fleet_write(struct fleet *fleet, uint64_t events, unsigned least, unsigned most);
/* Connects; says hello for each board. */
void fleet_join(struct fleet *fleet);
void fleet_hello(struct fleet *fleet);
void fleet_leave(struct fleet *fleet);
/* Sends until all is acknowledged or `until_ns`; `each`, when not NULL, is called now and then. Returns
 * whether it is. */
bool fleet_send(struct fleet *fleet, uint64_t until_ns, void (*each)(void *ctx), void *ctx);
size_t fleet_acked(const struct fleet *fleet); /* messages */

/* Events of the fleet that the gateway's database does not hold, and holds twice; a chain that is not the
 * board's ends the measurement. */
void fleet_compare(const struct fleet *fleet, const char *database, uint64_t *lost, uint64_t *doubled);
