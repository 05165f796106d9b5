// CALLS: timerfd_create timerfd_settime timerfd_gettime
// RUN: %both
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "check.h"
#include "elapsed.h"

enum { MS = 1000000 };

static void arguments(void) {
  const struct itimerspec wrong = {{0, 0}, {0, 1000000000}}, negative = {{-1, 0}, {1, 0}};
  struct itimerspec setting = {{0, 0}, {1, 0}};
  CHECK_ERRNO(timerfd_create(CLOCK_PROCESS_CPUTIME_ID, 0), EINVAL);
  CHECK_ERRNO(timerfd_create(CLOCK_MONOTONIC, 1 << 20), EINVAL);
  CHECK_ERRNO(timerfd_settime(99, 0, &setting, NULL), EBADF);
  CHECK_ERRNO(timerfd_gettime(99, &setting), EBADF);
  int pipes[2];
  CHECK_EQ(pipe(pipes), 0);
  CHECK_ERRNO(timerfd_settime(pipes[0], 0, &setting, NULL), EINVAL);
  CHECK_ERRNO(timerfd_gettime(pipes[0], &setting), EINVAL);
  const int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  CHECK(fd >= 0);
  CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
  CHECK_ERRNO(timerfd_settime(fd, 0, &wrong, NULL), EINVAL);
  CHECK_ERRNO(timerfd_settime(fd, 0, &negative, NULL), EINVAL);
  CHECK_ERRNO(timerfd_settime(fd, 1 << 10, &setting, NULL), EINVAL);
  uint64_t count;
  CHECK_ERRNO(read(fd, &count, 8), EAGAIN);
  CHECK_ERRNO(read(fd, &count, 7), EINVAL);
  CHECK_ERRNO(write(fd, &count, 8), EINVAL);
  CHECK_EQ(close(fd), 0);
  const int wall = timerfd_create(CLOCK_REALTIME, 0);
  CHECK(wall >= 0);
  CHECK_EQ(close(wall), 0);
}

static void once(void) {
  uint64_t count = 0;
  struct itimerspec setting = {{0, 0}, {0, 20 * MS}}, old;
  const int fd = timerfd_create(CLOCK_MONOTONIC, 0);
  double start = date();
  CHECK_EQ(timerfd_settime(fd, 0, &setting, &old), 0);
  CHECK_EQ(old.it_value.tv_sec + old.it_value.tv_nsec, 0);
  CHECK_EQ(read(fd, &count, 8), 8);
  CHECK_EQ(count, 1);
  CHECK(elapsed(start, 0.020));
  struct pollfd one = {fd, POLLIN | POLLOUT, 0};
  CHECK_EQ(poll(&one, 1, 0), 0);
  CHECK_EQ(timerfd_gettime(fd, &old), 0);
  CHECK_EQ(old.it_value.tv_nsec, 0);

  setting.it_value = (struct timespec){100, 0};
  CHECK_EQ(timerfd_settime(fd, 0, &setting, NULL), 0);
  CHECK_EQ(timerfd_gettime(fd, &old), 0);
  CHECK(old.it_value.tv_sec == 100 || (old.it_value.tv_sec == 99 && old.it_value.tv_nsec > 0));
  CHECK_EQ(poll(&one, 1, 10), 0);
  setting.it_value = (struct timespec){0, 0}; /* disarms */
  CHECK_EQ(timerfd_settime(fd, 0, &setting, &old), 0);
  CHECK_EQ(old.it_value.tv_sec, 99);
  CHECK_EQ(poll(&one, 1, 10), 0);
  CHECK_EQ(close(fd), 0);
}

static void absolute(clockid_t clock) {
  uint64_t count = 0;
  struct timespec now;
  const int fd = timerfd_create(clock, 0);
  CHECK_EQ(clock_gettime(clock, &now), 0);
  double start = date();
  struct itimerspec setting = {{0, 0}, now};
  setting.it_value.tv_nsec += 10 * MS;
  if (setting.it_value.tv_nsec >= 1000 * MS) {
    setting.it_value.tv_nsec -= 1000 * MS;
    setting.it_value.tv_sec++;
  }
  CHECK_EQ(timerfd_settime(fd, TFD_TIMER_ABSTIME, &setting, NULL), 0);
  CHECK_EQ(read(fd, &count, 8), 8);
  CHECK_EQ(count, 1);
  CHECK(elapsed(start, 0.0099));
  /* Passed already: at once. */
  struct pollfd one = {fd, POLLIN, 0};
  CHECK_EQ(timerfd_settime(fd, TFD_TIMER_ABSTIME, &setting, NULL), 0);
  CHECK_EQ(poll(&one, 1, -1), 1);
  CHECK_EQ(one.revents, POLLIN);
  CHECK_EQ(close(fd), 0);
}

static void periodic(void) {
  uint64_t count = 0, total = 0;
  const struct itimerspec setting = {{0, 10 * MS}, {0, 5 * MS}};
  struct itimerspec now;
  const int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  struct pollfd one = {fd, POLLIN, 0};
  double start = date();
  CHECK_EQ(timerfd_settime(fd, 0, &setting, NULL), 0);
  CHECK_EQ(poll(&one, 1, -1), 1);
  CHECK(elapsed(start, 0.005));
  nap(0.032); /* 5 ms were there; 15, 25 and 35 go by unread */
  CHECK_EQ(timerfd_gettime(fd, &now), 0);
  CHECK_EQ(now.it_interval.tv_nsec, 10 * MS);
  CHECK(now.it_value.tv_nsec <= 10 * MS);
  CHECK_EQ(read(fd, &count, 8), 8);
  CHECK(count >= 4);
  CHECK_ERRNO(read(fd, &total, 8), EAGAIN);
  CHECK_EQ(poll(&one, 1, -1), 1);
  CHECK_EQ(read(fd, &total, 8), 8);
  CHECK(total >= 1);
  CHECK(elapsed(start, 0.045));
  CHECK_EQ(close(fd), 0);
}

int main(void) {
  arguments();
  once();
  absolute(CLOCK_MONOTONIC);
  absolute(CLOCK_REALTIME);
  periodic();
  return 0;
}
