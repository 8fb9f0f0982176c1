#include "firmware/door/look.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "firmware/door/port_words.h"
#include "firmware/door/textsock.h"
#include "firmware/edge/log.h"

#define SECOND_MS 1000

struct look {
	struct textsock *sock;
	struct look_events events;
	uv_timer_t soon, second;
	unsigned open_handles;
	bool is_closing;
	uint64_t keys;        /* taken since the start */
	enum board_tone tone; /* the newest; TONE_COUNT: none yet */

	struct textsock_client *tester; /* NULL: no test */
	bool is_comparing;
	size_t next_key;       /* of LOOK_KEYS */
	uint64_t right, wrong; /* keys of this comparison */
};

/* ---- the picture */
static json_t *describe_alarms(unsigned alarms)
{
	json_t *list = json_array();

	for (int i = 0; i < WIRE_ALARM_COUNT; i++) {
		if (alarms & 1u << i)
			json_array_append_new(list, json_string(wire_alarm_word((enum wire_alarm)i)));
	}
	return list;
}

static json_t *describe_lines(const struct look_picture *picture)
{
	json_t *object = json_object();

	for (int i = 0; i < LINE_COUNT; i++) {
		if (picture->wired & 1u << i)
			json_object_set_new(object, port_line_word((enum board_line)i),
				json_boolean(picture->lines & 1u << i));
	}
	return object;
}

static json_t *describe_door(const struct look_picture *picture)
{
	const struct wire_state *state = &picture->state;

	return json_pack("{s:b, s:s, s:s, s:I, s:s, s:s, s:I, s:o, s:I, s:{s:b, s:I, s:I}, s:o}", "ok", 1,
		"board", picture->board, "version", picture->health.version, "uptime_s",
		(json_int_t)picture->health.uptime_s, "door", wire_door_word(state->door), "mode",
		wire_mode_word(state->mode), "mode_until_ms", (json_int_t)state->mode_until_ms, "alarms",
		describe_alarms(state->alarms), "lockout_s", (json_int_t)state->lockout_s, "lock",
		"is_released", state->is_released, "left_ms", (json_int_t)picture->release_left_ms,
		"releases", (json_int_t)picture->health.relay_count, "lines", describe_lines(picture));
}

static json_t *describe_board(const struct look *look, const struct look_picture *picture)
{
	const struct wire_state *state = &picture->state;
	const struct wire_health *health = &picture->health;

	return json_pack("{s:I, s:s, s:s, s:{s:s, s:I, s:I, s:s, s:b}, s:b, s:I, s:I, s:I, s:I, s:I, s:I}",
		"keys", (json_int_t)look->keys, "tone",
		look->tone == TONE_COUNT ? "none" : port_tone_word(look->tone), "lamp",
		port_lamp_word(picture->lamp), "clock", "trust", wire_trust_word(state->clock.trust), "at_ms",
		(json_int_t)state->at_ms, "bound_ms", (json_int_t)state->clock.bound_ms, "source",
		picture->clock_source, "is_vouched", picture->is_vouched, "link", picture->is_online, "epoch",
		(json_int_t)state->epoch, "rev", (json_int_t)state->rev, "queue", (json_int_t)state->queue,
		"journal_bytes", (json_int_t)health->journal_bytes, "free_bytes",
		(json_int_t)health->free_bytes, "refused", (json_int_t)health->refused);
}

static json_t *describe(struct look *look)
{
	struct look_picture picture = { 0 };
	json_t *out, *more;

	look->events.paint(look->events.ctx, &picture);
	out = describe_door(&picture);
	more = describe_board(look, &picture);
	json_object_update(out, more);
	json_decref(more);
	if (picture.health.temp_mc != INT32_MIN)
		json_object_set_new(out, "temp_mc", json_integer(picture.health.temp_mc));
	if (picture.health.cert_days != INT32_MIN)
		json_object_set_new(out, "cert_days", json_integer(picture.health.cert_days));
	if (look->is_comparing)
		json_object_set_new(out, "test",
			json_pack("{s:I, s:I}", "right", (json_int_t)look->right, "wrong",
				(json_int_t)look->wrong));
	return out;
}

/* ---- telling */
static void tell(struct look *look)
{
	json_t *picture;

	if (!textsock_is_watched(look->sock)) {
		uv_timer_stop(&look->second);
		return;
	}
	picture = describe(look);
	textsock_tell(look->sock, picture);
	json_decref(picture);
}

static void on_timer(uv_timer_t *timer)
{
	tell(timer->data);
}

void look_changed(struct look *look)
{
	if (look && textsock_is_watched(look->sock) && !uv_is_active((uv_handle_t *)&look->soon))
		uv_timer_start(&look->soon, on_timer, LOOK_SOON_MS, 0);
}

void look_key(struct look *look, char key)
{
	if (!look)
		return;
	look->keys++;
	if (look->is_comparing && look->next_key < sizeof(LOOK_KEYS) - 1) {
		bool is_right = key == LOOK_KEYS[look->next_key];

		look->right += is_right;
		look->wrong += !is_right;
		look->next_key += is_right;
	}
	look_changed(look);
}

