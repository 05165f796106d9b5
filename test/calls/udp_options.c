// CALLS: setsockopt getsockopt recvmsg sendmsg
// RUN: %both
//
// Options of UDP sockets, control messages, buffers.
#define _GNU_SOURCE
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <sys/uio.h>
#include <time.h>

#include "udp.h"

static int refused(int fd, int level, int option, int value, int error) {
  return setsockopt(fd, level, option, &value, sizeof value) == -1 && errno == error;
}

static void test_values(void) {
  const int fd = udp_socket();
  CHECK_EQ(get_int(fd, IPPROTO_IP, IP_TTL), 64);
  set_int(fd, IPPROTO_IP, IP_TTL, 3);
  CHECK_EQ(get_int(fd, IPPROTO_IP, IP_TTL), 3);
  CHECK(refused(fd, IPPROTO_IP, IP_TTL, 0, EINVAL) && refused(fd, IPPROTO_IP, IP_TTL, 256, EINVAL));
  set_int(fd, IPPROTO_IP, IP_TTL, -1);
  CHECK_EQ(get_int(fd, IPPROTO_IP, IP_TTL), 64);
  CHECK_EQ(get_int(fd, IPPROTO_IP, IP_MULTICAST_TTL), 1);
  set_int(fd, IPPROTO_IP, IP_MULTICAST_TTL, 0);
  CHECK(refused(fd, IPPROTO_IP, IP_MULTICAST_TTL, 256, EINVAL));
  CHECK_EQ(get_int(fd, IPPROTO_IP, IP_MULTICAST_LOOP), 1);
  const unsigned char byte = 0;
  CHECK_EQ(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_LOOP, &byte, 1), 0);
  CHECK_EQ(get_int(fd, IPPROTO_IP, IP_MULTICAST_LOOP), 0);
  CHECK_EQ(get_int(fd, IPPROTO_IP, IP_MULTICAST_ALL), 1);
  CHECK_EQ(get_int(fd, IPPROTO_IP, IP_MTU_DISCOVER), IP_PMTUDISC_WANT);
  const int flags[] = {IP_PKTINFO, IP_RECVTTL, IP_RECVTOS, IP_RECVERR, IP_FREEBIND};
  for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
    CHECK_EQ(get_int(fd, IPPROTO_IP, flags[i]), 0);
    set_int(fd, IPPROTO_IP, flags[i], 17);
    CHECK_EQ(get_int(fd, IPPROTO_IP, flags[i]), 1);
  }
  set_int(fd, IPPROTO_IP, IP_TOS, IPTOS_LOWDELAY);
  CHECK_EQ(get_int(fd, IPPROTO_IP, IP_TOS), IPTOS_LOWDELAY);
  int value = 1;
  socklen_t length = sizeof value;
  CHECK_ERRNO(getsockopt(fd, IPPROTO_IP, IP_MTU, &value, &length), ENOTCONN);
  CHECK_ERRNO(setsockopt(fd, IPPROTO_IP, IP_TTL, &value, 0), EINVAL);
  CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &value, 3), EINVAL);
  CHECK_ERRNO(setsockopt(fd, IPPROTO_TCP, 1, &value, sizeof value), ENOPROTOOPT);
  CHECK_ERRNO(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &value, sizeof value), ENOPROTOOPT);
  CHECK_EQ(connect_to(fd, "127.0.0.1", 9), 0);
  CHECK_EQ(get_int(fd, IPPROTO_IP, IP_MTU), 65535);
  CHECK_EQ(close(fd), 0);
}

/* Linux gives twice what is asked for, and charges a datagram for its book-keeping as well. */
static void test_buffers(void) {
  static char data[65536];
  const int server = bound_socket(), fd = udp_socket();
  CHECK_EQ(connect_to(fd, "127.0.0.1", port_of(server)), 0);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_RCVBUF), 212992);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_SNDBUF), 212992);
  set_int(server, SOL_SOCKET, SO_RCVBUF, 10000);
  CHECK_EQ(get_int(server, SOL_SOCKET, SO_RCVBUF), 20000);
  set_int(fd, SOL_SOCKET, SO_SNDBUF, 0);
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_SNDBUF), 4608);

  /* What does not fit is dropped; that it is lost is told with the next one that arrives. */
  set_int(server, SOL_SOCKET, SO_RXQ_OVFL, 1);
  const size_t sizes[] = {1, 1000, 4000};
  for (int k = 0; k < 3; k++) {
    for (int i = 0; i < 100; i++)
      CHECK_EQ(send(fd, data, sizes[k], 0), sizes[k]);
    int kept = 0;
    while (recv(server, data, sizeof data, MSG_DONTWAIT) >= 0)
      kept++;
    CHECK(k == 0 ? kept > 15 && kept < 30 : k == 1 ? kept > 6 && kept < 12 : kept > 1 && kept < 5);
  }
  CHECK_EQ(send(fd, data, 1, 0), 1);
  char control[64];
  struct iovec part = {data, 1};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  CHECK_EQ(recvmsg(server, &message, 0), 1);
  const struct cmsghdr* const header = CMSG_FIRSTHDR(&message);
  CHECK(header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SO_RXQ_OVFL);
  unsigned lost;
  memcpy(&lost, CMSG_DATA(header), sizeof lost);
  CHECK(lost > 200 && lost < 290);
  /* One that is alone fits in any case. */
  CHECK_EQ(send(fd, data, 60000, 0), 60000);
  CHECK_EQ(recv(server, data, sizeof data, MSG_DONTWAIT), 60000);
  CHECK(close(server) == 0 && close(fd) == 0);
}

