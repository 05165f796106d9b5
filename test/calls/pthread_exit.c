// CALLS: pthread_exit __pthread_register_cancel __pthread_unregister_cancel __pthread_unwind_next
// CALLS: __cxa_thread_atexit_impl
// UNSUPPORTED: sanitize
// RUN: %both
// Leaving a thread from within its functions, cleanup handlers and destructors running; main's
// thread may leave before the others.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <unistd.h>

#include "check.h"

int __cxa_thread_atexit_impl(void (*function)(void*), void* object, void* dso_handle);
extern void* __dso_handle;

static char order[32];
static pthread_key_t key;

static void note(void* letter) { strcat(order, letter); }

__attribute__((noinline)) static void leave(void* result) {
  pthread_cleanup_push(note, "c");
  pthread_exit(result);
  pthread_cleanup_pop(0);
}

static void* run(void* argument) {
  CHECK_EQ(pthread_setspecific(key, "K"), 0);
  CHECK_EQ(__cxa_thread_atexit_impl(note, "1", &__dso_handle), 0);
  CHECK_EQ(__cxa_thread_atexit_impl(note, "2", &__dso_handle), 0);
  pthread_cleanup_push(note, "a");
  pthread_cleanup_push(note, "x");
  pthread_cleanup_pop(0);
  pthread_cleanup_push(note, "-");
  pthread_cleanup_pop(1);
  pthread_cleanup_push(note, "b");
  leave(argument);
  pthread_cleanup_pop(0);
  pthread_cleanup_pop(0);
  return NULL;
}

static void* leave_at_once(void* argument) { pthread_exit(argument); }

static void succeed(void) { _exit(strcmp(order, "done") == 0 ? 0 : 3); }

static void* outlive_main(void* main_thread) {
  void* result;
  CHECK_EQ(pthread_join(*(pthread_t*)main_thread, &result), 0);
  CHECK_EQ((intptr_t)result, 7);
  strcpy(order, "done");
  return NULL; /* the last thread: exit(0) */
}

int main(void) {
  static pthread_t main_thread;
  pthread_t thread;
  void* result;
  CHECK_EQ(pthread_key_create(&key, note), 0);
  CHECK_EQ(pthread_create(&thread, NULL, run, order), 0);
  CHECK_EQ(pthread_join(thread, &result), 0);
  CHECK(result == order);
  printf("%s\n", order);
  CHECK_EQ(strcmp(order, "-cba21K"), 0);
  CHECK_EQ(pthread_create(&thread, NULL, leave_at_once, &key), 0);
  CHECK_EQ(pthread_join(thread, &result), 0);
  CHECK(result == &key);

  fflush(stdout);
  atexit(succeed);
  main_thread = pthread_self();
  CHECK_EQ(pthread_create(&thread, NULL, outlive_main, &main_thread), 0);
  CHECK_EQ(pthread_detach(thread), 0);
  pthread_exit((void*)(intptr_t)7);
}
