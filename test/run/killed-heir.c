// A post or a lock is handed to the one who waits; if that one is killed at the very same date,
// before it has run, the next gets it, or nobody, but it is not lost.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -pthread -I%include %s -o heir
// RUN: for seed in 1 2 3 4 5; do %exits 0 timeout 60 %simterpose run -q --seed $seed -n 1 -o out ./heir || exit 1; done
#include "check.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static struct shared {
  sem_t posts;
  pthread_rwlock_t lock;
  int winners;
} * shared;

static void wait_for_post(void) { CHECK_EQ(sem_wait(&shared->posts), 0); }
static void wait_to_write(void) { CHECK_EQ(pthread_rwlock_wrlock(&shared->lock), 0); }
static void wait_to_read(void) { CHECK_EQ(pthread_rwlock_rdlock(&shared->lock), 0); }
static void post(void) { CHECK_EQ(sem_post(&shared->posts), 0); }
static void unlock(void) { CHECK_EQ(pthread_rwlock_unlock(&shared->lock), 0); }

/* So many children wait; all but the last are killed when it has been handed on. */
static void inherit(int children, void (*wait_for)(void), void (*hand_on)(void)) {
  pid_t pids[4];
  int status, winners = 0;
  for (int i = 0; i < children; i++) {
    pids[i] = fork();
    if (pids[i] == 0) {
      wait_for();
      _exit(7);
    }
    usleep(1000);
  }
  hand_on();
  for (int i = 0; i < children - 1; i++)
    CHECK_EQ(kill(pids[i], SIGKILL), 0);
  for (int i = 0; i < children; i++) {
    CHECK_EQ(waitpid(pids[i], &status, 0), pids[i]);
    winners += WIFEXITED(status) && WEXITSTATUS(status) == 7;
  }
  CHECK_EQ(winners, 1);
}

/* The only one that waits is killed. */
static void die_out(void (*wait_for)(void), void (*hand_on)(void)) {
  const pid_t pid = fork();
  if (pid == 0) {
    wait_for();
    _exit(7);
  }
  usleep(1000);
  hand_on();
  CHECK_EQ(kill(pid, SIGKILL), 0);
  CHECK_EQ(waitpid(pid, NULL, 0), pid);
}

int main(void) {
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK(shared != MAP_FAILED);
  CHECK_EQ(sem_init(&shared->posts, 1, 0), 0);
  pthread_rwlockattr_t attributes;
  pthread_rwlockattr_init(&attributes);
  pthread_rwlockattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  CHECK_EQ(pthread_rwlock_init(&shared->lock, &attributes), 0);

  inherit(2, wait_for_post, post);
  inherit(4, wait_for_post, post);
  die_out(wait_for_post, post);
  int value;
  CHECK_EQ(sem_getvalue(&shared->posts, &value), 0);
  CHECK_EQ(value, 1);

  CHECK_EQ(pthread_rwlock_wrlock(&shared->lock), 0);
  die_out(wait_to_write, unlock);
  CHECK_EQ(pthread_rwlock_trywrlock(&shared->lock), 0);
  die_out(wait_to_read, unlock);
  CHECK_EQ(pthread_rwlock_trywrlock(&shared->lock), 0);
  unlock();
  return 0;
}
