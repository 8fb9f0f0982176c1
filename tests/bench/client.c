#include "tests/bench/client.h"

#include <mosquitto.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/samples.h"
#include "tests/bench/world.h"

#define CLIENTS_MAX 32
#define LOOK_MS 2 /* is_done() may depend on more than what comes over these connections */
#define PATIENCE_NS UINT64_C(10000000000)
#define IN_FLIGHT_MAX 4096
#define AGAIN_NS UINT64_C(100000000)

struct client {
	struct mosquitto *mosq;
	struct client_events events;
	atomic_bool is_answered, is_connected, is_subscribed;
	atomic_uint in_flight;
	bool is_alone;
	uint64_t tried_ns; /* to come back */
};

static struct client *clients[CLIENTS_MAX]; /* those in the common loop */
static size_t client_count;

static void on_connect(struct mosquitto *mosq, void *obj, int rc)
{
	struct client *client = obj;

	(void)mosq;
	client->is_connected = rc == 0;
	client->is_answered = true;
	if (rc == 0 && client->events.on_up)
		client->events.on_up(client->events.ctx, client);
}

static void on_disconnect(struct mosquitto *mosq, void *obj, int rc)
{
	struct client *client = obj;

	(void)mosq, (void)rc;
	client->is_connected = false;
}

static void on_subscribe(struct mosquitto *mosq, void *obj, int mid, int count, const int *granted)
{
	struct client *client = obj;

	(void)mosq, (void)mid, (void)count, (void)granted;
	client->is_subscribed = true;
}

static void on_publish(struct mosquitto *mosq, void *obj, int mid)
{
	struct client *client = obj;

	(void)mosq, (void)mid;
	client->in_flight--;
	if (client->events.on_ack)
		client->events.on_ack(client->events.ctx, client);
}

static void on_message(struct mosquitto *mosq, void *obj, const struct mosquitto_message *message)
{
	struct client *client = obj;

	(void)mosq;
	if (client->events.on_message)
		client->events.on_message(client->events.ctx, client, message->topic, message->payload,
			(size_t)message->payloadlen);
}

static void set_tls(struct client *client, const char *cn)
{
	char ca[PATH_MAX], cert[PATH_MAX], key[PATH_MAX];

	snprintf(ca, sizeof(ca), "%.4000s/ca.crt", world()->site_dir);
	snprintf(cert, sizeof(cert), "%.4000s/client/%.32s.crt", world()->site_dir, cn);
	snprintf(key, sizeof(key), "%.4000s/client/%.32s.key", world()->site_dir, cn);
	if (mosquitto_tls_set(client->mosq, ca, NULL, cert, key, NULL) != MOSQ_ERR_SUCCESS)
		broken("no certificate for %s in %s", cn, world()->site_dir);
	mosquitto_int_option(client->mosq, MOSQ_OPT_TCP_NODELAY, 1);
	mosquitto_max_inflight_messages_set(client->mosq, IN_FLIGHT_MAX);
}

static bool is_answered(void *ctx)
{
	return ((struct client *)ctx)->is_answered;
}

static bool is_subscribed(void *ctx)
{
	return ((struct client *)ctx)->is_subscribed;
}

bool client_try_open(struct client **out, const char *cn, const struct client_events *events)
{
	struct client *client = calloc(1, sizeof(*client));

	mosquitto_lib_init();
	if (!client || client_count == CLIENTS_MAX)
		broken("no room for a client");
	client->events = *events;
	client->mosq = mosquitto_new(cn, true, client);
	if (!client->mosq)
		broken("no memory");
	set_tls(client, cn);
	mosquitto_connect_callback_set(client->mosq, on_connect);
	mosquitto_disconnect_callback_set(client->mosq, on_disconnect);
	mosquitto_subscribe_callback_set(client->mosq, on_subscribe);
	mosquitto_publish_callback_set(client->mosq, on_publish);
	mosquitto_message_callback_set(client->mosq, on_message);
	clients[client_count++] = client;
	if (mosquitto_connect(client->mosq, "127.0.0.1", world()->port, 60) == MOSQ_ERR_SUCCESS)
		clients_run(is_answered, client, now_ns() + PATIENCE_NS);
	if (client->is_connected) {
		*out = client;
		return true;
	}
	client_close(client);
	return false;
}

