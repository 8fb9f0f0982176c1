/* What a request says beyond unit and time: taken, refused with a sentence, or masked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "gateway/service/forms.h"
#include "tests/unit/service_world.h"

static const struct service_form nothing = { .women = -1, .men = -1 };

struct filled { /* a request in which everything is right */
	struct service_occupant sari;
	struct service_form form;
	struct service_request request;
	struct service_receipt receipt;
};

static void fill(struct world *world, struct filled *filled)
{
	*filled = (struct filled){
		.sari = { "Sari", "081234567890" },
		.form = { .applicant = "organisasi",
			.programme = "stem",
			.accessibility = "kursi roda",
			.equipment = "proyektor",
			.women = 3,
			.men = 2,
			.nip = "198003152005012005",
			.nuptk = "4145743644200013",
			.letter_way = "made",
			.position = "Guru",
			.address = "Jalan Merdeka 1",
			.place = "Bandung",
			.reference = "421/1" },
		.request = { .unit = "r1",
			.organisation = "PGRI",
			.activity = "Rapat",
			.kind = "rapat",
			.heads = 5,
			.from_ms = world->now_ms + HOUR_MS,
			.until_ms = world->now_ms + 2 * HOUR_MS,
			.occupant_count = 1 },
	};
	filled->request.occupants = &filled->sari;
	filled->request.form = &filled->form;
}

static int submit(struct world *world, struct filled *filled)
{
	return service_request_submit(
		world->service, world->now_ms, &filled->request, &filled->receipt, &world->problem);
}

static const char *member(json_t *json, const char *key)
{
	return json_string_value(json_object_get(json, key));
}

static void a_form_is_shown_with_its_numbers_masked(void **state)
{
	struct filled filled;
	struct world world;
	json_t *view;
	char *text;

	(void)state;
	world_open(&world, 110);
	fill(&world, &filled);
	assert_int_equal(submit(&world, &filled), 0);
	view = world_request(&world, filled.receipt.number);
	assert_string_equal(member(view, "applicant"), "organisasi");
	assert_string_equal(member(view, "programme"), "stem");
	assert_string_equal(member(view, "accessibility"), "kursi roda");
	assert_int_equal(json_integer_value(json_object_get(view, "women")), 3);
	assert_string_equal(member(view, "nip"), "1980…005");
	assert_string_equal(member(view, "nuptk"), "4145…013");
	assert_string_equal(member(json_object_get(view, "surat"), "way"), "made");
	assert_string_equal(member(json_object_get(view, "surat"), "place"), "Bandung");
	text = json_dumps(view, 0);
	assert_null(strstr(text, filled.form.nip));
	free(text);
	json_decref(view);
	assert_int_equal(
		service_link_view(world.service, world.now_ms, filled.receipt.link, &view, &world.problem),
		0);
	assert_string_equal(member(view, "nip"), "1980…005");
	json_decref(view);
	world_close(&world);
}

static void a_form_may_say_nothing(void **state)
{
	struct filled filled;
	struct world world;
	json_t *view;

	(void)state;
	world_open(&world, 111);
	fill(&world, &filled);
	filled.form = nothing;
	assert_int_equal(submit(&world, &filled), 0);
	view = world_request(&world, filled.receipt.number);
	assert_string_equal(member(view, "applicant"), "organisasi"); /* it named one */
	assert_null(json_object_get(view, "women"));
	json_decref(view);
	filled.request.organisation = NULL;
	filled.request.form = NULL;
	assert_int_equal(submit(&world, &filled), 0);
	view = world_request(&world, filled.receipt.number);
	assert_string_equal(member(view, "applicant"), "perorangan");
	json_decref(view);
	world_close(&world);
}

#define WRONG(code_word, field_word, change)                                                                 \
	do {                                                                                                 \
		fill(&world, &filled);                                                                       \
		change;                                                                                      \
		assert_int_equal(submit(&world, &filled), SERVICE_BAD_INPUT);                                \
		assert_string_equal(world.problem.code, code_word);                                          \
		assert_string_equal(world.problem.field, field_word);                                        \
	} while (0)

