#include "firmware/link/broker.h"

#include <errno.h>
#include <fcntl.h>
#include <mosquitto.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "firmware/edge/log.h"
#include "firmware/link/backoff.h"
#include "firmware/link/unsent.h"

/* Older ones read past the end of a SUBACK without reason codes (CVE-2024-10525; Debian mends it in 2.0.11)
 * or lack what is used here. */
#define LIBRARY_LEAST 2000011
#define TICK_MS 1000   /* keepalive and retries of the library; also the one wake-up when idle */
#define STEADY_TICKS 2 /* a connection that lives this long was no failure */
#define GOODBYE_WRITES 16
#define ONLINE "{\"v\":1,\"online\":true}"
#define OFFLINE "{\"v\":1,\"online\":false}"

struct watch { /* a duplicate of the library's descriptor: it closes its own when it likes */
	uv_poll_t poll;
	int fd, events; /* events: waited for */
	struct broker *broker;
};

struct broker {
	uv_loop_t *loop;
	const struct config *config;
	struct broker_events events;
	struct mosquitto *mosquitto; /* NULL between connections */
	struct watch *watch;
	uv_timer_t tick, retry; /* retry: the next try when there is no connection, impatience until online */
	unsigned open_handles;
	struct backoff backoff;
	bool is_online;
	bool is_reached; /* the TCP connection stands */
	bool is_refused; /* seen inside a callback, acted on after it */
	unsigned ticks;  /* online */
	int subscribe_mid;
	char topics[WIRE_KIND_COUNT][WIRE_TOPIC_SIZE];
	struct unsent unsent;
	uint64_t dropped;
};

static void lose(struct broker *broker, const char *why);
static void start(struct broker *broker);

static void on_watched(uv_poll_t *poll, int status, int events);

static void watch_what_it_wants(struct broker *broker)
{
	int events = UV_READABLE;

	if (!broker->watch)
		return;
	if (mosquitto_want_write(broker->mosquitto))
		events |= UV_WRITABLE;
	if (events == broker->watch->events)
		return; /* the library would take it out of the kernel's list and put it in again */
	broker->watch->events = events;
	uv_poll_start(&broker->watch->poll, events, on_watched);
}

/* After each call into the library: its answer, and what its callbacks found. Returns whether we are still
 * connected. */
static bool go_on(struct broker *broker, int answer)
{
	if (broker->is_refused)
		answer = MOSQ_ERR_CONN_REFUSED;
	if (answer != MOSQ_ERR_SUCCESS) {
		lose(broker, mosquitto_strerror(answer));
		return false;
	}
	watch_what_it_wants(broker);
	return true;
}

/* How the connecting ended. The library takes any failure of it for one more wait (it sees
 * SSL_ERROR_SYSCALL), would turn in circles where nobody listens, and may have read the socket's error
 * already. Returns 0 or -errno. */
