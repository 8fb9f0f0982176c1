/* text_client - the other end of a textsock in a test that turns its loop: each ends the test when it fails.
 */
#pragma once

#include <uv.h>

int text_connect(uv_loop_t *loop, const char *path);
/* The next line, valid until the next call; "" when the other end has closed. */
const char *text_hear(uv_loop_t *loop, int fd);
const char *text_ask(uv_loop_t *loop, int fd, const char *command);
