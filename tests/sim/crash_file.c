#include "tests/sim/crash_file.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* One write or truncation. Swapping `bytes` with the file's undoes it and keeps what is needed to do it
 * again. */
struct crash_record {
	uint64_t order;
	uint64_t offset; /* of a truncation: the new size */
	uint64_t size_before;
	size_t length; /* of a truncation: how many bytes it cut off */
	size_t previous;
	bool is_truncation;
	unsigned char bytes[];
};

/* The part of a record that reaches the medium, counted from its first byte. */
struct part {
	size_t from, to;
	bool is_kept;
};

static uint64_t min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t max_u64(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static void swap_bytes(unsigned char *a, unsigned char *b, size_t length)
{
	unsigned char held[CRASH_SECTOR_BYTES];

	while (length > 0) {
		size_t n = length < sizeof(held) ? length : sizeof(held);

		memcpy(held, a, n);
		memcpy(a, b, n);
		memcpy(b, held, n);
		a += n;
		b += n;
		length -= n;
	}
}

static size_t record_bytes(size_t length)
{
	size_t n = sizeof(struct crash_record) + length;

	return (n + 7) & ~(size_t)7; /* the next record begins aligned */
}

static struct crash_record *record_at(const struct crash_file *file, size_t at)
{
	return (struct crash_record *)(void *)(file->log + at);
}

static size_t record_next(const struct crash_file *file, size_t at)
{
	return at + record_bytes(record_at(file, at)->length);
}

void crash_file_deinit(struct crash_file *file)
{
	free(file->bytes);
	free(file->log);
	free(file->lost);
	memset(file, 0, sizeof(*file));
}

static int file_reserve(struct crash_file *file, uint64_t size)
{
	uint64_t capacity = max_u64(file->capacity, CRASH_PAGE_BYTES);
	unsigned char *bytes;

	if (size <= file->capacity)
		return 0;
	while (capacity < size)
		capacity *= 2;
	bytes = realloc(file->bytes, capacity);
	if (!bytes)
		return -ENOMEM;

	memset(bytes + file->capacity, 0, capacity - file->capacity);
	file->bytes = bytes;
	file->capacity = capacity;
	return 0;
}

/* Appends a record with `length` bytes from `offset` on, which must lie within the file's capacity. */
static int log_append(struct crash_file *file, const struct crash_record *head)
{
	size_t needed = file->log_used + record_bytes(head->length);
	struct crash_record *record;

	if (needed > file->log_capacity) {
		size_t capacity = needed * 2;
		unsigned char *log = realloc(file->log, capacity);

		if (!log)
			return -ENOMEM;
		file->log = log;
		file->log_capacity = capacity;
	}
	record = record_at(file, file->log_used);
	*record = *head;
	record->previous = file->log_last;
	memcpy(record->bytes, file->bytes + head->offset, head->length);
	file->log_last = file->log_used;
	file->log_used = needed;
	file->n_pending++;
	return 0;
}

static void log_clear(struct crash_file *file)
{
	file->log_used = 0;
	file->log_last = 0;
	file->n_pending = 0;
}

size_t crash_file_read(const struct crash_file *file, void *out, size_t length, uint64_t offset)
{
	size_t n = offset < file->size ? (size_t)min_u64(length, file->size - offset) : 0;

	if (n > 0)
		memcpy(out, file->bytes + offset, n);
	return n;
}

int crash_file_write(
	struct crash_file *file, const void *bytes, size_t length, uint64_t offset, uint64_t order)
{
	struct crash_record head = { order, offset, file->size, length, 0, false };
	int r;

	if (length == 0)
		return 0;
	r = file_reserve(file, offset + length);
	if (r == 0)
		r = log_append(file, &head);
	if (r < 0)
		return r;

	memcpy(file->bytes + offset, bytes, length);
	file->size = max_u64(file->size, offset + length);
	return 0;
}

int crash_file_truncate(struct crash_file *file, uint64_t size, uint64_t order)
{
	size_t cut_off = size < file->size ? (size_t)(file->size - size) : 0;
	struct crash_record head = { order, size, file->size, cut_off, 0, true };
	int r;

	if (size == file->size)
		return 0;
	r = file_reserve(file, size);
	if (r == 0)
		r = log_append(file, &head);
	if (r < 0)
		return r;

	if (cut_off > 0)
		memset(file->bytes + size, 0, cut_off);
	file->size = size;
	return 0;
}

/* Does the `part` of a record again; what it replaces goes into the record. */
static void record_redo(struct crash_file *file, struct crash_record *record, struct part part)
{
	uint64_t start = record->offset + part.from;

	if (record->is_truncation) {
		swap_bytes(file->bytes + record->offset, record->bytes, record->length);
		/* With older records left out the file may be longer now than it was then. */
		if (file->size > record->offset + record->length)
			memset(file->bytes + record->offset, 0, file->size - record->offset);
		file->size = record->offset;
		return;
	}
	swap_bytes(file->bytes + start, record->bytes + part.from, part.to - part.from);
	file->size = max_u64(file->size, record->offset + part.to);
}

static void log_undo(struct crash_file *file)
{
	size_t at = file->log_last;

	for (size_t i = file->n_pending; i > 0; i--) {
		struct crash_record *record = record_at(file, at);

		swap_bytes(file->bytes + record->offset, record->bytes, record->length);
		file->size = record->size_before;
		at = record->previous;
	}
}

static void log_redo(struct crash_file *file)
{
	for (size_t at = 0; at < file->log_used; at = record_next(file, at)) {
		struct crash_record *record = record_at(file, at);

		record_redo(file, record, (struct part){ 0, record->length, true });
	}
}

/* Exchanges what readers see of the lost pages with what the medium holds; twice is as before. */
static void lost_swap(struct crash_file *file)
{
	for (size_t i = 0; i < file->n_lost; i++) {
		uint64_t start = file->lost[i].number * CRASH_PAGE_BYTES;

		if (start < file->size)
			swap_bytes(file->bytes + start, file->lost[i].bytes,
				(size_t)min_u64(CRASH_PAGE_BYTES, file->size - start));
	}
}

static struct crash_lost_page *lost_find(const struct crash_file *file, uint64_t number)
{
	for (size_t i = 0; i < file->n_lost; i++)
		if (file->lost[i].number == number)
			return &file->lost[i];
	return NULL;
}

/* A page that was written to again goes to the medium as a whole; one that was cut off is forgotten. */
static void lost_mend(struct crash_file *file, const struct crash_record *record)
{
	uint64_t first = record->offset / CRASH_PAGE_BYTES;
	uint64_t last =
		record->is_truncation ? UINT64_MAX : (record->offset + record->length - 1) / CRASH_PAGE_BYTES;

	if (record->is_truncation && record->offset % CRASH_PAGE_BYTES > 0)
		first++;
	for (size_t i = file->n_lost; i-- > 0;)
		if (file->lost[i].number >= first && file->lost[i].number <= last)
			file->lost[i] = file->lost[--file->n_lost];
}

/* Remembers the pages that `record` touched as the medium holds them; the log must be undone. */
static int lost_add(struct crash_file *file, const struct crash_record *record)
{
	if (record->is_truncation)
		return 0; /* sizes travel in the file system's own journal */
	for (uint64_t number = record->offset / CRASH_PAGE_BYTES;
		number <= (record->offset + record->length - 1) / CRASH_PAGE_BYTES; number++) {
		struct crash_lost_page *lost;

		if (lost_find(file, number))
			continue;
		lost = realloc(file->lost, (file->n_lost + 1) * sizeof(*lost));
		if (!lost)
			return -ENOMEM;
		file->lost = lost;
		lost += file->n_lost++;
		memset(lost, 0, sizeof(*lost));
		lost->number = number;
		crash_file_read(file, lost->bytes, sizeof(lost->bytes), number * CRASH_PAGE_BYTES);
	}
	return 0;
}

void crash_file_sync(struct crash_file *file)
{
	if (file->n_lost > 0)
		for (size_t at = 0; at < file->log_used; at = record_next(file, at))
			lost_mend(file, record_at(file, at));
	log_clear(file);
}

int crash_file_sync_failed(struct crash_file *file)
{
	size_t n_lost = file->n_lost;
	int r = 0;

	log_undo(file);
	for (size_t at = 0; at < file->log_used && r == 0; at = record_next(file, at))
		r = lost_add(file, record_at(file, at));
	log_redo(file);
	if (r < 0)
		file->n_lost = n_lost;
	else
		log_clear(file);
	return r;
}

uint64_t crash_file_order(const struct crash_file *file, size_t n)
{
	size_t at = 0;

	assert(n < file->n_pending);
	while (n-- > 0)
		at = record_next(file, at);
	return record_at(file, at)->order;
}

/* A torn write leaves its head or its tail, parted where a sector ends; within one sector it is all or
 * nothing. */
static struct part record_tear(const struct crash_record *record, struct prng *prng)
{
	uint64_t first = record->offset / CRASH_SECTOR_BYTES;
	uint64_t boundaries = record->is_truncation || record->length == 0
				      ? 0
				      : (record->offset + record->length - 1) / CRASH_SECTOR_BYTES - first;
	struct part part = { 0, record->length, true };
	size_t parting;

	if (boundaries == 0) {
		part.is_kept = prng_one_in(prng, 2);
		return part;
	}
	parting = (size_t)((first + 1 + prng_below(prng, boundaries)) * CRASH_SECTOR_BYTES - record->offset);
	if (prng_one_in(prng, 2))
		part.from = parting;
	else
		part.to = parting;
	return part;
}

static struct part record_fate(
	const struct crash_record *record, enum crash_mode mode, struct prng *prng, uint64_t torn)
{
	struct part part = { 0, record->length, false };

	switch (mode) {
	case CRASH_LOSE_UNSYNCED:
		break;
	case CRASH_KEEP_SUBSET:
		part.is_kept = prng_one_in(prng, 2);
		break;
	case CRASH_TEAR_ONE:
		if (record->order == torn)
			return record_tear(record, prng);
		part.is_kept = record->order < torn;
		break;
	case CRASH_KEEP_ALL:
		part.is_kept = true;
		break;
	}
	return part;
}

void crash_file_cut(struct crash_file *file, enum crash_mode mode, struct prng *prng, uint64_t torn)
{
	if (mode == CRASH_KEEP_ALL)
		return;

	log_undo(file);
	for (size_t at = 0; at < file->log_used; at = record_next(file, at)) {
		struct crash_record *record = record_at(file, at);
		struct part part = record_fate(record, mode, prng, torn);

		if (part.is_kept) {
			record_redo(file, record, part);
			lost_mend(file, record);
		}
	}
	log_clear(file);
	lost_swap(file);
	file->n_lost = 0;
}

int64_t crash_file_rot(struct crash_file *file, struct prng *prng)
{
	int64_t bit = -ENOENT;

	log_undo(file);
	lost_swap(file);
	if (file->size > 0) {
		bit = (int64_t)prng_below(prng, file->size * 8);
		file->bytes[bit / 8] ^= (unsigned char)(1u << (bit % 8));
	}
	lost_swap(file);
	log_redo(file);
	return bit;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9fb21c651e98df25u;
	return hash ^ (hash >> 32);
}

uint64_t crash_file_hash(struct crash_file *file, uint64_t hash)
{
	log_undo(file);
	lost_swap(file);
	hash = mix(hash, file->size);
	for (uint64_t at = 0; at < file->size; at += sizeof(uint64_t)) {
		uint64_t word = 0;

		crash_file_read(file, &word, sizeof(word), at);
		hash = mix(hash, word);
	}
	lost_swap(file);
	log_redo(file);
	return hash;
}