static const struct cmsghdr* find(const struct msghdr* message, int level, int type) {
  for (struct cmsghdr* header = CMSG_FIRSTHDR(message); header;
       header = CMSG_NXTHDR((struct msghdr*)message, header))
    if (header->cmsg_level == level && header->cmsg_type == type)
      return header;
  return NULL;
}

static ssize_t receive(int fd, struct msghdr* message, void* control, size_t room) {
  static char data[16];
  static struct iovec part = {data, sizeof data};
  *message = (struct msghdr){
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = room};
  return recvmsg(fd, message, 0);
}

static void test_told(void) {
  const int server = udp_socket(), fd = udp_socket();
  CHECK_EQ(bind_to(server, "0.0.0.0", 0), 0);
  const int port = port_of(server);
  char control[256];
  struct msghdr message;
  CHECK_EQ(send_to(fd, "x", 1, "127.0.0.1", port), 1);
  CHECK_EQ(receive(server, &message, control, sizeof control), 1);
  CHECK(message.msg_controllen == 0 && message.msg_flags == 0);

  set_int(server, IPPROTO_IP, IP_PKTINFO, 1);
  set_int(server, IPPROTO_IP, IP_RECVTTL, 1);
  set_int(server, IPPROTO_IP, IP_RECVTOS, 1);
  set_int(server, SOL_SOCKET, SO_TIMESTAMPNS, 1);
  CHECK_EQ(get_int(server, SOL_SOCKET, SO_TIMESTAMP), 0);
  CHECK_EQ(get_int(server, SOL_SOCKET, SO_TIMESTAMPNS), 1);
  set_int(fd, IPPROTO_IP, IP_TTL, 17);
  set_int(fd, IPPROTO_IP, IP_TOS, 0x10);
  struct timespec before, date, after;
  clock_gettime(CLOCK_REALTIME, &before);
  CHECK_EQ(send_to(fd, "x", 1, "127.0.0.3", port), 1);
  CHECK_EQ(receive(server, &message, control, sizeof control), 1);
  clock_gettime(CLOCK_REALTIME, &after);
  CHECK_EQ(message.msg_flags, 0);
  const struct cmsghdr* header = find(&message, SOL_SOCKET, SCM_TIMESTAMPNS);
  CHECK(header && header->cmsg_len == CMSG_LEN(sizeof date));
  memcpy(&date, CMSG_DATA(header), sizeof date);
  const double early = 1e-3, elapsed = (double)(date.tv_sec - before.tv_sec) +
                                       (double)(date.tv_nsec - before.tv_nsec) * 1e-9;
  CHECK(elapsed > -early && elapsed < 5 && date.tv_sec <= after.tv_sec);
  struct in_pktinfo info;
  header = find(&message, IPPROTO_IP, IP_PKTINFO);
  CHECK(header && header->cmsg_len == CMSG_LEN(sizeof info));
  memcpy(&info, CMSG_DATA(header), sizeof info);
  CHECK(info.ipi_ifindex == 1 && info.ipi_addr.s_addr == htonl(0x7f000003));
  CHECK_EQ(info.ipi_spec_dst.s_addr, htonl(0x7f000003));
  header = find(&message, IPPROTO_IP, IP_TTL);
  int number;
  CHECK(header && header->cmsg_len == CMSG_LEN(sizeof number));
  memcpy(&number, CMSG_DATA(header), sizeof number);
  CHECK_EQ(number, 17);
  header = find(&message, IPPROTO_IP, IP_TOS);
  CHECK(header && header->cmsg_len == CMSG_LEN(1) && *CMSG_DATA(header) == 0x10);

  /* No room for all of it. */
  CHECK_EQ(send_to(fd, "x", 1, "127.0.0.3", port), 1);
  CHECK_EQ(receive(server, &message, control, CMSG_SPACE(sizeof date) + 2), 1);
  CHECK_EQ(message.msg_flags, MSG_CTRUNC);
  CHECK_EQ(message.msg_controllen, CMSG_SPACE(sizeof date));
  CHECK_EQ(send_to(fd, "x", 1, "127.0.0.3", port), 1);
  CHECK_EQ(receive(server, &message, NULL, 0), 1);
  CHECK_EQ(message.msg_flags, MSG_CTRUNC);

  set_int(server, SOL_SOCKET, SO_TIMESTAMP, 1); /* instead */
  CHECK_EQ(send_to(fd, "x", 1, "127.0.0.1", port), 1);
  CHECK_EQ(receive(server, &message, control, sizeof control), 1);
  CHECK(find(&message, SOL_SOCKET, SCM_TIMESTAMP) && !find(&message, SOL_SOCKET, SCM_TIMESTAMPNS));
  CHECK(close(server) == 0 && close(fd) == 0);
}

