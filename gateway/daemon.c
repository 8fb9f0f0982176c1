#include "gateway/daemon.h"

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <uv.h>

#include "gateway/http/http.h"
#include "gateway/keys.h"
#include "gateway/link/bus.h"
#include "gateway/sdnotify.h"
#include "gateway/spares.h"
#include "gateway/wallclock.h"
#include "schemas/wire/db.h"

#define TICK_MAX_MS 10000 /* also how often systemd hears from us */
#define TICK_MIN_MS 10
#define SWEEP_MS (60 * 60 * 1000LL) /* letters that nobody has lie about no longer */

struct daemon {
	uv_loop_t loop;
	uv_timer_t tick;
	uv_signal_t signals[2];
	struct keys keys;
	struct service *service;
	struct http *http;
	struct bus *bus;
	struct spares spares;
	char letters[CONFIG_VALUE_SIZE + 8];
	int64_t swept_ms; /* when files were last looked over */
	bool is_stopping;
};

/* ---- what the service asks for ---- */

static void draw_random(void *ctx, void *buf, size_t len)
{
	(void)ctx;
	randombytes_buf(buf, len);
}

static void publish(void *ctx, const char *board, enum wire_kind kind, const char *msg, size_t len)
{
	struct daemon *daemon = ctx;

	if (daemon->bus)
		bus_publish(daemon->bus, board, kind, msg, len);
}

static void changed(void *ctx, uint64_t seq, const char *what, const json_t *json)
{
	struct daemon *daemon = ctx;

	http_changed(daemon->http, seq, what, json);
	spares_top_up_soon(&daemon->spares);
}

/* ---- what the bus brings ---- */

static void on_message(void *ctx, const char *topic, const char *bytes, size_t len, bool is_retained)
{
	struct daemon *daemon = ctx;
	int r = service_ingest(daemon->service, wallclock_ms(), topic, bytes, len, is_retained);

	if (r < 0)
		fprintf(stderr, "gateway: a message was not taken in: error=%s\n", strerror(-r));
}

static void on_drained(void *ctx)
{
	struct daemon *daemon = ctx;
	int r = service_commit(daemon->service, wallclock_ms());

	if (r < 0) /* nothing was acknowledged: boards send it again */
		fprintf(stderr, "gateway: events were not kept: error=%s\n", strerror(-r));
}

static void on_connected(void *ctx)
{
	struct daemon *daemon = ctx;
	int r = service_publish_all(daemon->service);

	if (r < 0)
		fprintf(stderr, "gateway: snapshots were not published: error=%s\n", strerror(-r));
}

static bool is_broker_connected(void *ctx)
{
	const struct daemon *daemon = ctx;

	return daemon->bus && bus_is_connected(daemon->bus);
}

/* ---- the loop ---- */

static void on_tick(uv_timer_t *timer)
{
	struct daemon *daemon = timer->data;
	int64_t now = wallclock_ms(), next = now + TICK_MAX_MS, wait;
	int r = service_tick(daemon->service, now, &next);

	if (r < 0)
		fprintf(stderr, "gateway: a job failed and will be tried again: error=%s\n", strerror(-r));
	wait = r < 0 || next > now + TICK_MAX_MS ? TICK_MAX_MS : next - now;
	uv_timer_start(timer, on_tick, (uint64_t)(wait < TICK_MIN_MS ? TICK_MIN_MS : wait), 0);
	spares_top_up(&daemon->spares);
	if (daemon->http && (now - daemon->swept_ms >= SWEEP_MS || now < daemon->swept_ms)) {
		http_sweep(daemon->http);
		daemon->swept_ms = now;
	}
	sdnotify("WATCHDOG=1");
}

static void stop(struct daemon *daemon)
{
	if (daemon->is_stopping)
		return;
	daemon->is_stopping = true;
	sdnotify("STOPPING=1");
	for (size_t i = 0; i < 2; i++)
		uv_close((uv_handle_t *)&daemon->signals[i], NULL);
	uv_close((uv_handle_t *)&daemon->tick, NULL);
	spares_stop(&daemon->spares);
	if (daemon->bus)
		bus_stop(daemon->bus);
	if (daemon->http)
		http_stop(daemon->http);
}

static void on_signal(uv_signal_t *handle, int number)
{
	fprintf(stderr, "gateway: stopping: signal=%d\n", number);
	stop(handle->data);
}

/* Timers and signals of a good loop: none of this fails. */
static void join_loop(struct daemon *daemon)
{
	static const int numbers[2] = { SIGTERM, SIGINT };

	for (size_t i = 0; i < 2; i++) {
		uv_signal_init(&daemon->loop, &daemon->signals[i]);
		daemon->signals[i].data = daemon;
		uv_signal_start(&daemon->signals[i], on_signal, numbers[i]);
	}
	uv_timer_init(&daemon->loop, &daemon->tick);
	daemon->tick.data = daemon;
	uv_timer_start(&daemon->tick, on_tick, 0, 0);
}

