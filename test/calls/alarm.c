// CALLS: alarm ualarm setitimer getitimer
// RUN: %both
//
// Alarms: setting, asking, cancelling; taken by sigwait, and by a handler in pause; of CPU time.
#define _GNU_SOURCE
#include <signal.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static volatile int rings;
static void ring(int unused) {
  (void)unused;
  rings++;
}

/* Counts CPU time: sleeping does not. */
static void cpu_time(int which, int number) {
  struct itimerval timer = {.it_value = {0, 10000}, .it_interval = {0, 5000}}, now;
  struct timespec time;
  CHECK(signal(number, ring) == SIG_DFL);
  rings = 0;
  CHECK_EQ(getitimer(which, &now), 0);
  CHECK(now.it_value.tv_sec == 0 && now.it_value.tv_usec == 0);
  CHECK_EQ(setitimer(which, &timer, NULL), 0);
  CHECK_EQ(usleep(20000), 0);
  CHECK_EQ(rings, 0);
  CHECK_EQ(getitimer(which, &now), 0);
  CHECK(now.it_value.tv_usec > 0 && now.it_value.tv_usec <= 14000); /* it counts in ticks */
  CHECK_EQ(now.it_interval.tv_usec, 5000);
  while (rings < 2)
    CHECK_EQ(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time), 0);
  CHECK_EQ(setitimer(which, &(struct itimerval){0}, &timer), 0);
  CHECK_EQ(timer.it_interval.tv_usec, 5000);
  signal(number, SIG_DFL);
}

int main(void) {
  struct itimerval timer, old;
  CHECK_EQ(alarm(0), 0);
  CHECK_EQ(alarm(100), 0);
  CHECK_EQ(alarm(50), 100);
  CHECK_EQ(getitimer(ITIMER_REAL, &timer), 0);
  CHECK(timer.it_value.tv_sec >= 49 && timer.it_value.tv_sec <= 50);
  CHECK_EQ(timer.it_interval.tv_sec, 0);
  CHECK_EQ(alarm(0), 50);
  CHECK_EQ(getitimer(ITIMER_REAL, &timer), 0);
  CHECK(timer.it_value.tv_sec == 0 && timer.it_value.tv_usec == 0);
  timer.it_value.tv_usec = 1000000;
  CHECK_ERRNO(setitimer(ITIMER_REAL, &timer, NULL), EINVAL);
  CHECK_ERRNO(setitimer(77, &timer, NULL), EINVAL);
  CHECK_ERRNO(getitimer(77, &timer), EINVAL);
  CHECK_EQ(ualarm(900000, 0), 0);
  const useconds_t left = ualarm(0, 0);
  CHECK(left > 0 && left <= 900000);

  sigset_t set;
  int signal_number;
  sigemptyset(&set);
  sigaddset(&set, SIGALRM);
  CHECK_EQ(sigprocmask(SIG_BLOCK, &set, NULL), 0);
  timer = (struct itimerval){.it_value = {0, 50000}, .it_interval = {0, 20000}};
  CHECK_EQ(setitimer(ITIMER_REAL, &timer, &old), 0);
  CHECK(old.it_value.tv_sec == 0 && old.it_value.tv_usec == 0);
  for (int i = 0; i < 3; i++) {
    CHECK_EQ(sigwait(&set, &signal_number), 0);
    CHECK_EQ(signal_number, SIGALRM);
  }
  CHECK_EQ(alarm(0), 1);

  CHECK(signal(SIGALRM, ring) == SIG_DFL);
  CHECK_EQ(sigprocmask(SIG_UNBLOCK, &set, NULL), 0);
  CHECK_EQ(alarm(1), 0);
  CHECK_ERRNO(pause(), EINTR);
  CHECK_EQ(rings, 1);
  cpu_time(ITIMER_VIRTUAL, SIGVTALRM);
  cpu_time(ITIMER_PROF, SIGPROF);
  return 0;
}
