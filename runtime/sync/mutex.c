/* Mutexes. Threads only lose the processor where they park, so plain loads and stores do. */
#include "sync/mutex.h"

#include <errno.h>
#include <math.h>

#include "sync/robust.h"
#include "sync/threads.h"
#include "time/work.h"

static bool is_robust(const struct stp_mutex* mutex) { return mutex->kind & STP_MUTEX_ROBUST; }

/* The caller has become the owner of a robust mutex. */
static int own_robust(struct stp_mutex* mutex, struct stp_thread_record* self) {
  const int error = stp_robust_add(self, mutex);
  if (error != 0)
    return error;
  return mutex->state == STP_MUTEX_ABANDONED ? -EOWNERDEAD : 0;
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
static int take(struct stp_mutex* mutex, struct stp_thread_record* self, bool may_wait) {
  if (mutex->kind < 0)
    return -EINVAL;
  if (mutex->state == STP_MUTEX_LOST)
    return -ENOTRECOVERABLE;
  if (mutex->owner == self)
    return lock_again(mutex, may_wait);
  if (mutex->owner != NULL)
    return 0;
  mutex->owner = self;
  const int error = is_robust(mutex) ? own_robust(mutex, self) : 0;
  return error == 0 ? 1 : error;
}

int stp_mutex_lock(struct stp_mutex* mutex, double deadline) {
  struct stp_thread_record* const self = stp_thread_record_self();
  int handed;
  do {
    const int taken = take(mutex, self, true);
    if (taken != 0)
      return taken > 0 ? 0 : taken;
    handed = stp_wait_handed(&mutex->waiters, deadline);
  } while (handed == 0);
  if (handed < 0)
    return handed;
  if (mutex->state == STP_MUTEX_LOST)
    return -ENOTRECOVERABLE;
  return is_robust(mutex) ? own_robust(mutex, self) : 0;
}

int stp_mutex_try(struct stp_mutex* mutex) {
  const int taken = take(mutex, stp_thread_record_self(), false);
  return taken > 0 ? 0 : taken < 0 ? taken : -EBUSY;
}

/* The first thread that waits becomes the owner. */
static void hand_over(struct stp_mutex* mutex) {
  mutex->count = 0;
  mutex->owner = NULL;
  if (mutex->waiters.first == NULL)
    return;
  mutex->owner = stp_thread_record_of(mutex->waiters.first->thread);
  stp_wake_one(&mutex->waiters);
}

int stp_mutex_unlock(struct stp_mutex* mutex) {
  struct stp_thread_record* const self = stp_thread_record_self();
  if (mutex->kind < 0)
    return -EINVAL;
  const int type = mutex->kind & STP_MUTEX_TYPE;
  if (mutex->owner != self &&
      (type == PTHREAD_MUTEX_RECURSIVE || type == PTHREAD_MUTEX_ERRORCHECK || is_robust(mutex)))
    return -EPERM;
  if (type == PTHREAD_MUTEX_RECURSIVE && mutex->count > 0) {
    mutex->count--;
    return 0;
  }
  if (is_robust(mutex)) {
    stp_robust_remove(self, mutex);
    if (mutex->state == STP_MUTEX_ABANDONED) { /* nobody repaired it: it is of no more use */
      mutex->state = STP_MUTEX_LOST;
      mutex->owner = NULL;
      stp_wake_all(&mutex->waiters);
      return 0;
    }
  }
  if (mutex->waiters.first != NULL)
    stp_work_flush();
  hand_over(mutex);
  return 0;
}

int stp_mutex_destroy(struct stp_mutex* mutex) {
  if (mutex->owner != NULL && !is_robust(mutex))
    return -EBUSY;
  mutex->kind = STP_MUTEX_DESTROYED;
  return 0;
}

int stp_mutex_consistent(struct stp_mutex* mutex) {
  if (mutex->kind < 0 || !is_robust(mutex) || mutex->state != STP_MUTEX_ABANDONED ||
      mutex->owner != stp_thread_record_self())
    return -EINVAL;
  mutex->state = STP_MUTEX_SOUND;
  return 0;
}

void stp_mutex_abandon(struct stp_mutex* mutex) {
  mutex->state = STP_MUTEX_ABANDONED;
  hand_over(mutex);
}
