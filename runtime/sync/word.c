/* Waiting for places in memory: a table of queues by a hash of what the place is, in which
 * strangers share a queue. */
#include "sync/word.h"

#include <errno.h>
#include <math.h>

#include "file/mapping.h"
#include "process/libraries.h"
#include "process/process.h"
#include "sync/word_waiter.h"
#include "time/spin.h"
#include "time/work.h"

enum { QUEUE_BITS = 14 };
static struct stp_waitq queues[1 << QUEUE_BITS];

static struct stp_waitq* queue_of(uint64_t object, uint64_t offset) {
  const uint64_t mixed = (object * 0xff51afd7ed558ccd ^ offset >> 2) * 0x9e3779b97f4a7c15;
  return &queues[mixed >> (64 - QUEUE_BITS)];
}

/* Memory that is no process's (variables of the simulator's libraries) is everybody's: object 0.
 * Numbers of shared objects are small, addresses of processes are not. */
struct stp_word stp_word_at(const void* address) {
  struct stp_word word = {.offset = (uint64_t)(uintptr_t)address};
  const bool is_private = stp_region_holds(address)
                              ? !stp_shared_key(address, &word.object, &word.offset)
                              : stp_libraries_hold(address);
  if (is_private)
    word.object = (uint64_t)(uintptr_t)stp_me;
  word.queue = queue_of(word.object, word.offset);
  return word;
}

struct stp_word_waiter* stp_word_next(struct stp_waiter* waiter, const struct stp_word* word,
                                      unsigned bits) {
  for (; waiter != NULL; waiter = waiter->next) {
    struct stp_word_waiter* const candidate = (struct stp_word_waiter*)waiter;
    if (stp_word_same(&candidate->word, word) && (waiter->events & bits) != 0 &&
        stp_waiter_lives(waiter))
      return candidate;
  }
  return NULL;
}

int stp_word_wait(const struct stp_word* word, unsigned bits, uint32_t* waiters, uint64_t holder,
                  double deadline) {
  struct stp_word_waiter* const self = stp_wait_memory(sizeof *self);
  stp_waiter_of_self(&self->waiter);
  self->waiter.events = bits;
  self->word = *word;
  self->holder = holder;
  self->waiters = waiters;
  if (waiters != NULL)
    ++*waiters;
  stp_waitq_add(word->queue, &self->waiter);
  int error = 0;
  while (self->waiter.queue != NULL && error == 0)
    error = stp_park(deadline);
  stp_self->gift = NULL;
  if (self->waiter.queue == NULL)
    return 1;
  stp_waitq_remove(&self->waiter);
  if (waiters != NULL && *waiters > 0)
    --*waiters;
  return error == -EINTR ? stp_wait_interrupted() : error;
}

int stp_word_give(const struct stp_word* word, unsigned bits, uint32_t* waiters, int count,
                  stp_take_back* take_back) {
  int woken = 0;
  struct stp_word_waiter* found = stp_word_next(word->queue->first, word, bits);
  while (found != NULL && woken < count) {
    struct stp_waiter* const next = found->waiter.next;
    stp_waitq_remove(&found->waiter);
    found->take_back = take_back;
    if (take_back != NULL)
      found->waiter.thread->gift = found;
    found->waiter.notify(&found->waiter);
    woken++;
    found = stp_word_next(next, word, bits);
  }
  if (waiters != NULL) /* those who were killed never took themselves off */
    *waiters = found == NULL || *waiters < (uint32_t)woken ? 0 : *waiters - (uint32_t)woken;
  return woken;
}

int stp_word_wake(const struct stp_word* word, unsigned bits, uint32_t* waiters, int count) {
  return stp_word_give(word, bits, waiters, count, NULL);
}

void stp_word_drop(struct stp_thread* thread) {
  const struct stp_word_waiter* const gift = thread->gift;
  thread->gift = NULL;
  if (gift == NULL)
    return;
  const struct stp_region* const region = &thread->process->region;
  uint32_t* waiters = gift->waiters;
  waiters = stp_region_holds(waiters) ? stp_region_alias(region, waiters)
                                      : stp_libraries_alias(thread->process, waiters);
  gift->take_back(&gift->word, waiters);
}

struct stp_thread* stp_word_first(const struct stp_word* word, unsigned bits) {
  const struct stp_word_waiter* const found = stp_word_next(word->queue->first, word, bits);
  return found == NULL ? NULL : found->waiter.thread;
}

int stp_word_requeue(const struct stp_word* word, int wake, const struct stp_word* other,
                     int move) {
  const int woken = stp_word_wake(word, UINT_MAX, NULL, wake);
  if (stp_word_same(word, other))
    return woken;
  int moved = 0;
  struct stp_word_waiter* found = stp_word_next(word->queue->first, word, UINT_MAX);
  while (found != NULL && moved < move) {
    struct stp_waiter* const next = found->waiter.next;
    stp_waitq_remove(&found->waiter);
    found->word = *other;
    stp_waitq_add(other->queue, &found->waiter);
    moved++;
    found = stp_word_next(next, word, UINT_MAX);
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

static void wait_for(const void* address) {
  const struct stp_word word = stp_word_at(address);
  stp_word_wait(&word, UINT_MAX, NULL, 0, INFINITY);
}

static void wake(const void* address, int count) {
  const struct stp_word word = stp_word_at(address);
  stp_word_wake(&word, UINT_MAX, NULL, count);
}

void stp_spin_lock(volatile int* lock) {
  bool waited = false;
  while (*lock != STP_SPIN_FREE) {
    *lock = STP_SPIN_WAITED_FOR;
    wait_for((const void*)lock);
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
    wake((const void*)lock, 1);
}

/* ---- once ---- */

/* Values as in glibc, for a library's control may have been used before the first process. */
enum { ONCE_FRESH = 0, ONCE_RUNNING = 1, ONCE_DONE = 2 };

static void end_once(int** control) {
  if (**control == ONCE_RUNNING) /* the routine threw, or its thread ended */
    **control = ONCE_FRESH;
  wake(*control, INT_MAX);
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
    wait_for(control);
  }
}
