/* Setting and correcting the host's clock: sys/timex.h, and what of time.h and sys/time.h does. */
#include "calls/adapter.h"

#include <limits.h>
#include <linux/capability.h>
#include <sys/time.h>
#include <sys/timex.h>

#include "process/identity.h"
#include "time/aim.h"
#include "time/clock.h"
#include "time/host_clock.h"

static struct stp_host_clock* own_clock(void) { return stp_host_clock_of(stp_me->host); }

static int set(const struct timespec* time) {
  if (time->tv_sec < 0 || !stp_timespec_valid(time) || (double)time->tv_sec >= STP_NEVER * 2)
    return -EINVAL;
  if (!stp_capable(CAP_SYS_TIME))
    return -EPERM;
  struct timespec real, monotonic;
  stp_clock_read(CLOCK_REALTIME, &real);
  stp_clock_read(CLOCK_MONOTONIC, &monotonic);
  if (time->tv_sec < monotonic.tv_sec ||
      (time->tv_sec == monotonic.tv_sec && time->tv_nsec < monotonic.tv_nsec))
    return -EINVAL; /* the host cannot have been switched on before 1970 */
  stp_host_clock_step(own_clock(), stp_now(),
                      (long double)(time->tv_sec - real.tv_sec) +
                          (long double)(time->tv_nsec - real.tv_nsec) / 1e9L);
  stp_clock_changed(stp_me->host, true);
  return 0;
}

int simterpose_clock_settime(clockid_t clock, const struct timespec* time) {
  return (int)stp_return(clock == CLOCK_REALTIME ? set(time) : -EINVAL);
}

int simterpose_settimeofday(const struct timeval* time, const struct timezone* zone) {
  if (zone != NULL) { /* the kernel keeps it, and nothing depends on it */
    const bool valid =
        time == NULL && zone->tz_minuteswest <= 15 * 60 && zone->tz_minuteswest >= -15 * 60;
    return (int)stp_return(!valid ? -EINVAL : stp_capable(CAP_SYS_TIME) ? 0 : -EPERM);
  }
  if (time->tv_usec < 0 || time->tv_usec >= 1000000)
    return (int)stp_return(-EINVAL);
  return (int)stp_return(set(&(struct timespec){time->tv_sec, time->tv_usec * 1000}));
}

static int adjust(struct timex* request) {
  const unsigned modes = request->modes;
  const int result =
      stp_host_clock_adjust(own_clock(), stp_now(), stp_capable(CAP_SYS_TIME), request);
  if (result >= 0 && modes != 0)
    stp_clock_changed(stp_me->host, (modes & ADJ_SETOFFSET) != 0);
  return result;
}

int simterpose_adjtimex(struct timex* request) { return (int)stp_return(adjust(request)); }
int simterpose_ntp_adjtime(struct timex* request) { return simterpose_adjtimex(request); }

int simterpose_clock_adjtime(clockid_t clock, struct timex* request) {
  if (clock == CLOCK_REALTIME)
    return simterpose_adjtimex(request);
  const int error = stp_clock_check(clock);
  return (int)stp_return(error != 0 ? error : -EOPNOTSUPP);
}

int simterpose_ntp_gettimex(struct ntptimeval* result) {
  struct timex request = {.modes = 0};
  const int state = adjust(&request);
  *result = (struct ntptimeval){.time = request.time,
                                .maxerror = request.maxerror,
                                .esterror = request.esterror,
                                .tai = request.tai};
  return state;
}

/* Of old programs, whose structure ends before `tai`; new ones get ntp_gettimex by this name. */
int simterpose_ntp_gettime(struct ntptimeval* result) {
  struct ntptimeval all;
  const int state = simterpose_ntp_gettimex(&all);
  result->time = all.time;
  result->maxerror = all.maxerror;
  result->esterror = all.esterror;
  return state;
}

int simterpose_adjtime(const struct timeval* delta, struct timeval* before) {
  struct timex request = {.modes = ADJ_OFFSET_SS_READ};
  if (delta != NULL) {
    const long seconds = delta->tv_sec + delta->tv_usec / 1000000;
    if (seconds > INT_MAX / 1000000 - 2 || seconds < INT_MIN / 1000000 + 2)
      return (int)stp_return(-EINVAL);
    request.offset = seconds * 1000000 + delta->tv_usec % 1000000;
    request.modes = ADJ_OFFSET_SINGLESHOT;
  }
  const int state = adjust(&request);
  if (state < 0)
    return (int)stp_return(state);
  if (before != NULL)
    *before = (struct timeval){request.offset / 1000000, request.offset % 1000000};
  return 0;
}
