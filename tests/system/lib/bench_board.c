#include "tests/system/lib/bench_board.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "schemas/wire/seal.h"
#include "tests/system/lib/process.h"
#include "tests/system/lib/sim_client.h"

#define LIMIT_MS 10000

int64_t wall_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void make_keys(struct bench *bench)
{
	char path[160];
	struct wire_board_keys keys;

	snprintf(path, sizeof(path), "%s/gateway", bench->dir);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(identity_load_or_make(&bench->gateway, path), 0);
	assert_int_equal(mkdir(bench->state, 0700), 0);
	snprintf(path, sizeof(path), "%s/keys", bench->state);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(identity_load_or_make(&bench->board, path), 0);
	assert_int_equal(wire_board_keys(&keys, bench->gateway.agree_secret, bench->board.agree_public,
				 bench->board.agree_public, bench->gateway.agree_public),
		0);
	memcpy(bench->tag_key, keys.tag_key, sizeof(keys.tag_key));
}

void bench_open(struct bench *bench, const char *program)
{
	*bench = (struct bench){ .program = program, .sim = -1 };
	snprintf(bench->dir, sizeof(bench->dir), "/tmp/rumah-door-XXXXXX");
	assert_non_null(mkdtemp(bench->dir));
	snprintf(bench->config, sizeof(bench->config), "%s/door.ini", bench->dir);
	snprintf(bench->log, sizeof(bench->log), "%s/door.log", bench->dir);
	snprintf(bench->sim_path, sizeof(bench->sim_path), "%s/sim.sock", bench->dir);
	snprintf(bench->link_path, sizeof(bench->link_path), "%s/link.sock", bench->dir);
	snprintf(bench->look_path, sizeof(bench->look_path), "%s/look.sock", bench->dir);
	snprintf(bench->state, sizeof(bench->state), "%s/state", bench->dir);
	make_keys(bench);
	file_write(bench->config,
		"[door]\nsite = " BENCH_SITE "\nboard = " BENCH_BOARD "\ndir = %s\n"
		"gateway = %s/gateway/identity.pub\n[link]\nsocket = %s\n[port]\nkind = sim\nsocket = %s\n"
		"[look]\nsocket = %s\n",
		bench->state, bench->dir, bench->link_path, bench->sim_path, bench->look_path);

	bench->grants = calloc(BENCH_GRANTS_MAX, sizeof(*bench->grants));
	bench->sealed = malloc(WIRE_SNAPSHOT_MAX);
	assert_true(bench->grants && bench->sealed);
	bench->snapshot = (struct wire_snapshot){
		.epoch = 1,
		.at_ms = wall_ms(),
		.settings = { .strike_ms = BENCH_STRIKE_MS,
			.strike_extended_ms = 2 * BENCH_STRIKE_MS,
			.held_open_ms = 30000,
			.inter_key_ms = 5000,
			.zone_min = 420,
			.argon_mem_kib = 8,
			.argon_passes = 1 },
		.grant_max = BENCH_GRANTS_MAX,
		.grants = bench->grants,
	};
	seqpacket_init(&bench->link);
}

static void remove_files(const char *dir, const char *const *names)
{
	char path[160];

	for (; *names; names++) {
		snprintf(path, sizeof(path), "%s/%s", dir, *names);
		if (unlink(path) < 0)
			rmdir(path);
	}
}

void bench_close(struct bench *bench)
{
	static const char *const names[] = { "state/keys/sign.key", "state/keys/agree.key",
		"state/keys/identity.pub", "state/keys", "state/lock", "state/journal.db",
		"state/journal.db-wal", "state/journal.db-shm", "state/journal.db.damaged",
		"state/journal.db.damaged-wal", "state/journal.db.damaged-shm", "state", "gateway/sign.key",
		"gateway/agree.key", "gateway/identity.pub", "gateway", "door.ini", "door.log", "sim.sock",
		"link.sock", "look.sock", NULL };

	if (bench->pid > 0)
		bench_stop(bench, SIGKILL);
	seqpacket_close(&bench->link);
	remove_files(bench->dir, names);
	assert_int_equal(rmdir(bench->dir), 0);
	free(bench->grants);
	free(bench->sealed);
}

void bench_start(struct bench *bench)
{
	bench->pid = process_start(bench->program, bench->config, bench->log);
	bench->sim = sim_connect(bench->sim_path, LIMIT_MS);
	if (bench->sim < 0)
		fail_msg("rumah-door did not start: %s", strerror(-bench->sim));
}

int bench_stop(struct bench *bench, int signal)
{
	int status = process_end(bench->pid, signal);

	close(bench->sim);
	bench->sim = -1;
	bench->pid = 0;
	return status;
}

static void make_tag(const struct bench *bench, uint8_t tag[WIRE_TAG_BYTES], const char *code)
{
	uint8_t s[WIRE_STRETCHED_BYTES];

	assert_int_equal(wire_stretch(s, code, strlen(code), &bench->snapshot.settings), 0);
	wire_tag(tag, bench->tag_key, s);
}

void bench_grant(struct bench *bench, const char *code, const char *long_code)
{
	size_t n = bench->snapshot.grant_count++;
	struct wire_grant *grant = &bench->grants[n];
	int64_t now = wall_ms();

	assert_true(n < BENCH_GRANTS_MAX);
	*grant = (struct wire_grant){
		.from_ms = now - 3600000,
		.until_ms = now + 86400000,
		.offline_until_ms = now + 86400000,
		.has_long = long_code != NULL,
		.opens_at_floor = true,
	};
	snprintf(grant->id, sizeof(grant->id), "%016zu", n);
	make_tag(bench, grant->tag, code);
	if (long_code)
		make_tag(bench, grant->long_tag, long_code);
}

