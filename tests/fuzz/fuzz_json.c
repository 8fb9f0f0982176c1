/* Our grammar against jansson's: what one takes for a JSON object, so does the other. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "schemas/wire/json.h"
#include "schemas/wire/refusal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_error_t error;
	json_t *theirs;
	int ours = json_check((const char *)data, size);

	/* A NUL behind a number is lost by jansson 2.14, which keeps the byte it puts back in a string's end.
	 */
	if (memchr(data, '\0', size)) {
		if (ours == 0)
			abort();
		return 0;
	}
	theirs = json_loadb((const char *)data, size, JSON_DECODE_INT_AS_REAL, &error);
	/* Numbers past a double are grammar all the same; depth is a bound of ours; an array is no message.
	 */
	if (ours == 0 && !theirs && json_error_code(&error) != json_error_numeric_overflow)
		abort();
	if (ours == WIRE_NOT_JSON && json_is_object(theirs))
		abort();
	json_decref(theirs);
	return 0;
}
