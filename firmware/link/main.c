/* rumah-link: passes bytes between the broker and the door, and knows nothing else; see rumah-link(8). */
#include <errno.h>
#include <getopt.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "firmware/edge/harden.h"
#include "firmware/edge/log.h"
#include "firmware/edge/notify.h"
#include "firmware/link/broker.h"
#include "firmware/link/cert.h"
#include "firmware/link/doorsock.h"

#define EXIT_CONFIG 78 /* as in sysexits(3): starting again will not help */
#define CERT_EVERY_MS (12 * 60 * 60 * 1000)

static const char usage[] = "usage: rumah-link --config FILE\n"
			    "       rumah-link --help | --version\n";

struct program {
	struct config config;
	uv_loop_t loop;
	uv_signal_t term, interrupt;
	uv_timer_t watchdog, cert;
	struct broker *broker;
	struct doorsock *door;
	bool is_stopping, is_online;
};

static void tell_cert_days(struct program *program)
{
	uint32_t days;
	int r = cert_days_left(program->config.cert, &days);

	if (r == 0)
		doorsock_say(program->door, FRAME_CERT, days);
	else
		log_line(LOG_WARNING, "main: certificate not read: error=%s", strerror(-r));
}

static void on_cert(uv_timer_t *timer)
{
	tell_cert_days(timer->data);
}

static void on_online(void *ctx, bool is_online)
{
	struct program *program = ctx;

	if (program->is_stopping)
		return;
	program->is_online = is_online;
	doorsock_say(program->door, is_online ? FRAME_ONLINE : FRAME_OFFLINE, 0);
}

static void on_message(void *ctx, enum wire_kind kind, bool is_retained, const char *msg, size_t len)
{
	struct program *program = ctx;

	doorsock_deliver(program->door, kind, is_retained, msg, len);
}

/* A door that has just come is told of the broker when the broker has answered anew, after what it retains.
 */
static void on_door(void *ctx)
{
	struct program *program = ctx;

	tell_cert_days(program);
	broker_ask_again(program->broker);
}

static void on_publish(void *ctx, enum wire_kind kind, const char *msg, size_t len)
{
	struct program *program = ctx;

	broker_publish(program->broker, kind, msg, len);
}

static void on_signal(uv_signal_t *signal, int number)
{
	log_line(LOG_INFO, "main: told to stop: signal=%d", number);
	uv_stop(signal->loop);
}

static void on_watchdog(uv_timer_t *timer)
{
	(void)timer;
	notify_watchdog();
}

static void set_up_handles(struct program *program)
{
	uint64_t watchdog_ms = notify_watchdog_ms();

	uv_signal_init(&program->loop, &program->term);
	uv_signal_init(&program->loop, &program->interrupt);
	uv_timer_init(&program->loop, &program->watchdog);
	uv_timer_init(&program->loop, &program->cert);
	program->cert.data = program;
	uv_signal_start(&program->term, on_signal, SIGTERM);
	uv_signal_start(&program->interrupt, on_signal, SIGINT);
	uv_timer_start(&program->cert, on_cert, CERT_EVERY_MS, CERT_EVERY_MS);
	if (watchdog_ms > 0)
		uv_timer_start(&program->watchdog, on_watchdog, 0, watchdog_ms / 3 + 1);
}

static int run(struct program *program)
{
	const struct broker_events broker_events = { on_online, on_message, program };
	const struct doorsock_events door_events = { on_door, on_publish, program };
	int r = uv_loop_init(&program->loop);

	if (r < 0)
		return r;
	set_up_handles(program);
	r = doorsock_open(&program->door, &program->loop, program->config.door_socket, &door_events);
	if (r == 0)
		r = broker_open(&program->broker, &program->loop, &program->config, &broker_events);
	if (r == 0) {
		notify_ready();
		log_line(LOG_INFO, "main: linking: board=%s version=" RUMAH_VERSION, program->config.board);
		uv_run(&program->loop, UV_RUN_DEFAULT);
		notify_stopping();
	}
	program->is_stopping = true;
	broker_close(program->broker);
	doorsock_close(program->door);
	uv_close((uv_handle_t *)&program->term, NULL);
	uv_close((uv_handle_t *)&program->interrupt, NULL);
	uv_close((uv_handle_t *)&program->watchdog, NULL);
	uv_close((uv_handle_t *)&program->cert, NULL);
	uv_run(&program->loop, UV_RUN_DEFAULT); /* closes what is closing */
	uv_loop_close(&program->loop);
	return r;
}

/* Returns 0 with *path set, or what to exit with: EXIT_CONFIG, or -1 for success. */
static int read_options(const char **path, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "c:hv", longs, NULL)) != -1) {
		if (option == 'c') {
			*path = optarg;
		} else if (option == 'h') {
			fputs(usage, stdout);
			return -1;
		} else if (option == 'v') {
			puts("rumah-link " RUMAH_VERSION);
			return -1;
		} else {
			fputs(usage, stderr);
			return EXIT_CONFIG;
		}
	}
	if (!*path || optind < argc) {
		fputs(usage, stderr);
		return EXIT_CONFIG;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static struct program program;
	char message[CONFIG_MESSAGE_MAX];
	const char *path = NULL;
	int r = read_options(&path, argc, argv);

	if (r != 0)
		return r < 0 ? EXIT_SUCCESS : r;
	mallopt(M_ARENA_MAX, 1);
	mallopt(M_MMAP_THRESHOLD, 64 * 1024); /* snapshots pass through once a week: give their memory back */
	r = harden_process();
	if (r < 0) {
		log_line(LOG_ERROR, "main: cannot be set up: error=%s", strerror(-r));
		return EXIT_FAILURE;
	}
	if (link_config_read(&program.config, path, message) < 0) {
		log_line(LOG_ERROR, "config: refused: %s", message);
		return EXIT_CONFIG;
	}
	return run(&program) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
