/* Wait queues. Two doubly linked lists cross in each waiter: its queue's, in the order in which
 * they are woken, and its thread's, so that a killed thread can be found in every queue it waits
 * in. */
#include "sync/wait.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>

#include "process/process.h"
#include "process/signals.h"
#include "sync/robust.h"
#include "sync/word.h"

/* What a thread keeps here; made when it first waits. */
struct stp_waits {
  struct stp_waiter* first; /* its places in queues */
  struct stp_waiter own;    /* of stp_wait: a thread is in one at a time */
  void* memory;             /* of stp_wait_memory */
  size_t memory_size;
};

static struct stp_waits* waits_of(struct stp_thread* thread) {
  if (!thread->waits)
    thread->waits = stp_alloc(sizeof *thread->waits);
  return thread->waits;
}

static void thread_add(struct stp_waiter* waiter) {
  struct stp_waits* waits = waits_of(waiter->thread);
  waiter->thread_prev = NULL;
  waiter->thread_next = waits->first;
  if (waiter->thread_next)
    waiter->thread_next->thread_prev = waiter;
  waits->first = waiter;
}

static void thread_remove(struct stp_waiter* waiter) {
  if (waiter->thread_prev)
    waiter->thread_prev->thread_next = waiter->thread_next;
  else
    waiter->thread->waits->first = waiter->thread_next;
  if (waiter->thread_next)
    waiter->thread_next->thread_prev = waiter->thread_prev;
}

/* Whom a newcomer comes after: the last; but a real system leaves it open which of those who wait
 * is woken first, and here is the place where a seed chooses: one step ahead for every other coin
 * that falls alike. */
static struct stp_waiter* place_in(const struct stp_waitq* queue) {
  struct stp_waiter* place = queue->last;
  for (uint64_t coins = stp_engine_any(); place != NULL && (coins & 1) != 0; coins >>= 1)
    place = place->prev;
  return place;
}

void stp_waitq_add(struct stp_waitq* queue, struct stp_waiter* waiter) {
  assert(!waiter->queue);
  waiter->queue = queue;
  waiter->prev = place_in(queue);
  waiter->next = waiter->prev ? waiter->prev->next : queue->first;
  if (waiter->prev)
    waiter->prev->next = waiter;
  else
    queue->first = waiter;
  if (waiter->next)
    waiter->next->prev = waiter;
  else
    queue->last = waiter;
  if (waiter->thread)
    thread_add(waiter);
}

void stp_waitq_remove(struct stp_waiter* waiter) {
  struct stp_waitq* queue = waiter->queue;
  if (!queue)
    return;
  if (waiter->prev)
    waiter->prev->next = waiter->next;
  else
    queue->first = waiter->next;
  if (waiter->next)
    waiter->next->prev = waiter->prev;
  else
    queue->last = waiter->prev;
  waiter->queue = NULL;
  waiter->prev = waiter->next = NULL;
  if (waiter->thread)
    thread_remove(waiter);
}

static void unpark(struct stp_waiter* waiter) { stp_thread_unpark(waiter->thread); }

void stp_waiter_of_self(struct stp_waiter* waiter) {
  *waiter = (struct stp_waiter){.notify = unpark, .thread = stp_self};
}

void* stp_wait_memory(size_t size) {
  struct stp_waits* waits = waits_of(stp_self);
  if (waits->memory_size < size) {
    stp_free(waits->memory);
    waits->memory_size = size < 1024 ? 1024 : size;
    waits->memory = stp_alloc(waits->memory_size);
  }
  return waits->memory;
}

void stp_waiters_fork(struct stp_process* child, const struct stp_thread* parents) {
  const struct stp_waiter* waiter = parents->waits ? parents->waits->first : NULL;
  for (; waiter; waiter = waiter->thread_next)
    if (stp_region_holds(waiter->queue))
      *(struct stp_waitq*)stp_region_alias(&child->region, waiter->queue) = (struct stp_waitq){0};
}

void stp_waiters_drop(struct stp_thread* thread) {
  stp_robust_ended(thread);
  stp_word_drop(thread);
  struct stp_waits* waits = thread->waits;
  if (!waits)
    return;
  for (struct stp_waiter *waiter = waits->first, *next; waiter; waiter = next) {
    next = waiter->thread_next;
    if (!stp_region_holds(waiter->queue))
      stp_waitq_remove(waiter);
  }
  stp_free(waits->memory);
  stp_free(waits);
  thread->waits = NULL;
}

int stp_wait_interrupted(void) {
  const enum stp_interruption interruption = stp_self->interruption;
  if (interruption == STP_INTERRUPTED || stp_cancel_due())
    return -EINTR;
  const enum stp_handled handled = stp_signals_handle();
  return handled == STP_HANDLED_INTERRUPT && interruption == STP_RESTARTED ? -EINTR : 0;
}

int stp_wait_for(struct stp_waitq* queue, unsigned events, double deadline) {
  struct stp_waiter* waiter = &waits_of(stp_self)->own;
  stp_waiter_of_self(waiter);
  waiter->events = events;
  stp_waitq_add(queue, waiter);
  int result;
  do
    result = stp_park(deadline);
  while (result == 0 && waiter->queue);
  if (!waiter->queue)
    return 0;
  stp_waitq_remove(waiter);
  return result == -EINTR ? stp_wait_interrupted() : result;
}

int stp_wait(struct stp_waitq* queue, double deadline) { return stp_wait_for(queue, 0, deadline); }

/* A thread leaves the queue as it is woken, so that the next wake goes to the next thread. */
static void wake(struct stp_waiter* waiter) {
  if (waiter->thread)
    stp_waitq_remove(waiter);
  waiter->notify(waiter);
}

bool stp_waiter_lives(const struct stp_waiter* waiter) {
  return waiter->thread != NULL && !waiter->thread->ending;
}

bool stp_wake_one(struct stp_waitq* queue) {
  for (struct stp_waiter *waiter = queue->first, *next; waiter; waiter = next) {
    next = waiter->next;
    const bool last = stp_waiter_lives(waiter);
    wake(waiter);
    if (last)
      return true;
  }
  return false;
}

void stp_wake_for(struct stp_waitq* queue, unsigned events) {
  for (struct stp_waiter *waiter = queue->first, *next; waiter; waiter = next) {
    next = waiter->next;
    if (events == 0 || waiter->events == 0 || (waiter->events & events) != 0)
      wake(waiter);
  }
}

void stp_wake_all(struct stp_waitq* queue) { stp_wake_for(queue, 0); }
