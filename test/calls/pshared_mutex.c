// CALLS: pthread_mutex_lock pthread_mutex_trylock pthread_mutex_unlock pthread_mutex_timedlock
// CALLS: pthread_mutex_consistent
// RUN: %both
//
// Mutexes in memory that processes share, at different addresses; robust ones whose owner's process
// dies; what becomes of private ones over fork.
#define _GNU_SOURCE
#include <pthread.h>
#include <time.h>

#include "elapsed.h"
#include "share.h"

struct shared {
  pthread_mutex_t mutex;
  volatile int inside, count, stage;
};
static struct shared* shared;

static void prepare(int type, int robust) {
  pthread_mutexattr_t attributes;
  CHECK_EQ(pthread_mutexattr_init(&attributes), 0);
  CHECK_EQ(pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED), 0);
  CHECK_EQ(pthread_mutexattr_settype(&attributes, type), 0);
  CHECK_EQ(pthread_mutexattr_setrobust(&attributes,
                                       robust ? PTHREAD_MUTEX_ROBUST : PTHREAD_MUTEX_STALLED),
           0);
  memset(shared, 0, sizeof *shared);
  CHECK_EQ(pthread_mutex_init(&shared->mutex, &attributes), 0);
}

static pid_t child(void) { return share_fork(&shared, sizeof *shared); }

/* Waits until another process has set the stage. */
static void await(int stage) {
  for (int i = 0; i < 5000 && shared->stage != stage; i++)
    usleep(1000);
  CHECK_EQ(shared->stage, stage);
}

static void work(void) {
  for (int i = 0; i < 30; i++) {
    CHECK_EQ(pthread_mutex_lock(&shared->mutex), 0);
    CHECK_EQ(shared->inside++, 0);
    if (i % 10 == 0)
      usleep(500);
    shared->count++;
    shared->inside--;
    CHECK_EQ(pthread_mutex_unlock(&shared->mutex), 0);
  }
}

static void* work_thread(void* unused) {
  work();
  return unused;
}

static void exclusion(int type) {
  prepare(type, 0);
  pid_t children[3];
  for (int i = 0; i < 3; i++)
    if ((children[i] = child()) == 0) {
      pthread_t thread;
      CHECK_EQ(pthread_create(&thread, NULL, work_thread, NULL), 0);
      work();
      CHECK_EQ(pthread_join(thread, NULL), 0);
      _exit(0);
    }
  work();
  for (int i = 0; i < 3; i++)
    share_join(children[i], 0);
  CHECK_EQ(shared->count, 7 * 30);
  CHECK_EQ(pthread_mutex_destroy(&shared->mutex), 0);
}

static void types(void) {
  prepare(PTHREAD_MUTEX_ERRORCHECK, 0);
  CHECK_EQ(pthread_mutex_lock(&shared->mutex), 0);
  CHECK_EQ(pthread_mutex_lock(&shared->mutex), EDEADLK);
  pid_t pid = child();
  if (pid == 0) {
    CHECK_EQ(pthread_mutex_unlock(&shared->mutex), EPERM);
    CHECK_EQ(pthread_mutex_trylock(&shared->mutex), EBUSY);
    struct timespec time = later(CLOCK_REALTIME, 10);
    CHECK_EQ(pthread_mutex_timedlock(&shared->mutex, &time), ETIMEDOUT);
    shared->stage = 1;
    CHECK_EQ(pthread_mutex_lock(&shared->mutex), 0);
    CHECK_EQ(shared->stage, 2);
    CHECK_EQ(pthread_mutex_unlock(&shared->mutex), 0);
    _exit(0);
  }
  await(1);
  usleep(5000);
  shared->stage = 2;
  CHECK_EQ(pthread_mutex_unlock(&shared->mutex), 0);
  share_join(pid, 0);
  CHECK_EQ(pthread_mutex_unlock(&shared->mutex), EPERM);

  prepare(PTHREAD_MUTEX_RECURSIVE, 0);
  CHECK_EQ(pthread_mutex_lock(&shared->mutex), 0);
  CHECK_EQ(pthread_mutex_lock(&shared->mutex), 0);
  CHECK_EQ(pthread_mutex_unlock(&shared->mutex), 0);
  if ((pid = child()) == 0) {
    CHECK_EQ(pthread_mutex_trylock(&shared->mutex), EBUSY);
    CHECK_EQ(pthread_mutex_unlock(&shared->mutex), EPERM);
    _exit(0);
  }
  share_join(pid, 0);
  CHECK_EQ(pthread_mutex_unlock(&shared->mutex), 0);
  if ((pid = child()) == 0) {
    CHECK_EQ(pthread_mutex_lock(&shared->mutex), 0);
    CHECK_EQ(pthread_mutex_lock(&shared->mutex), 0);
    _exit(0); /* it stays locked: it is not robust */
  }
  share_join(pid, 0);
  CHECK_EQ(pthread_mutex_trylock(&shared->mutex), EBUSY);
}

