#include "tests/bench/fleet.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schemas/wire/message.h"
#include "schemas/wire/seal.h"
#include "tests/bench/centre.h"
#include "tests/bench/client.h"
#include "tests/bench/plan.h"
#include "tests/bench/samples.h"
#include "tests/bench/world.h"

static void make_board(struct fleet_board *board, const char *prefix, size_t i)
{
	uint8_t agree_secret[32];

	snprintf(board->name, sizeof(board->name), "%.20s-%03u", prefix, (unsigned)i % 1000);
	wire_topic_make(board->topic, SITE, board->name, WIRE_EVENT);
	crypto_sign_keypair(board->sign_public, board->sign_secret);
	crypto_box_keypair(board->agree_public, agree_secret);
	randombytes_buf(&board->log, sizeof(board->log));
	wire_chain_start(board->hash, board->name, board->log);
}

void fleet_make(struct fleet *fleet, size_t count, const char *prefix)
{
	*fleet = (struct fleet){
		.count = count, .boards = calloc(count, sizeof(*fleet->boards)), .window = 60
	};
	if (!fleet->boards)
		broken("no memory");
	for (size_t i = 0; i < count; i++)
		make_board(&fleet->boards[i], prefix, i);
}

static void forget(struct fleet_board *board)
{
	for (size_t i = 0; i < board->message_count; i++)
		free(board->messages[i].bytes);
	free(board->messages);
	board->messages = NULL;
	board->message_count = board->next = board->acked = 0;
}

void fleet_free(struct fleet *fleet)
{
	for (size_t i = 0; i < fleet->count; i++)
		forget(&fleet->boards[i]);
	free(fleet->boards);
	fleet->boards = NULL;
}

void fleet_enrol(struct fleet *fleet, struct centre *centre, const char *unit)
{
	for (size_t i = 0; i < fleet->count; i++)
		centre_add_board(centre, fleet->boards[i].name, unit, fleet->boards[i].sign_public,
			fleet->boards[i].agree_public);
}

/* ---- what they have to tell ---- */

static struct wire_event make_event(struct fleet_board *board, int64_t wall_ms)
{
	return (struct wire_event){ .seq = ++board->event_count,
		.boot = board->log ^ 0x5555,
		.mono_ms = 1000 * board->event_count,
		.wall_ms = wall_ms,
		.bound_ms = 100,
		.trust = WIRE_TRUST_TRUSTED,
		.type = board->event_count % 2 ? WIRE_EVENT_DOOR_OPENED : WIRE_EVENT_DOOR_CLOSED };
}

static struct fleet_message seal_message(struct fleet_board *board, struct wire_events *events)
{
	static char buf[WIRE_MESSAGE_MAX];
	struct fleet_message message = { .last = board->event_count };
	long len = wire_events_encode(buf, sizeof(buf), events);

	if (len > 0)
		len = wire_seal(buf, (size_t)len, sizeof(buf), board->topic, board->sign_secret);
	if (len <= 0)
		broken("a message of events cannot be made: %ld", len);
	message.len = (size_t)len;
	message.bytes = malloc(message.len);
	if (!message.bytes)
		broken("no memory");
	memcpy(message.bytes, buf, message.len);
	return message;
}

static void write_board(struct fleet_board *board, uint64_t events, unsigned least, unsigned most)
{
	static struct wire_events packed;
	uint64_t end = board->event_count + events;
	int64_t now = wall_now_ms();

	forget(board);
	board->messages = calloc(events / least + 1, sizeof(*board->messages));
	if (!board->messages)
		broken("no memory");
	while (board->event_count < end) {
		unsigned count = least + (unsigned)board->message_count % (most - least + 1);

		packed.log = board->log;
		memcpy(packed.prev, board->hash, sizeof(packed.prev));
		for (packed.count = 0; packed.count < count && board->event_count < end; packed.count++) {
			packed.events[packed.count] = make_event(board, now);
			wire_chain_next(board->hash, &packed.events[packed.count]);
		}
		board->messages[board->message_count++] = seal_message(board, &packed);
	}
}

void fleet_write(struct fleet *fleet, uint64_t events, unsigned least, unsigned most)
{
	for (size_t i = 0; i < fleet->count; i++)
		write_board(&fleet->boards[i], events, least, most);
}

/* ---- telling it ---- */

static struct fleet_board *find(struct fleet *fleet, const char *name)
{
	for (size_t i = 0; i < fleet->count; i++) {
		if (strcmp(fleet->boards[i].name, name) == 0)
			return &fleet->boards[i];
	}
	return NULL;
}

static void on_message(void *ctx, struct client *client, const char *topic, const char *msg, size_t len)
{
	struct fleet_board *board;
	struct wire_topic where;
	struct wire_ack ack;

	(void)client;
	if (wire_topic_read(&where, topic) != 0 || where.kind != WIRE_ACK ||
		!(board = find(ctx, where.board)) || wire_ack_decode(&ack, msg, len) != 0 ||
		ack.log != board->log)
		return;
	while (board->acked < board->message_count && board->messages[board->acked].last <= ack.upto) {
		board->acked++;
		board->progressed_ns = now_ns();
	}
	if (board->next < board->acked)
		board->next = board->acked;
}

