// CALLS: getrusage times wait4 clock
// RUN: %both
//
// CPU time: of a process, and of the children that it has waited for.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>

#include "child.h"

static long micros(const struct rusage* usage) {
  return (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000 + usage->ru_utime.tv_usec +
         usage->ru_stime.tv_usec;
}

static long used(__rusage_who_t who) {
  struct rusage usage;
  CHECK_EQ(getrusage(who, &usage), 0);
  return micros(&usage);
}

enum { WORK = 20000 /* us of CPU time */ };

static void work(void* unused) {
  (void)unused;
  const long start = used(RUSAGE_THREAD);
  while (used(RUSAGE_THREAD) < start + WORK)
    ;
}

static void* work_in_thread(void* argument) {
  work(argument);
  return NULL;
}

static void work_in_grandchild(void* unused) {
  in_child(work, unused);
  CHECK(used(RUSAGE_CHILDREN) >= WORK);
}

int main(void) {
  struct rusage usage;
  struct tms before, after;
  CHECK_EQ(used(RUSAGE_CHILDREN), 0);
  CHECK(times(&before) != -1);

  /* Itself: a process's is that of its threads. */
  const long self = used(RUSAGE_SELF);
  pthread_t thread;
  CHECK_EQ(pthread_create(&thread, NULL, work_in_thread, NULL), 0);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK(used(RUSAGE_SELF) >= self + WORK);
  CHECK(clock() >= WORK);

  /* A child begins with none, and what it has used counts once it is waited for. */
  pid_t pid = child_start(work, NULL);
  CHECK_EQ(waitid(P_PID, (id_t)pid, NULL, WEXITED | WNOWAIT), 0);
  CHECK_EQ(used(RUSAGE_CHILDREN), 0);
  CHECK_EQ(wait4(pid, NULL, 0, &usage), pid);
  CHECK(micros(&usage) >= WORK && micros(&usage) < 10 * WORK);
  const long first = used(RUSAGE_CHILDREN);
  CHECK(first >= WORK);
  CHECK(times(&after) != -1);
  CHECK(after.tms_cutime + after.tms_cstime - before.tms_cutime - before.tms_cstime >= 1);
  CHECK(after.tms_utime + after.tms_stime >= before.tms_utime + before.tms_stime);

  /* With that of the grandchildren that it has waited for. */
  pid = child_start(work_in_grandchild, NULL);
  CHECK_EQ(wait3(NULL, 0, &usage), pid);
  CHECK(micros(&usage) >= WORK);
  CHECK(used(RUSAGE_CHILDREN) >= first + WORK);

  /* Children that nobody waits for do not count. */
  const long second = used(RUSAGE_CHILDREN);
  signal(SIGCHLD, SIG_IGN);
  child_start(work, NULL);
  CHECK_ERRNO(wait(NULL), ECHILD);
  CHECK_EQ(used(RUSAGE_CHILDREN), second);
  return 0;
}
