/* Options of UDP about multicast: who is in which group, and by which interface. */
#include <errno.h>
#include <string.h>

#include "net/interfaces.h"
#include "net/udp.h"
#include "process/process.h"

/* The interface that has an address, or 0. */
static int interface_of(const struct stp_host* host, struct in_addr address) {
  for (int i = 0; i < STP_INTERFACES; i++)
    if (stp_interface_at(host, i).address.s_addr == address.s_addr)
      return i + 1;
  return 0;
}

/* struct ip_mreqn, or its elder sister without the index: 0, or the index of the interface (eth0
 * where none is named), or -errno. */
static int read_request(const struct stp_udp* udp, const void* value, socklen_t length,
                        struct ip_mreqn* request) {
  *request = (struct ip_mreqn){.imr_ifindex = 0};
  if (length < sizeof(struct ip_mreq))
    return -EINVAL;
  memcpy(request, value, length < sizeof *request ? sizeof(struct ip_mreq) : sizeof *request);
  if (request->imr_ifindex)
    return request->imr_ifindex >= 1 && request->imr_ifindex <= STP_INTERFACES
               ? request->imr_ifindex
               : -ENODEV;
  if (request->imr_address.s_addr == 0)
    return STP_ETH;
  const int interface = interface_of(udp->socket.host, request->imr_address);
  return interface ? interface : -ENODEV;
}

static int change_group(struct stp_udp* udp, struct in6_addr group, int interface, bool join) {
  if (!stp_address_is_multicast(group))
    return join || !stp_address_is4(group) ? -EINVAL : -EADDRNOTAVAIL;
  return join ? stp_group_join(udp, group, interface) : stp_group_leave(udp, group, interface);
}

static int set_group4(struct stp_udp* udp, const void* value, socklen_t length, bool join) {
  struct ip_mreqn request;
  int interface = read_request(udp, value, length, &request);
  if (!join && interface == STP_ETH && !request.imr_ifindex && !request.imr_address.s_addr)
    interface = 0; /* the first membership that fits */
  if (interface < 0)
    return interface;
  return change_group(udp, stp_address_of4(request.imr_multiaddr), interface, join);
}

static int set_group6(struct stp_udp* udp, const void* value, socklen_t length, bool join) {
  struct ipv6_mreq request;
  if (length < sizeof request)
    return -EINVAL;
  memcpy(&request, value, sizeof request);
  if (request.ipv6mr_interface > STP_INTERFACES)
    return -ENODEV;
  if (stp_address_is4(request.ipv6mr_multiaddr))
    return -EINVAL;
  const int interface = (int)request.ipv6mr_interface;
  return change_group(udp, request.ipv6mr_multiaddr, interface || !join ? interface : STP_ETH,
                      join);
}

/* MCAST_JOIN_GROUP and MCAST_LEAVE_GROUP. */
static int set_group(struct stp_udp* udp, int level, const void* value, socklen_t length,
                     bool join) {
  struct group_req request;
  struct stp_endpoint group;
  if (length < sizeof request)
    return -EINVAL;
  memcpy(&request, value, sizeof request);
  const int family = level == IPPROTO_IP ? AF_INET : AF_INET6;
  if (request.gr_group.ss_family != family)
    return level == IPPROTO_IP ? -EINVAL : -EADDRNOTAVAIL;
  stp_endpoint_of(family, (const struct sockaddr*)&request.gr_group, sizeof request.gr_group,
                  &group);
  if (request.gr_interface > STP_INTERFACES)
    return -ENODEV;
  const int interface = (int)request.gr_interface;
  return change_group(udp, group.address, interface || !join ? interface : STP_ETH, join);
}

/* IP_MULTICAST_IF takes an address, an ip_mreq or an ip_mreqn. */
static int set_group_interface4(struct stp_udp* udp, const void* value, socklen_t length) {
  struct ip_mreqn request = {.imr_ifindex = 0};
  if (length < sizeof(struct in_addr))
    return -EINVAL;
  if (length < sizeof(struct ip_mreq))
    memcpy(&request.imr_address, value, sizeof(struct in_addr));
  else
    memcpy(&request, value, length < sizeof request ? sizeof(struct ip_mreq) : sizeof request);
  int interface = request.imr_ifindex;
  if (interface < 0 || interface > STP_INTERFACES)
    return -EADDRNOTAVAIL;
  if (!interface && request.imr_address.s_addr)
    interface = interface_of(udp->socket.host, request.imr_address);
  if (!interface && request.imr_address.s_addr)
    return -EADDRNOTAVAIL;
  udp->options.group_interface = interface;
  udp->options.group_address = request.imr_address;
  return 0;
}

static int set_group_interface6(struct stp_udp* udp, const void* value, socklen_t length) {
  int interface;
  const int error = stp_option_to_int(value, length, &interface);
  if (error)
    return error;
  if (interface < 0 || interface > STP_INTERFACES)
    return -ENODEV;
  udp->options.group_interface6 = interface;
  return 0;
}

bool stp_udp_set_group_option(struct stp_udp* udp, int level, int option, const void* value,
                              socklen_t length, int* result) {
  const bool v4 = level == IPPROTO_IP, v6 = level == IPPROTO_IPV6;
  if ((v4 || v6) && (option == MCAST_JOIN_GROUP || option == MCAST_LEAVE_GROUP))
    *result = set_group(udp, level, value, length, option == MCAST_JOIN_GROUP);
  else if (v4 && (option == IP_ADD_MEMBERSHIP || option == IP_DROP_MEMBERSHIP))
    *result = set_group4(udp, value, length, option == IP_ADD_MEMBERSHIP);
  else if (v4 && option == IP_MULTICAST_IF)
    *result = set_group_interface4(udp, value, length);
  else if (v6 && (option == IPV6_JOIN_GROUP || option == IPV6_LEAVE_GROUP))
    *result = set_group6(udp, value, length, option == IPV6_JOIN_GROUP);
  else if (v6 && option == IPV6_MULTICAST_IF)
    *result = set_group_interface6(udp, value, length);
  else
    return false;
  return true;
}
