#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/http/handle.h"
#include "gateway/http/server.h"
#include "gateway/http/upload.h"
#include "gateway/service/letters.h"
#include "gateway/wallclock.h"

/* Of a file that is on its way to the disk. */
struct keeping {
	struct exchange *exchange;
	struct service_letter letter;
};

bool letter_check(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	int r;

	if (!has_link(exchange))
		return false;
	r = letters_may(exchange->service, exchange->link, &problem);
	if (r == 0)
		r = upload_new(&exchange->upload, http_files(exchange->http), exchange->connection);
	if (r == FILES_BUSY && !exchange->upload && !problem.code[0])
		answer_too_many(exchange, 5);
	else if (r != 0)
		answer_refusal(exchange, r, &problem);
	return r == 0;
}

static void answer_upload(struct exchange *exchange, int r)
{
	static const struct {
		unsigned status;
		const char *code, *text;
	} answers[] = {
		[UPLOAD_MALFORMED] = { 400, "not_multipart", "Isi unggahan tidak sah." },
		[UPLOAD_MISSING] = { 422, "missing", "Pilih berkas suratnya." },
		[UPLOAD_TOO_LARGE] = { 413, "too_large",
			"Surat paling besar 5 MB. Coba foto dengan ukuran lebih kecil." },
		[UPLOAD_NOT_A_LETTER] = { 422, "not_a_letter", "Surat harus berupa PDF, JPEG, atau PNG." },
	};

	if (r < 0)
		answer_refusal(exchange, r, NULL);
	else
		answer_problem(exchange, answers[r].status, answers[r].code, UPLOAD_PART, answers[r].text);
}

static void kept(void *ctx, int r)
{
	struct keeping *keeping = ctx;
	struct exchange *exchange = keeping->exchange;
	struct service_problem problem = { 0 };

	exchange->now_ms = wallclock_ms();
	if (r == 0)
		r = letters_put(
			exchange->service, exchange->now_ms, exchange->link, &keeping->letter, &problem);
	free(keeping);
	answer_done(exchange, r, &problem);
	exchange_resume(exchange);
}

void handle_letter_put(struct exchange *exchange)
{
	struct keeping *keeping = calloc(1, sizeof(*keeping));
	struct file *file;
	int r = keeping ? upload_end(exchange->upload, &file, &keeping->letter.type, &keeping->letter.bytes)
			: -ENOMEM;

	if (r != 0) {
		free(keeping);
		answer_upload(exchange, r);
		return;
	}
	keeping->exchange = exchange;
	exchange->is_waiting = true;
	files_keep(file, keeping->letter.hash, kept, keeping);
}

void handle_letter(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	struct service_letter letter;
	int fd, r = letters_find(exchange->service, &exchange->session.actor, exchange->now_ms,
			exchange->match.params[0], &letter, &problem);

	if (r == 0)
		r = files_open(http_files(exchange->http), letter.hash, letter.bytes, &fd);
	if (r != 0) {
		answer_refusal(exchange, r, &problem);
		return;
	}
	exchange->answer.status = 200;
	exchange->answer.type = letter_content_type(letter.type);
	exchange->answer.fd = fd;
	exchange->answer.has_fd = true;
	exchange->answer.len = (size_t)letter.bytes;
	snprintf(exchange->answer.disposition, sizeof(exchange->answer.disposition),
		"attachment; filename=\"%s-surat.%s\"", exchange->match.params[0], letter_word(letter.type));
}

/* ---- files that no request has */

struct files *http_files(struct http *http)
{
	return http->files;
}

static int is_known(void *ctx, const uint8_t hash[32], bool *known)
{
	return letters_is_known(ctx, hash, known);
}

void http_sweep(struct http *http)
{
	int r = files_sweep(http->files, is_known, http->config.service);

	if (r < 0)
		fprintf(stderr, "http: letters were not swept: error=%s\n", strerror(-r));
}
