#include "schemas/wire/topic.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "schemas/wire/refusal.h"

#define TOPIC_ROOT "rumah/"

#define X(name, text, down, retained, sealed)                                                                \
	[WIRE_##name] = {                                                                                    \
		.word = text,                                                                                \
		.is_from_gateway = down,                                                                     \
		.is_retained = retained,                                                                     \
		.is_sealed = sealed,                                                                         \
		.bytes_max = WIRE_##name == WIRE_SNAPSHOT ? WIRE_SNAPSHOT_MAX : WIRE_MESSAGE_MAX,            \
	},
static const struct wire_kind_info kinds[] = { WIRE_KINDS(X) };
#undef X

const struct wire_kind_info *wire_kind_info(enum wire_kind kind)
{
	assert((unsigned)kind < WIRE_KIND_COUNT);
	return &kinds[kind];
}

static bool is_name_char(char c, bool is_first)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c == '-' && !is_first);
}

static bool is_name(const char *text, size_t len)
{
	if (len < 2 || len > WIRE_NAME_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_name_char(text[i], i == 0))
			return false;
	return true;
}

bool wire_name_ok(const char *name)
{
	return is_name(name, strnlen(name, WIRE_NAME_MAX + 1));
}

void wire_topic_make(
	char topic[static WIRE_TOPIC_SIZE], const char *site, const char *board, enum wire_kind kind)
{
	int len;

	assert(wire_name_ok(site) && wire_name_ok(board));
	len = snprintf(
		topic, WIRE_TOPIC_SIZE, TOPIC_ROOT "%s/%s/%s", site, board, wire_kind_info(kind)->word);
	assert(len > 0 && (size_t)len < WIRE_TOPIC_SIZE);
	(void)len;
}

/* Takes the name before the next slash into name[WIRE_NAME_MAX + 1]; returns what follows it, or NULL. */
static const char *take_name(char *name, const char *text)
{
	const char *slash = strchr(text, '/');

	if (!slash || !is_name(text, (size_t)(slash - text)))
		return NULL;
	memcpy(name, text, (size_t)(slash - text));
	name[slash - text] = '\0';
	return slash + 1;
}

int wire_topic_read(struct wire_topic *out, const char *topic)
{
	struct wire_topic read = { 0 };
	const char *rest;

	if (strncmp(topic, TOPIC_ROOT, strlen(TOPIC_ROOT)) != 0)
		return WIRE_BAD_TOPIC;
	rest = take_name(read.site, topic + strlen(TOPIC_ROOT));
	if (rest)
		rest = take_name(read.board, rest);
	if (!rest)
		return WIRE_BAD_TOPIC;

	for (unsigned kind = 0; kind < WIRE_KIND_COUNT; kind++) {
		if (strcmp(rest, kinds[kind].word) == 0) {
			read.kind = kind;
			*out = read;
			return 0;
		}
	}
	return WIRE_BAD_TOPIC;
}
