#include "gateway/link/bus.h"

#include <errno.h>
#include <mosquitto.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gateway/link/queue.h"

#define KEEPALIVE_S 20 /* a broker that went without a word is noticed within half a minute */
#define LOOP_MS 1000
#define PAUSE_FIRST_MS 500
#define PAUSE_MAX_MS 30000
#define IN_FLIGHT 100 /* the library's 20 would make every ack wait for a round trip of the broker */
#define STOP_WAIT_S 3

static const enum wire_kind heard[] = { WIRE_HELLO, WIRE_STATE, WIRE_EVENT, WIRE_DID, WIRE_HEALTH,
	WIRE_LINK };

struct bus {
	struct bus_config config;
	struct mosquitto *mosquitto;
	struct queue queue;
	uv_async_t wake;
	pthread_t thread;
	bool has_thread, is_thread_lost;
	unsigned pause_ms;                  /* the thread's: the bound of its next pause */
	bool was_up;                        /* the thread's: the last thing logged */
	atomic_bool is_connected, is_fresh; /* fresh: everything is to be published anew */
	atomic_bool is_short;               /* something was dropped since then */
	atomic_uint out;                    /* published, not yet with the broker */
};

/* ---- the library's thread ---- */

static void subscribe(struct bus *bus)
{
	char topic[WIRE_TOPIC_SIZE];

	for (size_t i = 0; i < sizeof(heard) / sizeof(heard[0]); i++) {
		snprintf(topic, sizeof(topic), "rumah/%s/+/%s", bus->config.site,
			wire_kind_info(heard[i])->word);
		/* Fails only when the line is lost again; the next connection subscribes anew. */
		(void)mosquitto_subscribe(bus->mosquitto, NULL, topic, 1);
	}
}

static void on_connect(struct mosquitto *mosquitto, void *ctx, int refusal)
{
	struct bus *bus = ctx;

	(void)mosquitto;
	if (refusal != 0) {
		fprintf(stderr, "bus: the broker refuses us: reason=%s\n", mosquitto_connack_string(refusal));
		return;
	}
	fprintf(stderr, "bus: connected: host=%s port=%u\n", bus->config.host, bus->config.port);
	bus->was_up = true;
	bus->pause_ms = PAUSE_FIRST_MS;
	subscribe(bus);
	atomic_store(&bus->is_connected, true);
	atomic_store(&bus->is_fresh, true);
	uv_async_send(&bus->wake);
}

static void on_message(struct mosquitto *mosquitto, void *ctx, const struct mosquitto_message *message)
{
	struct bus *bus = ctx;
	int r;

	(void)mosquitto;
	if (message->payloadlen < 0 || (size_t)message->payloadlen > WIRE_MESSAGE_MAX)
		return; /* larger than anything a board may say */
	r = queue_put(
		&bus->queue, message->topic, message->payload, (size_t)message->payloadlen, message->retain);
	if (r == 0)
		uv_async_send(&bus->wake);
	else if (r < 0) /* not acknowledged, so it comes again */
		fprintf(stderr, "bus: a message was dropped: error=%s\n", strerror(-r));
}

static void on_publish(struct mosquitto *mosquitto, void *ctx, int id)
{
	struct bus *bus = ctx;

	(void)mosquitto;
	(void)id;
	if (atomic_fetch_sub(&bus->out, 1) == 1 && atomic_exchange(&bus->is_short, false)) {
		atomic_store(&bus->is_fresh, true);
		uv_async_send(&bus->wake);
	}
}

static void say_lost(struct bus *bus, int reason)
{
	atomic_store(&bus->is_connected, false);
	if (bus->was_up || bus->pause_ms == PAUSE_FIRST_MS)
		fprintf(stderr, "bus: not connected: host=%s port=%u reason=%s\n", bus->config.host,
			bus->config.port,
			reason == MOSQ_ERR_ERRNO ? strerror(errno) : mosquitto_strerror(reason));
	bus->was_up = false;
}

static void *run(void *arg)
{
	struct bus *bus = arg;
	int r;

	while (!queue_is_closed(&bus->queue)) {
		r = mosquitto_connect(bus->mosquitto, bus->config.host, bus->config.port, KEEPALIVE_S);
		while (r == MOSQ_ERR_SUCCESS && !queue_is_closed(&bus->queue))
			r = mosquitto_loop(bus->mosquitto, LOOP_MS, 1);
		if (queue_is_closed(&bus->queue))
			break;
		say_lost(bus, r);
		queue_pause(&bus->queue, randombytes_uniform(bus->pause_ms + 1));
		bus->pause_ms = bus->pause_ms * 2 > PAUSE_MAX_MS ? PAUSE_MAX_MS : bus->pause_ms * 2;
	}
	return NULL;
}

/* ---- the loop's thread ---- */

