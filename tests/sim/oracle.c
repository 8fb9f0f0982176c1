/* The oracle knows what the programs cannot: true time, who was approved and revoked, what was really sent
 * and stored. After every step it holds the boards against the invariants S1..S21 of safety, and after heal
 * and quiet the site against L1..L3 of liveness. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/oracle.h"

struct oracle *oracle_new(void)
{
	struct oracle *oracle = calloc(1, sizeof(*oracle));

	if (!oracle)
		abort();
	return oracle;
}

void oracle_free(struct oracle *oracle)
{
	if (!oracle)
		return;
	for (unsigned b = 0; b < WORLD_BOARDS_MAX; b++) {
		for (size_t i = 0; i < oracle->boards[b].count; i++)
			free(oracle->boards[b].list[i].grants);
		free(oracle->boards[b].list);
	}
	free(oracle);
}

static const struct published *find_rev(const struct oracle *oracle, unsigned board, uint64_t rev)
{
	for (size_t i = oracle->boards[board].count; i > 0; i--)
		if (oracle->boards[board].list[i - 1].rev == rev)
			return &oracle->boards[board].list[i - 1];
	return NULL;
}

static const struct wire_grant *find_grant(const struct published *snapshot, const char *id)
{
	for (size_t i = 0; i < snapshot->count; i++)
		if (strcmp(snapshot->grants[i].id, id) == 0)
			return &snapshot->grants[i];
	return NULL;
}

/* --- what is sent --- */

static void keep_snapshot(struct world *world, const struct packet *packet)
{
	struct oracle *oracle = world->oracle;
	struct wire_snapshot snapshot = { .grants = oracle->grants, .grant_max = 512 };
	struct published *kept;
	unsigned b = packet->board;

	if (wire_snapshot_decode(&snapshot, packet->bytes, packet->len) != 0)
		world_fail(world, "S7", "the gateway published what does not decode");
	oracle->settings = snapshot.settings;
	if (find_rev(oracle, b, snapshot.rev))
		return;
	for (unsigned g = 0; g < WORLD_GUESTS_MAX; g++) {
		const struct guest *guest = &world->guests[g];

		if (!guest->is_revoked || guest->board != b || !guest->grant[0])
			continue;
		for (size_t i = 0; i < snapshot.grant_count; i++)
			if (strcmp(snapshot.grants[i].id, guest->grant) == 0)
				world_fail(world, "S4",
					"%s: rev %llu still has the grant of a cancelled request",
					world->boards[b].name, (unsigned long long)snapshot.rev);
	}
	if (oracle->boards[b].count == oracle->boards[b].room) {
		oracle->boards[b].room = oracle->boards[b].room ? 2 * oracle->boards[b].room : 16;
		oracle->boards[b].list =
			realloc(oracle->boards[b].list, oracle->boards[b].room * sizeof(*kept));
		if (!oracle->boards[b].list)
			abort();
	}
	kept = &oracle->boards[b].list[oracle->boards[b].count++];
	kept->rev = snapshot.rev;
	kept->count = snapshot.grant_count;
	kept->grants = calloc(snapshot.grant_count + 1, sizeof(*kept->grants));
	if (!kept->grants)
		abort();
	memcpy(kept->grants, snapshot.grants, snapshot.grant_count * sizeof(*kept->grants));
}

/* S17: no name, number or code crosses the bus. */
static void look_for_secrets(struct world *world, const struct packet *packet)
{
	if (memmem(packet->bytes, packet->len, "Zulaikha", 8) ||
		memmem(packet->bytes, packet->len, "81377700042", 11))
		world_fail(world, "S17", "a name or a number stands in a %s",
			wire_kind_info(packet->kind)->word);
	for (unsigned g = 0; g < WORLD_GUESTS_MAX; g++) {
		const struct guest *guest = &world->guests[g];
		char quoted[SERVICE_CODE_MAX + 3];

		if (!guest->code[0])
			continue;
		(void)snprintf(quoted, sizeof(quoted), "\"%s\"", guest->code);
		if (memmem(packet->bytes, packet->len, quoted, strlen(quoted)))
			world_fail(world, "S17", "a code stands in a %s", wire_kind_info(packet->kind)->word);
	}
}

