// CALLS: recvmsg setsockopt getsockopt sendmsg
// RUN: %both
//
// Timestamps of UDP (SO_TIMESTAMPING): of what comes, and in the error queue of what has left.
#define _GNU_SOURCE
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <stdbool.h>
#include <sys/select.h>
#include <time.h>

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>

#include "udp.h"

enum { RECEIVED = SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE };

struct told {
  ssize_t size;
  int flags;
  socklen_t name_length;
  bool has_stamp, has_error, has_plain, has_info;
  struct timespec stamp[3], plain;
  struct sock_extended_err error;
  struct sockaddr_in offender;
  struct in_pktinfo info;
  char data[2048];
};

static void take(const struct cmsghdr* header, struct told* told) {
  const void* const data = CMSG_DATA(header);
  if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_TIMESTAMPING) {
    CHECK_EQ(header->cmsg_len, CMSG_LEN(sizeof told->stamp));
    memcpy(told->stamp, data, sizeof told->stamp);
    told->has_stamp = true;
  } else if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_TIMESTAMPNS) {
    memcpy(&told->plain, data, sizeof told->plain);
    told->has_plain = true;
  } else if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO) {
    memcpy(&told->info, data, sizeof told->info);
    told->has_info = true;
  } else if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_RECVERR) {
    CHECK_EQ(header->cmsg_len, CMSG_LEN(sizeof told->error + sizeof told->offender));
    memcpy(&told->error, data, sizeof told->error);
    memcpy(&told->offender, (const char*)data + sizeof told->error, sizeof told->offender);
    told->has_error = true;
  }
}

static struct told receive(int fd, int flags) {
  static struct told told;
  struct sockaddr_storage name;
  memset(&told, 0, sizeof told);
  char control[512];
  struct iovec vector = {told.data, sizeof told.data};
  struct msghdr message = {.msg_name = &name,
                           .msg_namelen = sizeof name,
                           .msg_iov = &vector,
                           .msg_iovlen = 1,
                           .msg_control = control,
                           .msg_controllen = sizeof control};
  struct pollfd polled = {.fd = fd, .events = POLLIN};
  CHECK_EQ(poll(&polled, 1, 1000), 1);
  CHECK_EQ(polled.revents, flags & MSG_ERRQUEUE ? POLLERR : POLLIN);
  told.size = recvmsg(fd, &message, flags);
  CHECK(told.size >= 0);
  told.flags = message.msg_flags;
  told.name_length = message.msg_namelen;
  for (struct cmsghdr* header = CMSG_FIRSTHDR(&message); header;
       header = CMSG_NXTHDR(&message, header))
    take(header, &told);
  return told;
}

static bool is_now(struct timespec time) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec - time.tv_sec < 10 && now.tv_sec >= time.tv_sec;
}

static bool is_zero(struct timespec time) { return time.tv_sec == 0 && time.tv_nsec == 0; }

static bool is_stamp(const struct told* told) {
  return told->has_stamp && is_now(told->stamp[0]) && is_zero(told->stamp[1]) &&
         is_zero(told->stamp[2]);
}

static bool is_report(const struct told* told, unsigned type, unsigned key) {
  return told->has_error && told->error.ee_errno == ENOMSG &&
         told->error.ee_origin == SO_EE_ORIGIN_TIMESTAMPING && told->error.ee_type == 0 &&
         told->error.ee_code == 0 && told->error.ee_info == type && told->error.ee_data == key &&
         told->flags == MSG_ERRQUEUE && told->name_length == 0;
}

static void test_option(void) {
  const int fd = udp_socket();
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_TIMESTAMPING), 0);
  int value = 1 << 30;
  CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &value, sizeof value), EINVAL);
  value = SOF_TIMESTAMPING_OPT_STATS;
  CHECK_ERRNO(setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &value, sizeof value), EINVAL);
  set_int(fd, SOL_SOCKET, SO_TIMESTAMPING, RECEIVED);
  struct so_timestamping both = {.bind_phc = 7};
  socklen_t length = sizeof both;
  CHECK_EQ(getsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &both, &length), 0);
  CHECK(length == sizeof both && both.flags == RECEIVED && both.bind_phc == 0);
  CHECK_EQ(close(fd), 0);
}

