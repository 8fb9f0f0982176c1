/* fuzz_link - a rumah-link that is owned: whatever can be said to rumah-door over their socket, said to a
 * real one, while somebody with a valid code comes to the door.
 *
 * usage: fuzz_link RUMAH_DOOR [--seconds N | --hours N] [--seed N] [--ledger FILE]
 *
 * Ten seconds run with the system tests. A campaign is the same for hours; the ledger gets a line for each
 * run, with the seed that repeats its frames (not their moments, which are the machine's). What must hold:
 * the code opens, nothing else does, an older snapshot never comes back, and the door takes no more memory
 * than it had. */
#include <errno.h>
#include <getopt.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "schemas/wire/seal.h"
#include "tests/sim/prng.h"
#include "tests/system/lib/bench_board.h"
#include "tests/system/lib/process.h"
#include "tests/system/lib/sim_client.h"

#define CODE "48213967"
#define REVOKED "59324178" /* of the first snapshot, which must never come back */
#define GAP_MS 130
#define SOON_MS 10000
#define GENUINE_MAX 64
/* A message of 4 MiB twice over (put together, and decoded), and what an allocator keeps of them. */
#define GROWTH_MAX_KIB (24 * 1024)

static struct {
	const char *door, *ledger;
	long seconds;
	uint64_t seed;
} options = { .seconds = 10 };

static struct bench bench;
static struct prng chance;

/* Every message that the gateway has sealed for this door. */
static struct {
	enum wire_kind kind;
	char *msg;
	size_t len;
} genuine[GENUINE_MAX];
static size_t genuine_count;

static struct tally { /* shared between the one who talks and the one who comes */
	uint64_t frames, bytes, connections;
} * tally;

static void keep_genuine(enum wire_kind kind, const char *msg, size_t len)
{
	if (genuine_count == GENUINE_MAX)
		return;
	genuine[genuine_count].kind = kind;
	genuine[genuine_count].len = len;
	genuine[genuine_count].msg = malloc(len);
	assert_non_null(genuine[genuine_count].msg);
	memcpy(genuine[genuine_count++].msg, msg, len);
}

/* ---- the one who talks: a process of its own */

static uint8_t datagram[FRAME_MAX + 64];
static char text[WIRE_SNAPSHOT_MAX];

static void connect_again(void)
{
	bench_unlink(&bench);
	if (seqpacket_connect(&bench.link, bench.link_path, SOON_MS) < 0)
		_exit(1);
	tally->connections++;
}

static void say_datagram(size_t len)
{
	if (seqpacket_send(&bench.link, datagram, len) < 0)
		connect_again();
	tally->frames++;
	tally->bytes += len;
}

/* In pieces as they should be, or with one in `broken` of them somewhere else. */
static void say_message(enum wire_kind kind, const char *msg, size_t len, unsigned broken)
{
	for (size_t sent = 0; sent < len;) {
		size_t piece = len - sent < FRAME_PIECE_MAX ? len - sent : FRAME_PIECE_MAX;
		struct frame frame = { FRAME_DELIVER, kind, prng_below(&chance, 2), (uint32_t)len,
			(uint32_t)sent, (const uint8_t *)msg + sent, piece };

		if (broken && prng_one_in(&chance, broken))
			frame.offset = (uint32_t)prng_below(&chance, len);
		if (frame.offset + piece > len)
			piece = frame.piece_len = len - frame.offset;
		say_datagram(frame_write(datagram, &frame));
		sent += piece;
	}
}

static enum wire_kind any_kind(void)
{
	return (enum wire_kind)prng_below(&chance, WIRE_KIND_COUNT);
}

static void say_noise(void)
{
	size_t len = prng_below(&chance, prng_one_in(&chance, 50) ? sizeof(datagram) : 64);

	prng_fill(&chance, datagram, len);
	if (len >= 2 && prng_below(&chance, 2)) {
		datagram[0] = 'R';
		datagram[1] = 'G';
	}
	say_datagram(len);
}

static void say_word(void)
{
	struct frame frame = { .type = (enum frame_type)(FRAME_ONLINE + prng_below(&chance, 3)),
		.offset = (uint32_t)prng_next(&chance) };

	say_datagram(frame_write(datagram, &frame));
}

/* Once in a while as large as it may be. */
static void say_garbage(void)
{
	enum wire_kind kind = any_kind();
	size_t most = prng_one_in(&chance, 5000) ? wire_kind_info(kind)->bytes_max : 300;
	size_t len = 1 + prng_below(&chance, most);

	prng_fill(&chance, text, len);
	say_message(kind, text, len, 5);
}

static void say_again(void)
{
	size_t i = prng_below(&chance, genuine_count);

	say_message(genuine[i].kind, genuine[i].msg, genuine[i].len, 0);
}