static void on_up(void *ctx, struct client *client)
{
	struct fleet *fleet = ctx;
	char filter[WIRE_TOPIC_SIZE];

	for (size_t i = 0; i < fleet->count; i++) {
		wire_topic_make(filter, SITE, fleet->boards[i].name, WIRE_ACK);
		if (fleet->boards[i].client == client)
			client_ask(client, filter);
	}
}

void fleet_join(struct fleet *fleet)
{
	const struct client_events events = { .on_message = on_message, .on_up = on_up, .ctx = fleet };
	char name[16];

	for (unsigned i = 0; i < FLEET_CLIENTS; i++) {
		snprintf(name, sizeof(name), "bench-%u", i + 1);
		fleet->clients[i] = client_open(name, &events);
	}
	for (size_t i = 0; i < fleet->count; i++)
		fleet->boards[i].client = fleet->clients[i % FLEET_CLIENTS];
	for (unsigned i = 0; i < FLEET_CLIENTS; i++) /* now that each knows for whom it speaks */
		on_up(fleet, fleet->clients[i]);
	client_subscribe(fleet->clients[0], "bench/fence"); /* answered after those before it */
}

void fleet_hello(struct fleet *fleet)
{
	static char buf[WIRE_MESSAGE_MAX];
	char topic[WIRE_TOPIC_SIZE];

	for (size_t i = 0; i < fleet->count; i++) {
		struct fleet_board *board = &fleet->boards[i];
		struct wire_hello hello = { .boot = board->log ^ 0x5555,
			.log = board->log,
			.clock = { .trust = WIRE_TRUST_FLOOR, .bound_ms = UINT32_MAX } };
		long len;

		randombytes_buf(hello.challenge, sizeof(hello.challenge));
		wire_chain_start(hello.hash, board->name, board->log);
		wire_topic_make(topic, SITE, board->name, WIRE_HELLO);
		len = wire_hello_encode(buf, sizeof(buf), &hello);
		len = wire_seal(buf, (size_t)len, sizeof(buf), topic, board->sign_secret);
		client_publish(board->client, topic, buf, (size_t)len, false);
	}
}

void fleet_leave(struct fleet *fleet)
{
	for (unsigned i = 0; i < FLEET_CLIENTS; i++) {
		client_close(fleet->clients[i]);
		fleet->clients[i] = NULL;
	}
}

size_t fleet_acked(const struct fleet *fleet)
{
	size_t acked = 0;

	for (size_t i = 0; i < fleet->count; i++)
		acked += fleet->boards[i].acked;
	return acked;
}

struct sending {
	struct fleet *fleet;
	void (*each)(void *ctx);
	void *ctx;
};

static bool may_send(const struct fleet *fleet, const struct fleet_board *board)
{
	if (board->next >= board->message_count || client_is_busy(board->client) ||
		!client_is_connected(board->client))
		return false;
	/* Who discards says nothing: the broker's word that it has the message must do. */
	return fleet->is_discarded ? client_in_flight(board->client) < fleet->window
				   : board->next < board->acked + fleet->window;
}

static void send_board(struct fleet *fleet, struct fleet_board *board)
{
	uint64_t now = now_ns();

	/* Who discards acknowledges nothing: going back would be to begin again and again. */
	if (fleet->retry_ms && !fleet->is_discarded && board->next > board->acked &&
		now - board->progressed_ns > fleet->retry_ms * 1000000) {
		board->next = board->acked;
		board->progressed_ns = now;
	}
	while (may_send(fleet, board)) {
		const struct fleet_message *message = &board->messages[board->next];

		if (board->next == board->acked)
			board->progressed_ns = now;
		client_publish(board->client, fleet->is_discarded ? "bench/event" : board->topic,
			message->bytes, message->len, false);
		board->next++;
		fleet->sent++;
	}
}

static bool is_all_acked(void *ctx)
{
	struct sending *sending = ctx;
	struct fleet *fleet = sending->fleet;
	bool is_all = true;

	if (sending->each)
		sending->each(sending->ctx);
	for (size_t i = 0; i < fleet->count; i++) {
		struct fleet_board *board = &fleet->boards[i];

		send_board(fleet, board);
		is_all = is_all && (fleet->is_discarded ? board->next : board->acked) >= board->message_count;
	}
	return is_all;
}

bool fleet_send(struct fleet *fleet, uint64_t until_ns, void (*each)(void *ctx), void *ctx)
{
	struct sending sending = { fleet, each, ctx };

	for (size_t i = 0; i < fleet->count; i++) {
		fleet->boards[i].next = fleet->boards[i].acked = 0;
		fleet->boards[i].progressed_ns = now_ns();
	}
	return clients_run(is_all_acked, &sending, until_ns);
}
