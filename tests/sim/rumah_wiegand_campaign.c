/* rumah-wiegand-campaign - readers on bad cables, by the hundred million edges.
 *
 *   rumah-wiegand-campaign --edges N [--from SEED]    reader after reader, until N edges were fed
 *
 * A life is one seed: a reader of one profile, its cable, and people in front of it, most of whom do not know
 * the code and have no card. Frames lose bits and gain them, echo, cross over to the other line, drown in
 * noise; lines are swapped and unplugged, the kernel loses events, the loop stalls. It fails, and names the
 * life, when
 *   - the door opens for what does not open it (a false open);
 *   - a frame with one fault is taken for another key or card;
 *   - a clean frame after a frame gap is not read (a stuck decoder).
 * Two faults in one frame may cancel out: no decoder can tell a 4-bit key that lost a bit and gained one from
 * another key. Those are counted; the complement and parity are there to make them few. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "firmware/core/wiegand.h"
#include "tests/sim/prng.h"

#define US UINT64_C(1000)
#define MS UINT64_C(1000000)
#define EDGES_MAX 512
#define LIFE_MESSAGES 600
#define CODE_DIGITS 6
#define ENTRY_MAX 16
#define FACILITY 250

enum fault {
	FAULT_MISSING,
	FAULT_EXTRA,
	FAULT_ECHO,
	FAULT_CROSS,
	FAULT_LOST,
	FAULT_FLIP,
	FAULT_NOISE,
	FAULT_COUNT
};
enum kind { KIND_4, KIND_8, KIND_BUFFERED, KIND_CARD, KIND_COUNT };

struct edge {
	uint64_t t_ns;
	enum wiegand_line line;
};

struct message { /* what is pressed or held up */
	enum kind kind;
	char key;
	unsigned number; /* buffered */
	struct wire_card card;
	uint64_t frame;
	unsigned bits;
};

struct tally {
	uint64_t lives, edges, clean, faulty, right, dropped, echoed, mistaken[KIND_COUNT], many[KIND_COUNT];
	uint64_t faults[FAULT_COUNT], swapped, stalled, unplugged, opens, wrong_entries;
	uint64_t drops[WIEGAND_FAULT_COUNT];
};

struct life {
	uint64_t seed;
	struct prng prng;
	struct tally *tally;
	struct wiegand decoder;
	enum kind kind; /* of keys; cards are read beside them */
	bool is_swapped, is_stalled;
	uint64_t now_ns, interval_ns, jitter_ns, gap_ns;
	struct edge edges[EDGES_MAX];
	unsigned count;
	unsigned lost_at, lost_count; /* edges that the kernel had no room for */

	char code[CODE_DIGITS + 1];
	struct wire_card card;
	char entry[ENTRY_MAX];
	unsigned entry_count;
	bool is_right; /* what is being shown opens the door */
	const struct message *message;
	unsigned message_faults, answers, reads;
	enum wiegand_answer answer; /* the newest */
};

static void fail_life(const struct life *life, const char *what)
{
	(void)fprintf(stderr, "wiegand: %s: rumah-wiegand-campaign --edges 1 --from %" PRIu64 "\n", what,
		life->seed);
	exit(EXIT_FAILURE);
}

static void open_door(struct life *life)
{
	life->tally->opens++;
	if (!life->is_right)
		fail_life(life, "FALSE OPEN");
}

/* As the core collects a code: '#' weighs it, '*' and a dropped frame spoil it. */
static void take_key(struct life *life, char key)
{
	if (key == '#') {
		bool is_code = life->entry_count == strlen(life->code) &&
			       memcmp(life->entry, life->code, life->entry_count) == 0;

		life->entry_count = 0;
		if (is_code)
			open_door(life);
	} else if (key == '*') {
		life->entry_count = 0;
	} else if (life->entry_count < ENTRY_MAX) {
		life->entry[life->entry_count++] = key;
	}
}

