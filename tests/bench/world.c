#include "tests/bench/world.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/samples.h"
#include "tests/system/lib/process.h"

static const char *need(const char *name)
{
	const char *value = getenv(name);

	if (!value || !value[0])
		broken("%s is not set: tests/bench/run sets it", name);
	return value;
}

const struct world *world(void)
{
	static struct world world;

	if (!world.dir)
		world = (struct world){
			.dir = need("BENCH_DIR"),
			.site_dir = need("SITE_DIR"),
			.broker_dir = need("BROKER_DIR"),
			.programs = need("BENCH_PROGRAMS"),
			.root = need("BENCH_ROOT"),
			.port = atoi(need("BROKER_PORT")),
			.is_long = getenv("BENCH_LONG") != NULL,
		};
	return &world;
}

void world_path(char path[static PATH_MAX], const char *format, ...)
{
	int used = snprintf(path, PATH_MAX, "%s/", world()->dir), rest;
	va_list arguments;

	va_start(arguments, format);
	rest = vsnprintf(path + used, (size_t)(PATH_MAX - used), format, arguments);
	va_end(arguments);
	if (rest < 0 || used + rest >= PATH_MAX)
		broken("a path is too long");
}

void world_folder(char path[static PATH_MAX], const char *name)
{
	world_path(path, "%s", name);
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		broken("no folder %s: %s", path, strerror(errno));
}

void world_identity(struct identity *identity, const char *dir)
{
	int r = identity_load_or_make(identity, dir);

	if (r != 0)
		broken("no keys in %s: %d", dir, r);
}

pid_t program_start(const char *name, const char *config, const char *log)
{
	char program[PATH_MAX];

	if (snprintf(program, sizeof(program), "%s/%s", world()->programs, name) >= (int)sizeof(program))
		broken("a path is too long");
	return process_start(program, config, log);
}

static double read_field(const char *path, const char *field)
{
	FILE *file = fopen(path, "r");
	char line[256];
	double value = -1;

	while (file && fgets(line, sizeof(line), file)) {
		if (strncmp(line, field, strlen(field)) == 0)
			value = strtod(line + strlen(field), NULL);
	}
	if (file)
		fclose(file);
	if (value < 0)
		broken("%s has no %s", path, field);
	return value;
}

double program_pss_kib(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
	return read_field(path, "Pss:");
}

double program_cpu_s(pid_t pid)
{
	char path[64], text[1024], *at;
	unsigned long user = 0, system = 0;
	FILE *file;
	size_t len;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "r");
	len = file ? fread(text, 1, sizeof(text) - 1, file) : 0;
	if (file)
		fclose(file);
	text[len] = '\0';
	at = strrchr(
		text, ')'); /* the name before it may hold anything; utime and stime are fields 14 and 15 */
	if (!at ||
		sscanf(at + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2)
		broken("%s cannot be read", path);
	return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

double program_waited_s(pid_t pid)
{
	char path[64];
	unsigned long long ran_ns, waited_ns = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)pid);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%llu %llu", &ran_ns, &waited_ns) != 2)
		waited_ns = 0; /* a kernel that does not count it */
	if (file)
		fclose(file);
	return (double)waited_ns / 1e9;
}

void program_await_rest(pid_t pid)
{
	double used = program_cpu_s(pid), before = -1;

	for (unsigned i = 0; i < 100 && used > before; i++) {
		before = used;
		nap_ms(30); /* three ticks of the clock that CPU time is counted by */
		used = program_cpu_s(pid);
	}
}

void broker_do(const char *function)
{
	char script[PATH_MAX];
	pid_t pid;
	int status;

	if (snprintf(script, sizeof(script), "%s/tests/bench/broker_do", world()->root) >=
		(int)sizeof(script))
		broken("a path is too long");
	pid = fork();
	if (pid == 0) {
		execl(script, script, function, world()->broker_dir, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		broken("the broker: %s failed", function);
}
