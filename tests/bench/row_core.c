/* From the last key to the strike's order inside the board core, Argon2id left out: at one grant and at as
 * many as a board takes; and the part of it that grows with the grants, if any, at one and at 100,000, five
 * times what fits a message. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/core/board.h"
#include "firmware/core/grants.h"
#include "tests/bench/plan.h"
#include "tests/bench/report.h"
#include "tests/bench/rows.h"

#define ENTRIES 20000
#define LOOKUPS_MANY 100000
#define KEY_MS 150
#define REST_MS 5000 /* until the strike is at rest again */

struct desk { /* one board core and what its edge would remember */
	struct board *board;
	struct board_orders orders;
	uint64_t now_ms, head;
	uint8_t tag_key[WIRE_KEY_BYTES];
};

static const struct board_order *order_of(const struct desk *desk, enum board_order_kind kind)
{
	for (unsigned i = 0; i < desk->orders.count; i++) {
		if (desk->orders.list[i].kind == kind)
			return &desk->orders.list[i];
	}
	return NULL;
}

/* A step, and the journal's answer to it. */
static void step(struct desk *desk, const struct board_input *input)
{
	struct board_input stored = { .kind = INPUT_STORED };

	board_step(desk->board, desk->now_ms, input, &desk->orders);
	while (desk->orders.store_token != 0) {
		desk->head += desk->orders.event_count;
		stored.u.stored.token = desk->orders.store_token;
		stored.u.stored.head = desk->head;
		board_step(desk->board, desk->now_ms, &stored, &desk->orders);
	}
}

static void desk_open(struct desk *desk, size_t grants)
{
	static struct board_memory memory = { .log = 1 };
	struct board_config config = { .grants_max = grants, .drift_ppm = 100 };
	struct board_input input = { .kind = INPUT_START, .u.start = { .boot = 1, .memory = &memory } };
	struct wire_snapshot plan;

	*desk = (struct desk){ .now_ms = 1000 };
	randombytes_buf(desk->tag_key, sizeof(desk->tag_key));
	memcpy(config.tag_key, desk->tag_key, sizeof(config.tag_key));
	if (board_new(&desk->board, &config) != 0)
		broken("no board core");
	step(desk, &input);
	plan_make(&plan, grants, 1, desk->tag_key);
	input = (struct board_input){ .kind = INPUT_SNAPSHOT, .u.snapshot.snapshot = &plan };
	step(desk, &input);
	input = (struct board_input){ .kind = INPUT_CLOCK, .u.clock = { plan.at_ms, 100 } };
	step(desk, &input);
	plan_free(&plan);
}

static void type_digits(struct desk *desk)
{
	struct board_input key = { .kind = INPUT_KEY, .u.key.key = '1' };

	for (unsigned i = 0; i < 8; i++) {
		desk->now_ms += KEY_MS;
		key.u.key.at_mono_ms = desk->now_ms;
		step(desk, &key);
	}
	desk->now_ms += KEY_MS;
}

/* The two steps that lie between the last key and the strike, the hash between them. */
static double time_entry(struct desk *desk, size_t grant)
{
	const struct board_input hash_key = { .kind = INPUT_KEY, .u.key = { '#', desk->now_ms } };
	struct board_input stretched = { .kind = INPUT_STRETCHED };
	const struct board_order *order;
	uint64_t since;
	double us;

	plan_stretched(stretched.u.stretched.s, grant);
	since = now_ns();
	board_step(desk->board, desk->now_ms, &hash_key, &desk->orders);
	us = us_since(since);
	order = order_of(desk, ORDER_STRETCH);
	if (!order)
		broken("the core does not work on a code");
	stretched.u.stretched.entry = order->u.stretch.entry;

	since = now_ns();
	board_step(desk->board, desk->now_ms, &stretched, &desk->orders);
	us += us_since(since);
	order = order_of(desk, ORDER_STRIKE);
	if (!order || !order->u.strike.on)
		broken("the core does not open to a right code");
	return us;
}

