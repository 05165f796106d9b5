// CALLS: pthread_key_create pthread_key_delete pthread_setspecific pthread_getspecific pthread_once
// RUN: %both
// Thread-specific data with destructors, and once.
#define _GNU_SOURCE
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <unistd.h>

#include "check.h"

static pthread_key_t key, stubborn_key;
static int destroyed, stubborn_rounds;
static int a, b;

static void destroy(void* value) {
  CHECK(value == &a);
  CHECK(pthread_getspecific(key) == NULL);
  destroyed++;
}

static void come_back(void* value) {
  stubborn_rounds++;
  CHECK_EQ(pthread_setspecific(stubborn_key, value), 0);
}

static void* use_keys(void* unused) {
  CHECK(pthread_getspecific(key) == NULL);
  CHECK_EQ(pthread_setspecific(key, &a), 0);
  CHECK(pthread_getspecific(key) == &a);
  CHECK_EQ(pthread_setspecific(stubborn_key, &b), 0);
  return unused;
}

static void* use_and_clear(void* unused) {
  CHECK_EQ(pthread_setspecific(key, &a), 0);
  CHECK_EQ(pthread_setspecific(key, NULL), 0);
  return unused;
}

static void run(void* (*function)(void*)) {
  pthread_t thread;
  CHECK_EQ(pthread_create(&thread, NULL, function, NULL), 0);
  CHECK_EQ(pthread_join(thread, NULL), 0);
}

static void test_keys(void) {
  CHECK_EQ(pthread_key_create(&key, destroy), 0);
  CHECK_EQ(pthread_key_create(&stubborn_key, come_back), 0);
  CHECK(key != stubborn_key);
  CHECK_EQ(pthread_setspecific(key, &b), 0);
  run(use_keys);
  CHECK_EQ(destroyed, 1);
  CHECK_EQ(stubborn_rounds, PTHREAD_DESTRUCTOR_ITERATIONS);
  CHECK(pthread_getspecific(key) == &b);
  run(use_and_clear);
  CHECK_EQ(destroyed, 1);

  /* A key that is made anew has no values yet. */
  CHECK_EQ(pthread_key_delete(key), 0);
  CHECK_EQ(pthread_key_delete(key), EINVAL);
  CHECK(pthread_getspecific(key) == NULL);
  CHECK_EQ(pthread_setspecific(key, &a), EINVAL);
  CHECK_EQ(pthread_key_create(&key, NULL), 0);
  CHECK(pthread_getspecific(key) == NULL);
  CHECK_EQ(pthread_key_delete(key), 0);
  CHECK_EQ(pthread_key_delete(stubborn_key), 0);
  CHECK_EQ(pthread_setspecific(PTHREAD_KEYS_MAX, &a), EINVAL);
  CHECK_EQ(pthread_key_delete(PTHREAD_KEYS_MAX), EINVAL);
}

static void test_all_keys(void) {
  static pthread_key_t keys[PTHREAD_KEYS_MAX];
  int count = 0;
  while (count < PTHREAD_KEYS_MAX && pthread_key_create(&keys[count], NULL) == 0)
    count++;
  CHECK(count > PTHREAD_KEYS_MAX - 64); /* libraries may have some */
  if (count < PTHREAD_KEYS_MAX)
    CHECK_EQ(pthread_key_create(&key, NULL), EAGAIN);
  for (int i = 0; i < count; i++)
    CHECK_EQ(pthread_setspecific(keys[i], &keys[i]), 0);
  for (int i = 0; i < count; i++)
    CHECK(pthread_getspecific(keys[i]) == &keys[i]);
  for (int i = 0; i < count; i++)
    CHECK_EQ(pthread_key_delete(keys[i]), 0);
}

static pthread_once_t control = PTHREAD_ONCE_INIT, outer = PTHREAD_ONCE_INIT;
static int initialised, nested;

static void initialise(void) {
  usleep(1000);
  initialised++;
}

static void* once(void* unused) {
  CHECK_EQ(pthread_once(&control, initialise), 0);
  CHECK_EQ(initialised, 1);
  return unused;
}

static void initialise_nested(void) {
  nested++;
  once(NULL);
}

static void test_once(void) {
  pthread_t threads[5];
  for (int i = 0; i < 5; i++)
    CHECK_EQ(pthread_create(&threads[i], NULL, once, NULL), 0);
  for (int i = 0; i < 5; i++)
    CHECK_EQ(pthread_join(threads[i], NULL), 0);
  CHECK_EQ(pthread_once(&outer, initialise_nested), 0);
  CHECK_EQ(pthread_once(&outer, initialise_nested), 0);
  CHECK_EQ(nested, 1);
}

int main(void) {
  test_keys();
  test_all_keys();
  test_once();
  return 0;
}
