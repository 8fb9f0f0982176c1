#include "firmware/door/store.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "firmware/edge/log.h"

#define RETRY_MS 1000
/* A card that hangs says nothing for minutes. The core must hear that storage fails, long before. */
#define HANG_MS 5000

struct read_job {
	uint64_t first;
	uint32_t count;
};

struct store {
	uv_loop_t *loop;
	struct journal *journal;
	int standing_error;
	struct store_events events;

	uv_work_t work;
	uv_timer_t timer; /* runs out: a retry when idle, a hang when busy */
	bool is_busy, is_finishing;
	bool has_new;                 /* steps that no commit has seen */
	uint32_t new_token;           /* newest of them; 0: none */
	uint32_t running_token;       /* newest of the running commit */
	uint32_t failed_token;        /* told as failed; told again when a later commit stores it */
	int new_error, running_error; /* steps that lost a part on their way to the journal */
	int last_error;               /* of the newest commit, to log changes alone */

	uint64_t head, acked; /* as of the newest commit that ended */
	uint8_t hash[WIRE_HASH_BYTES];

	struct read_job reads[STORE_READS_MAX];
	unsigned read_count;

	/* The thread's while busy. */
	struct read_job jobs[STORE_READS_MAX];
	unsigned job_count;
	struct wire_events *pages; /* of jobs; allocated while there are any */
	int page_error;
	int error;
	uint64_t run_head, run_acked;
	uint8_t run_hash[WIRE_HASH_BYTES];
};

static void run(uv_work_t *work) /* on a thread of the pool */
{
	struct store *store = work->data;

	store->error = journal_commit(store->journal, &store->run_head, store->run_hash, &store->run_acked);
	for (unsigned i = 0; i < store->job_count; i++) {
		const struct read_job *job = &store->jobs[i];
		int r = journal_read(store->journal, job->first, job->count, &store->pages[i]);

		if (r < 0) {
			store->pages[i].count = 0;
			store->page_error = r;
		}
	}
}

static void tell(struct store *store, uint32_t token, int error)
{
	struct board_input input = { .kind = INPUT_STORED };

	input.u.stored.token = token;
	input.u.stored.error = error ? error : store->standing_error;
	input.u.stored.head = store->head;
	input.u.stored.acked = store->acked;
	memcpy(input.u.stored.hash, store->hash, WIRE_HASH_BYTES);
	store->events.on_stored(store->events.ctx, &input);
}

/* A commit has ended. What it stored includes what failed before. */
static void tell_outcome(struct store *store, int error)
{
	uint32_t token = store->running_token;

	if (error == 0 && !token)
		token = store->failed_token;
	if (error == 0)
		store->failed_token = 0;
	else if (token)
		store->failed_token = token;
	if (error == 0 && store->running_error) {
		store->failed_token = 0; /* what was lost on the way is not stored by a later commit */
		error = store->running_error;
	}
	store->running_token = 0;
	if (token)
		tell(store, token, error);
}

static void note_outcome(struct store *store, int error)
{
	if (error == store->last_error)
		return;
	if (error < 0)
		log_line(LOG_ALARM, "store: nothing can be stored: error=%s", strerror(-error));
	else
		log_line(LOG_WARNING, "store: storing again");
	store->last_error = error;
}

static void take_reads(struct store *store)
{
	store->job_count = 0;
	store->page_error = 0;
	if (store->read_count == 0)
		return;
	store->pages = malloc(store->read_count * sizeof(*store->pages));
	if (store->pages) { /* else the core asks again */
		memcpy(store->jobs, store->reads, store->read_count * sizeof(store->jobs[0]));
		store->job_count = store->read_count;
	}
	store->read_count = 0;
}

static void hand_out_pages(struct store *store)
{
	struct wire_events *pages = store->pages;
	unsigned count = store->job_count;

	/* An answer may bring the next read, and with it other pages. */
	store->pages = NULL;
	store->job_count = 0;
	if (store->page_error < 0)
		log_line(LOG_ERROR, "store: events cannot be read: error=%s", strerror(-store->page_error));
	for (unsigned i = 0; i < count; i++) {
		if (pages[i].count > 0)
			store->events.on_events(store->events.ctx, &pages[i]);
	}
	free(pages);
}

static void on_done(uv_work_t *work, int status);
static void on_timer(uv_timer_t *timer);

static void start(struct store *store)
{
	int r;

	take_reads(store);
	store->has_new = false;
	store->running_token = store->new_token;
	store->running_error = store->new_error;
	store->new_token = 0;
	store->new_error = 0;
	store->is_busy = true;
	uv_timer_start(&store->timer, on_timer, HANG_MS, 0);
	r = uv_queue_work(store->loop, &store->work, run, on_done);
	assert(r == 0); /* fails for want of a function alone */
}

