/* upload - one file in a multipart/form-data body, taken as it comes: what is more than a letter may be, or
 * something else than one, is read past and refused at the end. Not for others than the server. */
#ifndef RUMAH_GATEWAY_UPLOAD_H
#define RUMAH_GATEWAY_UPLOAD_H

#include <microhttpd.h>

#include "gateway/core/letter.h"
#include "gateway/http/files.h"

/* Of the whole body: the letter, and the lines around it. */
#define UPLOAD_MAX_BYTES (LETTER_MAX_BYTES + (16 << 10))
#define UPLOAD_MS (10 * 60 * 1000) /* 5 MiB over a slow telephone; a line without a byte ends much sooner */
#define UPLOAD_PART "letter"

struct upload; /* opaque */

/* Whether a Content-Type can be taken. */
bool upload_type_ok(const char *content_type);
/* 0, FILES_BUSY, or -errno. */
int upload_new(struct upload **out, struct files *files, struct MHD_Connection *connection);
void upload_free(struct upload *upload); /* takes NULL */
void upload_feed(struct upload *upload, const char *bytes, size_t len);

enum upload_answer { UPLOAD_MALFORMED = 1, UPLOAD_MISSING, UPLOAD_TOO_LARGE, UPLOAD_NOT_A_LETTER };
/* The body is whole. 0 with the letter's type and size, and the file for the caller to keep or drop; an
 * upload_answer; or -errno of writing it. */
int upload_end(struct upload *upload, struct file **file, enum letter_type *type, int64_t *bytes);

#endif
