#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "firmware/door/guard.h"
#include "firmware/door/port.h"
#include "firmware/door/sim_server.h"
#include "firmware/edge/mono.h"

#define KEYS_MAX 64
#define GAP_MS 150 /* a quick hand; less than 100 ms is a machine to the core */
#define GAP_MAX_MS 60000
#define TONES_MAX 32 /* the newest are shown */

/* clang-format off */
static const char *const tone_words[] = {
	[TONE_KEY] = "key", [TONE_CLEARED] = "cleared", [TONE_ACCEPTED] = "accepted",
	[TONE_ACCEPTED_OFFLINE] = "accepted_offline", [TONE_REJECTED] = "rejected", [TONE_WAIT] = "wait",
	[TONE_ALARM] = "alarm", [TONE_SILENCE] = "silence", [TONE_IDENTIFY] = "identify",
};
/* clang-format on */

struct relay { /* the guard's thread writes it, too */
	pthread_mutex_t lock;
	bool is_on;
	uint64_t on_at_mono_ms, until_mono_ms;
	uint64_t last_on_ms; /* how long the last release really was */
	uint64_t releases;
};

struct port_sim {
	struct port port;
	struct port_events events;
	struct guard *guard;
	struct relay relay;
	struct sim_server *server;
	bool is_contact_open, is_rex_active;
	enum board_tone tones[TONES_MAX];
	size_t tone_count; /* since start */

	uv_timer_t key_timer;
	uv_async_t changed; /* by the guard's thread */
	unsigned open_handles;
	char keys[KEYS_MAX + 1];
	size_t next_key;
	uint64_t gap_ms, next_key_mono_ms;
	struct sim_client *presser; /* waits for its answer; NULL: nobody */
};

static void say_json(struct sim_client *client, json_t *answer)
{
	char *text = answer ? json_dumps(answer, JSON_COMPACT) : NULL;

	sim_client_say(client, text ? text : "{\"ok\":false,\"error\":\"no memory\"}");
	free(text);
	json_decref(answer);
}

static void say_error(struct sim_client *client, const char *what)
{
	say_json(client, json_pack("{s:b, s:s}", "ok", 0, "error", what));
}

static void say_ok(struct sim_client *client)
{
	sim_client_say(client, "{\"ok\":true}");
}

static json_t *describe_tones(const struct port_sim *sim)
{
	json_t *list = json_array();
	size_t count = sim->tone_count < TONES_MAX ? sim->tone_count : TONES_MAX;

	for (size_t i = sim->tone_count - count; i < sim->tone_count; i++)
		json_array_append_new(list, json_string(tone_words[sim->tones[i % TONES_MAX]]));
	return list;
}

static json_t *describe(struct port_sim *sim)
{
	struct relay *relay = &sim->relay;
	uint64_t now = mono_now_ms(), left = 0;
	json_t *answer;

	pthread_mutex_lock(&relay->lock);
	if (relay->is_on && relay->until_mono_ms > now)
		left = relay->until_mono_ms - now;
	answer = json_pack("{s:b, s:b, s:I, s:I, s:s, s:b, s:I}", "ok", 1, "strike", relay->is_on,
		"strike_ms_left", (json_int_t)left, "last_on_ms", (json_int_t)relay->last_on_ms, "contact",
		sim->is_contact_open ? "open" : "closed", "rex", sim->is_rex_active, "releases",
		(json_int_t)relay->releases);
	pthread_mutex_unlock(&relay->lock);
	if (answer)
		json_object_set_new(answer, "tones", describe_tones(sim));
	return answer;
}

static void tell_watchers(struct port_sim *sim)
{
	json_t *answer = describe(sim);
	char *text = answer ? json_dumps(answer, JSON_COMPACT) : NULL;

	if (text)
		sim_server_tell(sim->server, text);
	free(text);
	json_decref(answer);
}

static void on_changed(uv_async_t *async)
{
	tell_watchers(async->data);
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
	tell_watchers(sim);
}

static bool is_contact_open(struct port *port)
{
	return ((struct port_sim *)port)->is_contact_open;
}

static bool is_alive(struct port *port)
{
	return guard_is_alive(((struct port_sim *)port)->guard);
}

static void end_press(struct port_sim *sim)
{
	memset(sim->keys, 0, sizeof(sim->keys)); /* they were digits of a code */
	sim->next_key = 0;
	if (sim->presser)
		say_ok(sim->presser);
	sim->presser = NULL;
}

/* The gap is counted from when the last key really went down: a loop that was late for that one would
 * otherwise make the next look like a machine's. */
