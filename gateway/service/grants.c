/* grants - a person's way through some doors: codes given, tags made, windows moved, access taken; see
 * inside.h */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "gateway/core/base32.h"
#include "gateway/service/inside.h"
#include "gateway/store/units.h"

struct finding {
	struct service *service;
	struct doors *doors;
};

static int find_door(void *ctx, const char *id)
{
	struct finding *finding = ctx;
	struct board *board = board_find(finding->service, id);

	if (!board)
		return -EUCLEAN;
	if (finding->doors->count == SERVICE_DOORS_MAX)
		return SERVICE_TOO_MANY;
	finding->doors->list[finding->doors->count++] = board;
	return 0;
}

int doors_of_unit(
	struct service *service, const char *unit, struct doors *out, struct service_problem *problem)
{
	struct finding finding = { service, out };
	int r;

	out->count = 0;
	r = store_unit_door_each(service->store, unit, find_door, &finding);
	if (r == SERVICE_TOO_MANY)
		return answer(
			problem, r, "too_many_doors", "unit", "Unit ini memiliki terlalu banyak pintu.");
	return r;
}

static int find_grant_door(void *ctx, const struct store_grant_door *door)
{
	return find_door(ctx, door->board);
}

int doors_of_grant(struct service *service, const char *grant, struct doors *out)
{
	struct finding finding = { service, out };

	out->count = 0;
	return store_grant_door_each(service->store, grant, find_grant_door, &finding);
}

/* store_tag_add(), or store_tag_restore() for codes that were found unlike each other once. */
typedef int take_tag(
	struct store *store, const char *board, const uint8_t tag[WIRE_TAG_BYTES], const char *grant);

/* The rows of one door: its tags taken, and the grant with them. STORE_TWIN: a code is taken there. */
static int put_door(struct service *service, const char *grant, struct board *board,
	const struct service_spare *code, const struct service_spare *long_code, take_tag *take)
{
	struct store_grant_door door = { .board = board->row.id, .rev = board->row.rev + 1 };
	uint8_t edges[2][WIRE_TAG_BYTES];
	int r;

	wire_tag(door.tag, board->keys.tag_key, code->s);
	wire_tag(door.long_tag, board->keys.tag_key, long_code->s);
	wire_tag(edges[0], board->keys.tag_key, long_code->edges[0]);
	wire_tag(edges[1], board->keys.tag_key, long_code->edges[1]);
	r = take(service->store, board->row.id, door.tag, grant);
	if (r == 0)
		r = take(service->store, board->row.id, door.long_tag, grant);
	if (r == 0)
		r = take(service->store, board->row.id, edges[0], grant);
	if (r == 0)
		r = take(service->store, board->row.id, edges[1], grant);
	if (r == 0)
		r = store_grant_door_put(service->store, grant, &door);
	board->is_dirty = true;
	return r;
}

/* All doors or none of them. */
static int put_doors(struct service *service, const char *grant, const struct doors *doors,
	const struct service_spare *code, const struct service_spare *long_code, take_tag *take)
{
	int r = store_mark(service->store);
	int back;

	for (size_t i = 0; i < doors->count && r == 0; i++)
		r = put_door(service, grant, doors->list[i], code, long_code, take);
	if (r == 0)
		return store_keep(service->store);
	if (r == STORE_TWIN) {
		back = store_take_back(service->store);
		return back == 0 ? STORE_TWIN : back;
	}
	return r;
}

void secret_lock(struct service *service, uint8_t *out, const uint8_t *secret, size_t len)
{
	uint8_t nonce[24];

	draw(service, nonce, sizeof(nonce));
	link_lock(out, secret, len, service->config.code_key, nonce);
}

/* What is kept of two codes: for the link, and for the key file. */
static int put_away(struct service *service, struct store_grant *grant, const struct service_spare *code,
	const struct service_spare *long_code, const uint8_t link_key[LINK_KEY_BYTES])
{
	char text[WIRE_CODE_MAX + 1 + WIRE_LONG_CODE + 1];
	uint8_t random[32];
	int len = snprintf(text, sizeof(text), "%s %s", code->digits, long_code->digits);
	int r;

	draw(service, random, sizeof(random));
	r = link_seal(grant->sealed, text, (size_t)len, link_key, random);
	grant->sealed_len = (size_t)len + LINK_SEAL_BYTES;
	sodium_memzero(random, sizeof(random));
	sodium_memzero(text, sizeof(text));
	secret_lock(service, grant->stretched, code->s, sizeof(code->s));
	secret_lock(service, grant->long_stretched, long_code->s, sizeof(long_code->s));
	secret_lock(service, grant->edge_stretched, long_code->edges[0], sizeof(long_code->edges));
	return r;
}

