/* log - one line to standard error, where the service manager collects it: "module: what happened:
 * key=value". Never waits: a line that the reader has no room for is dropped, and the next one that fits says
 * how many were. Any thread. No secret, no digit of a code, no name is ever an argument here. */
#ifndef RUMAH_EDGE_LOG_H
#define RUMAH_EDGE_LOG_H

#define LOG_LINE_MAX 512

enum log_level { LOG_ALARM = 1, LOG_ERROR = 3, LOG_WARNING = 4, LOG_INFO = 6 }; /* as in syslog(3) */

void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
