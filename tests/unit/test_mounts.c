/* mounts: which of a card's mount options cost a journal its life. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/door/mounts.h"

#define ROOT "22 1 179:2 / / rw,relatime shared:1 - ext4 /dev/mmcblk0p2 rw\n"
#define RUN "25 22 0:20 / /run rw,nosuid - tmpfs tmpfs rw,size=1k\n"
#define DATA(options)                                                                                        \
	"30 22 179:3 / /data rw,noatime shared:5 master:2 - ext4 /dev/mmcblk0p3 rw," options "\n"

/* clang-format off */
static const struct { const char *name, *mountinfo, *dir, *risk; } rows[] = {
	{ "a plain card",                    ROOT RUN, "/var/lib/rumah", "" },
	{ "a vendor's image",                ROOT DATA("data=writeback"), "/data/rumah", "data=writeback" },
	{ "another folder's mount",          ROOT DATA("data=writeback"), "/var/lib/rumah", "" },
	{ "a name that only begins alike",   ROOT DATA("nobarrier"), "/database", "" },
	{ "the mount's own folder",          ROOT DATA("nobarrier"), "/data", "nobarrier" },
	{ "in another spelling",             ROOT DATA("errors=remount-ro,barrier=0"), "/data/x", "barrier=0" },
	{ "an ordered card",                 ROOT DATA("data=ordered,barrier=1"), "/data/x", "" },
	{ "f2fs",                            "1 0 8:1 / / rw - f2fs /dev/x rw,fsync_mode=nobarrier,lazytime\n", "/a", "fsync_mode=nobarrier" },
	{ "memory",                          ROOT RUN, "/run/rumah", "tmpfs" },
	{ "one mount over another",          ROOT DATA("nobarrier") DATA("data=ordered"), "/data/x", "" },
	{ "a folder with a blank",           ROOT "31 22 8:1 / /my\\040card rw - ext4 /dev/x rw,nobarrier\n", "/my card/x", "nobarrier" },
	{ "a line cut off",                  ROOT "30 22 179:3 / /data rw - ext4", "/data/x", "" },
	{ "no dash",                         "30 22 179:3 / / rw ext4 /dev/x nobarrier\n", "/data/x", "" },
	{ "nothing",                         "", "/data/x", "" },
};
/* clang-format on */

/* Thread 23: a vendor's image mounts ext4 with data=writeback, and SQLite is spoilt in silence at a power
 * cut. */
static void test_thread_23_a_mount_that_does_not_keep_what_it_is_told_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[1024], risk[MOUNT_RISK_MAX];

		assert_true(strlen(rows[i].mountinfo) < sizeof(text));
		memcpy(text, rows[i].mountinfo, strlen(rows[i].mountinfo) + 1);
		mount_judge(text, rows[i].dir, risk);
		if (strcmp(risk, rows[i].risk) != 0)
			fail_msg("%s: \"%s\" and not \"%s\"", rows[i].name, risk, rows[i].risk);
	}
}

static void the_system_is_asked(void **state)
{
	char risk[MOUNT_RISK_MAX] = "x";

	(void)state;
	mount_look("/no/such/folder", risk);
	assert_string_equal(risk, "");
	mount_look("/", risk);
	assert_true(strlen(risk) < MOUNT_RISK_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_thread_23_a_mount_that_does_not_keep_what_it_is_told_is_named),
		cmocka_unit_test(the_system_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
