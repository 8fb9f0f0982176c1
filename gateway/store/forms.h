/* forms - what requests say beyond unit and time, the lists they choose from, and letters: part of the store,
 * with its rules (store.h). */
#ifndef RUMAH_GATEWAY_STORE_FORMS_H
#define RUMAH_GATEWAY_STORE_FORMS_H

#include "gateway/core/civil.h"
#include "gateway/store/store.h"

struct store_choice {
	const char *list, *id, *name, *name_en;
	int position;
	bool is_active;
};
int store_choice_put(struct store *store, const struct store_choice *choice);
int store_choice_each(
	struct store *store, int (*row)(void *ctx, const struct store_choice *choice), void *ctx);
/* STORE_NONE: no such choice, or it is switched off. */
int store_choice_find(struct store *store, const char *list, const char *id);

/* By which of the list it was refused. */
int store_request_set_refusal(struct store *store, int64_t request, const char *refusal);

struct store_form {
	int64_t request;
	char applicant[12], programme[33]; /* "" where something is not said */
	char accessibility[STORE_TEXT_MAX + 1], equipment[STORE_TEXT_MAX + 1];
	int women, men; /* -1: not said */
	char nip[CIVIL_MASKED_SIZE], nuptk[CIVIL_MASKED_SIZE];
	char letter_way[8];
	char position[201], address[STORE_TEXT_MAX + 1], place[201], reference[201];
};
int store_form_put(struct store *store, const struct store_form *form); /* adds, or changes all of it */
int store_form_read(struct store *store, int64_t request, struct store_form *out);

struct store_letter {
	int64_t request;
	uint8_t hash[32];
	char type[8];
	int64_t bytes, at_ms;
};
int store_letter_put(struct store *store, const struct store_letter *letter); /* replaces the one before */
int store_letter_read(struct store *store, int64_t request, struct store_letter *out);
/* Whether any request has this file. */
int store_letter_is_known(struct store *store, const uint8_t hash[32], bool *is_known);
/* Bytes of all files, each once. */
int store_letter_total(struct store *store, int64_t *bytes);

#endif
