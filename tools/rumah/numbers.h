/* numbers - whole numbers and request numbers as people type them. */
#ifndef RUMAH_NUMBERS_H
#define RUMAH_NUMBERS_H

#include <stdint.h>

#include "tools/rumah/call.h"
#include "tools/rumah/gateway.h"

/* 0 with *out, or -EINVAL. */
int number_read(int64_t *out, const char *text, int64_t min, int64_t max);
/* The option's value; absent: *out untouched. CALL_DONE or CALL_MISUSED. */
int number_option(const struct call *call, int64_t *out, const char *option, int64_t min, int64_t max);
/* The index-th word as a request's number: rg-7k3m-9q is RG-7K3M-9Q. CALL_DONE or CALL_MISUSED. */
int number_word(const struct call *call, char out[static GATEWAY_PATH_MAX], size_t index);

#endif
