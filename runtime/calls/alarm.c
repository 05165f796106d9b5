/* Alarms (unistd.h, sys/time.h): the timer of process/alarm.h as setitimer shows it; alarm and
 * ualarm over it. Timers of CPU time are refused. */
#include <math.h>
#include <sys/time.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "process/alarm.h"
#include "time/clock.h"

static bool valid(const struct timeval* time) {
  return time->tv_sec >= 0 && time->tv_usec >= 0 && time->tv_usec < 1000000;
}

static double seconds(const struct timeval* time) {
  return stp_timespec_to_delay(&(struct timespec){time->tv_sec, time->tv_usec * 1000});
}

static struct timeval timeval_of(double delay) {
  const struct timespec time = stp_delay_to_timespec(delay);
  return (struct timeval){time.tv_sec, time.tv_nsec / 1000};
}

static int check(__itimer_which_t which, const char* call) {
  if (which == ITIMER_REAL)
    return 0;
  if (which == ITIMER_VIRTUAL || which == ITIMER_PROF)
    stp_refuse(call, "timers of CPU time");
  return -EINVAL;
}

/* What is left, never 0 while the timer is set. */
static struct itimerval left(struct stp_alarm_setting setting) {
  struct itimerval result = {.it_interval = timeval_of(setting.interval)};
  if (isinf(setting.date))
    return (struct itimerval){.it_value = {0, 0}};
  const double delay = setting.date - stp_now();
  result.it_value = timeval_of(delay > 1e-6 ? delay : 1e-6);
  return result;
}

int simterpose_getitimer(__itimer_which_t which, struct itimerval* result) {
  const int error = check(which, "getitimer");
  if (error == 0)
    *result = left(stp_alarm_get());
  return (int)stp_return(error);
}

int simterpose_setitimer(__itimer_which_t which, const struct itimerval* wanted,
                         struct itimerval* old) {
  int error = check(which, "setitimer");
  if (error == 0 && wanted && (!valid(&wanted->it_value) || !valid(&wanted->it_interval)))
    error = -EINVAL;
  if (error != 0)
    return (int)stp_return(error);
  if (old)
    *old = left(stp_alarm_get());
  struct stp_alarm_setting setting = {.date = INFINITY};
  if (wanted && (wanted->it_value.tv_sec != 0 || wanted->it_value.tv_usec != 0)) {
    setting.date = stp_now() + seconds(&wanted->it_value);
    setting.interval = seconds(&wanted->it_interval);
  }
  stp_alarm_set(setting);
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
