// CALLS: pthread_mutex_init pthread_mutex_destroy pthread_mutex_lock pthread_mutex_trylock
// CALLS: pthread_mutex_timedlock pthread_mutex_clocklock pthread_mutex_unlock
// CALLS: pthread_mutex_consistent
// RUN: %both
// Mutexes of all types, held by this thread and by others.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "elapsed.h"

static pthread_mutex_t fresh = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_mutex_t checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
static pthread_mutex_t adaptive = PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP;

static void* in_thread(void* (*function)(void*), void* argument) {
  pthread_t thread;
  void* result;
  CHECK_EQ(pthread_create(&thread, NULL, function, argument), 0);
  CHECK_EQ(pthread_join(thread, &result), 0);
  return result;
}

static void* try(void* mutex) {
  const int error = pthread_mutex_trylock(mutex);
  if (error == 0)
    pthread_mutex_unlock(mutex);
  return (void*)(intptr_t)error;
}

static void* unlock(void* mutex) { return (void*)(intptr_t)pthread_mutex_unlock(mutex); }

static void* lock_until(void* mutex) {
  const struct timespec time = later(CLOCK_REALTIME, 10);
  return (void*)(intptr_t)pthread_mutex_timedlock(mutex, &time);
}

static void* lock_until_monotonic(void* mutex) {
  const struct timespec time = later(CLOCK_MONOTONIC, 10);
  return (void*)(intptr_t)pthread_mutex_clocklock(mutex, CLOCK_MONOTONIC, &time);
}

static void* lock_until_invalid(void* mutex) {
  const struct timespec time = {.tv_nsec = 1000000000};
  return (void*)(intptr_t)pthread_mutex_timedlock(mutex, &time);
}

static void test_plain(pthread_mutex_t* mutex) {
  CHECK_EQ(pthread_mutex_lock(mutex), 0);
  CHECK_EQ((intptr_t)in_thread(try, mutex), EBUSY);
  CHECK_EQ((intptr_t)in_thread(lock_until, mutex), ETIMEDOUT);
  CHECK_EQ((intptr_t)in_thread(lock_until_monotonic, mutex), ETIMEDOUT);
  CHECK_EQ((intptr_t)in_thread(lock_until_invalid, mutex), EINVAL);
  CHECK_EQ(pthread_mutex_unlock(mutex), 0);
  CHECK_EQ((intptr_t)in_thread(try, mutex), 0);
  struct timespec time = later(CLOCK_REALTIME, 10);
  CHECK_EQ(pthread_mutex_timedlock(mutex, &time), 0);
  CHECK_EQ(pthread_mutex_unlock(mutex), 0);
}

static void test_types(void) {
  test_plain(&fresh);
  test_plain(&recursive);
  test_plain(&checking);
  test_plain(&adaptive);

  CHECK_EQ(pthread_mutex_lock(&fresh), 0);
  CHECK_EQ(pthread_mutex_trylock(&fresh), EBUSY);
  const struct timespec time = later(CLOCK_REALTIME, 10);
  CHECK_EQ(pthread_mutex_timedlock(&fresh, &time), ETIMEDOUT);
  CHECK_EQ(pthread_mutex_unlock(&fresh), 0);

  CHECK_EQ(pthread_mutex_lock(&recursive), 0);
  CHECK_EQ(pthread_mutex_lock(&recursive), 0);
  CHECK_EQ(pthread_mutex_trylock(&recursive), 0);
  CHECK_EQ(pthread_mutex_unlock(&recursive), 0);
  CHECK_EQ(pthread_mutex_unlock(&recursive), 0);
  CHECK_EQ((intptr_t)in_thread(try, &recursive), EBUSY);
  CHECK_EQ((intptr_t)in_thread(unlock, &recursive), EPERM);
  CHECK_EQ(pthread_mutex_unlock(&recursive), 0);
  CHECK_EQ((intptr_t)in_thread(try, &recursive), 0);
  CHECK_EQ(pthread_mutex_unlock(&recursive), EPERM);

  CHECK_EQ(pthread_mutex_lock(&checking), 0);
  CHECK_EQ(pthread_mutex_lock(&checking), EDEADLK);
  CHECK_EQ(pthread_mutex_timedlock(&checking, &time), EDEADLK);
  CHECK_EQ(pthread_mutex_trylock(&checking), EBUSY);
  CHECK_EQ((intptr_t)in_thread(unlock, &checking), EPERM);
  CHECK_EQ(pthread_mutex_unlock(&checking), 0);
  CHECK_EQ(pthread_mutex_unlock(&checking), EPERM);
}

