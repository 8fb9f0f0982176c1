#include "tools/rumah/numbers.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tools/rumah/lang.h"

#define NUMBER_CHARS 10

int number_read(int64_t *out, const char *text, int64_t min, int64_t max)
{
	char *end;
	long long value;

	if (!isdigit((unsigned char)text[0]))
		return -EINVAL;
	errno = 0;
	value = strtoll(text, &end, 10);
	if (errno || *end || value < min || value > max)
		return -EINVAL;
	*out = value;
	return 0;
}

int number_option(const struct call *call, int64_t *out, const char *option, int64_t min, int64_t max)
{
	const char *text = args_option(&call->args, option);

	if (!text || number_read(out, text, min, max) == 0)
		return CALL_DONE;
	return call_fail(call, CALL_MISUSED, "usage",
		T("--%s: angka %lld sampai %lld", "--%s: a number from %lld to %lld"), option, (long long)min,
		(long long)max);
}

int number_word(const struct call *call, char out[static GATEWAY_PATH_MAX], size_t index)
{
	const char *text = args_word(&call->args, index);
	size_t i;

	for (i = 0; text[i] && i < NUMBER_CHARS; i++)
		out[i] = (char)toupper((unsigned char)text[i]);
	out[i] = 0;
	if (text[i] || i < NUMBER_CHARS || strncmp(out, "RG-", 3) != 0)
		return call_fail(call, CALL_MISUSED, "usage",
			T("\"%.40s\" bukan nomor permohonan (seperti RG-7K3M-9Q)",
				"\"%.40s\" is no request number (one looks like RG-7K3M-9Q)"),
			text);
	return CALL_DONE;
}
