// CALLS: setsockopt getsockopt
// RUN: %both
//
// Multicast and broadcast, on the loopback interface.
#define _GNU_SOURCE
#include <net/if.h>

#include "udp.h"

static const char group[] = "239.1.2.3", other_group[] = "239.1.2.4";

static struct ip_mreqn request(const char* address) {
  struct ip_mreqn result = {.imr_address = {htonl(INADDR_LOOPBACK)}};
  CHECK_EQ(inet_pton(AF_INET, address, &result.imr_multiaddr), 1);
  return result;
}

static int change(int fd, int option, const char* address) {
  const struct ip_mreqn asked = request(address);
  return setsockopt(fd, IPPROTO_IP, option, &asked, sizeof(struct ip_mreq));
}

static int member(const char* address, int port) {
  const int fd = udp_socket();
  set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  CHECK_EQ(bind_to(fd, "0.0.0.0", port), 0);
  CHECK_EQ(change(fd, IP_ADD_MEMBERSHIP, address), 0);
  return fd;
}

static int sender(void) {
  const int fd = udp_socket();
  const struct in_addr lo = {htonl(INADDR_LOOPBACK)};
  struct in_addr set = {0};
  socklen_t length = sizeof set;
  CHECK_EQ(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &lo, sizeof lo), 0);
  CHECK_EQ(getsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &set, &length), 0);
  CHECK(length == sizeof set && set.s_addr == lo.s_addr);
  return fd;
}

static int gets(int fd) {
  char byte;
  const ssize_t size = recv(fd, &byte, 1, MSG_DONTWAIT);
  CHECK(size == 1 || (size == -1 && errno == EAGAIN));
  return size == 1;
}

static void test_membership(void) {
  const int fd = udp_socket();
  struct ip_mreqn asked = request(group);
  CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &asked, 4), EINVAL);
  CHECK_ERRNO(change(fd, IP_ADD_MEMBERSHIP, "10.0.0.1"), EINVAL);
  CHECK_ERRNO(change(fd, IP_DROP_MEMBERSHIP, group), EADDRNOTAVAIL);
  CHECK_EQ(change(fd, IP_ADD_MEMBERSHIP, group), 0);
  CHECK_ERRNO(change(fd, IP_ADD_MEMBERSHIP, group), EADDRINUSE);
  CHECK_EQ(change(fd, IP_DROP_MEMBERSHIP, group), 0);
  asked.imr_ifindex = 77777;
  CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &asked, sizeof asked), ENODEV);
  asked = (struct ip_mreqn){.imr_ifindex = 1};
  CHECK_EQ(inet_pton(AF_INET, group, &asked.imr_multiaddr), 1);
  CHECK_EQ(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &asked, sizeof asked), 0);

  struct group_req generic = {.gr_interface = 1};
  const struct sockaddr_in name = inet_name(other_group, 0);
  memcpy(&generic.gr_group, &name, sizeof name);
  CHECK_EQ(setsockopt(fd, IPPROTO_IP, MCAST_JOIN_GROUP, &generic, sizeof generic), 0);
  CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, MCAST_JOIN_GROUP, &generic, sizeof generic), EADDRINUSE);
  CHECK_EQ(setsockopt(fd, IPPROTO_IP, MCAST_LEAVE_GROUP, &generic, sizeof generic), 0);
  CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, MCAST_LEAVE_GROUP, &generic, sizeof generic),
              EADDRNOTAVAIL);
  const struct in_addr nobody = {htonl(0xcb007107)};
  CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &nobody, sizeof nobody), EADDRNOTAVAIL);
  CHECK_EQ(close(fd), 0);
}

