/* store_forms - see forms.h */
#include "gateway/store/forms.h"

#include <string.h>

#include "gateway/store/sql.h"

int store_choice_put(struct store *store, const struct store_choice *choice)
{
	return sql_run(store,
		"INSERT INTO choices (list, id, name, name_en, position, is_active) VALUES (?1, ?2, ?3, ?4, "
		"?5, ?6)"
		" ON CONFLICT (list, id) DO UPDATE SET name = ?3, name_en = ?4, position = ?5, is_active = "
		"?6",
		"ttttdd", choice->list, choice->id, choice->name, choice->name_en, choice->position,
		choice->is_active);
}

int store_choice_each(
	struct store *store, int (*row)(void *ctx, const struct store_choice *choice), void *ctx)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT list, id, name, name_en, position, is_active FROM choices ORDER BY list, position, "
		"id",
		"");

	while (r == 0 && (r = sql_next(store, st)) == 0) {
		struct store_choice choice = { sql_t(st, 0), sql_t(st, 1), sql_t(st, 2), sql_t(st, 3),
			sql_d(st, 4), sql_d(st, 5) };

		r = row(ctx, &choice);
		if (r != 0) {
			sql_rest(st);
			return r;
		}
	}
	return r == STORE_NONE ? 0 : r;
}

int store_choice_find(struct store *store, const char *list, const char *id)
{
	int64_t one;

	return sql_integer(store, &one, "SELECT 1 FROM choices WHERE list = ?1 AND id = ?2 AND is_active",
		"tt", list, id);
}

int store_request_set_refusal(struct store *store, int64_t request, const char *refusal)
{
	return sql_change(store, "UPDATE requests SET refusal = ?2 WHERE id = ?1", "it", request, refusal);
}

static const char *or_null(const char *text)
{
	return *text ? text : NULL;
}

int store_form_put(struct store *store, const struct store_form *form)
{
	return sql_run(store,
		"REPLACE INTO request_forms (request, applicant, programme, accessibility, equipment, women, "
		"men,"
		" nip, nuptk, letter_way, position, address, place, reference)"
		" VALUES (?1, ?2, ?3, ?4, ?5, nullif(?6, -1), nullif(?7, -1), ?8, ?9, ?10, ?11, ?12, ?13, "
		"?14)",
		"itttt"
		"ddtttt"
		"ttt",
		form->request, form->applicant, or_null(form->programme), or_null(form->accessibility),
		or_null(form->equipment), form->women, form->men, or_null(form->nip), or_null(form->nuptk),
		or_null(form->letter_way), or_null(form->position), or_null(form->address),
		or_null(form->place), or_null(form->reference));
}

int store_form_read(struct store *store, int64_t request, struct store_form *out)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT applicant, programme, accessibility, equipment, coalesce(women, -1), coalesce(men, "
		"-1), nip,"
		" nuptk, letter_way, position, address, place, reference FROM request_forms WHERE request = "
		"?1",
		"i", request);

	if (r == 0)
		r = sql_next(store, st);
	if (r != 0)
		return r;
	out->request = request;
	sql_text(out->applicant, sizeof(out->applicant), st, 0);
	sql_text(out->programme, sizeof(out->programme), st, 1);
	sql_text(out->accessibility, sizeof(out->accessibility), st, 2);
	sql_text(out->equipment, sizeof(out->equipment), st, 3);
	out->women = sql_d(st, 4);
	out->men = sql_d(st, 5);
	sql_text(out->nip, sizeof(out->nip), st, 6);
	sql_text(out->nuptk, sizeof(out->nuptk), st, 7);
	sql_text(out->letter_way, sizeof(out->letter_way), st, 8);
	sql_text(out->position, sizeof(out->position), st, 9);
	sql_text(out->address, sizeof(out->address), st, 10);
	sql_text(out->place, sizeof(out->place), st, 11);
	sql_text(out->reference, sizeof(out->reference), st, 12);
	sql_rest(st);
	return 0;
}

int store_letter_put(struct store *store, const struct store_letter *letter)
{
	return sql_run(store,
		"REPLACE INTO letters (request, hash, type, bytes, at_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
		"ibtii", letter->request, letter->hash, sizeof(letter->hash), letter->type, letter->bytes,
		letter->at_ms);
}

int store_letter_read(struct store *store, int64_t request, struct store_letter *out)
{
	sqlite3_stmt *st;
	int r = sql_query(
		store, &st, "SELECT hash, type, bytes, at_ms FROM letters WHERE request = ?1", "i", request);

	if (r == 0)
		r = sql_next(store, st);
	if (r != 0)
		return r;
	out->request = request;
	sql_blob(out->hash, sizeof(out->hash), st, 0);
	sql_text(out->type, sizeof(out->type), st, 1);
	out->bytes = sql_i(st, 2);
	out->at_ms = sql_i(st, 3);
	sql_rest(st);
	return 0;
}

int store_letter_is_known(struct store *store, const uint8_t hash[32], bool *is_known)
{
	int64_t one;
	int r = sql_integer(
		store, &one, "SELECT 1 FROM letters WHERE hash = ?1 LIMIT 1", "b", hash, (size_t)32);

	*is_known = r == 0;
	return r == STORE_NONE ? 0 : r;
}

int store_letter_total(struct store *store, int64_t *bytes)
{
	return sql_integer(store, bytes,
		"SELECT coalesce(sum(bytes), 0) FROM (SELECT max(bytes) AS bytes FROM letters GROUP BY hash)",
		"");
}
