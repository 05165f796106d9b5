/* Waiting for an int. The queues are found by a hash of the address; strangers that share a queue
 * are told apart by the waiter's `owner` (the word) and the thread's process. */
#include "sync/word.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>

#include "process/process.h"
#include "sync/wait.h"
#include "time/spin.h"
#include "time/work.h"

enum { QUEUES = 256 };
static struct stp_waitq queues[QUEUES];

static struct stp_waitq* queue_of(const void* word) {
  return &queues[((uintptr_t)word >> 2) * 0x9e3779b97f4a7c15 >> 56];
}

/* Members of a fork's family have equal addresses. */
static bool waits_for(const struct stp_waiter* waiter, const void* word, unsigned bits) {
  return waiter->owner == word && (waiter->events & bits) != 0 &&
         (waiter->thread->process == stp_me || !stp_region_holds(word));
}

int stp_word_wait(const void* word, unsigned bits, double deadline) {
  struct stp_waiter* const waiter = stp_wait_memory(sizeof *waiter);
  stp_waiter_of_self(waiter);
  waiter->owner = (void*)word;
  waiter->events = bits;
  stp_waitq_add(queue_of(word), waiter);
  int error = 0;
  while (waiter->queue != NULL && error == 0)
    error = stp_park(deadline);
  if (waiter->queue == NULL)
    return 0;
  stp_waitq_remove(waiter);
  if (error == -EINTR)
    error = stp_wait_interrupted();
  return error == 0 ? 1 : error;
}

int stp_word_wake(const void* word, unsigned bits, int count) {
  int woken = 0;
  struct stp_waiter* next;
  for (struct stp_waiter* w = queue_of(word)->first; w != NULL && woken < count; w = next) {
    next = w->next;
    if (!waits_for(w, word, bits))
      continue;
    stp_waitq_remove(w);
    w->notify(w);
    woken++;
  }
  return woken;
}

int stp_word_requeue(const void* word, int wake, const void* other, int move) {
  const int woken = stp_word_wake(word, UINT_MAX, wake);
  struct stp_waitq* const queue = queue_of(word);
  /* The other word may hash to the same queue: stop where the moved ones begin. */
  struct stp_waiter* const last = queue->last;
  int moved = 0;
  struct stp_waiter* next;
  for (struct stp_waiter* w = queue->first; w != NULL && moved < move; w = next) {
    next = w == last ? NULL : w->next;
    if (!waits_for(w, word, UINT_MAX))
      continue;
    stp_waitq_remove(w);
    w->owner = (void*)other;
    stp_waitq_add(queue_of(other), w);
    moved++;
  }
  return woken + moved;
}

/* ---- spin locks ---- */

int stp_spin_try(volatile int* lock) {
  if (*lock != STP_SPIN_FREE) {
    stp_spin_check();
    return -EBUSY;
  }
  *lock = STP_SPIN_HELD;
  return 0;
}

void stp_spin_lock(volatile int* lock) {
  bool waited = false;
  while (*lock != STP_SPIN_FREE) {
    *lock = STP_SPIN_WAITED_FOR;
    stp_word_wait((const void*)lock, UINT_MAX, INFINITY);
    waited = true;
  }
  /* Others may still wait: the next unlock is to look. */
  *lock = waited ? STP_SPIN_WAITED_FOR : STP_SPIN_HELD;
}

void stp_spin_unlock(volatile int* lock) {
  const bool waited_for = *lock < 0;
  if (waited_for)
    stp_work_flush();
  *lock = STP_SPIN_FREE;
  if (waited_for)
    stp_word_wake((const void*)lock, UINT_MAX, 1);
}

/* ---- once ---- */

/* Values as in glibc, for a library's control may have been used before the first process. */
enum { ONCE_FRESH = 0, ONCE_RUNNING = 1, ONCE_DONE = 2 };

static void end_once(int** control) {
  if (**control == ONCE_RUNNING) /* the routine threw, or its thread ended */
    **control = ONCE_FRESH;
  stp_word_wake(*control, UINT_MAX, INT_MAX);
}

void stp_once(int* control, void (*routine)(void)) {
  while (*control != ONCE_DONE) {
    if (*control == ONCE_FRESH) {
      int* running __attribute__((cleanup(end_once))) = control;
      *running = ONCE_RUNNING;
      routine();
      *running = ONCE_DONE;
      return;
    }
    stp_word_wait(control, UINT_MAX, INFINITY);
  }
}