static bool is_what_was_sent(
	const struct message *message, enum wiegand_answer answer, const struct wiegand_reading *reading)
{
	char digits[8];

	if (message->kind == KIND_CARD)
		return answer == WIEGAND_CARD &&
		       memcmp(&reading->card, &message->card, sizeof(message->card)) == 0;
	if (answer != WIEGAND_KEY)
		return false;
	if (message->kind != KIND_BUFFERED)
		return reading->key_count == 1 && reading->keys[0] == message->key;
	(void)snprintf(digits, sizeof(digits), "%u#", message->number);
	return reading->key_count == strlen(digits) && memcmp(reading->keys, digits, reading->key_count) == 0;
}

static void weigh_answer(struct life *life, enum wiegand_answer answer, const struct wiegand_reading *reading)
{
	struct tally *tally = life->tally;
	const struct message *message = life->message;

	if (is_what_was_sent(message, answer, reading)) {
		life->reads++;
		return;
	}
	if (life->is_swapped)
		return;
	if (life->message_faults < 2)
		fail_life(life, "one fault makes another key or card");
	tally->mistaken[message->kind]++;
}

static void take_answer(struct life *life, enum wiegand_answer answer, struct wiegand_reading *reading)
{
	if (answer == WIEGAND_NOTHING)
		return;
	life->answers++;
	life->answer = answer;
	if (answer == WIEGAND_DROPPED) {
		life->tally->drops[reading->fault]++;
		life->entry_count = 0;
	}
	if (answer != WIEGAND_KEY && answer != WIEGAND_CARD)
		return;
	weigh_answer(life, answer, reading);
	for (unsigned i = 0; answer == WIEGAND_KEY && i < reading->key_count; i++)
		take_key(life, reading->keys[i]);
	if (answer == WIEGAND_CARD && memcmp(&reading->card, &life->card, sizeof(life->card)) == 0)
		open_door(life);
}

/* Time passes with both lines at this level; the levels are read when they are due. */
static void pass(struct life *life, uint64_t until_ns, bool is_high)
{
	struct wiegand_reading reading;

	while (wiegand_next_ns(&life->decoder) <= until_ns) {
		uint64_t due_ns = wiegand_next_ns(&life->decoder);

		if (due_ns > life->now_ns)
			life->now_ns = due_ns;
		take_answer(life, wiegand_levels(&life->decoder, is_high, is_high, life->now_ns, &reading),
			&reading);
		if (wiegand_next_ns(&life->decoder) <= life->now_ns)
			fail_life(life, "the next look is not ahead");
	}
	life->now_ns = until_ns;
}

static void feed(struct life *life, enum wiegand_line line)
{
	struct wiegand_reading reading;

	life->tally->edges++;
	take_answer(life, wiegand_feed(&life->decoder, line, life->now_ns, &reading), &reading);
}

static void add_edge(struct life *life, uint64_t t_ns, enum wiegand_line line)
{
	if (life->count < EDGES_MAX)
		life->edges[life->count++] = (struct edge){ t_ns, line };
}

static uint64_t near(struct life *life, uint64_t t_ns)
{
	return t_ns + prng_below(&life->prng, 2 * life->jitter_ns + 1) - life->jitter_ns;
}

static void lay_out(struct life *life, const struct message *message)
{
	uint64_t t_ns = life->now_ns + MS;

	life->count = 0;
	life->lost_count = 0;
	for (unsigned bit = message->bits; bit-- > 0; t_ns += life->interval_ns)
		add_edge(life, near(life, t_ns),
			(message->frame >> bit & 1) != life->is_swapped ? WIEGAND_D1 : WIEGAND_D0);
}

static void add_noise(struct life *life)
{
	uint64_t t_ns = life->edges[prng_below(&life->prng, life->count)].t_ns;
	unsigned count = 2 + (unsigned)prng_below(&life->prng, 200);
	uint64_t spread_ns = prng_one_in(&life->prng, 2) ? 50 * US : MS;

	life->message_faults += count;
	while (count-- > 0) {
		t_ns += prng_below(&life->prng, spread_ns);
		add_edge(life, t_ns, (enum wiegand_line)prng_below(&life->prng, 2));
	}
}

