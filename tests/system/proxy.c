/* proxy - a bad network between two ends of TCP connections: bytes arrive late, connections are cut in the
 * middle, or closed on one side alone. It never changes a byte: what it carries is TLS, which would notice.
 *
 * usage: proxy TARGET-PORT SEED. Prints the port it listens on (127.0.0.1). A good network until SIGUSR1, a
 * bad one until SIGUSR2; connections of the bad time end with it. At SIGTERM it prints what it did:
 * "connections N cut N half N late N". */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/sim/prng.h"
#include "tests/system/lib/process.h"

#define PAIRS_MAX 64
#define BUFFER_BYTES 65536
#define FOREVER INT64_MAX

struct way { /* one direction */
	char bytes[BUFFER_BYTES];
	size_t len, sent;
	long long not_before_ms; /* of bytes */
	bool is_ended;           /* the sender has closed its side, and that was passed on */
};

struct pair {
	bool is_used, is_bad;
	int fds[2];                /* who connected, and the target */
	struct way ways[2];        /* from fds[i] */
	long long half_ms, cut_ms; /* when its end comes, in two forms */
	int half;                  /* the side that is closed at half_ms */
};

static volatile sig_atomic_t is_over, weather; /* a signal that came and was not yet acted on; 0: none */
static bool is_bad;
static struct pair pairs[PAIRS_MAX];
static struct prng chance;
static unsigned connections, cut_count, half_count, late_count;

static void on_signal(int number)
{
	if (number == SIGTERM)
		is_over = 1;
	else
		weather = number;
}

static _Noreturn void give_up(const char *what)
{
	perror(what);
	exit(1);
}

static struct sockaddr_in loopback(uint16_t port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)
	};
}

static int listen_anywhere(void)
{
	struct sockaddr_in at = loopback(0);
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) < 0 || listen(fd, 16) < 0 ||
		getsockname(fd, (struct sockaddr *)&at, &len) < 0)
		give_up("listen");
	printf("%u\n", ntohs(at.sin_port));
	fflush(stdout);
	return fd;
}

/* A quarter dies while the two ends still greet each other; the others live for seconds. */
static void choose_fate(struct pair *pair)
{
	uint64_t life_ms =
		prng_below(&chance, 4) == 0 ? prng_below(&chance, 150) : 1500 + prng_below(&chance, 6000);
	long long end_ms = now_ms() + (long long)life_ms;

	pair->half_ms = pair->cut_ms = FOREVER;
	if (!pair->is_bad)
		return;
	if (prng_below(&chance, 3) == 0) { /* half-closed, and forgotten a second later */
		pair->half_ms = end_ms;
		pair->half = (int)prng_below(&chance, 2);
		pair->cut_ms = end_ms + 1000;
	} else {
		pair->cut_ms = end_ms;
	}
}

