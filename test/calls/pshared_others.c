// CALLS: pthread_cond_wait pthread_cond_signal pthread_cond_broadcast pthread_cond_timedwait
// CALLS: pthread_rwlock_rdlock pthread_rwlock_wrlock pthread_barrier_wait sem_wait sem_post
// CALLS: pthread_spin_lock syscall
// RUN: %both
//
// Condition variables, readers-writer locks, barriers, semaphores, spin locks and futexes in memory
// that processes share, at different addresses.
#define _GNU_SOURCE
#include <linux/futex.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/syscall.h>
#include <time.h>

#include "share.h"

struct shared {
  char before[100]; /* not at the start of a page */
  pthread_mutex_t mutex;
  pthread_cond_t filled, emptied;
  pthread_rwlock_t rwlock;
  pthread_barrier_t barrier;
  sem_t semaphore, ready;
  pthread_spinlock_t spin;
  int futex, other_futex;
  volatile int value, count, readers, serial;
};
static struct shared* shared;

static pid_t child(void) { return share_fork(&shared, sizeof *shared); }

static void prepare(void) {
  share_mutex(&shared->mutex);
  share_condition(&shared->filled, CLOCK_MONOTONIC);
  share_condition(&shared->emptied, CLOCK_MONOTONIC);
  share_rwlock(&shared->rwlock, PTHREAD_RWLOCK_PREFER_READER_NP);
  pthread_barrierattr_t barrier;
  CHECK_EQ(pthread_barrierattr_init(&barrier), 0);
  CHECK_EQ(pthread_barrierattr_setpshared(&barrier, PTHREAD_PROCESS_SHARED), 0);
  CHECK_EQ(pthread_barrier_init(&shared->barrier, &barrier, 4), 0);
  CHECK_EQ(sem_init(&shared->semaphore, 1, 0), 0);
  CHECK_EQ(sem_init(&shared->ready, 1, 0), 0);
  CHECK_EQ(pthread_spin_init(&shared->spin, PTHREAD_PROCESS_SHARED), 0);
}

/* ---- condition variables ---- */

static void put(int value) {
  CHECK_EQ(pthread_mutex_lock(&shared->mutex), 0);
  while (shared->value != 0)
    CHECK_EQ(pthread_cond_wait(&shared->emptied, &shared->mutex), 0);
  shared->value = value;
  CHECK_EQ(pthread_cond_signal(&shared->filled), 0);
  CHECK_EQ(pthread_mutex_unlock(&shared->mutex), 0);
}

static int get(void) {
  CHECK_EQ(pthread_mutex_lock(&shared->mutex), 0);
  while (shared->value == 0)
    CHECK_EQ(pthread_cond_wait(&shared->filled, &shared->mutex), 0);
  int value = shared->value;
  shared->value = 0;
  CHECK_EQ(pthread_cond_signal(&shared->emptied), 0);
  CHECK_EQ(pthread_mutex_unlock(&shared->mutex), 0);
  return value;
}

static void conditions(void) {
  pid_t pid = child();
  if (pid == 0) {
    for (int i = 1; i <= 100; i++)
      put(i);
    _exit(0);
  }
  for (int i = 1; i <= 100; i++)
    CHECK_EQ(get(), i);
  share_join(pid, 0);

  /* All that wait. */
  pid_t children[4];
  for (int i = 0; i < 4; i++)
    if ((children[i] = child()) == 0) {
      CHECK_EQ(pthread_mutex_lock(&shared->mutex), 0);
      CHECK_EQ(sem_post(&shared->ready), 0);
      while (shared->value != 7)
        CHECK_EQ(pthread_cond_wait(&shared->filled, &shared->mutex), 0);
      shared->count++;
      CHECK_EQ(pthread_mutex_unlock(&shared->mutex), 0);
      _exit(0);
    }
  for (int i = 0; i < 4; i++)
    CHECK_EQ(sem_wait(&shared->ready), 0);
  usleep(10000);
  CHECK_EQ(pthread_mutex_lock(&shared->mutex), 0);
  shared->value = 7;
  CHECK_EQ(pthread_cond_broadcast(&shared->filled), 0);
  CHECK_EQ(pthread_mutex_unlock(&shared->mutex), 0);
  for (int i = 0; i < 4; i++)
    share_join(children[i], 0);
  CHECK_EQ(shared->count, 4);

  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  CHECK_EQ(pthread_mutex_lock(&shared->mutex), 0);
  CHECK_EQ(pthread_cond_timedwait(&shared->emptied, &shared->mutex, &time), ETIMEDOUT);
  CHECK_EQ(pthread_mutex_unlock(&shared->mutex), 0);
}

/* ---- readers-writer locks ---- */

