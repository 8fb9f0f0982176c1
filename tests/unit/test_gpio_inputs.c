/* port_gpio: switches as lines in words, whatever their polarity; what edges do not tell; what is missing. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/gpio_rig.h"

static struct gpio_rig rig;

static int set_up(void **state)
{
	(void)state;
	fake_gpio_reset();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	gpio_rig_tear_down(&rig);
	fake_gpio_reset(); /* nothing is still taken */
	return 0;
}

static void open_with(const char *contact, const char *rex)
{
	struct pins_text text = { .lock = "lock high" };

	snprintf(text.lines[LINE_CONTACT], sizeof(text.lines[0]), "%s", contact);
	snprintf(text.lines[LINE_REX], sizeof(text.lines[0]), "%s", rex);
	assert_int_equal(gpio_rig_open(&rig, &text, LOCK_STRIKE), 0);
}

static bool is_told(struct gpio_rig *the_rig)
{
	return the_rig->line_tells[LINE_CONTACT] > 0;
}

static bool is_told_twice(struct gpio_rig *the_rig)
{
	return the_rig->line_tells[LINE_CONTACT] > 1;
}

/* clang-format off */
static const struct {
	const char *name, *contact;
	bool opens_high; /* the line, when the leaf opens */
} polarities[] = {
	{ "closed circuit, pulled up",             "contact nc 5ms",             true },
	{ "closed circuit, pulled down",           "contact nc down 5ms",        false },
	{ "open circuit, pulled up",               "contact no up 5ms",          false },
	{ "open circuit, pulled down",             "contact no down 5ms",        true },
	{ "the resistor on the board, up",         "contact external nc 5ms",    true },
	{ "the resistor on the board, down",       "contact external down nc 5ms", false },
};
/* clang-format on */

static void a_leaf_is_open_whatever_its_contact_is_like(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(polarities) / sizeof(polarities[0]); i++) {
		print_message("  %s\n", polarities[i].name);
		fake_gpio_reset();
		fake_gpio_drive("contact", !polarities[i].opens_high);
		open_with(polarities[i].contact, "");
		assert_int_equal(rig.port->wired(rig.port), LINE_BIT(CONTACT));
		assert_false(rig.port->is_active(rig.port, LINE_CONTACT));
		assert_false(rig.port->is_active(rig.port, LINE_REX)); /* not wired */
		fake_gpio_drive("contact", polarities[i].opens_high);
		assert_true(gpio_rig_wait(&rig, is_told));
		assert_true(rig.lines[LINE_CONTACT]);
		assert_true(rig.port->is_active(rig.port, LINE_CONTACT));
		fake_gpio_drive("contact", !polarities[i].opens_high);
		assert_true(gpio_rig_wait(&rig, is_told_twice));
		assert_false(rig.lines[LINE_CONTACT]);
		gpio_rig_close(&rig);
	}
}

static void chatter_is_told_once(void **state)
{
	(void)state;
	fake_gpio_drive("contact", false);
	open_with("contact nc 50ms", "");
	for (int i = 0; i < 9; i++)
		fake_gpio_drive("contact", i % 2 == 0);
	assert_true(gpio_rig_wait(&rig, is_told));
	assert_true(rig.lines[LINE_CONTACT]);
	gpio_rig_turn(&rig, 120);
	assert_int_equal(rig.line_tells[LINE_CONTACT], 1);
	gpio_rig_close(&rig);
}

static void a_touch_is_nothing(void **state)
{
	(void)state;
	open_with("contact no", "rex no 2000ms");
	fake_gpio_drive("rex", false);
	fake_gpio_drive("rex", true);
	gpio_rig_turn(&rig, 50);
	assert_int_equal(rig.line_tells[LINE_REX], 0);
	gpio_rig_close(&rig);
}

static bool is_cut(struct gpio_rig *the_rig)
{
	return the_rig->faults[LINE_CONTACT][LINE_FAULT_CUT];
}

static bool is_whole(struct gpio_rig *the_rig)
{
	return !the_rig->faults[LINE_CONTACT][LINE_FAULT_CUT];
}

static void an_input_that_is_missing_is_a_fault_and_no_reason_to_stop(void **state)
{
	(void)state;
	fake_gpio_drive("contact", false);
	fake_gpio_refuse("contact", -EBUSY);
	open_with("contact nc", "rex no");
	assert_int_equal(rig.port->wired(rig.port), LINE_BIT(CONTACT) | LINE_BIT(REX));
	assert_false(rig.port->is_active(rig.port, LINE_CONTACT));
	assert_int_equal(rig.fault_tells[LINE_CONTACT][LINE_FAULT_CUT], 0); /* the core has not begun */
	assert_true(gpio_rig_wait(&rig, is_cut));
	assert_int_equal(rig.fault_tells[LINE_REX][LINE_FAULT_CUT], 0);
	fake_gpio_refuse("contact", 0);
	fake_gpio_drive("contact", true);
	assert_true(gpio_rig_wait(&rig, is_whole));
	assert_true(rig.lines[LINE_CONTACT]); /* open since it is there */
	assert_int_equal(rig.fault_tells[LINE_CONTACT][LINE_FAULT_CUT], 2);
	gpio_rig_close(&rig);
}

