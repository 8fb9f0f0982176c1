#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/door/port_sim_inside.h"
#include "firmware/door/port_words.h"
#include "firmware/edge/mono.h"

static json_t *describe_tones(const struct port_sim *sim)
{
	json_t *list = json_array();
	size_t count = sim->tone_count < TONES_MAX ? sim->tone_count : TONES_MAX;

	for (size_t i = sim->tone_count - count; i < sim->tone_count; i++)
		json_array_append_new(list, json_string(port_tone_word(sim->tones[i % TONES_MAX])));
	return list;
}

static json_t *describe_lines(const struct port_sim *sim)
{
	json_t *list = json_array();

	for (enum board_line line = 0; line < LINE_COUNT; line++) {
		if (sim->lines >> line & 1)
			json_array_append_new(list, json_string(port_line_word(line)));
	}
	return list;
}

json_t *sim_describe(struct port_sim *sim)
{
	struct relay *relay = &sim->relay;
	uint64_t now = mono_now_ms(), left = 0;
	json_t *answer;

	pthread_mutex_lock(&relay->lock);
	if (relay->is_on && relay->until_mono_ms > now)
		left = relay->until_mono_ms - now;
	answer = json_pack("{s:b, s:b, s:I, s:I, s:s, s:b, s:I, s:s}", "ok", 1, "strike", relay->is_on,
		"strike_ms_left", (json_int_t)left, "last_on_ms", (json_int_t)relay->last_on_ms, "contact",
		sim->lines & LINE_BIT(CONTACT) ? "open" : "closed", "rex", (sim->lines & LINE_BIT(REX)) != 0,
		"releases", (json_int_t)relay->releases, "lamp", port_lamp_word(sim->lamp));
	pthread_mutex_unlock(&relay->lock);
	if (answer)
		json_object_set_new(answer, "lines", describe_lines(sim));
	if (answer)
		json_object_set_new(answer, "tones", describe_tones(sim));
	return answer;
}

void sim_tell_watchers(struct port_sim *sim)
{
	json_t *answer = sim_describe(sim);

	textsock_tell(sim->sock, answer);
	json_decref(answer);
}

void sim_set_line(struct port_sim *sim, enum board_line line, bool is_active)
{
	sim->lines = (sim->lines & ~(1u << line)) | (unsigned)is_active << line;
	sim->events.on_line(sim->events.ctx, line, is_active);
	sim_tell_watchers(sim);
}

/* The strike moved; the bolt goes with it, unless somebody jammed it. */
static void on_changed(uv_async_t *async)
{
	struct port_sim *sim = async->data;
	bool is_released;

	pthread_mutex_lock(&sim->relay.lock);
	is_released = sim->relay.is_on;
	pthread_mutex_unlock(&sim->relay.lock);
	if (sim->is_bolt_by_hand || is_released != ((sim->lines & LINE_BIT(BOLT)) != 0))
		sim_tell_watchers(sim);
	else
		sim_set_line(sim, LINE_BOLT, !is_released);
}

/* Under the guard's lock, on either thread. */
static int set_relay(void *ctx, bool on)
{
	struct port_sim *sim = ctx;
	struct relay *relay = &sim->relay;
	uint64_t now = mono_now_ms();
	bool is_change;

	pthread_mutex_lock(&relay->lock);
	is_change = relay->is_on != on;
	if (is_change && on) {
		relay->on_at_mono_ms = now;
		relay->releases++;
	} else if (is_change) {
		relay->last_on_ms = now - relay->on_at_mono_ms;
	}
	relay->is_on = on;
	pthread_mutex_unlock(&relay->lock);
	if (is_change)
		uv_async_send(&sim->changed);
	return 0;
}

static int strike(struct port *port, bool on, uint64_t until_mono_ms)
{
	struct port_sim *sim = (struct port_sim *)port;

	pthread_mutex_lock(&sim->relay.lock);
	sim->relay.until_mono_ms = on ? until_mono_ms : 0;
	pthread_mutex_unlock(&sim->relay.lock);
	return on ? guard_on(sim->guard, until_mono_ms) : guard_off(sim->guard);
}

static void tone(struct port *port, enum board_tone which)
{
	struct port_sim *sim = (struct port_sim *)port;

	sim->tones[sim->tone_count++ % TONES_MAX] = which;
	sim_tell_watchers(sim);
}

static void lamp(struct port *port, enum board_lamp which)
{
	struct port_sim *sim = (struct port_sim *)port;

	sim->lamp = which;
	sim_tell_watchers(sim);
}

static bool is_active(struct port *port, enum board_line line)
{
	return ((struct port_sim *)port)->lines >> line & 1;
}

static unsigned wired(struct port *port)
{
	(void)port;
	return (1u << LINE_COUNT) - 1; /* all of them: nothing here costs a pin */
}

static bool is_alive(struct port *port)
{
	return guard_is_alive(((struct port_sim *)port)->guard);
}

static void on_gone(void *ctx, struct textsock_client *client)
{
	struct port_sim *sim = ctx;

	if (sim->presser == client)
		sim->presser = NULL;
}

static void on_closed(uv_handle_t *handle)
{
	struct port_sim *sim = handle->data;

	if (--sim->open_handles > 0)
		return;
	pthread_mutex_destroy(&sim->relay.lock);
	free(sim);
}

static void close_port(struct port *port)
{
	struct port_sim *sim = (struct port_sim *)port;

	guard_close(sim->guard); /* before the handle that its thread wakes */
	textsock_close(sim->sock);
	memset(sim->keys, 0, sizeof(sim->keys));
	uv_close((uv_handle_t *)&sim->key_timer, on_closed);
	uv_close((uv_handle_t *)&sim->changed, on_closed);
}

int port_sim_open(
	struct port **out, struct uv_loop_s *loop, const char *path, const struct port_events *events)
{
	struct port_sim *sim = calloc(1, sizeof(*sim));
	const struct textsock_events sock_events = { sim_take_command, on_gone, sim };
	int r;

	if (!sim)
		return -ENOMEM;
	sim->port = (struct port){ strike, tone, lamp, is_active, wired, is_alive, close_port };
	sim->lines = LINE_BIT(BOLT); /* shut, and the bolt thrown */
	sim->events = *events;
	pthread_mutex_init(&sim->relay.lock, NULL);
	r = uv_async_init(loop, &sim->changed, on_changed);
	if (r < 0) {
		free(sim);
		return r;
	}
	uv_timer_init(loop, &sim->key_timer);
	sim->open_handles = 2;
	sim->changed.data = sim;
	sim->key_timer.data = sim;

	r = guard_open(&sim->guard, set_relay, sim);
	if (r == 0)
		r = textsock_open(&sim->sock, loop, path, "", &sock_events);
	if (r < 0) {
		close_port(&sim->port);
		return r;
	}
	*out = &sim->port;
	return 0;
}
