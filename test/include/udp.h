/* Shorthands for tests of UDP over IPv4. */
#ifndef UDP_H
#define UDP_H

#include <poll.h>
#include <unistd.h>

#include "inet.h"

static inline int udp_socket(void) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  CHECK(fd >= 0);
  return fd;
}

static inline int connect_to(int fd, const char* address, int port) {
  const struct sockaddr_in name = inet_name(address, port);
  return connect(fd, (const struct sockaddr*)&name, sizeof name);
}

static inline int port_of(int fd) { return ntohs(local_name(fd).sin_port); }

/* A socket bound to a port of 127.0.0.1. */
static inline int bound_socket(void) {
  const int fd = udp_socket();
  CHECK_EQ(bind_to(fd, "127.0.0.1", 0), 0);
  return fd;
}

static inline ssize_t send_to(int fd, const void* data, size_t size, const char* address,
                              int port) {
  const struct sockaddr_in name = inet_name(address, port);
  return sendto(fd, data, size, 0, (const struct sockaddr*)&name, sizeof name);
}

static inline short events_of(int fd) {
  struct pollfd polled = {.fd = fd, .events = POLLIN | POLLOUT | POLLRDHUP};
  CHECK(poll(&polled, 1, 0) >= 0);
  return polled.revents;
}

static inline void set_int(int fd, int level, int option, int value) {
  CHECK_EQ(setsockopt(fd, level, option, &value, sizeof value), 0);
}

static inline int get_int(int fd, int level, int option) {
  int value = -1;
  socklen_t length = sizeof value;
  CHECK_EQ(getsockopt(fd, level, option, &value, &length), 0);
  CHECK_EQ(length, sizeof value);
  return value;
}

#endif