static void abandoned(void) {
  prepare(PTHREAD_MUTEX_ERRORCHECK, 1);
  /* By exit. */
  pid_t pid = child();
  if (pid == 0) {
    CHECK_EQ(pthread_mutex_lock(&shared->mutex), 0);
    _exit(0);
  }
  share_join(pid, 0);
  CHECK_EQ(pthread_mutex_trylock(&shared->mutex), EOWNERDEAD);
  CHECK_EQ(pthread_mutex_consistent(&shared->mutex), 0);
  CHECK_EQ(pthread_mutex_consistent(&shared->mutex), EINVAL);
  CHECK_EQ(pthread_mutex_unlock(&shared->mutex), 0);
  CHECK_EQ(pthread_mutex_lock(&shared->mutex), 0);
  CHECK_EQ(pthread_mutex_unlock(&shared->mutex), 0);

  /* By a signal, while others wait: one of them gets it, with the news, the others after it. */
  pid_t owner = child();
  if (owner == 0) {
    CHECK_EQ(pthread_mutex_lock(&shared->mutex), 0);
    shared->stage = 1;
    for (;;)
      pause();
  }
  await(1);
  pid_t waiters[3];
  for (int i = 0; i < 3; i++)
    if ((waiters[i] = child()) == 0) {
      int error = pthread_mutex_lock(&shared->mutex);
      CHECK(error == 0 || error == EOWNERDEAD);
      shared->inside += error == EOWNERDEAD;
      shared->count++;
      if (error == EOWNERDEAD)
        CHECK_EQ(pthread_mutex_consistent(&shared->mutex), 0);
      CHECK_EQ(pthread_mutex_unlock(&shared->mutex), 0);
      _exit(0);
    }
  usleep(20000);
  CHECK_EQ(shared->count, 0);
  share_kill(owner);
  for (int i = 0; i < 3; i++)
    share_join(waiters[i], 0);
  CHECK_EQ(shared->count, 3);
  CHECK_EQ(shared->inside, 1);

  /* Handed over, then the new owner dies, too. */
  prepare(PTHREAD_MUTEX_NORMAL, 1);
  CHECK_EQ(pthread_mutex_lock(&shared->mutex), 0);
  pid = child();
  if (pid == 0) {
    shared->stage = 1;
    CHECK_EQ(pthread_mutex_lock(&shared->mutex), 0);
    shared->stage = 2;
    await(3);
    usleep(10000);
    _exit(0);
  }
  await(1);
  usleep(10000);
  CHECK_EQ(pthread_mutex_unlock(&shared->mutex), 0);
  await(2);
  pid_t next = child();
  if (next == 0) {
    shared->stage = 3;
    CHECK_EQ(pthread_mutex_lock(&shared->mutex), EOWNERDEAD);
    _exit(0); /* not repaired either, but not let go of */
  }
  share_join(pid, 0);
  share_join(next, 0);
  CHECK_EQ(pthread_mutex_lock(&shared->mutex), EOWNERDEAD);
  /* Let go of without repair: of no more use to anybody, nor to who waits. */
  shared->stage = 0;
  pid = child();
  if (pid == 0) {
    shared->stage = 1;
    CHECK_EQ(pthread_mutex_lock(&shared->mutex), ENOTRECOVERABLE);
    _exit(0);
  }
  await(1);
  usleep(10000);
  CHECK_EQ(pthread_mutex_unlock(&shared->mutex), 0);
  share_join(pid, 0);
  CHECK_EQ(pthread_mutex_lock(&shared->mutex), ENOTRECOVERABLE);
  CHECK_EQ(pthread_mutex_trylock(&shared->mutex), ENOTRECOVERABLE);

  /* Who is killed while it waits leaves nothing behind. */
  prepare(PTHREAD_MUTEX_NORMAL, 1);
  CHECK_EQ(pthread_mutex_lock(&shared->mutex), 0);
  pid = child();
  if (pid == 0) {
    shared->stage = 1;
    pthread_mutex_lock(&shared->mutex);
    _exit(1);
  }
  await(1);
  usleep(10000);
  share_kill(pid);
  CHECK_EQ(pthread_mutex_unlock(&shared->mutex), 0);
  CHECK_EQ(pthread_mutex_lock(&shared->mutex), 0);
  CHECK_EQ(pthread_mutex_unlock(&shared->mutex), 0);
}

