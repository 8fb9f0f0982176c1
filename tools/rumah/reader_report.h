/* reader_report - what `rumah reader test` says of a cable: sentences for people, an object for programs.
 * Counts and lengths only: neither holds a key or a card number. */
#ifndef RUMAH_READER_REPORT_H
#define RUMAH_READER_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "firmware/core/reader_test.h"

/* NULL: no memory. */
json_t *reader_report_json(const struct reader_test *test);
void reader_report_print(const struct reader_test *test, FILE *to);

#endif