static void add_fault(struct life *life, enum fault fault)
{
	struct prng *prng = &life->prng;
	unsigned at = (unsigned)prng_below(prng, life->count);
	struct edge edge = life->edges[at];

	life->tally->faults[fault]++;
	life->message_faults++;
	switch (fault) {
	case FAULT_MISSING:
		if (life->count > 1)
			life->edges[at] = life->edges[--life->count];
		break;
	case FAULT_EXTRA:
		add_edge(life, edge.t_ns + prng_below(prng, 2 * life->interval_ns) - life->interval_ns,
			(enum wiegand_line)prng_below(prng, 2));
		break;
	case FAULT_ECHO:
		add_edge(life, edge.t_ns + prng_below(prng, WIEGAND_RINGING_NS), edge.line);
		break;
	case FAULT_CROSS:
		add_edge(life, edge.t_ns + prng_below(prng, WIEGAND_RINGING_NS), !edge.line);
		break;
	case FAULT_LOST:
		life->lost_at = at;
		life->lost_count = 1 + (unsigned)prng_below(prng, 20);
		break;
	case FAULT_FLIP: /* on the other line altogether: nothing in a 4-bit key can tell */
		life->edges[at].line = !edge.line;
		life->message_faults += life->message->kind == KIND_4;
		break;
	case FAULT_NOISE:
		add_noise(life);
		break;
	case FAULT_COUNT:
		break;
	}
}

static int by_time(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	return (x->t_ns > y->t_ns) - (x->t_ns < y->t_ns);
}

static void play(struct life *life)
{
	struct wiegand_reading reading;

	qsort(life->edges, life->count, sizeof(life->edges[0]), by_time);
	for (unsigned i = 0; i < life->count; i++) {
		bool is_lost = life->lost_count > 0 && i == life->lost_at;

		/* What is lost fell out of a full queue: the loop was not looking, and it shows in what
		 * follows. */
		if (is_lost)
			i = i + life->lost_count < life->count ? i + life->lost_count : life->count - 1;
		else if (!life->is_stalled)
			pass(life, life->edges[i].t_ns, true);
		life->now_ns = life->edges[i].t_ns;
		if (is_lost)
			take_answer(life, wiegand_lost(&life->decoder, life->now_ns, &reading), &reading);
		feed(life, life->edges[i].line);
	}
}

static void send(struct life *life, const struct message *message, unsigned faults)
{
	struct tally *tally = life->tally;

	life->message = message;
	life->message_faults = 0;
	life->answers = 0;
	life->reads = 0;
	lay_out(life, message);
	for (unsigned i = 0; i < faults; i++)
		add_fault(life, (enum fault)prng_below(&life->prng, FAULT_COUNT));
	play(life);
	pass(life, life->now_ns + life->gap_ns + prng_below(&life->prng, 200 * MS), true);

	*(faults > 0 ? &tally->faulty : &tally->clean) += 1;
	tally->many[message->kind] += life->message_faults >= 2;
	if (life->reads > 0)
		tally->right++;
	else if (life->answers > 0)
		tally->dropped++;
	if (faults == 0 && !life->is_swapped && (life->reads != 1 || life->answers != 1))
		fail_life(life, "STUCK: a clean frame after a frame gap was not read");
	if (faults == 0 && life->is_swapped && life->answers != 1)
		fail_life(life, "STUCK: a clean frame on swapped lines told nothing");
}

static struct message make_key(const struct life *life, char key)
{
	unsigned value = (unsigned)(strchr("0123456789*#", key) - "0123456789*#");
	bool is_short = life->kind == KIND_4;

	return (struct message){ .kind = life->kind,
		.key = key,
		.bits = is_short ? 4 : 8,
		.frame = is_short ? value : (~value & 0xf) << 4 | value };
}

static struct message make_card(
	enum kind kind, enum wire_card_layout layout, uint32_t facility, uint64_t number)
{
	struct message message = { .kind = kind, .number = (unsigned)number, .bits = wire_card_bits(layout) };

