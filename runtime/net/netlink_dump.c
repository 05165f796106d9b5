/* Answers to requests of route sockets. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <string.h>

#include "net/interfaces.h"
#include "net/netlink.h"
#include "process/process.h"
#include "trace/log.h"

enum { ETH = 2 };

/* ---- making messages ---- */

struct maker {
  struct stp_netlink_answer* answer;
  const struct nlmsghdr* request;
  uint32_t port;
  struct nlmsghdr* message; /* being made */
};

/* Begins a message with a body of a struct; returns where that goes. */
static void* begin(struct maker* maker, int type, int flags, size_t body) {
  maker->message = (struct nlmsghdr*)(maker->answer->data + maker->answer->size);
  *maker->message = (struct nlmsghdr){.nlmsg_len = (uint32_t)NLMSG_LENGTH(body),
                                      .nlmsg_type = (uint16_t)type,
                                      .nlmsg_flags = (uint16_t)flags,
                                      .nlmsg_seq = maker->request->nlmsg_seq,
                                      .nlmsg_pid = maker->port};
  return memset(NLMSG_DATA(maker->message), 0, body);
}

static void put(struct maker* maker, int type, const void* data, size_t size) {
  struct nlmsghdr* const message = maker->message;
  struct rtattr* const attribute =
      (struct rtattr*)((char*)message + NLMSG_ALIGN(message->nlmsg_len));
  attribute->rta_type = (uint16_t)type;
  attribute->rta_len = (uint16_t)RTA_LENGTH(size);
  memcpy(RTA_DATA(attribute), data, size);
  message->nlmsg_len = (uint32_t)(NLMSG_ALIGN(message->nlmsg_len) + RTA_ALIGN(attribute->rta_len));
}

static void put_number(struct maker* maker, int type, uint32_t number) {
  put(maker, type, &number, sizeof number);
}

static void end(struct maker* maker) {
  maker->answer->size += NLMSG_ALIGN(maker->message->nlmsg_len);
}

/* ---- what there is ---- */

