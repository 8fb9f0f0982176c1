#include "schemas/wire/frame.h"

#include <assert.h>
#include <string.h>

#include "schemas/wire/bytes.h"
#include "schemas/wire/refusal.h"

#define FRAME_VERSION 1
#define FRAME_RETAINED 1u

enum {
	AT_MAGIC = 0,
	AT_VERSION = 2,
	AT_TYPE = 3,
	AT_KIND = 4,
	AT_FLAGS = 5,
	AT_ZERO = 6,
	AT_TOTAL = 8,
	AT_OFFSET = 12
};

static bool has_payload(enum frame_type type)
{
	return type == FRAME_PUBLISH || type == FRAME_DELIVER;
}

size_t frame_write(uint8_t *buf, const struct frame *frame)
{
	assert(frame->piece_len <= FRAME_PIECE_MAX);
	assert(has_payload(frame->type) == (frame->piece_len > 0));

	buf[AT_MAGIC] = 'R';
	buf[AT_MAGIC + 1] = 'G';
	buf[AT_VERSION] = FRAME_VERSION;
	buf[AT_TYPE] = (uint8_t)frame->type;
	buf[AT_KIND] = (uint8_t)frame->kind;
	buf[AT_FLAGS] = frame->is_retained ? FRAME_RETAINED : 0;
	bytes_put(buf + AT_ZERO, 0, 2);
	bytes_put(buf + AT_TOTAL, frame->total, 4);
	bytes_put(buf + AT_OFFSET, frame->offset, 4);
	if (frame->piece_len > 0)
		memcpy(buf + FRAME_HEADER_BYTES, frame->piece, frame->piece_len);
	return FRAME_HEADER_BYTES + frame->piece_len;
}

/* A header's own shape, before what it says is believed. */
static bool is_header(const uint8_t *buf)
{
	return buf[AT_MAGIC] == 'R' && buf[AT_MAGIC + 1] == 'G' && buf[AT_VERSION] == FRAME_VERSION &&
	       buf[AT_TYPE] >= FRAME_PUBLISH && buf[AT_TYPE] <= FRAME_CERT &&
	       buf[AT_KIND] < WIRE_KIND_COUNT && (buf[AT_FLAGS] & ~FRAME_RETAINED) == 0 &&
	       buf[AT_ZERO] == 0 && buf[AT_ZERO + 1] == 0;
}

/* Whether the piece lies within its message, and the message within its kind's bound. */
static int check_piece(const struct frame *frame)
{
	if (frame->total > wire_kind_info(frame->kind)->bytes_max)
		return WIRE_TOO_LONG;
	if (frame->piece_len == 0 || frame->offset > frame->total ||
		frame->piece_len > frame->total - frame->offset)
		return WIRE_BAD_FORM;
	return 0;
}

int frame_read(struct frame *out, const uint8_t *buf, size_t len)
{
	struct frame frame;
	int r;

	if (len > FRAME_MAX)
		return WIRE_TOO_LONG;
	if (len < FRAME_HEADER_BYTES || !is_header(buf))
		return WIRE_BAD_FORM;

	frame = (struct frame){
		.type = buf[AT_TYPE],
		.kind = buf[AT_KIND],
		.is_retained = buf[AT_FLAGS] & FRAME_RETAINED,
		.total = bytes_get_32(buf + AT_TOTAL),
		.offset = bytes_get_32(buf + AT_OFFSET),
		.piece = buf + FRAME_HEADER_BYTES,
		.piece_len = len - FRAME_HEADER_BYTES,
	};
	if (has_payload(frame.type)) {
		r = check_piece(&frame);
		if (r != 0)
			return r;
	} else if (frame.piece_len > 0 || frame.total > 0 || (frame.offset > 0 && frame.type != FRAME_CERT)) {
		return WIRE_BAD_FORM;
	}
	*out = frame;
	return 0;
}

void frame_joiner_init(struct frame_joiner *joiner, uint8_t *buf, size_t size)
{
	*joiner = (struct frame_joiner){ .buf = buf, .size = size };
}

static bool continues(const struct frame_joiner *joiner, const struct frame *frame)
{
	return joiner->is_open && frame->kind == joiner->kind && frame->is_retained == joiner->is_retained &&
	       frame->total == joiner->total && frame->offset == joiner->got;
}

int frame_joiner_add(struct frame_joiner *joiner, const struct frame *frame)
{
	bool is_begun_anew = frame->offset == 0;

	if (!has_payload(frame->type) || frame->total > joiner->size ||
		(!is_begun_anew && !continues(joiner, frame))) {
		joiner->is_open = false;
		return FRAME_BROKEN;
	}
	if (is_begun_anew) {
		joiner->is_open = true;
		joiner->kind = frame->kind;
		joiner->is_retained = frame->is_retained;
		joiner->total = frame->total;
		joiner->got = 0;
	}
	/* frame_read() promised offset + piece_len <= total, and total <= size was checked above. */
	memcpy(joiner->buf + joiner->got, frame->piece, frame->piece_len);
	joiner->got += (uint32_t)frame->piece_len;
	if (joiner->got < joiner->total)
		return FRAME_MORE;
	joiner->is_open = false;
	return 0;
}
