// CALLS: recvmsg setsockopt
// RUN: %both
//
// The error queue of UDP (ip(7), IP_RECVERR): what ICMP and the host itself say of a datagram.
#define _GNU_SOURCE
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <stdbool.h>
#include <time.h>

#include <linux/errqueue.h>

#include "udp.h"

struct report {
  ssize_t size;
  int flags;
  struct sockaddr_storage to, offender;
  socklen_t to_length;
  struct sock_extended_err error;
  bool has_info;
  char data[4096];
};

static void take(const struct cmsghdr* header, struct report* report, bool v6) {
  const size_t offender = v6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
  if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO)
    report->has_info = true;
  if (header->cmsg_level != (v6 ? IPPROTO_IPV6 : IPPROTO_IP) ||
      header->cmsg_type != (v6 ? IPV6_RECVERR : IP_RECVERR))
    return;
  CHECK_EQ(header->cmsg_len, CMSG_LEN(sizeof report->error + offender));
  memcpy(&report->error, CMSG_DATA(header), sizeof report->error);
  memcpy(&report->offender, CMSG_DATA(header) + sizeof report->error, offender);
}

static struct report read_report(int fd, size_t room, bool v6) {
  static struct report report;
  memset(&report, 0, sizeof report);
  char control[512];
  struct iovec vector = {report.data, room};
  struct msghdr message = {.msg_name = &report.to,
                           .msg_namelen = sizeof report.to,
                           .msg_iov = &vector,
                           .msg_iovlen = 1,
                           .msg_control = control,
                           .msg_controllen = sizeof control};
  report.size = recvmsg(fd, &message, MSG_ERRQUEUE);
  CHECK(report.size >= 0);
  report.flags = message.msg_flags;
  report.to_length = message.msg_namelen;
  for (struct cmsghdr* header = CMSG_FIRSTHDR(&message); header;
       header = CMSG_NXTHDR(&message, header))
    take(header, &report, v6);
  return report;
}

static int read_nothing(int fd) {
  struct msghdr message = {.msg_iovlen = 0};
  CHECK_EQ(recvmsg(fd, &message, MSG_ERRQUEUE), -1);
  return errno;
}

static bool is_error(const struct sock_extended_err* error, int number, int origin, int type,
                     int code) {
  return (int)error->ee_errno == number && error->ee_origin == origin && error->ee_type == type &&
         error->ee_code == code && error->ee_pad == 0 && error->ee_data == 0;
}

/* A port of 127.0.0.1 that nobody has. */
static int free_port(void) {
  const int fd = bound_socket(), port = port_of(fd);
  CHECK_EQ(close(fd), 0);
  return port;
}

static int errors_of(int fd) {
  struct pollfd polled = {.fd = fd, .events = POLLIN};
  poll(&polled, 1, 1000);
  return polled.revents;
}

/* Unconnected: told all the same, twice: by the next call, and in the queue. */
static void test_refused(void) {
  const int fd = udp_socket(), port = free_port();
  char data[1000];
  memset(data, 7, sizeof data);
  CHECK_EQ(read_nothing(fd), EAGAIN);
  set_int(fd, IPPROTO_IP, IP_RECVERR, 1);
  CHECK_EQ(send_to(fd, data, 10, "127.0.0.1", port), 10);
  CHECK_EQ(errors_of(fd), POLLERR);
  CHECK_EQ(send_to(fd, data, 10, "127.0.0.1", port), -1);
  CHECK_EQ(errno, ECONNREFUSED);
  CHECK_EQ(errors_of(fd), POLLERR); /* the queue */
  struct report report = read_report(fd, sizeof report.data, false);
  CHECK_EQ(report.size, 10);
  CHECK(report.data[0] == 7 && report.data[9] == 7);
  CHECK_EQ(report.flags, MSG_ERRQUEUE);
  const struct sockaddr_in to = inet_name("127.0.0.1", port);
  CHECK_EQ(report.to_length, sizeof to);
  CHECK_EQ(memcmp(&report.to, &to, sizeof to), 0);
  CHECK(is_error(&report.error, ECONNREFUSED, SO_EE_ORIGIN_ICMP, ICMP_DEST_UNREACH,
                 ICMP_PORT_UNREACH));
  CHECK_EQ(report.error.ee_info, 0);
  const struct sockaddr_in offender = inet_name("127.0.0.1", 0);
  CHECK_EQ(memcmp(&report.offender, &offender, sizeof offender), 0);
  CHECK(!report.has_info);
  CHECK_EQ(read_nothing(fd), EAGAIN);
  CHECK_EQ(events_of(fd), POLLOUT);
  CHECK_EQ(close(fd), 0);
}

