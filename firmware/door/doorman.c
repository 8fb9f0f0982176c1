#include "firmware/door/doorman_inside.h"

#include <assert.h>
#include <errno.h>
#include <malloc.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "firmware/door/health.h"
#include "firmware/door/port_open.h"
#include "firmware/edge/log.h"
#include "firmware/edge/mono.h"

static void on_wake(uv_timer_t *timer);

static void set_wake(struct doorman *doorman, uint64_t at_mono_ms)
{
	uint64_t now = mono_now_ms();

	uv_update_time(doorman->loop);
	uv_timer_start(&doorman->wake, on_wake, at_mono_ms > now ? at_mono_ms - now : 0, 0);
}

static void send_sealed(struct doorman *doorman, enum wire_kind kind, long len)
{
	if (len < 0)
		log_line(LOG_ERROR, "doorman: message not made: kind=%s error=%s", wire_kind_info(kind)->word,
			strerror((int)-len));
	else
		linksock_send(doorman->link, kind, doorman->buf, (size_t)len);
}

static void send_order(struct doorman *doorman, const struct board_order *order)
{
	enum wire_kind kind;
	long len;

	if (!doorman->is_online) /* the core says all of it again when it is */
		return;
	len = outbox_write(&doorman->parts.outbox, order, doorman->buf, sizeof(doorman->buf), &kind);
	send_sealed(doorman, kind, len);
}

static void move_strike(struct doorman *doorman, const struct board_order *order)
{
	int r = doorman->port->strike(doorman->port, order->u.strike.on, order->u.strike.until_mono_ms);

	doorman->release_until_mono_ms = order->u.strike.on ? order->u.strike.until_mono_ms : 0;
	if (r < 0)
		log_line(LOG_ALARM, "doorman: the strike does not obey: on=%d error=%s", order->u.strike.on,
			strerror(-r));
	else
		doorman->relay_count += order->u.strike.on;
}

static void carry_out(struct doorman *doorman, struct board_order *order)
{
	switch (order->kind) {
	case ORDER_STRIKE:
		move_strike(doorman, order);
		break;
	case ORDER_TONE:
		doorman->port->tone(doorman->port, order->u.tone);
		look_tone(doorman->look, order->u.tone);
		break;
	case ORDER_LAMP:
		doorman->lamp = order->u.lamp;
		doorman->port->lamp(doorman->port, order->u.lamp);
		break;
	case ORDER_STRETCH:
		hasher_start(doorman->hasher, order);
		break;
	case ORDER_SEND_HELLO:
	case ORDER_SEND_STATE:
	case ORDER_SEND_DID:
		send_order(doorman, order);
		break;
	case ORDER_SEND_EVENTS:
		store_read(doorman->store, order->u.events.first, order->u.events.count);
		break;
	case ORDER_STORE_GUESS: /* these go to the journal together, after the list */
	case ORDER_STORE_FLOOR:
	case ORDER_STORE_SNAPSHOT:
	case ORDER_STORE_USED:
	case ORDER_FORGET:
		break;
	}
}

void doorman_step(struct doorman *doorman, const struct board_input *input)
{
	struct board_orders *orders = &doorman->orders;

	if (doorman->is_stopping)
		return;
	assert(!doorman->is_stepping); /* no part calls back from inside an order */
	doorman->is_stepping = true;
	board_step(doorman->parts.board, mono_now_ms(), input, orders);
	for (unsigned i = 0; i < orders->count; i++)
		carry_out(doorman, &orders->list[i]);
	store_put(doorman->store, orders, doorman->sealed, doorman->sealed_len);
	set_wake(doorman, orders->wake_mono_ms);
	doorman->is_stepping = false;
	look_changed(doorman->look);
}

static void on_wake(uv_timer_t *timer)
{
	const struct board_input input = { .kind = INPUT_TICK };

	doorman_step(timer->data, &input);
}

static void on_key(void *ctx, char key, uint64_t at_mono_ms)
{
	struct board_input input = { .kind = INPUT_KEY, .u.key = { key, at_mono_ms } };
	struct doorman *doorman = ctx;

	doorman_step(doorman, &input);
	look_key(doorman->look, key);
	sodium_memzero(&input, sizeof(input));
}

