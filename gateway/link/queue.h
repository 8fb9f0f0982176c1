/* queue - messages on their way from the network's thread to the loop's, bounded in number and bytes. */
#ifndef RUMAH_GATEWAY_BUS_QUEUE_H
#define RUMAH_GATEWAY_BUS_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct queued {
	struct queued *next;
	size_t len;
	bool is_retained;
	char *bytes;  /* behind the topic, in the same piece of memory */
	char topic[]; /* with its terminator */
};

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t changed; /* something was taken, or the queue was closed; on the monotonic clock */
	struct queued *first, **last;
	size_t count, bytes, count_max, bytes_max;
	bool is_closed;
};

int queue_init(struct queue *queue, size_t count_max, size_t bytes_max); /* 0 or -errno */
void queue_deinit(struct queue *queue);                                  /* frees what still waits */

enum queue_answer { QUEUE_CLOSED = 1 };

/* Copies the message to the end; waits while there is no room (one message always finds room in an empty
 * queue, whatever its size). 0, QUEUE_CLOSED, or -ENOMEM. Any thread. */
int queue_put(struct queue *queue, const char *topic, const void *bytes, size_t len, bool is_retained);
/* Takes all that waits, the oldest first; NULL when nothing does. The caller frees each. */
struct queued *queue_take(struct queue *queue);
/* Nobody waits any more, here or in queue_pause(). */
void queue_close(struct queue *queue);
/* Sleeps that long, or until the queue is closed. */
void queue_pause(struct queue *queue, unsigned ms);
bool queue_is_closed(struct queue *queue);

#endif
