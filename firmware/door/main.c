/* rumah-door: decides at one door. Wires the parts together and decides nothing; see rumah-door(8). */
#include <errno.h>
#include <getopt.h>
#include <malloc.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "firmware/door/doorman.h"
#include "firmware/door/mounts.h"
#include "firmware/edge/harden.h"
#include "firmware/edge/log.h"
#include "firmware/edge/notify.h"
#include "firmware/edge/paths.h"
#include "schemas/wire/keyfile.h"

#define EXIT_CONFIG 78 /* as in sysexits(3): starting again will not help */

static const char usage[] =
	"usage: rumah-door --config FILE              run the door\n"
	"       rumah-door --keys-only --config FILE  make its keys if need be, print where the public ones "
	"are\n"
	"       rumah-door --check --config FILE      read the whole journal and say whether it is sound\n"
	"       rumah-door --help | --version\n";

struct options {
	const char *config;
	bool is_keys_only, is_check;
};

struct program {
	struct config config;
	struct identity identity, gateway;
	struct inbox inbox;
	struct recall recall;
	struct board *board;
	struct doorman *doorman;
	uv_loop_t loop;
	uv_signal_t term, interrupt;
	uv_timer_t watchdog;
	int lock_fd;
};

/* Returns 0 to go on, or what the program exits with, less than 0 for success. */
static int read_options(struct options *options, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "keys-only", no_argument, NULL, 'k' },
		{ "check", no_argument, NULL, 'C' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "c:kChv", longs, NULL)) != -1) {
		if (option == 'c') {
			options->config = optarg;
		} else if (option == 'k') {
			options->is_keys_only = true;
		} else if (option == 'C') {
			options->is_check = true;
		} else if (option == 'h') {
			fputs(usage, stdout);
			return -1;
		} else if (option == 'v') {
			puts("rumah-door " RUMAH_VERSION);
			return -1;
		} else {
			fputs(usage, stderr);
			return EXIT_CONFIG;
		}
	}
	if (!options->config || optind < argc) {
		fputs(usage, stderr);
		return EXIT_CONFIG;
	}
	return 0;
}

static int read_config(struct config *config, const char *path)
{
	char message[CONFIG_MESSAGE_MAX];
	int r = door_config_read(config, path, message);

	if (r < 0)
		log_line(LOG_ERROR, "config: refused: %s", message);
	return r < 0 ? EXIT_CONFIG : 0;
}

static const char *keyfile_word(int r)
{
	if (r == KEYFILE_TOO_OPEN)
		return "others can read it";
	return r == KEYFILE_MALFORMED ? "malformed, or one of two is lost" : strerror(-r);
}

static int take_folder(struct program *program)
{
	char path[PATH_MAX];
	int r = path_make_dir(program->config.dir);

	if (r == 0)
		r = path_join(path, program->config.dir, "lock");
	if (r == 0)
		r = path_lock(path);
	if (r == -EWOULDBLOCK) {
		log_line(LOG_ERROR, "main: another rumah-door has this folder: dir=%.200s",
			program->config.dir);
		return EXIT_FAILURE;
	}
	/* A folder that takes no file any more (a card gone read-only) must not stop a door that has its
	 * keys. */
	if (r < 0)
		log_line(LOG_ALARM, "main: folder not locked: dir=%.200s error=%s", program->config.dir,
			strerror(-r));
	program->lock_fd = r;
	return 0;
}

static int load_identity(struct program *program, char dir[static PATH_MAX])
{
	int r = path_join(dir, program->config.dir, "keys");

	if (r == 0)
		r = path_make_dir(dir);
	if (r == 0 || r == -EROFS)
		r = identity_load_or_make(&program->identity, dir);
	if (r == 0)
		return 0;
	log_line(LOG_ERROR, "main: keys not to be had: dir=%.200s reason=%s", dir, keyfile_word(r));
	return EXIT_FAILURE;
}

