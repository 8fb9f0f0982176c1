#include "gateway/admin.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "gateway/core/roles.h"
#include "gateway/daemon.h"
#include "gateway/http/passwords.h"
#include "gateway/keys.h"
#include "gateway/wallclock.h"

int admin_init(const struct config *config)
{
	if (keys_make(config->keys) < 0)
		return 1;
	printf("%s/identity.pub\n", config->keys);
	return fflush(stdout) == 0 ? 0 : 1;
}

static void publish_nothing(void *ctx, const char *board, enum wire_kind kind, const char *msg, size_t len)
{
	(void)ctx, (void)board, (void)kind, (void)msg, (void)len;
}

static void tell_nobody(void *ctx, uint64_t seq, const char *what, const json_t *json)
{
	(void)ctx, (void)seq, (void)what, (void)json;
}

static int put(const struct config *config, const char *name, const char *role, const char *hash)
{
	struct service_config with = { .publish = publish_nothing, .changed = tell_nobody };
	const struct service_actor actor = { .name = "root", .role = "manager" };
	struct service_problem problem = { 0 };
	struct service *service;
	struct keys keys;
	int r;

	if (daemon_open_service(&service, &keys, config, &with) < 0)
		return -1;
	r = service_staff_put(service, &actor, wallclock_ms(), name, role, hash, &problem);
	service_close(service);
	sodium_memzero(&keys, sizeof(keys));
	if (r != 0)
		fprintf(stderr, "rumah-gateway: --staff: field=%s reason=%s\n", problem.field,
			r < 0 ? strerror(-r) : problem.text);
	return r == 0 ? 0 : -1;
}

int admin_staff(const struct config *config, const char *name, const char *role)
{
	char password[PASSWORDS_MADE_SIZE];
	char hash[crypto_pwhash_STRBYTES];
	int r;

	if (!role_is_known(role)) {
		fprintf(stderr,
			"rumah-gateway: --role is one of desk, guard, manager, technician, auditor\n");
		return 2;
	}
	passwords_make(password);
	r = passwords_hash_now(hash, password);
	if (r < 0)
		fprintf(stderr, "rumah-gateway: --staff: reason=%s\n", strerror(-r));
	else
		r = put(config, name, role, hash);
	if (r == 0)
		printf("%s (%s) logs in with this password, shown once: %s\n", name, role, password);
	sodium_memzero(password, sizeof(password));
	sodium_memzero(hash, sizeof(hash));
	return r == 0 && fflush(stdout) == 0 ? 0 : 1;
}
