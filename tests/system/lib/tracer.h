/* tracer - strace on a program under test: to watch its calls, or to make them fail or hang. */
#pragma once

#include <sys/types.h>

/* Traces all threads of `pid`, only calls on the files of `paths` (ends with NULL), with strace's further
 * `options` (ends with NULL); what it sees goes to the file `out`. Returns strace's pid once it traces, or 0:
 * there is none, or it may not. End it with process_end(pid, SIGTERM). */
pid_t tracer_start(pid_t pid, const char *out, const char *const *paths, const char *const *options);
