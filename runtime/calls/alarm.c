/* Alarms (unistd.h, sys/time.h): the timers of time/alarm.h as setitimer shows them; alarm and
 * ualarm over it. */
#include <math.h>
#include <sys/time.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "process/process.h"
#include "time/alarm.h"
#include "time/clock.h"

static bool valid(const struct timeval* time) {
  return time->tv_sec >= 0 && time->tv_usec >= 0 && time->tv_usec < 1000000;
}

/* Of ITIMER_REAL, as the host's clock counts them. */
static double seconds(enum stp_alarm_clock clock, const struct timeval* time) {
  const double delay =
      stp_timespec_to_delay(&(struct timespec){time->tv_sec, time->tv_usec * 1000});
  return clock == STP_ALARM_REAL ? stp_true_delay(delay) : delay;
}

static struct timeval timeval_of(enum stp_alarm_clock clock, double delay) {
  const struct timespec time =
      stp_delay_to_timespec(clock == STP_ALARM_REAL ? stp_shown_delay(delay) : delay);
  return (struct timeval){time.tv_sec, time.tv_nsec / 1000};
}

_Static_assert(ITIMER_REAL == (int)STP_ALARM_REAL && ITIMER_VIRTUAL == (int)STP_ALARM_VIRTUAL &&
                   ITIMER_PROF == (int)STP_ALARM_PROF,
               "the same numbers");

static bool exists(__itimer_which_t which) { return (unsigned)which < STP_ALARM_CLOCKS; }

/* What is left, never 0 while the timer is set. */
static struct itimerval left(enum stp_alarm_clock clock) {
  const struct stp_alarm_setting setting = stp_alarm_get(clock);
  struct itimerval result = {.it_interval = timeval_of(clock, setting.interval)};
  if (isinf(setting.date))
    return (struct itimerval){.it_value = {0, 0}};
  const double delay = setting.date - stp_alarm_now(clock);
  result.it_value = timeval_of(clock, delay > 1e-6 ? delay : 1e-6);
  return result;
}

int simterpose_getitimer(__itimer_which_t which, struct itimerval* result) {
  if (!exists(which))
    return (int)stp_return(-EINVAL);
  *result = left((enum stp_alarm_clock)which);
  return 0;
}

int simterpose_setitimer(__itimer_which_t which, const struct itimerval* wanted,
                         struct itimerval* old) {
  if (!exists(which) || (wanted && (!valid(&wanted->it_value) || !valid(&wanted->it_interval))))
    return (int)stp_return(-EINVAL);
  const enum stp_alarm_clock clock = (enum stp_alarm_clock)which;
  if (old)
    *old = left(clock);
  struct stp_alarm_setting setting = {.date = INFINITY};
  if (wanted && (wanted->it_value.tv_sec != 0 || wanted->it_value.tv_usec != 0)) {
    setting.date = stp_alarm_now(clock) + seconds(clock, &wanted->it_value);
    setting.interval = seconds(clock, &wanted->it_interval);
  }
  stp_alarm_set(clock, setting);
  return 0;
}

/* Whole seconds, rounded, but not to 0. */
unsigned simterpose_alarm(unsigned delay) {
  const struct itimerval wanted = {.it_value = {.tv_sec = delay}};
  struct itimerval old;
  simterpose_setitimer(ITIMER_REAL, &wanted, &old);
  const unsigned whole = (unsigned)old.it_value.tv_sec;
  return whole + (old.it_value.tv_usec >= 500000 || (whole == 0 && old.it_value.tv_usec > 0));
}

useconds_t simterpose_ualarm(useconds_t delay, useconds_t interval) {
  const struct itimerval wanted = {.it_interval = {interval / 1000000, interval % 1000000},
                                   .it_value = {delay / 1000000, delay % 1000000}};
  struct itimerval old;
  if (simterpose_setitimer(ITIMER_REAL, &wanted, &old) != 0)
    return (useconds_t)-1;
  return (useconds_t)(old.it_value.tv_sec * 1000000 + old.it_value.tv_usec);
}
