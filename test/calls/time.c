// CALLS: clock_gettime clock_getres clock_getcpuclockid gettimeofday time timespec_get ftime clock
// CALLS: clock_nanosleep nanosleep usleep sleep
// RUN: %both
// Clocks and sleeping.
#define _GNU_SOURCE
#include <sys/time.h>
#include <sys/timeb.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

#pragma clang diagnostic ignored "-Wdeprecated-declarations"

static long long now(clockid_t clock) {
  struct timespec time;
  CHECK_EQ(clock_gettime(clock, &time), 0);
  CHECK(time.tv_nsec >= 0 && time.tv_nsec < 1000000000);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void test_clocks(void) {
  static const clockid_t clocks[] = {
      CLOCK_REALTIME,         CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW, CLOCK_REALTIME_COARSE,
      CLOCK_MONOTONIC_COARSE, CLOCK_BOOTTIME,  CLOCK_TAI,           CLOCK_PROCESS_CPUTIME_ID,
      CLOCK_THREAD_CPUTIME_ID};
  for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++) {
    struct timespec resolution;
    CHECK_EQ(clock_getres(clocks[i], &resolution), 0);
    CHECK_EQ(resolution.tv_sec, 0);
    CHECK(resolution.tv_nsec >= 1);
    CHECK_EQ(clock_getres(clocks[i], NULL), 0);
    const long long first = now(clocks[i]);
    CHECK(now(clocks[i]) >= first);
  }
  CHECK(now(CLOCK_MONOTONIC) > 0);
  struct timespec time;
  CHECK_ERRNO(clock_gettime(1000, &time), EINVAL);
  CHECK_ERRNO(clock_getres(1000, &time), EINVAL);
  clockid_t clock;
  CHECK_EQ(clock_getcpuclockid(0, &clock), 0);
  now(clock);
  CHECK_EQ(clock_getcpuclockid(getpid(), &clock), 0);
  now(clock);
  CHECK_EQ(clock_getcpuclockid(0x3ffffff, &clock), ESRCH);
}

static void test_wall_clock(void) {
  struct timeval micro;
  struct timezone zone;
  struct timespec nano;
  struct timeb milli;
  time_t seconds;
  const time_t before = time(NULL);
  CHECK(before > 1500000000);
  CHECK_EQ(gettimeofday(&micro, &zone), 0);
  CHECK(micro.tv_usec >= 0 && micro.tv_usec < 1000000);
  CHECK_EQ(zone.tz_minuteswest, 0);
  CHECK_EQ(timespec_get(&nano, TIME_UTC), TIME_UTC);
  CHECK_EQ(timespec_get(&nano, 77), 0);
  CHECK_EQ(ftime(&milli), 0);
  const time_t after = time(&seconds);
  CHECK_EQ(after, seconds);
  CHECK(before <= micro.tv_sec && micro.tv_sec <= nano.tv_sec && nano.tv_sec <= milli.time &&
        milli.time <= after);
  CHECK(clock() >= 0);
}

static void test_sleeping(void) {
  struct timespec left = {0};
  long long start = now(CLOCK_MONOTONIC);
  const struct timespec short_delay = {.tv_nsec = 5000000}, none = {0};
  CHECK_EQ(nanosleep(&short_delay, &left), 0);
  CHECK(now(CLOCK_MONOTONIC) - start >= 5000000);
  start = now(CLOCK_MONOTONIC);
  CHECK_EQ(usleep(3000), 0);
  CHECK(now(CLOCK_MONOTONIC) - start >= 3000000);
  start = now(CLOCK_REALTIME);
  CHECK_EQ(sleep(1), 0);
  CHECK(now(CLOCK_REALTIME) - start >= 1000000000);
  CHECK_EQ(sleep(0), 0);
  CHECK_EQ(usleep(0), 0);
  CHECK_EQ(nanosleep(&none, NULL), 0);

  static const clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME};
  for (int i = 0; i < 3; i++) {
    const long long date = now(clocks[i]) + 2000000;
    const struct timespec time = {.tv_sec = date / 1000000000, .tv_nsec = date % 1000000000};
    CHECK_EQ(clock_nanosleep(clocks[i], TIMER_ABSTIME, &time, NULL), 0);
    CHECK(now(clocks[i]) >= date);
    CHECK_EQ(clock_nanosleep(clocks[i], TIMER_ABSTIME, &time, NULL), 0);
    CHECK_EQ(clock_nanosleep(clocks[i], 0, &short_delay, NULL), 0);
    CHECK(now(clocks[i]) >= date + 5000000);
  }
}

static void test_errors(void) {
  struct timespec invalid = {.tv_nsec = 1000000000};
  CHECK_ERRNO(nanosleep(&invalid, NULL), EINVAL);
  CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, 0, &invalid, NULL), EINVAL);
  CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &invalid, NULL), EINVAL);
  invalid = (struct timespec){.tv_sec = -1};
  CHECK_ERRNO(nanosleep(&invalid, NULL), EINVAL);
  invalid = (struct timespec){.tv_nsec = 1};
  CHECK_EQ(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &invalid, NULL), EINVAL);
  CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC_RAW, 0, &invalid, NULL), ENOTSUP);
  CHECK_EQ(clock_nanosleep(1000, 0, &invalid, NULL), EINVAL);
}

int main(void) {
  test_clocks();
  test_wall_clock();
  test_sleeping();
  test_errors();
  return 0;
}
