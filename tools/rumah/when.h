/* when - times as people at a site write and read them. Pure: time and zone come in as values.
 *
 * Read: "14.00", "besok 09.00", "lusa 8.30", "senin 09:00" (the next one), "2026-11-24 09.00", "24/11/2026
 * 09.00", ISO 8601 with or without a zone ("2026-11-24T02:00Z"), "sekarang", and "+30m", "+2j", "+3h" (j and
 * h are hours, d is days). A time without a day is on the day of `base_ms`. */
#ifndef RUMAH_WHEN_H
#define RUMAH_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#define WHEN_MAX 48
#define WHEN_WIB 420 /* minutes: Asia/Jakarta, where most of the sites are */

/* "WIB", "WITA", "WIT", "UTC", "+07:00". 0, or -EINVAL. */
int when_zone(int *zone_min, const char *text);

/* 0, or -EINVAL. A time without a day that is before base_ms is on the day after when `is_end`: until 02.00.
 */
int when_read(int64_t *out_ms, const char *text, int64_t base_ms, int64_t now_ms, int zone_min, bool is_end);

/* "Sel 24 Nov 09.00" in the language of T(); with the year when it is not that of now_ms. */
void when_write(char out[static WHEN_MAX], int64_t at_ms, int64_t now_ms, int zone_min);
/* "Sel 24 Nov 09.00–11.00", or with both days when it ends on another. */
#define WHEN_SPAN_MAX (2 * WHEN_MAX + 8)
void when_write_span(
	char out[static WHEN_SPAN_MAX], int64_t from_ms, int64_t until_ms, int64_t now_ms, int zone_min);
/* "WIB", "WITA", "UTC+05:30" */
void when_write_zone(char out[static WHEN_MAX], int zone_min);
/* "24 Nov 09.00.31": of things whose second matters. */
void when_write_exact(char out[static WHEN_MAX], int64_t at_ms, int zone_min);
/* "3 dtk", "12 mnt", "5 jam", "2 hari" */
void when_write_age(char out[static WHEN_MAX], int64_t age_ms);

#endif
