/* limits - what this machine can do at best, measured in the same minute as what is compared with it. */
#pragma once

#include <stdbool.h>

#include "tests/bench/samples.h"

/* A message of 300 bytes, QoS 1, TLS: A → broker → B → broker → A, in µs; and each of the two ways apart. */
void limit_echo(unsigned count, struct samples *echoes, struct samples *hops);
/* 300 bytes over loopback TCP to another process and back, in µs. */
void limit_tcp_echo(unsigned count, struct samples *echoes);
/* 4 KiB appended to a file and fdatasync(), in µs. */
void limit_fdatasync(unsigned count, struct samples *syncs);
/* Rows like the gateway's events, 100 in a transaction, WAL, synchronous=FULL: rows a second. */
double limit_group_commit(unsigned rows);
