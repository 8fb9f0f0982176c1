/* The lists that requests choose from. */
#include "tools/rumah/commands.h"
#include "tools/rumah/gateway.h"
#include "tools/rumah/numbers.h"
#include "tools/rumah/table.h"

int cmd_choice_list(struct call *call)
{
	const char *const titles[] = { T("DAFTAR", "LIST"), T("PENGENAL", "ID"), T("NAMA", "NAME"),
		T("INGGRIS", "ENGLISH"), T("DIPAKAI", "IN USE"), NULL };
	struct gateway_ask ask = { .method = "GET", .path = "/api/choices" };
	struct table *table;
	json_t *answer, *choice;
	size_t i;
	int r = gateway_do(call, &ask, &answer);

	if (r != CALL_DONE)
		return r;
	if (call->is_json)
		return call_print_json(call, answer);
	table = table_new(titles);
	json_array_foreach(json_object_get(answer, "choices"), i, choice)
	{
		bool is_active = call_is(choice, "is_active");

		if (!table)
			break;
		table_add(table, TONE_PLAIN, call_text(choice, "list"));
		table_add(table, TONE_STRONG, call_text(choice, "id"));
		table_add(table, TONE_PLAIN, call_text(choice, "name"));
		table_add(table, TONE_PLAIN, call_text(choice, "name_en"));
		table_add(table, is_active ? TONE_GOOD : TONE_FAINT,
			is_active ? T("ya", "yes") : T("tidak", "no"));
	}
	json_decref(answer);
	if (!table)
		return call_no_memory(call);
	table_print(table, stdout, term_width());
	table_free(table);
	return CALL_DONE;
}

int cmd_choice_put(struct call *call)
{
	const char *id = args_word(&call->args, 1);
	int64_t position = 0;
	json_t *body;
	int r = number_option(call, &position, "position", 0, 9999);

	if (r != CALL_DONE)
		return r;
	body = json_pack("{s:s, s:s, s:s, s:s, s:I, s:b}", "list", args_word(&call->args, 0), "id", id,
		"name", args_option(&call->args, "name"), "name_en", args_option(&call->args, "english"),
		"position", (json_int_t)position, "is_active", !args_has(&call->args, "off"));
	r = body ? gateway_post(call, "/api/choices", body) : call_no_memory(call);
	return r == CALL_DONE ? call_done(call, T("%s tercatat.", "%s written down."), id) : r;
}
