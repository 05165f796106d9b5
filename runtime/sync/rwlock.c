/* Readers-writer locks. Who lets go hands the lock to those who wait, who find it theirs when they
 * wake. */
#include "sync/rwlock.h"

#include <errno.h>

#include "process/thread.h"
#include "sync/robust.h"
#include "sync/word.h"
#include "time/work.h"

/* What threads wait for. */
enum { READ = 1, WRITE = 2 };

/* The writer that is next; null: none waits. `word` is the lock's. */
static struct stp_thread* next_writer(struct stp_rwlock* lock, const struct stp_word* word) {
  if (lock->waiting_writers == 0)
    return NULL;
  struct stp_thread* const next = stp_word_first(word, WRITE);
  if (next == NULL) /* they were killed */
    lock->waiting_writers = 0;
  return next;
}

int stp_rwlock_try_read(struct stp_rwlock* lock) {
  if (lock->writer != 0)
    return -EBUSY;
  if (lock->kind == PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP && lock->waiting_writers > 0) {
    const struct stp_word word = stp_word_at(lock);
    if (next_writer(lock, &word) != NULL)
      return -EBUSY;
  }
  if (lock->readers == UINT32_MAX)
    return -EAGAIN;
  lock->readers++;
  return 0;
}

int stp_rwlock_try_write(struct stp_rwlock* lock) {
  if (lock->writer != 0 || lock->readers != 0)
    return -EBUSY;
  lock->writer = stp_holder(stp_self);
  return 0;
}

/* ---- passing it on ---- */

static void take_back_read(const struct stp_word* word, uint32_t* waiters);
static void take_back_write(const struct stp_word* word, uint32_t* waiters);

/* All readers that wait; whether there were any. */
static bool admit_readers(struct stp_rwlock* lock, const struct stp_word* word) {
  if (lock->waiting_readers == 0)
    return false;
  const int admitted = stp_word_give(word, READ, &lock->waiting_readers, INT_MAX, take_back_read);
  lock->readers += (uint32_t)admitted;
  return admitted > 0;
}

static bool admit_writer(struct stp_rwlock* lock, const struct stp_word* word) {
  struct stp_thread* const next = next_writer(lock, word);
  if (next == NULL)
    return false;
  lock->writer = stp_holder(next);
  stp_word_give(word, WRITE, &lock->waiting_writers, 1, take_back_write);
  return true;
}

/* It is free. */
static void pass_on(struct stp_rwlock* lock, const struct stp_word* word) {
  if (lock->kind == PTHREAD_RWLOCK_PREFER_READER_NP)
    (void)(admit_readers(lock, word) || admit_writer(lock, word));
  else
    (void)(admit_writer(lock, word) || admit_readers(lock, word));
}

/* It was given to threads that have been killed since. */
static void take_back_read(const struct stp_word* word, uint32_t* waiters) {
  struct stp_rwlock* const lock =
      (struct stp_rwlock*)((char*)waiters - offsetof(struct stp_rwlock, waiting_readers));
  if (lock->readers == 0)
    return;
  lock->readers--;
  if (lock->readers == 0)
    pass_on(lock, word);
}

static void take_back_write(const struct stp_word* word, uint32_t* waiters) {
  struct stp_rwlock* const lock =
      (struct stp_rwlock*)((char*)waiters - offsetof(struct stp_rwlock, waiting_writers));
  lock->writer = 0;
  pass_on(lock, word);
}

/* ---- locking ---- */

int stp_rwlock_read(struct stp_rwlock* lock, double deadline) {
  if (lock->writer == stp_holder(stp_self))
    return -EDEADLK;
  int error;
  while ((error = stp_rwlock_try_read(lock)) == -EBUSY) {
    const struct stp_word word = stp_word_at(lock);
    const int handed = stp_word_wait(&word, READ, &lock->waiting_readers, 0, deadline);
    if (handed != 0)
      return handed > 0 ? 0 : handed;
  }
  return error;
}

int stp_rwlock_write(struct stp_rwlock* lock, double deadline) {
  if (lock->writer == stp_holder(stp_self))
    return -EDEADLK;
  const struct stp_word word = stp_word_at(lock);
  int handed = 0;
  while (handed == 0) {
    if (stp_rwlock_try_write(lock) == 0)
      return 0;
    handed = stp_word_wait(&word, WRITE, &lock->waiting_writers, 0, deadline);
  }
  if (handed > 0)
    return 0;
  /* Readers may have waited for this writer only. */
  if (lock->writer == 0 && next_writer(lock, &word) == NULL)
    admit_readers(lock, &word);
  return handed;
}

void stp_rwlock_unlock(struct stp_rwlock* lock) {
  if (lock->waiting_readers != 0 || lock->waiting_writers != 0)
    stp_work_flush();
  if (lock->writer != 0)
    lock->writer = 0;
  else if (lock->readers > 0)
    lock->readers--;
  if (lock->readers > 0)
    return;
  const struct stp_word word = stp_word_at(lock);
  pass_on(lock, &word);
}
