// CALLS: thrd_create thrd_current thrd_join thrd_detach thrd_exit thrd_yield thrd_sleep call_once
// CALLS: mtx_init mtx_destroy mtx_lock mtx_timedlock mtx_trylock mtx_unlock
// CALLS: cnd_init cnd_destroy cnd_signal cnd_broadcast cnd_wait cnd_timedwait
// CALLS: tss_create tss_delete tss_get tss_set
// RUN: %both
// C11's threads.
#include <threads.h>
#include <time.h>

#include "check.h"

static mtx_t mutex;
static cnd_t condition;
static tss_t key;
static once_flag flag = ONCE_FLAG_INIT;
static int initialised, ready, destroyed;

static void initialise(void) { initialised++; }

static void destroy(void* value) {
  CHECK(value == &key);
  destroyed++;
}

static struct timespec later(long milliseconds) {
  struct timespec time;
  CHECK_EQ(timespec_get(&time, TIME_UTC), TIME_UTC);
  time.tv_nsec += milliseconds * 1000000;
  time.tv_sec += time.tv_nsec / 1000000000;
  time.tv_nsec %= 1000000000;
  return time;
}

static int give_back(void* argument) {
  call_once(&flag, initialise);
  CHECK(tss_get(key) == NULL);
  CHECK_EQ(tss_set(key, &key), thrd_success);
  CHECK(tss_get(key) == &key);
  return *(int*)argument;
}

static int leave(void* argument) { thrd_exit(*(int*)argument); }

static int try_lock(void* unused) {
  (void)unused;
  const struct timespec time = later(5);
  CHECK_EQ(mtx_timedlock(&mutex, &time), thrd_timedout);
  return mtx_trylock(&mutex);
}

static int wait_until_ready(void* unused) {
  (void)unused;
  CHECK_EQ(mtx_lock(&mutex), thrd_success);
  while (!ready)
    CHECK_EQ(cnd_wait(&condition, &mutex), thrd_success);
  CHECK_EQ(mtx_unlock(&mutex), thrd_success);
  return 0;
}

static int run(thrd_start_t function, void* argument) {
  thrd_t thread;
  int result = -1;
  CHECK_EQ(thrd_create(&thread, function, argument), thrd_success);
  CHECK_EQ(thrd_join(thread, &result), thrd_success);
  return result;
}

static void test_threads(void) {
  int number = -12345;
  CHECK_EQ(tss_create(&key, destroy), thrd_success);
  CHECK_EQ(run(give_back, &number), number);
  CHECK_EQ(run(leave, &number), number);
  call_once(&flag, initialise);
  CHECK_EQ(initialised, 1);
  CHECK_EQ(destroyed, 1);
  tss_delete(key);
  CHECK(thrd_equal(thrd_current(), thrd_current()));
  thrd_t thread;
  CHECK_EQ(thrd_create(&thread, leave, &number), thrd_success);
  CHECK_EQ(thrd_detach(thread), thrd_success);
  thrd_yield();
  const struct timespec delay = {.tv_nsec = 1000000}, invalid = {.tv_nsec = 1000000000};
  CHECK_EQ(thrd_sleep(&delay, NULL), 0);
  CHECK(thrd_sleep(&invalid, NULL) < -1);
}

static void test_mutexes(void) {
  CHECK_EQ(mtx_init(&mutex, mtx_timed | mtx_recursive), thrd_success);
  CHECK_EQ(mtx_lock(&mutex), thrd_success);
  CHECK_EQ(mtx_lock(&mutex), thrd_success);
  CHECK_EQ(mtx_trylock(&mutex), thrd_success);
  CHECK_EQ(run(try_lock, NULL), thrd_busy);
  for (int i = 0; i < 3; i++)
    CHECK_EQ(mtx_unlock(&mutex), thrd_success);
  mtx_destroy(&mutex);
}

static void test_conditions(void) {
  thrd_t threads[3];
  CHECK_EQ(mtx_init(&mutex, mtx_plain), thrd_success);
  CHECK_EQ(cnd_init(&condition), thrd_success);
  const struct timespec time = later(5);
  CHECK_EQ(mtx_lock(&mutex), thrd_success);
  CHECK_EQ(cnd_timedwait(&condition, &mutex, &time), thrd_timedout);
  CHECK_EQ(mtx_unlock(&mutex), thrd_success);
  for (int i = 0; i < 3; i++)
    CHECK_EQ(thrd_create(&threads[i], wait_until_ready, NULL), thrd_success);
  const struct timespec delay = {.tv_nsec = 1000000};
  thrd_sleep(&delay, NULL);
  CHECK_EQ(mtx_lock(&mutex), thrd_success);
  ready = 1;
  CHECK_EQ(cnd_signal(&condition), thrd_success);
  CHECK_EQ(cnd_broadcast(&condition), thrd_success);
  CHECK_EQ(mtx_unlock(&mutex), thrd_success);
  for (int i = 0; i < 3; i++)
    CHECK_EQ(thrd_join(threads[i], NULL), thrd_success);
  cnd_destroy(&condition);
  mtx_destroy(&mutex);
}

int main(void) {
  test_threads();
  test_mutexes();
  test_conditions();
  return 0;
}
