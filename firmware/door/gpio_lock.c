#include "firmware/door/gpio_lock.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/door/guard.h"
#include "firmware/edge/log.h"
#include "firmware/edge/mono.h"

enum coil { COIL_MAIN, COIL_CLOSE, COIL_COUNT };

struct pulse { /* one coil, energised for its time by a guard of its own */
	struct gpio_lock *lock;
	enum coil coil;
	uint32_t ms;
	struct guard *guard; /* NULL: this lock has no such pulse */
};

struct gpio_lock {
	enum board_lock kind;
	const struct pins *pins;
	const char *consumer;
	struct guard *guard; /* of the release */
	struct pulse open, close;

	pthread_mutex_t mutex;    /* over what follows: guards' threads come here */
	struct gpio_lines *lines; /* NULL: the chip is away */
	unsigned energised;       /* bits 1 << coil */
};

static unsigned coil_count(const struct gpio_lock *lock)
{
	return lock->pins->lock_close.ref[0] ? COIL_COUNT : 1;
}

static unsigned rest_coils(const struct gpio_lock *lock)
{
	return lock->kind == LOCK_MAGNET ? 1u << COIL_MAIN : 0;
}

static bool is_pulsed(const struct gpio_lock *lock)
{
	return lock->kind == LOCK_MOTOR || lock->kind == LOCK_TURNSTILE;
}

static unsigned levels_of(const struct gpio_lock *lock, unsigned energised)
{
	unsigned low = (lock->pins->lock.is_active_high ? 0 : 1u << COIL_MAIN) |
		       (lock->pins->lock_close.is_active_high ? 0 : 1u << COIL_CLOSE);

	return energised ^ low;
}

/* Under the mutex. */
static int take_lines(struct gpio_lock *lock, char message[static GPIO_MESSAGE_MAX])
{
	const struct gpio_want want = {
		.consumer = lock->consumer,
		.use = GPIO_OUTPUT,
		.levels = levels_of(lock, rest_coils(lock)),
		.count = coil_count(lock),
		.refs = { lock->pins->lock.ref, lock->pins->lock_close.ref },
	};
	int r = gpio_lines_open(&lock->lines, &want, message);

	if (r == 0)
		lock->energised = rest_coils(lock);
	return r;
}

static int energise(struct gpio_lock *lock, enum coil coil, bool on)
{
	unsigned energised;
	int r = -ENODEV;

	pthread_mutex_lock(&lock->mutex);
	energised = on ? lock->energised | 1u << coil : lock->energised & ~(1u << coil);
	if (lock->lines)
		r = gpio_lines_set(lock->lines, levels_of(lock, energised));
	if (r == 0)
		lock->energised = energised;
	pthread_mutex_unlock(&lock->mutex);
	return r;
}

/* Of a pulse's guard. */
static int set_coil(void *ctx, bool on)
{
	struct pulse *pulse = ctx;

	return energise(pulse->lock, pulse->coil, on);
}

/* The two coils of a motor are never on together: they work against each other. */
static int give_pulse(struct pulse *pulse, struct pulse *other)
{
	int r = other->guard ? guard_off(other->guard) : 0;

	return r < 0 ? r : guard_on(pulse->guard, mono_now_ms() + pulse->ms);
}

static int relock_pulsed(struct gpio_lock *lock)
{
	int r = guard_off(lock->open.guard);

	return r < 0 || !lock->close.guard ? r : give_pulse(&lock->close, &lock->open);
}

/* Of the release's guard: on its thread at the deadline, else on the loop's. */
static int set_released(void *ctx, bool on)
{
	struct gpio_lock *lock = ctx;

	if (!is_pulsed(lock))
		return energise(lock, COIL_MAIN, on != (lock->kind == LOCK_MAGNET));
	return on ? give_pulse(&lock->open, &lock->close) : relock_pulsed(lock);
}

static int open_pulse(struct gpio_lock *lock, struct pulse *pulse, enum coil coil, const struct pin *pin)
{
	pulse->lock = lock;
	pulse->coil = coil;
	pulse->ms = pin->ms;
	if (!is_pulsed(lock) || !pin->ref[0])
		return 0;
	return guard_open(&pulse->guard, set_coil, pulse);
}

int gpio_lock_open(struct gpio_lock **out, const struct pins *pins, enum board_lock kind,
	const char *consumer, char message[static GPIO_MESSAGE_MAX])
{
	struct gpio_lock *lock = calloc(1, sizeof(*lock));
	int r;

	if (!lock) {
		memcpy(message, "no memory", sizeof("no memory"));
		return -ENOMEM;
	}
	lock->pins = pins;
	lock->kind = kind;
	lock->consumer = consumer;
	pthread_mutex_init(&lock->mutex, NULL);
	r = take_lines(lock, message);
	if (r < 0)
		goto fail;
	memcpy(message, "its timer cannot be had", sizeof("its timer cannot be had"));
	r = open_pulse(lock, &lock->open, COIL_MAIN, &pins->lock);
	if (r == 0)
		r = open_pulse(lock, &lock->close, COIL_CLOSE, &pins->lock_close);
	if (r == 0)
		r = guard_open(&lock->guard, set_released, lock);
	if (r < 0)
		goto fail;
	*out = lock;
	return 0;
fail:
	gpio_lock_close(lock);
	return r;
}

int gpio_lock_release(struct gpio_lock *lock, uint64_t until_mono_ms)
{
	return guard_on(lock->guard, until_mono_ms);
}

int gpio_lock_rest(struct gpio_lock *lock)
{
	return guard_off(lock->guard);
}

bool gpio_lock_look(struct gpio_lock *lock)
{
	char message[GPIO_MESSAGE_MAX];
	bool was_there, is_there;
	unsigned levels;
	int r;

	pthread_mutex_lock(&lock->mutex);
	was_there = lock->lines;
	if (lock->lines) {
		r = gpio_lines_levels(lock->lines, &levels);
		if (r < 0) {
			gpio_lines_close(lock->lines);
			lock->lines = NULL;
		}
	} else {
		r = take_lines(lock, message);
	}
	is_there = lock->lines;
	pthread_mutex_unlock(&lock->mutex);
	if (was_there && !is_there)
		log_line(LOG_ALARM, "gpio: the lock's line has gone: line=%s error=%s", lock->pins->lock.ref,
			strerror(-r));
	else if (is_there && !was_there)
		log_line(LOG_WARNING, "gpio: the lock's line is back: line=%s", lock->pins->lock.ref);
	return is_there;
}

bool gpio_lock_is_alive(struct gpio_lock *lock)
{
	bool is_alive = guard_is_alive(lock->guard);

	if (lock->open.guard)
		is_alive = guard_is_alive(lock->open.guard) && is_alive;
	if (lock->close.guard)
		is_alive = guard_is_alive(lock->close.guard) && is_alive;
	return is_alive;
}

void gpio_lock_close(struct gpio_lock *lock)
{
	if (!lock)
		return;
	guard_close(lock->guard); /* the release's first: it gives the pulse that locks */
	guard_close(lock->open.guard);
	guard_close(lock->close.guard);
	gpio_lines_close(lock->lines);
	pthread_mutex_destroy(&lock->mutex);
	free(lock);
}
