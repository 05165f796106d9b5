/* Waiting for something: wait queues over the one primitive, park. Models keep a stp_waitq per
 * condition that a thread (or an epoll set) can wait for; everything that blocks is a loop of
 * "condition true? else stp_wait". */
#ifndef STP_WAIT_H
#define STP_WAIT_H

#include <stdbool.h>
#include <stddef.h>

struct stp_process;
struct stp_thread;

/* One party in one queue: a thread, or something else with business of its own (an epoll set).
 * `notify` is called (anywhere, must not block) on each wake for one of its events. Other parties
 * stay in the queue until removed; a thread's waiter is taken out just before its notify is called.
 * Out of its own queue, notify may take its own waiter only. */
struct stp_waiter {
  struct stp_waiter *prev, *next; /* in the queue */
  struct stp_waitq* queue;        /* null when in none */
  void (*notify)(struct stp_waiter* waiter);
  struct stp_thread* thread;                    /* of a thread that waits, else null */
  unsigned events;                              /* POLLIN ...: those it waits for; 0: any */
  void* owner;                                  /* of notify: its own business */
  struct stp_waiter *thread_prev, *thread_next; /* the thread's, while in a queue */
};

/* First come, first served, unless a seed permutes what Linux leaves open (stp_engine_any).
 * Zero-initialised is empty. */
struct stp_waitq {
  struct stp_waiter *first, *last;
};

/* Adds, at the end or, by the seed, before; removes (no-op if in no queue). The caller owns the
 * waiter and removes it before it dies; but those of a thread that ends blocked are removed by
 * stp_waiters_drop, so that they may lie in the thread's memory. Waiters in queues that other
 * processes reach do not: they come from stp_wait or lie in stp_wait_memory. */
void stp_waitq_add(struct stp_waitq* queue, struct stp_waiter* waiter);
void stp_waitq_remove(struct stp_waiter* waiter);

/* Whether it is of a thread that will run again: one that has been killed stays in queues until it
 * is gone, and must not be given anything. */
bool stp_waiter_lives(const struct stp_waiter* waiter);

/* The waiter of the calling thread for any event: notify unparks it. */
void stp_waiter_of_self(struct stp_waiter* waiter);

/* Memory of the runtime's for the calling thread's wait in many queues. Undefined contents; good
 * until the thread asks again or ends. */
void* stp_wait_memory(size_t size);

/* Takes a thread that will never run again out of all queues, tells those who wait for robust
 * mutexes that it held, and frees its memory here; not out of
 * those in the memory of a process, which dies with it and need not be in place. Anywhere. */
void stp_waiters_drop(struct stp_thread* thread);

/* `child` has a copy of the memory of `parents`' process, but not this thread of it: empties the
 * copies of the queues that the thread waits in. */
void stp_waiters_fork(struct stp_process* child, const struct stp_thread* parents);

/* Blocks the calling thread in one queue until woken or until the date `deadline` (INFINITY: for
 * ever). Returns 0 (woken, also if the deadline came at the same date), -ETIMEDOUT, or -EINTR.
 * Woken does not mean that the condition still holds: loop. stp_wait_for sleeps through wakes for
 * other events only.
 * A signal: its handler is called, out of the queue; then 0 if the call goes on, else -EINTR. A
 * call that is interrupted in any case gets -EINTR at once, and the handler runs when the call
 * ends; so does, in any call, a thread that is cancelled. */
int stp_wait(struct stp_waitq* queue, double deadline);
int stp_wait_for(struct stp_waitq* queue, unsigned events, double deadline);

/* What stp_wait does after -EINTR of stp_park: 0 (go on waiting) or -EINTR. */
int stp_wait_interrupted(void);

/* Wakes one thread, the first; false if there is none. Parties that are not threads are notified
 * too if they came before it (or if there is none). */
bool stp_wake_one(struct stp_waitq* queue);

/* Wakes all threads and notifies all other parties; stp_wake_for those that wait for one of
 * `events` (0: any). */
void stp_wake_all(struct stp_waitq* queue);
void stp_wake_for(struct stp_waitq* queue, unsigned events);

#endif