static void test_received(void) {
  const int fd = bound_socket();
  set_int(fd, SOL_SOCKET, SO_TIMESTAMPING, RECEIVED);
  usleep(100000); /* Linux begins to stamp a little later */
  CHECK_EQ(send_to(fd, "x", 1, "127.0.0.1", port_of(fd)), 1);
  struct told told = receive(fd, 0);
  CHECK(is_stamp(&told) && !told.has_plain);
  set_int(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);
  CHECK_EQ(send_to(fd, "x", 1, "127.0.0.1", port_of(fd)), 1);
  told = receive(fd, 0);
  CHECK(is_stamp(&told) && told.has_plain);
  CHECK_EQ(memcmp(&told.plain, &told.stamp[0], sizeof told.plain), 0);
  CHECK_EQ(close(fd), 0);
}

/* The whole frame comes back, as far as there is one on lo. */
static void test_sent(void) {
  const int to = bound_socket(), fd = bound_socket();
  set_int(fd, SOL_SOCKET, SO_TIMESTAMPING, RECEIVED | SOF_TIMESTAMPING_TX_SOFTWARE);
  CHECK_EQ(send_to(fd, "hello", 5, "127.0.0.1", port_of(to)), 5);
  struct told told = receive(fd, MSG_ERRQUEUE);
  CHECK(is_stamp(&told) && is_report(&told, SCM_TSTAMP_SND, 0) && !told.has_info);
  CHECK_EQ(told.offender.sin_family, 0);
  const struct ether_header* const frame = (const struct ether_header*)told.data;
  const struct iphdr* const ip = (const struct iphdr*)(frame + 1);
  const struct udphdr* const udp = (const struct udphdr*)(ip + 1);
  CHECK_EQ(told.size, sizeof *frame + sizeof *ip + sizeof *udp + 5);
  CHECK_EQ(frame->ether_type, htons(ETHERTYPE_IP));
  CHECK(ip->version == 4 && ip->ihl == 5 && ip->protocol == IPPROTO_UDP && ip->ttl == 64);
  CHECK_EQ(ntohs(ip->tot_len), sizeof *ip + sizeof *udp + 5);
  CHECK_EQ(ip->saddr, htonl(INADDR_LOOPBACK));
  CHECK_EQ(ip->daddr, htonl(INADDR_LOOPBACK));
  CHECK_EQ(ntohs(udp->source), port_of(fd));
  CHECK_EQ(ntohs(udp->dest), port_of(to));
  CHECK_EQ(ntohs(udp->len), sizeof *udp + 5);
  CHECK_EQ(memcmp(udp + 1, "hello", 5), 0);
  CHECK_EQ(close(to), 0);
  CHECK_EQ(close(fd), 0);
}

static void test_keys(void) {
  const int to = bound_socket(), fd = bound_socket();
  const int flags = SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_TX_SOFTWARE |
                    SOF_TIMESTAMPING_TX_SCHED | SOF_TIMESTAMPING_OPT_ID |
                    SOF_TIMESTAMPING_OPT_TSONLY;
  set_int(fd, SOL_SOCKET, SO_TIMESTAMPING, flags);
  for (unsigned i = 0; i < 3; i++) {
    CHECK_EQ(send_to(fd, "hello", 5, "127.0.0.1", port_of(to)), 5);
    struct told told = receive(fd, MSG_ERRQUEUE);
    CHECK(is_stamp(&told) && is_report(&told, SCM_TSTAMP_SCHED, i));
    CHECK_EQ(told.size, 0);
    told = receive(fd, MSG_ERRQUEUE);
    CHECK(is_stamp(&told) && is_report(&told, SCM_TSTAMP_SND, i));
  }
  CHECK_EQ(events_of(fd), POLLOUT);
  CHECK_EQ(close(to), 0);
  CHECK_EQ(close(fd), 0);
}

