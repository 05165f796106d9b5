// CALLS: getrlimit setrlimit prlimit getdtablesize ulimit getpriority setpriority nice getrusage
// CALLS: times
// RUN: %both
//
// Limits, priorities and the use of resources.
#define _GNU_SOURCE
#include <sys/resource.h>
#include <sys/times.h>
#include <ulimit.h>
#include <unistd.h>

#include "check.h"

static void limits(void) {
  struct rlimit limit, other;
  CHECK_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  CHECK(limit.rlim_cur > 0 && limit.rlim_cur <= limit.rlim_max);
  CHECK_EQ(getdtablesize(), limit.rlim_cur);
  limit.rlim_cur = 100;
  CHECK_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  CHECK_EQ(getrlimit(RLIMIT_NOFILE, &other), 0);
  CHECK(other.rlim_cur == 100 && other.rlim_max == limit.rlim_max);
  CHECK_EQ(sysconf(_SC_OPEN_MAX), 100);
  CHECK_EQ(ulimit(4), 100);
  limit.rlim_cur = limit.rlim_max;
  limit.rlim_max--;
  CHECK_ERRNO(setrlimit(RLIMIT_NOFILE, &limit), EINVAL);
  CHECK_ERRNO(getrlimit(99, &limit), EINVAL);
  CHECK_EQ(prlimit(0, RLIMIT_CORE, NULL, &limit), 0);
  limit.rlim_cur = 0;
  CHECK_EQ(prlimit(getpid(), RLIMIT_CORE, &limit, &other), 0);
  CHECK_ERRNO(prlimit(99999999, RLIMIT_CORE, NULL, &other), ESRCH);
  CHECK(ulimit(UL_GETFSIZE) > 0);
  CHECK_EQ(ulimit(UL_SETFSIZE, 1L << 30), 1L << 30);
  CHECK_EQ(ulimit(UL_GETFSIZE), 1L << 30);
  CHECK_ERRNO(ulimit(77), EINVAL);
}

static void priorities(void) {
  errno = 0;
  const int before = getpriority(PRIO_PROCESS, 0);
  CHECK_EQ(errno, 0);
  CHECK_EQ(getpriority(PRIO_PROCESS, getpid()), before);
  CHECK_ERRNO(getpriority(77, 0), EINVAL);
  CHECK_ERRNO(getpriority(PRIO_PROCESS, 99999999), ESRCH);
  CHECK_ERRNO(setpriority(PRIO_PROCESS, 99999999, 0), ESRCH);
  if (before + 3 >= 19)
    return; /* natively: somebody is being nice already */
  CHECK_EQ(setpriority(PRIO_PROCESS, 0, before + 2), 0);
  CHECK_EQ(getpriority(PRIO_PROCESS, 0), before + 2);
  CHECK_EQ(nice(1), before + 3);
  CHECK_EQ(nice(100), 19);
}

int main(void) {
  limits();
  priorities();
  struct rusage usage;
  CHECK_EQ(getrusage(RUSAGE_SELF, &usage), 0);
  CHECK(usage.ru_utime.tv_sec >= 0 && usage.ru_maxrss >= 0);
  CHECK_EQ(getrusage(RUSAGE_THREAD, &usage), 0);
  CHECK_EQ(getrusage(RUSAGE_CHILDREN, &usage), 0);
  CHECK_EQ(usage.ru_utime.tv_sec, 0);
  CHECK_ERRNO(getrusage(77, &usage), EINVAL);
  struct tms used;
  const clock_t before = times(&used);
  CHECK_EQ(used.tms_cutime, 0);
  sleep(1);
  const clock_t passed = times(NULL) - before;
  CHECK(passed >= 100 && passed < 200);
  return 0;
}