static int take_codes(struct service *service, struct service_spare *code, struct service_spare *long_code)
{
	int r = spare_take(service, code, SERVICE_CODE_DIGITS);

	return r == 0 ? spare_take(service, long_code, WIRE_LONG_CODE) : r;
}

/* Draws codes until one pair is free at every door. `write` stores the grant's own row before or after. */
static int give_codes(struct service *service, struct store_grant *grant, const struct doors *doors,
	const uint8_t link_key[LINK_KEY_BYTES],
	int (*write)(struct store *store, const struct store_grant *grant))
{
	struct service_spare code, long_code;
	int r;

	do {
		r = take_codes(service, &code, &long_code);
		if (r == 0)
			r = put_away(service, grant, &code, &long_code, link_key);
		if (r == 0)
			r = write(service->store, grant);
		if (r > 0) /* two grants of one id: the random source is broken */
			r = -EEXIST;
		if (r == 0)
			r = put_doors(service, grant->id, doors, &code, &long_code, store_tag_add);
		write = store_grant_set_code; /* the row is there now */
	} while (r == STORE_TWIN);
	sodium_memzero(&code, sizeof(code));
	sodium_memzero(&long_code, sizeof(long_code));
	return r;
}

int grant_give(struct service *service, struct store_grant *grant, const struct doors *doors,
	const uint8_t link_key[LINK_KEY_BYTES])
{
	uint8_t random[WIRE_GRANT_ID_CHARS];

	draw(service, random, sizeof(random));
	base32_lower(grant->id, random, WIRE_GRANT_ID_CHARS);
	return give_codes(service, grant, doors, link_key, store_grant_add);
}

int grant_recode(struct service *service, struct store_grant *grant, const uint8_t link_key[LINK_KEY_BYTES])
{
	struct doors doors;
	int r = doors_of_grant(service, grant->id, &doors);

	return r == 0 ? give_codes(service, grant, &doors, link_key, store_grant_set_code) : r;
}

static int unlock(struct service *service, const struct store_grant *grant, struct service_spare *code,
	struct service_spare *long_code)
{
	const uint8_t *key = service->config.code_key;
	int r = link_unlock(code->s, grant->stretched, sizeof(grant->stretched), key);

	if (r == 0)
		r = link_unlock(long_code->s, grant->long_stretched, sizeof(grant->long_stretched), key);
	if (r == 0)
		r = link_unlock(
			long_code->edges[0], grant->edge_stretched, sizeof(grant->edge_stretched), key);
	return r == 0 ? 0 : -EUCLEAN; /* another key file than it was locked with, or changed */
}

static int link_key_of(struct service *service, const struct store_grant *grant, uint8_t key[LINK_KEY_BYTES])
{
	struct store_occupant occupant;
	int r = store_occupant_read_id(service->store, grant->occupant, &occupant);

	if (r == 0)
		memcpy(key, occupant.link_public, LINK_KEY_BYTES);
	return r == STORE_NONE ? -EUCLEAN : r;
}

int grant_add_door(struct service *service, const char *id, struct board *board)
{
	struct store_grant_door door = { .board = board->row.id, .rev = board->row.rev + 1 };
	const struct doors one = { .count = 1, .list = { board } };
	struct service_spare code = { 0 }, long_code = { 0 };
	uint8_t key[LINK_KEY_BYTES];
	struct store_grant grant;
	int r = store_grant_read(service->store, id, &grant);

	if (r == 0)
		r = link_key_of(service, &grant, key);
	if (r == 0)
		r = unlock(service, &grant, &code, &long_code);
	if (r == 0)
		r = put_doors(service, id, &one, &code, &long_code, store_tag_restore);
	sodium_memzero(&code, sizeof(code));
	sodium_memzero(&long_code, sizeof(long_code));
	if (r != STORE_TWIN)
		return r;
	r = store_grant_door_put(service->store, id, &door); /* its tags come with the new codes */
	return r == 0 ? grant_recode(service, &grant, key) : r;
}

int grant_touch(struct service *service, const char *grant)
{
	struct doors doors;
	int r = doors_of_grant(service, grant, &doors);

	for (size_t i = 0; i < doors.count && r == 0; i++) {
		struct board *board = doors.list[i];

		r = store_grant_door_touch(service->store, grant, board->row.id, board->row.rev + 1);
		board->is_dirty = true;
	}
	return r;
}

int grant_revoke(struct service *service, const char *grant, int64_t now_ms)
{
	int r = store_grant_revoke(service->store, grant, now_ms);

	if (r == STORE_NONE) /* it was before */
		return 0;
	return r == 0 ? grant_touch(service, grant) : r;
}

int grant_set_end(struct service *service, const char *grant, int64_t until_ms)
{
	int r = store_grant_set_end(service->store, grant, until_ms);

	return r == 0 ? grant_touch(service, grant) : r;
}
