/* No way over the broker longer than 5 ms: without TCP_NODELAY at every end it takes 44 ms. */
#include <stdio.h>
#include <unistd.h>

#include "tests/bench/limits.h"
#include "tests/bench/report.h"
#include "tests/bench/rows.h"
#include "tests/bench/world.h"

void row_hop(void)
{
	struct samples echoes = { 0 }, hops = { 0 }, bare = { 0 };
	unsigned count = world()->is_long ? 10000 : 2000;
	double waited_s;
	char note[160];

	limit_tcp_echo(count, &bare);
	waited_s = program_waited_s(getpid());
	limit_echo(count, 0, &echoes, &hops);
	waited_s = program_waited_s(getpid()) - waited_s;
	snprintf(note, sizeof(note),
		"of each hop this process, one of the two at work, waited %.0f us for a processor on the "
		"mean",
		waited_s * 1e6 / (2.0 * count));
	report_row(&(struct row){ "one MQTT hop, QoS 1, TLS: p99", "us", samples_at(&hops, 0.99), &hops,
		"loopback TCP to another process, one way, p99", samples_at(&bare, 0.99) / 2, GOAL_AT_MOST,
		5000, note });
	samples_free(&echoes);
	samples_free(&hops);
	samples_free(&bare);
}
