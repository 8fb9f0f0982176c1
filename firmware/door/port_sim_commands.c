#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/door/port_sim_inside.h"
#include "firmware/door/port_words.h"
#include "firmware/edge/mono.h"

#define GAP_MS 150 /* a quick hand; less than 100 ms is a machine to the core */
#define GAP_MAX_MS 60000

static void end_press(struct port_sim *sim)
{
	memset(sim->keys, 0, sizeof(sim->keys)); /* they were digits of a code */
	sim->next_key = 0;
	if (sim->presser)
		textsock_say_ok(sim->presser);
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
	sim->events.on_key(sim->events.ctx, sim->keys[sim->next_key++], now);
	if (sim->keys[sim->next_key])
		uv_timer_start(timer, press_next, sim->gap_ms, 0);
	else
		end_press(sim);
}

static void do_press(struct port_sim *sim, struct textsock_client *client, json_t *command)
{
	const char *keys = json_string_value(json_object_get(command, "keys"));
	json_t *gap = json_object_get(command, "gap_ms");
	json_int_t gap_ms = gap ? json_integer_value(gap) : GAP_MS;

	if (sim->keys[0])
		textsock_say_error(client, "busy: somebody is pressing keys");
	else if (!keys || !keys[0] || strlen(keys) > KEYS_MAX || strspn(keys, "0123456789*#") != strlen(keys))
		textsock_say_error(client, "keys: 1 to 64 of 0-9, * and #");
	else if ((gap && !json_is_integer(gap)) || gap_ms < 1 || gap_ms > GAP_MAX_MS)
		textsock_say_error(client, "gap_ms: 1 to 60000");
	else {
		memcpy(sim->keys, keys, strlen(keys) + 1);
		sim->next_key = 0;
		sim->presser = client;
		sim->gap_ms = (uint64_t)gap_ms;
		uv_timer_start(&sim->key_timer, press_next, 0, 0);
	}
}

static void set_line(
	struct port_sim *sim, struct textsock_client *client, enum board_line line, json_t *active)
{
	if (line == LINE_BOLT)
		sim->is_bolt_by_hand = true;
	sim_set_line(sim, line, json_is_true(active));
	textsock_say_ok(client);
}

static void do_contact(struct port_sim *sim, struct textsock_client *client, json_t *command)
{
	json_t *open = json_object_get(command, "open");

	if (!json_is_boolean(open))
		textsock_say_error(client, "open: true or false");
	else
		set_line(sim, client, LINE_CONTACT, open);
}

static void do_rex(struct port_sim *sim, struct textsock_client *client, json_t *command)
{
	json_t *active = json_object_get(command, "active");

	if (!json_is_boolean(active))
		textsock_say_error(client, "active: true or false");
	else
		set_line(sim, client, LINE_REX, active);
}

/* Where in the list the word stands; `count` when it does not. */
static size_t find(const char *const words[], size_t count, const char *word)
{
	size_t i = 0;

	while (i < count && !(word && strcmp(words[i], word) == 0))
		i++;
	return i;
}

static void do_line(struct port_sim *sim, struct textsock_client *client, json_t *command)
{
	json_t *active = json_object_get(command, "active");
	int line = port_line_read(json_string_value(json_object_get(command, "line")));

	if (line < 0)
		textsock_say_error(
			client, "line: contact, rex, bolt, tamper, fire, mains, battery, hold or partner");
	else if (!json_is_boolean(active))
		textsock_say_error(client, "active: true or false");
	else
		set_line(sim, client, (enum board_line)line, active);
}

static void fault_line(struct port_sim *sim, struct textsock_client *client, json_t *command, bool is_active)
{
	static const char *const words[] = { [LINE_FAULT_BOUNCING] = "bouncing", [LINE_FAULT_CUT] = "cut" };
	int line = port_line_read(json_string_value(json_object_get(command, "line")));
	size_t fault = find(words, LINE_FAULT_COUNT, json_string_value(json_object_get(command, "fault")));

	if (line < 0 || fault == LINE_FAULT_COUNT) {
		textsock_say_error(client, "fault: bouncing or cut, of a line");
		return;
	}
	sim->events.on_line_fault(
		sim->events.ctx, (enum board_line)line, (enum board_line_fault)fault, is_active);
	textsock_say_ok(client);
}

static void fault_reader(
	struct port_sim *sim, struct textsock_client *client, json_t *command, bool is_active)
{
	static const char *const words[] = { [READER_FAULT_LINES_LOW] = "lines_low",
		[READER_FAULT_NOISE] = "noise",
		[READER_FAULT_FORM] = "form" };
	size_t fault = find(words, READER_FAULT_COUNT, json_string_value(json_object_get(command, "fault")));

	if (fault == READER_FAULT_COUNT) {
		textsock_say_error(client, "fault: lines_low, noise or form; bouncing or cut of a line");
		return;
	}
	sim->events.on_reader(sim->events.ctx, (enum board_reader_fault)fault, is_active);
	textsock_say_ok(client);
}

static void do_fault(struct port_sim *sim, struct textsock_client *client, json_t *command)
{
	json_t *active = json_object_get(command, "active");

	if (!json_is_boolean(active))
		textsock_say_error(client, "active: true or false");
	else if (json_object_get(command, "line"))
		fault_line(sim, client, command, json_is_true(active));
	else
		fault_reader(sim, client, command, json_is_true(active));
}

static void do_card(struct port_sim *sim, struct textsock_client *client, json_t *command)
{
	const char *number = json_string_value(json_object_get(command, "number"));
	json_int_t bits = json_integer_value(json_object_get(command, "bits"));
	uint8_t bytes[BOARD_CARD_BYTES] = { 0 };
	size_t len = 0;

	if (bits < 1 || bits > 8 * BOARD_CARD_BYTES || !number ||
		strlen(number) != 2 * (size_t)((bits + 7) / 8) ||
		sodium_hex2bin(bytes, sizeof(bytes), number, strlen(number), NULL, &len, NULL) != 0 ||
		len != (size_t)((bits + 7) / 8)) {
		textsock_say_error(
			client, "bits: 1 to 64, and number: as many in hexadecimal, the last byte filled up");
		return;
	}
	sim->events.on_card(sim->events.ctx, (unsigned)bits, bytes);
	sodium_memzero(bytes, sizeof(bytes));
	textsock_say_ok(client);
}

static void do_show(struct port_sim *sim, struct textsock_client *client, json_t *command)
{
	(void)command;
	textsock_say_json(client, sim_describe(sim));
}

static void do_watch(struct port_sim *sim, struct textsock_client *client, json_t *command)
{
	textsock_watch(client);
	do_show(sim, client, command);
}

void sim_take_command(void *ctx, struct textsock_client *client, const char *line, size_t len)
{
	static const struct {
		const char *word;
		void (*act)(struct port_sim *sim, struct textsock_client *client, json_t *command);
	} commands[] = { { "press", do_press }, { "contact", do_contact }, { "rex", do_rex },
		{ "line", do_line }, { "fault", do_fault }, { "card", do_card }, { "show", do_show },
		{ "watch", do_watch } };
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
		textsock_say_error(
			client, command ? "do: press, contact, rex, line, fault, card, show or watch"
					: "not a JSON object");
	json_decref(command);
}