void look_tone(struct look *look, enum board_tone tone)
{
	if (!look)
		return;
	look->tone = tone;
	look_changed(look);
}

/* ---- the self-test */
static void end_test(struct look *look)
{
	struct look_picture picture = { 0 };

	look->tester = NULL;
	look->is_comparing = false;
	look->events.paint(look->events.ctx, &picture);
	look->events.lamp(look->events.ctx, picture.lamp);
	log_line(LOG_INFO, "look: a self-test has ended");
}

static void do_test(struct look *look, struct textsock_client *client, json_t *command)
{
	(void)command;
	if (look->tester && look->tester != client) {
		textsock_say_error(client, "busy: somebody else is testing this door");
		return;
	}
	if (!look->tester)
		log_line(LOG_INFO, "look: a self-test has begun");
	look->tester = client;
	textsock_say_ok(client);
}

/* Says so to who is not testing. */
static bool is_tester(struct look *look, struct textsock_client *client)
{
	if (look->tester == client)
		return true;
	textsock_say_error(client, "begin with {\"do\":\"test\"}");
	return false;
}

static void do_end(struct look *look, struct textsock_client *client, json_t *command)
{
	(void)command;
	if (!is_tester(look, client))
		return;
	end_test(look);
	textsock_say_ok(client);
}

static void do_keys(struct look *look, struct textsock_client *client, json_t *command)
{
	(void)command;
	if (!is_tester(look, client))
		return;
	look->is_comparing = true;
	look->next_key = 0;
	look->right = look->wrong = 0;
	textsock_say_ok(client);
}

/* A noise that somebody may need to hear is not talked over. */
static bool is_sounding(struct look *look)
{
	struct look_picture picture = { 0 };

	look->events.paint(look->events.ctx, &picture);
	return picture.lamp == LAMP_ALARM;
}

static void do_tone(struct look *look, struct textsock_client *client, json_t *command)
{
	int tone = port_tone_read(json_string_value(json_object_get(command, "tone")));

	if (!is_tester(look, client))
		return;
	if (tone != TONE_IDENTIFY) {
		textsock_say_error(client, "tone: identify");
	} else if (is_sounding(look)) {
		textsock_say_error(client, "an alarm stands");
	} else {
		look->events.tone(look->events.ctx, TONE_IDENTIFY);
		textsock_say_ok(client);
	}
}

static void do_lamp(struct look *look, struct textsock_client *client, json_t *command)
{
	json_t *word = json_object_get(command, "lamp");
	int lamp = port_lamp_read(json_string_value(word));
	struct look_picture picture = { 0 };

	if (!is_tester(look, client))
		return;
	if (word && lamp < 0) {
		textsock_say_error(client, "lamp: ready, released, wait, closed, fault or alarm");
		return;
	}
	look->events.paint(look->events.ctx, &picture);
	look->events.lamp(look->events.ctx, word ? (enum board_lamp)lamp : picture.lamp);
	textsock_say_ok(client);
}

/* ---- commands */
static void do_look(struct look *look, struct textsock_client *client, json_t *command)
{
	(void)command;
	textsock_say_json(client, describe(look));
}

static void do_watch(struct look *look, struct textsock_client *client, json_t *command)
{
	textsock_watch(client);
	uv_timer_start(&look->second, on_timer, SECOND_MS, SECOND_MS);
	do_look(look, client, command);
}

static void on_line(void *ctx, struct textsock_client *client, const char *line, size_t len)
{
	static const struct {
		const char *word;
		void (*act)(struct look *look, struct textsock_client *client, json_t *command);
	} commands[] = { { "look", do_look }, { "watch", do_watch }, { "test", do_test }, { "end", do_end },
		{ "keys", do_keys }, { "tone", do_tone }, { "lamp", do_lamp } };
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
		textsock_say_error(client,
			command ? "do: look, watch, test, end, keys, tone or lamp" : "not a JSON object");
	json_decref(command);
}

static void on_gone(void *ctx, struct textsock_client *client)
{
	struct look *look = ctx;

	if (look->tester == client)
		end_test(look);
}

/* ---- opening, closing */
static void on_closed(uv_handle_t *handle)
{
	struct look *look = handle->data;

	if (--look->open_handles == 0)
		free(look);
}

int look_open(struct look **out, struct uv_loop_s *loop, const char *path, const char *group,
	const struct look_events *events)
{
	struct look *look = calloc(1, sizeof(*look));
	const struct textsock_events sock_events = { on_line, on_gone, look };
	int r;

	if (!look)
		return -ENOMEM;
	look->events = *events;
	look->tone = TONE_COUNT;
	uv_timer_init(loop, &look->soon);
	uv_timer_init(loop, &look->second);
	look->soon.data = look->second.data = look;
	look->open_handles = 2;
	r = textsock_open(&look->sock, loop, path, group, &sock_events);
	if (r < 0) {
		look_close(look);
		return r;
	}
	*out = look;
	return 0;
}

void look_close(struct look *look)
{
	if (!look)
		return;
	textsock_close(look->sock);
	uv_close((uv_handle_t *)&look->soon, on_closed);
	uv_close((uv_handle_t *)&look->second, on_closed);
}