static int open_bus(struct daemon *daemon, const struct config *config)
{
	bool is_tls = config->ca[0] != '\0';
	const struct bus_config with = {
		.loop = &daemon->loop,
		.site = config->site,
		.host = config->host,
		.port = config->broker_port,
		.ca = is_tls ? config->ca : NULL,
		.cert = is_tls ? config->cert : NULL,
		.key = is_tls ? config->key : NULL,
		.message = on_message,
		.drained = on_drained,
		.connected = on_connected,
		.ctx = daemon,
	};
	int r = bus_open(&daemon->bus, &with);

	if (r < 0)
		fprintf(stderr, "gateway: [broker] cannot be used: error=%s\n",
			r == -EINVAL ? "ca, cert or key is not readable" : strerror(-r));
	return r;
}

/* Where letters lie: as configured, or beside the database. */
static void find_letters(struct daemon *daemon, const struct config *config)
{
	const char *slash = strrchr(config->database, '/');

	if (config->letters[0])
		snprintf(daemon->letters, sizeof(daemon->letters), "%s", config->letters);
	else
		snprintf(daemon->letters, sizeof(daemon->letters), "%.*sletters",
			slash ? (int)(slash - config->database + 1) : 0, config->database);
}

static int open_http(struct daemon *daemon, const struct config *config)
{
	const struct http_config with = {
		.letters = daemon->letters,
		.loop = &daemon->loop,
		.service = daemon->service,
		.site = config->site,
		.address = config->address,
		.port = config->port,
		.public_url = config->public_url,
		.is_behind_proxy = config->is_behind_proxy,
		.per_address = config->per_address,
		.is_broker_connected = is_broker_connected,
		.ctx = daemon,
	};
	int r = http_open(&daemon->http, &with);

	if (r < 0)
		fprintf(stderr, "gateway: [http] cannot listen: address=%s port=%u error=%s\n",
			config->address, config->port,
			r == -EINVAL ? "address or public_url is not one" : strerror(-r));
	else
		fprintf(stderr, "gateway: listening: address=%s port=%u site=%s version=%s\n",
			config->address, config->port, config->site, RUMAH_VERSION);
	return r;
}

static const char *why_not_open(int r)
{
	switch (r) {
	case DB_TOO_NEW:
		return "it was made by a newer program";
	case DB_FOREIGN:
		return "it is not a gateway's database";
	case DB_CORRUPT:
		return "it is damaged";
	default:
		return strerror(r < 0 ? -r : EIO);
	}
}

int daemon_open_service(
	struct service **out, struct keys *keys, const struct config *config, struct service_config *with)
{
	int r;

	if (keys_load(keys, config->keys) < 0)
		return -1;
	with->path = config->database;
	with->site = config->site;
	with->identity = &keys->identity;
	with->code_key = keys->code_key;
	with->letters_quota = (int64_t)config->letters_mib << 20;
	with->random = draw_random;
	with->first_settings = (struct wire_settings){
		.strike_ms = 3000,
		.strike_extended_ms = 8000,
		.held_open_ms = 60000,
		.pre_alarm_ms = 10000,
		.inter_key_ms = 5000,
		.zone_min = 7 * 60, /* Asia/Jakarta */
		.argon_mem_kib = config->argon_mem_kib,
		.argon_passes = config->argon_passes,
	};
	r = service_open(out, with);
	if (r == 0)
		return 0;
	fprintf(stderr, "gateway: the database cannot be used: file=%s reason=%s\n", config->database,
		why_not_open(r));
	sodium_memzero(keys, sizeof(*keys));
	return -1;
}

int daemon_run(const struct config *config)
{
	struct daemon daemon = { 0 };
	struct service_config with = { .publish = publish, .changed = changed, .ctx = &daemon };
	struct service *service = NULL;
	int status = 1;

	if (uv_loop_init(&daemon.loop) < 0)
		return 1;
	join_loop(&daemon);
	/* What the service says while it opens is for nobody: all is published once the bus is there. */
	if (daemon_open_service(&service, &daemon.keys, config, &with) < 0)
		goto out;
	daemon.service = service;
	find_letters(&daemon, config);
	spares_init(&daemon.spares, &daemon.loop, service);
	if (open_bus(&daemon, config) < 0 || open_http(&daemon, config) < 0)
		goto out;
	sdnotify("READY=1");
	uv_run(&daemon.loop, UV_RUN_DEFAULT);
	status = 0;
out:
	stop(&daemon);
	uv_run(&daemon.loop, UV_RUN_DEFAULT); /* what is still under way comes to its end */
	http_close(daemon.http);
	bus_close(daemon.bus);
	service_close(daemon.service);
	sodium_memzero(&daemon.keys, sizeof(daemon.keys));
	uv_loop_close(&daemon.loop);
	return status;
}
