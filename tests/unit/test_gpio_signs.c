/* port_gpio: what the buzzer and the lamp say can be told apart, and stops. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/door/gpio_signs.h"
#include "tests/unit/gpio_rig.h"

static struct gpio_rig rig;

static int set_up(void **state)
{
	const struct pins_text text = { .lock = "lock high", .buzzer = "buzzer high", .lamp = "lamp low" };

	(void)state;
	fake_gpio_reset();
	assert_int_equal(gpio_rig_open(&rig, &text, LOCK_STRIKE), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	gpio_rig_close(&rig);
	assert_false(fake_gpio_last("buzzer"));
	assert_true(fake_gpio_last("lamp")); /* low switches it on */
	fake_gpio_reset();
	return 0;
}

static unsigned steps(const struct sign_pattern *pattern)
{
	unsigned count = 0;

	while (count < SIGN_STEPS_MAX && pattern->ms[count])
		count++;
	return count;
}

static void no_two_patterns_are_alike(void **state)
{
	const struct sign_pattern *const lists[] = { sign_tones, sign_lamps };
	const unsigned counts[] = { TONE_COUNT, LAMP_COUNT };

	(void)state;
	for (unsigned list = 0; list < 2; list++) {
		for (unsigned i = 0; i < counts[list]; i++) {
			for (unsigned k = 0; k < i; k++)
				assert_memory_not_equal(
					lists[list][i].ms, lists[list][k].ms, sizeof(lists[list][i].ms));
		}
	}
}

/* What repeats ends with a pause; what does not ends by itself, with the sound. */
static void patterns_are_made_of_whole_beats(void **state)
{
	(void)state;
	for (unsigned i = 0; i < TONE_COUNT; i++) {
		unsigned count = steps(&sign_tones[i]);

		if (i == TONE_SILENCE)
			assert_int_equal(count, 0);
		else
			assert_int_equal(count % 2, !sign_tones[i].repeats);
	}
	for (unsigned i = 0; i < LAMP_COUNT; i++) {
		assert_true(sign_lamps[i].repeats);
		assert_true(steps(&sign_lamps[i]) == 1 || steps(&sign_lamps[i]) % 2 == 0);
	}
}

static bool has_beeped_twice(struct gpio_rig *the_rig)
{
	(void)the_rig;
	return strcmp(fake_gpio_history("buzzer"), "01010") == 0;
}

static void a_tone_ends(void **state)
{
	(void)state;
	rig.port->tone(rig.port, TONE_CLEARED); /* two short ones */
	assert_true(fake_gpio_level("buzzer"));
	assert_true(gpio_rig_wait(&rig, has_beeped_twice));
	gpio_rig_turn(&rig, 200);
	assert_string_equal(fake_gpio_history("buzzer"), "01010");
}

static bool has_sounded_on(struct gpio_rig *the_rig)
{
	(void)the_rig;
	return strlen(fake_gpio_history("buzzer")) >= 7;
}

static void an_alarm_goes_on_after_a_key_until_it_is_silenced(void **state)
{
	(void)state;
	rig.port->tone(rig.port, TONE_ALARM);
	rig.port->tone(rig.port, TONE_KEY);
	assert_true(gpio_rig_wait(&rig, has_sounded_on));
	rig.port->tone(rig.port, TONE_SILENCE);
	assert_false(fake_gpio_level("buzzer"));
	rig.port->tone(rig.port, TONE_KEY);
	gpio_rig_turn(&rig, 200);
	assert_false(fake_gpio_level("buzzer")); /* and no alarm after that one */
}

static bool has_blinked(struct gpio_rig *the_rig)
{
	(void)the_rig;
	return strlen(fake_gpio_history("lamp")) >= 6;
}

static void the_lamp_shows_what_stands(void **state)
{
	unsigned writes;

	(void)state;
	assert_true(fake_gpio_level("lamp"));
	rig.port->lamp(rig.port, LAMP_READY);
	assert_false(fake_gpio_level("lamp"));
	writes = fake_gpio_writes("lamp");
	gpio_rig_turn(&rig, 50);
	assert_int_equal(fake_gpio_writes("lamp"), writes); /* steady: nobody is woken for it */
	rig.port->lamp(rig.port, LAMP_RELEASED);
	assert_true(gpio_rig_wait(&rig, has_blinked));
}

static bool is_taken(struct gpio_rig *the_rig)
{
	(void)the_rig;
	return fake_gpio_is_taken("buzzer") && fake_gpio_requests("buzzer") == 2;
}

static bool is_gone(struct gpio_rig *the_rig)
{
	(void)the_rig;
	return !fake_gpio_is_taken("buzzer");
}

static void a_buzzer_that_went_sounds_again(void **state)
{
	(void)state;
	rig.port->tone(rig.port, TONE_ALARM);
	fake_gpio_live(false);
	assert_true(gpio_rig_wait(&rig, is_gone));
	rig.port->tone(rig.port, TONE_KEY); /* nobody hears it, and nothing breaks */
	fake_gpio_live(true);
	assert_true(gpio_rig_wait(&rig, is_taken));
	assert_true(gpio_rig_wait(&rig, has_sounded_on));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_two_patterns_are_alike),
		cmocka_unit_test(patterns_are_made_of_whole_beats),
		TEST(a_tone_ends),
		TEST(an_alarm_goes_on_after_a_key_until_it_is_silenced),
		TEST(the_lamp_shows_what_stands),
		TEST(a_buzzer_that_went_sounds_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
