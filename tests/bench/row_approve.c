/* From the click to a door that has confirmed it: the real gateway, broker, rumah-link and rumah-door; as
 * staff see it (the live stream), and the part of it from the snapshot on the bus to the board's word that it
 * has stored it. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "schemas/wire/message.h"
#include "tests/bench/centre.h"
#include "tests/bench/client.h"
#include "tests/bench/limits.h"
#include "tests/bench/memory.h"
#include "tests/bench/plan.h"
#include "tests/bench/report.h"
#include "tests/bench/rows.h"
#include "tests/system/lib/process.h"

#define BOARD "room-1"
#define HOUR_MS INT64_C(3600000)
#define PATIENCE_S 10
#define PAUSE_MS 50 /* after which a limit's next sample finds the machine as an approval does: at rest */

/* What the two watching threads have seen of the approval under way. */
static struct seen {
	pthread_mutex_t lock;
	pthread_cond_t news;
	char number[32];
	uint8_t digest[WIRE_DIGEST_BYTES];
	uint64_t published_ns, confirmed_ns, shown_ns;
	bool is_door_ready;
} seen = { .lock = PTHREAD_MUTEX_INITIALIZER, .news = PTHREAD_COND_INITIALIZER };

static void on_snapshot(const char *msg, size_t len)
{
	if (seen.published_ns != 0)
		return;
	wire_digest(seen.digest, msg, len);
	seen.published_ns = now_ns();
}

static void on_word(const uint8_t digest[WIRE_DIGEST_BYTES])
{
	if (seen.published_ns == 0 || seen.confirmed_ns != 0 ||
		memcmp(digest, seen.digest, WIRE_DIGEST_BYTES) != 0)
		return;
	seen.confirmed_ns = now_ns();
	pthread_cond_signal(&seen.news);
}

static void on_message(void *ctx, struct client *client, const char *topic, const char *msg, size_t len)
{
	static struct wire_state state;
	static struct wire_hello hello;
	struct wire_topic where;

	(void)ctx, (void)client;
	if (wire_topic_read(&where, topic) != 0)
		return;
	pthread_mutex_lock(&seen.lock);
	if (where.kind == WIRE_SNAPSHOT)
		on_snapshot(msg, len);
	else if (where.kind == WIRE_STATE && wire_state_decode(&state, msg, len) == 0)
		on_word(state.digest);
	else if (where.kind == WIRE_HELLO && wire_hello_decode(&hello, msg, len) == 0)
		on_word(hello.digest);
	pthread_mutex_unlock(&seen.lock);
}

static bool is_ready(const json_t *request)
{
	const json_t *doors = json_object_get(request, "doors");

	return json_array_size(doors) == 1 &&
	       json_is_true(json_object_get(json_array_get(doors, 0), "is_ready"));
}

static void on_event(void *ctx, const char *what, json_t *json)
{
	const char *number = json_string_value(json_object_get(json, "number"));

	(void)ctx;
	pthread_mutex_lock(&seen.lock);
	if (strcmp(what, "request") == 0 && number && strcmp(number, seen.number) == 0 && is_ready(json) &&
		seen.shown_ns == 0)
		seen.shown_ns = now_ns();
	if (strcmp(what, "door") == 0)
		seen.is_door_ready = json_is_true(json_object_get(json, "is_ready"));
	pthread_cond_signal(&seen.news);
	pthread_mutex_unlock(&seen.lock);
}

/* Waits for news until *since (of `seen`) is set, or the door is ready when it is NULL. */
static void await(const uint64_t *since, const char *what)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_S;
	pthread_mutex_lock(&seen.lock);
	while (since ? *since == 0 : !seen.is_door_ready) {
		if (pthread_cond_timedwait(&seen.news, &seen.lock, &until) != 0)
			broken("nobody says that %s", what);
	}
	pthread_mutex_unlock(&seen.lock);
}

/* Requests for hours that follow each other, from as many addresses as the gateway's budget asks for. */
static void submit(struct centre *centre, unsigned i, char number[32])
{
	int64_t from_ms = wall_now_ms() / HOUR_MS * HOUR_MS + (24 + i) * HOUR_MS;
	char from[32];
	json_t *receipt;

	snprintf(from, sizeof(from), "127.0.0.%u", 2 + i / 15);
	receipt = centre_post(centre, from, "/api/requests",
		json_pack("{s:s, s:s, s:s, s:I, s:I, s:i, s:[{s:s, s:s}]}", "unit", "ruang", "activity",
			"Rapat", "kind", "rapat", "from_ms", (json_int_t)from_ms, "until_ms",
			(json_int_t)from_ms + HOUR_MS, "heads", 5, "occupants", "name", "Penguji", "phone",
			"081234567890"));
	snprintf(number, 32, "%s", json_string_value(json_object_get(receipt, "number")));
	json_decref(receipt);
}

struct spans { /* of one approval, in us */
	struct samples whole, ask, part, show;
};

