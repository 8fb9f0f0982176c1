#include "gateway/http/upload.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BUFFER_BYTES 4096

struct upload {
	struct MHD_PostProcessor *processor;
	struct file *file;
	uint8_t head[LETTER_HEAD_BYTES];
	size_t head_len;
	int64_t bytes;
	bool has_part, is_malformed;
	int r; /* of writing */
};

bool upload_type_ok(const char *content_type)
{
	static const char multipart[] = "multipart/form-data;";

	return content_type && strncasecmp(content_type, multipart, sizeof(multipart) - 1) == 0;
}

static enum MHD_Result take_part(void *cls, enum MHD_ValueKind kind, const char *key, const char *filename,
	const char *type, const char *encoding, const char *bytes, uint64_t off, size_t len)
{
	struct upload *upload = cls;
	size_t room = sizeof(upload->head) - upload->head_len;

	/* What it is called and said to be is nobody's business. */
	(void)kind, (void)filename, (void)type, (void)encoding;
	if (!key || strcmp(key, UPLOAD_PART) != 0 || (off == 0 && upload->has_part && upload->bytes > 0)) {
		upload->is_malformed = true;
		return MHD_YES;
	}
	upload->has_part = true;
	upload->bytes += (int64_t)len;
	if (upload->r != 0 || upload->bytes > LETTER_MAX_BYTES)
		return MHD_YES;
	if (room > len)
		room = len;
	memcpy(upload->head + upload->head_len, bytes, room);
	upload->head_len += room;
	upload->r = files_write(upload->file, bytes, len);
	return MHD_YES;
}

int upload_new(struct upload **out, struct files *files, struct MHD_Connection *connection)
{
	struct upload *upload = calloc(1, sizeof(*upload));
	int r = upload ? files_begin(files, &upload->file) : -ENOMEM;

	if (r == 0) {
		upload->processor = MHD_create_post_processor(connection, BUFFER_BYTES, take_part, upload);
		upload->is_malformed = !upload->processor; /* a boundary that is none */
		*out = upload;
		return 0;
	}
	free(upload);
	return r;
}

void upload_free(struct upload *upload)
{
	if (!upload)
		return;
	if (upload->processor)
		MHD_destroy_post_processor(upload->processor);
	files_drop(upload->file);
	free(upload);
}

void upload_feed(struct upload *upload, const char *bytes, size_t len)
{
	if (!upload->is_malformed && MHD_post_process(upload->processor, bytes, len) != MHD_YES)
		upload->is_malformed = true;
}

int upload_end(struct upload *upload, struct file **file, enum letter_type *type, int64_t *bytes)
{
	if (upload->processor && MHD_destroy_post_processor(upload->processor) != MHD_YES)
		upload->is_malformed = true; /* it stopped in the middle */
	upload->processor = NULL;
	if (upload->is_malformed)
		return UPLOAD_MALFORMED;
	if (upload->bytes == 0)
		return UPLOAD_MISSING;
	if (upload->bytes > LETTER_MAX_BYTES)
		return UPLOAD_TOO_LARGE;
	if (upload->r != 0)
		return upload->r;
	if (letter_type_of(type, upload->head, upload->head_len) != 0)
		return UPLOAD_NOT_A_LETTER;
	*file = upload->file;
	*bytes = upload->bytes;
	upload->file = NULL;
	return 0;
}
