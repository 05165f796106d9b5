// CALLS: connect accept recv send getsockopt
// RUN: %both
//
// Connecting and serving without blocking, driven by poll.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/time.h>

#include "tcp.h"

static int nonblocking_socket(void) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  CHECK(fd >= 0);
  return fd;
}

static int wait_for(int fd, short events) {
  struct pollfd polled = {.fd = fd, .events = events};
  CHECK_EQ(poll(&polled, 1, 2000), 1);
  return polled.revents;
}

static void test_refused(void) {
  struct sockaddr_in name;
  int listener = tcp_listener(1, &name);
  CHECK_EQ(close(listener), 0);
  int fd = nonblocking_socket();
  CHECK_ERRNO(connect_to(fd, &name), EINPROGRESS);
  CHECK_EQ(wait_for(fd, POLLOUT), POLLOUT | POLLERR | POLLHUP);
  CHECK_ERRNO(connect_to(fd, &name), ECONNREFUSED);
  CHECK_ERRNO(connect_to(fd, &name), EINPROGRESS);
  CHECK_EQ(wait_for(fd, POLLOUT), POLLOUT | POLLERR | POLLHUP);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
  CHECK_ERRNO(connect_to(fd, &name), ECONNABORTED);
  CHECK_EQ(close(fd), 0);
}

static void test_connected(void) {
  struct sockaddr_in name;
  int listener = tcp_listener(1, &name);
  CHECK_EQ(fcntl(listener, F_SETFL, O_NONBLOCK), 0);
  CHECK_ERRNO(accept(listener, NULL, NULL), EAGAIN);
  int fd = nonblocking_socket();
  CHECK_ERRNO(connect_to(fd, &name), EINPROGRESS);
  CHECK_EQ(wait_for(fd, POLLOUT), POLLOUT);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_ERROR), 0);
  CHECK_EQ(wait_for(listener, POLLIN), POLLIN);
  int server = accept(listener, NULL, NULL);
  CHECK(server >= 0);
  char byte;
  CHECK_ERRNO(recv(fd, &byte, 1, 0), EAGAIN);
  CHECK_EQ(send(server, "x", 1, 0), 1);
  CHECK_EQ(wait_for(fd, POLLIN), POLLIN);
  CHECK_EQ(recv(fd, &byte, 1, 0), 1);
  close(fd), close(server), close(listener);
}

/* With a full backlog, connecting does not end. */
static void test_in_progress(void) {
  struct sockaddr_in name;
  int listener = tcp_listener(0, &name);
  int first = tcp_socket();
  CHECK_EQ(connect_to(first, &name), 0);
  int fd = nonblocking_socket();
  CHECK_ERRNO(connect_to(fd, &name), EINPROGRESS);
  CHECK_ERRNO(connect_to(fd, &name), EALREADY);
  CHECK_EQ(events_of(fd), 0);
  char byte;
  CHECK_ERRNO(recv(fd, &byte, 1, 0), EAGAIN);
  CHECK_ERRNO(send(fd, &byte, 1, MSG_NOSIGNAL), EAGAIN);
  struct sockaddr_in peer;
  socklen_t length = sizeof peer;
  CHECK_ERRNO(getpeername(fd, (struct sockaddr*)&peer, &length), ENOTCONN);

  /* The same with a timeout instead. */
  int timed = tcp_socket();
  struct timeval timeout = {0, 20000};
  CHECK_EQ(setsockopt(timed, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout), 0);
  CHECK_ERRNO(connect_to(timed, &name), EINPROGRESS);
  CHECK_EQ(close(timed), 0);

  /* Accepting makes room: the next SYN, a second after the first, gets in. */
  int server = accept(listener, NULL, NULL);
  CHECK_EQ(wait_for(fd, POLLOUT), POLLOUT);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_ERROR), 0);
  CHECK_EQ(connect_to(fd, &name), 0);
  CHECK_ERRNO(connect_to(fd, &name), EISCONN);
  close(first), close(fd), close(server), close(listener);
}

int main(void) {
  test_refused();
  test_connected();
  test_in_progress();
  return 0;
}
