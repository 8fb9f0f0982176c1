/* store_site - the site's row and its units; see store.h */
#include <assert.h>
#include <string.h>

#include "gateway/store/sql.h"

static int read_holidays(struct store *store, struct wire_settings *settings)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st, "SELECT from_ms, until_ms FROM holidays ORDER BY from_ms DESC LIMIT ?1",
		"d", WIRE_HOLIDAYS_MAX);

	settings->holiday_count = 0;
	while (r == 0 && (r = sql_next(store, st)) == 0)
		settings->holidays[settings->holiday_count++] =
			(struct wire_span){ sql_i(st, 0), sql_i(st, 1) };
	/* The board wants them in order of time; the newest are the ones that still matter. */
	for (uint32_t i = 0, j = settings->holiday_count; i + 1 < j; i++) {
		struct wire_span span = settings->holidays[--j];

		settings->holidays[j] = settings->holidays[i];
		settings->holidays[i] = span;
	}
	return r == STORE_NONE ? 0 : r;
}

int store_site_read(struct store *store, struct store_site *out)
{
	struct wire_settings *settings = &out->settings;
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT name, starts, strike_ms, strike_extended_ms, held_open_ms, inter_key_ms,"
		" zone_min, rex_releases, argon_salt, argon_mem_kib, argon_passes, pre_alarm_ms"
		" FROM site",
		"");

	if (r == 0)
		r = sql_next(store, st);
	if (r != 0)
		return r;
	memset(out, 0, sizeof(*out));
	sql_text(out->name, sizeof(out->name), st, 0);
	out->starts = (uint64_t)sql_i(st, 1);
	settings->strike_ms = (uint32_t)sql_d(st, 2);
	settings->strike_extended_ms = (uint32_t)sql_d(st, 3);
	settings->held_open_ms = (uint32_t)sql_d(st, 4);
	settings->inter_key_ms = (uint32_t)sql_d(st, 5);
	settings->zone_min = sql_d(st, 6);
	settings->rex_releases = sql_d(st, 7);
	sql_blob(settings->argon_salt, sizeof(settings->argon_salt), st, 8);
	settings->argon_mem_kib = (uint32_t)sql_d(st, 9);
	settings->argon_passes = (uint32_t)sql_d(st, 10);
	settings->pre_alarm_ms = (uint32_t)sql_d(st, 11);
	sql_rest(st);
	return read_holidays(store, settings);
}

int store_site_write(struct store *store, const struct store_site *site)
{
	const struct wire_settings *settings = &site->settings;

	return sql_run(store,
		"INSERT INTO site (one, name, starts, strike_ms, strike_extended_ms, held_open_ms,"
		" inter_key_ms, zone_min, rex_releases, argon_salt, argon_mem_kib, argon_passes,"
		" pre_alarm_ms) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
		" ON CONFLICT (one) DO UPDATE SET name = ?1, starts = ?2, strike_ms = ?3,"
		" strike_extended_ms = ?4, held_open_ms = ?5, inter_key_ms = ?6, zone_min = ?7, rex_releases "
		"= ?8,"
		" argon_salt = ?9, argon_mem_kib = ?10, argon_passes = ?11, pre_alarm_ms = ?12",
		"tiddddddbddd", site->name, site->starts, settings->strike_ms, settings->strike_extended_ms,
		settings->held_open_ms, settings->inter_key_ms, settings->zone_min, settings->rex_releases,
		settings->argon_salt, sizeof(settings->argon_salt), settings->argon_mem_kib,
		settings->argon_passes, settings->pre_alarm_ms);
}

int store_holiday_add(struct store *store, struct window day, const char *name)
{
	return sql_run(store, "INSERT INTO holidays (from_ms, until_ms, name) VALUES (?1, ?2, ?3)", "iit",
		day.from_ms, day.until_ms, name);
}

int store_unit_add(struct store *store, const struct store_unit *unit)
{
	return sql_run(store,
		"INSERT INTO units (id, parent, name, kind, capacity, before_min, after_min, description,"
		" keeps_hours) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, nullif(?8, ''), ?9)",
		"ttttdddtd", unit->id, *unit->parent ? unit->parent : NULL, unit->name, unit->kind,
		unit->capacity, unit->before_min, unit->after_min, unit->description, unit->keeps_hours);
}

#define UNIT_COLUMNS                                                                                         \
	"id, parent, name, kind, capacity, before_min, after_min, description, keeps_hours, removed_ms"

static void unit_from_row(sqlite3_stmt *st, struct store_unit *out)
{
	sql_text(out->id, sizeof(out->id), st, 0);
	sql_text(out->parent, sizeof(out->parent), st, 1);
	sql_text(out->name, sizeof(out->name), st, 2);
	sql_text(out->kind, sizeof(out->kind), st, 3);
	out->capacity = (unsigned)sql_d(st, 4);
	out->before_min = (uint32_t)sql_d(st, 5);
	out->after_min = (uint32_t)sql_d(st, 6);
	sql_text(out->description, sizeof(out->description), st, 7);
	out->keeps_hours = sql_d(st, 8);
	out->removed_ms = sql_i(st, 9);
}

int store_unit_read(struct store *store, const char *id, struct store_unit *out)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st, "SELECT " UNIT_COLUMNS " FROM units WHERE id = ?1", "t", id);

	if (r == 0)
		r = sql_next(store, st);
	if (r != 0)
		return r;
	unit_from_row(st, out);
	sql_rest(st);
	return 0;
}

int store_unit_each(struct store *store, int (*row)(void *ctx, const struct store_unit *unit), void *ctx)
{
	struct store_unit unit;
	sqlite3_stmt *st;
	int r = sql_query(
		store, &st, "SELECT " UNIT_COLUMNS " FROM units WHERE removed_ms IS NULL ORDER BY rowid", "");

	while (r == 0 && (r = sql_next(store, st)) == 0) {
		unit_from_row(st, &unit);
		r = row(ctx, &unit);
		if (r != 0) {
			sql_rest(st);
			return r;
		}
	}
	return r == STORE_NONE ? 0 : r;
}
