/* Limits, priorities and use of resources (sys/resource.h, sys/times.h). Most limits are
 * only recorded. */
#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <ulimit.h>

#include "calls/adapter.h"
#include "calls/rusage.h"
#include "process/identity.h"
#include "time/clock.h"
#include "time/cpu_limit.h"
#include "time/spin.h"
#include "time/work.h"

/* ---- limits ---- */

static int limit(struct stp_process* process, unsigned resource, const struct rlimit* after,
                 struct rlimit* before) {
  if (resource >= RLIMIT_NLIMITS)
    return -EINVAL;
  struct rlimit* kept = &stp_identity_of(process)->limits[resource];
  const struct rlimit old = *kept;
  if (after) {
    if (after->rlim_cur > after->rlim_max)
      return -EINVAL;
    if (after->rlim_max > old.rlim_max && !stp_capable(CAP_SYS_RESOURCE))
      return -EPERM;
    if (resource == RLIMIT_NOFILE && after->rlim_max > 1 << 20) /* fs.nr_open */
      return -EPERM;
    *kept = *after;
    if (resource == RLIMIT_CPU)
      stp_cpu_limit_changed(process);
  }
  if (before)
    *before = old;
  return 0;
}

/* Another's limits are for root, or for who is the same user and group in every way. */
static bool may_limit(struct stp_process* process) {
  const struct stp_identity *mine = stp_identity(), *its = stp_identity_of(process);
  const struct stp_ids *user = &its->user, *group = &its->group;
  return process == stp_me || stp_capable(CAP_SYS_RESOURCE) ||
         (mine->user.real == user->real && mine->user.real == user->effective &&
          mine->user.real == user->saved && mine->group.real == group->real &&
          mine->group.real == group->effective && mine->group.real == group->saved);
}

int simterpose_getrlimit(__rlimit_resource_t resource, struct rlimit* result) {
  return (int)stp_return(limit(stp_me, resource, NULL, result));
}

int simterpose_setrlimit(__rlimit_resource_t resource, const struct rlimit* wanted) {
  return (int)stp_return(limit(stp_me, resource, wanted, NULL));
}

int simterpose_prlimit(pid_t pid, __rlimit_resource_t resource, const struct rlimit* wanted,
                       struct rlimit* result) {
  struct stp_process* process = pid == 0 ? stp_me : stp_process_by_pid(pid);
  if (!process)
    return (int)stp_return(-ESRCH);
  return (int)stp_return(may_limit(process) ? limit(process, resource, wanted, result) : -EPERM);
}

int simterpose_getdtablesize(void) { return (int)stp_limit(RLIMIT_NOFILE); }

long simterpose_ulimit(int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  const long blocks = command == UL_SETFSIZE ? va_arg(arguments, long) : 0; /* of 512 bytes */
  va_end(arguments);
  if (command == UL_GETFSIZE) {
    const rlim_t bytes = stp_limit(RLIMIT_FSIZE);
    return bytes == RLIM_INFINITY ? __LONG_MAX__ : (long)(bytes / 512);
  }
  if (command == 4) /* __UL_GETOPENMAX */
    return (long)stp_limit(RLIMIT_NOFILE);
  if (command != UL_SETFSIZE)
    return stp_return(-EINVAL);
  const rlim_t bytes = (rlim_t)blocks > RLIM_INFINITY / 512 ? RLIM_INFINITY : (rlim_t)blocks * 512;
  const struct rlimit wanted = {bytes, bytes};
  const int result = limit(stp_me, RLIMIT_FSIZE, &wanted, NULL);
  return result == 0 ? blocks : stp_return(result);
}

/* ---- priorities ---- */

/* Whether getpriority(which, who) means this process. */
static bool meant(struct stp_process* process, __priority_which_t which, id_t who) {
  const struct stp_identity* identity = stp_identity_of(process);
  if (which == PRIO_PROCESS)
    return who == 0 ? process == stp_me : process->pid == (pid_t)who;
  if (which == PRIO_PGRP)
    return identity->process_group == (who == 0 ? stp_identity()->process_group : (pid_t)who);
  return identity->user.real == (who == 0 ? stp_identity()->user.real : who);
}

static bool valid(__priority_which_t which) {
  return which == PRIO_PROCESS || which == PRIO_PGRP || which == PRIO_USER;
}

int simterpose_getpriority(__priority_which_t which, id_t who) {
  if (!valid(which))
    return (int)stp_return(-EINVAL);
  int lowest = 20;
  for (struct stp_process* p = stp_me->host->processes; p; p = p->next_on_host)
    if (meant(p, which, who) && stp_identity_of(p)->nice < lowest)
      lowest = stp_identity_of(p)->nice;
  if (lowest == 20)
    return (int)stp_return(-ESRCH);
  return lowest; /* may be -1: the caller clears errno first */
}

/* What the calling process may make of another's nice value (set_one_prio of Linux). */
static int set_nice(struct stp_process* process, int nice) {
  struct stp_identity* identity = stp_identity_of(process);
  const id_t me = stp_identity()->user.effective;
  if (!stp_capable(CAP_SYS_NICE) && me != identity->user.real && me != identity->user.effective)
    return -EPERM;
  if (!stp_capable(CAP_SYS_NICE) && nice < identity->nice)
    return -EACCES;
  identity->nice = nice;
  return 0;
}

int simterpose_setpriority(__priority_which_t which, id_t who, int nice) {
  if (!valid(which))
    return (int)stp_return(-EINVAL);
  nice = nice < -20 ? -20 : nice > 19 ? 19 : nice;
  int result = -ESRCH;
  for (struct stp_process* p = stp_me->host->processes; p; p = p->next_on_host) {
    if (!meant(p, which, who))
      continue;
    const int error = set_nice(p, nice);
    if (error < 0 || result == -ESRCH)
      result = error;
  }
  return (int)stp_return(result);
}

int simterpose_nice(int increment) {
  const int wanted = stp_identity()->nice + increment;
  if (simterpose_setpriority(PRIO_PROCESS, 0, wanted) != 0) {
    errno = EPERM;
    return -1;
  }
  return stp_identity()->nice;
}

/* ---- use ---- */

int simterpose_getrusage(__rusage_who_t who, struct rusage* usage) {
  if (who != RUSAGE_SELF && who != RUSAGE_THREAD && who != RUSAGE_CHILDREN)
    return (int)stp_return(-EINVAL);
  if (who == RUSAGE_CHILDREN) {
    stp_rusage_fill(usage, stp_me->children_usage.cpu_time, stp_me->children_usage.resident);
    return 0;
  }
  stp_spin_check();
  stp_rusage_fill(usage,
                  who == RUSAGE_SELF ? stp_work_of_process(stp_me) : stp_work_of_thread(stp_self),
                  (long)(stp_heap_in_use(stp_me->heap) / 1024));
  return 0;
}

static clock_t ticks(double seconds) { return (clock_t)(seconds * 100); /* _SC_CLK_TCK is 100 */ }

clock_t simterpose_times(struct tms* result) {
  if (result)
    *result = (struct tms){.tms_utime = ticks(stp_work_of_process(stp_me)),
                           .tms_cutime = ticks(stp_me->children_usage.cpu_time)};
  struct timespec time;
  stp_clock_read(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 100 + time.tv_nsec / 10000000;
}
