/* What a board writes to its card: bytes an event, and bytes an idle day, as the block device counts them, on
 * an ext4 of its own. A day goes by in the real core and journal; after each commit the file system is let
 * come to rest, as it does within seconds on a board, so that what it writes for itself is counted with it.
 */
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "firmware/door/journal.h"
#include "tests/bench/report.h"
#include "tests/bench/rows.h"
#include "tests/bench/world.h"

#define EVENTS 500
#define DAYS 3
#define DAY_MS (24 * UINT64_C(3600000))
#define PLAIN_BYTES 4096
#define SECTOR_BYTES 512

struct card {
	char dir[PATH_MAX], image[PATH_MAX];
	int fd; /* of dir */
	dev_t device;
};

static int run(const char *const *argv)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		broken("no process");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

#define RUN(...) run((const char *const[]){ __VA_ARGS__, NULL })

/* False where nothing may be mounted. tests/bench/run unmounts it. */
static bool insert_card(struct card *card)
{
	struct stat info;

	world_folder(card->dir, "wear");
	world_path(card->image, "wear.img");
	if (RUN("truncate", "--size=256M", card->image) != 0 ||
		RUN("mkfs.ext4", "-q", "-F", card->image) != 0 ||
		RUN("mount", "-o", "loop", card->image, card->dir) != 0)
		return false;
	card->fd = open(card->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (card->fd < 0 || fstat(card->fd, &info) < 0)
		broken("no card at %s", card->dir);
	card->device = info.st_dev;
	return true;
}

static double written_bytes(const struct card *card)
{
	unsigned long long sectors = 0;
	char path[64];
	FILE *file;

	if (syncfs(card->fd) < 0)
		broken("the card does not come to rest");
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/stat", major(card->device), minor(card->device));
	file = fopen(path, "r");
	if (!file || fscanf(file, "%*u %*u %*u %*u %*u %*u %llu", &sectors) != 1)
		broken("%s cannot be read", path);
	fclose(file);
	return (double)sectors * SECTOR_BYTES;
}

/* The least that can be made durable: a block that is there already, written over and flushed. */
static double limit_plain_bytes(const struct card *card)
{
	static char block[PLAIN_BYTES];
	char path[PATH_MAX + 8];
	double before;
	int fd;

	snprintf(path, sizeof(path), "%s/plain", card->dir);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || pwrite(fd, block, sizeof(block), 0) != sizeof(block))
		broken("no file at %s", path);
	before = written_bytes(card);
	for (int i = 0; i < EVENTS; i++) {
		if (pwrite(fd, block, sizeof(block), 0) != sizeof(block) || fdatasync(fd) < 0 ||
			syncfs(card->fd) < 0)
			broken("%s cannot be written", path);
	}
	before = written_bytes(card) - before;
	close(fd);
	unlink(path);
	return before / EVENTS;
}

static struct journal *open_journal(const struct card *card, const char *name)
{
	struct journal *journal;
	char path[PATH_MAX + 32];

	snprintf(path, sizeof(path), "%s/%s", card->dir, name);
	if (journal_open(&journal, path, NULL, "room-1", 1) != 0)
		broken("no journal at %s", path);
	return journal;
}

static void commit(const struct card *card, struct journal *journal, const struct board_orders *orders,
	struct board_input *stored)
{
	*stored = (struct board_input){ .kind = INPUT_STORED, .u.stored.token = orders->store_token };
	if (journal_add(journal, orders, NULL, 0) < 0 ||
		journal_commit(journal, &stored->u.stored.head, stored->u.stored.hash,
			&stored->u.stored.acked) < 0 ||
		syncfs(card->fd) < 0)
		broken("the journal does not take it");
}

static double bytes_an_event(const struct card *card)
{
	struct journal *journal = open_journal(card, "events.db");
	struct board_orders orders = { .event_count = 1, .store_token = 1 };
	struct board_input stored;
	double before = written_bytes(card);

	for (uint64_t i = 0; i < EVENTS; i++) {
		orders.events[0] = (struct wire_event){ .boot = 1,
			.mono_ms = i * 60000,
			.wall_ms = 1795600000000 + (int64_t)i * 60000,
			.bound_ms = 40,
			.trust = WIRE_TRUST_TRUSTED,
			.type = WIRE_EVENT_ACCESS_GRANTED,
			.reason = WIRE_REASON_CODE,
			.grant = "0123456789abcdef" };
		commit(card, journal, &orders, &stored);
	}
	before = written_bytes(card) - before;
	journal_close(journal);
	return before / EVENTS;
}

/* Nobody comes, and the gateway is away: the clock alone has something to store. The first days, while
 * SQLite's log still grows, and one like all that follow. */
static void bytes_of_idle_days(const struct card *card, double bytes[DAYS], unsigned *commits)
{
	static struct board_memory memory = { .log = 1, .floor_ms = 1795600000000 };
	const struct board_config config = { .grants_max = 16, .drift_ppm = 100 };
	struct board_input input = { .kind = INPUT_START, .u.start = { .boot = 1, .memory = &memory } };
	struct journal *journal = open_journal(card, "idle.db");
	struct board_orders orders;
	struct board *board;
	uint64_t now_ms = 1000;

	if (board_new(&board, &config) != 0)
		broken("no board core");
	for (unsigned day = 0; day < DAYS; day++) {
		double before = written_bytes(card);

		*commits = 0;
		while (now_ms < (day + 1) * DAY_MS) {
			board_step(board, now_ms, &input, &orders);
			while (orders.store_token != 0) {
				commit(card, journal, &orders, &input);
				board_step(board, now_ms, &input, &orders);
				++*commits;
			}
			now_ms = orders.wake_mono_ms > now_ms ? orders.wake_mono_ms : now_ms + 1;
			input = (struct board_input){ .kind = INPUT_TICK };
		}
		bytes[day] = written_bytes(card) - before;
	}
	board_free(board);
	journal_close(journal);
}

void row_wear(void)
{
	struct card card;
	unsigned commits;
	double plain, event, days[DAYS];
	char note[96];

	if (!insert_card(&card)) {
		printf("wear: left out: nothing may be mounted here\n");
		return;
	}
	plain = limit_plain_bytes(&card);
	event = bytes_an_event(&card);
	bytes_of_idle_days(&card, days, &commits);
	report_row(&(struct row){ "written to the card an event, one a commit, ext4", "KiB", event / 1024,
		NULL, "4 KiB written over and flushed", plain / 1024, GOAL_RATIO_AT_MOST, 4, NULL });
	/* A consumer card of 16 GB takes some 4 TB of small writes at an amplification of 16 before half its
	 * life is gone: 70 MB a day for ten years. A board where nobody comes may have a tenth of that. */
	snprintf(note, sizeof(note), "%u commits; the first day %.0f KiB", commits, days[0] / 1024);
	report_row(&(struct row){ "written to the card an idle day, ext4", "KiB", days[DAYS - 1] / 1024, NULL,
		"as many blocks written over and flushed", commits * plain / 1024, GOAL_AT_MOST, 7 * 1024,
		note });
	close(card.fd);
}
