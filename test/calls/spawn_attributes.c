// CALLS: posix_spawnattr_init posix_spawnattr_destroy posix_spawnattr_getflags
// CALLS: posix_spawnattr_setflags posix_spawnattr_getpgroup posix_spawnattr_setpgroup
// CALLS: posix_spawnattr_getsigdefault posix_spawnattr_setsigdefault posix_spawnattr_getsigmask
// CALLS: posix_spawnattr_setsigmask posix_spawnattr_getschedpolicy posix_spawnattr_setschedpolicy
// CALLS: posix_spawnattr_getschedparam posix_spawnattr_setschedparam
// RUN: %both
//
// Attributes of children keep what they are given. (What they do: spawn.c.)
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <spawn.h>

#include "check.h"

int main(void) {
  posix_spawnattr_t attributes;
  short flags = -1;
  pid_t group = -1;
  int policy = -1;
  sigset_t set, other;
  struct sched_param parameters = {.sched_priority = 7};
  CHECK_EQ(posix_spawnattr_init(&attributes), 0);
  CHECK_EQ(posix_spawnattr_getflags(&attributes, &flags), 0);
  CHECK_EQ(flags, 0);
  CHECK_EQ(posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK), 0);
  CHECK_EQ(posix_spawnattr_getflags(&attributes, &flags), 0);
  CHECK_EQ(flags, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
  CHECK_EQ(posix_spawnattr_setflags(&attributes, 0x4000), EINVAL);
  CHECK_EQ(posix_spawnattr_setpgroup(&attributes, 33), 0);
  CHECK_EQ(posix_spawnattr_getpgroup(&attributes, &group), 0);
  CHECK_EQ(group, 33);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  CHECK_EQ(posix_spawnattr_setsigmask(&attributes, &set), 0);
  CHECK_EQ(posix_spawnattr_getsigdefault(&attributes, &other), 0);
  CHECK_EQ(sigismember(&other, SIGUSR1), 0);
  CHECK_EQ(posix_spawnattr_setsigdefault(&attributes, &set), 0);
  CHECK_EQ(posix_spawnattr_getsigdefault(&attributes, &other), 0);
  CHECK_EQ(sigismember(&other, SIGUSR1), 1);
  CHECK_EQ(posix_spawnattr_getsigmask(&attributes, &other), 0);
  CHECK_EQ(sigismember(&other, SIGUSR1), 1);
  CHECK_EQ(sigismember(&other, SIGUSR2), 0);
  CHECK_EQ(posix_spawnattr_setschedpolicy(&attributes, SCHED_FIFO), 0);
  CHECK_EQ(posix_spawnattr_getschedpolicy(&attributes, &policy), 0);
  CHECK_EQ(policy, SCHED_FIFO);
  CHECK_EQ(posix_spawnattr_setschedpolicy(&attributes, 99), EINVAL);
  CHECK_EQ(posix_spawnattr_setschedparam(&attributes, &parameters), 0);
  parameters.sched_priority = 0;
  CHECK_EQ(posix_spawnattr_getschedparam(&attributes, &parameters), 0);
  CHECK_EQ(parameters.sched_priority, 7);
  CHECK_EQ(posix_spawnattr_destroy(&attributes), 0);
  return 0;
}