static void what_is_wrong_is_said_where_it_stands(void **state)
{
	static const char nik[] = "3174 0512 0390 0002";
	struct filled filled;
	struct world world;

	(void)state;
	world_open(&world, 112);
	WRONG("bad_applicant", "applicant", filled.form.applicant = "yayasan");
	WRONG("organisation_missing", "organisation", filled.request.organisation = NULL);
	WRONG("unknown_choice", "programme", filled.form.programme = "sulap");
	WRONG("unknown_choice", "kind", filled.request.kind = "pesta");
	WRONG("bad_heads", "women", filled.form.men = 1);
	WRONG("bad_heads", "women", filled.form.men = -1);
	WRONG("bad_letter", "letter_way", filled.form.letter_way = "post");
	WRONG("bad_text", "place", filled.form.place = "");
	WRONG("bad_number", "nip", filled.form.nip = "12345");
	WRONG("bad_number", "nuptk", filled.form.nuptk = "12345");
	WRONG("nik_refused", "nip", filled.form.nip = nik);
	WRONG("nik_refused", "nuptk", filled.form.nuptk = nik);
	WRONG("nik_refused", "accessibility", filled.form.accessibility = nik);
	WRONG("nik_refused", "activity", filled.request.activity = nik);
	WRONG("nik_refused", "organisation", filled.request.organisation = nik);
	WRONG("nik_refused", "letter", filled.request.letter = nik);
	WRONG("nik_refused", "occupants", filled.sari.name = nik);
	fill(&world, &filled);
	assert_int_equal(submit(&world, &filled), 0);
	world_close(&world);
}

static int put(struct world *world, const struct service_actor *actor, const char *list, const char *id,
	const char *name, const char *name_en, int64_t position, bool is_active)
{
	const struct service_choice choice = { list, id, name, name_en, position, is_active };

	return forms_put_choice(world->service, actor, world->now_ms, &choice, &world->problem);
}

static void staff_edit_the_lists(void **state)
{
	struct filled filled;
	struct world world;
	json_t *view;
	size_t before;

	(void)state;
	world_open(&world, 113);
	assert_int_equal(forms_view_choices(world.service, &view), 0);
	before = json_array_size(json_object_get(view, "choices"));
	json_decref(view);
	assert_int_equal(put(&world, &world.guard, "programme", "sulap", "Sulap", "Magic", 1, true),
		SERVICE_FORBIDDEN);
	assert_int_equal(put(&world, &world.desk, "programme", "sulap", "Sulap", "Magic", 1, true), 0);
	fill(&world, &filled);
	filled.form.programme = "sulap";
	assert_int_equal(submit(&world, &filled), 0);
	assert_int_equal(put(&world, &world.desk, "programme", "sulap", "Sulap", "Magic", 1, false), 0);
	assert_int_equal(submit(&world, &filled), SERVICE_BAD_INPUT);
	assert_int_equal(forms_view_choices(world.service, &view), 0); /* it stays readable */
	assert_int_equal(json_array_size(json_object_get(view, "choices")), before + 1);
	json_decref(view);

	assert_int_equal(put(&world, &world.desk, "tricks", "x", "X", "X", 1, true), SERVICE_BAD_INPUT);
	assert_int_equal(put(&world, &world.desk, "kind", "X", "X", "X", 1, true), SERVICE_BAD_INPUT);
	assert_int_equal(put(&world, &world.desk, "kind", "", "X", "X", 1, true), SERVICE_BAD_INPUT);
	assert_int_equal(put(&world, &world.desk, "kind", "x", "", "X", 1, true), SERVICE_BAD_INPUT);
	assert_int_equal(put(&world, &world.desk, "kind", "x", "X", NULL, 1, true), SERVICE_BAD_INPUT);
	assert_int_equal(put(&world, &world.desk, "kind", "x", "X", "X", 10000, true), SERVICE_BAD_INPUT);
	world_close(&world);
}

#define T cmocka_unit_test
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_form_is_shown_with_its_numbers_masked),
		T(a_form_may_say_nothing),
		T(what_is_wrong_is_said_where_it_stands),
		T(staff_edit_the_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
