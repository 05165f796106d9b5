// CALLS: pthread_atfork __register_atfork fork _Fork vfork
// RUN: %both
//
// What runs around a fork.
#define _GNU_SOURCE
#include <pthread.h>

#include "child.h"

int __register_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void),
                      void* dso_handle);

static char trace[64];
static void note(char letter) { trace[strlen(trace)] = letter; }

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void prepare_1(void) { note('a'); }
static void parent_1(void) { note('b'); }
static void child_1(void) { note('c'); }
static void prepare_2(void) {
  note('A');
  CHECK_EQ(pthread_mutex_lock(&mutex), 0);
}
static void parent_2(void) {
  note('B');
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
}
static void child_2(void) {
  note('C');
  CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
}
static void only_parent(void) { note('p'); }
static void only_child(void) { note('k'); }

static pid_t in_thread_pid;

static void* in_thread(void* unused) {
  in_thread_pid = fork();
  CHECK(in_thread_pid >= 0);
  if (in_thread_pid == 0) {
    CHECK(strcmp(trace, "AacCk") == 0);
    _exit(6);
  }
  return unused;
}

int main(void) {
  CHECK_EQ(pthread_atfork(prepare_1, parent_1, child_1), 0);
  CHECK_EQ(pthread_atfork(prepare_2, parent_2, child_2), 0);
  CHECK_EQ(pthread_atfork(NULL, only_parent, NULL), 0);
  CHECK_EQ(__register_atfork(NULL, NULL, only_child, NULL), 0);
  CHECK_EQ(pthread_atfork(NULL, NULL, NULL), 0);

  pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid == 0) {
    CHECK(strcmp(trace, "AacCk") == 0);
    CHECK_EQ(pthread_mutex_trylock(&mutex), 0);
    CHECK_EQ(pthread_mutex_unlock(&mutex), 0);
    memset(trace, 0, sizeof trace);
    pid = fork(); /* the child has the handlers, too */
    if (pid == 0)
      _exit(strcmp(trace, "AacCk") == 0 ? 3 : 4);
    CHECK(strcmp(trace, "AabBp") == 0);
    _exit(WEXITSTATUS(child_status(pid)));
  }
  CHECK(strcmp(trace, "AabBp") == 0);
  CHECK_EQ(WEXITSTATUS(child_status(pid)), 3);

  memset(trace, 0, sizeof trace);
  pid = _Fork();
  if (pid == 0)
    _exit(trace[0] ? 4 : 3);
  CHECK_EQ(WEXITSTATUS(child_status(pid)), 3);
  CHECK_EQ(trace[0], 0);

  pid = vfork();
  if (pid == 0)
    _exit(9);
  CHECK_EQ(trace[0], 0);
  CHECK_EQ(WEXITSTATUS(child_status(pid)), 9);

  pthread_t thread;
  CHECK_EQ(pthread_create(&thread, NULL, in_thread, NULL), 0);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK(strcmp(trace, "AabBp") == 0);
  CHECK_EQ(WEXITSTATUS(child_status(in_thread_pid)), 6);
  return 0;
}
