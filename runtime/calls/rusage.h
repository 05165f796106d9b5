/* What getrusage and wait4 fill in: CPU time, all of it user time, and memory. */
#ifndef STP_RUSAGE_H
#define STP_RUSAGE_H

#include <string.h>
#include <sys/resource.h>

#include "time/clock.h"

/* `cpu_time` in seconds, `resident` in KiB. */
static inline void stp_rusage_fill(struct rusage* usage, double cpu_time, long resident) {
  const struct timespec used = stp_delay_to_timespec(cpu_time);
  memset(usage, 0, sizeof *usage);
  usage->ru_utime = (struct timeval){used.tv_sec, used.tv_nsec / 1000};
  usage->ru_maxrss = resident;
}

#endif
