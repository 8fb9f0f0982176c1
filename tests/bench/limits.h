/* limits - what this machine can do at best, measured in the same minute as what is compared with it. */
#pragma once

#include <stdbool.h>

#include "tests/bench/samples.h"

/* A message of 300 bytes, QoS 1, TLS: A → broker → B → broker → A, in µs; and each of the two ways apart,
 * when `hops` is not NULL. What comes seldom finds processors, caches and disk at rest and takes longer for
 * it: with a pause before each sample this is measured as such. */
void limit_echo(unsigned count, unsigned pause_ms, struct samples *echoes, struct samples *hops);
/* 300 bytes over loopback TCP to another process and back, in µs. */
void limit_tcp_echo(unsigned count, struct samples *echoes);
/* 4 KiB appended to a file and fdatasync(), in µs; with a pause as above. */
void limit_fdatasync(unsigned count, unsigned pause_ms, struct samples *syncs);
/* The gateway's events into the gateway's own tables, with their index and foreign key, 100 in a transaction,
 * WAL, synchronous=FULL, and nothing else: rows a second. */
double limit_group_commit(unsigned rows);
