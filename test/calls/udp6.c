// CALLS: bind connect sendto recvfrom setsockopt getsockopt
// RUN: %both
//
// UDP over IPv6, and sockets of IPv6 that serve IPv4 as well.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/in6.h>

#include "check.h"

static struct sockaddr_in6 name6(const char* address, int port) {
  struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
  CHECK_EQ(inet_pton(AF_INET6, address, &name.sin6_addr), 1);
  return name;
}

static int bind6(int fd, const char* address, int port) {
  const struct sockaddr_in6 name = name6(address, port);
  return bind(fd, (const struct sockaddr*)&name, sizeof name);
}

static int connect6(int fd, const char* address, int port) {
  const struct sockaddr_in6 name = name6(address, port);
  return connect(fd, (const struct sockaddr*)&name, sizeof name);
}

static ssize_t send6(int fd, const void* data, size_t size, const char* address, int port) {
  const struct sockaddr_in6 name = name6(address, port);
  return sendto(fd, data, size, 0, (const struct sockaddr*)&name, sizeof name);
}

static struct sockaddr_in6 own_name(int fd) {
  struct sockaddr_in6 name;
  socklen_t length = sizeof name;
  CHECK_EQ(getsockname(fd, (struct sockaddr*)&name, &length), 0);
  return name;
}

static int port_of(int fd) { return ntohs(own_name(fd).sin6_port); }

static int socket6(int domain) {
  const int fd = socket(domain, SOCK_DGRAM, IPPROTO_UDP);
  CHECK(fd >= 0);
  return fd;
}

static void set_int(int fd, int level, int option, int value) {
  CHECK_EQ(setsockopt(fd, level, option, &value, sizeof value), 0);
}

static int get_int(int fd, int level, int option) {
  int value = -7;
  socklen_t length = sizeof value;
  CHECK_EQ(getsockopt(fd, level, option, &value, &length), 0);
  return value;
}

static void test_plain(void) {
  static char data[70000];
  const int server = socket6(AF_INET6), fd = socket6(AF_INET6);
  CHECK_EQ(bind6(server, "::1", 0), 0);
  const int port = port_of(server);
  CHECK_ERRNO(bind6(server, "::1", 0), EINVAL);
  CHECK_ERRNO(bind6(fd, "::1", port), EADDRINUSE);
  CHECK_ERRNO(bind6(fd, "2001:db8::77", 0), EADDRNOTAVAIL);
  CHECK_ERRNO(send(fd, "x", 1, 0), EDESTADDRREQ);
  CHECK_EQ(send6(fd, data, 65527, "::1", port), 65527);
  CHECK_ERRNO(send6(fd, data, 65528, "::1", port), EMSGSIZE);
  CHECK_EQ(recv(server, data, sizeof data, 0), 65527);
  CHECK_EQ(connect6(fd, "::1", port), 0);
  const struct sockaddr_in6 own = own_name(fd);
  CHECK(IN6_IS_ADDR_LOOPBACK(&own.sin6_addr));
  CHECK_EQ(send(fd, "abc", 3, 0), 3);
  struct sockaddr_in6 from;
  socklen_t length = sizeof from;
  CHECK_EQ(recvfrom(server, data, sizeof data, 0, (struct sockaddr*)&from, &length), 3);
  CHECK(length == sizeof from && from.sin6_family == AF_INET6 && from.sin6_scope_id == 0);
  CHECK(IN6_IS_ADDR_LOOPBACK(&from.sin6_addr) && ntohs(from.sin6_port) == port_of(fd));
  CHECK_EQ(close(server), 0);
  CHECK_EQ(send(fd, "abc", 3, 0), 3);
  CHECK_ERRNO(recv(fd, data, 1, 0), ECONNREFUSED);
  CHECK_EQ(close(fd), 0);
}

