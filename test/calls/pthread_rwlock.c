// CALLS: pthread_rwlock_init pthread_rwlock_destroy pthread_rwlock_rdlock pthread_rwlock_wrlock
// CALLS: pthread_rwlock_tryrdlock pthread_rwlock_trywrlock pthread_rwlock_timedrdlock
// CALLS: pthread_rwlock_timedwrlock pthread_rwlock_clockrdlock pthread_rwlock_clockwrlock
// CALLS: pthread_rwlock_unlock
// CALLS: pthread_spin_init pthread_spin_destroy pthread_spin_lock pthread_spin_trylock
// CALLS: pthread_spin_unlock
// RUN: %both
// Readers-writer locks and spin locks.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "elapsed.h"

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

static int in_thread(void* (*function)(void*), void* argument) {
  pthread_t thread;
  void* result;
  CHECK_EQ(pthread_create(&thread, NULL, function, argument), 0);
  CHECK_EQ(pthread_join(thread, &result), 0);
  return (int)(intptr_t)result;
}

static void* end_with(int error) {
  if (error == 0)
    pthread_rwlock_unlock(&lock);
  return (void*)(intptr_t)error;
}

static void* try_read(void* unused) {
  (void)unused;
  return end_with(pthread_rwlock_tryrdlock(&lock));
}

static void* try_write(void* unused) {
  (void)unused;
  return end_with(pthread_rwlock_trywrlock(&lock));
}

static void* read_for_a_while(void* unused) {
  (void)unused;
  const struct timespec time = later(CLOCK_REALTIME, 10);
  return end_with(pthread_rwlock_timedrdlock(&lock, &time));
}

static void* write_for_a_while(void* unused) {
  (void)unused;
  const struct timespec time = later(CLOCK_REALTIME, 10);
  return end_with(pthread_rwlock_timedwrlock(&lock, &time));
}

static void* read_monotonic(void* unused) {
  (void)unused;
  const struct timespec time = later(CLOCK_MONOTONIC, 10);
  return end_with(pthread_rwlock_clockrdlock(&lock, CLOCK_MONOTONIC, &time));
}

static void* write_monotonic(void* unused) {
  (void)unused;
  const struct timespec time = later(CLOCK_MONOTONIC, 10);
  return end_with(pthread_rwlock_clockwrlock(&lock, CLOCK_MONOTONIC, &time));
}

static void test_held(void) {
  struct timespec time = later(CLOCK_REALTIME, 1000);
  CHECK_EQ(pthread_rwlock_rdlock(&lock), 0);
  CHECK_EQ(pthread_rwlock_rdlock(&lock), 0);
  CHECK_EQ(in_thread(try_read, NULL), 0);
  CHECK_EQ(in_thread(read_for_a_while, NULL), 0);
  CHECK_EQ(in_thread(read_monotonic, NULL), 0);
  CHECK_EQ(in_thread(try_write, NULL), EBUSY);
  CHECK_EQ(in_thread(write_for_a_while, NULL), ETIMEDOUT);
  CHECK_EQ(in_thread(write_monotonic, NULL), ETIMEDOUT);
  CHECK_EQ(pthread_rwlock_unlock(&lock), 0);
  CHECK_EQ(in_thread(try_write, NULL), EBUSY);
  CHECK_EQ(pthread_rwlock_unlock(&lock), 0);
  CHECK_EQ(in_thread(try_write, NULL), 0);

  CHECK_EQ(pthread_rwlock_wrlock(&lock), 0);
  CHECK_EQ(pthread_rwlock_wrlock(&lock), EDEADLK);
  CHECK_EQ(pthread_rwlock_rdlock(&lock), EDEADLK);
  CHECK_EQ(pthread_rwlock_timedrdlock(&lock, &time), EDEADLK);
  CHECK_EQ(pthread_rwlock_tryrdlock(&lock), EBUSY);
  CHECK_EQ(pthread_rwlock_trywrlock(&lock), EBUSY);
  CHECK_EQ(in_thread(try_read, NULL), EBUSY);
  CHECK_EQ(in_thread(try_write, NULL), EBUSY);
  CHECK_EQ(in_thread(read_for_a_while, NULL), ETIMEDOUT);
  CHECK_EQ(in_thread(read_monotonic, NULL), ETIMEDOUT);
  CHECK_EQ(in_thread(write_for_a_while, NULL), ETIMEDOUT);
  CHECK_EQ(pthread_rwlock_unlock(&lock), 0);
  CHECK_EQ(in_thread(try_read, NULL), 0);
  time.tv_nsec = -1;
  CHECK_EQ(pthread_rwlock_timedrdlock(&lock, &time), EINVAL);
  CHECK_EQ(pthread_rwlock_timedwrlock(&lock, &time), EINVAL);
}

