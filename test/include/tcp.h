/* Helpers of tests on TCP over loopback. */
#ifndef TCP_H
#define TCP_H

#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

#include "inet.h"

static inline int tcp_socket(void) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(fd >= 0);
  return fd;
}

/* Listens on 127.0.0.1 at a port of the system's choice. */
static inline int tcp_listener(int backlog, struct sockaddr_in* name) {
  int fd = tcp_socket();
  CHECK_EQ(bind_to(fd, "127.0.0.1", 0), 0);
  CHECK_EQ(listen(fd, backlog), 0);
  *name = local_name(fd);
  return fd;
}

static inline int connect_to(int fd, const struct sockaddr_in* name) {
  return connect(fd, (const struct sockaddr*)name, sizeof *name);
}

/* Two ends of a connection: [0] connected, [1] was accepted. */
static inline void tcp_pair(int ends[2]) {
  struct sockaddr_in name;
  int listener = tcp_listener(1, &name);
  ends[0] = tcp_socket();
  CHECK_EQ(connect_to(ends[0], &name), 0);
  ends[1] = accept(listener, NULL, NULL);
  CHECK(ends[1] >= 0);
  CHECK_EQ(close(listener), 0);
}

static inline void close_pair(const int ends[2]) {
  CHECK_EQ(close(ends[0]), 0);
  CHECK_EQ(close(ends[1]), 0);
}

/* What poll says now. */
static inline int events_of(int fd) {
  struct pollfd polled = {.fd = fd, .events = POLLIN | POLLOUT | POLLRDHUP};
  CHECK(poll(&polled, 1, 0) >= 0);
  return polled.revents;
}

static inline int get_int(int fd, int level, int option) {
  int value = -1;
  socklen_t length = sizeof value;
  CHECK_EQ(getsockopt(fd, level, option, &value, &length), 0);
  CHECK_EQ(length, sizeof value);
  return value;
}

#endif