static void on_card(void *ctx, unsigned bits, const uint8_t bytes[BOARD_CARD_BYTES])
{
	struct board_input input = { .kind = INPUT_CARD, .u.card.bits = (uint8_t)bits };

	memcpy(input.u.card.number, bytes, BOARD_CARD_BYTES);
	doorman_step(ctx, &input);
	sodium_memzero(&input, sizeof(input));
}

static void on_reader(void *ctx, enum board_reader_fault fault, bool is_active)
{
	const struct board_input input = { .kind = INPUT_READER, .u.reader = { fault, is_active } };

	doorman_step(ctx, &input);
}

static void on_line(void *ctx, enum board_line line, bool is_active)
{
	const struct board_input input = { .kind = INPUT_LINE, .u.line = { line, is_active } };

	doorman_step(ctx, &input);
}

static void on_line_fault(void *ctx, enum board_line line, enum board_line_fault fault, bool is_active)
{
	const struct board_input input = { .kind = INPUT_LINE_FAULT,
		.u.line_fault = { line, fault, is_active } };

	doorman_step(ctx, &input);
}

static void on_stored(void *ctx, const struct board_input *input)
{
	doorman_step(ctx, input);
}

static void on_events(void *ctx, const struct wire_events *events)
{
	struct doorman *doorman = ctx;

	if (doorman->is_stopping || !doorman->is_online)
		return;
	send_sealed(doorman, WIRE_EVENT,
		outbox_write_events(&doorman->parts.outbox, events, doorman->buf, sizeof(doorman->buf)));
}

static void on_stretched(void *ctx, uint32_t entry, int error, const uint8_t s[WIRE_STRETCHED_BYTES])
{
	struct board_input input = { .kind = INPUT_STRETCHED };

	input.u.stretched.entry = entry;
	input.u.stretched.error = error;
	memcpy(input.u.stretched.s, s, WIRE_STRETCHED_BYTES);
	doorman_step(ctx, &input);
	sodium_memzero(&input, sizeof(input));
}

static void send_health(struct doorman *doorman)
{
	struct wire_health health;
	struct wire_state state;

	if (!doorman->is_online)
		return;
	board_look(doorman->parts.board, mono_now_ms(), &state);
	doorman_look_at_health(doorman, &health, &state);
	send_sealed(doorman, WIRE_HEALTH,
		outbox_write_health(&doorman->parts.outbox, &health, doorman->buf, sizeof(doorman->buf)));
}

static void on_health(uv_timer_t *timer)
{
	send_health(timer->data);
}

static void on_online(void *ctx, bool is_online)
{
	const struct board_input input = { .kind = INPUT_LINK, .u.is_online = is_online };
	struct doorman *doorman = ctx;

	doorman->is_online = is_online;
	log_line(LOG_INFO, "doorman: the broker is %s", is_online ? "reached" : "lost");
	doorman_step(doorman, &input);
	send_health(doorman);
}

static void on_cert_days(void *ctx, uint32_t days)
{
	struct doorman *doorman = ctx;

	doorman->cert_days = days <= INT32_MAX ? (int32_t)days : INT32_MAX;
}

static void refuse(struct doorman *doorman, const struct board_input *input)
{
	doorman->refused++;
	doorman_step(doorman, input);
}

static void on_refused(void *ctx, enum wire_kind kind, int refusal)
{
	struct board_input input = { .kind = INPUT_REFUSED };

	input.u.refused.kind = kind;
	input.u.refused.refusal = refusal;
	refuse(ctx, &input);
}

static void take_input(struct doorman *doorman, const struct board_input *input, char *msg, size_t len)
{
	if (input->kind == INPUT_REFUSED) {
		refuse(doorman, input);
	} else {
		doorman->sealed = msg;
		doorman->sealed_len = len;
		doorman_step(doorman, input);
		doorman->sealed = NULL;
		doorman->sealed_len = 0;
	}
	free(msg);
}

static void on_big_read(void *ctx, const struct board_input *input, char *msg, size_t len)
{
	struct doorman *doorman = ctx;

	if (!doorman->is_stopping)
		linksock_pause(doorman->link, false);
	take_input(doorman, input, msg, len);
	malloc_trim(0); /* megabytes that are needed once a week */
}

