/* config - the gateway's configuration file.
 *
 *   [gateway]  site, database, keys
 *   [http]     address, port, public_url, behind_proxy, connections_per_address
 *   [broker]   host, port, ca, cert, key
 *   [letters]  folder, quota_mib
 *   [codes]    argon_mem_kib, argon_passes      of a new site; an old one has its own in the database
 *
 * Every key stands at most once; one that is unknown, doubled or out of its bounds is refused with its line:
 * a misspelt key must not leave a default at work that nobody chose. man/rumah-gateway.8 says what each
 * means. */
#ifndef RUMAH_GATEWAY_CONFIG_H
#define RUMAH_GATEWAY_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#define CONFIG_VALUE_SIZE 192 /* inih reads lines of 199 bytes */
#define CONFIG_BYTES_MAX (64 << 10)

struct config {
	char site[33];
	char database[CONFIG_VALUE_SIZE], keys[CONFIG_VALUE_SIZE]; /* a file, a folder */
	char address[46];
	uint16_t port;
	char public_url[96];
	bool is_behind_proxy;
	unsigned per_address;
	char host[CONFIG_VALUE_SIZE];
	uint16_t broker_port;
	char ca[CONFIG_VALUE_SIZE], cert[CONFIG_VALUE_SIZE], key[CONFIG_VALUE_SIZE]; /* "": plain TCP */
	char letters[CONFIG_VALUE_SIZE]; /* "": the folder `letters` beside the database */
	uint32_t letters_mib;
	uint32_t argon_mem_kib, argon_passes;
};

/* Reads the file. Returns 0; 1 with a sentence in `why` (it may name the line); or -errno. */
int config_read(struct config *out, const char *path, char why[static 160]);

#endif
