/* bytes - little-endian integers in fixed layouts; private to this library. */
#ifndef RUMAH_WIRE_BYTES_H
#define RUMAH_WIRE_BYTES_H

#include <stdint.h>

/* Writes the lowest `width` bytes of `value`; returns the place behind them. */
static inline uint8_t *bytes_put(uint8_t *at, uint64_t value, unsigned width)
{
	for (unsigned i = 0; i < width; i++)
		at[i] = (uint8_t)(value >> (8 * i));
	return at + width;
}

static inline uint32_t bytes_get_32(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

#endif
