// What waits until CLOCK_REALTIME shows a time follows the clock when it is set, slewed or tuned;
// delays and CLOCK_MONOTONIC do not follow steps. TFD_TIMER_CANCEL_ON_SET tells of steps.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -pthread -I%include %s -o steps
// RUN: %exits 0 %simterpose run -q --cpu none -n 2 -o out ./steps {rank}
// RUN: cat out/*/*.stdout | %FileCheck %s
// CHECK: forward: clock_nanosleep 5.000 sem_timedwait 5.000 pthread_cond_timedwait 5.000
// CHECK-SAME: timer 5.000 timerfd 5.000 relative 10.000 monotonic 10.000
// CHECK-NEXT: back: clock_nanosleep 15.000 sem_timedwait 15.000 pthread_cond_timedwait 15.000
// CHECK-SAME: timer 15.000 timerfd 15.000 relative 10.000 monotonic 10.000
// CHECK-NEXT: past: clock_nanosleep 1.000 sem_timedwait 1.000 pthread_cond_timedwait 1.000
// CHECK-SAME: timer 1.000 timerfd 1.000 relative 10.000 monotonic 10.000
// A second at 10 % more.
// CHECK-NEXT: faster: clock_nanosleep 9.182 sem_timedwait 9.182 pthread_cond_timedwait 9.182
// CHECK-SAME: timer 9.182 timerfd 9.182 relative 9.182 monotonic 9.182
// CHECK-NEXT: period 2.000 3.000 4.000 9.000 10.000
// CHECK-NEXT: cancelled at 1.000, again 2.000, settime says so
// The other host's clock is its own.
// CHECK-NEXT: forward: clock_nanosleep 10.000
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

/* True time: the host's quartz is a perfect one, whatever is done to its clock. */
static double truth(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC_RAW, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double start;

static struct timespec in(clockid_t clock, long seconds) {
  struct timespec time;
  clock_gettime(clock, &time);
  time.tv_sec += seconds;
  return time;
}

static void step(long seconds) {
  struct timex request = {.modes = ADJ_SETOFFSET, .time.tv_sec = seconds};
  CHECK(adjtimex(&request) >= 0);
}

enum { WAYS = 7 };
static const char* const names[WAYS] = {
    "clock_nanosleep", "sem_timedwait", "pthread_cond_timedwait", "timer", "timerfd",
    "relative",        "monotonic"};

/* Ten seconds by the clock, in one of these ways; how long it really took. */
struct wait {
  int way;
  struct timespec until, monotonic;
  double took;
};

static void* wait(void* argument) {
  struct wait* const self = argument;
  const struct timespec* const until = &self->until;
  sem_t semaphore;
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  const struct itimerspec setting = {.it_value = *until};
  sigset_t set;
  timer_t timer;
  uint64_t count;
  switch (self->way) {
  case 0:
    CHECK_EQ(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, until, NULL), 0);
    break;
  case 1:
    sem_init(&semaphore, 0, 0);
    CHECK_ERRNO(sem_timedwait(&semaphore, until), ETIMEDOUT);
    break;
  case 2:
    pthread_mutex_lock(&mutex);
    CHECK_EQ(pthread_cond_timedwait(&condition, &mutex, until), ETIMEDOUT);
    break;
  case 3:
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    CHECK_EQ(timer_create(CLOCK_REALTIME, NULL, &timer), 0);
    CHECK_EQ(timer_settime(timer, TIMER_ABSTIME, &setting, NULL), 0);
    CHECK_EQ(sigwaitinfo(&set, NULL), SIGALRM);
    timer_delete(timer);
    break;
  case 4: {
    const int file = timerfd_create(CLOCK_REALTIME, 0);
    CHECK_EQ(timerfd_settime(file, TFD_TIMER_ABSTIME, &setting, NULL), 0);
    CHECK_EQ(read(file, &count, sizeof count), sizeof count);
    close(file);
    break;
  }
  case 5: {
    const int file = timerfd_create(CLOCK_REALTIME, 0);
    CHECK_EQ(timerfd_settime(file, 0, &(struct itimerspec){.it_value = {10, 0}}, NULL), 0);
    struct pollfd ready = {.fd = file, .events = POLLIN};
    CHECK_EQ(poll(&ready, 1, -1), 1);
    close(file);
    break;
  }
  default:
    CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &self->monotonic, NULL), 0);
  }
  self->took = truth() - start;
  return NULL;
}

