/* prng - the only source of chance in simulated worlds: one 64-bit seed, the same numbers on every machine.
 * splitmix64 spreads the seed, xoshiro256** makes the stream (both by Blackman and Vigna, public domain).
 * Not for keys or codes. */
#ifndef TESTS_SIM_PRNG_H
#define TESTS_SIM_PRNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct prng {
	uint64_t state[4];
};

/* Moves `state` on and returns the next number; also good for deriving many seeds from one. */
static inline uint64_t prng_splitmix64(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static inline void prng_init(struct prng *prng, uint64_t seed)
{
	for (int i = 0; i < 4; i++)
		prng->state[i] = prng_splitmix64(&seed);
}

static inline uint64_t prng_rotate(uint64_t x, int bits)
{
	return (x << bits) | (x >> (64 - bits));
}

static inline uint64_t prng_next(struct prng *prng)
{
	uint64_t *s = prng->state;
	uint64_t result = prng_rotate(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = prng_rotate(s[3], 45);
	return result;
}

/* Returns 0 .. n-1, each as likely as the other; n must not be 0. */
static inline uint64_t prng_below(struct prng *prng, uint64_t n)
{
	uint64_t biased = (0 - n) % n; /* so many of the lowest values would favour the low results */
	uint64_t x;

	do {
		x = prng_next(prng);
	} while (x < biased);
	return x % n;
}

/* Returns true once in `n` times on average. */
static inline bool prng_one_in(struct prng *prng, uint64_t n)
{
	return prng_below(prng, n) == 0;
}

static inline void prng_fill(struct prng *prng, void *out, size_t length)
{
	unsigned char *bytes = out;

	while (length > 0) {
		uint64_t x = prng_next(prng);
		size_t n = length < sizeof(x) ? length : sizeof(x);

		memcpy(bytes, &x, n);
		bytes += n;
		length -= n;
	}
}

#endif
