// CALLS: sem_init sem_destroy sem_getvalue sem_post sem_wait sem_trywait sem_timedwait
// CALLS: sem_clockwait
// RUN: %both
// Semaphores without names.
#define _GNU_SOURCE
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "elapsed.h"

static sem_t items, finished;
static int consumed;

static void* consume(void* unused) {
  for (int i = 0; i < 100; i++) {
    CHECK_EQ(sem_wait(&items), 0);
    __atomic_add_fetch(&consumed, 1, __ATOMIC_SEQ_CST);
  }
  CHECK_EQ(sem_post(&finished), 0);
  return unused;
}

int main(void) {
  int value;
  CHECK_ERRNO(sem_init(&items, 0, (unsigned)SEM_VALUE_MAX + 1), EINVAL);
  CHECK_EQ(sem_init(&items, 0, SEM_VALUE_MAX), 0);
  CHECK_ERRNO(sem_post(&items), EOVERFLOW);
  CHECK_EQ(sem_init(&items, 0, 2), 0);
  CHECK_EQ(sem_getvalue(&items, &value), 0);
  CHECK_EQ(value, 2);
  CHECK_EQ(sem_wait(&items), 0);
  CHECK_EQ(sem_trywait(&items), 0);
  CHECK_ERRNO(sem_trywait(&items), EAGAIN);

  struct timespec time = later(CLOCK_REALTIME, 10);
  CHECK_ERRNO(sem_timedwait(&items, &time), ETIMEDOUT);
  time = later(CLOCK_MONOTONIC, 10);
  CHECK_ERRNO(sem_clockwait(&items, CLOCK_MONOTONIC, &time), ETIMEDOUT);
  CHECK_ERRNO(sem_clockwait(&items, CLOCK_PROCESS_CPUTIME_ID, &time), EINVAL);
  time.tv_nsec = 1000000000;
  CHECK_ERRNO(sem_timedwait(&items, &time), EINVAL);
  CHECK_EQ(sem_post(&items), 0);
  time = later(CLOCK_REALTIME, 10);
  CHECK_EQ(sem_timedwait(&items, &time), 0);

  pthread_t threads[3];
  CHECK_EQ(sem_init(&finished, 1, 0), 0);
  for (int i = 0; i < 3; i++)
    CHECK_EQ(pthread_create(&threads[i], NULL, consume, NULL), 0);
  for (int i = 0; i < 300; i++) {
    CHECK_EQ(sem_post(&items), 0);
    if (i % 50 == 0)
      usleep(1000);
  }
  for (int i = 0; i < 3; i++)
    CHECK_EQ(sem_wait(&finished), 0);
  CHECK_EQ(consumed, 300);
  for (int i = 0; i < 3; i++)
    CHECK_EQ(pthread_join(threads[i], NULL), 0);
  CHECK_EQ(sem_getvalue(&items, &value), 0);
  CHECK_EQ(value, 0);
  CHECK_EQ(sem_destroy(&items), 0);
  CHECK_EQ(sem_destroy(&finished), 0);
  return 0;
}