/* After a second the clock is changed. */
static void try(const char* what, int ways, void (*change)(void)) {
  pthread_t threads[WAYS];
  struct wait waits[WAYS];
  start = truth();
  const struct timespec until = in(CLOCK_REALTIME, 10), monotonic = in(CLOCK_MONOTONIC, 10);
  for (int i = 0; i < ways; i++) {
    waits[i] = (struct wait){i, until, monotonic, 0};
    CHECK_EQ(pthread_create(&threads[i], NULL, wait, &waits[i]), 0);
  }
  sleep(1);
  change();
  printf("%s:", what);
  for (int i = 0; i < ways; i++) {
    CHECK_EQ(pthread_join(threads[i], NULL), 0);
    printf(" %s %.3f", names[i], waits[i].took);
  }
  putchar('\n');
}

static void forward(void) { step(5); }
static void back(void) { step(-5); }
static void past(void) { step(100); }
static void nothing(void) {}

static void faster(void) {
  struct timex request = {.modes = ADJ_TICK, .tick = 11000};
  CHECK(adjtimex(&request) >= 0);
}

static void normal(void) {
  struct timex request = {.modes = ADJ_TICK, .tick = 10000};
  CHECK(adjtimex(&request) >= 0);
}

/* Every second, by the clock; set back five after four. */
static void periods(void) {
  const int file = timerfd_create(CLOCK_REALTIME, 0);
  uint64_t count;
  start = truth();
  const struct itimerspec setting = {.it_value = in(CLOCK_REALTIME, 2), .it_interval = {1, 0}};
  CHECK_EQ(timerfd_settime(file, TFD_TIMER_ABSTIME, &setting, NULL), 0);
  printf("period");
  for (int i = 0; i < 5; i++) {
    CHECK_EQ(read(file, &count, sizeof count), sizeof count);
    CHECK_EQ(count, 1);
    printf(" %.3f", truth() - start);
    if (i == 2)
      step(-4);
  }
  putchar('\n');
  close(file);
}

static void cancellation(void) {
  const int file = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK);
  const int flags = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;
  const struct itimerspec setting = {.it_value = in(CLOCK_REALTIME, 1000)};
  struct pollfd ready = {.fd = file, .events = POLLIN};
  uint64_t count;
  struct timespec now;
  start = truth();
  CHECK_EQ(timerfd_settime(file, flags, &setting, NULL), 0);
  CHECK_ERRNO(read(file, &count, sizeof count), EAGAIN);
  sleep(1);
  step(3);
  CHECK_EQ(poll(&ready, 1, -1), 1);
  CHECK_ERRNO(read(file, &count, sizeof count), ECANCELED);
  printf("cancelled at %.3f", truth() - start);
  CHECK_ERRNO(read(file, &count, sizeof count), EAGAIN);
  sleep(1);
  now = in(CLOCK_REALTIME, -3);
  CHECK_EQ(clock_settime(CLOCK_REALTIME, &now), 0);
  CHECK_EQ(poll(&ready, 1, -1), 1);
  printf(", again %.3f", truth() - start);
  CHECK_ERRNO(timerfd_settime(file, flags, &setting, NULL), ECANCELED);
  CHECK_EQ(poll(&ready, 1, 0), 0);
  puts(", settime says so");
  close(file);
}

int main(int argc, char** argv) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGALRM);
  sigprocmask(SIG_BLOCK, &set, NULL);
  if (argc > 1 && strcmp(argv[1], "0") != 0) {
    try("forward", 1, nothing);
    return 0;
  }
  try("forward", WAYS, forward);
  try("back", WAYS, back);
  try("past", WAYS, past);
  try("faster", WAYS, faster);
  normal();
  periods();
  cancellation();
  return 0;
}
