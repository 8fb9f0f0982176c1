#include "firmware/door/guard.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "firmware/edge/log.h"
#include "firmware/edge/mono.h"

#define RETRY_MS 20 /* an output that would not switch off is told again */

struct guard {
	int (*set)(void *ctx, bool on);
	void *ctx;
	int timer_fd, wake_fd;
	pthread_t thread;
	bool has_thread;
	pthread_mutex_t lock; /* over the output, is_on and until */
	bool is_on;
	uint64_t until_mono_ms;
	atomic_bool is_stopping, has_answered;
};

static int arm(struct guard *guard, uint64_t at_mono_ms)
{
	/* One nanosecond more, since zero would disarm it. */
	struct itimerspec when = {
		.it_value = { .tv_sec = (time_t)(at_mono_ms / 1000),
			.tv_nsec = (long)(at_mono_ms % 1000) * 1000000 + 1 },
	};

	return timerfd_settime(guard->timer_fd, TFD_TIMER_ABSTIME, &when, NULL) < 0 ? -errno : 0;
}

/* Under the lock. */
static int switch_off(struct guard *guard)
{
	int r = guard->set(guard->ctx, false);

	if (r == 0)
		guard->is_on = false;
	return r;
}

static void keep_deadline(struct guard *guard)
{
	uint64_t now = mono_now_ms();

	pthread_mutex_lock(&guard->lock);
	if (guard->is_on && now >= guard->until_mono_ms && switch_off(guard) < 0)
		(void)arm(guard, now + RETRY_MS);
	pthread_mutex_unlock(&guard->lock);
}

static void *watch(void *arg)
{
	struct guard *guard = arg;
	struct pollfd fds[] = { { .fd = guard->timer_fd, .events = POLLIN },
		{ .fd = guard->wake_fd, .events = POLLIN } };
	uint64_t count;

	while (!guard->is_stopping) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			log_line(LOG_ERROR, "guard: poll failed: errno=%d", errno);
		/* Both are non-blocking: nothing to read is an answer, too. */
		if (read(guard->timer_fd, &count, sizeof(count)) > 0)
			keep_deadline(guard);
		if (read(guard->wake_fd, &count, sizeof(count)) > 0)
			guard->has_answered = true;
	}
	return NULL;
}

static int start_thread(struct guard *guard)
{
	sigset_t all, before;
	int r;

	/* Signals are the loop's business. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&guard->thread, NULL, watch, guard);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	guard->has_thread = r == 0;
	return -r;
}

int guard_open(struct guard **out, int (*set)(void *ctx, bool on), void *ctx)
{
	struct guard *guard = calloc(1, sizeof(*guard));
	int r;

	if (!guard)
		return -ENOMEM;
	guard->set = set;
	guard->ctx = ctx;
	guard->has_answered = true;
	pthread_mutex_init(&guard->lock, NULL);
	guard->wake_fd = -1;
	guard->timer_fd = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	if (guard->timer_fd < 0) {
		r = -errno;
		goto fail;
	}
	guard->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (guard->wake_fd < 0) {
		r = -errno;
		goto fail;
	}
	r = set(ctx, false);
	if (r == 0)
		r = start_thread(guard);
	if (r < 0)
		goto fail;
	*out = guard;
	return 0;
fail:
	guard_close(guard);
	return r;
}

int guard_on(struct guard *guard, uint64_t until_mono_ms)
{
	int r;

	pthread_mutex_lock(&guard->lock);
	r = arm(guard, until_mono_ms);
	if (r == 0)
		r = guard->set(guard->ctx, true);
	if (r == 0) {
		guard->is_on = true;
		guard->until_mono_ms = until_mono_ms;
	} else {
		(void)switch_off(guard); /* r says what went wrong first */
	}
	pthread_mutex_unlock(&guard->lock);
	return r;
}

int guard_off(struct guard *guard)
{
	int r;

	pthread_mutex_lock(&guard->lock);
	r = switch_off(guard);
	if (r < 0) { /* left to the thread, which tries until it succeeds */
		guard->is_on = true;
		guard->until_mono_ms = 0;
		(void)arm(guard, mono_now_ms() + RETRY_MS);
	}
	pthread_mutex_unlock(&guard->lock);
	return r;
}

static void wake(struct guard *guard)
{
	const uint64_t one = 1;

	if (write(guard->wake_fd, &one, sizeof(one)) < 0)
		log_line(LOG_ERROR, "guard: cannot be woken: errno=%d", errno);
}

bool guard_is_alive(struct guard *guard)
{
	bool has_answered = atomic_exchange(&guard->has_answered, false);

	wake(guard);
	return has_answered;
}

void guard_close(struct guard *guard)
{
	if (!guard)
		return;
	if (guard->has_thread) {
		(void)guard_off(guard);
		guard->is_stopping = true;
		wake(guard);
		pthread_join(guard->thread, NULL);
	}
	if (guard->timer_fd >= 0)
		close(guard->timer_fd);
	if (guard->wake_fd >= 0)
		close(guard->wake_fd);
	pthread_mutex_destroy(&guard->lock);
	free(guard);
}
