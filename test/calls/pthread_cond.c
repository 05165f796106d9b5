// CALLS: pthread_cond_init pthread_cond_destroy pthread_cond_wait pthread_cond_timedwait
// CALLS: pthread_cond_clockwait pthread_cond_signal pthread_cond_broadcast
// CALLS: pthread_barrier_init pthread_barrier_destroy pthread_barrier_wait
// RUN: %both
// Condition variables on both clocks, and barriers.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "elapsed.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static int tokens, waiting, served;

static int reached(clockid_t clock, const struct timespec* time) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec > time->tv_sec || (now.tv_sec == time->tv_sec && now.tv_nsec >= time->tv_nsec);
}

static void* take_token(void* unused) {
  CHECK_EQ(pthread_mutex_lock(&mutex), 0);
  waiting++;
  while (tokens == 0)
    CHECK_EQ(pthread_cond_wait(&condition, &mutex), 0);
  tokens--;
  served++;
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
  return unused;
}

static void wait_until(int* variable, int value) {
  for (;;) {
    CHECK_EQ(pthread_mutex_lock(&mutex), 0);
    const int reached_it = *variable == value;
    CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
    if (reached_it)
      return;
    usleep(1000);
  }
}

static void test_signal(void) {
  enum { THREADS = 5 };
  pthread_t threads[THREADS];
  CHECK_EQ(pthread_cond_signal(&condition), 0);
  CHECK_EQ(pthread_cond_broadcast(&condition), 0);
  for (int i = 0; i < THREADS; i++)
    CHECK_EQ(pthread_create(&threads[i], NULL, take_token, NULL), 0);
  wait_until(&waiting, THREADS);
  CHECK_EQ(pthread_mutex_lock(&mutex), 0);
  tokens = 1;
  CHECK_EQ(pthread_cond_signal(&condition), 0);
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
  wait_until(&served, 1);
  CHECK_EQ(pthread_mutex_lock(&mutex), 0);
  tokens = THREADS - 1;
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
  CHECK_EQ(pthread_cond_broadcast(&condition), 0);
  for (int i = 0; i < THREADS; i++)
    CHECK_EQ(pthread_join(threads[i], NULL), 0);
  CHECK_EQ(served, THREADS);
  CHECK_EQ(tokens, 0);
}

static void test_timeout(void) {
  struct timespec time = later(CLOCK_REALTIME, 20);
  CHECK_EQ(pthread_mutex_lock(&mutex), 0);
  CHECK_EQ(pthread_cond_timedwait(&condition, &mutex, &time), ETIMEDOUT);
  CHECK(reached(CLOCK_REALTIME, &time));
  CHECK_EQ(pthread_cond_timedwait(&condition, &mutex, &time), ETIMEDOUT); /* it has passed */
  time = later(CLOCK_MONOTONIC, 20);
  CHECK_EQ(pthread_cond_clockwait(&condition, &mutex, CLOCK_MONOTONIC, &time), ETIMEDOUT);
  CHECK(reached(CLOCK_MONOTONIC, &time));
  CHECK_EQ(pthread_cond_clockwait(&condition, &mutex, CLOCK_THREAD_CPUTIME_ID, &time), EINVAL);
  time.tv_nsec = 1000000000;
  CHECK_EQ(pthread_cond_timedwait(&condition, &mutex, &time), EINVAL);
  CHECK_EQ(pthread_mutex_trylock(&mutex), EBUSY);
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);

  pthread_condattr_t attributes;
  pthread_cond_t monotonic;
  CHECK_EQ(pthread_condattr_init(&attributes), 0);
  CHECK_EQ(pthread_condattr_setclock(&attributes, CLOCK_PROCESS_CPUTIME_ID), EINVAL);
  CHECK_EQ(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC), 0);
  CHECK_EQ(pthread_cond_init(&monotonic, &attributes), 0);
  time = later(CLOCK_MONOTONIC, 20);
  CHECK_EQ(pthread_mutex_lock(&mutex), 0);
  CHECK_EQ(pthread_cond_timedwait(&monotonic, &mutex, &time), ETIMEDOUT);
  CHECK(reached(CLOCK_MONOTONIC, &time));
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
  CHECK_EQ(pthread_cond_destroy(&monotonic), 0);
  pthread_condattr_destroy(&attributes);
}

static void test_owner(void) {
  pthread_mutex_t checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
  CHECK_EQ(pthread_cond_wait(&condition, &checking), EPERM);
}

/* Two threads hand a turn to each other. */
static int turn;

static void* play(void* argument) {
  const int me = (int)(intptr_t)argument;
  for (int i = 0; i < 1000; i++) {
    CHECK_EQ(pthread_mutex_lock(&mutex), 0);
    while (turn != me)
      CHECK_EQ(pthread_cond_wait(&condition, &mutex), 0);
    turn = !me;
    CHECK_EQ(pthread_cond_signal(&condition), 0);
    CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
  }
  return NULL;
}

static void test_turns(void) {
  pthread_t threads[2];
  for (intptr_t i = 0; i < 2; i++)
    CHECK_EQ(pthread_create(&threads[i], NULL, play, (void*)i), 0);
  for (int i = 0; i < 2; i++)
    CHECK_EQ(pthread_join(threads[i], NULL), 0);
}

enum { PARTIES = 4, ROUNDS = 20 };
static pthread_barrier_t barrier;
static int arrived[ROUNDS], serials;

static void* meet(void* unused) {
  for (int i = 0; i < ROUNDS; i++) {
    __atomic_add_fetch(&arrived[i], 1, __ATOMIC_SEQ_CST);
    const int result = pthread_barrier_wait(&barrier);
    CHECK(result == 0 || result == PTHREAD_BARRIER_SERIAL_THREAD);
    if (result != 0)
      __atomic_add_fetch(&serials, 1, __ATOMIC_SEQ_CST);
    CHECK_EQ(__atomic_load_n(&arrived[i], __ATOMIC_SEQ_CST), PARTIES);
  }
  return unused;
}

static void test_barrier(void) {
  pthread_t threads[PARTIES];
  CHECK_EQ(pthread_barrier_init(&barrier, NULL, 0), EINVAL);
  CHECK_EQ(pthread_barrier_init(&barrier, NULL, PARTIES), 0);
  for (int i = 0; i < PARTIES; i++)
    CHECK_EQ(pthread_create(&threads[i], NULL, meet, NULL), 0);
  for (int i = 0; i < PARTIES; i++)
    CHECK_EQ(pthread_join(threads[i], NULL), 0);
  CHECK_EQ(serials, ROUNDS);
  CHECK_EQ(pthread_barrier_destroy(&barrier), 0);
}

int main(void) {
  test_signal();
  test_timeout();
  test_owner();
  test_turns();
  test_barrier();
  CHECK_EQ(pthread_cond_destroy(&condition), 0);
  return 0;
}
