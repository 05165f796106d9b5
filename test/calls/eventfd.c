// CALLS: eventfd eventfd_read eventfd_write
// RUN: %both
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include "check.h"
#include "elapsed.h"

static int fd;

static short state(int descriptor) {
  struct pollfd one = {descriptor, POLLIN | POLLOUT, 0};
  CHECK(poll(&one, 1, 0) >= 0);
  return one.revents;
}

static void* add_later(void* unused) {
  (void)unused;
  nap(0.02);
  CHECK_EQ(eventfd_write(fd, 3), 0);
  return NULL;
}

static void* take_later(void* unused) {
  (void)unused;
  eventfd_t value;
  nap(0.02);
  CHECK_EQ(eventfd_read(fd, &value), 0);
  return NULL;
}

int main(void) {
  eventfd_t value;
  uint64_t most = UINT64_MAX - 1, too_much = UINT64_MAX;
  CHECK_ERRNO(eventfd(0, 1 << 20), EINVAL);
  fd = eventfd(5, EFD_NONBLOCK | EFD_CLOEXEC);
  CHECK(fd >= 0);
  CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
  CHECK_EQ(fcntl(fd, F_GETFL), O_RDWR | O_NONBLOCK);
  CHECK_EQ(state(fd), POLLIN | POLLOUT);
  CHECK_EQ(eventfd_write(fd, 2), 0);
  CHECK_EQ(eventfd_read(fd, &value), 0);
  CHECK_EQ(value, 7);
  CHECK_EQ(state(fd), POLLOUT);
  CHECK_ERRNO(eventfd_read(fd, &value), EAGAIN);
  CHECK_ERRNO(read(fd, &value, 7), EINVAL);
  CHECK_ERRNO(write(fd, &value, 4), EINVAL);
  CHECK_ERRNO(write(fd, &too_much, 8), EINVAL);
  CHECK_EQ(write(fd, &most, 8), 8);
  CHECK_EQ(state(fd), POLLIN);
  CHECK_ERRNO(eventfd_write(fd, 1), EAGAIN);
  CHECK_EQ(eventfd_write(fd, 0), 0);
  char bytes[16];
  struct iovec parts[2] = {{bytes, 3}, {bytes + 3, 13}};
  CHECK_EQ(readv(fd, parts, 2), 8);
  CHECK(memcmp(bytes, &most, 8) == 0);
  CHECK_EQ(close(fd), 0);
  CHECK_ERRNO(eventfd_read(fd, &value), EBADF);
  CHECK_ERRNO(eventfd_write(fd, 1), EBADF);

  fd = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
  CHECK_EQ(eventfd_read(fd, &value), 0);
  CHECK_EQ(value, 1);
  CHECK_EQ(read(fd, &value, 8), 8);
  CHECK_EQ(value, 1);
  CHECK_ERRNO(read(fd, &value, 8), EAGAIN);
  CHECK_EQ(close(fd), 0);

  /* Blocking, both ways. */
  pthread_t thread;
  fd = eventfd(0, 0);
  double start = date();
  CHECK_EQ(pthread_create(&thread, NULL, add_later, NULL), 0);
  CHECK_EQ(eventfd_read(fd, &value), 0);
  CHECK_EQ(value, 3);
  CHECK(elapsed(start, 0.020));
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(eventfd_write(fd, most), 0);
  start = date();
  CHECK_EQ(pthread_create(&thread, NULL, take_later, NULL), 0);
  CHECK_EQ(eventfd_write(fd, 4), 0);
  CHECK(elapsed(start, 0.020));
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(eventfd_read(fd, &value), 0);
  CHECK_EQ(value, 4);
  CHECK_EQ(close(fd), 0);
  return 0;
}
