// CALLS: poll ppoll __poll_chk __ppoll_chk
// RUN: %both
//
// poll over pipes: what is reported, timeouts, bad arguments, waking by another thread.
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "check.h"
#include "elapsed.h"

int __poll_chk(struct pollfd* fds, nfds_t count, int timeout, size_t size);
int __ppoll_chk(struct pollfd* fds, nfds_t count, const struct timespec* timeout,
                const sigset_t* signals, size_t size);

static int fds[2];

static void* write_later(void* unused) {
  (void)unused;
  nap(0.02);
  CHECK_EQ(write(fds[1], "x", 1), 1);
  return NULL;
}

static void* close_reader_later(void* unused) {
  (void)unused;
  nap(0.02);
  CHECK_EQ(close(fds[0]), 0);
  return NULL;
}

static void reports(void) {
  char buffer[8];
  CHECK_EQ(pipe(fds), 0);
  struct pollfd both[2] = {{fds[0], POLLIN | POLLRDNORM, -1}, {fds[1], POLLOUT | POLLWRNORM, -1}};
  CHECK_EQ(poll(both, 2, 0), 1);
  CHECK_EQ(both[0].revents, 0);
  CHECK_EQ(both[1].revents, POLLOUT | POLLWRNORM);
  CHECK_EQ(write(fds[1], "x", 1), 1);
  CHECK_EQ(poll(both, 2, -1), 2);
  CHECK_EQ(both[0].revents, POLLIN | POLLRDNORM);
  both[0].events = 0; /* only what is reported anyway */
  CHECK_EQ(poll(both, 1, 0), 0);
  both[0].fd = -7; /* ignored */
  both[0].revents = -1;
  CHECK_EQ(poll(both, 2, 0), 1);
  CHECK_EQ(both[0].revents, 0);
  both[0] = (struct pollfd){fds[0], POLLIN, 0};

  CHECK_EQ(close(fds[1]), 0);
  CHECK_EQ(poll(both, 2, 1000), 2);
  CHECK_EQ(both[0].revents, POLLIN | POLLHUP);
  CHECK_EQ(both[1].revents, POLLNVAL);
  CHECK_EQ(read(fds[0], buffer, sizeof buffer), 1);
  both[0].events = 0;
  CHECK_EQ(poll(both, 1, 1000), 1);
  CHECK_EQ(both[0].revents, POLLHUP);
  CHECK_EQ(close(fds[0]), 0);

  CHECK_EQ(pipe(fds), 0);
  CHECK_EQ(close(fds[0]), 0);
  struct pollfd broken = {fds[1], POLLOUT, 0};
  CHECK_EQ(poll(&broken, 1, 1000), 1);
  CHECK_EQ(broken.revents, POLLOUT | POLLERR);
  CHECK_EQ(close(fds[1]), 0);

  struct pollfd none = {INT_MAX, POLLIN, 0};
  CHECK_EQ(poll(&none, 1, -1), 1);
  CHECK_EQ(none.revents, POLLNVAL);
}

static void times(void) {
  CHECK_EQ(pipe(fds), 0);
  struct pollfd one = {fds[0], POLLIN, -1};
  double start = date();
  CHECK_EQ(poll(&one, 1, 30), 0);
  CHECK(elapsed(start, 0.030));
  CHECK_EQ(one.revents, 0);
  start = date();
  CHECK_EQ(poll(NULL, 0, 10), 0);
  CHECK(elapsed(start, 0.010));
  start = date();
  const struct timespec delay = {0, 5000000}, wrong = {0, 1000000000}, negative = {-1, 0};
  CHECK_EQ(ppoll(&one, 1, &delay, NULL), 0);
  CHECK(elapsed(start, 0.005));
  CHECK_EQ(delay.tv_nsec, 5000000);
  CHECK_ERRNO(ppoll(&one, 1, &wrong, NULL), EINVAL);
  CHECK_ERRNO(ppoll(&one, 1, &negative, NULL), EINVAL);

  struct rlimit limit;
  CHECK_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  CHECK_ERRNO(poll(&one, limit.rlim_cur + 1, 0), EINVAL);

  CHECK_EQ(__poll_chk(&one, 1, 0, sizeof one), 0);
  CHECK_EQ(__ppoll_chk(&one, 1, &delay, NULL, sizeof one), 0);
}

static void wakes(void) {
  pthread_t thread;
  struct pollfd one = {fds[0], POLLIN, 0};
  double start = date();
  CHECK_EQ(pthread_create(&thread, NULL, write_later, NULL), 0);
  CHECK_EQ(poll(&one, 1, -1), 1);
  CHECK_EQ(one.revents, POLLIN);
  CHECK(elapsed(start, 0.020));
  CHECK_EQ(pthread_join(thread, NULL), 0);
  /* Twice the same descriptor. */
  struct pollfd twice[2] = {{fds[0], POLLIN, 0}, {fds[0], POLLIN, 0}};
  CHECK_EQ(poll(twice, 2, 1000), 2);

  struct pollfd writer = {fds[1], 0, 0};
  CHECK_EQ(pthread_create(&thread, NULL, close_reader_later, NULL), 0);
  CHECK_EQ(poll(&writer, 1, -1), 1);
  CHECK_EQ(writer.revents, POLLERR);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(close(fds[1]), 0);
}

/* More than fit a few cache lines; the last one wakes. */
static void many(void) {
  enum { COUNT = 100 };
  int all[COUNT][2];
  struct pollfd list[COUNT];
  for (int i = 0; i < COUNT; i++) {
    CHECK_EQ(pipe(all[i]), 0);
    list[i] = (struct pollfd){all[i][0], POLLIN, 0};
  }
  CHECK_EQ(poll(list, COUNT, 1), 0);
  fds[1] = all[COUNT - 1][1];
  pthread_t thread;
  CHECK_EQ(pthread_create(&thread, NULL, write_later, NULL), 0);
  CHECK_EQ(poll(list, COUNT, 10000), 1);
  for (int i = 0; i < COUNT; i++) {
    CHECK_EQ(list[i].revents, i == COUNT - 1 ? POLLIN : 0);
    CHECK_EQ(close(all[i][0]), 0);
    CHECK_EQ(close(all[i][1]), 0);
  }
  CHECK_EQ(pthread_join(thread, NULL), 0);
}

static volatile sig_atomic_t handled;
static void handle(int signal) { handled = signal; }

/* A blocked signal that is pending ends a wait whose mask lets it through. */
static void masks(void) {
  struct sigaction action = {.sa_handler = handle};
  CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
  sigset_t blocked, none;
  sigemptyset(&none);
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  CHECK_EQ(sigprocmask(SIG_BLOCK, &blocked, NULL), 0);
  CHECK_EQ(raise(SIGUSR1), 0);
  CHECK_EQ(handled, 0);
  const struct timespec delay = {10, 0};
  CHECK_EQ(ppoll(NULL, 0, &(struct timespec){0, 1000}, &blocked), 0);
  CHECK_EQ(handled, 0);
  CHECK_ERRNO(ppoll(NULL, 0, &delay, &none), EINTR);
  CHECK_EQ(handled, SIGUSR1);
  CHECK_EQ(raise(SIGUSR1), 0); /* the mask is back */
  sigset_t pending;
  CHECK_EQ(sigpending(&pending), 0);
  CHECK(sigismember(&pending, SIGUSR1));
}

int main(void) {
  reports();
  times();
  wakes();
  many();
  masks();
  return 0;
}
