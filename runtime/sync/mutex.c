/* Mutexes. Threads only lose the processor where they park, so plain loads and stores do. */
#include "sync/mutex.h"

#include <errno.h>
#include <math.h>

#include "process/thread.h"
#include "sync/robust.h"
#include "sync/word.h"
#include "time/spin.h"
#include "time/work.h"

static bool is_robust(const struct stp_mutex* mutex) { return mutex->kind & STP_MUTEX_ROBUST; }

static struct stp_word word_of(const struct stp_mutex* mutex) {
  struct stp_word word = stp_word_at(mutex);
  if (is_robust(mutex))
    word.queue = &stp_robust_waiters;
  return word;
}

/* Makes a thread the owner. 1, or -EOWNERDEAD if what it protects needs repair. */
static int own(struct stp_mutex* mutex, uint64_t owner) {
  mutex->owner = owner;
  mutex->count = 0;
  if (is_robust(mutex) && mutex->waiters > 0) {
    const struct stp_word word = word_of(mutex);
    stp_robust_held(&word, owner);
  }
  return mutex->state == STP_MUTEX_ABANDONED ? -EOWNERDEAD : 1;
}

/* What the owner gets for asking again; 0: it waits for itself, for ever. */
static int lock_again(struct stp_mutex* mutex, bool may_wait) {
  switch (mutex->kind & STP_MUTEX_TYPE) {
  case PTHREAD_MUTEX_RECURSIVE:
    if (mutex->count == UINT32_MAX)
      return -EAGAIN;
    mutex->count++;
    return 1;
  case PTHREAD_MUTEX_ERRORCHECK:
    return may_wait ? -EDEADLK : -EBUSY;
  default:
    return 0;
  }
}

/* Takes the mutex if that needs no waiting: 1; else 0 or an error. */
static int take(struct stp_mutex* mutex, bool may_wait) {
  const uint64_t self = stp_holder(stp_self);
  if (mutex->kind < 0)
    return -EINVAL;
  if (mutex->state == STP_MUTEX_LOST)
    return -ENOTRECOVERABLE;
  if (mutex->owner == self)
    return lock_again(mutex, may_wait);
  if (mutex->owner != 0) {
    if (!is_robust(mutex) || stp_holder_lives(mutex->owner))
      return 0;
    mutex->state = STP_MUTEX_ABANDONED;
  }
  return own(mutex, self);
}

int stp_mutex_lock(struct stp_mutex* mutex, double deadline) {
  for (;;) {
    const int taken = take(mutex, true);
    if (taken != 0)
      return taken > 0 ? 0 : taken;
    const struct stp_word word = word_of(mutex);
    const uint64_t holder = is_robust(mutex) ? mutex->owner : 0;
    const int woken = stp_word_wait(&word, UINT_MAX, &mutex->waiters, holder, deadline);
    if (woken < 0)
      return woken;
    if (woken > 0 && mutex->owner == stp_holder(stp_self)) /* handed over */
      return mutex->state == STP_MUTEX_ABANDONED ? -EOWNERDEAD : 0;
  }
}

int stp_mutex_try(struct stp_mutex* mutex) {
  const int taken = take(mutex, false);
  if (taken != 0)
    return taken > 0 ? 0 : taken;
  stp_spin_check();
  return -EBUSY;
}

/* The first thread that waits becomes the owner. */
static void hand_over(struct stp_mutex* mutex) {
  mutex->count = 0;
  mutex->owner = 0;
  if (mutex->waiters == 0)
    return;
  const struct stp_word word = word_of(mutex);
  struct stp_thread* const next = stp_word_first(&word, UINT_MAX);
  stp_word_wake(&word, UINT_MAX, &mutex->waiters, 1);
  if (next != NULL)
    own(mutex, stp_holder(next));
}

/* Nobody has repaired what it protects: it is of no more use. */
static void lose(struct stp_mutex* mutex) {
  mutex->state = STP_MUTEX_LOST;
  mutex->owner = 0;
  const struct stp_word word = word_of(mutex);
  stp_word_wake(&word, UINT_MAX, &mutex->waiters, INT_MAX);
}

int stp_mutex_unlock(struct stp_mutex* mutex) {
  if (mutex->kind < 0)
    return -EINVAL;
  const int type = mutex->kind & STP_MUTEX_TYPE;
  if (mutex->owner != stp_holder(stp_self) &&
      (type == PTHREAD_MUTEX_RECURSIVE || type == PTHREAD_MUTEX_ERRORCHECK || is_robust(mutex)))
    return -EPERM;
  if (type == PTHREAD_MUTEX_RECURSIVE && mutex->count > 0) {
    mutex->count--;
    return 0;
  }
  if (mutex->waiters > 0)
    stp_work_flush();
  if (is_robust(mutex) && mutex->state == STP_MUTEX_ABANDONED)
    lose(mutex);
  else
    hand_over(mutex);
  return 0;
}

int stp_mutex_destroy(struct stp_mutex* mutex) {
  if (mutex->owner != 0 && !is_robust(mutex))
    return -EBUSY;
  mutex->kind = STP_MUTEX_DESTROYED;
  return 0;
}

int stp_mutex_consistent(struct stp_mutex* mutex) {
  if (mutex->kind < 0 || !is_robust(mutex) || mutex->state != STP_MUTEX_ABANDONED ||
      mutex->owner != stp_holder(stp_self))
    return -EINVAL;
  mutex->state = STP_MUTEX_SOUND;
  return 0;
}
