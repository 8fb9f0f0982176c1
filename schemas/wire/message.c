#include "schemas/wire/message.h"

#include <string.h>

#include "schemas/wire/json.h"
#include "schemas/wire/words.h"

#define MILLIKELVIN_ZERO (-273150) /* absolute zero, in milli-degrees Celsius */

/* --- rules between members --- */

static int check_events(const void *base)
{
	const struct wire_events *events = base;

	for (unsigned i = 1; i < events->count; i++)
		if (events->events[i].seq != events->events[i - 1].seq + 1)
			return WIRE_BAD_ORDER;
	return 0;
}

static int check_mode(const void *base)
{
	const struct wire_state *state = base;

	return state->mode != WIRE_MODE_HOLD_OPEN || state->mode_until_ms > 0 ? 0 : WIRE_OUT_OF_BOUNDS;
}

/* --- alarms: a set of bits here, an array of words on the wire --- */

static int alarms_read(struct json_in *in, void *base, const struct json_member *member)
{
	struct wire_state *state = base;
	bool is_first = true;

	(void)member;
	state->alarms = 0;
	if (!json_begin_array(in))
		return WIRE_BAD_TYPE;
	while (json_next_item(in, &is_first)) {
		const char *text;
		unsigned alarm;
		size_t len;
		int r = json_read_string(in, &text, &len);

		if (r == 0)
			r = words_read(&words_alarm, &alarm, text, len);
		if (r != 0)
			return r;
		if (state->alarms & 1u << alarm)
			return WIRE_BAD_ORDER;
		state->alarms |= 1u << alarm;
	}
	return 0;
}

static void alarms_write(struct json_out *out, const void *base, const struct json_member *member)
{
	const struct wire_state *state = base;
	bool is_first = true;

	(void)member;
	json_put_text(out, "[");
	for (unsigned alarm = 0; alarm < words_alarm.count; alarm++) {
		if (!(state->alarms & 1u << alarm))
			continue;
		json_put_text(out, is_first ? "\"" : ",\"");
		json_put_text(out, words_spell(&words_alarm, alarm));
		json_put_text(out, "\"");
		is_first = false;
	}
	json_put_text(out, "]");
}

static const struct json_type alarm_words = { alarms_read, alarms_write, NULL };

/* --- alphabets --- */

static bool is_id_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
}

static bool is_who_char(char c)
{
	return is_id_char(c) || c == '-';
}

static bool is_version_char(char c)
{
	return is_id_char(c) || (c >= 'A' && c <= 'Z') || (c != '\0' && strchr(".+~-", c));
}

static const struct json_alphabet id_alphabet = { is_id_char };
static const struct json_alphabet who_alphabet = { is_who_char };
static const struct json_alphabet version_alphabet = { is_version_char };

/* --- the tables --- */
/* clang-format off */

static const struct json_member clock_members[] = {
	{ "trust",    JSON_WORD(struct wire_clock_state, trust, &words_trust) },
	{ "bound_ms", JSON_U32(struct wire_clock_state, bound_ms) },
};
static const struct json_object clock_object = JSON_OBJECT(clock_members, NULL);

static const struct json_member head_members[] = {
	{ "challenge", JSON_BYTES(struct wire_head, challenge) },
	{ "time_ms",   JSON_TIME(struct wire_head, time_ms) },
	{ "epoch",     JSON_U32(struct wire_head, epoch) },
	{ "rev",       JSON_COUNTER(struct wire_head, rev, 0) },
	{ "digest",    JSON_BYTES(struct wire_head, digest) },
};
static const struct json_object head_object = JSON_OBJECT(head_members, NULL);

static const struct json_member ack_members[] = {
	{ "log",  JSON_HEX64(struct wire_ack, log) },
	{ "upto", JSON_COUNTER(struct wire_ack, upto, 0) },
	{ "hash", JSON_BYTES(struct wire_ack, hash) },
};
static const struct json_object ack_object = JSON_OBJECT(ack_members, NULL);