struct client *client_open(const char *cn, const struct client_events *events)
{
	struct client *client;

	if (!client_try_open(&client, cn, events))
		broken("%s does not reach the broker on port %d", cn, world()->port);
	return client;
}

static void leave_loop(const struct client *client)
{
	for (size_t i = 0; i < client_count; i++) {
		if (clients[i] == client) {
			clients[i] = clients[--client_count];
			return;
		}
	}
}

void client_close(struct client *client)
{
	if (!client)
		return;
	leave_loop(client);
	mosquitto_disconnect(client->mosq);
	if (client->is_alone)
		mosquitto_loop_stop(client->mosq, false);
	mosquitto_destroy(client->mosq);
	free(client);
}

bool client_is_connected(const struct client *client)
{
	return client->is_connected;
}

void client_subscribe(struct client *client, const char *filter)
{
	client->is_subscribed = false;
	if (mosquitto_subscribe(client->mosq, NULL, filter, 1) != MOSQ_ERR_SUCCESS ||
		!clients_run(is_subscribed, client, now_ns() + PATIENCE_NS))
		broken("no subscription to %s", filter);
}

void client_ask(struct client *client, const char *filter)
{
	mosquitto_subscribe(client->mosq, NULL, filter, 1);
}

void client_publish(struct client *client, const char *topic, const void *msg, size_t len, bool is_retained)
{
	client->in_flight++;
	/* While the broker is away there is nobody to publish to: the caller looks at client_is_connected().
	 */
	if (mosquitto_publish(client->mosq, NULL, topic, (int)len, msg, 1, is_retained) != MOSQ_ERR_SUCCESS)
		client->in_flight--;
}

bool client_is_busy(const struct client *client)
{
	return mosquitto_want_write(client->mosq);
}

unsigned client_in_flight(const struct client *client)
{
	return client->in_flight;
}

static void come_back(struct client *client)
{
	uint64_t now = now_ns();

	if (!client->events.on_up || mosquitto_socket(client->mosq) >= 0 || now - client->tried_ns < AGAIN_NS)
		return;
	client->tried_ns = now;
	client->is_connected = false;
	mosquitto_reconnect(client->mosq);
}

static void turn_loop(int wait_ms)
{
	struct pollfd fds[CLIENTS_MAX];

	for (size_t i = 0; i < client_count; i++) {
		come_back(clients[i]);
		fds[i].fd =
			mosquitto_socket(clients[i]->mosq); /* -1 when it is lost: poll() passes it over */
		fds[i].events = (short)(POLLIN | (mosquitto_want_write(clients[i]->mosq) ? POLLOUT : 0));
		fds[i].revents = 0;
	}
	poll(fds, client_count, wait_ms);
	for (size_t i = 0; i < client_count; i++) {
		if (fds[i].revents & (POLLIN | POLLHUP | POLLERR))
			mosquitto_loop_read(clients[i]->mosq, 1);
		if (fds[i].revents & POLLOUT)
			mosquitto_loop_write(clients[i]->mosq, 1);
		mosquitto_loop_misc(clients[i]->mosq);
	}
}

bool clients_run(bool (*is_done)(void *ctx), void *ctx, uint64_t until_ns)
{
	while (!is_done(ctx)) {
		uint64_t now = now_ns();

		if (now >= until_ns)
			return false;
		turn_loop(until_ns - now < LOOK_MS * UINT64_C(1000000) ? 1 : LOOK_MS);
	}
	return true;
}

void client_run_alone(struct client *client)
{
	leave_loop(client);
	client->is_alone = true;
	if (mosquitto_loop_start(client->mosq) != MOSQ_ERR_SUCCESS)
		broken("no thread for a client");
}