/* A genuine one with a few bits changed, cut short, or under another name. */
static void say_forged(void)
{
	size_t i = prng_below(&chance, genuine_count), len = genuine[i].len;
	enum wire_kind kind = prng_one_in(&chance, 3) ? any_kind() : genuine[i].kind;

	memcpy(text, genuine[i].msg, len);
	for (uint64_t flips = prng_below(&chance, 4); flips > 0; flips--)
		text[prng_below(&chance, len)] ^= (char)(1 << prng_below(&chance, 8));
	if (prng_one_in(&chance, 4))
		len = 1 + prng_below(&chance, len);
	if (len <= wire_kind_info(kind)->bytes_max)
		say_message(kind, text, len, 20);
}

/* Well-formed, and sealed by somebody the door has never heard of. */
static void say_strange(void)
{
	static struct identity stranger;
	size_t i = prng_below(&chance, genuine_count);
	char topic[WIRE_TOPIC_SIZE];
	long len = (long)genuine[i].len - WIRE_SEAL_BYTES;

	if (stranger.sign_public[0] == 0)
		crypto_sign_keypair(stranger.sign_public, stranger.sign_secret);
	memcpy(text, genuine[i].msg, (size_t)len);
	text[len++] = '}';
	wire_topic_make(topic, BENCH_SITE, BENCH_BOARD, genuine[i].kind);
	len = wire_seal(text, (size_t)len, sizeof(text), topic, stranger.sign_secret);
	if (len > 0)
		say_message(genuine[i].kind, text, (size_t)len, 0);
}

static void drink(void)
{
	static uint8_t sink[FRAME_MAX];

	while (recv(bench.link.fd, sink, sizeof(sink), MSG_DONTWAIT) > 0)
		;
}

/* Ten thousand a second for a moment, reading nothing meanwhile. */
static void flood(void)
{
	long long until = now_ms() + 200, next = now_ms();

	while (now_ms() < until) {
		for (int i = 0; i < 100; i++)
			say_again();
		next += 10;
		if (next > now_ms())
			nap_ms((long)(next - now_ms()));
	}
}

static void talk(long long until_ms)
{
	static void (*const ways[])(
		void) = { say_noise, say_word, say_garbage, say_again, say_forged, say_strange };
	bool is_thirsty = true;

	connect_again();
	while (now_ms() < until_ms) {
		for (int i = 0; i < 50; i++)
			ways[prng_below(&chance, sizeof(ways) / sizeof(ways[0]))]();
		if (prng_one_in(&chance, 60)) /* a reader that stops reading, and later goes on */
			is_thirsty = !is_thirsty;
		if (is_thirsty)
			drink();
		if (prng_one_in(&chance, 200))
			flood();
		if (prng_one_in(&chance, 100))
			connect_again();
		nap_ms(4); /* ten thousand a second */
	}
}

static pid_t begin_to_talk(long long until_ms)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* a campaign that fails is over */
	talk(until_ms);
	_exit(0);
}

/* ---- the one who comes */

static long pss_kib(pid_t pid)
{
	char path[64], line[128];
	long kib = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
	file = fopen(path, "r");
	assert_non_null(file);
	while (kib < 0 && fgets(line, sizeof(line), file)) {
		if (strncmp(line, "Pss:", 4) == 0)
			kib = strtol(line + 4, NULL, 10);
	}
	fclose(file);
	return kib;
}

static int64_t releases(void)
{
	struct sim_view view;

	assert_int_equal(sim_look(bench.sim, &view), 0);
	return view.releases;
}

static void come(int64_t *expected)
{
	/* What a link said meanwhile must not have opened it. */
	assert_int_equal(releases(), *expected);
	assert_int_equal(sim_press(bench.sim, CODE "#", GAP_MS), 0);
	if (!sim_strike_within(bench.sim, true, SOON_MS)) {
		struct sim_view view;

		assert_int_equal(sim_look(bench.sim, &view), 0);
		fail_msg("the code does not open: tones %s", view.tones);
	}
	(*expected)++;
	assert_true(sim_strike_within(bench.sim, false, BENCH_STRIKE_MS + SOON_MS));
	assert_int_equal(releases(), *expected);
}

static void write_ledger(int64_t opened, long before_kib, long after_kib)
{
	char line[300], date[32];
	time_t now = time(NULL);
	FILE *file;

	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
	snprintf(line, sizeof(line),
		"%s seed %llu: %ld s, %llu frames, %llu bytes, %llu connections, %lld openings by code and "
		"none else, "
		"PSS %ld KiB before and %ld KiB after",
		date, (unsigned long long)options.seed, options.seconds, (unsigned long long)tally->frames,
		(unsigned long long)tally->bytes, (unsigned long long)tally->connections, (long long)opened,
		before_kib, after_kib);
	print_message("%s\n", line);
	if (!options.ledger)
		return;
	file = fopen(options.ledger, "a");
	assert_non_null(file);
	assert_true(fprintf(file, "%s\n", line) > 0);
	assert_int_equal(fclose(file), 0);
}