/* A sender of IPv4 is seen under its mapped address, and answered there. */
static void test_both_families(void) {
  const int server = socket6(AF_INET6), four = socket6(AF_INET);
  char data[8];
  CHECK_EQ(bind6(server, "::", 0), 0);
  const int port = port_of(server);
  struct sockaddr_in name = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
  CHECK_EQ(sendto(four, "hello", 5, 0, (struct sockaddr*)&name, sizeof name), 5);
  struct sockaddr_in6 from;
  socklen_t length = sizeof from;
  CHECK_EQ(recvfrom(server, data, sizeof data, 0, (struct sockaddr*)&from, &length), 5);
  char text[INET6_ADDRSTRLEN];
  CHECK(strcmp(inet_ntop(AF_INET6, &from.sin6_addr, text, sizeof text), "::ffff:127.0.0.1") == 0);
  CHECK_EQ(sendto(server, "you", 3, 0, (struct sockaddr*)&from, length), 3);
  CHECK_EQ(recv(four, data, sizeof data, 0), 3);
  /* An address of IPv4 will do as well. */
  name.sin_port = from.sin6_port;
  CHECK_EQ(sendto(server, "too", 3, 0, (struct sockaddr*)&name, sizeof name), 3);
  CHECK_EQ(recv(four, data, sizeof data, 0), 3);
  CHECK_EQ(connect(server, (struct sockaddr*)&name, sizeof name), 0);
  CHECK_EQ(send(server, "x", 1, 0), 1);
  CHECK_EQ(recv(four, data, sizeof data, 0), 1);
  CHECK(close(server) == 0 && close(four) == 0);
}

static void test_only(void) {
  const int server = socket6(AF_INET6), four = socket6(AF_INET), other = socket6(AF_INET);
  CHECK_EQ(get_int(server, IPPROTO_IPV6, IPV6_V6ONLY), 0);
  set_int(server, IPPROTO_IPV6, IPV6_V6ONLY, 1);
  CHECK_ERRNO(bind6(server, "::ffff:127.0.0.1", 0), EINVAL);
  CHECK_EQ(bind6(server, "::", 0), 0);
  const int port = port_of(server), off = 0;
  CHECK_ERRNO(setsockopt(server, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off), EINVAL);
  CHECK_ERRNO(send6(server, "x", 1, "::ffff:127.0.0.1", 9), ENETUNREACH);
  CHECK_ERRNO(connect6(server, "::ffff:127.0.0.1", 9), ENETUNREACH);
  const struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  CHECK_EQ(bind(four, (const struct sockaddr*)&any, sizeof any), 0);
  CHECK_EQ(close(server), 0);
  const int dual = socket6(AF_INET6);
  CHECK_ERRNO(bind6(dual, "::", port), EADDRINUSE);
  CHECK_EQ(bind6(dual, "::", 0), 0);
  const struct sockaddr_in taken = {.sin_family = AF_INET, .sin_port = own_name(dual).sin6_port};
  CHECK_ERRNO(bind(other, (const struct sockaddr*)&taken, sizeof taken), EADDRINUSE);
  CHECK(close(four) == 0 && close(dual) == 0 && close(other) == 0);
}