/* A source, a time to live and a type of service for one datagram. */
static void test_asked(void) {
  const int server = bound_socket(), fd = udp_socket();
  set_int(server, IPPROTO_IP, IP_RECVTTL, 1);
  struct sockaddr_in to = local_name(server), from;
  char control[CMSG_SPACE(sizeof(struct in_pktinfo)) + CMSG_SPACE(sizeof(int))] = "";
  struct iovec part = {"x", 1};
  struct msghdr message = {.msg_name = &to,
                           .msg_namelen = sizeof to,
                           .msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = control,
                           .msg_controllen = sizeof control};
  struct cmsghdr* const first = CMSG_FIRSTHDR(&message);
  const struct in_pktinfo info = {.ipi_spec_dst = {htonl(0x7f000009)}};
  *first = (struct cmsghdr){
      .cmsg_len = CMSG_LEN(sizeof info), .cmsg_level = IPPROTO_IP, .cmsg_type = IP_PKTINFO};
  memcpy(CMSG_DATA(first), &info, sizeof info);
  struct cmsghdr* const second = (struct cmsghdr*)(control + CMSG_SPACE(sizeof info));
  *second = (struct cmsghdr){
      .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = IPPROTO_IP, .cmsg_type = IP_TTL};
  int ttl = 5;
  memcpy(CMSG_DATA(second), &ttl, sizeof ttl);
  CHECK_EQ(sendmsg(fd, &message, 0), 1);
  char data[2], told[64];
  struct iovec got = {data, sizeof data};
  struct msghdr received = {.msg_name = &from,
                            .msg_namelen = sizeof from,
                            .msg_iov = &got,
                            .msg_iovlen = 1,
                            .msg_control = told,
                            .msg_controllen = sizeof told};
  CHECK_EQ(recvmsg(server, &received, 0), 1);
  CHECK_EQ(from.sin_addr.s_addr, htonl(0x7f000009));
  memcpy(&ttl, CMSG_DATA(CMSG_FIRSTHDR(&received)), sizeof ttl);
  CHECK_EQ(ttl, 5);

  ttl = 0;
  memcpy(CMSG_DATA(second), &ttl, sizeof ttl);
  CHECK_ERRNO(sendmsg(fd, &message, 0), EINVAL);
  second->cmsg_type = 9999;
  CHECK_ERRNO(sendmsg(fd, &message, 0), EINVAL);
  second->cmsg_len = 5;
  CHECK_ERRNO(sendmsg(fd, &message, 0), EINVAL);
  CHECK(close(server) == 0 && close(fd) == 0);
}

/* Larger than a packet may be, where it must not be cut. */
static void test_discovery(void) {
  static char data[65507];
  const int server = bound_socket(), fd = udp_socket();
  set_int(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO);
  CHECK_EQ(send_to(fd, data, 65507, "127.0.0.1", port_of(server)), 65507);
  CHECK(refused(fd, IPPROTO_IP, IP_MTU_DISCOVER, 6, EINVAL));
  CHECK(close(server) == 0 && close(fd) == 0);
}

/* An error that nobody else hears of: IP_RECVERR asks for those of sockets without a peer. */
static void test_errors(void) {
  const int gone = bound_socket(), fd = udp_socket(), port = port_of(gone);
  CHECK_EQ(close(gone), 0);
  set_int(fd, IPPROTO_IP, IP_RECVERR, 1);
  CHECK_EQ(send_to(fd, "x", 1, "127.0.0.1", port), 1);
  char byte;
  CHECK_ERRNO(recv(fd, &byte, 1, MSG_DONTWAIT), ECONNREFUSED);
  CHECK_EQ(close(fd), 0);
}

int main(void) {
  test_values();
  test_buffers();
  test_told();
  test_asked();
  test_discovery();
  test_errors();
  return 0;
}
