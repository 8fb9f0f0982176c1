/* words - prints every word that the code knows, "list word" a line, for comparison with the schemas' enums.
 */
#include <stdio.h>

#include "schemas/wire/message.h"

int main(void)
{
#define X(name, code, word) puts("trust " word);
	WIRE_TRUSTS(X)
#undef X
#define X(name, code, word, noise) puts("type " word);
	WIRE_EVENT_TYPES(X)
#undef X
#define X(name, code, word) puts("reason " word);
	WIRE_REASONS(X)
#undef X
#define X(name, word) puts("kind " word);
	WIRE_MODES(X)
#undef X
#define X(name, word) puts("what " word);
	WIRE_ACTIONS(X)
#undef X
#define X(name, word) puts("why " word);
	WIRE_WHYS(X)
#undef X
#define X(name, word) puts("door " word);
	WIRE_DOOR_STATES(X)
#undef X
#define X(name, word) puts("alarms " word);
	WIRE_ALARMS(X)
#undef X
	return 0;
}
