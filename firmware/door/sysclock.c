#include "firmware/door/sysclock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/rtc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/timex.h>
#include <unistd.h>

#define SECONDS_MAX (INT64_C(1) << 40) /* 36,000 years; milliseconds of more would not fit */

static const char *const words[] = {
	[SYSCLOCK_NONE] = "none", [SYSCLOCK_KERNEL] = "kernel", [SYSCLOCK_RTC] = "rtc"
};

const char *sysclock_word(enum sysclock_source source)
{
	return words[source];
}

int sysclock_source_read(const char *word)
{
	for (int i = 0; i < (int)(sizeof(words) / sizeof(words[0])); i++) {
		if (strcmp(words[i], word) == 0)
			return i;
	}
	return -EINVAL;
}

const char *sysclock_answer_word(int answer)
{
	static const char *const answers[] = {
		[0] = "vouched",
		[SYSCLOCK_UNSYNCED] = "unsynchronised",
		[SYSCLOCK_NO_CHIP] = "no_valid_chip",
		[SYSCLOCK_LOST_POWER] = "lost_power",
		[SYSCLOCK_NOT_ALLOWED] = "not_allowed_to_ask",
		[SYSCLOCK_IMPLAUSIBLE] = "implausible",
		[SYSCLOCK_NO_FLOOR] = "nothing_to_compare_with",
	};

	return answer < 0 ? strerror(-answer) : answers[answer];
}

int sysclock_judge_kernel(int state, const struct timex *clock, int64_t *wall_ms, uint32_t *bound_ms)
{
	if (state < 0)
		return SYSCLOCK_UNSYNCED;
	/* TIME_ERROR also stands for a hardware reference that is lost: then nobody steers. */
	if (state == TIME_ERROR || (clock->status & STA_UNSYNC) || clock->maxerror < 0)
		return SYSCLOCK_UNSYNCED;
	*wall_ms = (int64_t)clock->time.tv_sec * 1000 +
		   clock->time.tv_usec / (clock->status & STA_NANO ? 1000000 : 1000);
	*bound_ms = (uint32_t)(clock->maxerror / 1000 + 1);
	return 0;
}

int sysclock_judge_chip(
	const struct sysclock_chip *chip, int64_t floor_ms, int64_t *wall_ms, uint32_t *bound_ms)
{
	/* BACKUP_LOW is a battery to change soon: its time is still good. */
	const unsigned lost = RTC_VL_DATA_INVALID | RTC_VL_BACKUP_EMPTY | RTC_VL_ACCURACY_LOW;
	int64_t age_ms;

	if (!chip->is_read || chip->seconds < 0 || chip->seconds > SECONDS_MAX)
		return SYSCLOCK_NO_CHIP;
	/* Some drivers know nothing of power: those that do not refuse to read a time that is not valid give
	 * one that is far off, which the floor tells. */
	if (chip->asked == 0 && (chip->flags & lost))
		return SYSCLOCK_LOST_POWER;
	if (chip->asked < 0 && chip->asked != -ENOTTY && chip->asked != -EINVAL)
		return SYSCLOCK_NOT_ALLOWED;
	if (floor_ms <= 0)
		return SYSCLOCK_NO_FLOOR;
	age_ms = chip->seconds * 1000 - floor_ms;
	if (age_ms < -SYSCLOCK_RTC_SET_MS || age_ms > SYSCLOCK_RTC_AGE_MAX_MS)
		return SYSCLOCK_IMPLAUSIBLE;
	*wall_ms = chip->seconds * 1000;
	*bound_ms = SYSCLOCK_RTC_SET_MS + (uint32_t)((age_ms > 0 ? age_ms : 0) * SYSCLOCK_RTC_PPM / 1000000);
	return 0;
}

static bool read_seconds(const char *path, int64_t *seconds)
{
	char text[32] = "", *end;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return false;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (len <= 0)
		return false;
	errno = 0;
	*seconds = strtoll(text, &end, 10);
	return end != text && (*end == '\n' || *end == 0) && errno == 0;
}

/* The device can be open once at a time: it is let go at once. */
static int ask_power(const char *path, unsigned *flags)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), r;

	*flags = 0;
	if (fd < 0)
		return -errno;
	r = ioctl(fd, RTC_VL_READ, flags) < 0 ? -errno : 0;
	close(fd);
	return r;
}

int sysclock_read(const struct sysclock *clock, int64_t *wall_ms, uint32_t *bound_ms)
{
	struct sysclock_chip chip = { 0 };
	struct timex kernel = { 0 };
	int state;

	switch (clock->source) {
	case SYSCLOCK_NONE:
		return SYSCLOCK_UNSYNCED;
	case SYSCLOCK_KERNEL:
		state = adjtimex(&kernel);
		return state < 0 ? -errno : sysclock_judge_kernel(state, &kernel, wall_ms, bound_ms);
	case SYSCLOCK_RTC:
		chip.is_read = read_seconds(clock->rtc_time, &chip.seconds);
		if (chip.is_read)
			chip.asked = ask_power(clock->rtc_device, &chip.flags);
		return sysclock_judge_chip(&chip, clock->floor_ms, wall_ms, bound_ms);
	}
	return -EINVAL;
}