void oracle_published(struct world *world, const struct packet *packet)
{
	struct oracle *oracle = world->oracle;
	struct wire_action action;
	struct wire_ack ack;

	world_mix(world, packet->bytes, packet->len);
	if (packet->kind == WIRE_SNAPSHOT) {
		keep_snapshot(world, packet);
		look_for_secrets(world, packet);
	} else if (packet->kind == WIRE_ACTION &&
		   wire_action_decode(&action, packet->bytes, packet->len) == 0) {
		struct executed *slot = &oracle->actions[oracle->action_count++ % IDS];

		*slot = (struct executed){ .expires_ms = action.expires_ms };
		memcpy(slot->id, action.id, sizeof(slot->id));
	} else if (packet->kind == WIRE_ACK && wire_ack_decode(&ack, packet->bytes, packet->len) == 0) {
		if (ack.log != oracle->boards[packet->board].acked[0] ||
			ack.upto > oracle->boards[packet->board].acked[1]) {
			oracle->boards[packet->board].acked[0] = ack.log;
			oracle->boards[packet->board].acked[1] = ack.upto;
		}
	} else if (packet->kind == WIRE_EVENT || packet->kind == WIRE_STATE) {
		look_for_secrets(world, packet);
	}
}

void oracle_learned(struct world *world, struct guest *guest)
{
	const struct board_node *node = &world->boards[guest->board];
	uint8_t tag[WIRE_TAG_BYTES];

	if (wire_stretch(guest->s, guest->code, strlen(guest->code), &world->oracle->settings) != 0)
		abort();
	wire_tag(tag, node->keys.tag_key, guest->s);
	for (size_t i = world->oracle->boards[guest->board].count; i > 0; i--) {
		const struct published *published = &world->oracle->boards[guest->board].list[i - 1];

		for (size_t g = 0; g < published->count; g++)
			if (memcmp(published->grants[g].tag, tag, sizeof(tag)) == 0)
				memcpy(guest->grant, published->grants[g].id, sizeof(guest->grant));
	}
}

/* --- what a board does --- */

static void check_granted(
	struct board_node *node, const struct wire_event *event, const struct wire_state *state)
{
	struct world *world = node->world;
	const struct published *snapshot = find_rev(world->oracle, node->index, state->rev);
	const struct wire_grant *grant = snapshot ? find_grant(snapshot, event->grant) : NULL;
	int64_t now_ms = world_wall_ms(world);
	int64_t slack_ms = EDGE_MS + (int64_t)event->bound_ms;

	if (wires_are_active(node, LINE_PARTNER) && !(state->alarms & WIRE_ALARM_BIT(FIRE)))
		world_fail(world, "S1", "%s opened while the sluice's other door was not locked", node->name);
	if (event->reason == WIRE_REASON_ACTION) {
		world_sometimes(world, SOMETIMES_OPENED_BY_ACTION);
		return;
	}
	if (!grant)
		world_fail(world, "S1", "%s opened for %s, which rev %llu does not have", node->name,
			event->grant, (unsigned long long)state->rev);
	if (event->trust == WIRE_TRUST_FLOOR) {
		world_sometimes(world, SOMETIMES_OPENED_AT_FLOOR);
		if (!grant->opens_at_floor || grant->until_ms <= event->wall_ms)
			world_fail(world, "S1", "%s opened at the floor for %s", node->name, event->grant);
	} else if (now_ms < grant->from_ms - slack_ms || now_ms > grant->until_ms + slack_ms) {
		world_fail(world, "S14", "%s opened for %s outside its window", node->name, event->grant);
	}
	if (state->mode == WIRE_MODE_LOCKDOWN || state->mode == WIRE_MODE_CLOSED)
		world_fail(world, "S1", "%s opened in %s", node->name, wire_mode_word(state->mode));
	world_sometimes(world, event->reason == WIRE_REASON_LONG_CODE ? SOMETIMES_OPENED_BY_LONG_CODE
								      : SOMETIMES_OPENED_BY_CODE);
	if (event->reason == WIRE_REASON_LONG_CODE && state->lockout_s)
		world_sometimes(world, SOMETIMES_LONG_CODE_IN_LOCKOUT);
	if (!node->is_linked)
		world_sometimes(world, SOMETIMES_OPENED_OFFLINE);
	if (!world->gateway.is_on)
		world_sometimes(world, SOMETIMES_OPENED_WHILE_GATEWAY_DOWN);
	if (event->trust == WIRE_TRUST_HOLDOVER)
		world_sometimes(world, SOMETIMES_OPENED_IN_HOLDOVER);
}

