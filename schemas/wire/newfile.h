/* newfile - small files that are there whole or not at all; private to this library.
 * Written beside their place, flushed, and moved into it, so that a power cut leaves the old or the new. */
#ifndef RUMAH_WIRE_NEWFILE_H
#define RUMAH_WIRE_NEWFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Reads all of `fd` into buf: 0, -EFBIG when it does not fit, or -errno. */
int newfile_read(int fd, char *buf, size_t size, size_t *len);

/* Writes `path` with exactly `mode`, flushing file and folder. 0 or -errno; -EEXIST when there is one, unless
 * it may be replaced. */
int newfile_write(const char *path, const char *text, size_t len, mode_t mode, bool may_replace);

#endif
