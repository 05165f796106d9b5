// CALLS: pthread_create pthread_join pthread_tryjoin_np pthread_timedjoin_np pthread_clockjoin_np
// CALLS: pthread_detach pthread_self pthread_getattr_np pthread_getattr_default_np pthread_setname_np
// CALLS: pthread_getname_np pthread_getcpuclockid pthread_kill
// CALLS: pthread_setcancelstate pthread_setcanceltype pthread_testcancel
// CALLS: pthread_atfork __register_atfork
// RUN: %both
// The life of threads: create, join, detach, what a thread is like.
#define _GNU_SOURCE
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static pthread_t seen_self;
static int counter;
static sem_t go, done;

static void* give_back(void* argument) {
  seen_self = pthread_self();
  counter++;
  return argument;
}

static void* wait_for_go(void* argument) {
  sem_wait(&go);
  return argument;
}

static struct timespec soon(clockid_t clock, long milliseconds) {
  struct timespec time;
  clock_gettime(clock, &time);
  time.tv_nsec += milliseconds * 1000000;
  time.tv_sec += time.tv_nsec / 1000000000;
  time.tv_nsec %= 1000000000;
  return time;
}

static void test_join(void) {
  pthread_t thread;
  void* result = NULL;
  CHECK_EQ(pthread_create(&thread, NULL, give_back, &counter), 0);
  CHECK_EQ(pthread_join(thread, &result), 0);
  CHECK(result == &counter);
  CHECK_EQ(counter, 1);
  CHECK(pthread_equal(seen_self, thread));
  CHECK(!pthread_equal(seen_self, pthread_self()));

  CHECK_EQ(pthread_create(&thread, NULL, give_back, NULL), 0);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(pthread_join(pthread_self(), NULL), EDEADLK);
}

static void test_timed_join(void) {
  pthread_t thread;
  void* result;
  CHECK_EQ(pthread_create(&thread, NULL, wait_for_go, &go), 0);
  CHECK_EQ(pthread_tryjoin_np(thread, &result), EBUSY);
  struct timespec time = soon(CLOCK_REALTIME, 10);
  CHECK_EQ(pthread_timedjoin_np(thread, &result, &time), ETIMEDOUT);
  time = soon(CLOCK_MONOTONIC, 10);
  CHECK_EQ(pthread_clockjoin_np(thread, &result, CLOCK_MONOTONIC, &time), ETIMEDOUT);
  CHECK_EQ(pthread_clockjoin_np(thread, &result, CLOCK_PROCESS_CPUTIME_ID, &time), EINVAL);
  sem_post(&go);
  time = soon(CLOCK_REALTIME, 5000);
  CHECK_EQ(pthread_timedjoin_np(thread, &result, &time), 0);
  CHECK(result == &go);

  CHECK_EQ(pthread_create(&thread, NULL, give_back, NULL), 0);
  while (pthread_tryjoin_np(thread, &result) == EBUSY)
    usleep(1000);
}

static void* post(void* unused) {
  sem_post(&done);
  return unused;
}

static void test_detach(void) {
  pthread_t thread;
  CHECK_EQ(pthread_create(&thread, NULL, wait_for_go, NULL), 0);
  CHECK_EQ(pthread_detach(thread), 0);
  CHECK_EQ(pthread_join(thread, NULL), EINVAL);
  CHECK_EQ(pthread_detach(thread), EINVAL);
  sem_post(&go);

  pthread_attr_t attributes;
  CHECK_EQ(pthread_attr_init(&attributes), 0);
  CHECK_EQ(pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED), 0);
  CHECK_EQ(pthread_create(&thread, &attributes, post, NULL), 0);
  sem_wait(&done);
  pthread_attr_destroy(&attributes);
}

static void* look_at_stack(void* argument) {
  char here;
  pthread_attr_t attributes;
  void* stack;
  size_t size, guard;
  int state;
  CHECK_EQ(pthread_getattr_np(pthread_self(), &attributes), 0);
  CHECK_EQ(pthread_attr_getstack(&attributes, &stack, &size), 0);
  CHECK_EQ(pthread_attr_getguardsize(&attributes, &guard), 0);
  CHECK_EQ(pthread_attr_getdetachstate(&attributes, &state), 0);
  CHECK((char*)stack < &here && &here < (char*)stack + size);
  CHECK(size >= *(size_t*)argument); /* without the guard */
  pthread_attr_destroy(&attributes);
  return (void*)(intptr_t)state;
}

static void* use_stack(void* unused) {
  volatile char block[200 << 10];
  for (size_t i = 0; i < sizeof block; i += 1000)
    block[i] = (char)i;
  return (void*)(intptr_t)(block[1000] == (char)1000 ? unused == NULL : 0);
}

