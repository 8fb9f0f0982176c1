/* The wires of a simulated door: every board has another lock, bolts that mostly follow, and a building in
 * which fire, thieves, electricians and caretakers come by. Wires move while the board is off, too. */
#include "tests/sim/world.h"

#define BOLT_MS 300

bool wires_are_active(const struct board_node *node, enum board_line line)
{
	return node->lines >> line & 1;
}

void wires_fit(struct board_node *node)
{
	struct prng *prng = &node->world->prng;
	struct board_hardware *hardware = &node->hardware;

	/* One draw a statement: the order of two in one is the compiler's. */
	*hardware = (struct board_hardware){ .lock = (enum board_lock)(node->index % (LOCK_TURNSTILE + 1)) };
	hardware->relock = (enum board_relock)prng_below(prng, RELOCK_CLOSING + 1);
	hardware->rex_releases = prng_one_in(prng, 2);
	hardware->fire_releases = prng_one_in(prng, 2);
	node->lines = LINE_BIT(BOLT);
}

static void plan_line(struct board_node *node, uint64_t in_ms, enum board_line line, bool is_active)
{
	world_plan(node->world, in_ms, AGENDA_BOARD_LINE, node->index, node->life,
		2 * (uint64_t)line + is_active);
}

static void plan_leaf(struct board_node *node, uint64_t in_ms, bool is_open)
{
	plan_line(node, in_ms, LINE_CONTACT, is_open);
}

void wires_strike(struct board_node *node, bool on)
{
	struct prng *prng = &node->world->prng;

	if (!node->is_bolt_jammed)
		plan_line(node, BOLT_MS, LINE_BOLT, !on);
	if (on && !wires_are_active(node, LINE_CONTACT) && !prng_one_in(prng, 5)) {
		uint64_t after = 300 + prng_below(prng, 3000);

		plan_leaf(node, after, true);
		plan_leaf(node, after + (prng_one_in(prng, 30) ? 200000 : 2000), false);
	}
}

bool wires_move(struct board_node *node, enum board_line line, bool is_active, struct board_input *input)
{
	if (wires_are_active(node, line) == is_active)
		return false;
	node->lines ^= 1u << line;
	*input = (struct board_input){ .kind = INPUT_LINE, .u.line = { line, is_active } };
	return true;
}

/* For a while. */
static void disturb(struct board_node *node, enum board_line line, uint64_t for_ms)
{
	plan_line(node, 10, line, true);
	plan_line(node, 10 + for_ms, line, false);
}

static void jam_bolt(struct board_node *node)
{
	node->is_bolt_jammed = !node->is_bolt_jammed;
	plan_line(node, BOLT_MS, LINE_BOLT, !node->is_strike_on && !node->is_bolt_jammed);
}

/* Somebody forces the door, or leaves by it. */
static void open_leaf(struct board_node *node, bool by_rex)
{
	plan_line(node, 10, LINE_REX, by_rex);
	plan_leaf(node, 600, true);
	plan_line(node, 900, LINE_REX, false);
	plan_leaf(node, 5000, false);
}

void wires_mischief(struct world *world, unsigned board)
{
	static const enum board_line lines[] = { LINE_FIRE, LINE_TAMPER, LINE_MAINS, LINE_BATTERY, LINE_HOLD,
		LINE_PARTNER };
	struct board_node *node = &world->boards[board];
	struct prng *prng = &world->prng;

	if (world_chance(world, 200))
		open_leaf(node, prng_one_in(prng, 2));
	if (world_chance(world, 200)) {
		enum board_line line = lines[prng_below(prng, sizeof(lines) / sizeof(lines[0]))];

		disturb(node, line, 1000 + prng_below(prng, 300000));
	}
	if (world_chance(world, 400))
		jam_bolt(node);
}