	if (wire_card_make(&message.card, layout, facility, number) < 0)
		abort();
	for (unsigned i = 0; i < WIRE_CARD_BYTES; i++)
		message.frame = message.frame << 8 | message.card.number[i];
	message.frame >>= WIRE_CARD_BITS_MAX - message.bits;
	return message;
}

static unsigned choose_faults(struct life *life)
{
	unsigned dice = (unsigned)prng_below(&life->prng, 100);

	return dice < 60 ? 0 : dice < 80 ? 1 : dice < 95 ? 2 : 3 + (dice - 95);
}

static void show_card(struct life *life)
{
	static const enum wire_card_layout layouts[] = { WIRE_CARD_26_H10301, WIRE_CARD_34_H10306,
		WIRE_CARD_37_H10304 };
	enum wire_card_layout layout = layouts[prng_below(&life->prng, 3)];
	struct message message = make_card(KIND_CARD, layout, (uint32_t)prng_below(&life->prng, FACILITY),
		prng_below(&life->prng, 65536));

	life->entry_count = 0; /* as in the core: a card ends what was being typed */
	life->is_right = memcmp(&message.card, &life->card, sizeof(life->card)) == 0;
	send(life, &message, choose_faults(life));
}

static void type_code(struct life *life)
{
	char keys[CODE_DIGITS + 2];
	bool is_right = prng_one_in(&life->prng, 20);

	for (unsigned i = 0; i < CODE_DIGITS; i++)
		keys[i] = is_right ? life->code[i] : (char)('0' + prng_below(&life->prng, 10));
	keys[CODE_DIGITS] = prng_one_in(&life->prng, 10) ? '*' : '#';
	keys[CODE_DIGITS + 1] = 0;
	life->entry_count = 0;
	life->is_right = strncmp(keys, life->code, CODE_DIGITS) == 0;
	life->tally->wrong_entries += !life->is_right;
	for (const char *key = keys; *key; key++) {
		struct message message = make_key(life, *key);

		send(life, &message, choose_faults(life));
	}
}

static void type_buffered(struct life *life)
{
	bool is_right = prng_one_in(&life->prng, 20);
	unsigned number =
		is_right ? (unsigned)atoi(life->code) : 1 + (unsigned)prng_below(&life->prng, 65534);
	struct message message = make_card(KIND_BUFFERED, WIRE_CARD_26_H10301, FACILITY, number);

	life->entry_count = 0;
	life->is_right = number == (unsigned)atoi(life->code);
	life->tally->wrong_entries += !life->is_right;
	send(life, &message, choose_faults(life));
}

static void unplug(struct life *life)
{
	static const struct message nothing = { .kind = KIND_CARD };
	uint64_t lows = life->decoder.counts.lows;

	life->tally->unplugged++;
	life->message = &nothing;
	life->message_faults = 2;
	feed(life, WIEGAND_D0);
	life->now_ns += prng_below(&life->prng, 300 * US);
	feed(life, WIEGAND_D1);
	pass(life, life->now_ns + 200 * MS + prng_below(&life->prng, 5000 * MS), false);
	if (life->decoder.counts.lows != lows + 1)
		fail_life(life, "an unplugged reader was not told");
	pass(life, life->now_ns + 400 * MS, true);
	if (life->answer != WIEGAND_LINES_BACK)
		fail_life(life, "a reader that is back was not told");
}

/* What an unharmed key or card does after all that: it is read. */
static void check_alive(struct life *life)
{
	struct message message = life->kind == KIND_BUFFERED
					 ? make_card(KIND_BUFFERED, WIRE_CARD_26_H10301, FACILITY, 7)
					 : make_key(life, '7');

	life->entry_count = 0;
	life->is_right = false;
	send(life, &message, 0);
}

