// Numbers of processes and threads are taken in order, and again from 300 on when they have come to
// 32768, but for those in use: by processes, zombies, threads, process groups and sessions.
//
// UNSUPPORTED: sanitize
// (which maps memory for each of a hundred thousand stacks)
// RUN: %stp_clang -O2 -pthread -I%include %s -o %t
// RUN: %simterpose run -q -o %t.out %t
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>

#include "child.h"

static pid_t last;

static void* remember(void* unused) {
  last = gettid();
  return unused;
}

/* Uses the next number up. */
static pid_t next(void) {
  pthread_t thread;
  CHECK_EQ(pthread_create(&thread, NULL, remember, NULL), 0);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  return last;
}

static void advance_to(pid_t number) {
  while (next() != number)
    CHECK(last < number || last > number + 100);
}

static void for_ever(void* unused) {
  (void)unused;
  for (;;)
    pause();
}

static void nothing(void* unused) { (void)unused; }

int main(void) {
  CHECK_EQ(getpid(), 2);
  advance_to(400);
  const pid_t alive = child_start(for_ever, NULL), zombie = child_start(nothing, NULL);
  const pid_t leader = child_start(for_ever, NULL), member = child_start(for_ever, NULL);
  CHECK(alive == 401 && zombie == 402 && leader == 403 && member == 404);
  CHECK_EQ(setpgid(leader, leader), 0);
  CHECK_EQ(setpgid(member, leader), 0);
  CHECK_EQ(kill(leader, SIGKILL), 0);
  CHECK_EQ(child_status(leader), SIGKILL);
  CHECK_EQ(waitid(P_PID, (id_t)zombie, NULL, WEXITED | WNOWAIT), 0);
  advance_to(32767);
  CHECK_EQ(next(), 300);
  advance_to(400);
  CHECK_EQ(next(), 405);
  advance_to(32767);
  CHECK_EQ(child_status(zombie), 0);
  CHECK_EQ(setpgid(member, 0), 0);
  advance_to(400);
  CHECK_EQ(next(), 402);
  CHECK_EQ(next(), 403);
  CHECK_EQ(next(), 405);
  kill(-member, SIGKILL);
  kill(alive, SIGKILL);
  CHECK_EQ(child_status(alive), SIGKILL);
  CHECK_EQ(child_status(member), SIGKILL);
  return 0;
}
