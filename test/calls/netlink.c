// CALLS: socket sendto recvmsg
// RUN: %both
//
// Dumps of interfaces, addresses and routes by route sockets.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <unistd.h>

#include "check.h"

static int fd;
static unsigned sequence;

static void ask(int type, int flags, int family) {
  struct {
    struct nlmsghdr header;
    struct rtgenmsg body;
  } request = {.header = {.nlmsg_len = NLMSG_LENGTH(sizeof(struct rtgenmsg)),
                          .nlmsg_type = (unsigned short)type,
                          .nlmsg_flags = (unsigned short)(NLM_F_REQUEST | flags),
                          .nlmsg_seq = ++sequence},
               .body = {.rtgen_family = (unsigned char)family}};
  const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  CHECK_EQ(
      sendto(fd, &request, request.header.nlmsg_len, 0, (struct sockaddr*)&kernel, sizeof kernel),
      request.header.nlmsg_len);
}

static const void* attribute(const struct nlmsghdr* message, size_t body, int type) {
  const struct rtattr* one = (struct rtattr*)((char*)NLMSG_DATA(message) + NLMSG_ALIGN(body));
  int left = (int)(message->nlmsg_len - NLMSG_LENGTH(body));
  for (; RTA_OK(one, left); one = RTA_NEXT(one, left))
    if (one->rta_type == type)
      return RTA_DATA(one);
  return NULL;
}

/* Calls visit for each message of a dump. */
static int dump(int type, int family, int (*visit)(const struct nlmsghdr*)) {
  static _Alignas(4) char buffer[65536];
  int found = 0;
  ask(type, NLM_F_DUMP, family);
  for (;;) {
    struct sockaddr_nl from = {0};
    struct iovec vector = {buffer, sizeof buffer};
    struct msghdr message = {
        .msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &vector, .msg_iovlen = 1};
    int left = (int)recvmsg(fd, &message, 0);
    CHECK(left > 0);
    CHECK_EQ(message.msg_namelen, sizeof from);
    CHECK_EQ(from.nl_family, AF_NETLINK);
    CHECK_EQ(from.nl_pid, 0);
    for (const struct nlmsghdr* one = (struct nlmsghdr*)buffer; NLMSG_OK(one, (unsigned)left);
         one = NLMSG_NEXT(one, left)) {
      CHECK_EQ(one->nlmsg_seq, sequence);
      if (one->nlmsg_type == NLMSG_DONE)
        return found;
      found += visit(one);
    }
  }
}

static int is_lo(const struct nlmsghdr* message) {
  const struct ifinfomsg* const info = NLMSG_DATA(message);
  CHECK_EQ(message->nlmsg_type, RTM_NEWLINK);
  CHECK(message->nlmsg_flags & NLM_F_MULTI);
  const char* const name = attribute(message, sizeof *info, IFLA_IFNAME);
  CHECK(name);
  CHECK(attribute(message, sizeof *info, IFLA_MTU));
  if (strcmp(name, "lo") != 0)
    return 0;
  CHECK_EQ(info->ifi_index, (int)if_nametoindex("lo"));
  CHECK(info->ifi_flags & IFF_LOOPBACK);
  return 1;
}

static int is_loopback(const struct nlmsghdr* message) {
  const struct ifaddrmsg* const info = NLMSG_DATA(message);
  CHECK_EQ(message->nlmsg_type, RTM_NEWADDR);
  CHECK_EQ(info->ifa_family, AF_INET);
  const in_addr_t* const address = attribute(message, sizeof *info, IFA_LOCAL);
  CHECK(address);
  if (*address != htonl(INADDR_LOOPBACK))
    return 0;
  CHECK_EQ(info->ifa_prefixlen, 8);
  CHECK_EQ(info->ifa_scope, RT_SCOPE_HOST);
  return 1;
}

static int is_route(const struct nlmsghdr* message) {
  CHECK_EQ(message->nlmsg_type, RTM_NEWROUTE);
  return 0;
}

static void test_names(void) {
  struct sockaddr_nl name = {.nl_family = AF_NETLINK};
  socklen_t length = sizeof name;
  CHECK_EQ(bind(fd, (struct sockaddr*)&name, sizeof name), 0);
  CHECK_EQ(getsockname(fd, (struct sockaddr*)&name, &length), 0);
  CHECK_EQ(length, sizeof name);
  CHECK_EQ(name.nl_family, AF_NETLINK);
  CHECK(name.nl_pid != 0);
  CHECK_ERRNO(bind(fd, (struct sockaddr*)&name, 4), EINVAL);
}

static void test_answers(void) {
  _Alignas(4) char buffer[8192];
  /* As much as there is room for; how much there would be. */
  ask(RTM_GETLINK, NLM_F_DUMP, AF_UNSPEC);
  CHECK(recv(fd, buffer, 16, MSG_PEEK | MSG_TRUNC) > 16);
  while (recv(fd, buffer, sizeof buffer, MSG_DONTWAIT) > 0)
    ;
  CHECK_EQ(errno, EAGAIN);
  /* Requests that are done at once, if an answer is asked for. */
  ask(NLMSG_NOOP, NLM_F_ACK, AF_UNSPEC);
  CHECK(recv(fd, buffer, sizeof buffer, 0) >= (ssize_t)NLMSG_LENGTH(sizeof(struct nlmsgerr)));
  const struct nlmsghdr* const header = (struct nlmsghdr*)buffer;
  const struct nlmsgerr* const news = NLMSG_DATA(header);
  CHECK_EQ(header->nlmsg_type, NLMSG_ERROR);
  CHECK_EQ(news->error, 0);
  CHECK_EQ(news->msg.nlmsg_seq, sequence);
}

int main(void) {
  CHECK_ERRNO(socket(AF_NETLINK, SOCK_STREAM, NETLINK_ROUTE), ESOCKTNOSUPPORT);
  fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  CHECK(fd >= 0);
  test_names();
  CHECK_EQ(dump(RTM_GETLINK, AF_UNSPEC, is_lo), 1);
  CHECK_EQ(dump(RTM_GETADDR, AF_INET, is_loopback), 1);
  dump(RTM_GETROUTE, AF_INET, is_route);
  test_answers();
  CHECK_EQ(close(fd), 0);
  return 0;
}
