// CALLS: clock_settime settimeofday adjtime adjtimex clock_adjtime ntp_adjtime ntp_gettime ntp_gettimex
// RUN: %both
// What reading and setting the host's clock says where it changes nothing: errors, and who may.
#define _GNU_SOURCE
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static void test_reading(void) {
  struct timex now = {.modes = 0}, same = {.modes = 0}, again = {.modes = 0};
  const int state = adjtimex(&now);
  CHECK(state >= TIME_OK && state <= TIME_ERROR);
  CHECK(now.tick >= 9000 && now.tick <= 11000);
  CHECK_EQ(now.precision, 1);
  CHECK_EQ(now.tolerance, 500L << 16);
  CHECK(now.time.tv_sec > 1500000000);
  CHECK_EQ(clock_adjtime(CLOCK_REALTIME, &same), state);
  CHECK_EQ(same.tick, now.tick);
  CHECK_EQ(ntp_adjtime(&again), state);
  CHECK(again.time.tv_sec >= now.time.tv_sec);
  struct ntptimeval time;
  CHECK_EQ(ntp_gettime(&time), state);
  CHECK(time.time.tv_sec >= now.time.tv_sec && time.maxerror >= 0);
  CHECK_EQ(ntp_gettimex(&time), state);
  CHECK_EQ(time.tai, now.tai);
  struct timeval left = {7, 7};
  CHECK_EQ(adjtime(NULL, &left), 0);
  CHECK(left.tv_sec == 0);
}

static void test_errors(void) {
  struct timex request = {.modes = ADJ_TICK, .tick = 1};
  CHECK_ERRNO(clock_adjtime(CLOCK_MONOTONIC, &request), EOPNOTSUPP);
  CHECK_ERRNO(clock_adjtime(1000, &request), EINVAL);
  const struct timespec valid = {1600000000, 0}, invalid = {1600000000, 1000000000};
  CHECK_ERRNO(clock_settime(CLOCK_MONOTONIC, &valid), EINVAL);
  CHECK_ERRNO(clock_settime(CLOCK_REALTIME, &invalid), EINVAL);
  CHECK_ERRNO(clock_settime(CLOCK_REALTIME, &(struct timespec){-1, 0}), EINVAL);
  CHECK_ERRNO(settimeofday(&(struct timeval){1600000000, 1000000}, NULL), EINVAL);
  CHECK_ERRNO(adjtime(&(struct timeval){3000, 0}, NULL), EINVAL);
}

static void as_nobody(void) {
  CHECK_EQ(setuid(65534), 0);
  struct timex request = {.modes = ADJ_FREQUENCY};
  CHECK_ERRNO(adjtimex(&request), EPERM);
  request = (struct timex){.modes = ADJ_OFFSET_SINGLESHOT, .offset = 1};
  CHECK_ERRNO(adjtimex(&request), EPERM);
  request = (struct timex){.modes = ADJ_OFFSET_SS_READ};
  CHECK(adjtimex(&request) >= 0);
  CHECK_ERRNO(clock_settime(CLOCK_REALTIME, &(struct timespec){1600000000, 0}), EPERM);
  CHECK_ERRNO(settimeofday(&(struct timeval){1600000000, 0}, NULL), EPERM);
  CHECK_ERRNO(adjtime(&(struct timeval){0, 1}, NULL), EPERM);
  struct timeval left;
  CHECK_EQ(adjtime(NULL, &left), 0);
}

int main(void) {
  test_reading();
  test_errors();
  if (geteuid() == 0)
    as_nobody();
  return 0;
}
