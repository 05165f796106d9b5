// CALLS: timer_create timer_settime timer_gettime timer_getoverrun timer_delete
// RUN: %both
//
// Timers of POSIX: what they tell, periods, overruns, absolute dates, threads.
#define _GNU_SOURCE
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>

#include <time.h>
#include <unistd.h>

#include "check.h"

enum { MS = 1000000 };

static struct itimerspec once(long delay) { return (struct itimerspec){.it_value = {0, delay}}; }

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static sigset_t block(int signal) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  CHECK_EQ(sigprocmask(SIG_BLOCK, &set, NULL), 0);
  return set;
}

static void errors(void) {
  timer_t timer;
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = 1000};
  CHECK_ERRNO(timer_create(CLOCK_REALTIME, &event, &timer), EINVAL);
  event = (struct sigevent){.sigev_notify = 77, .sigev_signo = SIGUSR1};
  CHECK_ERRNO(timer_create(CLOCK_REALTIME, &event, &timer), EINVAL);
  CHECK_ERRNO(timer_create(77, NULL, &timer), EINVAL);
  CHECK_EQ(timer_create(CLOCK_REALTIME, NULL, &timer), 0);
  struct itimerspec setting = {.it_value = {0, 1000000000}};
  CHECK_ERRNO(timer_settime(timer, 0, &setting, NULL), EINVAL);
  setting = (struct itimerspec){.it_value = {-1, 0}};
  CHECK_ERRNO(timer_settime(timer, 0, &setting, NULL), EINVAL);
  CHECK_EQ(timer_gettime(timer, &setting), 0);
  CHECK(setting.it_value.tv_sec == 0 && setting.it_value.tv_nsec == 0);
  CHECK_EQ(timer_delete(timer), 0);
  CHECK_ERRNO(timer_delete(timer), EINVAL);
  CHECK_ERRNO(timer_gettime(timer, &setting), EINVAL);
  CHECK_ERRNO(timer_getoverrun(timer), EINVAL);
}

static void signals(void) {
  timer_t timer;
  siginfo_t info;
  struct itimerspec setting, old;
  const sigset_t set = block(SIGRTMIN);
  struct sigevent event = {
      .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN, .sigev_value.sival_int = 42};
  CHECK_EQ(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
  double start = now();
  setting = once(20 * MS);
  CHECK_EQ(timer_settime(timer, 0, &setting, NULL), 0);
  CHECK_EQ(timer_gettime(timer, &old), 0);
  CHECK(old.it_value.tv_sec == 0 && old.it_value.tv_nsec > 0 && old.it_value.tv_nsec <= 20 * MS);
  CHECK_EQ(sigwaitinfo(&set, &info), SIGRTMIN);
  CHECK(now() - start > 0.0199);
  CHECK_EQ(info.si_code, SI_TIMER);
  CHECK_EQ(info.si_value.sival_int, 42);
  CHECK_EQ(info.si_overrun, 0);
  CHECK_EQ(timer_gettime(timer, &old), 0);
  CHECK(old.it_value.tv_sec == 0 && old.it_value.tv_nsec == 0);

  /* Four expirations while nobody looks: one signal, three overruns. */
  setting = (struct itimerspec){.it_value = {0, 10 * MS}, .it_interval = {0, 20 * MS}};
  CHECK_EQ(timer_settime(timer, 0, &setting, NULL), 0);
  nanosleep(&(struct timespec){0, 80 * MS}, NULL);
  CHECK_EQ(sigwaitinfo(&set, &info), SIGRTMIN);
  CHECK(info.si_overrun >= 3);
  CHECK_EQ(timer_getoverrun(timer), info.si_overrun);
  CHECK_EQ(sigwaitinfo(&set, &info), SIGRTMIN);
  CHECK_EQ(timer_gettime(timer, &old), 0);
  CHECK_EQ(old.it_interval.tv_nsec, 20 * MS);
  setting = once(0);
  CHECK_EQ(timer_settime(timer, 0, &setting, &old), 0); /* stops it */
  CHECK(old.it_value.tv_nsec > 0 && old.it_value.tv_nsec <= 20 * MS);
  CHECK_ERRNO(sigtimedwait(&set, &info, &(struct timespec){0, 40 * MS}), EAGAIN);
  CHECK_EQ(timer_delete(timer), 0);
}

static void absolute(void) {
  timer_t timer;
  siginfo_t info;
  const sigset_t set = block(SIGALRM);
  CHECK_EQ(timer_create(CLOCK_REALTIME, NULL, &timer), 0);
  struct itimerspec setting = {.it_value = {1, 0}};
  CHECK_EQ(timer_settime(timer, TIMER_ABSTIME, &setting, NULL), 0); /* long past */
  CHECK_EQ(sigwaitinfo(&set, &info), SIGALRM);
  clock_gettime(CLOCK_REALTIME, &setting.it_value);
  const struct timespec before = setting.it_value;
  setting.it_value.tv_nsec += 20 * MS;
  setting.it_value.tv_sec += setting.it_value.tv_nsec / (1000 * MS);
  setting.it_value.tv_nsec %= 1000 * MS;
  CHECK_EQ(timer_settime(timer, TIMER_ABSTIME, &setting, NULL), 0);
  CHECK_EQ(sigwaitinfo(&set, &info), SIGALRM);
  struct timespec after;
  clock_gettime(CLOCK_REALTIME, &after);
  CHECK((after.tv_sec - before.tv_sec) * 1000L * MS + after.tv_nsec - before.tv_nsec >= 20 * MS);
  CHECK_EQ(timer_delete(timer), 0);
}

static long cpu_time(clockid_t clock) {
  struct timespec time;
  CHECK_EQ(clock_gettime(clock, &time), 0);
  return time.tv_sec * 1000L * MS + time.tv_nsec;
}

static void work_until(const sigset_t* set, siginfo_t* info) {
  volatile int sink = 0;
  do
    for (int i = 0; i < 20000; i++)
      sink += i;
  while (sigtimedwait(set, info, &(struct timespec){0, 0}) < 0);
}

/* Clocks of CPU time: sleeping does not count. */
static void working(clockid_t clock) {
  timer_t timer;
  siginfo_t info;
  struct itimerspec setting = {.it_value = {0, 30 * MS}, .it_interval = {0, 20 * MS}}, old;
  const sigset_t set = block(SIGRTMIN);
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN};
  CHECK_EQ(timer_create(clock, &event, &timer), 0);
  const long start = cpu_time(clock);
  CHECK_EQ(timer_settime(timer, 0, &setting, NULL), 0);
  CHECK_ERRNO(sigtimedwait(&set, &info, &(struct timespec){0, 50 * MS}), EAGAIN);
  CHECK_EQ(timer_gettime(timer, &old), 0);
  CHECK(old.it_value.tv_sec == 0 && old.it_value.tv_nsec > 0 && old.it_value.tv_nsec <= 35 * MS);
  for (int i = 0; i < 2; i++) {
    work_until(&set, &info);
    CHECK_EQ(info.si_code, SI_TIMER);
    CHECK(cpu_time(clock) - start >= (30 + i * 20) * MS - 100000);
  }
  setting = (struct itimerspec){.it_value = {0, start + 1}};
  if (start < 900 * MS) { /* has been */
    CHECK_EQ(timer_settime(timer, TIMER_ABSTIME, &setting, NULL), 0);
    work_until(&set, &info);
  }
  CHECK_EQ(timer_delete(timer), 0);
}