/* Two snapshots, heads, an acknowledgement and an action that was carried out: all that is worth saying
 * again. */
static void make_genuine_history(void)
{
	bench.on_delivery = keep_genuine;
	bench_grant(&bench, CODE, NULL);
	bench_grant(&bench, REVOKED, NULL);
	bench_seal(&bench, &bench.gateway);
	bench_start(&bench);
	bench_link(&bench);
	assert_true(bench_is_applied(&bench, 1, SOON_MS));
	bench.snapshot.grant_count = 1;
	bench_seal(&bench, &bench.gateway);
	bench_deliver(&bench, WIRE_SNAPSHOT, bench.sealed, bench.sealed_len);
	assert_true(bench_is_applied(&bench, 2, SOON_MS));
	bench_act(&bench, WIRE_ACTION_UNLOCK, "0123456789abcdef");
	assert_true(bench_hear(&bench, WIRE_DID, SOON_MS));
	assert_true(sim_strike_within(bench.sim, false, BENCH_STRIKE_MS + SOON_MS));
	while (bench_hear(&bench, WIRE_EVENT, 500))
		bench_ack(&bench);
	bench.on_delivery = NULL;
	bench_unlink(&bench);
}

static void nothing_a_link_says_opens_the_door_or_keeps_it_shut(void **state)
{
	int64_t expected = 1, came; /* the one unlock that staff asked for */
	long before_kib, after_kib;
	long long until;
	pid_t pid;
	int status;

	(void)state;
	make_genuine_history();
	come(&expected);
	before_kib = pss_kib(bench.pid);
	came = expected;
	until = now_ms() + options.seconds * 1000;
	pid = begin_to_talk(until);
	while (now_ms() < until)
		come(&expected);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);

	/* The first snapshot once more, as the last word. */
	assert_int_equal(seqpacket_connect(&bench.link, bench.link_path, SOON_MS), 0);
	assert_int_equal(genuine[0].kind, WIRE_SNAPSHOT);
	bench_deliver(&bench, WIRE_SNAPSHOT, genuine[0].msg, genuine[0].len);
	assert_int_equal(sim_press(bench.sim, REVOKED "#", GAP_MS), 0);
	assert_true(sim_tone_within(bench.sim, "rejected", SOON_MS));
	assert_int_equal(releases(), expected);

	/* As if nothing had happened: it listens to its gateway, and has what it had. */
	bench_link(&bench);
	assert_true(bench_is_applied(&bench, 2, SOON_MS));
	come(&expected);
	after_kib = pss_kib(bench.pid);
	write_ledger(expected - came, before_kib, after_kib);
	assert_true(after_kib - before_kib < GROWTH_MAX_KIB);
	assert_true(tally->frames > 1000); /* else nothing was said */
}

static int set_up(void **state)
{
	(void)state;
	bench_open(&bench, options.door);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bench_close(&bench);
	for (size_t i = 0; i < genuine_count; i++)
		free(genuine[i].msg);
	return 0;
}

static int read_options(int argc, char **argv)
{
	static const struct option longs[] = { { "seconds", required_argument, NULL, 's' },
		{ "hours", required_argument, NULL, 'h' }, { "seed", required_argument, NULL, 'S' },
		{ "ledger", required_argument, NULL, 'l' }, { 0 } };
	int option;

	while ((option = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (option == 's')
			options.seconds = strtol(optarg, NULL, 10);
		else if (option == 'h')
			options.seconds = 3600 * strtol(optarg, NULL, 10);
		else if (option == 'S')
			options.seed = strtoull(optarg, NULL, 10);
		else if (option == 'l')
			options.ledger = optarg;
		else
			return -EINVAL;
	}
	if (optind + 1 != argc || options.seconds < 1)
		return -EINVAL;
	options.door = argv[optind];
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			nothing_a_link_says_opens_the_door_or_keeps_it_shut, set_up, tear_down),
	};

	if (sodium_init() < 0)
		return 1;
	options.seed = randombytes_random();
	if (read_options(argc, argv) < 0) {
		fputs("usage: fuzz_link RUMAH_DOOR [--seconds N | --hours N] [--seed N] [--ledger FILE]\n",
			stderr);
		return 2;
	}
	prng_init(&chance, options.seed);
	/* The sanitizer keeps what was freed, to catch who still uses it: little of that, or memory means
	 * nothing. */
	setenv("ASAN_OPTIONS", "quarantine_size_mb=4", 0);
	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(tally != MAP_FAILED);
	print_message("seed %llu\n", (unsigned long long)options.seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
