/* sql - see sql.h */
#include "gateway/store/sql.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "schemas/wire/db.h"

/* What an SQLite code amounts to. Our own mistakes come as -EINVAL, which tells nobody what they were:
 * SQLite's words do, and hold none of what was bound. */
static int errno_of(struct store *store, int code)
{
	int r = db_errno(code);

	if (r == -EINVAL)
		fprintf(stderr, "store: a statement is not right: code=%d text=%s\n", code,
			sqlite3_errmsg(store->db));
	return r;
}

static int get_statement(struct store *store, sqlite3_stmt **out, const char *sql)
{
	uintptr_t key = (uintptr_t)sql;
	size_t i = (size_t)((key >> 3) * 0x9e3779b97f4a7c15u >> 32) % SQL_STATEMENTS;
	int code;

	while (store->slots[i].sql && store->slots[i].sql != sql)
		i = (i + 1) % SQL_STATEMENTS;
	if (!store->slots[i].sql) {
		code = sqlite3_prepare_v3(
			store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &store->slots[i].statement, NULL);
		if (code != SQLITE_OK)
			return errno_of(store, code);
		store->slots[i].sql = sql;
	}
	*out = store->slots[i].statement;
	assert(!sqlite3_stmt_busy(*out)); /* a callback walks its own list again */
	return 0;
}

static int bind(struct store *store, sqlite3_stmt *statement, const char *format, va_list args)
{
	int code = SQLITE_OK;

	for (int i = 1; *format && code == SQLITE_OK; format++, i++) {
		if (*format == 'i') {
			code = sqlite3_bind_int64(statement, i, va_arg(args, int64_t));
		} else if (*format == 'd') {
			code = sqlite3_bind_int64(statement, i, va_arg(args, int));
		} else if (*format == 't') {
			code = sqlite3_bind_text(statement, i, va_arg(args, const char *), -1, SQLITE_STATIC);
		} else {
			const void *bytes = va_arg(args, const void *);
			size_t len = va_arg(args, size_t);

			code = sqlite3_bind_blob64(statement, i, bytes, len, SQLITE_STATIC);
		}
	}
	return errno_of(store, code);
}

/* What a failed step amounts to, read before the statement is reset. */
static int answer_of(struct store *store, int code)
{
	if (code == SQLITE_CONSTRAINT_TRIGGER && strcmp(sqlite3_errmsg(store->db), "unit_taken") == 0)
		return STORE_TAKEN;
	if (code == SQLITE_CONSTRAINT_TRIGGER && strcmp(sqlite3_errmsg(store->db), "unit_closed") == 0)
		return STORE_CLOSED;
	if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY)
		return STORE_TWIN;
	return errno_of(store, code);
}

void sql_rest(sqlite3_stmt *statement)
{
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
}

static int query(struct store *store, sqlite3_stmt **out, const char *sql, const char *format, va_list args)
{
	int r = get_statement(store, out, sql);

	if (r < 0)
		return r;
	r = bind(store, *out, format, args);
	if (r < 0)
		sql_rest(*out);
	return r;
}

int sql_query(struct store *store, sqlite3_stmt **out, const char *sql, const char *format, ...)
{
	va_list args;
	int r;

	va_start(args, format);
	r = query(store, out, sql, format, args);
	va_end(args);
	return r;
}

int sql_next(struct store *store, sqlite3_stmt *statement)
{
	int code = sqlite3_step(statement);
	int r;

	if (code == SQLITE_ROW)
		return 0;
	r = code == SQLITE_DONE ? STORE_NONE : answer_of(store, code);
	sql_rest(statement);
	return r;
}

static int finish(struct store *store, sqlite3_stmt *statement)
{
	int r;

	do {
		r = sql_next(store, statement);
	} while (r == 0);
	return r == STORE_NONE ? 0 : r;
}

int sql_run(struct store *store, const char *sql, const char *format, ...)
{
	sqlite3_stmt *statement;
	va_list args;
	int r;

	va_start(args, format);
	r = query(store, &statement, sql, format, args);
	va_end(args);
	return r < 0 ? r : finish(store, statement);
}

int sql_change(struct store *store, const char *sql, const char *format, ...)
{
	sqlite3_stmt *statement;
	va_list args;
	int r;

	va_start(args, format);
	r = query(store, &statement, sql, format, args);
	va_end(args);
	if (r == 0)
		r = finish(store, statement);
	return r == 0 && sqlite3_changes(store->db) == 0 ? STORE_NONE : r;
}

int sql_integer(struct store *store, int64_t *value, const char *sql, const char *format, ...)
{
	sqlite3_stmt *statement = NULL;
	va_list args;
	int r;

	va_start(args, format);
	r = query(store, &statement, sql, format, args);
	va_end(args);
	if (r == 0)
		r = sql_next(store, statement);
	if (r != 0)
		return r;
	r = sqlite3_column_type(statement, 0) == SQLITE_NULL ? STORE_NONE : 0;
	*value = sql_i(statement, 0);
	sql_rest(statement);
	return r;
}

int64_t sql_i(sqlite3_stmt *statement, int column)
{
	return sqlite3_column_int64(statement, column);
}

int sql_d(sqlite3_stmt *statement, int column)
{
	return sqlite3_column_int(statement, column);
}

const char *sql_t(sqlite3_stmt *statement, int column)
{
	return (const char *)sqlite3_column_text(statement, column);
}

void sql_text(char *out, size_t size, sqlite3_stmt *statement, int column)
{
	const char *text = sql_t(statement, column);
	size_t len = text ? strnlen(text, size - 1) : 0;

	if (len > 0)
		memcpy(out, text, len);
	out[len] = '\0';
}

void sql_blob(void *out, size_t len, sqlite3_stmt *statement, int column)
{
	const void *bytes = sqlite3_column_blob(statement, column);

	if (bytes && (size_t)sqlite3_column_bytes(statement, column) == len)
		memcpy(out, bytes, len);
	else
		memset(out, 0, len);
}
