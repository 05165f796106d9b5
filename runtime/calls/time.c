/* time.h, sys/time.h, unistd.h: clocks and sleeping. */
#include "calls/adapter.h"

#include <sys/timeb.h> /* after the declaration of ftime that does not call it deprecated */

#include "time/aim.h"
#include "time/clock.h"
#include "time/spin.h"
#include "time/work.h"

/* ---- reading clocks ---- */

int simterpose_clock_gettime(clockid_t clock, struct timespec* time) {
  return (int)stp_return(stp_clock_read(clock, time));
}

int simterpose_clock_getres(clockid_t clock, struct timespec* resolution) {
  const int error = stp_clock_check(clock);
  if (error == 0 && resolution != NULL)
    *resolution = (struct timespec){.tv_nsec = 1};
  return (int)stp_return(error);
}

int simterpose_clock_getcpuclockid(pid_t pid, clockid_t* clock) {
  if (pid == 0) {
    *clock = stp_clock_of_process(stp_me);
    return 0;
  }
  for (const struct stp_process* p = stp_me->host->processes; p != NULL; p = p->next_on_host)
    if (p->pid == pid) {
      *clock = stp_clock_of_process(p);
      return 0;
    }
  return ESRCH;
}

static struct timespec wall_clock(void) {
  struct timespec time;
  stp_clock_read(CLOCK_REALTIME, &time);
  return time;
}

int simterpose_gettimeofday(struct timeval* time, void* zone) {
  const struct timespec now = wall_clock();
  *time = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
  if (zone != NULL)
    *(struct timezone*)zone = (struct timezone){0};
  return 0;
}

time_t simterpose_time(time_t* time) {
  const time_t now = wall_clock().tv_sec;
  if (time != NULL)
    *time = now;
  return now;
}

int simterpose_timespec_get(struct timespec* time, int base) {
  if (base != TIME_UTC)
    return 0;
  *time = wall_clock();
  return base;
}

int simterpose_ftime(struct timeb* time) {
  const struct timespec now = wall_clock();
  *time = (struct timeb){.time = now.tv_sec, .millitm = (unsigned short)(now.tv_nsec / 1000000)};
  return 0;
}

clock_t simterpose_clock(void) {
  struct timespec time;
  stp_clock_read(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * CLOCKS_PER_SEC + time.tv_nsec / (1000000000 / CLOCKS_PER_SEC);
}

/* ---- sleeping ---- */

/* What is left until the date; nothing if it has passed. */
static struct timespec time_until(double date) {
  const double left = date - stp_now();
  return stp_delay_to_timespec(left > 0 ? stp_shown_delay(left) : 0);
}

static int sleep_for(const struct timespec* delay, struct timespec* remaining) {
  if (delay->tv_sec == 0 && delay->tv_nsec == 0) {
    stp_spin_check();
    stp_thread_yield();
    return 0;
  }
  stp_work_flush();
  const double date = stp_date_after(delay);
  const int error = stp_sleep_until(date);
  if (error == -EINTR && remaining != NULL)
    *remaining = time_until(date);
  return -error;
}

int simterpose_clock_nanosleep(clockid_t clock, int flags, const struct timespec* time,
                               struct timespec* remaining) {
  STP_CALL_INTERRUPTED();
  STP_CANCELLATION_POINT();
  switch (clock) {
  case CLOCK_REALTIME:
  case CLOCK_MONOTONIC:
  case CLOCK_BOOTTIME:
  case CLOCK_REALTIME_ALARM:
  case CLOCK_BOOTTIME_ALARM:
  case CLOCK_TAI:
    break;
  case CLOCK_PROCESS_CPUTIME_ID:
    stp_refuse("clock_nanosleep", "CLOCK_PROCESS_CPUTIME_ID");
    return EINVAL;
  case CLOCK_MONOTONIC_RAW:
  case CLOCK_REALTIME_COARSE:
  case CLOCK_MONOTONIC_COARSE:
    return ENOTSUP;
  default:
    return EINVAL;
  }
  if (time->tv_sec < 0 || !stp_timespec_valid(time))
    return EINVAL;
  if (flags & TIMER_ABSTIME)
    return stp_return_number(stp_sleep_until(stp_aim_park(time, clock)));
  return stp_return_number(-sleep_for(time, remaining));
}

int simterpose_nanosleep(const struct timespec* delay, struct timespec* remaining) {
  STP_CALL_INTERRUPTED();
  STP_CANCELLATION_POINT();
  if (delay->tv_sec < 0 || !stp_timespec_valid(delay)) {
    errno = EINVAL;
    return -1;
  }
  return (int)stp_return(-sleep_for(delay, remaining));
}

int simterpose_usleep(useconds_t delay) {
  STP_CALL_INTERRUPTED();
  STP_CANCELLATION_POINT();
  const struct timespec time = {.tv_sec = delay / 1000000, .tv_nsec = delay % 1000000 * 1000L};
  return (int)stp_return(-sleep_for(&time, NULL));
}

unsigned simterpose_sleep(unsigned seconds) {
  STP_CALL_INTERRUPTED();
  STP_CANCELLATION_POINT();
  const struct timespec time = {.tv_sec = seconds};
  struct timespec left = {0};
  if (stp_return(-sleep_for(&time, &left)) == 0)
    return 0;
  return (unsigned)left.tv_sec;
}