/* Steps that came while the disk hangs are as badly off as the one it hangs at: they hear of it soon, or a
 * rejected code would wait in silence. */
static void tell_hang(struct store *store)
{
	uint32_t token = store->new_token ? store->new_token : store->running_token;

	note_outcome(store, -ETIMEDOUT);
	uv_timer_start(&store->timer, on_timer, RETRY_MS, 0);
	if (token == 0 || token == store->failed_token)
		return;
	store->failed_token = token; /* told again when the disk has answered */
	tell(store, token, -ETIMEDOUT);
}

static void on_timer(uv_timer_t *timer)
{
	struct store *store = timer->data;

	if (store->is_busy)
		tell_hang(store);
	else
		start(store);
}

static bool has_work(const struct store *store)
{
	return store->has_new || store->read_count > 0;
}

static void on_done(uv_work_t *work, int status)
{
	struct store *store = work->data;
	int error = status < 0 ? status : store->error;

	uv_timer_stop(&store->timer);
	store->head = store->run_head;
	store->acked = store->run_acked;
	memcpy(store->hash, store->run_hash, WIRE_HASH_BYTES);
	note_outcome(store, error);
	/* What the core asks for meanwhile waits: the pages of this run are not yet handed out. */
	tell_outcome(store, error);
	hand_out_pages(store);
	store->is_busy = false;
	if (store->is_finishing)
		return;
	if (has_work(store))
		start(store);
	else if (error < 0)
		uv_timer_start(&store->timer, on_timer, RETRY_MS, 0);
}

int store_open(struct store **out, struct uv_loop_s *loop, struct journal *journal, int standing_error,
	const struct store_events *events)
{
	struct store *store = calloc(1, sizeof(*store));

	if (!store) {
		journal_close(journal);
		return -ENOMEM;
	}
	store->loop = loop;
	store->journal = journal;
	store->standing_error = standing_error;
	store->events = *events;
	store->work.data = store;
	uv_timer_init(loop, &store->timer);
	store->timer.data = store;
	/* Nothing waits yet, so this touches no disk: it tells where the log stands. */
	(void)journal_commit(journal, &store->head, store->hash, &store->acked);
	*out = store;
	return 0;
}

static bool has_something_to_store(const struct board_orders *orders)
{
	if (orders->event_count > 0)
		return true;
	for (unsigned i = 0; i < orders->count; i++) {
		switch (orders->list[i].kind) {
		case ORDER_STORE_GUESS:
		case ORDER_STORE_FLOOR:
		case ORDER_STORE_SNAPSHOT:
		case ORDER_STORE_USED:
		case ORDER_FORGET:
			return true;
		case ORDER_STRIKE:
		case ORDER_TONE:
		case ORDER_LAMP:
		case ORDER_STRETCH:
		case ORDER_SEND_HELLO:
		case ORDER_SEND_STATE:
		case ORDER_SEND_DID:
		case ORDER_SEND_EVENTS:
			break;
		}
	}
	return false;
}

void store_put(struct store *store, const struct board_orders *orders, const char *sealed, size_t sealed_len)
{
	int r;

	if (!has_something_to_store(orders) && orders->store_token == 0)
		return;
	r = journal_add(store->journal, orders, sealed, sealed_len);
	if (r < 0)
		store->new_error = r;
	if (orders->store_token)
		store->new_token = orders->store_token;
	store->has_new = true;
	if (!store->is_busy && !store->is_finishing)
		start(store);
}

void store_read(struct store *store, uint64_t first, uint32_t count)
{
	if (store->read_count == STORE_READS_MAX) {
		memmove(&store->reads[0], &store->reads[1], (STORE_READS_MAX - 1) * sizeof(store->reads[0]));
		store->read_count--;
	}
	store->reads[store->read_count++] = (struct read_job){ first, count };
	if (!store->is_busy && !store->is_finishing)
		start(store);
}

uint64_t store_bytes(struct store *store)
{
	return journal_bytes(store->journal);
}

bool store_finish(struct store *store)
{
	if (!store)
		return false;
	if (!store->is_finishing) {
		store->is_finishing = true;
		uv_timer_stop(&store->timer);
		store->read_count = 0;
	}
	if (!store->is_busy && store->has_new)
		start(store); /* once: what then fails is lost with us, as in a power cut */
	return store->is_busy;
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void store_close(struct store *store)
{
	if (!store)
		return;
	assert(!store->is_busy);
	journal_close(store->journal);
	free(store->pages);
	uv_close((uv_handle_t *)&store->timer, on_closed);
}
