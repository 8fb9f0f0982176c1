#include "tests/system/lib/peer.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <mosquitto.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define PEERS_MAX 64
#define POLL_MS 20 /* libmosquitto's own timers (keepalive) need a look now and then */

struct peer {
	struct mosquitto *mosq;
	bool is_connected, is_answered, is_lost; /* is_answered: CONNACK came, whatever it said */
	int unacked;                             /* publishes without their PUBACK */
	int awaited; /* message id of the (un)subscription that is waited for, 0 when it was answered */
	struct peer_heard *heard;
	size_t heard_count, heard_room;
	void (*on_heard)(struct peer *peer, const struct peer_heard *heard, void *ctx);
	void *ctx;
};

static struct peer *peers[PEERS_MAX]; /* all that are open, for the loop */
static size_t peers_count;

static int to_errno(int rc)
{
	switch (rc) {
	case MOSQ_ERR_SUCCESS:
		return 0;
	case MOSQ_ERR_NOMEM:
		return -ENOMEM;
	case MOSQ_ERR_INVAL:
	case MOSQ_ERR_MALFORMED_UTF8:
		return -EINVAL;
	case MOSQ_ERR_ERRNO:
		return errno ? -errno : -EIO;
	default:
		return -ENOTCONN;
	}
}

static void on_connect(struct mosquitto *mosq, void *obj, int rc)
{
	struct peer *peer = obj;

	(void)mosq;
	peer->is_answered = true;
	peer->is_connected = rc == 0;
}

static void on_disconnect(struct mosquitto *mosq, void *obj, int rc)
{
	struct peer *peer = obj;

	(void)mosq;
	(void)rc;
	peer->is_connected = false;
	peer->is_lost = true;
}

static void on_publish(struct mosquitto *mosq, void *obj, int mid)
{
	struct peer *peer = obj;

	(void)mosq;
	(void)mid;
	peer->unacked--;
}

static void on_subscribe(struct mosquitto *mosq, void *obj, int mid, int count, const int *granted)
{
	struct peer *peer = obj;

	(void)mosq;
	(void)count;
	(void)granted; /* a broker may leave them out, and they prove nothing */
	if (peer->awaited == mid)
		peer->awaited = 0;
}

static void on_unsubscribe(struct mosquitto *mosq, void *obj, int mid)
{
	on_subscribe(mosq, obj, mid, 0, NULL);
}

