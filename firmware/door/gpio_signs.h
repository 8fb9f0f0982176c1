/* gpio_signs - the buzzer and the lamp at the door: which pattern each tone and each lamp is (the guide,
 * wiring.md, has the same two tables), and their playing. One thread: the loop's. */
#ifndef RUMAH_DOOR_GPIO_SIGNS_H
#define RUMAH_DOOR_GPIO_SIGNS_H

#include "firmware/door/gpio_pins.h"

struct uv_loop_s;

#define SIGN_STEPS_MAX 8

struct sign_pattern {
	bool repeats;                /* until another takes its place; else it ends off */
	uint16_t ms[SIGN_STEPS_MAX]; /* on, off, on, …; 0 ends it. {1} that repeats: simply on */
};

extern const struct sign_pattern sign_tones[TONE_COUNT];
extern const struct sign_pattern sign_lamps[LAMP_COUNT];

struct gpio_sign; /* opaque: one output that plays patterns */

/* `pin` and `consumer` are borrowed until it is closed. An output that cannot be had is logged, not a reason
 * to fail. 0 or -errno. */
int gpio_sign_open(
	struct gpio_sign **out, struct uv_loop_s *loop, const struct pin *pin, const char *consumer);
/* One that repeats stands until the next, and goes on after one that does not; NULL: nothing stands. */
void gpio_sign_play(struct gpio_sign *sign, const struct sign_pattern *pattern); /* sign may be NULL */
void gpio_sign_look(struct gpio_sign *sign);  /* takes it again when it had gone; may be NULL */
void gpio_sign_close(struct gpio_sign *sign); /* off; takes NULL */

#endif
