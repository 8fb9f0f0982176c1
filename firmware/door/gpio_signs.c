#include "firmware/door/gpio_signs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/door/watch.h"
#include "firmware/edge/log.h"
#include "firmware/edge/mono.h"

/* clang-format off */
const struct sign_pattern sign_tones[TONE_COUNT] = {
	[TONE_KEY]              = { false, { 30 } },
	[TONE_CLEARED]          = { false, { 30, 60, 30 } },
	[TONE_ACCEPTED]         = { false, { 600 } },                     /* one long */
	[TONE_ACCEPTED_OFFLINE] = { false, { 600, 150, 80, 100, 80 } },   /* one long, two short */
	[TONE_REJECTED]         = { false, { 150, 100, 150, 100, 150 } }, /* three */
	[TONE_WAIT]             = { false, { 60, 60, 60, 60, 60, 60, 60 } }, /* four quick ones */
	[TONE_PREALARM]         = { true,  { 100, 900 } },
	[TONE_ALARM]            = { true,  { 400, 200 } },
	[TONE_SILENCE]          = { true,  { 0 } },
	[TONE_IDENTIFY]         = { false, { 80, 80, 80, 400, 80, 80, 80 } },
};

const struct sign_pattern sign_lamps[LAMP_COUNT] = {
	[LAMP_READY]    = { true, { 1 } },                      /* steady */
	[LAMP_RELEASED] = { true, { 125, 125 } },               /* four a second */
	[LAMP_WAIT]     = { true, { 700, 700 } },               /* slow */
	[LAMP_CLOSED]   = { true, { 80, 2920 } },               /* a flash now and then */
	[LAMP_FAULT]    = { true, { 1700, 100, 100, 100 } },    /* steady, with a twitch */
	[LAMP_ALARM]    = { true, { 60, 60, 60, 60, 60, 400 } }, /* three flashes */
};
/* clang-format on */

struct gpio_sign {
	struct uv_loop_s *loop;
	const struct pin *pin;
	const char *consumer;
	struct gpio_lines *lines; /* NULL: cannot be had */
	struct watch *timer;
	const struct sign_pattern *standing; /* NULL: none */
	const struct sign_pattern *playing;  /* NULL: off */
	unsigned next;                       /* step of it */
	bool is_on;
};

static void show(struct gpio_sign *sign)
{
	int r;

	if (!sign->lines)
		return;
	r = gpio_lines_set(sign->lines, sign->is_on == sign->pin->is_active_high);
	if (r == 0)
		return;
	log_line(LOG_WARNING, "gpio: an output has gone: line=%s error=%s", sign->pin->ref, strerror(-r));
	gpio_lines_close(sign->lines);
	sign->lines = NULL;
}

static bool is_over(const struct sign_pattern *pattern, unsigned step)
{
	return step == SIGN_STEPS_MAX || pattern->ms[step] == 0;
}

static void step(struct gpio_sign *sign)
{
	const struct sign_pattern *pattern = sign->playing;

	if (pattern && is_over(pattern, sign->next)) { /* round again, or on with what stands */
		sign->playing = pattern = sign->standing;
		sign->next = 0;
	}
	if (!pattern || is_over(pattern, 0)) {
		sign->playing = NULL;
		sign->is_on = false;
		watch_set(sign->timer, UINT64_MAX);
	} else {
		sign->is_on = sign->next % 2 == 0;
		/* One that is simply on needs no timer. */
		if (pattern->repeats && is_over(pattern, 1))
			watch_set(sign->timer, UINT64_MAX);
		else
			watch_set(sign->timer, mono_now_ms() + pattern->ms[sign->next]);
		sign->next++;
	}
	show(sign);
}

static void on_due(void *ctx)
{
	step(ctx);
}

static int take(struct gpio_sign *sign, char message[static GPIO_MESSAGE_MAX])
{
	const struct gpio_want want = {
		.consumer = sign->consumer,
		.use = GPIO_OUTPUT,
		.levels = sign->is_on == sign->pin->is_active_high,
		.count = 1,
		.refs = { sign->pin->ref },
	};

	return gpio_lines_open(&sign->lines, &want, message);
}

int gpio_sign_open(
	struct gpio_sign **out, struct uv_loop_s *loop, const struct pin *pin, const char *consumer)
{
	char message[GPIO_MESSAGE_MAX];
	struct gpio_sign *sign;
	int r;

	if (!pin->ref[0]) {
		*out = NULL;
		return 0;
	}
	sign = calloc(1, sizeof(*sign));
	if (!sign)
		return -ENOMEM;
	sign->loop = loop;
	sign->pin = pin;
	sign->consumer = consumer;
	r = watch_open_timer(&sign->timer, loop, on_due, sign);
	if (r < 0) {
		free(sign);
		return r;
	}
	if (take(sign, message) < 0)
		log_line(LOG_WARNING, "gpio: an output cannot be had: %s", message);
	*out = sign;
	return 0;
}

void gpio_sign_play(struct gpio_sign *sign, const struct sign_pattern *pattern)
{
	if (!sign)
		return;
	if (pattern->repeats)
		sign->standing = pattern;
	sign->playing = pattern;
	sign->next = 0;
	step(sign);
}

void gpio_sign_look(struct gpio_sign *sign)
{
	char message[GPIO_MESSAGE_MAX];
	unsigned levels;

	if (!sign)
		return;
	if (!sign->lines)
		(void)take(sign, message); /* it was said when it went */
	else if (gpio_lines_levels(sign->lines, &levels) < 0)
		show(sign); /* fails, and says so */
}

void gpio_sign_close(struct gpio_sign *sign)
{
	if (!sign)
		return;
	sign->is_on = false;
	show(sign);
	gpio_lines_close(sign->lines);
	watch_close(sign->timer);
	free(sign);
}