static void on_wake(uv_async_t *async)
{
	struct bus *bus = async->data;
	struct queued *queued = queue_take(&bus->queue);
	bool is_any = queued != NULL;

	while (queued) {
		struct queued *next = queued->next;

		bus->config.message(
			bus->config.ctx, queued->topic, queued->bytes, queued->len, queued->is_retained);
		free(queued);
		queued = next;
	}
	if (is_any)
		bus->config.drained(bus->config.ctx);
	if (atomic_exchange(&bus->is_fresh, false))
		bus->config.connected(bus->config.ctx);
}

void bus_publish(struct bus *bus, const char *board, enum wire_kind kind, const char *bytes, size_t len)
{
	char topic[WIRE_TOPIC_SIZE];
	int r;

	if (!atomic_load(&bus->is_connected))
		return; /* everything is published when it is */
	if (atomic_fetch_add(&bus->out, 1) >= BUS_OUT_MAX) {
		r = MOSQ_ERR_OVERSIZE_PACKET;
	} else {
		wire_topic_make(topic, bus->config.site, board, kind);
		r = mosquitto_publish(
			bus->mosquitto, NULL, topic, (int)len, bytes, 1, wire_kind_info(kind)->is_retained);
	}
	if (r != MOSQ_ERR_SUCCESS) {
		atomic_fetch_sub(&bus->out, 1);
		atomic_store(&bus->is_short, true);
	}
}

bool bus_is_connected(const struct bus *bus)
{
	return atomic_load(&bus->is_connected);
}

/* ---- start and end ---- */

static int set_up(struct bus *bus)
{
	const struct bus_config *config = &bus->config;

	/* The broker takes the client id from the certificate; this one is for the log of one that does not.
	 */
	bus->mosquitto = mosquitto_new("gateway", true, bus);
	if (!bus->mosquitto)
		return errno ? -errno : -ENOMEM;
	mosquitto_connect_callback_set(bus->mosquitto, on_connect);
	mosquitto_message_callback_set(bus->mosquitto, on_message);
	mosquitto_publish_callback_set(bus->mosquitto, on_publish);
	mosquitto_max_inflight_messages_set(bus->mosquitto, IN_FLIGHT);
	if (mosquitto_threaded_set(bus->mosquitto, true) != MOSQ_ERR_SUCCESS ||
		mosquitto_int_option(bus->mosquitto, MOSQ_OPT_TCP_NODELAY, 1) != MOSQ_ERR_SUCCESS)
		return -EINVAL;
	if (config->ca &&
		(mosquitto_tls_set(bus->mosquitto, config->ca, NULL, config->cert, config->key, NULL) !=
				MOSQ_ERR_SUCCESS ||
			mosquitto_tls_opts_set(bus->mosquitto, 1, "tlsv1.2", NULL) != MOSQ_ERR_SUCCESS))
		return -EINVAL;
	return 0;
}

static void on_closed(uv_handle_t *handle)
{
	bus_close(handle->data);
}

int bus_open(struct bus **out, const struct bus_config *config)
{
	struct bus *bus = calloc(1, sizeof(*bus));
	int r;

	if (!bus)
		return -ENOMEM;
	bus->config = *config;
	bus->pause_ms = PAUSE_FIRST_MS;
	r = queue_init(&bus->queue, BUS_QUEUE_MESSAGES, BUS_QUEUE_BYTES);
	if (r < 0) {
		free(bus);
		return r;
	}
	mosquitto_lib_init();
	r = set_up(bus);
	if (r < 0)
		goto fail;
	r = uv_async_init(config->loop, &bus->wake, on_wake);
	if (r < 0)
		goto fail;
	bus->wake.data = bus;
	r = -pthread_create(&bus->thread, NULL, run, bus);
	if (r < 0) { /* the loop holds the handle until it has run once more */
		uv_close((uv_handle_t *)&bus->wake, on_closed);
		return r;
	}
	bus->has_thread = true;
	*out = bus;
	return 0;
fail:
	bus_close(bus);
	return r;
}

void bus_stop(struct bus *bus)
{
	struct timespec until;

	queue_close(&bus->queue);
	mosquitto_disconnect(bus->mosquitto); /* wakes the thread where it waits for the broker */
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += STOP_WAIT_S;
	/* A connection to a host that does not answer takes minutes to fail. The process is about to end: its
	 * thread may go with it, and what that thread uses is left alone. */
	if (pthread_timedjoin_np(bus->thread, NULL, &until) != 0)
		bus->is_thread_lost = true;
	uv_close((uv_handle_t *)&bus->wake, NULL);
}

void bus_close(struct bus *bus)
{
	if (!bus || bus->is_thread_lost)
		return;
	if (bus->mosquitto)
		mosquitto_destroy(bus->mosquitto);
	queue_deinit(&bus->queue);
	mosquitto_lib_cleanup();
	free(bus);
}
