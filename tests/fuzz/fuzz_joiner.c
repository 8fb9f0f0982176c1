/* Any sequence of datagrams (two bytes of length, then the bytes) into the joiner: it never writes past its
 * buffer, and what it calls whole is what the pieces held, in order. */
#include <stdlib.h>
#include <string.h>

#include "schemas/wire/frame.h"

#define ROOM 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *buf = malloc(ROOM), expected[ROOM]; /* on the heap: its end is watched */
	struct frame_joiner joiner;
	size_t at = 0, got = 0;

	if (!buf)
		abort();
	frame_joiner_init(&joiner, buf, ROOM);
	while (size - at >= 2) {
		size_t len = (size_t)data[at] | (size_t)data[at + 1] << 8;
		struct frame frame;
		int r;

		at += 2;
		if (len > size - at)
			len = size - at;
		if (frame_read(&frame, data + at, len) == 0) {
			r = frame_joiner_add(&joiner, &frame);
			if (r != FRAME_BROKEN) {
				got = frame.offset == 0 ? 0 : got;
				memcpy(expected + got, frame.piece, frame.piece_len);
				got += frame.piece_len;
			}
			if (r == 0 && (got != joiner.total || memcmp(expected, buf, got) != 0))
				abort();
		}
		at += len;
	}
	free(buf);
	return 0;
}