static void test_delivery(void) {
  const int a = member(group, 0), port = port_of(a), b = member(group, port);
  const int deaf = udp_socket(), out = sender();
  CHECK_EQ(bind_to(deaf, "127.0.0.1", port + 1), 0);
  CHECK_EQ(send_to(out, "x", 1, group, port), 1);
  CHECK(gets(a) && gets(b) && !gets(a) && !gets(b));
  CHECK_EQ(send_to(out, "x", 1, other_group, port), 1); /* nobody is in there */
  CHECK(!gets(a) && !gets(b));
  CHECK_EQ(send_to(out, "x", 1, group, port + 1), 1); /* bound to one address */
  CHECK(!gets(deaf));
  set_int(out, IPPROTO_IP, IP_MULTICAST_LOOP, 0); /* not about the interface lo */
  CHECK_EQ(send_to(out, "x", 1, group, port), 1);
  CHECK(gets(a) && gets(b));

  /* A socket hears all groups of its host, unless it says otherwise. */
  CHECK_EQ(change(b, IP_DROP_MEMBERSHIP, group), 0);
  CHECK_EQ(send_to(out, "x", 1, group, port), 1);
  CHECK(gets(a) && gets(b));
  set_int(b, IPPROTO_IP, IP_MULTICAST_ALL, 0);
  CHECK_EQ(send_to(out, "x", 1, group, port), 1);
  CHECK(gets(a) && !gets(b));
  CHECK_EQ(close(a), 0); /* and with it goes the membership */
  set_int(b, IPPROTO_IP, IP_MULTICAST_ALL, 1);
  CHECK_EQ(send_to(out, "x", 1, group, port), 1);
  CHECK(!gets(b));

  /* Bound to the group, one gets what is sent to the group only. */
  const int narrow = udp_socket();
  set_int(narrow, SOL_SOCKET, SO_REUSEADDR, 1);
  CHECK_EQ(bind_to(narrow, group, port), 0);
  CHECK_EQ(change(narrow, IP_ADD_MEMBERSHIP, group), 0);
  CHECK_EQ(send_to(out, "x", 1, "127.0.0.1", port), 1);
  CHECK(!gets(narrow) && gets(b));
  CHECK_EQ(send_to(out, "x", 1, group, port), 1);
  CHECK(gets(narrow));
  CHECK_EQ(connect_to(out, group, port), 0);
  CHECK_EQ(send(out, "x", 1, 0), 1);
  char byte;
  struct sockaddr_in from;
  socklen_t length = sizeof from;
  CHECK_EQ(recvfrom(narrow, &byte, 1, MSG_DONTWAIT, (struct sockaddr*)&from, &length), 1);
  CHECK(from.sin_addr.s_addr == htonl(INADDR_LOOPBACK) &&
        from.sin_port == local_name(out).sin_port);
  CHECK(close(b) == 0 && close(narrow) == 0 && close(deaf) == 0 && close(out) == 0);
}

static void test_broadcast(void) {
  const int a = udp_socket(), narrow = udp_socket(), out = udp_socket();
  CHECK_EQ(bind_to(a, "0.0.0.0", 0), 0);
  const int port = port_of(a);
  CHECK_EQ(bind_to(narrow, "127.0.0.1", port + 1), 0);
  CHECK_ERRNO(send_to(out, "x", 1, "127.255.255.255", port), EACCES);
  set_int(out, SOL_SOCKET, SO_BROADCAST, 1);
  CHECK_EQ(send_to(out, "x", 1, "127.255.255.255", port), 1);
  CHECK_EQ(send_to(out, "x", 1, "127.255.255.255", port + 1), 1);
  CHECK(gets(a) && !gets(narrow));
  CHECK_EQ(close(narrow), 0);
  /* Bound to the broadcast address. */
  const int only = udp_socket();
  CHECK_EQ(bind_to(only, "255.255.255.255", 0), 0);
  CHECK_EQ(local_name(only).sin_addr.s_addr, INADDR_BROADCAST);
  CHECK(close(a) == 0 && close(out) == 0 && close(only) == 0);
}

int main(void) {
  test_membership();
  test_delivery();
  test_broadcast();
  return 0;
}