/* Several: each that is read makes the next one pending. ICMP quotes 576 bytes in all. */
static void test_several(void) {
  const int fd = udp_socket(), port = free_port();
  char data[1000] = {0};
  set_int(fd, IPPROTO_IP, IP_RECVERR, 1);
  set_int(fd, IPPROTO_IP, IP_PKTINFO, 1);
  for (int i = 0; i < 3; i++) {
    data[0] = (char)i;
    CHECK_EQ(send_to(fd, data, sizeof data, "127.0.0.1", port), sizeof data);
    CHECK_EQ(errors_of(fd), POLLERR);
    CHECK_EQ(get_int(fd, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
  }
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_ERROR), 0);
  struct report report = read_report(fd, sizeof report.data, false);
  CHECK_EQ(report.size, 520);
  CHECK_EQ(report.data[0], 0);
  CHECK(report.has_info);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_ERROR), ECONNREFUSED); /* of the second */
  report = read_report(fd, 100, false);
  CHECK_EQ(report.size, 100);
  CHECK_EQ(report.flags, MSG_ERRQUEUE | MSG_TRUNC);
  CHECK_EQ(report.data[0], 1);
  report = read_report(fd, sizeof report.data, false);
  CHECK_EQ(report.data[0], 2);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_ERROR), 0); /* the last takes it along */

  CHECK_EQ(send_to(fd, data, 10, "127.0.0.1", port), 10);
  CHECK_EQ(errors_of(fd), POLLERR);
  set_int(fd, IPPROTO_IP, IP_RECVERR, 0); /* empties the queue */
  CHECK_EQ(read_nothing(fd), EAGAIN);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
  CHECK_EQ(close(fd), 0);
}

static void test_local(void) {
  static char data[65536];
  const int fd = udp_socket();
  set_int(fd, IPPROTO_IP, IP_RECVERR, 1);
  set_int(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO);
  CHECK_EQ(send_to(fd, data, 65508, "127.0.0.1", 9), -1);
  CHECK_EQ(errno, EMSGSIZE);
  CHECK_EQ(errors_of(fd), POLLERR);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_ERROR), 0);
  const struct report report = read_report(fd, sizeof report.data, false);
  CHECK_EQ(report.size, 0);
  CHECK_EQ(report.flags, MSG_ERRQUEUE);
  CHECK(is_error(&report.error, EMSGSIZE, SO_EE_ORIGIN_LOCAL, 0, 0));
  const struct sockaddr_in to = inet_name("127.0.0.1", 0), nobody = {0};
  CHECK_EQ(memcmp(&report.to, &to, sizeof to), 0);
  CHECK_EQ(memcmp(&report.offender, &nobody, sizeof nobody), 0);
  CHECK_EQ(close(fd), 0);
}

static void test6(void) {
  const int fd = socket(AF_INET6, SOCK_DGRAM, 0), other = socket(AF_INET6, SOCK_DGRAM, 0);
  struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  socklen_t length = sizeof to;
  CHECK_EQ(bind(other, (struct sockaddr*)&to, sizeof to), 0);
  CHECK_EQ(getsockname(other, (struct sockaddr*)&to, &length), 0);
  CHECK_EQ(close(other), 0);
  char data[2000] = {5};
  set_int(fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
  CHECK_EQ(sendto(fd, data, sizeof data, 0, (struct sockaddr*)&to, sizeof to), sizeof data);
  CHECK_EQ(errors_of(fd), POLLERR);
  struct report report = read_report(fd, sizeof report.data, true);
  CHECK_EQ(report.size, 1184);
  CHECK_EQ(report.data[0], 5);
  CHECK(is_error(&report.error, ECONNREFUSED, SO_EE_ORIGIN_ICMP6, ICMP6_DST_UNREACH,
                 ICMP6_DST_UNREACH_NOPORT));
  CHECK_EQ(report.to_length, sizeof to);
  CHECK_EQ(memcmp(&report.to, &to, sizeof to), 0);
  to.sin6_port = 0;
  CHECK_EQ(memcmp(&report.offender, &to, sizeof to), 0);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_ERROR), 0);

  /* Of IPv4, by a socket of IPv6. */
  const int port = free_port();
  set_int(fd, IPPROTO_IP, IP_RECVERR, 1);
  CHECK_EQ(inet_pton(AF_INET6, "::ffff:127.0.0.1", &to.sin6_addr), 1);
  to.sin6_port = htons((in_port_t)port);
  CHECK_EQ(sendto(fd, data, 10, 0, (struct sockaddr*)&to, sizeof to), 10);
  CHECK_EQ(errors_of(fd), POLLERR);
  report = read_report(fd, sizeof report.data, true);
  CHECK_EQ(report.size, 10);
  CHECK(is_error(&report.error, ECONNREFUSED, SO_EE_ORIGIN_ICMP, ICMP_DEST_UNREACH,
                 ICMP_PORT_UNREACH));
  CHECK_EQ(memcmp(&report.to, &to, sizeof to), 0);
  to.sin6_port = 0;
  CHECK_EQ(memcmp(&report.offender, &to, sizeof to), 0);
  CHECK_EQ(close(fd), 0);
}

int main(void) {
  test_refused();
  test_several();
  test_local();
  test6();
  return 0;
}