static void on_message(void *ctx, enum wire_kind kind, bool is_retained, char *msg, size_t len)
{
	struct doorman *doorman = ctx;
	struct board_input input;

	if (len <= DOORMAN_BIG_BYTES) {
		inbox_read(doorman->parts.inbox, &input, kind, is_retained, msg, len);
		take_input(doorman, &input, msg, len);
		return;
	}
	linksock_pause(doorman->link, true); /* so that the next one does not come while this is read */
	bigread_start(&doorman->big, doorman->loop, kind, is_retained, msg, len);
}

static void init_timer(struct doorman *doorman, uv_timer_t *timer)
{
	uv_timer_init(doorman->loop, timer);
	timer->data = doorman;
	doorman->open_handles++;
}

static void start_core(struct doorman *doorman)
{
	struct board_input input = { .kind = INPUT_START };

	input.u.start.boot = doorman->parts.boot;
	input.u.start.memory = &doorman->parts.recall->memory;
	input.u.start.wired = doorman->port->wired(doorman->port);
	input.u.start.lines = doorman_active_lines(doorman);
	doorman_step(doorman, &input);
}

static int open_parts(struct doorman *doorman)
{
	const struct config *config = doorman->parts.config;
	const struct port_events port_events = { on_key, on_card, on_reader, on_line, on_line_fault,
		doorman };
	const struct hasher_events hasher_events = { on_stretched, doorman };
	const struct linksock_events link_events = { on_online, on_message, on_refused, on_cert_days,
		doorman };
	int r = hasher_open(&doorman->hasher, doorman->loop, &hasher_events);

	if (r == 0)
		r = linksock_open(
			&doorman->link, doorman->loop, config->link_socket, config->link_group, &link_events);
	if (r < 0)
		log_line(LOG_ERROR, "doorman: no link socket: path=%s error=%s", config->link_socket,
			strerror(-r));
	return r == 0 ? port_open(&doorman->port, doorman->loop, config, &port_events) : r;
}

int doorman_open(struct doorman **out, struct uv_loop_s *loop, const struct doorman_parts *parts)
{
	struct doorman *doorman = calloc(1, sizeof(*doorman));
	const struct store_events store_events = { on_stored, on_events, doorman };
	int r;

	if (!doorman) {
		journal_close(parts->recall->journal);
		return -ENOMEM;
	}
	doorman->loop = loop;
	doorman->parts = *parts;
	doorman->cert_days = INT32_MIN;
	bigread_init(&doorman->big, parts->inbox, on_big_read, doorman);
	init_timer(doorman, &doorman->wake);
	init_timer(doorman, &doorman->health);
	init_timer(doorman, &doorman->clock);
	r = store_open(
		&doorman->store, loop, parts->recall->journal, parts->recall->standing_error, &store_events);
	if (r == 0)
		r = open_parts(doorman);
	if (r < 0) {
		doorman_close(doorman);
		return r;
	}
	start_core(doorman);
	uv_timer_start(&doorman->health, on_health, DOORMAN_HEALTH_MS, DOORMAN_HEALTH_MS);
	doorman_open_clock(doorman);
	doorman_open_look(doorman);
	*out = doorman;
	return 0;
}

bool doorman_is_alive(struct doorman *doorman)
{
	return doorman->port->is_alive(doorman->port);
}

static void on_closed(uv_handle_t *handle)
{
	struct doorman *doorman = handle->data;

	doorman->open_handles--;
}

void doorman_close(struct doorman *doorman)
{
	if (!doorman)
		return;
	doorman->is_stopping = true;
	if (doorman->port)
		doorman->port->close(doorman->port);
	linksock_close(doorman->link);
	look_close(doorman->look);
	doorman->look = NULL;
	uv_close((uv_handle_t *)&doorman->wake, on_closed);
	uv_close((uv_handle_t *)&doorman->health, on_closed);
	uv_close((uv_handle_t *)&doorman->clock, on_closed);
	while (store_finish(doorman->store) || hasher_is_busy(doorman->hasher) || doorman->big.is_busy ||
		doorman->open_handles > 0)
		uv_run(doorman->loop, UV_RUN_ONCE);
	store_close(doorman->store);
	hasher_close(doorman->hasher);
	sodium_memzero(doorman, sizeof(*doorman));
	free(doorman);
}
