/* Readers-writer locks. Who lets go hands the lock to those who wait, who find it theirs when they
 * wake. */
#include "sync/rwlock.h"

#include <errno.h>

#include "sync/threads.h"
#include "time/work.h"

int stp_rwlock_try_read(struct stp_rwlock* lock) {
  if (lock->writer != NULL)
    return -EBUSY;
  if (lock->kind == PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP &&
      lock->waiting_writers.first != NULL)
    return -EBUSY;
  if (lock->readers == UINT32_MAX)
    return -EAGAIN;
  lock->readers++;
  return 0;
}

int stp_rwlock_try_write(struct stp_rwlock* lock) {
  if (lock->writer != NULL || lock->readers != 0)
    return -EBUSY;
  lock->writer = stp_thread_record_self();
  return 0;
}

static void admit_readers(struct stp_rwlock* lock) {
  for (const struct stp_waiter* w = lock->waiting_readers.first; w != NULL; w = w->next)
    lock->readers++;
  stp_wake_all(&lock->waiting_readers);
}

int stp_rwlock_read(struct stp_rwlock* lock, double deadline) {
  if (lock->writer == stp_thread_record_self())
    return -EDEADLK;
  int error;
  while ((error = stp_rwlock_try_read(lock)) == -EBUSY) {
    const int handed = stp_wait_handed(&lock->waiting_readers, deadline);
    if (handed != 0)
      return handed > 0 ? 0 : handed;
  }
  return error;
}

int stp_rwlock_write(struct stp_rwlock* lock, double deadline) {
  if (lock->writer == stp_thread_record_self())
    return -EDEADLK;
  int handed = 0;
  while (handed == 0) {
    if (stp_rwlock_try_write(lock) == 0)
      return 0;
    handed = stp_wait_handed(&lock->waiting_writers, deadline);
  }
  if (handed > 0)
    return 0;
  /* Readers may have waited for this writer only. */
  if (lock->writer == NULL && lock->waiting_writers.first == NULL)
    admit_readers(lock);
  return handed;
}

void stp_rwlock_unlock(struct stp_rwlock* lock) {
  if (lock->waiting_readers.first != NULL || lock->waiting_writers.first != NULL)
    stp_work_flush();
  const bool readers_first = lock->kind == PTHREAD_RWLOCK_PREFER_READER_NP;
  if (lock->writer != NULL)
    lock->writer = NULL;
  else if (lock->readers > 0)
    lock->readers--;
  if (lock->readers > 0)
    return;
  if (lock->waiting_readers.first != NULL &&
      (readers_first || lock->waiting_writers.first == NULL)) {
    admit_readers(lock);
  } else if (lock->waiting_writers.first != NULL) {
    lock->writer = stp_thread_record_of(lock->waiting_writers.first->thread);
    stp_wake_one(&lock->waiting_writers);
  }
}