static void test_attributes(void) {
  pthread_t thread;
  pthread_attr_t attributes;
  size_t size = 256 << 10;
  void* result;
  CHECK_EQ(pthread_attr_init(&attributes), 0);
  size_t usual, unsaid;
  pthread_attr_t defaults;
  CHECK_EQ(pthread_getattr_default_np(&defaults), 0);
  CHECK_EQ(pthread_attr_getstacksize(&defaults, &usual), 0);
  CHECK_EQ(pthread_attr_getstacksize(&attributes, &unsaid), 0);
  CHECK_EQ(usual, unsaid);
  CHECK_EQ(pthread_create(&thread, NULL, look_at_stack, &usual), 0);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(pthread_attr_setstacksize(&attributes, 100), EINVAL);
  CHECK_EQ(pthread_attr_setstacksize(&attributes, size), 0);
  CHECK_EQ(pthread_create(&thread, &attributes, look_at_stack, &size), 0);
  CHECK_EQ(pthread_join(thread, &result), 0);
  CHECK_EQ((intptr_t)result, PTHREAD_CREATE_JOINABLE);
  CHECK_EQ(pthread_create(&thread, &attributes, use_stack, NULL), 0);
  CHECK_EQ(pthread_join(thread, &result), 0);
  CHECK_EQ((intptr_t)result, 1);
  CHECK_EQ(pthread_attr_setstacksize(&attributes, PTHREAD_STACK_MIN), 0);
  CHECK_EQ(pthread_create(&thread, &attributes, give_back, NULL), 0);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  pthread_attr_destroy(&attributes);
  size = 1 << 16;
  look_at_stack(&size);
}

static void* look_at_name(void* unused) {
  char name[16];
  CHECK_EQ(pthread_getname_np(pthread_self(), name, sizeof name), 0);
  CHECK_EQ(strcmp(name, "fifteen letters"), 0);
  return unused;
}

static void test_name(void) {
  pthread_t thread;
  char name[16];
  CHECK_EQ(pthread_getname_np(pthread_self(), name, sizeof name), 0);
  CHECK(name[0] != 0);
  CHECK_EQ(pthread_getname_np(pthread_self(), name, 15), ERANGE);
  CHECK_EQ(pthread_setname_np(pthread_self(), "sixteen letters!"), ERANGE);
  CHECK_EQ(pthread_setname_np(pthread_self(), "fifteen letters"), 0);
  CHECK_EQ(pthread_create(&thread, NULL, look_at_name, NULL), 0);
  CHECK_EQ(pthread_join(thread, NULL), 0);
}

static void test_signals_and_cancellation(void) {
  int old = -1;
  CHECK_EQ(pthread_kill(pthread_self(), 0), 0);
  CHECK_EQ(pthread_kill(pthread_self(), 1000), EINVAL);
  CHECK_EQ(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old), 0);
  CHECK_EQ(old, PTHREAD_CANCEL_ENABLE);
  CHECK_EQ(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old), 0);
  CHECK_EQ(old, PTHREAD_CANCEL_DISABLE);
  CHECK_EQ(pthread_setcancelstate(7, &old), EINVAL);
  CHECK_EQ(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &old), 0);
  CHECK_EQ(old, PTHREAD_CANCEL_DEFERRED);
  CHECK_EQ(pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, NULL), 0);
  CHECK_EQ(pthread_setcanceltype(7, &old), EINVAL);
  pthread_testcancel();
  CHECK_EQ(pthread_atfork(NULL, NULL, NULL), 0);
  clockid_t clock;
  struct timespec time;
  CHECK_EQ(pthread_getcpuclockid(pthread_self(), &clock), 0);
  CHECK_EQ(clock_gettime(clock, &time), 0);
}

static void* nothing(void* argument) { return argument; }

static void test_many(void) {
  enum { MANY = 200 };
  static pthread_t threads[MANY];
  for (int round = 0; round < 5; round++) {
    for (intptr_t i = 0; i < MANY; i++)
      CHECK_EQ(pthread_create(&threads[i], NULL, nothing, (void*)i), 0);
    for (intptr_t i = 0; i < MANY; i++) {
      void* result;
      CHECK_EQ(pthread_join(threads[i], &result), 0);
      CHECK_EQ((intptr_t)result, i);
    }
  }
}

int main(void) {
  sem_init(&go, 0, 0);
  sem_init(&done, 0, 0);
  test_join();
  test_timed_join();
  test_detach();
  test_attributes();
  test_name();
  test_signals_and_cancellation();
  test_many();
  return 0;
}
