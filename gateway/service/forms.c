/* forms - see forms.h */
#include "gateway/service/forms.h"

#include <stdio.h>
#include <string.h>

#include "gateway/service/inside.h"
#include "gateway/store/forms.h"

/* ---- texts and numbers */

int form_refuses_nik(const char *text, const char *field, struct service_problem *problem)
{
	if (!text || !civil_holds_nik(text))
		return 0;
	return answer(problem, SERVICE_BAD_INPUT, "nik_refused", field,
		"Mohon jangan menuliskan NIK (16 angka) di sini; kami tidak memerlukannya.");
}

int form_copy_text(char *out, size_t size, const char *text, bool is_needed, bool may_break,
	const char *field, struct service_problem *problem)
{
	out[0] = '\0';
	if (!text && !is_needed)
		return 0;
	if (!text || !text_is_plain(text, size - 1, may_break))
		return answer(problem, SERVICE_BAD_INPUT, "bad_text", field,
			"Isian ini kosong atau terlalu panjang.");
	snprintf(out, size, "%s", text);
	return form_refuses_nik(text, field, problem);
}

/* Keeps the mask of a number, or says what is wrong with it. */
static int copy_number(char out[CIVIL_MASKED_SIZE], const char *text, bool is_right, const char *field,
	struct service_problem *problem)
{
	char words[sizeof(problem->text)];

	if (!text)
		return 0;
	if (is_right) {
		civil_mask(out, text);
		return 0;
	}
	if (civil_holds_nik(text))
		return form_refuses_nik(text, field, problem);
	snprintf(words, sizeof(words), "%s belum benar. Boleh dikosongkan.",
		strcmp(field, "nip") == 0 ? "NIP" : "NUPTK");
	return answer(problem, SERVICE_BAD_INPUT, "bad_number", field, words);
}

static int copy_texts(const struct service_form *in, struct store_form *out, struct service_problem *problem)
{
	const struct {
		const char *text, *field;
		char *to;
		size_t size;
	} texts[] = {
		{ in->accessibility, "accessibility", out->accessibility, sizeof(out->accessibility) },
		{ in->equipment, "equipment", out->equipment, sizeof(out->equipment) },
		{ in->position, "position", out->position, sizeof(out->position) },
		{ in->address, "address", out->address, sizeof(out->address) },
		{ in->place, "place", out->place, sizeof(out->place) },
		{ in->reference, "reference", out->reference, sizeof(out->reference) },
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(texts) / sizeof(texts[0]); i++)
		r = form_copy_text(
			texts[i].to, texts[i].size, texts[i].text, false, true, texts[i].field, problem);
	return r;
}

/* ---- words */

static int copy_applicant(const struct service_form *in, const struct store_request *request,
	struct store_form *out, struct service_problem *problem)
{
	const char *word = in->applicant            ? in->applicant
			   : *request->organisation ? "organisasi"
						    : "perorangan";

	if (strcmp(word, "perorangan") != 0 && strcmp(word, "organisasi") != 0)
		return answer(problem, SERVICE_BAD_INPUT, "bad_applicant", "applicant",
			"Pilih perorangan atau organisasi.");
	if (strcmp(word, "organisasi") == 0 && !*request->organisation)
		return answer(problem, SERVICE_BAD_INPUT, "organisation_missing", "organisation",
			"Tuliskan nama organisasinya.");
	snprintf(out->applicant, sizeof(out->applicant), "%s", word);
	return 0;
}

static int copy_way(const struct service_form *in, struct store_form *out, struct service_problem *problem)
{
	static const char *const ways[] = { "upload", "made", "later" };

	if (!in->letter_way)
		return 0;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (strcmp(in->letter_way, ways[i]) == 0)
			snprintf(out->letter_way, sizeof(out->letter_way), "%s", ways[i]);
	}
	if (*out->letter_way)
		return 0;
	return answer(problem, SERVICE_BAD_INPUT, "bad_letter", "letter_way",
		"Pilih unggah surat, buatkan surat, atau surat menyusul.");
}

static int copy_heads(const struct service_form *in, const struct store_request *request,
	struct store_form *out, struct service_problem *problem)
{
	int64_t sum = (in->women > 0 ? in->women : 0) + (in->men > 0 ? in->men : 0);

	out->women = (int)in->women;
	out->men = (int)in->men;
	if ((in->women >= 0 || in->men >= 0) && sum != request->heads)
		return answer(problem, SERVICE_BAD_INPUT, "bad_heads", "women",
			"Jumlah perempuan dan laki-laki harus sama dengan jumlah peserta.");
	return 0;
}

static int choice_is_there(struct service *service, const char *list, const char *id, const char *field,
	struct service_problem *problem)
{
	int r = store_choice_find(service->store, list, id);

	return r == STORE_NONE ? answer(problem, SERVICE_BAD_INPUT, "unknown_choice", field,
					 "Pilihan itu tidak ada dalam daftar.")
			       : r;
}

int form_check_kind(
	struct service *service, const struct store_request *request, struct service_problem *problem)
{
	return choice_is_there(service, "kind", request->kind, "kind", problem);
}

int form_check(struct service *service, const struct service_form *in, const struct store_request *request,
	struct store_form *out, struct service_problem *problem)
{
	static const struct service_form nothing = { .women = -1, .men = -1 };
	int r;

