/* Options of UDP sockets at the levels SOCKET (those of datagrams), IP, IPv6 and UDP. */
#include <errno.h>
#include <net/if.h>
#include <netinet/udp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <linux/net_tstamp.h>

#include "net/interfaces.h"
#include "net/kept.h"
#include "net/udp.h"
#include "process/process.h"
#include "trace/log.h"

#ifndef IPV6_MULTICAST_ALL
#define IPV6_MULTICAST_ALL 29
#endif
#ifndef IPV6_FLOWINFO_SEND
#define IPV6_FLOWINFO_SEND 33
#endif
#ifndef SO_RXQ_OVFL
#define SO_RXQ_OVFL 40
#endif
#ifndef SO_SELECT_ERR_QUEUE
#define SO_SELECT_ERR_QUEUE 45
#endif

void stp_udp_options_init(struct stp_udp_options* options) {
  *options = (struct stp_udp_options){
      .ttl = 64,
      .hops = 64,
      .mtu_discover = IP_PMTUDISC_WANT,
      .group_ttl = 1,
      .group_hops = 1,
      .group_loop = 1,
      .group_loop6 = 1,
      .group_all = 1,
      .group_all6 = 1,
  };
}

static int refuse(const char* call, int level, int option) {
  char what[40];
  const char* const name = level == IPPROTO_UDP    ? "UDP"
                           : level == IPPROTO_IP   ? "IP"
                           : level == IPPROTO_IPV6 ? "IPv6"
                                                   : "unknown";
  snprintf(what, sizeof what, "%s option %d of UDP", name, option);
  stp_refuse(call, what);
  return -ENOPROTOOPT;
}

/* ---- integers that are kept ---- */

#define KEPT(level, option, lowest, highest, standard, member)                                     \
  { level, option, lowest, highest, standard, offsetof(struct stp_udp_options, member) }
#define FLAG(level, option, member) KEPT(level, option, 0, 1, -1, member)

static const struct stp_kept kept[] = {
    KEPT(IPPROTO_IP, IP_TOS, 0, 255, -1, tos),
    KEPT(IPPROTO_IP, IP_TTL, 1, 255, 64, ttl),
    KEPT(IPPROTO_IP, IP_MTU_DISCOVER, 0, 5, -1, mtu_discover),
    KEPT(IPPROTO_IP, IP_MULTICAST_TTL, 0, 255, 1, group_ttl),
    FLAG(IPPROTO_IP, IP_MULTICAST_LOOP, group_loop),
    FLAG(IPPROTO_IP, IP_MULTICAST_ALL, group_all),
    FLAG(IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, bind_no_port),
    FLAG(IPPROTO_IP, IP_FREEBIND, free_bind),
    FLAG(IPPROTO_IP, IP_RECVERR, receive_errors),
    FLAG(IPPROTO_IP, IP_PKTINFO, receive_info),
    FLAG(IPPROTO_IP, IP_RECVTTL, receive_ttl),
    FLAG(IPPROTO_IP, IP_RECVTOS, receive_tos),
    FLAG(IPPROTO_IPV6, IPV6_V6ONLY, v6_only),
    KEPT(IPPROTO_IPV6, IPV6_TCLASS, 0, 255, 0, traffic_class),
    KEPT(IPPROTO_IPV6, IPV6_UNICAST_HOPS, 0, 255, 64, hops),
    KEPT(IPPROTO_IPV6, IPV6_MTU_DISCOVER, 0, 5, -1, mtu_discover),
    KEPT(IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 0, 255, 1, group_hops),
    FLAG(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, group_loop6),
    FLAG(IPPROTO_IPV6, IPV6_MULTICAST_ALL, group_all6),
    FLAG(IPPROTO_IPV6, IPV6_RECVERR, receive_errors6),
    FLAG(IPPROTO_IPV6, IPV6_RECVPKTINFO, receive_info6),
    FLAG(IPPROTO_IPV6, IPV6_RECVHOPLIMIT, receive_hops),
    FLAG(IPPROTO_IPV6, IPV6_RECVTCLASS, receive_class),
    FLAG(IPPROTO_IPV6, IPV6_FLOWINFO_SEND, send_flow),
    FLAG(SOL_SOCKET, SO_RXQ_OVFL, overflow),
    FLAG(SOL_SOCKET, SO_SELECT_ERR_QUEUE, select_errors),
    FLAG(IPPROTO_UDP, UDP_CORK, cork),
    KEPT(IPPROTO_UDP, UDP_SEGMENT, 0, UINT16_MAX, -1, segment),
    FLAG(IPPROTO_UDP, UDP_GRO, together),
};

static const struct stp_kept* find_kept(int level, int option) {
  return stp_kept_find(kept, sizeof kept / sizeof *kept, level, option);
}

