/* bolt - whether the bolt is where the lock was told to put it, as the lock monitor shows it.
 *
 *   ┌────────┐ differs  ┌─────────┐ 5 s: fault, told again   ┌───────┐ told again after 10 s, and after 10 s
 *   │ AGREES │ ───────> │ DIFFERS │ ───────────────────────> │ FAULT │ ──┐
 *   └────────┘ <─────── └─────────┘                          └───────┘ <─┘ then it stays a fault
 *       ^  agrees                                                │
 *       └────────────────────────────────────────────────────────┘ agrees
 *
 * What is wanted changes with each release: that begins DIFFERS anew, and a fault stands until bolt and order
 * agree. With the leaf open no bolt tells anything: it is not asked, and what stands goes on standing. A
 * retry never releases a door that is to be locked. Pure. */
#ifndef RUMAH_CORE_BOLT_H
#define RUMAH_CORE_BOLT_H

#include <stdbool.h>
#include <stdint.h>

#define BOLT_PATIENCE_MS 5000 /* the slowest motor lock takes three seconds */
#define BOLT_RETRY_MS 10000   /* a motor that jammed cools down */
#define BOLT_RETRIES 3

struct bolt {
	bool is_fault;
	bool is_differing, is_wanted_thrown;
	unsigned retries;
	uint64_t next_mono_ms; /* while differing: of the fault, then of the next retry; UINT64_MAX: none */
};

enum bolt_answer { BOLT_NOTHING, BOLT_FAULT, BOLT_RETRY, BOLT_OVER }; /* FAULT is a retry as well */

struct bolt_look {
	bool is_wanted_thrown, is_thrown;
	bool is_asked; /* there is a monitor, and the leaf is shut */
};

enum bolt_answer bolt_follow(struct bolt *bolt, uint64_t now_mono_ms, const struct bolt_look *look);
/* When bolt_follow() will next answer by itself; UINT64_MAX: never. */
uint64_t bolt_next_mono_ms(const struct bolt *bolt);

#endif
