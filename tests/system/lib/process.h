/* process - programs under test: started with a private folder, ended by their own pid, never outliving the
 * test. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* Starts `program` with --config CONFIG, standard error to the file `log` (appended). Its end is tied to
 * ours. Returns its pid; ends the test when it cannot. */
pid_t process_start(const char *program, const char *config, const char *log);
/* Sends `signal` and waits for the end. Returns the wait status, or -1 when it did not end within 10 s
 * (killed). */
int process_end(pid_t pid, int signal);
bool process_is_alive(pid_t pid);

/* Writes a text file, mode 0600; ends the test when it cannot. */
void file_write(const char *path, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Monotonic milliseconds, and a nap. */
long long now_ms(void);
void nap_ms(long ms);
