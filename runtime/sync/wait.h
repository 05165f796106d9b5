/* Waiting for something: wait queues over the one primitive, park. Models keep a stp_waitq per
 * condition that a thread (or an epoll set) can wait for; everything that blocks is a loop of
 * "condition true? else stp_wait". */
#ifndef STP_WAIT_H
#define STP_WAIT_H

#include <stdbool.h>

struct stp_thread;

/* One party in one queue. `notify` is called (anywhere, must not block) on each wake until the
 * waiter is removed. */
struct stp_waiter {
  struct stp_waiter *prev, *next; /* null when in no queue */
  struct stp_waitq* queue;
  void (*notify)(struct stp_waiter* waiter);
  struct stp_thread* thread; /* of a thread that waits */
  void* owner;               /* of another party: its own business */
};

/* First come, first served. Zero-initialised is empty. */
struct stp_waitq {
  struct stp_waiter *first, *last;
};

/* Adds at the end; removes (no-op if in no queue). The caller owns the waiter and removes it before
 * it dies. */
void stp_waitq_add(struct stp_waitq* queue, struct stp_waiter* waiter);
void stp_waitq_remove(struct stp_waiter* waiter);

/* The waiter of the calling thread: notify unparks it. */
void stp_waiter_of_self(struct stp_waiter* waiter);

/* Blocks the calling thread in one queue until woken or until the date `deadline` (INFINITY: for
 * ever). Returns 0, -ETIMEDOUT, or what stp_park returned. May wake without cause: loop. */
int stp_wait(struct stp_waitq* queue, double deadline);

/* Notifies the first waiter, removing it; false if there is none. Notifies all, leaving non-threads
 * in the queue. */
bool stp_wake_one(struct stp_waitq* queue);
void stp_wake_all(struct stp_waitq* queue);

#endif
