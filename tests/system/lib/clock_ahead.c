/* clock_ahead - every clock of a process is ahead of the machine's, by as much as a file says, at any moment.
 *
 * Loaded with LD_PRELOAD; CLOCK_AHEAD names the file: milliseconds, a 64-bit integer as the machine writes
 * it. A time namespace would be the kernel's own way, but it fixes its offsets before the first process
 * enters it and leaves CLOCK_REALTIME alone: a running door would not see its week pass, and the gateway's
 * would not pass at all. What waits for an absolute time is given the machine's, so that nothing waits for a
 * week; a deadline that was set before a jump is met when it would have been without it. */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *ahead; /* NULL: nobody said */

__attribute__((constructor)) static void map_file(void)
{
	const char *path = getenv("CLOCK_AHEAD");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *page;

	if (fd < 0)
		return;
	page = mmap(NULL, sizeof(*ahead), PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (page != MAP_FAILED)
		ahead = page;
}

static struct timespec moved(struct timespec at, int sign)
{
	int64_t ms = ahead ? sign * *ahead : 0;

	at.tv_sec += ms / 1000;
	at.tv_nsec += ms % 1000 * 1000000;
	if (at.tv_nsec >= 1000000000) {
		at.tv_sec++;
		at.tv_nsec -= 1000000000;
	} else if (at.tv_nsec < 0) {
		at.tv_sec--;
		at.tv_nsec += 1000000000;
	}
	return at;
}

/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): glibc's names are reserved ones. */
int clock_gettime(clockid_t clock, struct timespec *out)
{
	long r = syscall(SYS_clock_gettime, clock, out);

	if (r == 0 && clock != CLOCK_PROCESS_CPUTIME_ID && clock != CLOCK_THREAD_CPUTIME_ID)
		*out = moved(*out, 1);
	return (int)r;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
	struct timespec now;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &now);
	out->tv_sec = now.tv_sec;
	out->tv_usec = now.tv_nsec / 1000;
	return 0;
}

time_t time(time_t *out)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (out)
		*out = now.tv_sec;
	return now.tv_sec;
}

int timerfd_settime(int fd, int flags, const struct itimerspec *when, struct itimerspec *old)
{
	struct itimerspec at = *when;

	if ((flags & TFD_TIMER_ABSTIME) && (at.it_value.tv_sec || at.it_value.tv_nsec))
		at.it_value = moved(at.it_value, -1);
	return (int)syscall(SYS_timerfd_settime, fd, flags, &at, old);
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
	const struct timespec *restrict until)
{
	int (*real)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
	struct timespec at = moved(*until, -1);

	*(void **)&real = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
	return real(condition, mutex, &at);
}

int pthread_timedjoin_np(pthread_t thread, void **out, const struct timespec *until)
{
	int (*real)(pthread_t, void **, const struct timespec *);
	struct timespec at = moved(*until, -1);

	*(void **)&real = dlsym(RTLD_NEXT, "pthread_timedjoin_np");
	return real(thread, out, &at);
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
