#include "tests/bench/centre.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/samples.h"
#include "tests/bench/world.h"
#include "tests/system/lib/process.h"

#define MANAGER "penguji"

/* The last line that a run of rumah-gateway prints. */
static void ask(const struct centre *centre, char *answer, size_t size, char *const more[])
{
	char program[PATH_MAX];
	char *argv[8] = { program, (char[]){ "--config" }, (char[PATH_MAX]){ 0 } };
	int ends[2], status;
	FILE *out;
	pid_t pid;

	snprintf(program, sizeof(program), "%.4000s/gateway/rumah-gateway", world()->programs);
	snprintf(argv[2], PATH_MAX, "%s", centre->config);
	for (size_t i = 0; more[i]; i++)
		argv[3 + i] = more[i];
	if (pipe(ends) < 0)
		broken("no pipe");
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		execv(program, argv);
		_exit(127);
	}
	close(ends[1]);
	out = fdopen(ends[0], "r");
	answer[0] = '\0';
	while (out && fgets(answer, (int)size, out))
		answer[strcspn(answer, "\n")] = '\0';
	if (!out || waitpid(pid, &status, 0) != pid || status != 0 || !answer[0])
		broken("rumah-gateway %s does not work", more[0]);
	fclose(out);
}

static int free_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
		getsockname(fd, (struct sockaddr *)&address, &len) < 0)
		broken("no free port");
	close(fd);
	return ntohs(address.sin_port);
}

static size_t keep(char *bytes, size_t size, size_t count, void *ctx)
{
	json_t **text = ctx;
	json_t *more = json_stringn(bytes, size * count);

	if (*text) {
		json_t *whole = json_sprintf("%s%s", json_string_value(*text), json_string_value(more));

		json_decref(more);
		json_decref(*text);
		more = whole;
	}
	*text = more;
	return more ? size * count : 0;
}

static struct curl_slist *headers(const struct centre *centre)
{
	struct curl_slist *list = curl_slist_append(NULL, "Content-Type: application/json");
	char csrf[128];

	if (!centre->csrf[0])
		return list;
	snprintf(csrf, sizeof(csrf), "X-CSRF-Token: %s", centre->csrf);
	return curl_slist_append(list, csrf);
}

static void address(CURL *curl, const struct centre *centre, const char *path)
{
	char url[512];

	snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", centre->port, path);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
}

static json_t *exchange(struct centre *centre, const char *from, const char *path, const char *body)
{
	struct curl_slist *list = headers(centre);
	json_t *text = NULL, *answer;
	long status = 0;
	CURLcode r;

	curl_easy_reset(centre->curl);
	address(centre->curl, centre, path);
	curl_easy_setopt(centre->curl, CURLOPT_COOKIEFILE, ""); /* keeps what log-in sets */
	curl_easy_setopt(centre->curl, CURLOPT_TIMEOUT, 30L);
	curl_easy_setopt(centre->curl, CURLOPT_HTTPHEADER, list);
	curl_easy_setopt(centre->curl, CURLOPT_WRITEFUNCTION, keep);
	curl_easy_setopt(centre->curl, CURLOPT_WRITEDATA, &text);
	if (from)
		curl_easy_setopt(centre->curl, CURLOPT_INTERFACE, from);
	if (body)
		curl_easy_setopt(centre->curl, CURLOPT_POSTFIELDS, body);
	r = curl_easy_perform(centre->curl);
	curl_easy_getinfo(centre->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_slist_free_all(list);
	if (r != CURLE_OK || status / 100 != 2)
		broken("%s: %s, status %ld: %s", path, curl_easy_strerror(r), status,
			text ? json_string_value(text) : "");
	answer = text ? json_loads(json_string_value(text), 0, NULL) : NULL;
	json_decref(text);
	return answer;
}

json_t *centre_post(struct centre *centre, const char *from, const char *path, json_t *body)
{
	char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
	json_t *answer;

	if (!text)
		broken("no memory");
	answer = exchange(centre, from, path, text);
	free(text);
	json_decref(body);
	return answer;
}

json_t *centre_get(struct centre *centre, const char *path)
{
	return exchange(centre, NULL, path, NULL);
}

void centre_add_unit(struct centre *centre, const char *id)
{
	json_decref(centre_post(centre, NULL, "/api/units",
		json_pack("{s:s, s:s, s:s, s:i}", "id", id, "name", id, "kind", "room", "capacity", 20)));
}

void centre_add_board(struct centre *centre, const char *id, const char *unit, const uint8_t sign_public[32],
	const uint8_t agree_public[32])
{
	char sign[sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_ORIGINAL)], agree[sizeof(sign)];

	sodium_bin2base64(sign, sizeof(sign), sign_public, 32, sodium_base64_VARIANT_ORIGINAL);
	sodium_bin2base64(agree, sizeof(agree), agree_public, 32, sodium_base64_VARIANT_ORIGINAL);
	json_decref(centre_post(centre, NULL, "/api/boards",
		json_pack("{s:s, s:s, s:s, s:s, s:[s]}", "id", id, "name", id, "sign", sign, "agree", agree,
			"units", unit)));
}

