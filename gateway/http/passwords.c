#include "gateway/http/passwords.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct job {
	uv_work_t work;
	struct passwords *passwords;
	struct job *next;
	bool is_verify, is_right;
	char hash[crypto_pwhash_STRBYTES];
	char password[PASSWORDS_MAX + 1];
	passwords_done *done;
	void *ctx;
};

struct passwords {
	uv_loop_t *loop;
	struct job *first, **last; /* the line; the first of it runs */
	unsigned count;
	bool is_stopping;
};

int passwords_new(struct passwords **out, uv_loop_t *loop)
{
	struct passwords *passwords = calloc(1, sizeof(*passwords));

	if (!passwords)
		return -ENOMEM;
	passwords->loop = loop;
	passwords->last = &passwords->first;
	*out = passwords;
	return 0;
}

static void job_free(struct job *job)
{
	sodium_memzero(job, sizeof(*job));
	free(job);
}

void passwords_stop(struct passwords *passwords, void (*dropped)(void *ctx))
{
	struct job *running = passwords->first;
	struct job *waiting = running ? running->next : NULL;

	passwords->is_stopping = true;
	if (running) {
		running->next = NULL;
		passwords->last = &running->next;
		passwords->count = 1;
	}
	while (waiting) {
		struct job *next = waiting->next;

		dropped(waiting->ctx);
		job_free(waiting);
		waiting = next;
	}
}

void passwords_free(struct passwords *passwords)
{
	free(passwords);
}

int passwords_hash_now(char hash[crypto_pwhash_STRBYTES], const char *password)
{
	if (crypto_pwhash_str(hash, password, strlen(password), PASSWORDS_PASSES, PASSWORDS_BYTES) != 0)
		return -ENOMEM;
	return 0;
}

void passwords_make(char out[static PASSWORDS_MADE_SIZE])
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
	char *to = out;

	for (unsigned i = 0; i < PASSWORDS_MADE_SIZE - 1; i++)
		*to++ = i % 5 == 4 ? '-' : letters[randombytes_uniform(sizeof(letters) - 1)];
	*to = '\0';
}

/* On a thread of the pool. */
static void work(uv_work_t *request)
{
	struct job *job = request->data;

	if (job->is_verify)
		job->is_right =
			crypto_pwhash_str_verify(job->hash, job->password, strlen(job->password)) == 0;
	else
		job->is_right = passwords_hash_now(job->hash, job->password) == 0;
	sodium_memzero(job->password, sizeof(job->password));
}

static void worked(uv_work_t *request, int status);

static void start_first(struct passwords *passwords)
{
	/* Fails only for a missing callback. */
	uv_queue_work(passwords->loop, &passwords->first->work, work, worked);
}

static void worked(uv_work_t *request, int status)
{
	struct job *job = request->data;
	struct passwords *passwords = job->passwords;

	passwords->first = job->next;
	if (!passwords->first)
		passwords->last = &passwords->first;
	passwords->count--;
	if (passwords->first)
		start_first(passwords);

	job->done(job->ctx, status == 0 && job->is_right,
		status == 0 && job->is_right && !job->is_verify ? job->hash : NULL);
	job_free(job);
}

static int enqueue(
	struct passwords *passwords, const char *hash, const char *password, passwords_done *done, void *ctx)
{
	size_t len = strnlen(password, PASSWORDS_MAX + 1);
	struct job *job;

	if (passwords->is_stopping || passwords->count == PASSWORDS_LINE_MAX || len > PASSWORDS_MAX)
		return PASSWORDS_BUSY;
	job = calloc(1, sizeof(*job));
	if (!job)
		return -ENOMEM;
	job->work.data = job;
	job->passwords = passwords;
	job->done = done;
	job->ctx = ctx;
	job->is_verify = hash != NULL;
	if (hash)
		memcpy(job->hash, hash, sizeof(job->hash));
	memcpy(job->password, password, len);

	*passwords->last = job;
	passwords->last = &job->next;
	if (passwords->count++ == 0)
		start_first(passwords);
	return 0;
}

int passwords_verify(struct passwords *passwords, const char hash[crypto_pwhash_STRBYTES],
	const char *password, passwords_done *done, void *ctx)
{
	return enqueue(passwords, hash, password, done, ctx);
}

int passwords_hash(struct passwords *passwords, const char *password, passwords_done *done, void *ctx)
{
	return enqueue(passwords, NULL, password, done, ctx);
}
