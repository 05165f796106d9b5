// Programs that wait by asking over and over: virtual time passes for them, and one line says so.
//
// RUN: %stp_clang -O2 -pthread %s -o %t
// RUN: %simterpose run --cpu none -n 1 -o %t.out %t 2>&1 | %FileCheck %s
// RUN: cat %t.out/node-0/*.stdout | %FileCheck --check-prefix=PROGRAM %s
// CHECK: spin{{.*}} keeps asking without waiting
// CHECK-NOT: keeps asking
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

static int fds[2];

static volatile int done;

static void* finish_later(void* unused) {
  nanosleep(&(struct timespec){0, 1000000}, NULL);
  done = 1;
  return unused;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void* write_later(void* unused) {
  for (int i = 0; i < 3; i++) {
    nanosleep(&(struct timespec){0, 1000000}, NULL);
    write(fds[1], "x", 1);
  }
  return unused;
}

int main(void) {
  char byte;
  double start = now();
  while (now() < start + 0.001)
    ;
  const double passed = now() - start;
  // PROGRAM: clock 1
  printf("clock %d\n", passed > 0.000999 && passed < 0.0011);

  pipe(fds);
  fcntl(fds[0], F_SETFL, O_NONBLOCK);
  pthread_t thread;
  pthread_create(&thread, NULL, write_later, NULL);
  start = now();
  struct pollfd one = {fds[0], POLLIN, 0};
  while (poll(&one, 1, 0) == 0)
    ;
  read(fds[0], &byte, 1);
  while (read(fds[0], &byte, 1) < 0 && errno == EAGAIN)
    ;
  const int set = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN};
  epoll_ctl(set, EPOLL_CTL_ADD, fds[0], &event);
  while (epoll_wait(set, &event, 1, 0) == 0)
    ;
  const double waited = now() - start;
  // PROGRAM: poll 1
  printf("poll %d\n", waited > 0.002999 && waited < 0.0031);
  pthread_join(thread, NULL);

  /* Always ready, never dealt with. */
  start = now();
  pthread_create(&thread, NULL, finish_later, NULL);
  epoll_ctl(set, EPOLL_CTL_MOD, fds[0], &event);
  while (!done)
    epoll_wait(set, &event, 1, -1);
  const double busy = now() - start;
  // PROGRAM: ready 1
  printf("ready %d\n", busy > 0.000999 && busy < 0.0011);
  return 0;
}
