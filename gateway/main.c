/* rumah-gateway - the centre of a house: rules, store, HTTP and the bus. This file reads the command line. */
#include <fcntl.h>
#include <getopt.h>
#include <malloc.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway/admin.h"
#include "gateway/daemon.h"

/* What one act has used is not given back and asked for again by the next: each page costs a fault, and an
 * approval took hundreds of them. */
#define HEAP_KEPT_BYTES (1 << 20)

static const char usage[] =
	"usage: rumah-gateway --config FILE [--init | --staff NAME --role ROLE]\n"
	"\n"
	"  --config FILE   the configuration; without more, the gateway runs\n"
	"  --init          makes the keys that are missing, prints the path of identity.pub\n"
	"  --staff NAME    adds a member of staff, or resets the password; prints it once\n"
	"  --role ROLE     desk, guard, manager, technician or auditor\n"
	"  --help, --version\n"
	"\n"
	"See rumah-gateway(8).\n";

struct options {
	const char *config, *staff, *role;
	bool is_init;
};

/* Returns -1, or the exit status that ends it here. */
static int read_options(struct options *options, int argc, char **argv)
{
	static const struct option known[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "init", no_argument, NULL, 'i' },
		{ "staff", required_argument, NULL, 's' },
		{ "role", required_argument, NULL, 'r' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option == 'c')
			options->config = optarg;
		else if (option == 'i')
			options->is_init = true;
		else if (option == 's')
			options->staff = optarg;
		else if (option == 'r')
			options->role = optarg;
		else if (option == 'h')
			return fputs(usage, stdout) < 0;
		else if (option == 'v')
			return printf("rumah-gateway %s\n", RUMAH_VERSION) < 0;
		else
			return 2;
	}
	if (optind == argc && options->config && !(options->is_init && options->staff) &&
		!options->staff == !options->role)
		return -1;
	fputs(usage, stderr);
	return 2;
}

/* Puts something behind descriptors 0 to 2, so that no file of ours is ever taken for them. */
static int fill_descriptors(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (fd < 0)
			return -1;
	} while (fd <= STDERR_FILENO);
	return close(fd);
}

/* Keys and digits pass through our memory: no core dump may hold them, and nobody may look in. */
static int keep_to_ourselves(void)
{
	const struct rlimit none = { 0, 0 };

	umask(077);
	signal(SIGPIPE, SIG_IGN);
	if (setrlimit(RLIMIT_CORE, &none) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ||
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return fill_descriptors();
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	struct config config;
	char why[160];
	int r = read_options(&options, argc, argv);

	if (r >= 0)
		return r;
	mallopt(M_TRIM_THRESHOLD, HEAP_KEPT_BYTES);
	if (keep_to_ourselves() < 0 || sodium_init() < 0) {
		perror("rumah-gateway: cannot start");
		return 1;
	}
	r = config_read(&config, options.config, why);
	if (r != 0) {
		fprintf(stderr, "rumah-gateway: %s: %s\n", options.config, r < 0 ? strerror(-r) : why);
		return 2;
	}
	if (options.is_init)
		return admin_init(&config);
	if (options.staff)
		return admin_staff(&config, options.staff, options.role);
	return daemon_run(&config);
}