static const struct json_member action_members[] = {
	{ "id",         JSON_TEXT(struct wire_action, id, WIRE_ID_CHARS, WIRE_ID_CHARS, &id_alphabet) },
	{ "challenge",  JSON_BYTES(struct wire_action, challenge) },
	{ "expires_ms", JSON_TIME(struct wire_action, expires_ms) },
	{ "what",       JSON_WORD(struct wire_action, what, &words_action) },
	{ "why",        JSON_WORD(struct wire_action, why, &words_why) },
	{ "who",        JSON_TEXT(struct wire_action, who, 1, WIRE_WHO_MAX, &who_alphabet) },
};
static const struct json_object action_object = JSON_OBJECT(action_members, NULL);

static const struct json_member hello_members[] = {
	{ "boot",      JSON_HEX64(struct wire_hello, boot) },
	{ "challenge", JSON_BYTES(struct wire_hello, challenge) },
	{ "epoch",     JSON_U32(struct wire_hello, epoch) },
	{ "rev",       JSON_COUNTER(struct wire_hello, rev, 0) },
	{ "digest",    JSON_BYTES(struct wire_hello, digest) },
	{ "log",       JSON_HEX64(struct wire_hello, log) },
	{ "head",      JSON_COUNTER(struct wire_hello, head, 0) },
	{ "hash",      JSON_BYTES(struct wire_hello, hash) },
	{ "acked",     JSON_COUNTER(struct wire_hello, acked, 0) },
	{ "clock",     JSON_PART(struct wire_hello, clock, &clock_object) },
};
static const struct json_object hello_object = JSON_OBJECT(hello_members, NULL);

static const struct json_member mode_members[] = {
	{ "kind",     JSON_WORD(struct wire_state, mode, &words_mode) },
	{ "until_ms", JSON_TIME(struct wire_state, mode_until_ms), .is_optional = true },
};
static const struct json_object mode_object = JSON_OBJECT(mode_members, check_mode);

static const struct json_member state_members[] = {
	{ "boot",         JSON_HEX64(struct wire_state, boot) },
	{ "n",            JSON_COUNTER(struct wire_state, n, 0) },
	{ "at_ms",        JSON_TIME(struct wire_state, at_ms) },
	{ "door",         JSON_WORD(struct wire_state, door, &words_door) },
	{ "released",     JSON_BOOL(struct wire_state, is_released) },
	{ "contact_open", JSON_BOOL(struct wire_state, is_contact_open) },
	{ "mode",         JSON_NESTED(struct wire_state, &mode_object) },
	{ "alarms",       &alarm_words, JSON_FIELD(struct wire_state, alarms) },
	{ "lockout_s",    JSON_U32(struct wire_state, lockout_s) },
	{ "epoch",        JSON_U32(struct wire_state, epoch) },
	{ "rev",          JSON_COUNTER(struct wire_state, rev, 0) },
	{ "digest",       JSON_BYTES(struct wire_state, digest) },
	{ "clock",        JSON_PART(struct wire_state, clock, &clock_object) },
	{ "queue",        JSON_COUNTER(struct wire_state, queue, 0) },
};
static const struct json_object state_object = JSON_OBJECT(state_members, NULL);

static const struct json_member event_members[] = {
	{ "seq",      JSON_COUNTER(struct wire_event, seq, 1) },
	{ "boot",     JSON_HEX64(struct wire_event, boot) },
	{ "mono_ms",  JSON_COUNTER(struct wire_event, mono_ms, 0) },
	{ "wall_ms",  JSON_TIME(struct wire_event, wall_ms) },
	{ "bound_ms", JSON_U32(struct wire_event, bound_ms) },
	{ "trust",    JSON_WORD(struct wire_event, trust, &words_trust) },
	{ "type",     JSON_WORD(struct wire_event, type, &words_event_type) },
	{ "reason",   JSON_WORD(struct wire_event, reason, &words_reason), .is_optional = true },
	{ "n",        JSON_COUNTER(struct wire_event, n, -JSON_COUNTER_MAX), .is_optional = true },
	{ "grant",    JSON_TEXT(struct wire_event, grant, WIRE_GRANT_ID_CHARS, WIRE_GRANT_ID_CHARS, &id_alphabet),
		.is_optional = true },
};
static const struct json_object event_object = JSON_OBJECT(event_members, NULL);
static const struct json_array event_array = {
	&event_object, sizeof(struct wire_event), JSON_FIELD(struct wire_events, count),
};

