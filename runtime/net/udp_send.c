/* Sending datagrams: where they go, and room in the send buffer. */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "engine/engine.h"
#include "file/bytes.h"
#include "net/interfaces.h"
#include "net/udp.h"
#include "process/process.h"
#include "time/work.h"
#include "trace/log.h"

/* ---- where to ---- */

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

/* The host's own address for talking to `to` by an interface. */
static struct in6_addr own_address(const struct stp_host* host, int interface, struct in6_addr to) {
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
  return route->kind == STP_UDP_UNICAST ? own_address(udp->socket.host, STP_ETH, to)
                                        : own_address(udp->socket.host, route->interface, to);
}

static int unicast_path(const struct stp_udp* udp, struct stp_udp_route* route) {
  struct stp_host *const host = udp->socket.host, *const target =
                                                      stp_address_host(host, route->to.address);
  if (target != host && stp_address_is_loopback(route->source))
    return -EINVAL; /* a loopback address does not leave the host */
  route->path = target ? stp_path_between(host, target) : NULL;
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

int stp_udp_autobind(struct stp_udp* udp) {
  if (udp->port)
    return 0;
  return stp_udp_ports_bind(udp, (struct stp_endpoint){udp->local.address, 0}) ? -EAGAIN : 0;
}

/* ---- room ---- */

bool stp_udp_writable(const struct stp_udp* udp) {
  return 2 * udp->send_used < (unsigned)udp->socket.send_buffer;
}

/* sock_alloc_send_pskb: one more may begin while the buffer is not full. */
static int await_room(struct stp_udp* udp, int flags) {
  const double deadline = stp_socket_deadline(udp->socket.send_timeout);
  for (;;) {
    if (udp->socket.error)
      return stp_socket_take_error(&udp->socket);
    if (udp->shut & STP_UDP_SHUT_SEND)
      return -EPIPE;
    if (udp->send_used < (unsigned)udp->socket.send_buffer)
      return 0;
    udp->wants_space = true;
    const int error = stp_socket_wait(&udp->socket, POLLOUT, flags, deadline);
    if (error)
      return error;
  }
}

/* ---- send ---- */

/* What __ip_append_data and __ip6_append_data refuse, and tell in the error queue. */
static int check_size(struct stp_udp* udp, const struct stp_udp_route* route, size_t size) {
  const bool v4 = stp_address_is4(route->to.address);
  const size_t most = v4 ? STP_UDP_MAX4 : STP_UDP_MAX6, headers = v4 ? 28 : 48;
  const int discover = udp->options.mtu_discover;
  const bool whole = discover == IP_PMTUDISC_DO || discover == IP_PMTUDISC_PROBE;
  const int mtu = stp_interface_at(udp->socket.host, route->interface - 1).mtu;
  if (size <= most && (!whole || size + headers <= (size_t)mtu))
    return 0;
  stp_udp_too_large(udp, route->to, (uint32_t)mtu);
  return -EMSGSIZE;
}

static struct stp_datagram* make(const struct stp_udp* udp, const struct stp_udp_route* route,
                                 const struct stp_udp_asked* asked, const struct msghdr* message,
                                 size_t size) {
  const struct stp_udp_options* const options = &udp->options;
  const bool v4 = stp_address_is4(route->to.address);
  const bool group = route->kind == STP_UDP_MULTICAST;
  const int ttl = v4 ? (group ? options->group_ttl : options->ttl)
                     : (group ? options->group_hops : options->hops);
  struct stp_datagram* const datagram = stp_alloc(sizeof *datagram + size);
  datagram->from = (struct stp_endpoint){route->source, udp->local.port};
  datagram->to = route->to;
  datagram->landed = route->to.address;
  datagram->interface = (uint8_t)route->interface;
  datagram->ttl = (uint8_t)(asked->ttl >= 0 ? asked->ttl : ttl);
  datagram->tos = (uint8_t)(asked->tos >= 0 ? asked->tos
                            : v4            ? options->tos
                                            : options->traffic_class);
  datagram->size = size;
  struct stp_cursor data = {message->msg_iov, (int)message->msg_iovlen, 0};
  stp_cursor_load(&data, datagram->data, size);
  return datagram;
}

static void send_unicast(struct stp_udp* udp, const struct stp_udp_route* route,
                         struct stp_datagram* datagram) {
  if (!route->path) {
    stp_udp_unreachable(udp->socket.host, datagram, STP_UDP_NO_HOST, STP_UDP_NEIGHBOUR);
  } else if (route->path->loopback) {
    stp_udp_stamp_sent(udp, datagram, stp_engine_now());
    stp_udp_arrive(udp->socket.host, datagram);
  } else {
    datagram->charge = stp_udp_charge(datagram->size, stp_address_is4(datagram->to.address), false);
    stp_udp_lane_send(udp, route->path, datagram);
  }
}

static void send_to_group(struct stp_udp* udp, const struct stp_udp_route* route,
                          struct stp_datagram* datagram) {
  const struct stp_udp_options* const options = &udp->options;
  const bool loop = stp_address_is4(route->to.address) ? options->group_loop : options->group_loop6;
  datagram->landed = own_address(udp->socket.host, route->interface, route->to.address);
  if (route->interface == STP_ETH && datagram->ttl > 0)
    stp_udp_spread(udp, datagram);
  else
    stp_udp_stamp_sent(udp, datagram, stp_engine_now());
  datagram->stamps = 0; /* those of the copy that leaves */
  if (route->interface == STP_LO || route->kind == STP_UDP_BROADCAST || loop)
    stp_udp_arrive(udp->socket.host, datagram);
  else
    stp_free(datagram);
}

/* The address given, or the peer's. */
static int target_of(const struct stp_udp* udp, const struct msghdr* message,
                     struct stp_endpoint* to, int* interface) {
  const struct sockaddr* const name = message->msg_name;
  const bool v6 = udp->socket.domain == AF_INET6;
  if (!name || message->msg_namelen == 0 ||
      (v6 && message->msg_namelen >= sizeof name->sa_family && name->sa_family == AF_UNSPEC)) {
    *to = udp->remote;
    return udp->connected ? 0 : -EDESTADDRREQ;
  }
  int error = stp_udp_endpoint_of(udp, name, message->msg_namelen, to);
  if (error == -EAFNOSUPPORT)
    error = v6 ? -EINVAL : name->sa_family == AF_UNSPEC ? 0 : error;
  struct sockaddr_in6 inet;
  if (!error && name->sa_family == AF_INET6 && message->msg_namelen >= sizeof inet &&
      IN6_IS_ADDR_MULTICAST(&to->address)) {
    memcpy(&inet, name, sizeof inet);
    *interface = (int)inet.sin6_scope_id;
    if (*interface > STP_ETH)
      return -ENODEV;
  }
  return error;
}

/* A peer's port may be 0, but not where a socket of IPv6 hands its address on to IPv4. */
static bool may_not_be_zero(const struct stp_udp* udp, const struct msghdr* message,
                            struct in6_addr to) {
  return message->msg_namelen > 0 || (udp->socket.domain == AF_INET6 && stp_address_is4(to));
}

/* What IPv4 looks at before anything else. */
static int check_early(size_t size, int flags) {
  return size > UINT16_MAX ? -EMSGSIZE : flags & MSG_OOB ? -EOPNOTSUPP : 0;
}

ssize_t stp_udp_send(struct stp_socket* socket, const struct msghdr* message, int flags) {
  struct stp_udp* const udp = stp_udp_of(socket);
  const struct stp_cursor all = {message->msg_iov, (int)message->msg_iovlen, 0};
  const size_t size = stp_cursor_left(&all);
  stp_work_flush();
  struct stp_endpoint to;
  struct stp_udp_asked asked;
  struct stp_udp_route route;
  int scope = 0;
  int error = stp_udp_autobind(udp);
  if (!error && socket->domain == AF_INET)
    error = check_early(size, flags);
  if (!error)
    error = target_of(udp, message, &to, &scope);
  if (!error && socket->domain == AF_INET6 && stp_address_is4(to.address))
    error = udp->options.v6_only ? -ENETUNREACH : check_early(size, flags);
  if (!error && to.port == 0 && may_not_be_zero(udp, message, to.address))
    error = -EINVAL;
  if (!error)
    error = stp_udp_asked(udp, message, &asked);
  if (!error && flags & MSG_MORE) {
    stp_refuse("send", "MSG_MORE of UDP");
    error = -EOPNOTSUPP;
  }
  if (!error)
    error = stp_udp_route(udp, to, asked.source, asked.interface ? asked.interface : scope, &route);
  if (!error)
    error = check_size(udp, &route, size);
  if (!error)
    error = await_room(udp, flags);
  if (error)
    return error;
  struct stp_datagram* const datagram = make(udp, &route, &asked, message, size);
  if (asked.stamps >= 0 || udp->options.stamping)
    stp_udp_stamp_made(udp, datagram, asked.stamps);
  if (route.kind == STP_UDP_UNICAST)
    send_unicast(udp, &route, datagram);
  else
    send_to_group(udp, &route, datagram);
  return (ssize_t)size;
}
