/* client - MQTT clients of a measurement: TLS with a site's certificate, TCP_NODELAY, QoS 1. All of a process
 * run in one loop, clients_run(), or each in a thread of its own, client_run_alone(). What fails ends the
 * measurement. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct client; /* opaque: client_open() makes it, client_close() frees it */

struct client_events { /* any may be NULL */
	void (*on_message)(void *ctx, struct client *client, const char *topic, const char *msg, size_t len);
	void (*on_ack)(void *ctx, struct client *client); /* a PUBACK */
	/* The broker took us, the first time and after each loss. A client that has this comes back when the
	 * broker does; subscribe here, with client_ask(). */
	void (*on_up)(void *ctx, struct client *client);
	void *ctx;
};

/* Connects with the certificate of `cn` and waits for the broker's answer; false when it refused. */
bool client_try_open(struct client **out, const char *cn, const struct client_events *events);
struct client *client_open(const char *cn, const struct client_events *events);
void client_close(struct client *client); /* takes NULL */
bool client_is_connected(const struct client *client);

void client_subscribe(struct client *client, const char *filter); /* and waits for the broker's answer */
void client_ask(struct client *client, const char *filter);       /* the same, without waiting */
void client_publish(struct client *client, const char *topic, const void *msg, size_t len, bool is_retained);
/* Bytes or messages wait to be written: whoever publishes without end looks at this. */
bool client_is_busy(const struct client *client);
/* PUBLISHes without PUBACK. */
unsigned client_in_flight(const struct client *client);

/* Turns the loop of all that do not run alone until is_done(ctx) or `until_ns`; returns whether it was done.
 */
bool clients_run(bool (*is_done)(void *ctx), void *ctx, uint64_t until_ns);
/* From now on in a thread of its own: callbacks come on that thread. */
void client_run_alone(struct client *client);