static const struct json_member events_members[] = {
	{ "log",    JSON_HEX64(struct wire_events, log) },
	{ "prev",   JSON_BYTES(struct wire_events, prev) },
	{ "events", JSON_LIST(struct wire_events, events, 1, WIRE_EVENTS_MAX, &event_array) },
};
static const struct json_object events_object = JSON_OBJECT(events_members, check_events);

static const struct json_member did_members[] = {
	{ "id",     JSON_TEXT(struct wire_did, id, WIRE_ID_CHARS, WIRE_ID_CHARS, &id_alphabet) },
	{ "done",   JSON_BOOL(struct wire_did, is_done) },
	{ "reason", JSON_WORD(struct wire_did, reason, &words_reason), .is_optional = true },
};
static const struct json_object did_object = JSON_OBJECT(did_members, NULL);

static const struct json_member health_members[] = {
	{ "version",       JSON_TEXT(struct wire_health, version, 1, 16, &version_alphabet) },
	{ "uptime_s",      JSON_COUNTER(struct wire_health, uptime_s, 0) },
	{ "queue",         JSON_COUNTER(struct wire_health, queue, 0) },
	{ "journal_bytes", JSON_COUNTER(struct wire_health, journal_bytes, 0) },
	{ "free_bytes",    JSON_COUNTER(struct wire_health, free_bytes, 0) },
	{ "temp_mc",       JSON_INT(struct wire_health, temp_mc, MILLIKELVIN_ZERO, 1000000),
		.absent = INT32_MIN, .is_optional = true },
	{ "cert_days",     JSON_INT(struct wire_health, cert_days, -100000, 100000),
		.absent = INT32_MIN, .is_optional = true },
	{ "refused",       JSON_COUNTER(struct wire_health, refused, 0) },
	{ "relay_count",   JSON_COUNTER(struct wire_health, relay_count, 0) },
};
static const struct json_object health_object = JSON_OBJECT(health_members, NULL);

static const struct json_member link_members[] = {
	{ "online", JSON_BOOL(struct wire_link, is_online) },
};
static const struct json_object link_object = JSON_OBJECT(link_members, NULL);

/* What every one of them looks like to its callers; `start` is what optional members are when absent. */
#define MESSAGE(name, type, kind, ...) \
	long wire_##name##_encode(char *buf, size_t size, const struct type *name) \
	{ \
		return json_write_message(buf, size, name, &name##_object); \
	} \
	int wire_##name##_decode(struct type *out, const char *msg, size_t len) \
	{ \
		*out = (struct type){__VA_ARGS__}; \
		return json_read_message(out, &name##_object, kind, msg, len); \
	}
MESSAGE(head, wire_head, WIRE_HEAD, 0)
MESSAGE(ack, wire_ack, WIRE_ACK, 0)
MESSAGE(action, wire_action, WIRE_ACTION, 0)
MESSAGE(hello, wire_hello, WIRE_HELLO, 0)
MESSAGE(state, wire_state, WIRE_STATE, 0)
MESSAGE(events, wire_events, WIRE_EVENT, 0)
MESSAGE(did, wire_did, WIRE_DID, 0)
MESSAGE(health, wire_health, WIRE_HEALTH, .temp_mc = INT32_MIN, .cert_days = INT32_MIN)
MESSAGE(link, wire_link, WIRE_LINK, 0)
/* clang-format on */