/* An address of IPv6 makes a socket one for IPv6 only; one of IPv4 makes it one for IPv4. */
static void test_bound(void) {
  const int six = socket6(AF_INET6), four = socket6(AF_INET6), server = socket6(AF_INET);
  const struct sockaddr_in name = {
      .sin_family = AF_INET, .sin_port = htons(9), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  CHECK_EQ(bind6(six, "::1", 0), 0);
  CHECK_EQ(get_int(six, IPPROTO_IPV6, IPV6_V6ONLY), 1);
  CHECK_ERRNO(send6(six, "x", 1, "::ffff:127.0.0.1", 9), ENETUNREACH);
  CHECK_ERRNO(connect(six, (const struct sockaddr*)&name, sizeof name), EAFNOSUPPORT);
  CHECK_EQ(bind6(four, "::ffff:127.0.0.2", 0), 0);
  CHECK_ERRNO(send6(four, "x", 1, "::1", 9), EAFNOSUPPORT);
  CHECK_ERRNO(connect6(four, "::1", 9), EAFNOSUPPORT);
  CHECK_EQ(bind(server, (const struct sockaddr*)&(struct sockaddr_in){.sin_family = AF_INET},
                sizeof name),
           0);
  CHECK_EQ(send6(four, "x", 1, "::", port_of(server)), 1); /* 127.0.0.1, then */
  struct sockaddr_in from;
  socklen_t length = sizeof from;
  char byte;
  CHECK_EQ(recvfrom(server, &byte, 1, MSG_DONTWAIT, (struct sockaddr*)&from, &length), 1);
  CHECK_EQ(from.sin_addr.s_addr, htonl(0x7f000002));
  int value;
  length = sizeof value;
  CHECK_ERRNO(getsockopt(server, IPPROTO_IPV6, IPV6_V6ONLY, &value, &length), EOPNOTSUPP);
  CHECK(close(six) == 0 && close(four) == 0 && close(server) == 0);
}

static void test_told(void) {
  const int server = socket6(AF_INET6), fd = socket6(AF_INET6);
  CHECK_EQ(bind6(server, "::", 0), 0);
  set_int(server, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
  set_int(server, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
  set_int(server, IPPROTO_IPV6, IPV6_RECVTCLASS, 1);
  CHECK_EQ(get_int(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS), 64);
  CHECK_EQ(get_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS), 1);
  CHECK_EQ(get_int(fd, IPPROTO_IPV6, IPV6_TCLASS), 0);
  set_int(fd, IPPROTO_IPV6, IPV6_FLOWINFO_SEND, 5);
  CHECK_EQ(get_int(fd, IPPROTO_IPV6, IPV6_FLOWINFO_SEND), 1);
  set_int(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 9);
  set_int(fd, IPPROTO_IPV6, IPV6_TCLASS, 0x20);
  CHECK_EQ(send6(fd, "x", 1, "::1", port_of(server)), 1);
  char control[256], byte;
  struct iovec part = {&byte, 1};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  CHECK_EQ(recvmsg(server, &message, 0), 1);
  int seen = 0, number;
  for (struct cmsghdr* c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
    CHECK_EQ(c->cmsg_level, IPPROTO_IPV6);
    if (c->cmsg_type == IPV6_PKTINFO) {
      struct in6_pktinfo info;
      memcpy(&info, CMSG_DATA(c), sizeof info);
      CHECK(info.ipi6_ifindex == 1 && IN6_IS_ADDR_LOOPBACK(&info.ipi6_addr));
      seen |= 1;
    } else {
      memcpy(&number, CMSG_DATA(c), sizeof number);
      CHECK_EQ(number, c->cmsg_type == IPV6_HOPLIMIT ? 9 : 0x20);
      seen |= c->cmsg_type == IPV6_HOPLIMIT ? 2 : c->cmsg_type == IPV6_TCLASS ? 4 : 8;
    }
  }
  CHECK_EQ(seen, 7);
  CHECK(close(server) == 0 && close(fd) == 0);
}

/* Linux has no route for sending to groups by lo: udp-groups.c sends. */
static void test_groups(void) {
  const int server = socket6(AF_INET6), fd = socket6(AF_INET6);
  struct ipv6_mreq request = {.ipv6mr_multiaddr = name6("ff15::1234", 0).sin6_addr,
                              .ipv6mr_interface = 1};
  CHECK_EQ(bind6(server, "::", 0), 0);
  CHECK_ERRNO(setsockopt(server, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, 4), EINVAL);
  CHECK_ERRNO(setsockopt(server, IPPROTO_IPV6, IPV6_LEAVE_GROUP, &request, sizeof request),
              EADDRNOTAVAIL);
  CHECK_EQ(setsockopt(server, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request), 0);
  CHECK_ERRNO(setsockopt(server, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request),
              EADDRINUSE);
  set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, 1);
  CHECK_EQ(get_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF), 1);
  CHECK_EQ(setsockopt(server, IPPROTO_IPV6, IPV6_LEAVE_GROUP, &request, sizeof request), 0);
  request.ipv6mr_interface = 77777;
  CHECK_ERRNO(setsockopt(server, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request), ENODEV);
  request.ipv6mr_interface = 1;
  request.ipv6mr_multiaddr = in6addr_loopback;
  CHECK_ERRNO(setsockopt(server, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request), EINVAL);
  CHECK(close(server) == 0 && close(fd) == 0);
}

int main(void) {
  test_plain();
  test_both_families();
  test_only();
  test_bound();
  test_told();
  test_groups();
  return 0;
}
