#include "firmware/door/health.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "firmware/edge/mono.h"

#define SENSOR "/sys/class/thermal/thermal_zone0/temp" /* milli-degrees, as text; on every board we know */
#define TEMP_MIN_MC (-100000)
#define TEMP_MAX_MC 200000

static int32_t read_temp_mc(void)
{
	char text[32] = "";
	int fd = open(SENSOR, O_RDONLY | O_CLOEXEC);
	ssize_t len;
	long value;
	char *end;

	if (fd < 0)
		return INT32_MIN;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (len <= 0)
		return INT32_MIN;
	value = strtol(text, &end, 10);
	if (end == text || value < TEMP_MIN_MC || value > TEMP_MAX_MC)
		return INT32_MIN;
	return (int32_t)value;
}

void health_look(struct wire_health *health, const char *dir)
{
	struct statvfs disk;

	_Static_assert(sizeof(RUMAH_VERSION) <= sizeof(health->version), "the version fits its field");
	memcpy(health->version, RUMAH_VERSION, sizeof(RUMAH_VERSION));
	health->uptime_s = mono_now_ms() / 1000;
	health->free_bytes = statvfs(dir, &disk) == 0 ? (uint64_t)disk.f_bavail * disk.f_frsize : 0;
	health->temp_mc = read_temp_mc();
}