	in = in ? in : &nothing;
	memset(out, 0, sizeof(*out));
	r = copy_applicant(in, request, out, problem);
	if (r == 0)
		r = copy_texts(in, out, problem);
	if (r == 0)
		r = copy_number(out->nip, in->nip, in->nip && civil_is_nip(in->nip), "nip", problem);
	if (r == 0)
		r = copy_number(
			out->nuptk, in->nuptk, in->nuptk && civil_is_nuptk(in->nuptk), "nuptk", problem);
	if (r == 0)
		r = copy_heads(in, request, out, problem);
	if (r == 0)
		r = copy_way(in, out, problem);
	if (r == 0 && in->programme) {
		r = choice_is_there(service, "programme", in->programme, "programme", problem);
		snprintf(out->programme, sizeof(out->programme), "%s", in->programme);
	}
	return r;
}

/* ---- what is shown of it */

static int put_letter(
	struct service *service, int64_t request, const struct store_form *form, struct json_put *put)
{
	struct json_put letter = { json_object(), false };
	struct store_letter file;
	json_t *json = NULL;
	int r = store_letter_read(service->store, request, &file);

	put_text(&letter, "way", form->letter_way);
	put_text(&letter, "position", form->position);
	put_text(&letter, "address", form->address);
	put_text(&letter, "place", form->place);
	put_text(&letter, "reference", form->reference);
	if (r == 0) {
		put_text(&letter, "type", file.type);
		put_number(&letter, "bytes", file.bytes);
		put_number(&letter, "at_ms", file.at_ms);
	}
	if (r == 0 || r == STORE_NONE)
		r = put_end(&letter, &json);
	else
		json_decref(letter.json);
	if (r == 0)
		put_json(put, "surat", json);
	return r;
}

int form_put(struct service *service, int64_t request, struct json_put *put)
{
	struct store_form form = { .women = -1, .men = -1 };
	int r = store_form_read(service->store, request, &form);

	if (r != 0 && r != STORE_NONE)
		return r;
	put_text(put, "applicant", form.applicant);
	put_text(put, "programme", form.programme);
	put_text(put, "accessibility", form.accessibility);
	put_text(put, "equipment", form.equipment);
	if (form.women >= 0)
		put_number(put, "women", form.women);
	if (form.men >= 0)
		put_number(put, "men", form.men);
	put_text(put, "nip", form.nip);
	put_text(put, "nuptk", form.nuptk);
	return put_letter(service, request, &form, put);
}

/* ---- lists */

static int check_choice(const struct service_choice *choice, struct service_problem *problem)
{
	static const char *const lists[] = { "kind", "programme", "refusal" };
	size_t len = choice->id ? strlen(choice->id) : 0;
	bool is_known = false;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		is_known = is_known || (choice->list && strcmp(choice->list, lists[i]) == 0);
	if (!is_known)
		return answer(problem, SERVICE_BAD_INPUT, "bad_list", "list", "Daftar itu tidak ada.");
	if (len < 1 || len > 32 || strspn(choice->id, "abcdefghijklmnopqrstuvwxyz0123456789_") != len)
		return answer(problem, SERVICE_BAD_INPUT, "bad_id", "id",
			"Pengenal terdiri atas huruf kecil, angka, dan garis bawah.");
	if (!choice->name || !text_is_plain(choice->name, SERVICE_TEXT_MAX, false))
		return answer(problem, SERVICE_BAD_INPUT, "bad_name", "name", "Tuliskan namanya.");
	if (!choice->name_en || !text_is_plain(choice->name_en, SERVICE_TEXT_MAX, false))
		return answer(problem, SERVICE_BAD_INPUT, "bad_name", "name_en",
			"Tuliskan namanya dalam bahasa Inggris.");
	if (choice->position < 0 || choice->position > 9999)
		return answer(
			problem, SERVICE_BAD_INPUT, "bad_position", "position", "Urutan 0 sampai 9999.");
	return 0;
}

int forms_put_choice(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const struct service_choice *choice, struct service_problem *problem)
{
	struct store_choice row = { choice->list, choice->id, choice->name, choice->name_en,
		(int)choice->position, choice->is_active };
	char subject[48];
	int r = may(actor, ROLE_ACT_LISTS, problem);

	if (r == 0)
		r = check_choice(choice, problem);
	if (r == 0)
		r = begin(service, now_ms);
	if (r != 0)
		return r;
	snprintf(subject, sizeof(subject), "%s/%s", choice->list, choice->id);
	r = store_choice_put(service->store, &row);
	if (r == 0)
		r = audit(service, actor, now_ms, choice->is_active ? "choice_put" : "choice_off", subject,
			choice->name);
	return end(service, r, now_ms, problem);
}

static int choice_row(void *ctx, const struct store_choice *choice)
{
	struct json_put put = { json_object(), false };

	put_text(&put, "list", choice->list);
	put_text(&put, "id", choice->id);
	put_text(&put, "name", choice->name);
	put_text(&put, "name_en", choice->name_en);
	put_number(&put, "position", choice->position);
	put_flag(&put, "is_active", choice->is_active);
	return list_put(ctx, &put);
}

int forms_view_choices(struct service *service, json_t **out)
{
	json_t *list = json_array();
	int r = store_choice_each(service->store, choice_row, list);

	return list_wrap("choices", r, list, out);
}
