/* sysclock - what the board's operating system knows of true time, and whether somebody vouches for it. What
 * nobody vouches for is not told to the core at all: it then counts from the floor.
 *
 *   kernel  the system's clock, while a daemon (NTP, PTP) keeps it synchronised. The bound is the kernel's
 * own maxerror, which grows by 500 ppm until the next correction and past 16 s ends the vouching. rtc     the
 * clock chip, read past the system's clock, which anybody may have set. It is vouched for by whoever wrote
 * "rtc" into the configuration, as long as the chip says that it never lost power. Nobody knows when it was
 * last compared with true time: the floor is the newest moment at which this board knew better, so the bound
 * is SYSCLOCK_RTC_SET_MS and the drift since the floor. A chip that is behind the floor, further ahead of it
 * than SYSCLOCK_RTC_AGE_MAX_MS (a dead battery that reads 2099), or on a board that never knew true time, is
 * not vouched for. none    nothing is asked.
 *
 * The answers are judged by pure functions; sysclock_read() asks the system. */
#ifndef RUMAH_DOOR_SYSCLOCK_H
#define RUMAH_DOOR_SYSCLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define SYSCLOCK_RTC_SET_MS (60 * 1000) /* set by a hand and a watch, and read in whole seconds */
#define SYSCLOCK_RTC_PPM 100            /* the worst crystal at the ends of its temperature range */
/* Compared with nothing for longer, a chip says too little: at the worst it is an hour off. */
#define SYSCLOCK_RTC_AGE_MAX_MS (400 * INT64_C(86400000))

enum sysclock_source { SYSCLOCK_NONE, SYSCLOCK_KERNEL, SYSCLOCK_RTC };
const char *sysclock_word(enum sysclock_source source);
int sysclock_source_read(const char *word); /* a sysclock_source, or -EINVAL */

struct sysclock {
	enum sysclock_source source;
	int64_t floor_ms;       /* as the journal had it at start; 0: none */
	const char *rtc_time;   /* where the chip's seconds since 1970 are read ... */
	const char *rtc_device; /* ... and where it is asked whether it kept power */
};
#define SYSCLOCK_RTC_TIME "/sys/class/rtc/rtc0/since_epoch"
#define SYSCLOCK_RTC_DEVICE "/dev/rtc0"

enum sysclock_answer {
	SYSCLOCK_UNSYNCED = 1, /* nothing keeps the kernel's clock */
	SYSCLOCK_NO_CHIP = 2, /* none, or it has no valid time (drivers say so when the oscillator stopped) */
	SYSCLOCK_LOST_POWER = 3, /* the chip says so */
	SYSCLOCK_NOT_ALLOWED =
		4, /* whether it lost power may not be asked: /dev/rtc0 is not readable to us */
	SYSCLOCK_IMPLAUSIBLE = 5, /* behind the floor, or too far ahead */
	SYSCLOCK_NO_FLOOR = 6,    /* a board that never knew true time: nothing to compare the chip with */
};
const char *sysclock_answer_word(int answer); /* for a log */

struct timex;

/* What adjtimex(2) returned (`state`) and wrote. 0 with *wall_ms and *bound_ms, or a sysclock_answer. */
int sysclock_judge_kernel(int state, const struct timex *clock, int64_t *wall_ms, uint32_t *bound_ms);

struct sysclock_chip {
	bool is_read; /* whether it gave a time */
	int64_t seconds;
	int asked;      /* RTC_VL_READ: 0, or -errno; -ENOTTY and -EINVAL: the driver does not know */
	unsigned flags; /* RTC_VL_* */
};
int sysclock_judge_chip(
	const struct sysclock_chip *chip, int64_t floor_ms, int64_t *wall_ms, uint32_t *bound_ms);

/* Asks. 0 with *wall_ms and *bound_ms, a sysclock_answer, or -errno; SYSCLOCK_UNSYNCED of source NONE. */
int sysclock_read(const struct sysclock *clock, int64_t *wall_ms, uint32_t *bound_ms);

#endif
