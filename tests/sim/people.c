/* People of the simulated site: teachers who ask and come, staff who decide, and somebody at the keypad who
 * has no business there. What they know they got the way people do: the code from the private link, the tone
 * from the door. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/world.h"

#define HOUR_MS 3600000ll

static const char *const units[] = { "room-0", "room-1", "room-2", "room-3", "room-4", "room-5", "room-6",
	"room-7" };

/* Plans a hand typing digits and '#'. Hands queue at one keypad. */
void people_type(struct world *world, unsigned board, const char *digits)
{
	struct board_node *node = &world->boards[board];
	uint64_t at = world->now_ms > node->keypad_free_ms ? world->now_ms : node->keypad_free_ms;

	for (const char *d = digits;; d++) {
		at += 150 + prng_below(&world->prng, 250);
		world_plan(world, at - world->now_ms, AGENDA_BOARD_KEY, board, node->life,
			(uint8_t)(*d ? *d : '#'));
		if (!*d)
			break;
	}
	node->keypad_free_ms = at + 1500;
}

static void check(struct world *world, int r, const char *what)
{
	if (gateway_node_survived(world, r) && r > 0)
		world_fail(world, "L3", "%s was answered %d", what, r);
}

void people_begin(struct world *world)
{
	struct gateway_node *gateway = &world->gateway;
	struct service_problem problem;

	for (unsigned b = 0; b < world->board_count; b++) {
		struct service_unit unit = { .id = units[b],
			.name = units[b],
			.kind = "room",
			.capacity = 20,
			.before_min = (uint32_t)prng_below(&world->prng, 31),
			.after_min = 15 };
		struct service_board board = { .id = world->boards[b].name,
			.name = world->boards[b].name,
			.units = &units[b],
			.unit_count = 1 };

		memcpy(board.sign_public, world->boards[b].identity.sign_public, 32);
		memcpy(board.agree_public, world->boards[b].identity.agree_public, 32);
		check(world,
			service_unit_add(
				gateway->service, &gateway->staff, world_wall_ms(world), &unit, &problem),
			"adding a unit");
		check(world,
			service_board_add(
				gateway->service, &gateway->staff, world_wall_ms(world), &board, &problem),
			"adding a board");
	}
	for (unsigned g = 0; g < WORLD_GUESTS_MAX; g++)
		world_plan(world, prng_below(&world->prng, world->knobs.chaos_ms), AGENDA_GUEST, g, 0, 0);
	world_plan(world, 60000, AGENDA_STAFF, 0, 0, 0);
	if (world->knobs.has_attacker)
		world_plan(world, 5000, AGENDA_ATTACKER, 0, 0, 0);
}

static void submit(struct world *world, struct guest *guest, unsigned index)
{
	struct service_problem problem;
	struct service_receipt receipt;
	struct service_occupant who = { .name = guest->name, .phone = "+6281377700042" };
	struct service_request request = { .organisation = NULL,
		.activity = "diskusi",
		.kind = "diskusi_profesi",
		.heads = 4,
		.occupants = &who,
		.occupant_count = 1 };
	int64_t now_ms = world_wall_ms(world);
	int r;

	guest->board = (unsigned)prng_below(&world->prng, world->board_count);
	(void)snprintf(guest->name, sizeof(guest->name), "Zulaikha Rahmawati %u", index);
	guest->from_ms = now_ms + (int64_t)prng_below(&world->prng, 4 * (uint64_t)HOUR_MS) + 300000;
	guest->until_ms = guest->from_ms + HOUR_MS + (int64_t)prng_below(&world->prng, 6 * (uint64_t)HOUR_MS);
	request.unit = units[guest->board];
	request.from_ms = guest->from_ms;
	request.until_ms = guest->until_ms;
	r = service_request_submit(world->gateway.service, now_ms, &request, &receipt, &problem);
	if (!gateway_node_survived(world, r) || r != 0)
		return;
	memcpy(guest->number, receipt.number, sizeof(guest->number));
	memcpy(guest->link, receipt.link, sizeof(guest->link));
	guest->stage = 1;
}

static void approve(struct world *world, struct guest *guest)
{
	struct service_problem problem;
	int r = service_request_approve(
		world->gateway.service, &world->gateway.staff, world_wall_ms(world), guest->number, &problem);

	if (!gateway_node_survived(world, r) || r < 0)
		return; /* the desk tries again when it sees the request still waiting */
	guest->stage = 2;
	if (r == SERVICE_CONFLICT)
		world_sometimes(world, SOMETIMES_DOUBLE_BOOKING_REFUSED);
	guest->is_approved = r == 0;
	if (r == 0 && !world->boards[guest->board].is_on)
		world_sometimes(world, SOMETIMES_APPROVED_WHILE_BOARD_OFF);
}

