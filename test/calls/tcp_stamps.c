// CALLS: setsockopt getsockopt recvmsg
// RUN: %both
//
// Timestamps of TCP (SO_TIMESTAMP, SO_TIMESTAMPNS): when the last byte that recvmsg gives came.
#define _GNU_SOURCE
#include <sys/time.h>
#include <time.h>

#include "tcp.h"

/* Reads and returns the date that a control message of this type told, in seconds, or 0. */
static double stamp_of(int fd, int type, ssize_t expected) {
  char data[16], space[256];
  struct iovec vector = {data, sizeof data};
  struct msghdr message = {
      .msg_iov = &vector, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
  CHECK_EQ(recvmsg(fd, &message, 0), expected);
  const struct cmsghdr* const header = CMSG_FIRSTHDR(&message);
  if (!header)
    return 0;
  CHECK_EQ(header->cmsg_level, SOL_SOCKET);
  CHECK_EQ(header->cmsg_type, type);
  CHECK(CMSG_NXTHDR(&message, (struct cmsghdr*)header) == NULL);
  struct timespec time;
  struct timeval coarse;
  if (type == SCM_TIMESTAMPNS) {
    memcpy(&time, CMSG_DATA(header), sizeof time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
  }
  memcpy(&coarse, CMSG_DATA(header), sizeof coarse);
  return (double)coarse.tv_sec + (double)coarse.tv_usec / 1e6;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(void) {
  struct sockaddr_in name;
  const int listener = tcp_listener(1, &name);
  const int off = 0, on = 1;
  CHECK_EQ(setsockopt(listener, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on), 0);
  int fds[2];
  fds[0] = tcp_socket();
  CHECK_EQ(connect_to(fds[0], &name), 0);
  fds[1] = accept(listener, NULL, NULL);
  CHECK(fds[1] >= 0);
  CHECK_EQ(get_int(fds[1], SOL_SOCKET, SO_TIMESTAMPNS), 1); /* inherited */
  CHECK_EQ(get_int(fds[1], SOL_SOCKET, SO_TIMESTAMP), 0);
  usleep(100000); /* Linux begins to stamp a little later */

  const double before = now();
  CHECK_EQ(send(fds[0], "a", 1, 0), 1);
  usleep(50000);
  const double stamp = stamp_of(fds[1], SCM_TIMESTAMPNS, 1);
  CHECK(stamp >= before - 1e-3 && stamp <= now() - 0.049);

  CHECK_EQ(setsockopt(fds[1], SOL_SOCKET, SO_TIMESTAMP, &on, sizeof on), 0);
  CHECK_EQ(get_int(fds[1], SOL_SOCKET, SO_TIMESTAMPNS), 0);
  CHECK_EQ(send(fds[0], "bc", 2, 0), 2);
  CHECK(stamp_of(fds[1], SCM_TIMESTAMP, 2) >= before);

  CHECK_EQ(setsockopt(fds[1], SOL_SOCKET, SO_TIMESTAMP, &off, sizeof off), 0);
  CHECK_EQ(send(fds[0], "d", 1, 0), 1);
  CHECK(stamp_of(fds[1], SCM_TIMESTAMP, 1) == 0);
  CHECK_ERRNO(setsockopt(fds[1], SOL_SOCKET, SO_TIMESTAMP, &on, 1), EINVAL);
  return 0;
}
