/* oracle_lock - what the lock of a simulated door may do, and what it must: see oracle.h */
#include "tests/sim/oracle.h"

static bool is_in_fire(const struct board_node *node, const struct wire_state *state)
{
	return (state->alarms & WIRE_ALARM_BIT(FIRE)) &&
	       (node->hardware.fire_releases || node->hardware.lock == LOCK_MAGNET);
}

/* The exit button is held down: it goes on. */
static bool is_pressed(const struct board_node *node)
{
	return wires_are_active(node, LINE_REX);
}

/* How far ahead a release may reach, when nobody's code or button is behind it. */
static uint64_t longest_ms(const struct board_node *node, const struct wire_state *state)
{
	if (state->mode == WIRE_MODE_HOLD_OPEN)
		return UINT64_MAX / 2;
	if (node->hardware.lock == LOCK_MOTOR && state->is_contact_open)
		return 10 * 60000; /* its bolt waits for the leaf */
	if (is_in_fire(node, state) || wires_are_active(node, LINE_HOLD))
		return 4 * 60000;
	return 0;
}

/* S19: what has to be open to get out is open, whatever else is so. */
static void check_egress(
	struct board_node *node, const struct board_orders *orders, const struct wire_state *state)
{
	struct world *world = node->world;

	if (is_in_fire(node, state) && !state->is_released)
		world_fail(world, "S19", "%s: locked in a fire", node->name);
	for (unsigned i = 0; i < orders->event_count; i++) {
		const struct wire_event *event = &orders->events[i];

		if (event->type == WIRE_EVENT_RELEASED)
			world_sometimes(world, event->reason == WIRE_REASON_FIRE
						       ? SOMETIMES_RELEASED_BY_FIRE
						       : SOMETIMES_RELEASED_BY_SWITCH);
		if (event->type != WIRE_EVENT_REX)
			continue;
		if ((node->hardware.rex_releases || node->hardware.lock == LOCK_MAGNET) &&
			!state->is_released)
			world_fail(world, "S19", "%s: the exit button releases nothing", node->name);
		if (state->is_released)
			world_sometimes(world, SOMETIMES_RELEASED_BY_REX);
	}
}

static void check_strike(struct board_node *node, const struct board_input *input,
	const struct board_orders *orders, const struct wire_state *state)
{
	struct world *world = node->world;
	uint64_t mono_ms = board_node_mono_ms(node);
	bool is_off_ordered = false;

	for (unsigned i = 0; i < orders->count; i++) {
		const struct board_order *order = &orders->list[i];

		if (order->kind != ORDER_STRIKE)
			continue;
		is_off_ordered = is_off_ordered || !order->u.strike.on;
		if (!order->u.strike.on)
			continue;
		if (input->kind == INPUT_START && !is_in_fire(node, state))
			world_fail(world, "S3", "%s: the strike is on at start", node->name);
		/* a hold's deadline may move as time passes, whatever comes in */
		if (input->kind == INPUT_REFUSED && !node->is_strike_on)
			world_fail(world, "S21", "%s: a refused message moved the strike", node->name);
		if (state->mode == WIRE_MODE_HOLD_OPEN)
			world_sometimes(world, SOMETIMES_MODE_HOLD_OPEN);
		if (order->u.strike.until_mono_ms > mono_ms + 2 * WORLD_STRIKE_MS &&
			order->u.strike.until_mono_ms > mono_ms + longest_ms(node, state))
			world_fail(world, "S2", "%s: the strike is ordered on for too long", node->name);
		if (longest_ms(node, state) == 0 && orders->event_count == 0 && !is_pressed(node))
			world_fail(world, "S1", "%s: the strike is on and no event says why", node->name);
		is_off_ordered = true; /* its deadline moved */
	}
	if (node->is_strike_on && mono_ms > node->strike_until_ms + 5 && !is_off_ordered)
		world_fail(world, "S2", "%s: the strike is on past its deadline", node->name);
}

void oracle_lock(struct board_node *node, const struct board_input *input, const struct board_orders *orders,
	const struct wire_state *state)
{
	check_strike(node, input, orders, state);
	check_egress(node, orders, state);
}
