/* Waiting for something: wait queues over the one primitive, park. Models keep a stp_waitq per
 * condition that a thread (or an epoll set) can wait for; everything that blocks is a loop of
 * "condition true? else stp_wait". */
#ifndef STP_WAIT_H
#define STP_WAIT_H

#include <stdbool.h>

struct stp_thread;

/* One party in one queue: a thread, or something else with business of its own (an epoll set).
 * `notify` is called (anywhere, must not block) on each wake. Other parties stay in the queue until
 * removed; a thread's waiter is taken out just before its notify is called. Out of its own queue,
 * notify may take its own waiter only. */
struct stp_waiter {
  struct stp_waiter *prev, *next; /* in the queue */
  struct stp_waitq* queue;        /* null when in none */
  void (*notify)(struct stp_waiter* waiter);
  struct stp_thread* thread;                    /* of a thread that waits, else null */
  void* owner;                                  /* of notify: its own business */
  struct stp_waiter *thread_prev, *thread_next; /* in thread->waiters, while in a queue */
};

/* First come, first served. Zero-initialised is empty. */
struct stp_waitq {
  struct stp_waiter *first, *last;
};

/* Adds at the end; removes (no-op if in no queue). The caller owns the waiter and removes it before
 * it dies; but those of a thread that ends blocked are removed by stp_waiters_drop, so they may lie
 * on its stack. */
void stp_waitq_add(struct stp_waitq* queue, struct stp_waiter* waiter);
void stp_waitq_remove(struct stp_waiter* waiter);

/* The waiter of the calling thread: notify unparks it. */
void stp_waiter_of_self(struct stp_waiter* waiter);

/* Takes a thread that will never run again out of all queues. Anywhere. */
void stp_waiters_drop(struct stp_thread* thread);

/* Blocks the calling thread in one queue until woken or until the date `deadline` (INFINITY: for
 * ever). Returns 0 (woken, also if the deadline came at the same date), -ETIMEDOUT, or another
 * error of stp_park. Woken does not mean that the condition still holds: loop. */
int stp_wait(struct stp_waitq* queue, double deadline);

/* Wakes one thread, the first; false if there is none. Parties that are not threads are notified
 * too if they came before it (or if there is none). */
bool stp_wake_one(struct stp_waitq* queue);

/* Wakes all threads and notifies all other parties. */
void stp_wake_all(struct stp_waitq* queue);

#endif