static int show_keys(struct program *program)
{
	char dir[PATH_MAX];
	int r = path_make_dir(program->config.dir);

	if (r < 0) {
		log_line(
			LOG_ERROR, "main: no folder: dir=%.200s error=%s", program->config.dir, strerror(-r));
		return EXIT_FAILURE;
	}
	r = load_identity(program, dir);
	if (r == 0)
		printf("%s/identity.pub\n", dir);
	return r;
}

static int check_journal(const struct config *config)
{
	struct journal *journal;
	char path[PATH_MAX], risk[MOUNT_RISK_MAX];
	int r = path_join(path, config->dir, "journal.db");

	if (r == 0)
		r = journal_open(&journal, path, NULL, config->board, 1);
	if (r == 0) {
		r = journal_check(journal);
		journal_close(journal);
	}
	if (r == JOURNAL_CORRUPT)
		puts("journal: damaged");
	else if (r == 0)
		puts("journal: sound");
	else
		printf("journal: cannot be read: %s\n",
			r < 0 ? strerror(-r) : "another board's, or a newer program's");
	mount_look(config->dir, risk);
	if (risk[0])
		printf("disk: a power cut may spoil what is stored: %s\n", risk);
	return r == 0 && !risk[0] ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int make_board(struct program *program)
{
	const struct config *config = &program->config;
	struct board_config board = { .grants_max = WIRE_GRANTS_MAX, .drift_ppm = 100 };
	struct wire_board_keys keys;
	int r;

	board.hardware = door_config_hardware(config);
	r = identity_read_public(&program->gateway, config->gateway);

	if (r != 0) {
		log_line(LOG_ERROR, "main: no key of the gateway: file=%.200s reason=%s", config->gateway,
			keyfile_word(r));
		return EXIT_CONFIG;
	}
	r = wire_board_keys(&keys, program->identity.agree_secret, program->gateway.agree_public,
		program->identity.agree_public, program->gateway.agree_public);
	if (r < 0) {
		log_line(LOG_ERROR, "main: the gateway's key is no key: file=%.200s", config->gateway);
		return EXIT_CONFIG;
	}
	memcpy(board.tag_key, keys.tag_key, sizeof(board.tag_key));
	randombytes_buf(board.seed, sizeof(board.seed));
	r = board_new(&program->board, &board);
	sodium_memzero(&keys, sizeof(keys));
	sodium_memzero(&board, sizeof(board));
	if (r == 0)
		r = inbox_init(&program->inbox, config->site, config->board, program->gateway.sign_public,
			WIRE_GRANTS_MAX);
	if (r < 0)
		log_line(LOG_ERROR, "main: no memory");
	return r < 0 ? EXIT_FAILURE : 0;
}

static int open_memory(struct program *program)
{
	int r = recall_open(&program->recall, &program->inbox, program->config.dir, program->config.board);
	char risk[MOUNT_RISK_MAX];

	mount_look(program->config.dir, risk);
	if (risk[0])
		log_line(LOG_WARNING, "main: a power cut may spoil what is stored: dir=%.200s mount=%s",
			program->config.dir, risk);
	if (r == JOURNAL_TOO_NEW)
		log_line(LOG_ERROR, "main: the journal is a newer program's: nothing is guessed");
	else if (r == JOURNAL_FOREIGN)
		log_line(LOG_ERROR, "main: the journal is another board's or another program's");
	else if (r < 0)
		log_line(LOG_ERROR, "main: no journal: error=%s", strerror(-r));
	return r == 0 ? 0 : r > 0 ? EXIT_CONFIG : EXIT_FAILURE;
}

static void on_signal(uv_signal_t *signal, int number)
{
	log_line(LOG_INFO, "main: told to stop: signal=%d", number);
	uv_stop(signal->loop);
}

static void on_watchdog(uv_timer_t *timer)
{
	struct program *program = timer->data;

	if (doorman_is_alive(program->doorman))
		notify_watchdog();
	else
		log_line(LOG_ALARM, "main: the strike's guard does not answer");
}

static void watch_signals(struct program *program)
{
	uint64_t watchdog_ms = notify_watchdog_ms();

	uv_signal_init(&program->loop, &program->term);
	uv_signal_init(&program->loop, &program->interrupt);
	uv_timer_init(&program->loop, &program->watchdog);
	program->watchdog.data = program;
	uv_signal_start(&program->term, on_signal, SIGTERM);
	uv_signal_start(&program->interrupt, on_signal, SIGINT);
	if (watchdog_ms > 0)
		uv_timer_start(&program->watchdog, on_watchdog, 0, watchdog_ms / 3 + 1);
}

static int run(struct program *program)
{
	struct doorman_parts parts = {
		.config = &program->config,
		.inbox = &program->inbox,
		.outbox = { .sign_secret = program->identity.sign_secret },
		.board = program->board,
		.recall = &program->recall,
	};
	int r;

	memcpy(parts.outbox.site, program->config.site, sizeof(parts.outbox.site));
	memcpy(parts.outbox.board, program->config.board, sizeof(parts.outbox.board));
	randombytes_buf(&parts.boot, sizeof(parts.boot));
	r = uv_loop_init(&program->loop);
	if (r < 0) {
		journal_close(program->recall.journal);
		return EXIT_FAILURE;
	}
	r = doorman_open(&program->doorman, &program->loop, &parts);
	if (r == 0) {
		watch_signals(program);
		notify_ready();
		log_line(LOG_INFO, "main: at the door: board=%s version=" RUMAH_VERSION,
			program->config.board);
		malloc_trim(0); /* what the start needed and nobody needs again */
		uv_run(&program->loop, UV_RUN_DEFAULT);
		notify_stopping();
		doorman_close(program->doorman);
		uv_close((uv_handle_t *)&program->term, NULL);
		uv_close((uv_handle_t *)&program->interrupt, NULL);
		uv_close((uv_handle_t *)&program->watchdog, NULL);
	}
	uv_run(&program->loop, UV_RUN_DEFAULT); /* closes what is closing */
	uv_loop_close(&program->loop);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int open_door(struct program *program)
{
	char keys[PATH_MAX];
	int r = take_folder(program);

	if (r == 0)
		r = load_identity(program, keys);
	if (r == 0)
		r = make_board(program);
	if (r == 0)
		r = open_memory(program);
	if (r == 0)
		r = run(program);
	board_free(program->board);
	inbox_deinit(&program->inbox);
	return r;
}

/* One arena and a fixed threshold: what is large is mapped, and given back when it is freed. Three threads
 * in the pool: one may hang on a card and one check a snapshot while the third stretches a code. */
static int set_up_process(void)
{
	mallopt(M_ARENA_MAX, 1);
	mallopt(M_MMAP_THRESHOLD, 64 * 1024);
	if (setenv("UV_THREADPOOL_SIZE", "3", 1) < 0)
		return -errno;
	return sodium_init() < 0 ? -ENOSYS : harden_process();
}

int main(int argc, char **argv)
{
	static struct program program;
	struct options options = { 0 };
	int r = read_options(&options, argc, argv);

	if (r != 0)
		return r < 0 ? EXIT_SUCCESS : r;
	r = set_up_process();
	if (r < 0) {
		log_line(LOG_ERROR, "main: cannot be set up: error=%s", strerror(-r));
		return EXIT_FAILURE;
	}
	program.lock_fd = -1;
	r = read_config(&program.config, options.config);
	if (r == 0 && options.is_keys_only)
		r = show_keys(&program);
	else if (r == 0 && options.is_check)
		r = check_journal(&program.config);
	else if (r == 0)
		r = open_door(&program);
	sodium_memzero(&program, sizeof(program));
	return r;
}
