// Hosts whose clocks are ahead and run too fast, and what programs do about it: exact dates.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I%include %s -o clocks -lm
// RUN: printf '<?xml version="1.0"?>\n<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">\n<platform version="4.1"><zone id="z" routing="Full">\n' >head
// RUN: printf '<host id="exact" speed="1Gf"/><host id="fast" speed="1Gf"><prop id="clock_offset" value="2.5"/><prop id="clock_drift" value="100"/></host><host id="slow" speed="1Gf"><prop id="clock_offset" value="-3"/><prop id="clock_drift" value="-50"/></host><link id="l" bandwidth="1Gbps" latency="1ms"/>\n' | cat head - >p.xml
// RUN: for pair in exact-fast exact-slow fast-slow; do echo "<route src=\"${pair%%-*}\" dst=\"${pair#*-}\"><link_ctn id=\"l\"/></route>"; done >>p.xml
// RUN: echo '</zone></platform>' >>p.xml
// RUN: %exits 0 %simterpose run --cpu none -p p.xml -o out ./clocks | sort -s -k1,1 | %FileCheck --match-full-lines %s
// CHECK:      [exact 0.000000] start 0.000000 0.000000 0.000000
// CHECK-NEXT: [exact 1000.000000] slept 1000.000000 1000.000000 1000.000000
// CHECK-NEXT: [exact 1001.000000] until 1001.000000 1001.000000 1001.000000
// CHECK-NEXT: [exact 1001.000000] stepped 1011.000000 1001.000000 1001.000000
// CHECK-NEXT: [exact 1101.000000] slewing 1111.050000 1101.050000 1101.000000
// CHECK-NEXT: [exact 1301.000000] slewed 1311.100000 1301.100000 1301.000000
// CHECK-NEXT: [exact 2301.000000] tuned 2311.000000 2301.000000 2301.000000
// CHECK-NEXT: [exact 3301.000000] ticked 3311.900000 3301.900000 3301.000000
// CHECK-NEXT: [exact 3311.000000] timer 9
// CHECK-NEXT: [exact 3311.000000] back 3311.300000 3311.800000 3311.000000
// CHECK:      [fast 0.000000] start 2.500000 0.000000 0.000000
// CHECK-NEXT: [fast 999.900010] slept 1002.500000 1000.000000 1000.000000
// CHECK-NEXT: [fast 1000.899910] until 1003.500000 1001.000000 1001.000000
// CHECK-NEXT: [fast 1000.899910] stepped 1013.500000 1001.000000 1001.000000
// CHECK:      [slow 0.000000] start -3.000000 0.000000 0.000000
// CHECK-NEXT: [slow 1000.050003] slept 997.000000 1000.000000 1000.000000
// CHECK-NEXT: [slow 1001.050053] until 998.000000 1001.000000 1001.000000
//
// A host's clock that cannot be.
// RUN: printf '<host id="odd" speed="1Gf"><prop id="clock_drift" value="much"/></host></zone></platform>\n' | cat head - >bad.xml
// RUN: %exits 2 %simterpose run --cpu none -p bad.xml -o out ./clocks 2>&1 | %FileCheck --check-prefix=BAD %s
// BAD: simterpose: host odd: its property clock_drift="much" is not a number from -100000 to 100000
#define _GNU_SOURCE
#include "check.h"

#include <math.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

static double since(clockid_t clock, time_t origin) {
  struct timespec now;
  CHECK_EQ(clock_gettime(clock, &now), 0);
  return (double)(now.tv_sec - origin) + (double)now.tv_nsec / 1e9;
}

static void show(const char* what) {
  printf("%s %.6f %.6f %.6f\n", what, since(CLOCK_REALTIME, 1577836800),
         since(CLOCK_MONOTONIC, 1000), since(CLOCK_MONOTONIC_RAW, 1000));
  fflush(stdout);
}

static void wait_seconds(double seconds) {
  const struct timespec delay = {(time_t)seconds, (long)(fmod(seconds, 1) * 1e9)};
  CHECK_EQ(nanosleep(&delay, NULL), 0);
}

