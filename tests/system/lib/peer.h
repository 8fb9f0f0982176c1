/* peer - an MQTT client for system tests: TLS with a site's certificates, everything it hears kept, no
 * threads.
 *
 * All peers of a process share one loop, which runs while any function below waits; a wait is bounded by
 * PEER_PATIENCE_MS. A broker's answers to PUBLISH and SUBSCRIBE say nothing about rights (it acknowledges
 * what it refuses), so that a test looks at peer->heard. An UNSUBACK follows everything that was delivered at
 * QoS 0 before it: peer_unsubscribe() is the test's fence. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define PEER_PATIENCE_MS 5000 /* a hundred times what a loaded machine needs */

struct peer; /* opaque: peer_open() makes it, peer_close() or peer_drop() frees it */

struct peer_heard {
	char *topic;
	char *payload; /* ended by a NUL that is not part of it */
	size_t payload_bytes;
	bool is_retained;
};

struct peer_options {
	int port;              /* on 127.0.0.1 */
	const char *site_dir;  /* made by tools/site-keys: the broker must have a certificate of its CA; NULL:
				  no TLS at all */
	const char *cert_dir;  /* where client/CN.crt and .key are; NULL: site_dir */
	const char *cn;        /* NULL: no client certificate */
	const char *client_id; /* what CONNECT asks for; NULL: cn */
	bool is_durable;       /* the session outlives the connection */
	const char *will_topic; /* NULL: no will */
	const char *will_payload;
	void (*on_heard)(
		struct peer *peer, const struct peer_heard *heard, void *ctx); /* may publish; may be NULL */
	void *ctx;
};

enum peer_answer { PEER_REFUSED = 1 }; /* the connection ended before, or with, the broker's answer */

/* Options for `cn` on the broker that the environment names: BROKER_PORT and SITE_DIR, as
 * tests/system/lib/broker.sh exports them. Ends the program when they are missing. `cn` is borrowed. */
struct peer_options peer_options_for(const char *cn);

/* Connects and waits for the broker's CONNACK. Returns 0, PEER_REFUSED, or -errno; *out is untouched unless
 * 0. */
int peer_open(struct peer **out, const struct peer_options *options);
/* Says goodbye, so that no will is sent. Copes with NULL. */
void peer_close(struct peer *peer);
/* Is gone without a word, so that the will is sent. */
void peer_drop(struct peer *peer);

/* Subscribes at QoS 0 or 1 and waits for the SUBACK. Returns 0 or -errno. */
int peer_subscribe(struct peer *peer, const char *filter, int qos);
int peer_unsubscribe(struct peer *peer, const char *filter);
/* Publishes at QoS 1 without waiting. Returns 0 or -errno. */
int peer_publish(
	struct peer *peer, const char *topic, const void *payload, size_t payload_bytes, bool retain);
/* Waits until the broker has acknowledged all that was published. Returns 0 or -errno. */
int peer_flush(struct peer *peer);

bool peer_is_connected(const struct peer *peer);
/* What was heard since peer_forget(), oldest first. Borrowed until the next call that waits. */
const struct peer_heard *peer_heard(const struct peer *peer, size_t *count);
void peer_forget(struct peer *peer);

/* Runs the loop until `is_done(ctx)` or for `limit_ms`. Returns whether it was done. */
bool peers_run(bool (*is_done)(void *ctx), void *ctx, int limit_ms);
