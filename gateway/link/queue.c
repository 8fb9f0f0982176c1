#include "gateway/link/queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int queue_init(struct queue *queue, size_t count_max, size_t bytes_max)
{
	pthread_condattr_t attributes;
	int r;

	memset(queue, 0, sizeof(*queue));
	queue->last = &queue->first;
	queue->count_max = count_max;
	queue->bytes_max = bytes_max;
	r = pthread_mutex_init(&queue->lock, NULL);
	if (r != 0)
		return -r;
	r = pthread_condattr_init(&attributes);
	if (r == 0) {
		pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
		r = pthread_cond_init(&queue->changed, &attributes);
		pthread_condattr_destroy(&attributes);
	}
	if (r != 0)
		pthread_mutex_destroy(&queue->lock);
	return -r;
}

void queue_deinit(struct queue *queue)
{
	while (queue->first) {
		struct queued *next = queue->first->next;

		free(queue->first);
		queue->first = next;
	}
	pthread_cond_destroy(&queue->changed);
	pthread_mutex_destroy(&queue->lock);
}

static struct queued *queued_new(const char *topic, const void *bytes, size_t len, bool is_retained)
{
	size_t topic_size = strlen(topic) + 1;
	struct queued *queued = malloc(sizeof(*queued) + topic_size + len);

	if (!queued)
		return NULL;
	queued->next = NULL;
	queued->len = len;
	queued->is_retained = is_retained;
	queued->bytes = queued->topic + topic_size;
	memcpy(queued->topic, topic, topic_size);
	if (len > 0)
		memcpy(queued->bytes, bytes, len);
	return queued;
}

static bool has_room(const struct queue *queue, size_t len)
{
	return queue->count == 0 || (queue->count < queue->count_max && len <= queue->bytes_max &&
					    queue->bytes <= queue->bytes_max - len);
}

int queue_put(struct queue *queue, const char *topic, const void *bytes, size_t len, bool is_retained)
{
	struct queued *queued = queued_new(topic, bytes, len, is_retained);
	bool is_closed;

	if (!queued)
		return -ENOMEM;
	pthread_mutex_lock(&queue->lock);
	while (!queue->is_closed && !has_room(queue, len))
		pthread_cond_wait(&queue->changed, &queue->lock);
	is_closed = queue->is_closed;
	if (!is_closed) {
		*queue->last = queued;
		queue->last = &queued->next;
		queue->count++;
		queue->bytes += len;
	}
	pthread_mutex_unlock(&queue->lock);

	if (!is_closed)
		return 0;
	free(queued);
	return QUEUE_CLOSED;
}

struct queued *queue_take(struct queue *queue)
{
	struct queued *first;

	pthread_mutex_lock(&queue->lock);
	first = queue->first;
	queue->first = NULL;
	queue->last = &queue->first;
	queue->count = 0;
	queue->bytes = 0;
	pthread_cond_broadcast(&queue->changed);
	pthread_mutex_unlock(&queue->lock);
	return first;
}

void queue_close(struct queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->is_closed = true;
	pthread_cond_broadcast(&queue->changed);
	pthread_mutex_unlock(&queue->lock);
}

bool queue_is_closed(struct queue *queue)
{
	bool is_closed;

	pthread_mutex_lock(&queue->lock);
	is_closed = queue->is_closed;
	pthread_mutex_unlock(&queue->lock);
	return is_closed;
}

void queue_pause(struct queue *queue, unsigned ms)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += (long)(ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&queue->lock);
	while (!queue->is_closed &&
		pthread_cond_timedwait(&queue->changed, &queue->lock, &until) != ETIMEDOUT)
		;
	pthread_mutex_unlock(&queue->lock);
}
