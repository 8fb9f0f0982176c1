/* hash - FNV-1a, 64 bit, over values and never over memory: padding, pointers and byte order stay out. Pure.
 */
#ifndef RUMAH_CORE_HASH_H
#define RUMAH_CORE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_START UINT64_C(0xcbf29ce484222325)

uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t count);
uint64_t hash_u64(uint64_t hash, uint64_t value);

#endif