/* S13: no more than sixty wrong codes are weighed in any day, whatever is cut, waited for or tried in
 * between. */
static void count_guess(struct board_node *node)
{
	struct world *world = node->world;
	uint64_t *oldest = &node->seen.guesses[node->seen.guess_count % GUESSES_A_DAY];

	if (world->knobs.disk_full || world->knobs.disk_eio)
		return; /* a dead disk does not remember */
	if (node->seen.guess_count >= GUESSES_A_DAY && world->now_ms - *oldest < (uint64_t)DAY_MS)
		world_fail(world, "S13", "%s weighed more than %d wrong codes in a day", node->name,
			GUESSES_A_DAY);
	*oldest = world->now_ms;
	node->seen.guess_count++;
}

static void check_denied(
	struct board_node *node, const struct board_input *input, const struct wire_event *event)
{
	struct world *world = node->world;

	switch ((int)event->reason) {
	case WIRE_REASON_UNKNOWN_CODE:
		if (input->kind == INPUT_STRETCHED && node->entry_digits < WIRE_LONG_CODE)
			count_guess(node);
		for (unsigned g = 0; g < WORLD_GUESTS_MAX; g++)
			if (world->guests[g].is_revoked &&
				memcmp(world->guests[g].s, node->s, sizeof(node->s)) == 0)
				world_sometimes(world, SOMETIMES_REFUSED_REVOKED);
		break;
	case WIRE_REASON_NOT_YET:
		world_sometimes(world, SOMETIMES_REFUSED_EARLY);
		break;
	case WIRE_REASON_EXPIRED:
		world_sometimes(world, SOMETIMES_REFUSED_EXPIRED);
		break;
	case WIRE_REASON_LOCKDOWN:
		world_sometimes(world, SOMETIMES_REFUSED_LOCKDOWN);
		break;
	case WIRE_REASON_INTERLOCK:
		world_sometimes(world, SOMETIMES_REFUSED_BY_INTERLOCK);
		break;
	case WIRE_REASON_POWER_CUT:
		world_sometimes(world, SOMETIMES_ENTRY_CUT_BY_POWER);
		break;
	default:
		break;
	}
}

static void count_alarm(struct world *world, enum wire_reason reason)
{
	if (reason == WIRE_REASON_LOCK_FAULT)
		world_sometimes(world, SOMETIMES_LOCK_FAULT_ALARM);
	if (reason == WIRE_REASON_TAMPER)
		world_sometimes(world, SOMETIMES_TAMPER_ALARM);
	if (reason == WIRE_REASON_POWER)
		world_sometimes(world, SOMETIMES_POWER_ALARM);
}

static void check_events(struct board_node *node, const struct board_input *input,
	const struct board_orders *orders, const struct wire_state *state)
{
	struct world *world = node->world;

	for (unsigned i = 0; i < orders->event_count; i++) {
		const struct wire_event *event = &orders->events[i];

		if (event->type == WIRE_EVENT_ACCESS_GRANTED)
			check_granted(node, event, state);
		else if (event->type == WIRE_EVENT_ACCESS_DENIED)
			check_denied(node, input, event);
		else if (event->type == WIRE_EVENT_LOCKOUT_STARTED)
			world_sometimes(world, SOMETIMES_LOCKED_OUT);
		else if (event->type == WIRE_EVENT_HELD_OPEN)
			world_sometimes(world, SOMETIMES_HELD_OPEN_ALARM);
		else if (event->type == WIRE_EVENT_DOOR_FORCED)
			world_sometimes(world, SOMETIMES_FORCED_ALARM);
		else if (event->type == WIRE_EVENT_ALARM_RAISED)
			count_alarm(world, event->reason);
		else if (event->type == WIRE_EVENT_STALE)
			world_sometimes(world, SOMETIMES_STALE_ALARM);
		else if (event->type == WIRE_EVENT_SNAPSHOT_REFUSED && event->reason == WIRE_REASON_ROLLBACK)
			world_sometimes(world, SOMETIMES_SNAPSHOT_ROLLBACK_REFUSED);
		else if (event->type == WIRE_EVENT_SNAPSHOT_REFUSED &&
			 event->reason == WIRE_REASON_EQUIVOCATION)
			world_fail(world, "S7", "%s: one revision with two texts", node->name);
		else if (event->type == WIRE_EVENT_ACTION_REFUSED && event->reason == WIRE_REASON_EXPIRED)
			world_sometimes(world, SOMETIMES_ACTION_LATE);
		else if (event->type == WIRE_EVENT_ACTION_REFUSED && event->reason == WIRE_REASON_REPLAYED)
			world_sometimes(world, SOMETIMES_ACTION_REPLAYED);
	}
}

