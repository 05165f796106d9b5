// The dates at which waits end, to the nanosecond.
//
// RUN: %stp_clang -O2 -pthread %s -o %t
// RUN: %simterpose run --cpu none -n 1 --quiet -o %t.out %t
// RUN: cat %t.out/node-0/*.stdout | %FileCheck %s
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static int fds[2];

static long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return (time.tv_sec - 1577836800) * 1000000000 + time.tv_nsec;
}

static void* write_at_odd_dates(void* unused) {
  for (int i = 0; i < 4; i++) {
    nanosleep(&(struct timespec){0, 1234567}, NULL);
    write(fds[1], "x", 1);
  }
  return unused;
}

int main(void) {
  char byte;
  pipe(fds);
  struct pollfd one = {fds[0], POLLIN, 0};
  poll(&one, 1, 30);
  // CHECK: poll 30000000
  printf("poll %ld\n", now());
  ppoll(&one, 1, &(struct timespec){1, 1}, NULL);
  // CHECK-NEXT: ppoll 1030000001
  printf("ppoll %ld\n", now());
  select(0, NULL, NULL, NULL, &(struct timeval){0, 7});
  // CHECK-NEXT: select 1030007001
  printf("select %ld\n", now());
  pselect(0, NULL, NULL, NULL, &(struct timespec){0, 999999999}, NULL);
  // CHECK-NEXT: pselect 2030007000
  printf("pselect %ld\n", now());

  struct epoll_event event = {.events = EPOLLIN};
  const int set = epoll_create1(0);
  epoll_ctl(set, EPOLL_CTL_ADD, fds[0], &event);
  epoll_wait(set, &event, 1, 70);
  // CHECK-NEXT: epoll_wait 2100007000
  printf("epoll_wait %ld\n", now());
  epoll_pwait2(set, &event, 1, &(struct timespec){0, 3000}, NULL);
  // CHECK-NEXT: epoll_pwait2 2100010000
  printf("epoll_pwait2 %ld\n", now());

  /* Periodic: at 2.2 s, then every 10 ms; no date drifts. */
  const int timer = timerfd_create(CLOCK_REALTIME, 0);
  const struct itimerspec setting = {{0, 10000000}, {1577836800 + 2, 200000000}};
  timerfd_settime(timer, TFD_TIMER_ABSTIME, &setting, NULL);
  uint64_t count;
  for (int i = 0; i < 2; i++) {
    read(timer, &count, 8);
    // CHECK-NEXT: timer 2200000000: 1
    // CHECK-NEXT: timer 2210000000: 1
    printf("timer %ld: %ld\n", now(), (long)count);
  }
  poll(NULL, 0, 90);
  read(timer, &count, 8);
  // CHECK-NEXT: timer 2300000000: 9
  printf("timer %ld: %ld\n", now(), (long)count);
  close(timer);

  pthread_t thread;
  pthread_create(&thread, NULL, write_at_odd_dates, NULL);
  poll(&one, 1, -1);
  read(fds[0], &byte, 1);
  // CHECK-NEXT: woken 2301234567
  printf("woken %ld\n", now());
  epoll_wait(set, &event, 1, -1);
  read(fds[0], &byte, 1);
  // CHECK-NEXT: woken 2302469134
  printf("woken %ld\n", now());
  fd_set readable;
  FD_ZERO(&readable);
  FD_SET(fds[0], &readable);
  select(fds[0] + 1, &readable, NULL, NULL, NULL);
  read(fds[0], &byte, 1);
  // CHECK-NEXT: woken 2303703701
  printf("woken %ld\n", now());
  read(fds[0], &byte, 1);
  // CHECK-NEXT: woken 2304938268
  printf("woken %ld\n", now());
  return 0;
}
