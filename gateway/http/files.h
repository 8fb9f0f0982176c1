/* files - the folder in which letters lie: outside of what is served, one file a letter, named by the hash of
 * its bytes, readable by the gateway alone.
 *
 * A file that is being written has another name until all of it is on the disk; what is left of one after a
 * crash is swept away, as is what no request has. One thread, the loop's; syncing is done on its pool. */
#ifndef RUMAH_GATEWAY_FILES_H
#define RUMAH_GATEWAY_FILES_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#define FILES_AT_ONCE 8 /* being written; the next is told to come back */

struct files; /* opaque: files_new() makes it, files_free() frees it */
struct file;  /* one being written */

/* `folder` is borrowed for life, and made when the first file comes. 0 or -ENOMEM. */
int files_new(struct files **out, uv_loop_t *loop, const char *folder);
void files_free(struct files *files); /* takes NULL */

enum files_answer { FILES_BUSY = 1 };
/* 0, FILES_BUSY, or -errno. */
int files_begin(struct files *files, struct file **out);
int files_write(struct file *file, const void *bytes, size_t len); /* 0 or -errno */
void files_drop(struct file *file);                                /* takes NULL */
/* Puts the file onto the disk under its name, and then calls `done` with 0 or -errno; the file is gone after
 * it. `hash` is known at once. */
void files_keep(struct file *file, uint8_t hash[32], void (*done)(void *ctx, int r), void *ctx);

/* For reading; the caller closes *fd. -EUCLEAN when it has another length. */
int files_open(struct files *files, const uint8_t hash[32], int64_t bytes, int *fd);
/* Removes what is_known() does not know, unless something is being written. Its failure ends the sweep. */
int files_sweep(
	struct files *files, int (*is_known)(void *ctx, const uint8_t hash[32], bool *is_known), void *ctx);

#endif