static void make_link(struct maker* maker, const struct stp_host* host, int index, int flags) {
  const struct stp_interface interface = stp_interface_at(host, index);
  const uint8_t everybody[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, nobody[6] = {0}, up = 6,
                unknown = 0;
  const bool lo = interface.type == ARPHRD_LOOPBACK;
  struct ifinfomsg* const info = begin(maker, RTM_NEWLINK, flags, sizeof *info);
  info->ifi_type = (unsigned short)interface.type;
  info->ifi_index = (int)interface.index;
  info->ifi_flags = interface.flags;
  put(maker, IFLA_IFNAME, interface.name, strlen(interface.name) + 1);
  put_number(maker, IFLA_TXQLEN, 1000);
  put(maker, IFLA_OPERSTATE, lo ? &unknown : &up, 1);
  put_number(maker, IFLA_MTU, (uint32_t)interface.mtu);
  put(maker, IFLA_ADDRESS, interface.hardware, sizeof interface.hardware);
  put(maker, IFLA_BROADCAST, lo ? nobody : everybody, sizeof everybody);
  end(maker);
}

static uint8_t prefix_of(struct in_addr netmask) {
  return (uint8_t)__builtin_popcount(netmask.s_addr);
}

static void make_address4(struct maker* maker, const struct stp_host* host, int index) {
  const struct stp_interface interface = stp_interface_at(host, index);
  struct ifaddrmsg* const info = begin(maker, RTM_NEWADDR, NLM_F_MULTI, sizeof *info);
  *info = (struct ifaddrmsg){.ifa_family = AF_INET,
                             .ifa_prefixlen = prefix_of(interface.netmask),
                             .ifa_flags = IFA_F_PERMANENT,
                             .ifa_scope = index == 0 ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE,
                             .ifa_index = interface.index};
  put(maker, IFA_ADDRESS, &interface.address, sizeof interface.address);
  put(maker, IFA_LOCAL, &interface.address, sizeof interface.address);
  if (index > 0)
    put(maker, IFA_BROADCAST, &interface.broadcast, sizeof interface.broadcast);
  put(maker, IFA_LABEL, interface.name, strlen(interface.name) + 1);
  put_number(maker, IFA_FLAGS, IFA_F_PERMANENT);
  end(maker);
}

static void make_address6(struct maker* maker, const struct stp_host* host, int index) {
  const struct stp_interface interface = stp_interface_at(host, index);
  struct ifaddrmsg* const info = begin(maker, RTM_NEWADDR, NLM_F_MULTI, sizeof *info);
  *info = (struct ifaddrmsg){.ifa_family = AF_INET6,
                             .ifa_prefixlen = (uint8_t)interface.prefix6,
                             .ifa_flags = IFA_F_PERMANENT,
                             .ifa_scope = index == 0 ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE,
                             .ifa_index = interface.index};
  put(maker, IFA_ADDRESS, &interface.address6, sizeof interface.address6);
  put_number(maker, IFA_FLAGS, IFA_F_PERMANENT);
  end(maker);
}

/* All hosts are neighbours: there is the network that the host is in, and no way out of it. */
static void make_route(struct maker* maker, const struct stp_host* host, int family) {
  const struct stp_interface eth = stp_interface_at(host, ETH - 1);
  const bool v4 = family == AF_INET;
  struct rtmsg* const info = begin(maker, RTM_NEWROUTE, NLM_F_MULTI, sizeof *info);
  *info = (struct rtmsg){.rtm_family = (unsigned char)family,
                         .rtm_dst_len = v4 ? prefix_of(eth.netmask) : (unsigned char)eth.prefix6,
                         .rtm_table = RT_TABLE_MAIN,
                         .rtm_protocol = RTPROT_KERNEL,
                         .rtm_scope = v4 ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE,
                         .rtm_type = RTN_UNICAST};
  struct in6_addr network = host->ipv6;
  const struct in_addr network4 = {eth.address.s_addr & eth.netmask.s_addr};
  memset(&network.s6_addr[eth.prefix6 / 8], 0, sizeof network - eth.prefix6 / 8);
  put_number(maker, RTA_TABLE, RT_TABLE_MAIN);
  put(maker, RTA_DST, v4 ? (const void*)&network4 : &network, v4 ? 4 : 16);
  if (v4)
    put(maker, RTA_PREFSRC, &eth.address, sizeof eth.address);
  put_number(maker, RTA_OIF, ETH);
  end(maker);
}

static void make_error(struct maker* maker, int error) {
  struct nlmsgerr* const info = begin(maker, NLMSG_ERROR, NLM_F_CAPPED, sizeof *info);
  *info = (struct nlmsgerr){.error = error, .msg = *maker->request};
  end(maker);
}

/* ---- requests ---- */

static bool wants(int asked, int family) { return asked == AF_UNSPEC || asked == family; }

static void dump(struct maker* maker, const struct stp_host* host, int type, int family) {
  for (int i = 0; type == RTM_GETLINK && i < STP_INTERFACES; i++)
    make_link(maker, host, i, NLM_F_MULTI);
  for (int i = 0; type == RTM_GETADDR && i < STP_INTERFACES; i++)
    if (wants(family, AF_INET))
      make_address4(maker, host, i);
  for (int i = 0; type == RTM_GETADDR && i < STP_INTERFACES; i++)
    if (wants(family, AF_INET6))
      make_address6(maker, host, i);
  if (type == RTM_GETROUTE && wants(family, AF_INET))
    make_route(maker, host, AF_INET);
  if (type == RTM_GETROUTE && wants(family, AF_INET6))
    make_route(maker, host, AF_INET6);
  int* const status = begin(maker, NLMSG_DONE, NLM_F_MULTI, sizeof *status);
  *status = 0;
  end(maker);
}

/* RTM_GETLINK for one interface. */
static int get_link(struct maker* maker, const struct stp_host* host) {
  const struct ifinfomsg* const info = NLMSG_DATA(maker->request);
  if (maker->request->nlmsg_len < NLMSG_LENGTH(sizeof *info))
    return -EINVAL;
  if (info->ifi_index < 1 || info->ifi_index > STP_INTERFACES)
    return -ENODEV;
  make_link(maker, host, info->ifi_index - 1, 0);
  return 0;
}

static int serve(struct maker* maker, const struct stp_host* host) {
  const struct nlmsghdr* const request = maker->request;
  const int type = request->nlmsg_type;
  const struct rtgenmsg* const generic = NLMSG_DATA(request);
  const bool known = type == RTM_GETLINK || type == RTM_GETADDR || type == RTM_GETROUTE;
  if (!known)
    stp_refuse("netlink", "a request other than for links, addresses and routes");
  if (!known)
    return -EOPNOTSUPP;
  if (request->nlmsg_len < NLMSG_LENGTH(sizeof *generic))
    return -EINVAL;
  if ((request->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP) {
    dump(maker, host, type, generic->rtgen_family);
    return 0;
  }
  return type == RTM_GETLINK ? get_link(maker, host) : -EOPNOTSUPP;
}

struct stp_netlink_answer* stp_netlink_serve(const struct nlmsghdr* request,
                                             const struct stp_host* host, uint32_t port) {
  struct stp_netlink_answer* const answer = stp_alloc(sizeof *answer);
  struct maker maker = {answer, request, port, NULL};
  int error = 0;
  if (request->nlmsg_type >= NLMSG_MIN_TYPE)
    error = serve(&maker, host);
  if (error || request->nlmsg_flags & NLM_F_ACK)
    make_error(&maker, error);
  if (answer->size > 0)
    return answer;
  stp_free(answer);
  return NULL;
}