static void test_attributes(void) {
  pthread_mutexattr_t attributes;
  pthread_mutex_t mutex;
  CHECK_EQ(pthread_mutexattr_init(&attributes), 0);
  CHECK_EQ(pthread_mutexattr_settype(&attributes, 17), EINVAL);
  CHECK_EQ(pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE), 0);
  CHECK_EQ(pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED), 0);
  CHECK_EQ(pthread_mutex_init(&mutex, &attributes), 0);
  CHECK_EQ(pthread_mutex_lock(&mutex), 0);
  CHECK_EQ(pthread_mutex_lock(&mutex), 0);
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
  CHECK_EQ(pthread_mutex_destroy(&mutex), EBUSY);
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
  CHECK_EQ(pthread_mutex_destroy(&mutex), 0);
  CHECK_EQ(pthread_mutex_lock(&mutex), EINVAL);
  CHECK_EQ(pthread_mutex_init(&mutex, NULL), 0);
  CHECK_EQ(pthread_mutex_lock(&mutex), 0);
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
  CHECK_EQ(pthread_mutex_destroy(&mutex), 0);
  pthread_mutexattr_destroy(&attributes);
}

static void* lock_and_end(void* mutex) { return (void*)(intptr_t)pthread_mutex_lock(mutex); }

static void test_robust(void) {
  pthread_mutexattr_t attributes;
  pthread_mutex_t mutex;
  CHECK_EQ(pthread_mutexattr_init(&attributes), 0);
  CHECK_EQ(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST), 0);
  CHECK_EQ(pthread_mutex_init(&mutex, &attributes), 0);
  CHECK_EQ(pthread_mutex_consistent(&mutex), EINVAL);
  CHECK_EQ((intptr_t)in_thread(lock_and_end, &mutex), 0);
  CHECK_EQ(pthread_mutex_lock(&mutex), EOWNERDEAD);
  CHECK_EQ((intptr_t)in_thread(unlock, &mutex), EPERM);
  CHECK_EQ(pthread_mutex_consistent(&mutex), 0);
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
  CHECK_EQ(pthread_mutex_lock(&mutex), 0);
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
  CHECK_EQ((intptr_t)in_thread(lock_and_end, &mutex), 0);
  CHECK_EQ(pthread_mutex_trylock(&mutex), EOWNERDEAD);
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
  CHECK_EQ(pthread_mutex_lock(&mutex), ENOTRECOVERABLE);
  CHECK_EQ(pthread_mutex_trylock(&mutex), ENOTRECOVERABLE);
  CHECK_EQ(pthread_mutex_destroy(&mutex), 0);
  CHECK_EQ(pthread_mutex_consistent(&fresh), EINVAL);
  pthread_mutexattr_destroy(&attributes);
}

enum { THREADS = 8, ROUNDS = 50 };
static volatile int inside, total;

static void* contend(void* mutex) {
  for (int i = 0; i < ROUNDS; i++) {
    CHECK_EQ(pthread_mutex_lock(mutex), 0);
    CHECK_EQ(inside++, 0);
    if (i % 10 == 0)
      usleep(100);
    total++;
    CHECK_EQ(--inside, 0);
    CHECK_EQ(pthread_mutex_unlock(mutex), 0);
  }
  return NULL;
}

static void test_contention(pthread_mutex_t* mutex) {
  pthread_t threads[THREADS];
  total = 0;
  for (int i = 0; i < THREADS; i++)
    CHECK_EQ(pthread_create(&threads[i], NULL, contend, mutex), 0);
  for (int i = 0; i < THREADS; i++)
    CHECK_EQ(pthread_join(threads[i], NULL), 0);
  CHECK_EQ(total, THREADS * ROUNDS);
}

int main(void) {
  test_types();
  test_attributes();
  test_robust();
  test_contention(&fresh);
  test_contention(&recursive);
  test_contention(&checking);
  return 0;
}
