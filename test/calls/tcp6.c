// RUN: %both
//
// TCP over IPv6, and sockets of IPv6 that serve IPv4 as well.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

static struct sockaddr_in6 inet6(struct in6_addr address, int port) {
  return (struct sockaddr_in6){
      .sin6_family = AF_INET6, .sin6_addr = address, .sin6_port = htons((uint16_t)port)};
}

static struct sockaddr_in inet4(uint32_t address, int port) {
  return (struct sockaddr_in){
      .sin_family = AF_INET, .sin_addr = {htonl(address)}, .sin_port = htons((uint16_t)port)};
}

static int port_of(int fd) {
  struct sockaddr_in6 name;
  socklen_t length = sizeof name;
  CHECK_EQ(getsockname(fd, (struct sockaddr*)&name, &length), 0);
  return ntohs(name.sin6_port); /* where sockaddr_in has it */
}

static int listen6(struct in6_addr address, int only) {
  const int fd = socket(AF_INET6, SOCK_STREAM, 0);
  CHECK(fd >= 0);
  CHECK_EQ(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only), 0);
  const struct sockaddr_in6 name = inet6(address, 0);
  CHECK(bind(fd, (struct sockaddr*)&name, sizeof name) == 0 && listen(fd, 5) == 0);
  return fd;
}

static struct sockaddr_in6 accepted_name(int fd, int* connection) {
  struct sockaddr_in6 name;
  socklen_t length = sizeof name;
  *connection = accept(fd, (struct sockaddr*)&name, &length);
  CHECK(*connection >= 0 && length == sizeof name && name.sin6_family == AF_INET6);
  return name;
}

static void talk(int a, int b) {
  char text[6] = "";
  CHECK(write(a, "hello", 5) == 5 && read(b, text, 5) == 5 && strcmp(text, "hello") == 0);
  CHECK(close(a) == 0 && read(b, text, 5) == 0 && close(b) == 0);
}

static void over_ipv6(void) {
  const int server = listen6(in6addr_loopback, 0), client = socket(AF_INET6, SOCK_STREAM, 0);
  struct sockaddr_in6 to = inet6(in6addr_loopback, port_of(server)), name;
  CHECK_EQ(connect(client, (struct sockaddr*)&to, sizeof to), 0);
  int connection;
  const struct sockaddr_in6 from = accepted_name(server, &connection);
  CHECK(IN6_IS_ADDR_LOOPBACK(&from.sin6_addr) && ntohs(from.sin6_port) == port_of(client));
  socklen_t length = sizeof name;
  CHECK_EQ(getpeername(client, (struct sockaddr*)&name, &length), 0);
  CHECK(length == sizeof name && name.sin6_port == to.sin6_port);
  CHECK(IN6_IS_ADDR_LOOPBACK(&name.sin6_addr));
  talk(client, connection);
  CHECK_EQ(close(server), 0);
}

/* A client of IPv4 is seen under its mapped address. */
static void both_families(void) {
  const int server = listen6(in6addr_any, 0), client = socket(AF_INET, SOCK_STREAM, 0);
  const struct sockaddr_in to = inet4(INADDR_LOOPBACK, port_of(server));
  CHECK_EQ(connect(client, (const struct sockaddr*)&to, sizeof to), 0);
  int connection;
  const struct sockaddr_in6 from = accepted_name(server, &connection);
  char text[INET6_ADDRSTRLEN];
  CHECK(strcmp(inet_ntop(AF_INET6, &from.sin6_addr, text, sizeof text), "::ffff:127.0.0.1") == 0);
  talk(connection, client);

  /* And the other way round. */
  const int plain = socket(AF_INET, SOCK_STREAM, 0), six = socket(AF_INET6, SOCK_STREAM, 0);
  const struct sockaddr_in any = inet4(INADDR_ANY, 0);
  CHECK(bind(plain, (const struct sockaddr*)&any, sizeof any) == 0 && listen(plain, 1) == 0);
  struct in6_addr mapped;
  CHECK_EQ(inet_pton(AF_INET6, "::ffff:127.0.0.1", &mapped), 1);
  struct sockaddr_in6 there = inet6(mapped, port_of(plain));
  CHECK_EQ(connect(six, (struct sockaddr*)&there, sizeof there), 0);
  connection = accept(plain, NULL, NULL);
  talk(six, connection);
  CHECK(close(server) == 0 && close(plain) == 0);
}