/* One datagram may ask for itself; and what IP knows of it comes along. */
static void test_asked(void) {
  const int to = bound_socket(), fd = bound_socket();
  set_int(fd, SOL_SOCKET, SO_TIMESTAMPING, SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_CMSG);
  set_int(fd, IPPROTO_IP, IP_PKTINFO, 1);
  struct sockaddr_in name = inet_name("127.0.0.1", port_of(to));
  struct iovec vector = {"hello", 5};
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(unsigned))];
  } control = {.header = {CMSG_LEN(sizeof(unsigned)), SOL_SOCKET, SO_TIMESTAMPING}};
  const struct msghdr message = {.msg_name = &name,
                                 .msg_namelen = sizeof name,
                                 .msg_iov = &vector,
                                 .msg_iovlen = 1,
                                 .msg_control = &control,
                                 .msg_controllen = sizeof control};
  unsigned flags = SOF_TIMESTAMPING_TX_SOFTWARE;
  memcpy(CMSG_DATA(&control.header), &flags, sizeof flags);
  CHECK_EQ(sendmsg(fd, &message, 0), 5);
  const struct told told = receive(fd, MSG_ERRQUEUE);
  CHECK(is_stamp(&told) && is_report(&told, SCM_TSTAMP_SND, 0));
  CHECK(told.has_info && told.info.ipi_ifindex == 1);
  CHECK_EQ(told.info.ipi_addr.s_addr, htonl(INADDR_LOOPBACK));
  CHECK_EQ(told.info.ipi_spec_dst.s_addr, htonl(INADDR_LOOPBACK));
  CHECK_EQ(told.offender.sin_family, AF_INET);
  CHECK_EQ(told.offender.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
  CHECK_EQ(send_to(fd, "hello", 5, "127.0.0.1", port_of(to)), 5);
  CHECK_EQ(events_of(fd), POLLOUT); /* the next one did not ask */
  flags = SOF_TIMESTAMPING_RX_SOFTWARE;
  memcpy(CMSG_DATA(&control.header), &flags, sizeof flags);
  CHECK_ERRNO(sendmsg(fd, &message, 0), EINVAL);
  CHECK_EQ(close(to), 0);
  CHECK_EQ(close(fd), 0);
}

/* Who selects sees reports as exceptions, if asked for; as readable in any case. */
static void test_select(void) {
  const int to = bound_socket(), fd = bound_socket();
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_SELECT_ERR_QUEUE), 0);
  set_int(fd, SOL_SOCKET, SO_TIMESTAMPING, RECEIVED | SOF_TIMESTAMPING_TX_SOFTWARE);
  CHECK_EQ(send_to(fd, "hello", 5, "127.0.0.1", port_of(to)), 5);
  struct pollfd polled = {.fd = fd, .events = POLLPRI};
  CHECK_EQ(poll(&polled, 1, 1000), 1);
  CHECK_EQ(polled.revents, POLLERR);
  for (int asked = 0; asked <= 1; asked++) {
    set_int(fd, SOL_SOCKET, SO_SELECT_ERR_QUEUE, asked);
    fd_set readable, exceptions;
    FD_ZERO(&readable);
    FD_ZERO(&exceptions);
    FD_SET(fd, &readable);
    FD_SET(fd, &exceptions);
    CHECK_EQ(select(fd + 1, &readable, NULL, &exceptions, NULL), 1 + asked);
    CHECK_EQ(FD_ISSET(fd, &exceptions) != 0, asked);
  }
  CHECK_EQ(get_int(fd, SOL_SOCKET, SO_SELECT_ERR_QUEUE), 1);
  CHECK_EQ(poll(&polled, 1, 1000), 1);
  CHECK_EQ(polled.revents, POLLERR | POLLPRI);
  CHECK_EQ(close(to), 0);
  CHECK_EQ(close(fd), 0);
}

int main(void) {
  test_option();
  test_received();
  test_sent();
  test_keys();
  test_asked();
  test_select();
  return 0;
}
