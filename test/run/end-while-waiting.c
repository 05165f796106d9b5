// A process ends while its threads wait in every way, with another process beside it.
//
// RUN: %stp_clang -O2 -pthread %s -o %t
// RUN: %simterpose run --cpu none -n 2 -o %t.out %t | %FileCheck %s
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { COUNT = 100 };
static int fds[COUNT][2], set, timer, counter;

static void* in_poll(void* unused) {
  struct pollfd all[COUNT];
  for (int i = 0; i < COUNT; i++)
    all[i] = (struct pollfd){fds[i][0], POLLIN, 0};
  poll(all, COUNT, -1);
  abort();
  return unused;
}

static void* in_select(void* unused) {
  fd_set readable;
  FD_ZERO(&readable);
  for (int i = 0; i < COUNT; i++)
    FD_SET(fds[i][0], &readable);
  select(fds[COUNT - 1][0] + 1, &readable, NULL, NULL, &(struct timeval){100, 0});
  abort();
  return unused;
}

static void* in_epoll(void* unused) {
  struct epoll_event event;
  epoll_wait(set, &event, 1, -1);
  abort();
  return unused;
}

static void* in_read(void* fd) {
  uint64_t value;
  read(*(int*)fd, &value, sizeof value);
  abort();
  return NULL;
}

int main(void) {
  pthread_t thread;
  set = epoll_create1(0);
  for (int i = 0; i < COUNT; i++) {
    struct epoll_event event = {.events = EPOLLIN};
    pipe(fds[i]);
    epoll_ctl(set, EPOLL_CTL_ADD, fds[i][0], &event);
  }
  timer = timerfd_create(CLOCK_MONOTONIC, 0);
  counter = eventfd(0, 0);
  timerfd_settime(timer, 0, &(struct itimerspec){{1, 0}, {50, 0}}, NULL);
  pthread_create(&thread, NULL, in_poll, NULL);
  pthread_create(&thread, NULL, in_select, NULL);
  pthread_create(&thread, NULL, in_epoll, NULL);
  pthread_create(&thread, NULL, in_read, &fds[7][0]);
  pthread_create(&thread, NULL, in_read, &counter);
  pthread_create(&thread, NULL, in_read, &timer);
  poll(NULL, 0, 5);
  // CHECK-DAG: [node-0 0.005000] ends
  // CHECK-DAG: [node-1 0.005000] ends
  puts("ends");
  fflush(stdout);
  write(fds[7][1], "x", 1); /* they are woken, and never run */
  return 0;
}
