/* Memory that is nobody else's, in proportion (PSS): a board's two programs at rest, and the gateway with a
 * hundred boards. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "schemas/wire/message.h"
#include "tests/bench/centre.h"
#include "tests/bench/client.h"
#include "tests/bench/fleet.h"
#include "tests/bench/memory.h"
#include "tests/bench/plan.h"
#include "tests/bench/report.h"
#include "tests/bench/rows.h"
#include "tests/system/lib/process.h"

#define BOARD "room-2"
#define REST_MS 2000
#define PATIENCE_NS UINT64_C(20000000000)

static bool never(void *ctx)
{
	(void)ctx;
	return false;
}

/* What libmosquitto and OpenSSL cost before a program does anything: `rumah-bench idle`, started by
 * limit_idle_kib(). */
void row_idle(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	client_open("bench-8", &(struct client_events){ .ctx = NULL });
	clients_run(never, NULL, UINT64_MAX);
}

static double limit_idle_kib(void)
{
	pid_t pid = fork();
	double kib;

	if (pid == 0) {
		execl("/proc/self/exe", "rumah-bench", "idle", (char *)NULL);
		_exit(127);
	}
	if (pid < 0)
		broken("no process");
	nap_ms(REST_MS);
	kib = program_pss_kib(pid);
	process_end(pid, SIGKILL);
	return kib;
}

static void on_state(void *ctx, struct client *client, const char *topic, const char *msg, size_t len)
{
	static struct wire_state state;

	(void)client, (void)topic;
	if (wire_state_decode(&state, msg, len) == 0 && state.rev > 0)
		*(bool *)ctx = true;
}

static bool is_true(void *ctx)
{
	return *(bool *)ctx;
}

void row_board_memory(void)
{
	struct wire_snapshot plan;
	struct parties parties;
	struct client *client;
	bool is_applied = false;
	double door_kib, link_kib;
	struct door door;
	char note[96], *sealed;
	size_t len;

	parties_meet(&parties, &door, BOARD);
	plan_make(&plan, 256, 1, parties.tag_key);
	sealed = plan_seal(&plan, BOARD, &parties.gateway, &len);
	client =
		client_open("bench-1", &(struct client_events){ .on_message = on_state, .ctx = &is_applied });
	client_subscribe(client, "rumah/" SITE "/" BOARD "/state");
	client_publish(client, "rumah/" SITE "/" BOARD "/snapshot", sealed, len, true);
	door_start(&door);
	door_start_link(&door);
	if (!clients_run(is_true, &is_applied, now_ns() + PATIENCE_NS))
		broken("the board does not take its snapshot");
	nap_ms(REST_MS);
	door_kib = program_pss_kib(door.door);
	link_kib = program_pss_kib(door.link);
	snprintf(note, sizeof(note), "rumah-door %.0f KiB, rumah-link %.0f KiB", door_kib, link_kib);
	report_row(&(struct row){ "PSS of rumah-door and rumah-link, 256 grants, at rest", "KiB",
		door_kib + link_kib, NULL, "an MQTT client over TLS that does nothing", limit_idle_kib(),
		GOAL_AT_MOST, 8 * 1024, note });
	client_close(client);
	door_end(&door);
	plan_free(&plan);
	free(sealed);
}

void row_gateway_memory(void)
{
	struct centre centre;
	struct fleet fleet;
	char dir[PATH_MAX], note[96];
	double first_kib, kib;

	world_folder(dir, "gateway-memory");
	centre_open(&centre, dir);
	centre_add_unit(&centre, "ruang");
	nap_ms(REST_MS);
	first_kib = program_pss_kib(centre.pid);
	fleet_make(&fleet, 100, "papan");
	fleet_enrol(&fleet, &centre, "ruang");
	fleet_write(&fleet, 50, 1, 10);
	fleet_join(&fleet);
	fleet_hello(&fleet);
	if (!fleet_send(&fleet, now_ns() + PATIENCE_NS, NULL, NULL))
		broken("a hundred boards are not heard");
	nap_ms(REST_MS);
	kib = program_pss_kib(centre.pid);
	snprintf(note, sizeof(note), "%.0f KiB before the boards came", first_kib);
	report_row(&(struct row){ "PSS of rumah-gateway with 100 boards", "KiB", kib, NULL,
		"an MQTT client over TLS that does nothing", limit_idle_kib(), GOAL_AT_MOST, 16 * 1024,
		note });
	fleet_leave(&fleet);
	fleet_free(&fleet);
	centre_close(&centre);
}