static void learn(struct world *world, struct guest *guest)
{
	struct service_problem problem;
	json_t *view = NULL;
	const char *code = NULL, *long_code = NULL;
	int r = service_link_view(world->gateway.service, world_wall_ms(world), guest->link, &view, &problem);

	if (!gateway_node_survived(world, r) || r != 0)
		return;
	(void)json_unpack(view, "{s:[{s:s, s:s}]}", "codes", "digits", &code, "long_digits", &long_code);
	if (code && long_code) {
		(void)snprintf(guest->code, sizeof(guest->code), "%s", code);
		(void)snprintf(guest->long_code, sizeof(guest->long_code), "%s", long_code);
		oracle_learned(world, guest);
	}
	service_view_wipe(view);
	json_decref(view);
}

static void revoke(struct world *world, struct guest *guest)
{
	struct service_problem problem;
	int r = service_request_act(world->gateway.service, &world->gateway.staff, world_wall_ms(world),
		guest->number, REQUEST_ACT_CANCEL, "acara batal", &problem);

	if (!gateway_node_survived(world, r) || r != 0)
		return;
	guest->is_revoked = true;
	if (!world->boards[guest->board].is_linked)
		world_sometimes(world, SOMETIMES_REVOKED_WHILE_BOARD_OFF);
}

/* Asks, is decided upon, learns the code, then comes by: early, in time, late, and after being revoked. */
void people_guest(struct world *world, unsigned index)
{
	struct guest *guest = &world->guests[index];
	int64_t now_ms = world_wall_ms(world);
	uint64_t pause = 60000 + prng_below(&world->prng, 1800000);

	if (guest->stage < 2 && world->gateway.is_on) {
		if (guest->stage == 0)
			submit(world, guest, index);
		else
			approve(world, guest);
		pause = 1000 + prng_below(&world->prng, 120000);
	} else if (guest->stage == 2 && guest->is_approved) {
		if (!guest->code[0] && world->gateway.is_on)
			learn(world, guest);
		if (guest->code[0]) {
			people_type(world, guest->board,
				prng_one_in(&world->prng, 6) ? guest->long_code : guest->code);
			guest->visits++;
		}
		if (!guest->is_revoked && world->gateway.is_on && world_chance(world, 8))
			revoke(world, guest);
	}
	if (world->is_healing || guest->visits > 40 ||
		(guest->until_ms && now_ms > guest->until_ms + 3 * HOUR_MS))
		return;
	world_plan(world, pause, AGENDA_GUEST, index, 0, 0);
}

/* Staff look at doors now and then: an action, a mode, and back to normal. */
void people_staff(struct world *world)
{
	struct gateway_node *gateway = &world->gateway;
	struct service_problem problem;
	unsigned b = (unsigned)prng_below(&world->prng, world->board_count);
	int64_t now_ms = world_wall_ms(world);
	char id[WIRE_ID_CHARS + 1];
	int r = 0;

	if (gateway->is_on) {
		switch (prng_below(&world->prng, 8)) {
		case 0:
			r = service_mode_set(gateway->service, &gateway->staff, now_ms, world->boards[b].name,
				WIRE_MODE_LOCKDOWN, 0, "latihan", &problem);
			break;
		case 1:
			r = service_mode_set(gateway->service, &gateway->staff, now_ms, world->boards[b].name,
				WIRE_MODE_HOLD_OPEN, now_ms + 600000, "acara", &problem);
			break;
		case 2:
		case 3:
		case 4:
			r = service_action(gateway->service, &gateway->staff, now_ms, world->boards[b].name,
				WIRE_ACTION_UNLOCK, WIRE_WHY_GUEST_WAITING, "tamu menunggu", id, &problem);
			break;
		default:
			r = service_mode_set(gateway->service, &gateway->staff, now_ms, world->boards[b].name,
				WIRE_MODE_NORMAL, 0, "selesai", &problem);
			break;
		}
		(void)gateway_node_survived(world, r);
	}
	if (!world->is_healing)
		world_plan(world, 300000 + prng_below(&world->prng, 1200000), AGENDA_STAFF, 0, 0, 0);
}

/* Types code after code, cuts the power whenever it likes, and is at it all day. */
void people_attacker(struct world *world, unsigned board)
{
	char digits[9];

	if (world->is_healing)
		return;
	(void)snprintf(digits, sizeof(digits), "%08u", (unsigned)prng_below(&world->prng, 100000000));
	people_type(world, board, digits);
	if (prng_one_in(&world->prng, 12))
		world_plan(world, 1 + prng_below(&world->prng, 4000), AGENDA_BOARD_CUT, board,
			world->boards[board].life, 0);
	world_plan(world, 5000 + (prng_one_in(&world->prng, 20) ? 1800000 : 0), AGENDA_ATTACKER, board, 0, 0);
}