/* A process that becomes another program holds nothing any more. */
static void executing(char* program) {
  prepare(PTHREAD_MUTEX_NORMAL, 1);
  pid_t pid = child();
  if (pid == 0) {
    CHECK_EQ(pthread_mutex_lock(&shared->mutex), 0);
    shared->stage = 1;
    usleep(20000);
    execl(program, program, "pause", (char*)NULL);
    _exit(1);
  }
  await(1);
  CHECK_EQ(pthread_mutex_lock(&shared->mutex), EOWNERDEAD);
  CHECK_EQ(pthread_mutex_consistent(&shared->mutex), 0);
  CHECK_EQ(pthread_mutex_unlock(&shared->mutex), 0);
  share_kill(pid);
}

/* ---- private ones ---- */

static pthread_mutex_t by_me = PTHREAD_MUTEX_INITIALIZER, by_other = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t waited_for = PTHREAD_MUTEX_INITIALIZER;
static volatile int locked;

static void* lock_other(void* unused) {
  CHECK_EQ(pthread_mutex_lock(&by_other), 0);
  locked = 1;
  CHECK_EQ(pthread_mutex_lock(&waited_for), 0); /* waits while the other forks */
  CHECK_EQ(pthread_mutex_unlock(&waited_for), 0);
  CHECK_EQ(pthread_mutex_unlock(&by_other), 0);
  return unused;
}

static void over_fork(void) {
  pthread_t thread;
  CHECK_EQ(pthread_mutex_lock(&by_me), 0);
  CHECK_EQ(pthread_mutex_lock(&waited_for), 0);
  CHECK_EQ(pthread_create(&thread, NULL, lock_other, NULL), 0);
  while (!locked)
    usleep(1000);
  usleep(5000);
  pid_t pid = fork();
  if (pid == 0) {
    CHECK_EQ(pthread_mutex_trylock(&by_me), EBUSY);
    CHECK_EQ(pthread_mutex_unlock(&by_me), 0);
    CHECK_EQ(pthread_mutex_lock(&by_me), 0);
    CHECK_EQ(pthread_mutex_trylock(&by_other), EBUSY); /* for ever */
    CHECK_EQ(pthread_mutex_unlock(&waited_for), 0);    /* nobody waits here */
    CHECK_EQ(pthread_mutex_lock(&waited_for), 0);
    _exit(0);
  }
  share_join(pid, 0);
  CHECK_EQ(pthread_mutex_trylock(&by_me), EBUSY);
  CHECK_EQ(pthread_mutex_unlock(&by_me), 0);
  CHECK_EQ(pthread_mutex_unlock(&waited_for), 0);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(pthread_mutex_lock(&by_other), 0);
}

int main(int argc, char** argv) {
  while (argc > 1)
    pause();
  shared = share_create(sizeof *shared);
  exclusion(PTHREAD_MUTEX_NORMAL);
  exclusion(PTHREAD_MUTEX_RECURSIVE);
  types();
  abandoned();
  executing(argv[0]);
  over_fork();
  return 0;
}
