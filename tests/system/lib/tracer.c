#include "tests/system/lib/tracer.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "tests/system/lib/process.h"

#define PATIENCE_MS 10000
#define ARGS_MAX 40

static bool is_traced(pid_t pid)
{
	char path[64], line[128];
	bool is = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file))
		is |= strncmp(line, "TracerPid:", 10) == 0 && strtol(line + 10, NULL, 10) > 0;
	if (file)
		fclose(file);
	return is;
}

static void exec_strace(pid_t pid, const char *out, const char *const *paths, const char *const *options)
{
	const char *argv[ARGS_MAX] = { "strace", "-f", "-qq", "-o", out };
	char pid_text[16];
	size_t argc = 5;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (; *paths && argc < ARGS_MAX - 4; paths++) {
		argv[argc++] = "-P";
		argv[argc++] = *paths;
	}
	for (; *options && argc < ARGS_MAX - 3; options++)
		argv[argc++] = *options;
	snprintf(pid_text, sizeof(pid_text), "%d", (int)pid);
	argv[argc++] = "-p";
	argv[argc++] = pid_text;
	execvp("strace", (char *const *)(uintptr_t)argv);
	_exit(127);
}

pid_t tracer_start(pid_t pid, const char *out, const char *const *paths, const char *const *options)
{
	pid_t tracer = fork();

	if (tracer == 0)
		exec_strace(pid, out, paths, options);
	if (tracer < 0)
		return 0;
	for (long long until = now_ms() + PATIENCE_MS; now_ms() < until; nap_ms(5)) {
		if (!process_is_alive(tracer))
			break;
		if (is_traced(pid)) {
			nap_ms(100); /* it goes on to the other threads */
			return tracer;
		}
	}
	(void)process_end(tracer, SIGTERM);
	return 0;
}