/* S16: an action is carried out once, and in time. */
static void check_did(struct board_node *node, const struct wire_did *did)
{
	struct world *world = node->world;

	if (!did->is_done)
		return;
	for (unsigned i = 0; i < IDS; i++) {
		struct executed *action = &world->oracle->actions[i];

		if (strcmp(action->id, did->id) != 0)
			continue;
		if (++action->times > 1)
			world_fail(world, "S16", "%s carried an action out twice", node->name);
		if (world_wall_ms(world) > action->expires_ms + 3000)
			world_fail(world, "S16", "%s carried an action out late", node->name);
		return;
	}
	world_fail(world, "S16", "%s carried out an action nobody signed", node->name);
}

void oracle_step(struct board_node *node, const struct board_input *input, const struct board_orders *orders)
{
	struct world *world = node->world;
	struct wire_state state;
	int64_t off_ms;

	board_look(node->core, board_node_mono_ms(node), &state);
	if (state.epoch < node->seen.epoch || (state.epoch == node->seen.epoch && state.rev < node->seen.rev))
		world_fail(world, "S5", "%s went back to rev %llu from %llu", node->name,
			(unsigned long long)state.rev, (unsigned long long)node->seen.rev);
	node->seen.epoch = state.epoch;
	node->seen.rev = state.rev;
	off_ms = state.at_ms - world_wall_ms(world);
	if (state.clock.trust != WIRE_TRUST_FLOOR &&
		(off_ms > (int64_t)state.clock.bound_ms + 2 || -off_ms > (int64_t)state.clock.bound_ms + 2))
		world_fail(world, "S15", "%s: true time is %lld ms away, past the bound of %u", node->name,
			(long long)off_ms, state.clock.bound_ms);
	for (unsigned i = 0; i < orders->count; i++)
		if (orders->list[i].kind == ORDER_SEND_DID)
			check_did(node, &orders->list[i].u.did);
	oracle_lock(node, input, orders, &state);
	check_events(node, input, orders, &state);
}

void oracle_forget(struct board_node *node, uint64_t upto)
{
	const uint64_t *acked = node->world->oracle->boards[node->index].acked;

	if (node->seen.log != acked[0] || upto > acked[1])
		world_fail(node->world, "S9", "%s forgets up to %llu, the gateway signed %llu", node->name,
			(unsigned long long)upto, (unsigned long long)acked[1]);
}

void oracle_stored(struct board_node *node, uint64_t head, const uint8_t hash[WIRE_HASH_BYTES])
{
	(void)hash;
	if (head < node->seen.head)
		world_fail(node->world, "S11", "%s: the head went back", node->name);
	node->seen.head = head;
}

void oracle_recalled(struct board_node *node, const struct board_memory *memory)
{
	struct world *world = node->world;
	bool is_disk_sound = !world->knobs.disk_full && !world->knobs.disk_eio;

	if (node->seen.log && memory->log != node->seen.log)
		world_fail(world, "S8", "%s forgot its log", node->name);
	if (memory->head < node->seen.head)
		world_fail(world, "F01", "%s lost stored events: %llu of %llu", node->name,
			(unsigned long long)memory->head, (unsigned long long)node->seen.head);
	if (is_disk_sound && node->seen.rev && (!memory->snapshot || memory->snapshot->rev < node->seen.rev))
		world_fail(world, "S5", "%s lost its snapshot in a power cut", node->name);
	node->seen.log = memory->log;
	node->seen.head = memory->head;
	node->seen.epoch = memory->snapshot ? memory->snapshot->epoch : 0;
	node->seen.rev = memory->snapshot ? memory->snapshot->rev : 0;
}