static void write_config(struct centre *centre, const char *dir)
{
	char keys[PATH_MAX];

	world_folder(keys, "gateway-keys");
	centre->port = free_port();
	snprintf(centre->config, sizeof(centre->config), "%.4000s/gateway.ini", dir);
	snprintf(centre->database, sizeof(centre->database), "%.4000s/gateway.db", dir);
	file_write(centre->config,
		"[gateway]\nsite = %s\ndatabase = %s\nkeys = %s\n[http]\nport = %d\n[broker]\nhost = "
		"127.0.0.1\n"
		"port = %d\nca = %s/ca.crt\ncert = %s/client/gateway.crt\nkey = %s/client/gateway.key\n",
		SITE, centre->database, keys, centre->port, world()->port, world()->site_dir,
		world()->site_dir, world()->site_dir);
}

static bool is_listening(const struct centre *centre)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)centre->port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool is_there = connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0;

	close(fd);
	return is_there;
}

static void start(struct centre *centre, const char *dir)
{
	char log[PATH_MAX];

	snprintf(log, sizeof(log), "%.4000s/gateway.log", dir);
	centre->pid = program_start("gateway/rumah-gateway", centre->config, log);
	for (int i = 0; i < 1000 && !is_listening(centre); i++) {
		if (!process_is_alive(centre->pid))
			broken("rumah-gateway does not start: see %s", log);
		nap_ms(10);
	}
}

static void log_in(struct centre *centre, const char *password)
{
	struct curl_slist *cookies = NULL;
	const char *csrf, *value;
	json_t *session = centre_post(
		centre, NULL, "/api/session", json_pack("{s:s, s:s}", "name", MANAGER, "password", password));

	csrf = json_string_value(json_object_get(session, "csrf"));
	curl_easy_getinfo(centre->curl, CURLINFO_COOKIELIST, &cookies);
	value = cookies ? strrchr(cookies->data, '\t') : NULL;
	if (!csrf || !value)
		broken("rumah-gateway lets nobody in");
	snprintf(centre->csrf, sizeof(centre->csrf), "%s", csrf);
	snprintf(centre->cookie, sizeof(centre->cookie), "rumah=%s", value + 1);
	curl_slist_free_all(cookies);
	json_decref(session);
}

void centre_open(struct centre *centre, const char *dir)
{
	char answer[PATH_MAX], *password;

	*centre = (struct centre){ .curl = curl_easy_init() };
	if (!centre->curl)
		broken("no memory");
	write_config(centre, dir);
	ask(centre, answer, sizeof(answer), (char *[]){ (char[]){ "--init" }, NULL });
	ask(centre, answer, sizeof(answer),
		(char *[]){ (char[]){ "--staff" }, (char[]){ MANAGER }, (char[]){ "--role" },
			(char[]){ "manager" }, NULL });
	password = strrchr(answer, ' ');
	start(centre, dir);
	log_in(centre, password ? password + 1 : "");
}

void centre_close(struct centre *centre)
{
	if (centre->pid)
		process_end(centre->pid, SIGTERM);
	curl_easy_cleanup(centre->curl);
	*centre = (struct centre){ 0 };
}