static void* write_it(void* unused) {
  CHECK_EQ(pthread_rwlock_wrlock(&lock), 0);
  CHECK_EQ(pthread_rwlock_unlock(&lock), 0);
  return unused;
}

/* Whether a reader gets in while a writer waits for another reader. */
static void test_preference(int kind, int expected) {
  pthread_rwlockattr_t attributes;
  pthread_t writer;
  CHECK_EQ(pthread_rwlockattr_init(&attributes), 0);
  CHECK_EQ(pthread_rwlockattr_setkind_np(&attributes, kind), 0);
  CHECK_EQ(pthread_rwlock_init(&lock, &attributes), 0);
  CHECK_EQ(pthread_rwlock_rdlock(&lock), 0);
  CHECK_EQ(pthread_create(&writer, NULL, write_it, NULL), 0);
  usleep(50000);
  CHECK_EQ(in_thread(read_for_a_while, NULL), expected);
  CHECK_EQ(pthread_rwlock_unlock(&lock), 0);
  CHECK_EQ(pthread_join(writer, NULL), 0);
  CHECK_EQ(pthread_rwlock_destroy(&lock), 0);
  pthread_rwlockattr_destroy(&attributes);
}

static volatile int readers, writers, written;

static void* write_often(void* unused) {
  for (int i = 0; i < 30; i++) {
    CHECK_EQ(pthread_rwlock_wrlock(&lock), 0);
    CHECK_EQ(++writers, 1);
    CHECK_EQ(readers, 0);
    usleep(100);
    written++;
    writers--;
    CHECK_EQ(pthread_rwlock_unlock(&lock), 0);
  }
  return unused;
}

static void* read_often(void* unused) {
  for (int i = 0; i < 30; i++) {
    CHECK_EQ(pthread_rwlock_rdlock(&lock), 0);
    __atomic_add_fetch(&readers, 1, __ATOMIC_SEQ_CST);
    CHECK_EQ(writers, 0);
    usleep(50);
    __atomic_sub_fetch(&readers, 1, __ATOMIC_SEQ_CST);
    CHECK_EQ(pthread_rwlock_unlock(&lock), 0);
    usleep(300);
  }
  return unused;
}

static void test_contention(void) {
  pthread_t threads[6];
  CHECK_EQ(pthread_rwlock_init(&lock, NULL), 0);
  for (int i = 0; i < 6; i++)
    CHECK_EQ(pthread_create(&threads[i], NULL, i < 2 ? write_often : read_often, NULL), 0);
  for (int i = 0; i < 6; i++)
    CHECK_EQ(pthread_join(threads[i], NULL), 0);
  CHECK_EQ(written, 60);
}

static pthread_spinlock_t spin;
static int spun;

static void* try_spin(void* unused) {
  (void)unused;
  return (void*)(intptr_t)pthread_spin_trylock(&spin);
}

static void* spin_often(void* unused) {
  for (int i = 0; i < 20; i++) {
    CHECK_EQ(pthread_spin_lock(&spin), 0);
    const int seen = spun;
    usleep(20);
    spun = seen + 1;
    CHECK_EQ(pthread_spin_unlock(&spin), 0);
  }
  return unused;
}

static void test_spin(void) {
  pthread_t threads[4];
  CHECK_EQ(pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE), 0);
  CHECK_EQ(pthread_spin_lock(&spin), 0);
  CHECK_EQ(in_thread(try_spin, NULL), EBUSY);
  for (int i = 0; i < 4; i++)
    CHECK_EQ(pthread_create(&threads[i], NULL, spin_often, NULL), 0);
  usleep(1000);
  CHECK_EQ(spun, 0);
  CHECK_EQ(pthread_spin_unlock(&spin), 0);
  for (int i = 0; i < 4; i++)
    CHECK_EQ(pthread_join(threads[i], NULL), 0);
  CHECK_EQ(spun, 80);
  CHECK_EQ(pthread_spin_trylock(&spin), 0);
  CHECK_EQ(pthread_spin_unlock(&spin), 0);
  CHECK_EQ(pthread_spin_destroy(&spin), 0);
}

int main(void) {
  test_held();
  test_preference(PTHREAD_RWLOCK_PREFER_READER_NP, 0);
  test_preference(PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP, ETIMEDOUT);
  test_contention();
  test_spin();
  return 0;
}