static void approve(struct centre *centre, const char *number, struct spans *spans)
{
	char path[64];
	uint64_t since;

	pthread_mutex_lock(&seen.lock);
	snprintf(seen.number, sizeof(seen.number), "%s", number);
	seen.published_ns = seen.confirmed_ns = seen.shown_ns = 0;
	pthread_mutex_unlock(&seen.lock);
	snprintf(path, sizeof(path), "/api/requests/%s/approve", number);
	since = now_ns();
	json_decref(centre_post(centre, NULL, path, json_object()));
	await(&seen.shown_ns, "the door has confirmed an approval");
	await(&seen.confirmed_ns, "the board has stored a snapshot");
	samples_add(&spans->whole, (double)(seen.shown_ns - since) / 1000);
	samples_add(&spans->ask, (double)(seen.published_ns - since) / 1000);
	samples_add(&spans->part, (double)(seen.confirmed_ns - seen.published_ns) / 1000);
	/* Two threads look, and the one that hears the page may be the first. */
	samples_add(&spans->show, ((double)seen.shown_ns - (double)seen.confirmed_ns) / 1000);
}

struct limits { /* the machine's, in us: one sample after another, and each after a rest */
	struct samples echoes, syncs, rested_echoes, rested_syncs;
};

static void measure_limits(struct limits *limits, unsigned rested)
{
	limit_echo(200, 0, &limits->echoes, NULL);
	limit_fdatasync(100, 0, &limits->syncs);
	limit_echo(rested, PAUSE_MS, &limits->rested_echoes, NULL);
	limit_fdatasync(rested, PAUSE_MS, &limits->rested_syncs);
}

/* An approval comes alone, so that its limit is that of a machine at rest; the note says the other. */
static void report(struct spans *spans, struct limits *limits)
{
	static const char of[] = "TLS echo + fdatasync after a rest, p50 each";
	double limit = samples_at(&limits->rested_echoes, 0.5) + samples_at(&limits->rested_syncs, 0.5);
	double hot = samples_at(&limits->echoes, 0.5) + samples_at(&limits->syncs, 0.5);
	double part = samples_at(&spans->part, 0.5), whole = samples_at(&spans->whole, 0.5);
	char part_note[160], whole_note[200];

	snprintf(part_note, sizeof(part_note),
		"echoes and syncs one after another, with nothing at rest, take %.0f us: %.2f x", hot,
		part / hot);
	snprintf(whole_note, sizeof(whole_note),
		"three commits in a row (the approval, the board's, the board's word at the gateway), HTTP "
		"in "
		"and stream out; %.2f x of what nothing at rest takes",
		whole / hot);
	report_row(&(struct row){ "publish to digest confirmed by the board: p50", "us", part, &spans->part,
		of, limit, GOAL_RATIO_AT_MOST, 1.5, part_note });
	report_row(&(struct row){ "publish to digest confirmed by the board: p99", "us",
		samples_at(&spans->part, 0.99), &spans->part, of, limit, GOAL_RATIO_AT_MOST, 4 });
	report_row(&(struct row){ "click to confirmed on the live page: p50", "us", whole, &spans->whole, of,
		limit, GOAL_RATIO_AT_MOST, 1.5, whole_note });
	report_row(&(struct row){ "click to confirmed on the live page: p99", "us",
		samples_at(&spans->whole, 0.99), &spans->whole, of, limit, GOAL_RATIO_AT_MOST, 4 });
	report_row(&(struct row){ "  of it, click to snapshot on the bus: p50", "us",
		samples_at(&spans->ask, 0.5), &spans->ask, of, limit });
	report_row(&(struct row){ "  of it, the board's word to the live page: p50", "us",
		samples_at(&spans->show, 0.5), &spans->show, of, limit });
}

void row_approve(void)
{
	struct spans spans = { 0 };
	struct limits limits = { 0 };
	unsigned count = world()->is_long ? 500 : 40, lot = count / 5;
	char dir[PATH_MAX], number[32];
	struct parties parties;
	struct centre centre;
	struct client *ear;
	struct door door;

	world_folder(dir, "approve");
	centre_open(&centre, dir);
	parties_meet(&parties, &door, BOARD);
	centre_add_unit(&centre, "ruang");
	centre_watch(&centre, on_event, NULL);
	centre_add_board(&centre, BOARD, "ruang", parties.board.sign_public, parties.board.agree_public);
	door_start(&door);
	door_start_link(&door);
	await(NULL, "the door is ready");
	ear = client_open("bench-9", &(struct client_events){ .on_message = on_message });
	client_subscribe(ear, "rumah/" SITE "/" BOARD "/#");
	client_run_alone(ear);
	nap_ms(200); /* retained messages are not news */
	for (unsigned i = 0; i < count; i++) {
		if (i % lot == 0)
			measure_limits(&limits, lot);
		submit(&centre, i, number);
		nap_ms(600);
		program_await_rest(centre.pid); /* codes are made ahead of the approval that takes them */
		approve(&centre, number, &spans);
	}
	report(&spans, &limits);
	client_close(ear);
	door_end(&door);
	centre_close(&centre);
}