static long seal(char *msg, long len, size_t size, enum wire_kind kind, const struct identity *by)
{
	char topic[WIRE_TOPIC_SIZE];

	assert_true(len > 0);
	wire_topic_make(topic, BENCH_SITE, BENCH_BOARD, kind);
	len = wire_seal(msg, (size_t)len, size, topic, by->sign_secret);
	assert_true(len > 0);
	return len;
}

void bench_seal(struct bench *bench, const struct identity *by)
{
	long len;

	bench->snapshot.rev++;
	len = wire_snapshot_encode(bench->sealed, WIRE_SNAPSHOT_MAX, &bench->snapshot);
	bench->sealed_len = (size_t)seal(bench->sealed, len, WIRE_SNAPSHOT_MAX, WIRE_SNAPSHOT, by);
}

void bench_deliver(struct bench *bench, enum wire_kind kind, const char *msg, size_t len)
{
	if (bench->on_delivery)
		bench->on_delivery(kind, msg, len);
	assert_int_equal(
		seqpacket_say(&bench->link, FRAME_DELIVER, kind, kind == WIRE_SNAPSHOT, msg, len), 0);
}

static void answer_hello(struct bench *bench)
{
	struct wire_head head = {
		.time_ms = wall_ms(),
		.epoch = bench->snapshot.epoch,
		.rev = bench->snapshot.rev,
	};
	char msg[1024];
	long len;

	memcpy(head.challenge, bench->hello.challenge, sizeof(head.challenge));
	wire_digest(head.digest, bench->sealed, bench->sealed_len);
	len = seal(msg, wire_head_encode(msg, sizeof(msg), &head), sizeof(msg), WIRE_HEAD, &bench->gateway);
	bench_deliver(bench, WIRE_HEAD, msg, (size_t)len);
}

static void take(struct bench *bench, const struct heard *heard)
{
	char topic[WIRE_TOPIC_SIZE];

	assert_int_equal(heard->type, FRAME_PUBLISH);
	wire_topic_make(topic, BENCH_SITE, BENCH_BOARD, heard->kind);
	assert_int_equal(wire_unseal(heard->msg, heard->len, topic, bench->board.sign_public), 0);
	if (heard->kind == WIRE_HELLO) {
		assert_int_equal(wire_hello_decode(&bench->hello, heard->msg, heard->len), 0);
		answer_hello(bench);
	} else if (heard->kind == WIRE_STATE) {
		assert_int_equal(wire_state_decode(&bench->shown, heard->msg, heard->len), 0);
	} else if (heard->kind == WIRE_EVENT) {
		assert_int_equal(wire_events_decode(&bench->events, heard->msg, heard->len), 0);
		if (bench->on_events)
			bench->on_events(&bench->events);
	}
}

bool bench_hear(struct bench *bench, enum wire_kind kind, int limit_ms)
{
	long long until = now_ms() + limit_ms;
	struct heard heard;

	while (now_ms() < until) {
		int r = seqpacket_hear(&bench->link, &heard, (int)(until - now_ms()));

		if (r == -ETIMEDOUT)
			return false;
		if (r < 0)
			fail_msg("the door's socket: %s", strerror(-r));
		take(bench, &heard);
		if (heard.kind == kind)
			return true;
	}
	return false;
}

bool bench_is_applied(struct bench *bench, uint64_t rev, int limit_ms)
{
	long long until = now_ms() + limit_ms;

	while (now_ms() < until) {
		if (bench->shown.rev == rev)
			return true;
		if (!bench_hear(bench, WIRE_STATE, (int)(until - now_ms())))
			return false;
	}
	return false;
}

void bench_link(struct bench *bench)
{
	seqpacket_close(&bench->link);
	seqpacket_init(&bench->link);
	bench->shown = (struct wire_state){ 0 };
	assert_int_equal(seqpacket_connect(&bench->link, bench->link_path, LIMIT_MS), 0);
	assert_int_equal(seqpacket_say_word(&bench->link, FRAME_ONLINE, 0), 0);
	if (bench->sealed_len > 0)
		bench_deliver(bench, WIRE_SNAPSHOT, bench->sealed, bench->sealed_len);
	assert_true(bench_hear(bench, WIRE_HELLO, LIMIT_MS));
}

void bench_unlink(struct bench *bench)
{
	seqpacket_close(&bench->link);
	seqpacket_init(&bench->link);
}

void bench_ack(struct bench *bench)
{
	struct wire_ack ack = { .log = bench->events.log };
	char msg[1024];
	long len;

	memcpy(ack.hash, bench->events.prev, sizeof(ack.hash));
	for (unsigned i = 0; i < bench->events.count; i++) {
		wire_chain_next(ack.hash, &bench->events.events[i]);
		ack.upto = bench->events.events[i].seq;
	}
	len = seal(msg, wire_ack_encode(msg, sizeof(msg), &ack), sizeof(msg), WIRE_ACK, &bench->gateway);
	bench_deliver(bench, WIRE_ACK, msg, (size_t)len);
}

void bench_act(struct bench *bench, enum wire_action_what what, const char *id)
{
	struct wire_action action = {
		.expires_ms = wall_ms() + 8000, .what = what, .why = WIRE_WHY_TEST, .who = "desk"
	};
	char msg[1024];
	long len;

	memcpy(action.challenge, bench->hello.challenge, sizeof(action.challenge));
	snprintf(action.id, sizeof(action.id), "%s", id);
	len = seal(msg, wire_action_encode(msg, sizeof(msg), &action), sizeof(msg), WIRE_ACTION,
		&bench->gateway);
	bench_deliver(bench, WIRE_ACTION, msg, (size_t)len);
}