static void begin_life(struct life *life, uint64_t seed, struct tally *tally)
{
	static const uint64_t intervals_us[] = { 200, 300, 500, 1000, 2000, 2500 };
	struct wiegand_profile profile = { .keypad_facility = FACILITY };

	*life = (struct life){ .seed = seed, .tally = tally, .now_ns = MS };
	prng_init(&life->prng, seed);
	life->kind = (enum kind)prng_below(&life->prng, KIND_CARD);
	profile.keys = WIEGAND_KEYS_4BIT + life->kind;
	profile.cards = 1u << WIRE_CARD_26_H10301 | 1u << WIRE_CARD_34_H10306 | 1u << WIRE_CARD_37_H10304;
	profile.frame_gap_ms = (uint8_t)(5 + prng_below(&life->prng, 96));
	life->gap_ns = profile.frame_gap_ms * MS;
	life->interval_ns = intervals_us[prng_below(&life->prng, 6)] * US;
	life->jitter_ns = prng_below(&life->prng, 30 * US + 1);
	life->is_swapped = prng_one_in(&life->prng, 10);
	life->is_stalled = prng_one_in(&life->prng, 10);
	tally->lives++;
	tally->swapped += life->is_swapped;
	tally->stalled += life->is_stalled;
	if (life->kind == KIND_BUFFERED)
		(void)snprintf(life->code, sizeof(life->code), "%u",
			10000 + (unsigned)prng_below(&life->prng, 55535));
	for (unsigned i = 0; life->kind != KIND_BUFFERED && i < CODE_DIGITS; i++)
		life->code[i] = (char)('0' + prng_below(&life->prng, 10));
	life->card = make_card(KIND_CARD, WIRE_CARD_34_H10306, 12, prng_below(&life->prng, 65536)).card;
	if (wiegand_init(&life->decoder, &profile) < 0)
		abort();
	pass(life, life->now_ns + 1000 * MS, true);
}

static void live(uint64_t seed, struct tally *tally)
{
	static struct life life;

	begin_life(&life, seed, tally);
	for (unsigned i = 0; i < LIFE_MESSAGES; i++) {
		if (prng_one_in(&life.prng, 3))
			show_card(&life);
		else if (life.kind == KIND_BUFFERED)
			type_buffered(&life);
		else
			type_code(&life);
		if (prng_one_in(&life.prng, 40))
			unplug(&life);
		check_alive(&life);
	}
}

static void report(const struct tally *tally, double took_s)
{
	static const char *const kinds[] = { "4-bit keys", "8-bit keys", "buffered codes", "cards" };

	(void)printf("%" PRIu64 " edges in %" PRIu64 " lives (%" PRIu64 " with swapped lines, %" PRIu64
		     " with a stalled loop), %.1f s: %.1f ns an edge\n",
		tally->edges, tally->lives, tally->swapped, tally->stalled, took_s,
		took_s * 1e9 / (double)tally->edges);
	(void)printf("  %" PRIu64 " clean frames, %" PRIu64 " with faults; %" PRIu64 " read as sent, %" PRIu64
		     " dropped; unplugged %" PRIu64 " times\n",
		tally->clean, tally->faulty, tally->right, tally->dropped, tally->unplugged);
	(void)printf("  %" PRIu64 " wrong codes typed, %" PRIu64
		     " right ones opened; 0 false opens, 0 stuck decoders, 0 single faults taken for another "
		     "key\n",
		tally->wrong_entries, tally->opens);
	for (unsigned i = 0; i < KIND_COUNT; i++)
		(void)printf("  %-15s %" PRIu64 " of %" PRIu64
			     " frames with two faults or more taken for another\n",
			kinds[i], tally->mistaken[i], tally->many[i]);
	for (unsigned i = 0; i < WIEGAND_FAULT_COUNT; i++)
		(void)printf("  dropped: %-11s %" PRIu64 "\n", wiegand_fault_word(i), tally->drops[i]);
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "edges", 1, NULL, 'e' }, { "from", 1, NULL, 'f' },
		{ NULL, 0, NULL, 0 } };
	static struct tally tally;
	uint64_t edges = 1000000, seed = 1;
	clock_t begin = clock();
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'e')
			edges = strtoull(optarg, NULL, 10);
		else if (option == 'f')
			seed = strtoull(optarg, NULL, 10);
		else
			return 2;
	}
	while (tally.edges < edges)
		live(seed++, &tally);
	report(&tally, (double)(clock() - begin) / CLOCKS_PER_SEC);
	return EXIT_SUCCESS;
}