static void on_message(struct mosquitto *mosq, void *obj, const struct mosquitto_message *message)
{
	struct peer *peer = obj;
	struct peer_heard *heard;
	size_t bytes = (size_t)message->payloadlen;

	(void)mosq;
	if (peer->heard_count == peer->heard_room) {
		peer->heard_room = peer->heard_room ? 2 * peer->heard_room : 64;
		peer->heard = realloc(peer->heard, peer->heard_room * sizeof(*peer->heard));
		if (!peer->heard)
			abort();
	}
	heard = &peer->heard[peer->heard_count];
	*heard = (struct peer_heard){ strdup(message->topic), calloc(1, bytes + 1), bytes, message->retain };
	if (!heard->topic || !heard->payload)
		abort();
	if (bytes)
		memcpy(heard->payload, message->payload, bytes);
	peer->heard_count++;
	if (peer->on_heard)
		peer->on_heard(peer, heard, peer->ctx);
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void run_once(int wait_ms)
{
	struct pollfd fds[PEERS_MAX];

	for (size_t i = 0; i < peers_count; i++) {
		fds[i].fd = peers[i]->is_lost ? -1 : mosquitto_socket(peers[i]->mosq);
		fds[i].events = (short)(POLLIN | (mosquitto_want_write(peers[i]->mosq) ? POLLOUT : 0));
		fds[i].revents = 0;
	}
	poll(fds, peers_count, wait_ms);
	/* Callbacks neither open nor close peers, so that the two arrays stay in step. */
	for (size_t i = 0; i < peers_count; i++) {
		struct peer *peer = peers[i];
		int rc = MOSQ_ERR_SUCCESS;

		if (peer->is_lost)
			continue;
		if (fds[i].revents & (POLLIN | POLLHUP | POLLERR))
			rc = mosquitto_loop_read(peer->mosq, 1);
		if (!rc && (fds[i].revents & POLLOUT))
			rc = mosquitto_loop_write(peer->mosq, 1);
		if (!rc)
			rc = mosquitto_loop_misc(peer->mosq);
		if (rc)
			on_disconnect(peer->mosq, peer, rc);
	}
}

bool peers_run(bool (*is_done)(void *ctx), void *ctx, int limit_ms)
{
	int64_t end_ms = now_ms() + limit_ms;

	while (!is_done(ctx)) {
		if (now_ms() >= end_ms)
			return false;
		run_once(POLL_MS);
	}
	return true;
}

void peer_forget(struct peer *peer)
{
	for (size_t i = 0; i < peer->heard_count; i++) {
		free(peer->heard[i].topic);
		free(peer->heard[i].payload);
	}
	peer->heard_count = 0;
}

static void peer_free(struct peer *peer)
{
	for (size_t i = 0; i < peers_count; i++) {
		if (peers[i] == peer)
			peers[i] = peers[--peers_count];
	}
	mosquitto_destroy(peer->mosq);
	peer_forget(peer);
	free(peer->heard);
	free(peer);
}

static const char *need_env(const char *name)
{
	const char *value = getenv(name);

	if (!value) {
		fprintf(stderr, "%s is not set; start this program from its script in tests/system\n", name);
		exit(2);
	}
	return value;
}

struct peer_options peer_options_for(const char *cn)
{
	return (struct peer_options){
		.port = (int)strtol(need_env("BROKER_PORT"), NULL, 10),
		.site_dir = need_env("SITE_DIR"),
		.cn = cn,
	};
}

static int use_certificates(struct peer *peer, const struct peer_options *options)
{
	const char *dir = options->cert_dir ? options->cert_dir : options->site_dir;
	char ca[PATH_MAX], cert[PATH_MAX], key[PATH_MAX];

	snprintf(ca, sizeof(ca), "%s/ca.crt", options->site_dir);
	if (!options->cn)
		return mosquitto_tls_set(peer->mosq, ca, NULL, NULL, NULL, NULL);
	snprintf(cert, sizeof(cert), "%s/client/%s.crt", dir, options->cn);
	snprintf(key, sizeof(key), "%s/client/%s.key", dir, options->cn);
	return mosquitto_tls_set(peer->mosq, ca, NULL, cert, key, NULL);
}

static int configure(struct peer *peer, const struct peer_options *options)
{
	int rc = options->site_dir ? use_certificates(peer, options) : MOSQ_ERR_SUCCESS;

	/* The other half of TCP_NODELAY is the broker's. */
	if (!rc)
		rc = mosquitto_int_option(peer->mosq, MOSQ_OPT_TCP_NODELAY, 1);
	if (!rc && options->will_topic)
		rc = mosquitto_will_set(peer->mosq, options->will_topic, (int)strlen(options->will_payload),
			options->will_payload, 1, false);
	if (rc)
		return rc;

	mosquitto_connect_callback_set(peer->mosq, on_connect);
	mosquitto_disconnect_callback_set(peer->mosq, on_disconnect);
	mosquitto_publish_callback_set(peer->mosq, on_publish);
	mosquitto_subscribe_callback_set(peer->mosq, on_subscribe);
	mosquitto_unsubscribe_callback_set(peer->mosq, on_unsubscribe);
	mosquitto_message_callback_set(peer->mosq, on_message);
	/* No limit: the tests fill the pipe on purpose. */
	return mosquitto_max_inflight_messages_set(peer->mosq, 0);
}

static bool is_answered(void *ctx)
{
	const struct peer *peer = ctx;

	return peer->is_answered || peer->is_lost;
}

int peer_open(struct peer **out, const struct peer_options *options)
{
	struct peer *peer = calloc(1, sizeof(*peer));
	int r;

	if (!peer)
		return -ENOMEM;
	assert(peers_count < PEERS_MAX);
	mosquitto_lib_init(); /* does its work once */
	peer->on_heard = options->on_heard;
	peer->ctx = options->ctx;
	peer->mosq = mosquitto_new(
		options->client_id ? options->client_id : options->cn, !options->is_durable, peer);
	if (!peer->mosq) {
		free(peer);
		return -ENOMEM;
	}
	peers[peers_count++] = peer;

	r = to_errno(configure(peer, options));
	if (r < 0)
		goto fail;

	r = PEER_REFUSED;
	if (mosquitto_connect(peer->mosq, "127.0.0.1", options->port, 60))
		goto fail;
	if (!peers_run(is_answered, peer, PEER_PATIENCE_MS)) {
		r = -ETIMEDOUT;
		goto fail;
	}
	if (!peer->is_connected)
		goto fail;

	*out = peer;
	return 0;
fail:
	peer_free(peer);
	return r;
}

void peer_close(struct peer *peer)
{
	if (!peer)
		return;
	mosquitto_disconnect(peer->mosq);
	peer_free(peer);
}

void peer_drop(struct peer *peer)
{
	shutdown(mosquitto_socket(peer->mosq), SHUT_RDWR);
	peer_free(peer);
}

static bool is_settled(void *ctx)
{
	const struct peer *peer = ctx;

	return !peer->awaited || peer->is_lost;
}

static int await(struct peer *peer, int mid)
{
	peer->awaited = mid;
	if (!peers_run(is_settled, peer, PEER_PATIENCE_MS))
		return -ETIMEDOUT;
	return peer->is_lost ? -ENOTCONN : 0;
}

int peer_subscribe(struct peer *peer, const char *filter, int qos)
{
	int mid, r = to_errno(mosquitto_subscribe(peer->mosq, &mid, filter, qos));

	return r < 0 ? r : await(peer, mid);
}

int peer_unsubscribe(struct peer *peer, const char *filter)
{
	int mid, r = to_errno(mosquitto_unsubscribe(peer->mosq, &mid, filter));

	return r < 0 ? r : await(peer, mid);
}

int peer_publish(struct peer *peer, const char *topic, const void *payload, size_t payload_bytes, bool retain)
{
	int r = to_errno(mosquitto_publish(peer->mosq, NULL, topic, (int)payload_bytes, payload, 1, retain));

	if (r == 0)
		peer->unacked++;
	return r;
}

static bool is_flushed(void *ctx)
{
	const struct peer *peer = ctx;

	return !peer->unacked || peer->is_lost;
}

int peer_flush(struct peer *peer)
{
	if (!peers_run(is_flushed, peer, PEER_PATIENCE_MS))
		return -ETIMEDOUT;
	return peer->is_lost ? -ENOTCONN : 0;
}

bool peer_is_connected(const struct peer *peer)
{
	return peer->is_connected;
}

const struct peer_heard *peer_heard(const struct peer *peer, size_t *count)
{
	*count = peer->heard_count;
	return peer->heard;
}