static void a_chip_that_goes_is_told_once_and_so_is_its_return(void **state)
{
	(void)state;
	fake_gpio_drive("contact", false);
	open_with("contact nc", "rex no");
	fake_gpio_live(false);
	assert_true(gpio_rig_wait(&rig, is_cut));
	assert_true(rig.faults[LINE_REX][LINE_FAULT_CUT]);
	assert_int_equal(rig.line_tells[LINE_CONTACT], 0); /* unknown is not open */
	gpio_rig_turn(&rig, 2100);                         /* looked for, and not told, again */
	assert_int_equal(rig.fault_tells[LINE_CONTACT][LINE_FAULT_CUT], 1);
	fake_gpio_live(true);
	assert_true(gpio_rig_wait(&rig, is_whole));
	assert_int_equal(rig.line_tells[LINE_CONTACT], 0);
	fake_gpio_drive("contact", true);
	assert_true(gpio_rig_wait(&rig, is_told));
	gpio_rig_close(&rig);
}

/* A changeover switch: one of the two is always closed, so that a cable that is cut, or shorted, shows. */
static void a_pair_tells_a_cut_cable_from_an_open_door(void **state)
{
	(void)state;
	fake_gpio_drive("closed", false); /* the leaf is shut: this circuit is closed, */
	fake_gpio_drive("open", true);    /* and that one is not */
	open_with("closed nc 5ms pair open", "");
	assert_false(rig.port->is_active(rig.port, LINE_CONTACT));
	fake_gpio_drive("closed", true); /* it opens, and is between the two for a while */
	assert_true(gpio_rig_wait(&rig, is_told));
	fake_gpio_drive("open", false);
	gpio_rig_turn(&rig, 1200);
	assert_int_equal(rig.fault_tells[LINE_CONTACT][LINE_FAULT_CUT], 0);
	fake_gpio_drive("open", true); /* cut */
	assert_true(gpio_rig_wait(&rig, is_cut));
	fake_gpio_drive("open", false); /* mended */
	assert_true(gpio_rig_wait(&rig, is_whole));
	fake_gpio_drive("closed", false); /* both: shorted */
	assert_true(gpio_rig_wait(&rig, is_cut));
	assert_int_equal(rig.fault_tells[LINE_CONTACT][LINE_FAULT_CUT], 3);
	gpio_rig_close(&rig);
}

static void a_cable_that_was_cut_before_the_start_is_told_after_it(void **state)
{
	(void)state;
	open_with("closed nc 5ms pair open", "");
	assert_int_equal(rig.fault_tells[LINE_CONTACT][LINE_FAULT_CUT], 0);
	assert_true(gpio_rig_wait(&rig, is_cut));
	gpio_rig_close(&rig);
}

/* Leosac's door is flipped by each edge, from a state that is assumed at the start. */
static void test_defect_02_the_level_counts_at_the_start_and_after_lost_edges(void **state)
{
	(void)state;
	fake_gpio_drive("contact", true);
	open_with("contact nc 5ms", "");
	assert_true(rig.port->is_active(rig.port, LINE_CONTACT)); /* open already, and no edge told so */
	fake_gpio_set_level("contact", false); /* it shuts, and the kernel had no room for the edge */
	assert_true(gpio_rig_wait(&rig, is_told));
	assert_false(rig.port->is_active(rig.port, LINE_CONTACT));
	fake_gpio_drive("contact", true); /* one edge too many for one that flips */
	fake_gpio_drive("contact", false);
	fake_gpio_drive("contact", true);
	fake_gpio_set_level("contact", false);
	gpio_rig_turn(&rig, 50);
	assert_false(rig.port->is_active(rig.port, LINE_CONTACT));
	gpio_rig_close(&rig);
}

static void every_line_is_the_one_it_is_named_for(void **state)
{
	struct pins_text text = { .lock = "lock high" };

	(void)state;
	for (unsigned line = 0; line < LINE_COUNT; line++)
		snprintf(text.lines[line], sizeof(text.lines[line]), "line%u no 5ms", line);
	assert_int_equal(gpio_rig_open(&rig, &text, LOCK_STRIKE), 0);
	assert_int_equal(rig.port->wired(rig.port), (1u << LINE_COUNT) - 1);
	for (unsigned line = 0; line < LINE_COUNT; line++) {
		char ref[16];

		snprintf(ref, sizeof(ref), "line%u", line);
		fake_gpio_drive(ref, false);
		for (int i = 0; i < 2000 && rig.line_tells[line] == 0; i++)
			gpio_rig_turn(&rig, 5);
		for (unsigned other = 0; other < LINE_COUNT; other++)
			assert_int_equal(rig.port->is_active(rig.port, other), other <= line);
	}
	gpio_rig_close(&rig);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_leaf_is_open_whatever_its_contact_is_like),
		TEST(chatter_is_told_once),
		TEST(a_touch_is_nothing),
		TEST(an_input_that_is_missing_is_a_fault_and_no_reason_to_stop),
		TEST(a_chip_that_goes_is_told_once_and_so_is_its_return),
		TEST(a_pair_tells_a_cut_cable_from_an_open_door),
		TEST(a_cable_that_was_cut_before_the_start_is_told_after_it),
		TEST(every_line_is_the_one_it_is_named_for),
		TEST(test_defect_02_the_level_counts_at_the_start_and_after_lost_edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
