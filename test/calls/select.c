// CALLS: select pselect __fdelt_chk
// RUN: %both
//
// select over pipes: sets in and out, timeouts and what is left of them, bad arguments, waking.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <sys/select.h>
#include <unistd.h>

#include "check.h"
#include "elapsed.h"

long __fdelt_chk(long fd);

static int fds[2];

static fd_set set_of(int fd) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(fd, &set);
  return set;
}

static void* write_later(void* unused) {
  (void)unused;
  nap(0.02);
  CHECK_EQ(write(fds[1], "x", 1), 1);
  return NULL;
}

static void sets(void) {
  const int count = fds[1] + 1;
  struct timeval zero = {0, 0};
  fd_set readable = set_of(fds[0]), writable = set_of(fds[1]), exceptional = set_of(fds[0]);
  CHECK_EQ(select(count, &readable, &writable, &exceptional, &zero), 1);
  CHECK(!FD_ISSET(fds[0], &readable));
  CHECK(FD_ISSET(fds[1], &writable));
  CHECK(!FD_ISSET(fds[0], &exceptional));
  CHECK_EQ(write(fds[1], "x", 1), 1);
  readable = set_of(fds[0]);
  CHECK_EQ(select(count, &readable, &writable, NULL, NULL), 2);
  CHECK(FD_ISSET(fds[0], &readable) && FD_ISSET(fds[1], &writable));
  /* Not below `count`: not looked at. */
  readable = set_of(fds[1]);
  CHECK_EQ(select(fds[1], &readable, NULL, NULL, &zero), 0);
  char byte;
  CHECK_EQ(read(fds[0], &byte, 1), 1);

  const int closed = dup(fds[0]);
  CHECK_EQ(close(closed), 0);
  fd_set bad = set_of(closed);
  CHECK_ERRNO(select(closed + 1, &bad, NULL, NULL, &zero), EBADF);
  CHECK(FD_ISSET(closed, &bad));
  CHECK_ERRNO(select(-1, NULL, NULL, NULL, &zero), EINVAL);
  CHECK_ERRNO(select(0, NULL, NULL, NULL, &(struct timeval){-1, 0}), EINVAL);
  CHECK_ERRNO(select(0, NULL, NULL, NULL, &(struct timeval){0, -1}), EINVAL);
  CHECK_ERRNO(pselect(0, NULL, NULL, NULL, &(struct timespec){0, 1000000000}, NULL), EINVAL);
  CHECK_EQ(__fdelt_chk(130), 2);
}

static void times(void) {
  fd_set readable = set_of(fds[0]);
  struct timeval delay = {0, 30000};
  double start = date();
  CHECK_EQ(select(fds[0] + 1, &readable, NULL, NULL, &delay), 0);
  CHECK(elapsed(start, 0.030));
  CHECK(!FD_ISSET(fds[0], &readable));
  CHECK_EQ(delay.tv_sec, 0);
  CHECK_EQ(delay.tv_usec, 0);
  start = date();
  CHECK_EQ(pselect(0, NULL, NULL, NULL, &(struct timespec){0, 7000000}, NULL), 0);
  CHECK(elapsed(start, 0.007));
  start = date();
  CHECK_EQ(select(0, NULL, NULL, NULL, &(struct timeval){0, 1000001}), 0);
  CHECK(elapsed(start, 1.000001));
}

static void wakes(void) {
  pthread_t thread;
  fd_set readable = set_of(fds[0]);
  struct timeval delay = {3, 0};
  const double start = date();
  CHECK_EQ(pthread_create(&thread, NULL, write_later, NULL), 0);
  CHECK_EQ(select(fds[0] + 1, &readable, NULL, NULL, &delay), 1);
  CHECK(elapsed(start, 0.020));
  CHECK(FD_ISSET(fds[0], &readable));
  CHECK(delay.tv_sec == 2 && delay.tv_usec <= 980000); /* what is left */
  CHECK_EQ(pthread_join(thread, NULL), 0);
}

/* The other end closed: readable, or writable, not more. */
static void hangs_up(void) {
  int broken[2];
  struct timeval zero = {0, 0};
  CHECK_EQ(pipe(broken), 0);
  CHECK_EQ(close(broken[1]), 0);
  fd_set readable = set_of(broken[0]), writable = set_of(broken[0]);
  CHECK_EQ(select(broken[0] + 1, &readable, &writable, NULL, &zero), 1);
  CHECK(FD_ISSET(broken[0], &readable) && !FD_ISSET(broken[0], &writable));
  struct timeval shortly = {0, 2000};
  writable = set_of(broken[0]);
  CHECK_EQ(select(broken[0] + 1, NULL, &writable, NULL, &shortly), 0);
  CHECK_EQ(close(broken[0]), 0);
  CHECK_EQ(pipe(broken), 0);
  CHECK_EQ(close(broken[0]), 0);
  readable = writable = set_of(broken[1]);
  CHECK_EQ(select(broken[1] + 1, &readable, &writable, NULL, &zero), 2);
  CHECK_EQ(close(broken[1]), 0);
}

/* More members than a short list holds, over several words. */
static void many(void) {
  enum { COUNT = 150 };
  int copies[COUNT];
  fd_set readable, writable;
  FD_ZERO(&readable);
  FD_ZERO(&writable);
  for (int i = 0; i < COUNT; i++) {
    copies[i] = dup(fds[i % 2]);
    CHECK(copies[i] >= 0);
    FD_SET(copies[i], i % 2 ? &writable : &readable);
  }
  CHECK_EQ(select(copies[COUNT - 1] + 1, &readable, &writable, NULL, NULL), COUNT / 2);
  for (int i = 0; i < COUNT; i++) {
    CHECK(!FD_ISSET(copies[i], &readable));
    CHECK_EQ(!!FD_ISSET(copies[i], &writable), i % 2);
    CHECK_EQ(close(copies[i]), 0);
  }
}

static volatile sig_atomic_t handled;
static void handle(int signal) { handled = signal; }

static void masks(void) {
  struct sigaction action = {.sa_handler = handle};
  CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
  sigset_t blocked, none;
  sigemptyset(&none);
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  CHECK_EQ(sigprocmask(SIG_BLOCK, &blocked, NULL), 0);
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_ERRNO(pselect(0, NULL, NULL, NULL, NULL, &none), EINTR);
  CHECK_EQ(handled, SIGUSR1);
}

int main(void) {
  CHECK_EQ(pipe(fds), 0);
  sets();
  times();
  char byte;
  wakes();
  CHECK_EQ(read(fds[0], &byte, 1), 1);
  hangs_up();
  many();
  masks();
  return 0;
}
