/* No way over the broker longer than 5 ms: without TCP_NODELAY at every end it takes 44 ms. */
#include "tests/bench/limits.h"
#include "tests/bench/report.h"
#include "tests/bench/rows.h"
#include "tests/bench/world.h"

void row_hop(void)
{
	struct samples echoes = { 0 }, hops = { 0 }, bare = { 0 };
	unsigned count = world()->is_long ? 10000 : 2000;

	limit_tcp_echo(count, &bare);
	limit_echo(count, 0, &echoes, &hops);
	report_row(&(struct row){ "one MQTT hop, QoS 1, TLS: p99", "us", samples_at(&hops, 0.99), &hops,
		"loopback TCP to another process, one way, p99", samples_at(&bare, 0.99) / 2, GOAL_AT_MOST,
		5000 });
	samples_free(&echoes);
	samples_free(&hops);
	samples_free(&bare);
}
