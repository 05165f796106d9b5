// CALLS: sched_get_priority_max sched_get_priority_min sched_yield sched_setscheduler sched_getscheduler sched_setparam sched_getparam
// CALLS: sched_rr_get_interval sched_setaffinity sched_getaffinity sched_getcpu getcpu
// CALLS: pthread_setschedparam pthread_getschedparam pthread_setschedprio pthread_setaffinity_np
// CALLS: pthread_getaffinity_np pthread_setconcurrency pthread_getconcurrency
// CALLS: pthread_attr_setschedparam
// RUN: %both
// Policies, priorities and processors.
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static void test_attributes(void) {
  pthread_attr_t attributes;
  struct sched_param parameters = {.sched_priority = 10};
  CHECK_EQ(pthread_attr_init(&attributes), 0);
  CHECK_EQ(pthread_attr_setschedpolicy(&attributes, SCHED_RR), 0);
  CHECK_EQ(pthread_attr_setschedparam(&attributes, &parameters), 0);
  parameters.sched_priority = 100;
  CHECK_EQ(pthread_attr_setschedparam(&attributes, &parameters), EINVAL);
  CHECK_EQ(pthread_attr_getschedparam(&attributes, &parameters), 0);
  CHECK_EQ(parameters.sched_priority, 10);
  CHECK_EQ(pthread_attr_destroy(&attributes), 0);
}

int main(void) {
  test_attributes();
  struct sched_param parameters = {.sched_priority = 0};
  int policy;
  CHECK_EQ(sched_yield(), 0);
  CHECK_EQ(sched_get_priority_max(SCHED_FIFO), 99);
  CHECK_EQ(sched_get_priority_min(SCHED_RR), 1);
  CHECK_EQ(sched_get_priority_max(SCHED_OTHER), 0);
  CHECK_ERRNO(sched_get_priority_min(77), EINVAL);
  CHECK_EQ(sched_getscheduler(0), SCHED_OTHER);
  CHECK_EQ(sched_getscheduler(getpid()), SCHED_OTHER);
  CHECK_ERRNO(sched_getscheduler(0x3ffffff), ESRCH);
  CHECK_ERRNO(sched_getscheduler(-1), EINVAL);
  CHECK_EQ(sched_setscheduler(0, SCHED_BATCH, &parameters), 0);
  CHECK_EQ(sched_getscheduler(0), SCHED_BATCH);
  CHECK_EQ(sched_setscheduler(0, SCHED_OTHER, &parameters), 0);
  CHECK_ERRNO(sched_setscheduler(0, 77, &parameters), EINVAL);
  CHECK_ERRNO(sched_setscheduler(0, SCHED_RR, &parameters), EINVAL);
  CHECK_EQ(sched_setparam(0, &parameters), 0);
  parameters.sched_priority = 3;
  CHECK_ERRNO(sched_setparam(0, &parameters), EINVAL);
  CHECK_EQ(sched_getparam(0, &parameters), 0);
  CHECK_EQ(parameters.sched_priority, 0);
  struct timespec interval;
  CHECK_EQ(sched_rr_get_interval(0, &interval), 0);

  CHECK_EQ(pthread_getschedparam(pthread_self(), &policy, &parameters), 0);
  CHECK_EQ(policy, SCHED_OTHER);
  CHECK_EQ(pthread_setschedparam(pthread_self(), SCHED_OTHER, &parameters), 0);
  CHECK_EQ(pthread_setschedparam(pthread_self(), 77, &parameters), EINVAL);
  CHECK_EQ(pthread_setschedprio(pthread_self(), 0), 0);
  CHECK_EQ(pthread_setschedprio(pthread_self(), 5), EINVAL);

  cpu_set_t all, one;
  CPU_ZERO(&all);
  CHECK_EQ(sched_getaffinity(0, sizeof all, &all), 0);
  CHECK(CPU_COUNT(&all) >= 1);
  int cpu = 0;
  while (!CPU_ISSET(cpu, &all))
    cpu++;
  CPU_ZERO(&one);
  CHECK_ERRNO(sched_setaffinity(0, sizeof one, &one), EINVAL);
  CPU_SET(cpu, &one);
  CHECK_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  cpu_set_t seen;
  CHECK_EQ(pthread_getaffinity_np(pthread_self(), sizeof seen, &seen), 0);
  CHECK(CPU_EQUAL(&seen, &one));
  CHECK_EQ(sched_getcpu(), cpu);
  unsigned where, node;
  CHECK_EQ(getcpu(&where, &node), 0);
  CHECK_EQ(where, cpu);
  /* A child inherits it, and may be asked and told by others. */
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    CHECK_EQ(sched_getaffinity(0, sizeof seen, &seen), 0);
    CHECK(CPU_EQUAL(&seen, &one));
    pause();
  }
  CHECK_EQ(sched_setaffinity(child, sizeof all, &all), 0);
  CHECK_EQ(sched_getaffinity(child, sizeof seen, &seen), 0);
  CHECK(CPU_EQUAL(&seen, &all));
  CHECK_EQ(sched_setscheduler(child, SCHED_BATCH, &parameters), 0);
  CHECK_EQ(sched_getscheduler(child), SCHED_BATCH);
  CHECK_EQ(sched_getscheduler(0), SCHED_OTHER);
  CHECK_EQ(sched_getaffinity(1, sizeof seen, &seen), 0);
  CHECK_EQ(kill(child, SIGKILL), 0);
  CHECK_EQ(waitpid(child, NULL, 0), child);
  CHECK_EQ(pthread_setaffinity_np(pthread_self(), sizeof all, &all), 0);
  CHECK_ERRNO(sched_getaffinity(0, 3, &all), EINVAL);

  CHECK_EQ(pthread_setconcurrency(-1), EINVAL);
  CHECK_EQ(pthread_getconcurrency(), 0);
  CHECK_EQ(pthread_setconcurrency(5), 0);
  CHECK_EQ(pthread_getconcurrency(), 5);
  return 0;
}
