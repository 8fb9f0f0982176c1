#include "tests/system/lib/gateway.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/system/lib/process.h"

#define REPLY_MAX (4u << 20)

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "gateway under test: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint16_t free_port(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) < 0 ||
		getsockname(fd, (struct sockaddr *)&at, &len) < 0)
		die("no free port");
	close(fd);
	return ntohs(at.sin_port);
}

/* Runs the program to its end and reads what it prints. Returns its exit status. */
static int run(struct gateway *gateway, char *const argv[], char *out, size_t size)
{
	size_t used = 0;
	int pipe_fds[2], status;
	ssize_t got;
	pid_t pid;

	if (pipe2(pipe_fds, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		die("fork");
	if (pid == 0) {
		dup2(pipe_fds[1], STDOUT_FILENO);
		execv(gateway->program, argv);
		_exit(127);
	}
	close(pipe_fds[1]);
	while (used < size - 1 && (got = read(pipe_fds[0], out + used, size - 1 - used)) > 0)
		used += (size_t)got;
	out[used] = '\0';
	close(pipe_fds[0]);
	if (waitpid(pid, &status, 0) < 0)
		die("waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static char *config_of(const struct gateway *gateway)
{
	static char path[96];

	snprintf(path, sizeof(path), "%s/gateway.ini", gateway->dir);
	return path;
}

void gateway_make(struct gateway *gateway, const char *program, const char *more)
{
	char out[256];
	char init[] = "--init", config[] = "--config";
	char *argv[] = { gateway->program, config, NULL, init, NULL };

	memset(gateway, 0, sizeof(*gateway));
	snprintf(gateway->program, sizeof(gateway->program), "%s", program);
	snprintf(gateway->dir, sizeof(gateway->dir), "/tmp/rumah-test-gateway-XXXXXX");
	if (!mkdtemp(gateway->dir))
		die("mkdtemp");
	gateway->port = free_port();
	file_write(config_of(gateway),
		"[gateway]\nsite = home\ndatabase = %s/gateway.db\nkeys = %s/keys\n"
		"[codes]\nargon_mem_kib = 8\nargon_passes = 1\n"
		"[http]\nport = %u\n%s",
		gateway->dir, gateway->dir, gateway->port, more);
	argv[2] = config_of(gateway);
	if (run(gateway, argv, out, sizeof(out)) != 0)
		die("--init failed");
}

void gateway_start(struct gateway *gateway)
{
	char log[96];
	struct reply reply;

	snprintf(log, sizeof(log), "%s/log", gateway->dir);
	gateway->pid = process_start(gateway->program, config_of(gateway), log);
	for (int i = 0; i < 200; i++) {
		struct sockaddr_in at = { .sin_family = AF_INET,
			.sin_port = htons(gateway->port),
			.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		int r = connect(fd, (struct sockaddr *)&at, sizeof(at));

		close(fd);
		if (r == 0) {
			if (gateway_ask(gateway, NULL, "GET", "/api/health", NULL, NULL, &reply) != 200)
				die("no health");
			free(reply.text);
			return;
		}
		nap_ms(50);
	}
	die("it does not start");
}

void gateway_end(struct gateway *gateway)
{
	int status = process_end(gateway->pid, SIGTERM);

	if (status != 0) {
		fprintf(stderr, "gateway under test: ended with status %d; see %s/log\n", status,
			gateway->dir);
		exit(1);
	}
}

void gateway_remove(struct gateway *gateway)
{
	static const char *const names[] = { "gateway.ini", "gateway.db", "gateway.db-wal", "gateway.db-shm",
		"log", "keys/sign.key", "keys/agree.key", "keys/code.key", "keys/identity.pub" };
	char path[128];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", gateway->dir, names[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/keys", gateway->dir);
	rmdir(path);
	rmdir(gateway->dir);
}

void gateway_staff(struct gateway *gateway, const char *name, const char *role, char password[static 64])
{
	char out[256], staff[] = "--staff", with_role[] = "--role", config[] = "--config";
	char name_copy[33], role_copy[33];
	char *argv[] = { gateway->program, config, config_of(gateway), staff, name_copy, with_role, role_copy,
		NULL };
	const char *last;

	snprintf(name_copy, sizeof(name_copy), "%s", name);
	snprintf(role_copy, sizeof(role_copy), "%s", role);
	if (run(gateway, argv, out, sizeof(out)) != 0)
		die("--staff failed");
	out[strcspn(out, "\n")] = '\0';
	last = strrchr(out, ' ');
	snprintf(password, 64, "%s", last ? last + 1 : "");
}

/* ---- HTTP ---- */

int gateway_connect(const struct gateway *gateway)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(gateway->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		die("connect");
	return fd;
}

/* Bytes of the body by Content-Length; -1 when it goes on to the end of the connection. */
static long body_length(const char *text, const char *body)
{
	static const char name[] = "\r\nContent-Length:";

	for (const char *at = text; at + sizeof(name) < body; at++)
		if (strncasecmp(at, name, sizeof(name) - 1) == 0)
			return atol(at + sizeof(name) - 1);
	return atoi(text + 9) == 204 ? 0 : -1;
}

static bool is_whole(struct reply *reply)
{
	char *end = strstr(reply->text, "\r\n\r\n");
	long length;

	if (!end)
		return false;
	reply->body = end + 4;
	length = body_length(reply->text, reply->body);
	return length >= 0 && reply->len - (size_t)(reply->body - reply->text) >= (size_t)length;
}

void reply_read(struct reply *reply, int fd, int limit_ms)
{
	long long until = now_ms() + limit_ms;

	*reply = (struct reply){ .text = calloc(1, REPLY_MAX + 1) };
	if (!reply->text)
		die("memory");
	while (!is_whole(reply) && reply->len < REPLY_MAX) {
		struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
		long long left = until - now_ms();
		ssize_t got;

		if (left <= 0 || poll(&poll_fd, 1, (int)left) <= 0)
			break;
		got = recv(fd, reply->text + reply->len, REPLY_MAX - reply->len, 0);
		if (got <= 0) {
			reply->is_closed = true;
			break;
		}
		reply->len += (size_t)got;
	}
	if (strncmp(reply->text, "HTTP/1.", 7) == 0)
		reply->status = atoi(reply->text + 9);
	if (!reply->body)
		reply->body = reply->text + reply->len;
}

void gateway_raw(
	const struct gateway *gateway, const void *bytes, size_t len, int limit_ms, struct reply *reply)
{
	int fd = gateway_connect(gateway);
	const char *at = bytes;

	while (len > 0) {
		/* The other end may refuse in the middle of it. */
		ssize_t sent = send(fd, at, len, MSG_NOSIGNAL);

		if (sent <= 0)
			break;
		at += sent;
		len -= (size_t)sent;
	}
	reply_read(reply, fd, limit_ms);
	close(fd);
}

int gateway_ask(const struct gateway *gateway, const struct session *session, const char *method,
	const char *path, const char *body, const char *headers, struct reply *reply)
{
	struct reply own;
	char *text;
	int len, status;

	len = asprintf(&text, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n%s%s%s%s%s%s%s", method, path,
		gateway->port, session ? "Cookie: " : "", session ? session->cookie : "",
		session ? "\r\n" : "", session && session->csrf[0] ? "X-CSRF-Token: " : "",
		session && session->csrf[0] ? session->csrf : "", session && session->csrf[0] ? "\r\n" : "",
		headers ? headers : "");
	if (len < 0)
		die("memory");
	if (body) {
		char *with_body;

		len = asprintf(&with_body, "%s%sContent-Length: %zu\r\n\r\n%s", text,
			headers && strstr(headers, "Content-Type:") ? ""
								    : "Content-Type: application/json\r\n",
			strlen(body), body);
		free(text);
		text = with_body;
	} else {
		text = realloc(text, (size_t)len + 3);
		if (text)
			memcpy(text + len, "\r\n", 3);
		len += 2;
	}
	if (len < 0 || !text)
		die("memory");
	gateway_raw(gateway, text, (size_t)len, 10000, reply ? reply : &own);
	free(text);
	status = reply ? reply->status : own.status;
	if (!reply)
		free(own.text);
	return status;
}

const char *reply_member(const struct reply *reply, const char *name, char out[static 128])
{
	json_t *json = json_loads(reply->body, 0, NULL);
	const json_t *member = json_object_get(json, name);

	out[0] = '\0';
	if (json_is_string(member))
		snprintf(out, 128, "%s", json_string_value(member));
	else if (json_is_integer(member))
		snprintf(out, 128, "%lld", (long long)json_integer_value(member));
	json_decref(json);
	return out;
}

void gateway_log_in(struct gateway *gateway, const char *name, const char *password, struct session *session)
{
	static const char set_cookie[] = "\r\nSet-Cookie: ";
	char body[200], csrf[128];
	struct reply reply;
	const char *cookie;

	snprintf(body, sizeof(body), "{\"name\":\"%s\",\"password\":\"%s\"}", name, password);
	if (gateway_ask(gateway, NULL, "POST", "/api/session", body, NULL, &reply) != 200) {
		fprintf(stderr, "%s\n", reply.text);
		die("log-in failed");
	}
	cookie = strstr(reply.text, set_cookie);
	if (!cookie)
		die("no cookie");
	cookie += sizeof(set_cookie) - 1;
	snprintf(session->cookie, sizeof(session->cookie), "%.*s", (int)strcspn(cookie, ";\r"), cookie);
	snprintf(session->csrf, sizeof(session->csrf), "%s", reply_member(&reply, "csrf", csrf));
	free(reply.text);
}