static void take_connection(int listen_fd, uint16_t target)
{
	struct sockaddr_in at = loopback(target);
	int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK), other, one = 1;
	struct pair *pair = pairs;

	while (pair < pairs + PAIRS_MAX && pair->is_used)
		pair++;
	if (fd < 0)
		return;
	other = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (other < 0 || pair == pairs + PAIRS_MAX ||
		connect(other, (struct sockaddr *)&at, sizeof(at)) < 0) {
		close(fd);
		if (other >= 0)
			close(other);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(other, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	memset(pair, 0, sizeof(*pair));
	pair->is_used = true;
	pair->is_bad = is_bad;
	pair->fds[0] = fd;
	pair->fds[1] = other;
	choose_fate(pair);
	connections++;
}

/* With a reset when `is_cut`: nothing of what is under way arrives any more. */
static void drop(struct pair *pair, bool is_cut)
{
	const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

	for (int i = 0; i < 2; i++) {
		if (is_cut)
			setsockopt(pair->fds[i], SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
		close(pair->fds[i]);
	}
	pair->is_used = false;
}

static void meet_fate(struct pair *pair)
{
	long long now = now_ms();

	if (now >= pair->half_ms) {
		shutdown(pair->fds[pair->half], SHUT_WR);
		pair->ways[!pair->half].is_ended = true;
		pair->ways[!pair->half].len = pair->ways[!pair->half].sent = 0;
		pair->half_ms = FOREVER;
		half_count++;
	}
	if (now >= pair->cut_ms || (pair->is_bad && !is_bad)) {
		drop(pair, true);
		cut_count++;
	}
}

static bool read_from(struct pair *pair, int side)
{
	struct way *way = &pair->ways[side];
	ssize_t got = recv(pair->fds[side], way->bytes, sizeof(way->bytes), MSG_DONTWAIT);

	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	if (got == 0) {
		shutdown(pair->fds[!side], SHUT_WR);
		way->is_ended = true;
		return !pair->ways[!side].is_ended;
	}
	way->len = (size_t)got;
	way->sent = 0;
	way->not_before_ms = 0;
	if (pair->is_bad && prng_below(&chance, 4) == 0) {
		way->not_before_ms = now_ms() + (long long)prng_below(&chance, 400);
		late_count++;
	}
	return true;
}

static bool write_on(struct pair *pair, int side)
{
	struct way *way = &pair->ways[side];
	ssize_t put = send(
		pair->fds[!side], way->bytes + way->sent, way->len - way->sent, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (put < 0)
		return errno == EAGAIN || errno == EINTR;
	way->sent += (size_t)put;
	if (way->sent == way->len)
		way->len = way->sent = 0;
	return true;
}

/* What to wait for at one end: the other end is not read while its bytes are on their way. */
static struct pollfd wish_of(const struct pair *pair, int side)
{
	const struct way *in = &pair->ways[side], *out = &pair->ways[!side];
	struct pollfd wish = { .fd = pair->fds[side] };

	if (in->len == 0 && !in->is_ended)
		wish.events |= POLLIN;
	if (out->len > 0 && now_ms() >= out->not_before_ms)
		wish.events |= POLLOUT;
	if (wish.events == 0) /* else an end that is gone wakes us again and again */
		wish.fd = -1;
	return wish;
}

static void serve(struct pair *pair, int side, const struct pollfd *answer)
{
	bool is_well = !(answer->revents & (POLLERR | POLLNVAL));

	if (is_well && (answer->revents & POLLOUT))
		is_well = write_on(pair, !side);
	if (is_well && (answer->events & POLLIN) && (answer->revents & (POLLIN | POLLHUP)))
		is_well = read_from(pair, side);
	if (!is_well)
		drop(pair, false);
}

static void turn(int listen_fd, uint16_t target)
{
	struct pollfd polls[1 + 2 * PAIRS_MAX] = { { .fd = listen_fd, .events = POLLIN } };
	struct pair *owners[PAIRS_MAX];
	size_t count = 0;

	for (struct pair *pair = pairs; pair < pairs + PAIRS_MAX; pair++) {
		if (pair->is_used)
			meet_fate(pair);
		if (!pair->is_used)
			continue;
		polls[1 + 2 * count] = wish_of(pair, 0);
		polls[2 + 2 * count] = wish_of(pair, 1);
		owners[count++] = pair;
	}
	if (poll(polls, 1 + 2 * count, 10) <= 0)
		return;
	for (size_t i = 0; i < 2 * count; i++) {
		if (owners[i / 2]->is_used)
			serve(owners[i / 2], (int)(i % 2), &polls[1 + i]);
	}
	if (polls[0].revents & POLLIN)
		take_connection(listen_fd, target);
}

/* What is connected when it turns bad is part of it. */
static void change_weather(void)
{
	int number = weather;

	weather = 0;
	if (number == 0)
		return;
	is_bad = number == SIGUSR1;
	for (struct pair *pair = pairs; is_bad && pair < pairs + PAIRS_MAX; pair++) {
		pair->is_bad = true;
		choose_fate(pair);
	}
}

int main(int argc, char **argv)
{
	const struct sigaction action = { .sa_handler = on_signal };
	uint16_t target;
	int listen_fd;

	if (argc != 3)
		return 2;
	target = (uint16_t)strtoul(argv[1], NULL, 10);
	prng_init(&chance, strtoull(argv[2], NULL, 10));
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGUSR2, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	listen_fd = listen_anywhere();
	while (!is_over) {
		change_weather();
		turn(listen_fd, target);
	}
	printf("connections %u cut %u half %u late %u\n", connections, cut_count, half_count, late_count);
	return 0;
}
