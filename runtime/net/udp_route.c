/* Where datagrams go: interface, source address, kind. */
#include <errno.h>
#include <string.h>

#include "net/interfaces.h"
#include "net/udp.h"

static bool is_broadcast(const struct stp_host* host, struct in6_addr address) {
  if (!stp_address_is4(address))
    return false;
  const in_addr_t inet = stp_address_to4(address).s_addr;
  return inet == INADDR_BROADCAST || inet == htonl(0x7fffffff) ||
         inet == stp_interface_at(host, STP_ETH - 1).broadcast.s_addr;
}

static enum stp_udp_kind kind_of(const struct stp_host* host, struct in6_addr address) {
  if (is_broadcast(host, address))
    return STP_UDP_BROADCAST;
  return stp_address_is_group(address) ? STP_UDP_MULTICAST : STP_UDP_UNICAST;
}

/* The interface for a group: the one asked for, else the one set for multicast, else eth0. */
static int group_interface(const struct stp_udp* udp, struct in6_addr group, int asked) {
  if (asked)
    return asked;
  if (stp_address_is_loopback(group)) /* 127.255.255.255 */
    return STP_LO;
  if (is_broadcast(udp->socket.host, group))
    return STP_ETH;
  const int set =
      stp_address_is4(group) ? udp->options.group_interface : udp->options.group_interface6;
  if (set)
    return set;
  return stp_address_is_loopback(udp->local.address) ? STP_LO : STP_ETH;
}

struct in6_addr stp_udp_own_address(const struct stp_host* host, int interface,
                                    struct in6_addr to) {
  return interface == STP_LO || stp_address_is_loopback(to) ? stp_address_loopback(to)
                                                            : stp_address_of_host(host, to);
}

/* The address that the socket is bound or connected from, as far as it can be a source. */
static struct in6_addr fixed_source(const struct stp_udp* udp, bool v4) {
  const struct in6_addr local = udp->local.address;
  return kind_of(udp->socket.host, local) == STP_UDP_UNICAST && (!v4 || stp_address_is4(local))
             ? local
             : STP_ANY6;
}

/* The source address: the one asked for, the one fixed, else the interface's. */
static struct in6_addr source_for(const struct stp_udp* udp, const struct stp_udp_route* route,
                                  struct in6_addr asked) {
  const struct in6_addr to = route->to.address, fixed = fixed_source(udp, stp_address_is4(to));
  if (!stp_address_is_any(asked))
    return asked;
  if (!stp_address_is_any(fixed))
    return fixed;
  if (route->kind == STP_UDP_MULTICAST && udp->options.group_address.s_addr && stp_address_is4(to))
    return stp_address_of4(udp->options.group_address);
  return route->kind == STP_UDP_UNICAST
             ? stp_udp_own_address(udp->socket.host, STP_ETH, to)
             : stp_udp_own_address(udp->socket.host, route->interface, to);
}

static int unicast_path(const struct stp_udp* udp, struct stp_udp_route* route) {
  struct stp_host *const host = udp->socket.host, *const target =
                                                      stp_address_host(host, route->to.address);
  if (target != host && stp_address_is_loopback(route->source))
    return -EINVAL; /* a loopback address does not leave the host */
  route->path = target ? stp_udp_path(udp, target) : NULL;
  return target && !route->path ? -ENETUNREACH : 0;
}

/* What 0.0.0.0 and :: mean as a destination: the host itself, at the address that the socket has.
 */
static struct in6_addr self_of(const struct stp_udp* udp, struct in6_addr any) {
  const struct in6_addr local = udp->local.address, fixed = fixed_source(udp, true);
  if (stp_address_is4(any))
    return stp_address_is_any(fixed) ? stp_address_loopback(any) : fixed;
  return stp_address_loopback(stp_address_is4(local) ? local : any);
}

int stp_udp_route(const struct stp_udp* udp, struct stp_endpoint to, struct in6_addr source,
                  int interface, struct stp_udp_route* route) {
  const struct stp_host* const host = udp->socket.host;
  if (udp->options.v6_only && stp_address_is4(to.address))
    return -ENETUNREACH;
  if (stp_address_is_any(to.address))
    to.address = self_of(udp, to.address);
  *route = (struct stp_udp_route){.kind = kind_of(host, to.address), .to = to};
  if (route->kind == STP_UDP_BROADCAST && !stp_socket_flag(&udp->socket, SO_BROADCAST))
    return -EACCES;
  route->interface = route->kind != STP_UDP_UNICAST ? group_interface(udp, to.address, interface)
                     : stp_address_is_local(host, to.address) ? STP_LO
                                                              : STP_ETH;
  route->source = source_for(udp, route, source);
  if (stp_address_is4(route->source) != stp_address_is4(to.address))
    return stp_address_is4(route->source) ? -EAFNOSUPPORT : -EINVAL;
  return route->kind == STP_UDP_UNICAST ? unicast_path(udp, route) : 0;
}

int stp_udp_endpoint_of(const struct stp_udp* udp, const struct sockaddr* address, socklen_t length,
                        struct stp_endpoint* endpoint) {
  if (udp->socket.domain != AF_INET6 || length < sizeof address->sa_family ||
      address->sa_family != AF_INET)
    return stp_endpoint_of(udp->socket.domain, address, length, endpoint);
  return stp_endpoint_of(AF_INET, address, length, endpoint);
}