/* What the last step wants stored, and the time until the door is at rest. */
static void settle(struct desk *desk)
{
	struct board_input input = { .kind = INPUT_STORED, .u.stored.token = desk->orders.store_token };

	desk->head += desk->orders.event_count;
	input.u.stored.head = desk->head;
	step(desk, &input);
	desk->now_ms += REST_MS;
	input = (struct board_input){ .kind = INPUT_TICK };
	step(desk, &input);
}

static double time_tag(const struct desk *desk)
{
	uint8_t s[WIRE_STRETCHED_BYTES], tag[WIRE_TAG_BYTES];
	uint64_t since;

	plan_stretched(s, 1);
	since = now_ns();
	wire_tag(tag, desk->tag_key, s);
	return us_since(since);
}

static void measure(size_t grants, struct samples *entries, struct samples *tags)
{
	struct desk desk;

	desk_open(&desk, grants);
	for (unsigned i = 0; i < ENTRIES; i++) {
		type_digits(&desk);
		samples_add(entries, time_entry(&desk, randombytes_uniform((uint32_t)grants)));
		samples_add(tags, time_tag(&desk));
		settle(&desk);
	}
	board_free(desk.board);
}

/* The tag, the table, the rule: what the core does with a stretched code. */
static void measure_lookup(size_t count, struct samples *lookups)
{
	size_t slots = grants_slots(count);
	uint8_t tag_key[WIRE_KEY_BYTES], s[WIRE_STRETCHED_BYTES], tag[WIRE_TAG_BYTES];
	struct grants_moment moment = { .mode = WIRE_MODE_NORMAL };
	struct wire_snapshot plan;
	struct grants grants;
	struct wire_grant *list = calloc(count, sizeof(*list));
	uint32_t *table = calloc(slots, sizeof(*table));

	if (!list || !table)
		broken("no memory");
	randombytes_buf(tag_key, sizeof(tag_key));
	plan_make(&plan, count, 1, tag_key);
	grants_init(&grants, list, count, table);
	grants_fill(&grants, &plan);
	moment.settings = &plan.settings;
	moment.time =
		(struct clock_reading){ .wall_ms = plan.at_ms, .bound_ms = 100, .trust = WIRE_TRUST_TRUSTED };
	for (unsigned i = 0; i < ENTRIES; i++) {
		const struct wire_grant *grant;
		uint64_t since;

		plan_stretched(s, randombytes_uniform((uint32_t)count));
		since = now_ns();
		wire_tag(tag, tag_key, s);
		grant = grants_find(&grants, tag, GRANTS_CODE);
		if (!grant || grants_decide(grant, &moment) != WIRE_REASON_NONE)
			broken("a right code is not found");
		samples_add(lookups, us_since(since));
	}
	plan_free(&plan);
	free(list);
	free(table);
}

/* `many` beside `one`: the same work whatever the number of grants. */
static void report_pair(const char *at_one, const char *at_many, const char *alike, struct samples *one,
	struct samples *many, struct samples *tags)
{
	static const char limit[] = "one keyed BLAKE2b and the clock, p99";
	double tag_p99 = samples_at(tags, 0.99);

	report_row(
		&(struct row){ at_one, "us", samples_at(one, 0.99), one, limit, tag_p99, GOAL_AT_MOST, 100 });
	report_row(&(struct row){
		at_many, "us", samples_at(many, 0.99), many, limit, tag_p99, GOAL_AT_MOST, 100 });
	report_row(&(struct row){ alike, "us", samples_at(many, 0.5), NULL, "at 1 grant, p50",
		samples_at(one, 0.5),
		.note = "what no cache holds is fetched from memory, two or three times" });
	samples_free(one);
	samples_free(many);
}

void row_core(void)
{
	struct samples one = { 0 }, many = { 0 }, tags = { 0 };

	measure(1, &one, &tags);
	measure(WIRE_GRANTS_MAX, &many, &tags);
	report_pair("code complete to relay order, core, 1 grant: p99", "the same at 20,000 grants: p99",
		"20,000 grants beside 1: p50", &one, &many, &tags);
	measure_lookup(1, &one);
	measure_lookup(LOOKUPS_MANY, &many);
	report_pair("tag, look-up and rule, 1 grant: p99", "the same at 100,000 grants: p99",
		"100,000 grants beside 1: p50", &one, &many, &tags);
	samples_free(&tags);
}