static void press_next(uv_timer_t *timer)
{
	struct port_sim *sim = timer->data;
	uint64_t now = mono_now_ms();

	if (now < sim->next_key_mono_ms) {
		uv_timer_start(timer, press_next, sim->next_key_mono_ms - now, 0);
		return;
	}
	sim->next_key_mono_ms = now + sim->gap_ms;
	sim->events.on_key(sim->events.ctx, sim->keys[sim->next_key++]);
	if (sim->keys[sim->next_key])
		uv_timer_start(timer, press_next, sim->gap_ms, 0);
	else
		end_press(sim);
}

static void do_press(struct port_sim *sim, struct sim_client *client, json_t *command)
{
	const char *keys = json_string_value(json_object_get(command, "keys"));
	json_t *gap = json_object_get(command, "gap_ms");
	json_int_t gap_ms = gap ? json_integer_value(gap) : GAP_MS;

	if (sim->keys[0])
		say_error(client, "busy: somebody is pressing keys");
	else if (!keys || !keys[0] || strlen(keys) > KEYS_MAX || strspn(keys, "0123456789*#") != strlen(keys))
		say_error(client, "keys: 1 to 64 of 0-9, * and #");
	else if ((gap && !json_is_integer(gap)) || gap_ms < 1 || gap_ms > GAP_MAX_MS)
		say_error(client, "gap_ms: 1 to 60000");
	else {
		memcpy(sim->keys, keys, strlen(keys) + 1);
		sim->next_key = 0;
		sim->presser = client;
		sim->gap_ms = (uint64_t)gap_ms;
		uv_timer_start(&sim->key_timer, press_next, 0, 0);
	}
}

static void do_contact(struct port_sim *sim, struct sim_client *client, json_t *command)
{
	json_t *open = json_object_get(command, "open");

	if (!json_is_boolean(open)) {
		say_error(client, "open: true or false");
		return;
	}
	sim->is_contact_open = json_is_true(open);
	sim->events.on_contact(sim->events.ctx, sim->is_contact_open);
	tell_watchers(sim);
	say_ok(client);
}

static void do_rex(struct port_sim *sim, struct sim_client *client, json_t *command)
{
	json_t *active = json_object_get(command, "active");

	if (!json_is_boolean(active)) {
		say_error(client, "active: true or false");
		return;
	}
	sim->is_rex_active = json_is_true(active);
	sim->events.on_rex(sim->events.ctx, sim->is_rex_active);
	tell_watchers(sim);
	say_ok(client);
}

static void do_show(struct port_sim *sim, struct sim_client *client, json_t *command)
{
	(void)command;
	say_json(client, describe(sim));
}

static void do_watch(struct port_sim *sim, struct sim_client *client, json_t *command)
{
	sim_client_watch(client);
	do_show(sim, client, command);
}

static void on_line(void *ctx, struct sim_client *client, const char *line, size_t len)
{
	static const struct {
		const char *word;
		void (*act)(struct port_sim *sim, struct sim_client *client, json_t *command);
	} commands[] = { { "press", do_press }, { "contact", do_contact }, { "rex", do_rex },
		{ "show", do_show }, { "watch", do_watch } };
	json_t *command = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	const char *word = json_string_value(json_object_get(command, "do"));
	size_t i, count = sizeof(commands) / sizeof(commands[0]);

	for (i = 0; i < count; i++) {
		if (word && strcmp(word, commands[i].word) == 0)
			break;
	}
	if (i < count)
		commands[i].act(ctx, client, command);
	else
		say_error(client, command ? "do: press, contact, rex, show or watch" : "not a JSON object");
	json_decref(command);
}

static void on_gone(void *ctx, struct sim_client *client)
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
	sim_server_close(sim->server);
	memset(sim->keys, 0, sizeof(sim->keys));
	uv_close((uv_handle_t *)&sim->key_timer, on_closed);
	uv_close((uv_handle_t *)&sim->changed, on_closed);
}

int port_sim_open(
	struct port **out, struct uv_loop_s *loop, const char *path, const struct port_events *events)
{
	struct port_sim *sim = calloc(1, sizeof(*sim));
	const struct sim_server_events server_events = { on_line, on_gone, sim };
	int r;

	if (!sim)
		return -ENOMEM;
	sim->port = (struct port){ strike, tone, is_contact_open, is_alive, close_port };
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
		r = sim_server_open(&sim->server, loop, path, &server_events);
	if (r < 0) {
		close_port(&sim->port);
		return r;
	}
	*out = &sim->port;
	return 0;
}
