/* civil - the numbers of civil servants and teachers, which may be told, and that of every citizen, which may
 * not.
 *
 *   NIP, NI PPPK  18 digits: birth date YYYYMMDD, then six whose meaning depends on the kind, sex 1 or 2,
 * serial NUPTK         16 digits; the eleventh says 2 (man) or 3 (woman) NIK           16 digits: region 6,
 * birth date DDMMYY (DD + 40 for women), serial; nobody asks for it here
 *
 * Pure. */
#ifndef RUMAH_GATEWAY_CIVIL_H
#define RUMAH_GATEWAY_CIVIL_H

#include <stdbool.h>
#include <stddef.h>

#define CIVIL_MASKED_SIZE 12 /* 1980…005 and the end mark */

/* 18 digits, spaces between them allowed, that begin with a birth date between 1930 and 2019. */
bool civil_is_nip(const char *text);
/* 16 digits, spaces between them allowed, that are no NIK by their shape. */
bool civil_is_nuptk(const char *text);
/* Whether a run of exactly 16 digits stands in the text, spaces, dots and hyphens between them not counted:
 * so people write a NIK. */
bool civil_holds_nik(const char *text);
/* What is kept and shown of a number that is one: its first four and its last three digits. */
void civil_mask(char out[static CIVIL_MASKED_SIZE], const char *number);

#endif
