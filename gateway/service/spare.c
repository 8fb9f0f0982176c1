/* spare - codes and their slow hashes, made ahead; see service.h */
#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "gateway/core/codes.h"
#include "gateway/service/inside.h"

/* One approval rarely has more people than this; what is short is made on the spot. */
#define WANTED 8

void service_spare_wanted(const struct service *service, unsigned *short_codes, unsigned *long_codes,
	struct wire_settings *settings)
{
	*short_codes = service->short_count < WANTED ? WANTED - service->short_count : 0;
	*long_codes = service->long_count < WANTED ? WANTED - service->long_count : 0;
	*settings = service->site.settings;
}

int service_spare_make(struct service_spare *out, unsigned digits, const struct wire_settings *settings,
	void (*random)(void *ctx, void *buf, size_t len), void *ctx)
{
	int r;

	codes_make(out->digits, digits, random, ctx);
	out->count = (uint8_t)digits;
	r = wire_stretch(out->s, out->digits, digits, settings);
	if (r == 0 && digits == WIRE_LONG_CODE)
		r = wire_stretch(out->edges[0], out->digits, SERVICE_CODE_DIGITS, settings);
	if (r == 0 && digits == WIRE_LONG_CODE)
		r = wire_stretch(out->edges[1], out->digits + digits - SERVICE_CODE_DIGITS,
			SERVICE_CODE_DIGITS, settings);
	if (r != 0)
		sodium_memzero(out, sizeof(*out));
	return r;
}

void service_spare_put(struct service *service, struct service_spare *spare)
{
	if (spare->count == WIRE_LONG_CODE && service->long_count < SPARES_MAX)
		service->long_spares[service->long_count++] = *spare;
	else if (spare->count == SERVICE_CODE_DIGITS && service->short_count < SPARES_MAX)
		service->short_spares[service->short_count++] = *spare;
	sodium_memzero(spare, sizeof(*spare));
}

int spare_take(struct service *service, struct service_spare *out, unsigned digits)
{
	bool is_long = digits == WIRE_LONG_CODE;
	struct service_spare *list = is_long ? service->long_spares : service->short_spares;
	unsigned *count = is_long ? &service->long_count : &service->short_count;

	if (*count == 0)
		return service_spare_make(
			out, digits, &service->site.settings, service->config.random, service->config.ctx);
	*out = list[--*count];
	sodium_memzero(&list[*count], sizeof(*list));
	return 0;
}