static void rwlocks(void) {
  pid_t readers[3];
  for (int i = 0; i < 3; i++)
    if ((readers[i] = child()) == 0) {
      CHECK_EQ(pthread_rwlock_rdlock(&shared->rwlock), 0);
      __atomic_add_fetch(&shared->readers, 1, __ATOMIC_SEQ_CST);
      CHECK_EQ(sem_post(&shared->ready), 0);
      CHECK_EQ(sem_wait(&shared->semaphore), 0); /* all hold it at once */
      __atomic_sub_fetch(&shared->readers, 1, __ATOMIC_SEQ_CST);
      CHECK_EQ(pthread_rwlock_unlock(&shared->rwlock), 0);
      _exit(0);
    }
  for (int i = 0; i < 3; i++)
    CHECK_EQ(sem_wait(&shared->ready), 0);
  CHECK_EQ(shared->readers, 3);
  CHECK_EQ(pthread_rwlock_trywrlock(&shared->rwlock), EBUSY);
  pid_t writer = child();
  if (writer == 0) {
    CHECK_EQ(pthread_rwlock_wrlock(&shared->rwlock), 0);
    CHECK_EQ(shared->readers, 0);
    shared->value = 11;
    usleep(5000);
    CHECK_EQ(pthread_rwlock_unlock(&shared->rwlock), 0);
    _exit(0);
  }
  usleep(10000);
  for (int i = 0; i < 3; i++)
    CHECK_EQ(sem_post(&shared->semaphore), 0);
  for (int i = 0; i < 3; i++)
    share_join(readers[i], 0);
  share_join(writer, 0);
  CHECK_EQ(pthread_rwlock_rdlock(&shared->rwlock), 0);
  CHECK_EQ(shared->value, 11);
  CHECK_EQ(pthread_rwlock_unlock(&shared->rwlock), 0);
}

/* ---- barriers and spin locks ---- */

static void rounds(void) {
  for (int i = 0; i < 20; i++) {
    CHECK_EQ(pthread_spin_lock(&shared->spin), 0);
    shared->count++;
    CHECK_EQ(pthread_spin_unlock(&shared->spin), 0);
    int result = pthread_barrier_wait(&shared->barrier);
    CHECK(result == 0 || result == PTHREAD_BARRIER_SERIAL_THREAD);
    if (result != 0)
      shared->serial++;
    CHECK_EQ(shared->count, 4 * (i + 1));
    pthread_barrier_wait(&shared->barrier);
  }
}

static void barriers(void) {
  pid_t children[3];
  shared->count = shared->serial = 0;
  for (int i = 0; i < 3; i++)
    if ((children[i] = child()) == 0) {
      rounds();
      _exit(0);
    }
  rounds();
  for (int i = 0; i < 3; i++)
    share_join(children[i], 0);
  CHECK_EQ(shared->serial, 20);
  CHECK_EQ(pthread_barrier_destroy(&shared->barrier), 0);
}

/* ---- semaphores and futexes ---- */

static void semaphores(void) {
  pid_t pid = child();
  if (pid == 0) {
    CHECK_EQ(sem_post(&shared->ready), 0);
    sem_wait(&shared->semaphore);
    _exit(1);
  }
  CHECK_EQ(sem_wait(&shared->ready), 0);
  usleep(10000);
  share_kill(pid);
  CHECK_EQ(sem_post(&shared->semaphore), 0);
  int value;
  CHECK_EQ(sem_getvalue(&shared->semaphore, &value), 0);
  CHECK_EQ(value, 1);
  CHECK_EQ(sem_wait(&shared->semaphore), 0);
}

static long futex(int* word, int operation, int value, long value2, int* word2, int value3) {
  return syscall(SYS_futex, word, operation, value, value2, word2, value3);
}

static void futexes(void) {
  pid_t children[3];
  for (int i = 0; i < 3; i++)
    if ((children[i] = child()) == 0) {
      CHECK_EQ(sem_post(&shared->ready), 0);
      CHECK_EQ(futex(&shared->futex, FUTEX_WAIT, 0, 0, NULL, 0), 0);
      _exit(0);
    }
  for (int i = 0; i < 3; i++)
    CHECK_EQ(sem_wait(&shared->ready), 0);
  usleep(20000);
  CHECK_EQ(futex(&shared->other_futex, FUTEX_WAKE, 10, 0, NULL, 0), 0);
  while (futex(&shared->futex, FUTEX_WAKE, 1, 0, NULL, 0) == 0)
    usleep(1000); /* on a busy machine they may be about to wait only */
  for (int moved = 0; moved < 2; usleep(1000))
    moved += (int)futex(&shared->futex, FUTEX_CMP_REQUEUE, 0, 10, &shared->other_futex, 0);
  CHECK_EQ(futex(&shared->futex, FUTEX_WAKE, 10, 0, NULL, 0), 0);
  CHECK_EQ(futex(&shared->other_futex, FUTEX_WAKE, 10, 0, NULL, 0), 2);
  for (int i = 0; i < 3; i++)
    share_join(children[i], 0);
  shared->futex = 5;
  CHECK_ERRNO(futex(&shared->futex, FUTEX_WAIT, 4, 0, NULL, 0), EAGAIN);
  struct timespec delay = {0, 1000000};
  CHECK_ERRNO(futex(&shared->futex, FUTEX_WAIT, 5, (long)&delay, NULL, 0), ETIMEDOUT);

  /* Private memory at the same address in parent and child is not the same word. */
  static int word;
  pid_t pid = fork();
  if (pid == 0) {
    CHECK_EQ(sem_post(&shared->ready), 0);
    delay.tv_nsec = 30000000;
    CHECK_ERRNO(futex(&word, FUTEX_WAIT, 0, (long)&delay, NULL, 0), ETIMEDOUT);
    _exit(0);
  }
  CHECK_EQ(sem_wait(&shared->ready), 0);
  usleep(10000);
  CHECK_EQ(futex(&word, FUTEX_WAKE, 10, 0, NULL, 0), 0);
  share_join(pid, 0);
}

int main(void) {
  shared = share_create(sizeof *shared);
  prepare();
  conditions();
  rwlocks();
  barriers();
  semaphores();
  futexes();
  return 0;
}