static int set_kept(struct stp_udp* udp, const struct stp_kept* entry, const void* value,
                    socklen_t length) {
  int number;
  const int error = stp_kept_read(entry, value, length, &number);
  if (error)
    return error;
  if (entry->level == IPPROTO_IPV6 && entry->option == IPV6_MULTICAST_LOOP && number != !!number)
    return -EINVAL;
  if (entry->level == IPPROTO_UDP && entry->option == UDP_CORK && number == 0)
    stp_udp_cork_send(udp);
  if (entry->level != IPPROTO_UDP && number == 0 &&
      (entry->option == IP_RECVERR || entry->option == IPV6_RECVERR))
    stp_udp_reports_clear(udp);
  return stp_kept_set(entry, &udp->options, number);
}

/* ---- set ---- */

static int set_stamp(struct stp_udp* udp, int option, const void* value, socklen_t length) {
  int on;
  const int error = stp_option_to_int(value, length, &on);
  if (error)
    return error;
  udp->options.stamp = on ? option : 0;
  return 0;
}

static int set_stamping(struct stp_udp* udp, const void* value, socklen_t length) {
  enum { KNOWN = (1 << 18) - 1 };
  int flags;
  const int error = stp_option_to_int(value, length, &flags);
  if (error)
    return error;
  if (flags & ~KNOWN ||
      (flags & SOF_TIMESTAMPING_OPT_STATS && !(flags & SOF_TIMESTAMPING_OPT_TSONLY)))
    return -EINVAL;
  if (flags & SOF_TIMESTAMPING_OPT_ID && !(udp->options.stamping & SOF_TIMESTAMPING_OPT_ID))
    udp->stamp_key = 0;
  udp->options.stamping = (unsigned)flags;
  return 0;
}

static int get_stamping(const struct stp_udp* udp, void* value, socklen_t* length) {
  const struct so_timestamping told = {.flags = (int)udp->options.stamping};
  return stp_option_from(&told, sizeof told, value, length);
}

static int set_special(struct stp_udp* udp, int level, int option, const void* value,
                       socklen_t length) {
  if (level == SOL_SOCKET && option == SO_TIMESTAMPING)
    return set_stamping(udp, value, length);
  if (level == SOL_SOCKET)
    return option == SO_TIMESTAMP || option == SO_TIMESTAMPNS
               ? set_stamp(udp, option, value, length)
               : -ENOPROTOOPT;
  int result;
  if (stp_udp_set_group_option(udp, level, option, value, length, &result))
    return result;
  return refuse("setsockopt", level, option);
}

int stp_udp_set_option(struct stp_socket* socket, int level, int option, const void* value,
                       socklen_t length) {
  struct stp_udp* const udp = stp_udp_of(socket);
  if (level == IPPROTO_TCP || (level == IPPROTO_IPV6 && socket->domain != AF_INET6))
    return -ENOPROTOOPT;
  if (level == IPPROTO_IPV6 && option == IPV6_V6ONLY && udp->port)
    return -EINVAL;
  const struct stp_kept* const entry = find_kept(level, option);
  return entry ? set_kept(udp, entry, value, length)
               : set_special(udp, level, option, value, length);
}

/* ---- get ---- */

/* IP_MAX_MTU bounds what IPv4 tells. */
static int get_mtu(const struct stp_udp* udp, bool v4, void* value, socklen_t* length) {
  if (!udp->connected)
    return -ENOTCONN;
  const int interface =
      stp_address_is_local(udp->socket.host, udp->remote.address) ? STP_LO : STP_ETH;
  int mtu = stp_interface_at(udp->socket.host, interface - 1).mtu;
  if (v4 && mtu > UINT16_MAX)
    mtu = UINT16_MAX;
  return stp_option_from(&mtu, sizeof mtu, value, length);
}

int stp_udp_get_option(struct stp_socket* socket, int level, int option, void* value,
                       socklen_t* length) {
  struct stp_udp* const udp = stp_udp_of(socket);
  struct stp_udp_options* const options = &udp->options;
  if (level == IPPROTO_TCP || (level == IPPROTO_IPV6 && socket->domain != AF_INET6))
    return -EOPNOTSUPP;
  const struct stp_kept* const entry = find_kept(level, option);
  if (entry)
    return stp_option_from(stp_kept_in(entry, options), sizeof(int), value, length);
  if (level == SOL_SOCKET && option == SO_TIMESTAMPING)
    return get_stamping(udp, value, length);
  if (level == SOL_SOCKET)
    return option == SO_TIMESTAMP || option == SO_TIMESTAMPNS
               ? stp_option_from(&(int){options->stamp == option}, sizeof(int), value, length)
               : -ENOPROTOOPT;
  if ((level == IPPROTO_IP && option == IP_MTU) || (level == IPPROTO_IPV6 && option == IPV6_MTU))
    return get_mtu(udp, level == IPPROTO_IP, value, length);
  if (level == IPPROTO_IP && option == IP_MULTICAST_IF)
    return stp_option_from(&options->group_address, sizeof options->group_address, value, length);
  if (level == IPPROTO_IPV6 && option == IPV6_MULTICAST_IF)
    return stp_option_from(&options->group_interface6, sizeof(int), value, length);
  if (level == IPPROTO_IP && option == IP_OPTIONS) {
    *length = 0;
    return 0;
  }
  return refuse("getsockopt", level, option);
}
