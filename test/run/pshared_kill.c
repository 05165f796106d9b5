// RUN: %stp_clang -O2 -pthread -I%include %s -o %t
// RUN: %simterpose run -n 1 --quiet -o %t.out %t
//
// Processes that are killed while they wait in shared memory for a condition, a readers-writer lock
// or a mutex are forgotten. (Natively libc goes on counting on them: no test of the real system.)
#define _GNU_SOURCE
#include <pthread.h>
#include <semaphore.h>

#include "share.h"

struct shared {
  pthread_mutex_t mutex;
  pthread_cond_t condition;
  pthread_rwlock_t rwlock;
  sem_t ready;
  volatile int value, count;
};
static struct shared* shared;

static pid_t child(void) { return share_fork(&shared, sizeof *shared); }

static void prepare(void) {
  share_mutex(&shared->mutex);
  share_condition(&shared->condition, CLOCK_REALTIME);
  share_rwlock(&shared->rwlock, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
  CHECK_EQ(sem_init(&shared->ready, 1, 0), 0);
}

static void conditions(void) {
  pid_t children[4];
  for (int i = 0; i < 4; i++)
    if ((children[i] = child()) == 0) {
      CHECK_EQ(pthread_mutex_lock(&shared->mutex), 0);
      CHECK_EQ(sem_post(&shared->ready), 0);
      while (shared->value != 7)
        CHECK_EQ(pthread_cond_wait(&shared->condition, &shared->mutex), 0);
      shared->count++;
      CHECK_EQ(pthread_mutex_unlock(&shared->mutex), 0);
      _exit(0);
    }
  for (int i = 0; i < 4; i++)
    CHECK_EQ(sem_wait(&shared->ready), 0);
  usleep(10000);
  share_kill(children[0]);
  CHECK_EQ(pthread_mutex_lock(&shared->mutex), 0);
  shared->value = 7;
  CHECK_EQ(pthread_cond_signal(&shared->condition), 0); /* not to the dead one */
  CHECK_EQ(pthread_mutex_unlock(&shared->mutex), 0);
  share_join(children[1], 0);
  CHECK_EQ(shared->count, 1);
  CHECK_EQ(pthread_cond_broadcast(&shared->condition), 0);
  share_join(children[2], 0);
  share_join(children[3], 0);
  CHECK_EQ(shared->count, 3);
}

static void rwlocks(void) {
  CHECK_EQ(pthread_rwlock_rdlock(&shared->rwlock), 0);
  pid_t writer = child();
  if (writer == 0) {
    CHECK_EQ(sem_post(&shared->ready), 0);
    pthread_rwlock_wrlock(&shared->rwlock);
    _exit(1);
  }
  CHECK_EQ(sem_wait(&shared->ready), 0);
  usleep(10000);
  CHECK_EQ(pthread_rwlock_tryrdlock(&shared->rwlock), EBUSY);
  CHECK_EQ(kill(writer, SIGKILL), 0); /* gone at once, though it has yet to be reaped */
  CHECK_EQ(pthread_rwlock_tryrdlock(&shared->rwlock), 0);
  share_join(writer, SIGKILL);
  CHECK_EQ(pthread_rwlock_unlock(&shared->rwlock), 0);
  CHECK_EQ(pthread_rwlock_unlock(&shared->rwlock), 0);
  CHECK_EQ(pthread_rwlock_wrlock(&shared->rwlock), 0);
  CHECK_EQ(pthread_rwlock_unlock(&shared->rwlock), 0);
}

static void mutexes(void) {
  CHECK_EQ(pthread_mutex_lock(&shared->mutex), 0);
  pid_t first = child();
  if (first == 0) {
    CHECK_EQ(sem_post(&shared->ready), 0);
    pthread_mutex_lock(&shared->mutex);
    _exit(1);
  }
  CHECK_EQ(sem_wait(&shared->ready), 0);
  usleep(10000);
  CHECK_EQ(kill(first, SIGKILL), 0);
  CHECK_EQ(pthread_mutex_unlock(&shared->mutex), 0); /* to nobody: it is dying */
  CHECK_EQ(pthread_mutex_lock(&shared->mutex), 0);
  share_join(first, SIGKILL);
}

int main(void) {
  shared = share_create(sizeof *shared);
  prepare();
  conditions();
  rwlocks();
  mutexes();
  return 0;
}