static void ipv6_only(void) {
  const int server = listen6(in6addr_any, 1), port = port_of(server);
  int client = socket(AF_INET, SOCK_STREAM, 0), only = 0;
  socklen_t length = sizeof only;
  const struct sockaddr_in to = inet4(INADDR_LOOPBACK, port);
  CHECK_ERRNO(connect(client, (const struct sockaddr*)&to, sizeof to), ECONNREFUSED);
  CHECK(getsockopt(server, IPPROTO_IPV6, IPV6_V6ONLY, &only, &length) == 0 && only == 1);
  CHECK_ERRNO(setsockopt(server, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only), EINVAL);
  /* The port is free for IPv4 ... */
  const int other = socket(AF_INET, SOCK_STREAM, 0);
  const struct sockaddr_in any = inet4(INADDR_ANY, port);
  CHECK(bind(other, (const struct sockaddr*)&any, sizeof any) == 0 && listen(other, 1) == 0);
  CHECK(close(other) == 0 && close(server) == 0);
  /* ... but not if the socket serves both. */
  const int dual = listen6(in6addr_any, 0), again = socket(AF_INET, SOCK_STREAM, 0);
  const struct sockaddr_in taken = inet4(INADDR_ANY, port_of(dual));
  CHECK_ERRNO(bind(again, (const struct sockaddr*)&taken, sizeof taken), EADDRINUSE);
  CHECK(close(dual) == 0 && close(again) == 0 && close(client) == 0);

  client = socket(AF_INET6, SOCK_STREAM, 0);
  only = 1;
  CHECK_EQ(setsockopt(client, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only), 0);
  struct in6_addr mapped;
  CHECK_EQ(inet_pton(AF_INET6, "::ffff:127.0.0.1", &mapped), 1);
  struct sockaddr_in6 there = inet6(mapped, port);
  CHECK_ERRNO(connect(client, (struct sockaddr*)&there, sizeof there), ENETUNREACH);
  CHECK_ERRNO(bind(client, (struct sockaddr*)&there, sizeof there), EINVAL);
  CHECK_EQ(close(client), 0);
}

static void errors(void) {
  const int fd = socket(AF_INET6, SOCK_STREAM, 0), four = socket(AF_INET, SOCK_STREAM, 0);
  const struct sockaddr_in v4 = inet4(INADDR_LOOPBACK, 0);
  const struct sockaddr_in6 v6 = inet6(in6addr_loopback, 1);
  struct sockaddr_in6 foreign = inet6(in6addr_loopback, 0);
  CHECK_ERRNO(bind(fd, (const struct sockaddr*)&v4, sizeof v4), EINVAL); /* too short */
  CHECK_ERRNO(bind(four, (const struct sockaddr*)&v6, sizeof v6), EAFNOSUPPORT);
  CHECK_ERRNO(connect(four, (const struct sockaddr*)&v6, sizeof v6), EAFNOSUPPORT);
  CHECK_EQ(inet_pton(AF_INET6, "2001:db8::77", &foreign.sin6_addr), 1);
  CHECK_ERRNO(bind(fd, (struct sockaddr*)&foreign, sizeof foreign), EADDRNOTAVAIL);
  CHECK_ERRNO(connect(fd, (const struct sockaddr*)&v6, sizeof v6), ECONNREFUSED);
  int value = 5;
  socklen_t length = sizeof value;
  CHECK_ERRNO(setsockopt(four, IPPROTO_IPV6, IPV6_V6ONLY, &value, sizeof value), ENOPROTOOPT);
  CHECK(getsockopt(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &value, &length) == 0 && value == 64);
  CHECK(close(fd) == 0 && close(four) == 0);
}

int main(void) {
  over_ipv6();
  both_families();
  ipv6_only();
  errors();
  return 0;
}