/* Waits by CLOCK_MONOTONIC_RAW while CLOCK_MONOTONIC, by which one sleeps, is another. */
static void wait_by_raw(double seconds) {
  const double end = since(CLOCK_MONOTONIC_RAW, 1000) + seconds;
  double left;
  while ((left = end - since(CLOCK_MONOTONIC_RAW, 1000)) > 1e-6)
    wait_seconds(left * 0.9);
  wait_seconds(left);
}

static void test_timer(void) {
  const int timer = timerfd_create(CLOCK_REALTIME, 0);
  const struct itimerspec setting = {{1, 0}, {1, 0}};
  CHECK_EQ(timerfd_settime(timer, 0, &setting, NULL), 0);
  wait_by_raw(10);
  unsigned long long count;
  CHECK_EQ(read(timer, &count, sizeof count), 8);
  printf("timer %llu\n", count);
}

/* A step makes the kernel forget what it was slewing, and how right the clock was. */
static void test_offset(void) {
  struct timex request = {.modes = ADJ_MAXERROR | ADJ_ESTERROR | ADJ_STATUS,
                          .status = STA_PLL,
                          .maxerror = 1000,
                          .esterror = 100};
  CHECK_EQ(adjtimex(&request), TIME_OK);
  CHECK_EQ(request.maxerror, 1000);
  CHECK_EQ(adjtime(&(struct timeval){0, 100000}, NULL), 0);

  request =
      (struct timex){.modes = ADJ_SETOFFSET | ADJ_NANO, .time = {-11, 500000000}}; /* -10.5 s */
  CHECK_EQ(adjtimex(&request), TIME_ERROR);
  CHECK(request.status & STA_UNSYNC && request.status & STA_NANO);
  CHECK(request.maxerror == 16000000 && request.esterror == 16000000);
  struct timeval left;
  CHECK_EQ(adjtime(NULL, &left), 0);
  CHECK(left.tv_sec == 0 && left.tv_usec == 0);
  show("back");
}

int main(void) {
  show("start");
  wait_seconds(1000);
  CHECK(since(CLOCK_MONOTONIC, 1000) == 1000);
  show("slept");
  struct timespec date;
  clock_gettime(CLOCK_REALTIME, &date);
  date.tv_sec++;
  CHECK_EQ(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &date, NULL), 0);
  show("until");

  FILE* const file = fopen("file", "w");
  fclose(file);
  struct stat status;
  CHECK_EQ(stat("file", &status), 0);
  CHECK_EQ(status.st_mtim.tv_sec, date.tv_sec);

  date.tv_sec += 10;
  CHECK_EQ(clock_settime(CLOCK_REALTIME, &date), 0);
  show("stepped");

  CHECK_EQ(adjtime(&(struct timeval){0, 100000}, NULL), 0);
  wait_by_raw(100);
  show("slewing");
  struct timeval left;
  CHECK_EQ(adjtime(NULL, &left), 0);
  CHECK(left.tv_sec == 0 && left.tv_usec >= 49990 && left.tv_usec <= 50010);
  wait_by_raw(200);
  show("slewed");
  CHECK_EQ(adjtime(NULL, &left), 0);
  CHECK(left.tv_sec == 0 && left.tv_usec == 0);

  struct timex request = {.modes = ADJ_FREQUENCY | ADJ_STATUS | ADJ_MAXERROR,
                          .freq = -100 * 65536,
                          .status = STA_PLL,
                          .maxerror = 1000};
  CHECK_EQ(adjtimex(&request), TIME_OK);
  CHECK_EQ(request.freq, -100 * 65536);
  wait_by_raw(1000);
  show("tuned");
  request = (struct timex){.modes = 0};
  adjtimex(&request);
  CHECK(request.maxerror >= 500000 && request.maxerror <= 502000);

  request = (struct timex){.modes = ADJ_TICK, .tick = 10010};
  CHECK_EQ(adjtimex(&request), TIME_OK);
  wait_by_raw(1000);
  show("ticked");
  request = (struct timex){.modes = ADJ_TICK, .tick = 8000};
  CHECK_ERRNO(adjtimex(&request), EINVAL);
  request = (struct timex){.modes = ADJ_TICK | ADJ_FREQUENCY, .tick = 9900, .freq = 0};
  CHECK_EQ(adjtimex(&request), TIME_OK);
  test_timer();
  test_offset();
  return 0;
}
