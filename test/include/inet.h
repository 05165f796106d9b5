/* Names of sockets of IPv4. */
#ifndef INET_H
#define INET_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "check.h"

static inline struct sockaddr_in inet_name(const char* address, int port) {
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  CHECK_EQ(inet_pton(AF_INET, address, &name.sin_addr), 1);
  return name;
}

static inline struct sockaddr_in local_name(int fd) {
  struct sockaddr_in name;
  socklen_t length = sizeof name;
  CHECK_EQ(getsockname(fd, (struct sockaddr*)&name, &length), 0);
  CHECK_EQ(length, sizeof name);
  return name;
}

static inline int bind_to(int fd, const char* address, int port) {
  const struct sockaddr_in name = inet_name(address, port);
  return bind(fd, (const struct sockaddr*)&name, sizeof name);
}

#endif
