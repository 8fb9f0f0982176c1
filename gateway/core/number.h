/* number - the number of a request, to be said on the telephone: RG-7K3M-9Q.
 * Five random characters and a check character, which notices any one wrong character and any two swapped
 * neighbours. Alone it shows a state and nothing more. Pure. */
#ifndef RUMAH_GATEWAY_NUMBER_H
#define RUMAH_GATEWAY_NUMBER_H

#include <stdint.h>

#define NUMBER_CHARS 10 /* without the end mark */
#define NUMBER_RANDOM_BYTES 5

void number_make(char out[static NUMBER_CHARS + 1], const uint8_t random[static NUMBER_RANDOM_BYTES]);
/* Reads what a person typed (either case, with or without dashes, spaces and RG, O for 0, I or L for 1) into
 * the one spelling. 0, or -EINVAL with `out` untouched. */
int number_read(char out[static NUMBER_CHARS + 1], const char *text);

#endif
