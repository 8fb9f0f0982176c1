#include "firmware/door/doorman_inside.h"

#include <string.h>

#include "firmware/door/health.h"
#include "firmware/edge/log.h"
#include "firmware/edge/mono.h"

#define CLOCK_EVERY_MS 60000

unsigned doorman_active_lines(struct doorman *doorman)
{
	unsigned lines = 0;

	for (enum board_line line = 0; line < LINE_COUNT; line++)
		lines |= (unsigned)doorman->port->is_active(doorman->port, line) << line;
	return lines;
}

void doorman_look_at_health(
	struct doorman *doorman, struct wire_health *health, const struct wire_state *state)
{
	*health = (struct wire_health){
		.cert_days = doorman->cert_days,
		.queue = state->queue,
		.refused = doorman->refused,
		.relay_count = doorman->relay_count,
		.journal_bytes = store_bytes(doorman->store),
	};
	health_look(health, doorman->parts.config->dir);
}

static void paint(void *ctx, struct look_picture *out)
{
	struct doorman *doorman = ctx;
	uint64_t now_mono_ms = mono_now_ms();

	board_look(doorman->parts.board, now_mono_ms, &out->state);
	doorman_look_at_health(doorman, &out->health, &out->state);
	out->board = doorman->parts.config->board;
	if (doorman->release_until_mono_ms > now_mono_ms)
		out->release_left_ms = doorman->release_until_mono_ms - now_mono_ms;
	out->wired = doorman->port->wired(doorman->port);
	out->lines = doorman_active_lines(doorman);
	out->is_online = doorman->is_online;
	out->clock_source = sysclock_word(doorman->sysclock.source);
	out->is_vouched = doorman->clock_answer == 0;
	out->lamp = doorman->lamp;
}

static void try_tone(void *ctx, enum board_tone tone)
{
	struct doorman *doorman = ctx;

	doorman->port->tone(doorman->port, tone);
}

static void try_lamp(void *ctx, enum board_lamp lamp)
{
	struct doorman *doorman = ctx;

	doorman->port->lamp(doorman->port, lamp);
}

void doorman_open_look(struct doorman *doorman)
{
	const struct config *config = doorman->parts.config;
	const struct look_events events = { paint, try_tone, try_lamp, doorman };
	int r;

	if (!config->look_socket[0])
		return;
	r = look_open(&doorman->look, doorman->loop, config->look_socket, config->look_group, &events);
	if (r < 0)
		log_line(LOG_ERROR, "doorman: nobody can look: path=%s error=%s", config->look_socket,
			strerror(-r));
}

static void on_clock(uv_timer_t *timer)
{
	struct board_input input = { .kind = INPUT_CLOCK };
	struct doorman *doorman = timer->data;
	int r = sysclock_read(&doorman->sysclock, &input.u.clock.wall_ms, &input.u.clock.bound_ms);

	if (r != doorman->clock_answer)
		log_line(r == 0 ? LOG_INFO : LOG_WARNING, "doorman: the system's clock: source=%s answer=%s",
			sysclock_word(doorman->sysclock.source), sysclock_answer_word(r));
	doorman->clock_answer = r;
	if (r == 0)
		doorman_step(doorman, &input);
}

void doorman_open_clock(struct doorman *doorman)
{
	doorman->sysclock = (struct sysclock){
		.source = door_config_clock(doorman->parts.config),
		.floor_ms = doorman->parts.recall->memory.floor_ms,
		.rtc_time = SYSCLOCK_RTC_TIME,
		.rtc_device = SYSCLOCK_RTC_DEVICE,
	};
	doorman->clock_answer = SYSCLOCK_UNSYNCED;
	if (doorman->sysclock.source != SYSCLOCK_NONE)
		uv_timer_start(&doorman->clock, on_clock, 0, CLOCK_EVERY_MS);
}
