// Handlers run at the date of their signal, whatever their thread waits in: an interval timer of
// 0.25 s, timers of POSIX, and two processes of one host (pids 3 and 4) that signal each other.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -pthread -Wno-everything %s -o dates
// RUN: sed -n 's/^.. XML//p' %s >deployment.xml
// RUN: %simterpose run --cpu none -p %source/platforms/lan.xml -d deployment.xml -o out >printed 2>&1
// RUN: %FileCheck %s <printed
// RUN: %FileCheck --check-prefix=TIMER %s <out/server/dates.2.stdout
// RUN: %FileCheck --check-prefix=PAIR %s <out/server/dates.3.stdout
// RUN: %FileCheck --check-prefix=BACK %s <out/server/dates.4.stdout
//
// XML<?xml version="1.0"?>
// XML<platform version="4.1">
// XML  <actor host="server" function="dates"><argument value="timer"/></actor>
// XML  <actor host="server" function="dates"><argument value="first"/></actor>
// XML  <actor host="server" function="dates"><argument value="second"/></actor>
// XML</platform>
//
// CHECK-NOT: simterpose: {{.*}}not emulated
//
//      TIMER: alarm at 0.250000000
// TIMER-NEXT: alarm at 0.500000000
// TIMER-NEXT: alarm at 0.750000000
// TIMER-NEXT: slept until 0.800000000
// TIMER-NEXT: poll: Interrupted system call at 1.000000000
// TIMER-NEXT: periodic 0 overruns at 1.300000000
// TIMER-NEXT: periodic 9 overruns at 2.300000000
// TIMER-NEXT: thread at 3.500000000
//
//      PAIR: 3 from 4 at 0.100000000
// PAIR-NEXT: 3 from 4 at 0.200000000
// PAIR-NEXT: 3 from 4 at 0.300000000
// PAIR-NEXT: counted to 3 at 0.300000000
//
//      BACK: 4 from 3 at 0.100000000
// BACK-NEXT: 4 from 3 at 0.200000000
// BACK-NEXT: 4 from 3 at 0.300000000
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static struct timespec begin;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)(time.tv_sec - begin.tv_sec) + (double)(time.tv_nsec - begin.tv_nsec) * 1e-9;
}

static void sleep_until(double date) {
  const double at = date + (double)begin.tv_nsec * 1e-9;
  struct timespec time = {begin.tv_sec + (time_t)at, (long)((at - (double)(time_t)at) * 1e9 + 0.5)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR)
    ;
}

static void ring(int signal) {
  (void)signal;
  if (now() < 0.9)
    printf("alarm at %.9f\n", now());
}

static void in_thread(union sigval unused) {
  (void)unused;
  printf("thread at %.9f\n", now());
}

static void timers(void) {
  signal(SIGALRM, ring);
  const struct itimerval interval = {{0, 250000}, {0, 250000}};
  setitimer(ITIMER_REAL, &interval, NULL);
  sleep_until(0.8);
  printf("slept until %.9f\n", now());
  errno = 0;
  poll(NULL, 0, 5000);
  printf("poll: %s at %.9f\n", strerror(errno), now());
  setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
  sleep_until(1.2);

  timer_t timer;
  siginfo_t info;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN);
  sigprocmask(SIG_BLOCK, &set, NULL);
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN};
  timer_create(CLOCK_MONOTONIC, &event, &timer);
  timer_settime(timer, 0, &(struct itimerspec){{0, 100000000}, {0, 100000000}}, NULL);
  sigwaitinfo(&set, &info);
  printf("periodic %d overruns at %.9f\n", info.si_overrun, now());
  sleep_until(2.3);
  sigwaitinfo(&set, &info);
  printf("periodic %d overruns at %.9f\n", info.si_overrun, now());
  timer_delete(timer);
  sleep_until(3);
  event = (struct sigevent){.sigev_notify = SIGEV_THREAD};
  event.sigev_notify_function = in_thread;
  timer_create(CLOCK_MONOTONIC, &event, &timer);
  timer_settime(timer, 0, &(struct itimerspec){.it_value = {0, 500000000}}, NULL);
  sleep_until(4);
}

static volatile int count;

static void answer(int signal, siginfo_t* info, void* unused) {
  (void)signal, (void)unused;
  printf("%d from %d at %.9f\n", getpid(), info->si_pid, now());
  count++;
  if (getpid() == 3)
    kill(info->si_pid, SIGUSR1);
}

/* Two processes that do nothing but answer each other, the second after 0.1 s. */
static void pair(int first) {
  struct sigaction action = {.sa_sigaction = answer, .sa_flags = SA_SIGINFO | SA_RESTART};
  sigaction(SIGUSR1, &action, NULL);
  if (first) {
    while (count < 3)
      pause();
    printf("counted to %d at %.9f\n", count, now());
    return;
  }
  for (int i = 0; i < 3; i++) {
    sleep_until(0.1 * (i + 1));
    kill(3, SIGUSR1);
  }
  while (count < 3)
    pause();
}

int main(int argc, char** argv) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  clock_gettime(CLOCK_MONOTONIC, &begin);
  if (strcmp(argv[1], "timer") == 0)
    timers();
  else
    pair(strcmp(argv[1], "first") == 0);
  return 0;
}
