/* Time measured by test programs: natively at least what was asked for, emulated exactly that. */
#ifndef ELAPSED_H
#define ELAPSED_H

#include <time.h>

/* Seconds on the monotonic clock. */
static inline double date(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Whether `delay` seconds have passed since `start`, a little less by rounding, a lot more natively
 * on a busy machine. */
static inline int elapsed(double start, double delay) {
  const double passed = date() - start;
  return passed > delay - 1e-6 && passed < delay + 5;
}

/* The time that the clock will show in so many milliseconds. */
static inline struct timespec later(clockid_t clock, long milliseconds) {
  struct timespec time;
  clock_gettime(clock, &time);
  time.tv_nsec += milliseconds * 1000000;
  time.tv_sec += time.tv_nsec / 1000000000;
  time.tv_nsec %= 1000000000;
  return time;
}

static inline void nap(double delay) {
  struct timespec rest = {(time_t)delay, (long)((delay - (double)(time_t)delay) * 1e9)};
  nanosleep(&rest, NULL);
}

#endif
