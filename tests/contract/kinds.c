/* kinds - prints what the code says of each kind of message, one a line, for comparison with asyncapi.yaml:
 * word, down|up, retained|passing, sealed|plain, the most bytes. */
#include <stdio.h>

#include "schemas/wire/topic.h"

int main(void)
{
	for (unsigned kind = 0; kind < WIRE_KIND_COUNT; kind++) {
		const struct wire_kind_info *info = wire_kind_info(kind);

		printf("%s %s %s %s %zu\n", info->word, info->is_from_gateway ? "down" : "up",
			info->is_retained ? "retained" : "passing", info->is_sealed ? "sealed" : "plain",
			info->bytes_max);
	}
	return 0;
}