static int check_reached(struct broker *broker)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof(int);
	int error = 0;

	if (broker->is_reached)
		return 0;
	if (getsockopt(broker->watch->fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		return -errno;
	if (error != 0)
		return -error;
	len = sizeof(address);
	broker->is_reached = getpeername(broker->watch->fd, (struct sockaddr *)&address, &len) == 0;
	return broker->is_reached ? 0 : -ECONNREFUSED;
}

static void on_watched(uv_poll_t *poll, int status, int events)
{
	struct watch *watch = poll->data;
	struct broker *broker = watch->broker;

	if (broker->watch != watch)
		return;
	if (status == 0)
		status = check_reached(broker);
	if (status < 0) {
		lose(broker, strerror(-status));
		return;
	}
	if ((events & UV_WRITABLE) && !go_on(broker, mosquitto_loop_write(broker->mosquitto, 1)))
		return;
	if (events & UV_READABLE)
		(void)go_on(broker, mosquitto_loop_read(broker->mosquitto, 1));
}

static int subscribe(struct broker *broker)
{
	char *topics[] = { broker->topics[WIRE_SNAPSHOT], broker->topics[WIRE_HEAD], broker->topics[WIRE_ACK],
		broker->topics[WIRE_ACTION] };

	return mosquitto_subscribe_multiple(broker->mosquitto, &broker->subscribe_mid, 4, topics, 1, 0, NULL);
}

static void on_connect(struct mosquitto *mosquitto, void *ctx, int code)
{
	struct broker *broker = ctx;

	(void)mosquitto;
	if (code != 0 || subscribe(broker) != MOSQ_ERR_SUCCESS) {
		log_line(LOG_WARNING, "broker: refused us: reason=%s", mosquitto_connack_string(code));
		broker->is_refused = true;
	}
}

/* The granted QoS is not looked at: brokers say yes to what they never deliver, and hostile ones send none.
 */
static void on_subscribe(struct mosquitto *mosquitto, void *ctx, int mid, int count, const int *granted)
{
	struct broker *broker = ctx;

	(void)count;
	(void)granted;
	if (mid != broker->subscribe_mid)
		return;
	if (!broker->is_online && mosquitto_publish(mosquitto, NULL, broker->topics[WIRE_LINK],
					  sizeof(ONLINE) - 1, ONLINE, 1, true) != MOSQ_ERR_SUCCESS) {
		broker->is_refused = true;
		return;
	}
	if (!broker->is_online)
		log_line(LOG_INFO, "broker: online");
	broker->is_online = true;
	uv_timer_stop(&broker->retry);
	broker->events.on_online(broker->events.ctx, true);
}

/* Each at most once: one that finds no room again waits on. */
static void send_pictures(struct broker *broker)
{
	struct picture waiting[UNSENT_PICTURES];
	int count = 0;

	while (count < UNSENT_PICTURES && unsent_take(&broker->unsent, &waiting[count]))
		count++;
	for (int i = 0; i < count; i++) {
		broker_publish(broker, waiting[i].kind, waiting[i].msg, waiting[i].len);
		free(waiting[i].msg);
	}
}

static void on_publish(struct mosquitto *mosquitto, void *ctx, int mid)
{
	struct broker *broker = ctx;

	(void)mosquitto;
	unsent_done(&broker->unsent, mid);
	send_pictures(broker);
}

static void on_message(struct mosquitto *mosquitto, void *ctx, const struct mosquitto_message *message)
{
	struct broker *broker = ctx;

	(void)mosquitto;
	if (!message->topic)
		return;
	for (enum wire_kind kind = 0; kind < WIRE_KIND_COUNT; kind++) {
		const struct wire_kind_info *info = wire_kind_info(kind);

		if (!info->is_from_gateway || strcmp(message->topic, broker->topics[kind]) != 0)
			continue;
		if (message->payloadlen > 0 && (size_t)message->payloadlen <= info->bytes_max)
			broker->events.on_message(broker->events.ctx, kind, message->retain, message->payload,
				(size_t)message->payloadlen);
		else
			broker->dropped++;
		return;
	}
}

static void on_log(struct mosquitto *mosquitto, void *ctx, int level, const char *text)
{
	(void)mosquitto;
	(void)ctx;
	if (level & (MOSQ_LOG_ERR | MOSQ_LOG_WARNING))
		log_line(LOG_WARNING, "broker: %.300s", text);
}

static int set_options(struct broker *broker)
{
	const struct config *config = broker->config;
	struct mosquitto *mosquitto = broker->mosquitto;
	int r;

	mosquitto_connect_callback_set(mosquitto, on_connect);
	mosquitto_subscribe_callback_set(mosquitto, on_subscribe);
	mosquitto_publish_callback_set(mosquitto, on_publish);
	mosquitto_message_callback_set(mosquitto, on_message);
	mosquitto_log_callback_set(mosquitto, on_log);
	r = mosquitto_int_option(mosquitto, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V311);
	if (r == MOSQ_ERR_SUCCESS)
		r = mosquitto_int_option(mosquitto, MOSQ_OPT_TCP_NODELAY, 1); /* 44 ms a hop without */
	/* Its default is TLS 1.2 or newer, with the server's certificate and name checked. */
	if (r == MOSQ_ERR_SUCCESS)
		r = mosquitto_tls_set(mosquitto, config->ca, NULL, config->cert, config->key, NULL);
	if (r == MOSQ_ERR_SUCCESS)
		r = mosquitto_will_set(
			mosquitto, broker->topics[WIRE_LINK], sizeof(OFFLINE) - 1, OFFLINE, 1, true);
	return r;
}

static void on_watch_closed(uv_handle_t *handle)
{
	struct watch *watch = handle->data;
	struct broker *broker = watch->broker;

	close(watch->fd);
	free(watch);
	if (--broker->open_handles == 0)
		free(broker);
}

static int start_watching(struct broker *broker)
{
	struct watch *watch = calloc(1, sizeof(*watch));

	if (!watch)
		return MOSQ_ERR_NOMEM;
	watch->broker = broker;
	watch->poll.data = watch;
	watch->fd = fcntl(mosquitto_socket(broker->mosquitto), F_DUPFD_CLOEXEC, 3);
	if (watch->fd < 0 || uv_poll_init(broker->loop, &watch->poll, watch->fd) < 0) {
		if (watch->fd >= 0)
			close(watch->fd);
		free(watch);
		return MOSQ_ERR_ERRNO;
	}
	broker->open_handles++;
	broker->watch = watch;
	return MOSQ_ERR_SUCCESS;
}

static void on_impatient(uv_timer_t *timer)
{
	lose(timer->data, "no answer in time");
}

static void on_tick(uv_timer_t *timer)
{
	struct broker *broker = timer->data;

	if (broker->is_online && ++broker->ticks == STEADY_TICKS)
		backoff_reset(&broker->backoff);
	(void)go_on(broker, mosquitto_loop_misc(broker->mosquitto));
}

static void start(struct broker *broker)
{
	int r = MOSQ_ERR_NOMEM;

	broker->is_refused = false;
	broker->is_reached = false;
	broker->mosquitto = mosquitto_new(broker->config->board, true, broker);
	if (broker->mosquitto)
		r = set_options(broker);
	if (r == MOSQ_ERR_SUCCESS) /* resolving the name may wait: nobody but the broker is waited for here */
		r = mosquitto_connect_async(broker->mosquitto, broker->config->host,
			link_config_port(broker->config), BROKER_KEEPALIVE_S);
	if (r == MOSQ_ERR_SUCCESS)
		r = start_watching(broker);
	if (r != MOSQ_ERR_SUCCESS) {
		lose(broker, r == MOSQ_ERR_ERRNO ? strerror(errno) : mosquitto_strerror(r));
		return;
	}
	uv_timer_start(&broker->retry, on_impatient, BROKER_PATIENCE_MS, 0);
	uv_timer_start(&broker->tick, on_tick, TICK_MS, TICK_MS);
	watch_what_it_wants(broker);
}

static void on_retry(uv_timer_t *timer)
{
	start(timer->data);
}

/* The connection and all that belongs to it. */
static void drop_connection(struct broker *broker)
{
	if (broker->watch) {
		uv_poll_stop(&broker->watch->poll);
		uv_close((uv_handle_t *)&broker->watch->poll, on_watch_closed);
		broker->watch = NULL;
	}
	uv_timer_stop(&broker->tick);
	uv_timer_stop(&broker->retry);
	mosquitto_destroy(broker->mosquitto);
	broker->mosquitto = NULL;
	unsent_clear(&broker->unsent);
	broker->ticks = 0;
}

static void lose(struct broker *broker, const char *why)
{
	bool was_online = broker->is_online;
	uint32_t chance = 0;
	uint64_t wait_ms;

	broker->is_online = false;
	if (getrandom(&chance, sizeof(chance), 0) != (ssize_t)sizeof(chance))
		chance = UINT32_MAX / 2;
	wait_ms = backoff_next_ms(&broker->backoff, chance);
	log_line(LOG_INFO, "broker: not connected: reason=%s wait_ms=%llu dropped=%llu", why,
		(unsigned long long)wait_ms, (unsigned long long)broker->dropped);
	drop_connection(broker);
	uv_timer_start(&broker->retry, on_retry, wait_ms, 0);
	if (was_online)
		broker->events.on_online(broker->events.ctx, false);
}

static int check_library(void)
{
	int major, minor, revision;

	if (mosquitto_lib_version(&major, &minor, &revision) >= LIBRARY_LEAST)
		return 0;
	log_line(LOG_ERROR, "broker: libmosquitto is too old: has=%d.%d.%d", major, minor, revision);
	return -ENOSYS;
}

static void init_timer(struct broker *broker, uv_timer_t *timer)
{
	uv_timer_init(broker->loop, timer);
	timer->data = broker;
	broker->open_handles++;
}

int broker_open(struct broker **out, struct uv_loop_s *loop, const struct config *config,
	const struct broker_events *events)
{
	struct broker *broker;
	int r = check_library();

	if (r < 0)
		return r;
	broker = calloc(1, sizeof(*broker));
	if (!broker)
		return -ENOMEM;
	if (mosquitto_lib_init() != MOSQ_ERR_SUCCESS) {
		free(broker);
		return -ENOMEM;
	}
	broker->loop = loop;
	broker->config = config;
	broker->events = *events;
	for (enum wire_kind kind = 0; kind < WIRE_KIND_COUNT; kind++)
		wire_topic_make(broker->topics[kind], config->site, config->board, kind);
	init_timer(broker, &broker->tick);
	init_timer(broker, &broker->retry);
	uv_timer_start(&broker->retry, on_retry, 0, 0);
	*out = broker;
	return 0;
}

void broker_publish(struct broker *broker, enum wire_kind kind, const char *msg, size_t len)
{
	int mid, r;

	if (!broker->is_online) {
		broker->dropped++;
		return;
	}
	if (!unsent_has_room(&broker->unsent, len)) {
		broker->dropped += unsent_keep(&broker->unsent, kind, msg, len) < 0;
		return;
	}
	r = mosquitto_publish(broker->mosquitto, &mid, broker->topics[kind], (int)len, msg, 1,
		wire_kind_info(kind)->is_retained);
	if (r != MOSQ_ERR_SUCCESS) { /* a lost connection shows at the next turn of the loop */
		broker->dropped++;
		return;
	}
	unsent_add(&broker->unsent, mid, len);
	watch_what_it_wants(broker);
}

void broker_ask_again(struct broker *broker)
{
	if (!broker->is_online)
		return;
	/* When it cannot be asked the connection is lost, which shows at the next turn of the loop. */
	if (subscribe(broker) == MOSQ_ERR_SUCCESS)
		watch_what_it_wants(broker);
}

static void on_closed(uv_handle_t *handle)
{
	struct broker *broker = handle->data;

	if (--broker->open_handles == 0)
		free(broker);
}

static void say_goodbye(struct broker *broker)
{
	if (!broker->is_online)
		return;
	(void)mosquitto_publish(
		broker->mosquitto, NULL, broker->topics[WIRE_LINK], sizeof(OFFLINE) - 1, OFFLINE, 1, true);
	(void)mosquitto_disconnect(broker->mosquitto);
	for (int i = 0; i < GOODBYE_WRITES && mosquitto_want_write(broker->mosquitto); i++) {
		if (mosquitto_loop_write(broker->mosquitto, 1) != MOSQ_ERR_SUCCESS)
			break;
	}
}

void broker_close(struct broker *broker)
{
	if (!broker)
		return;
	say_goodbye(broker);
	drop_connection(broker);
	uv_close((uv_handle_t *)&broker->tick, on_closed);
	uv_close((uv_handle_t *)&broker->retry, on_closed);
	mosquitto_lib_cleanup();
}