static void other_clocks(void) {
  timer_t timer;
  clockid_t clock;
  CHECK_EQ(clock_getcpuclockid(getpid(), &clock), 0);
  CHECK_EQ(timer_create(clock, NULL, &timer), 0);
  CHECK_EQ(timer_delete(timer), 0);
  CHECK_EQ(pthread_getcpuclockid(pthread_self(), &clock), 0);
  CHECK_EQ(timer_create(clock, NULL, &timer), 0);
  CHECK_EQ(timer_delete(timer), 0);
  CHECK_ERRNO(timer_create((clockid_t)(~999999u << 3 | 2), NULL, &timer), EINVAL);
}

static sem_t called;
static union sigval value;
static bool others;

static void in_thread(union sigval told) {
  value = told;
  others = !pthread_equal(pthread_self(), *(pthread_t*)told.sival_ptr);
  sem_post(&called);
}

static void threads(void) {
  timer_t timer;
  pthread_t self = pthread_self();
  sem_init(&called, 0, 0);
  struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_value.sival_ptr = &self};
  event.sigev_notify_function = in_thread;
  CHECK_EQ(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
  struct itimerspec setting = {.it_value = {0, 10 * MS}, .it_interval = {0, 10 * MS}};
  CHECK_EQ(timer_settime(timer, 0, &setting, NULL), 0);
  for (int i = 0; i < 3; i++)
    CHECK_EQ(sem_wait(&called), 0);
  CHECK_EQ(timer_delete(timer), 0);
  CHECK(value.sival_ptr == &self && others);

  event = (struct sigevent){.sigev_notify = SIGEV_NONE};
  CHECK_EQ(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
  CHECK_EQ(timer_settime(timer, 0, &setting, NULL), 0);
  nanosleep(&(struct timespec){0, 15 * MS}, NULL);
  CHECK_EQ(timer_gettime(timer, &setting), 0);
  CHECK(setting.it_value.tv_nsec > 0 && setting.it_value.tv_nsec <= 10 * MS);
  CHECK_EQ(timer_delete(timer), 0);
}

static pthread_barrier_t ready;
static volatile int handled_by;
static volatile pid_t waiter;

static void handler(int signal) {
  (void)signal;
  handled_by = gettid();
}

static void* wait_there(void* unused) {
  waiter = gettid();
  pthread_barrier_wait(&ready);
  CHECK_ERRNO(nanosleep(&(struct timespec){5, 0}, NULL), EINTR);
  return unused;
}

static void chosen_thread(void) {
  pthread_t thread;
  timer_t timer;
  signal(SIGUSR1, handler);
  pthread_barrier_init(&ready, NULL, 2);
  CHECK_EQ(pthread_create(&thread, NULL, wait_there, NULL), 0);
  pthread_barrier_wait(&ready);
  struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR1};
  event._sigev_un._tid = waiter;
  CHECK_EQ(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
  const struct itimerspec setting = once(20 * MS);
  CHECK_EQ(timer_settime(timer, 0, &setting, NULL), 0);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(handled_by, waiter);
  event._sigev_un._tid = 1;
  CHECK_ERRNO(timer_create(CLOCK_MONOTONIC, &event, &timer), EINVAL);
}

int main(void) {
  errors();
  signals();
  absolute();
  threads();
  chosen_thread();
  working(CLOCK_PROCESS_CPUTIME_ID);
  working(CLOCK_THREAD_CPUTIME_ID);
  other_clocks();
  return 0;
}
