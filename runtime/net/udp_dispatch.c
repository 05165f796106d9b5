/* Datagrams are made of what a program has written, and go their ways. */
#include <errno.h>
#include <string.h>

#include "engine/engine.h"
#include "file/bytes.h"
#include "net/interfaces.h"
#include "net/udp.h"
#include "process/process.h"

/* UDP_SEGMENT, or what was asked for in its place; 0: one datagram. */
static size_t segment_of(const struct stp_udp* udp, const struct stp_udp_asked* asked,
                         size_t size) {
  const size_t segment = (size_t)(asked->segment >= 0 ? asked->segment : udp->options.segment);
  return size > segment ? segment : 0;
}

/* What __ip_append_data and __ip6_append_data refuse, and tell in the error queue; for segments
 * what udp_send_skb does. */
int stp_udp_check_size(struct stp_udp* udp, const struct stp_udp_route* route,
                       const struct stp_udp_asked* asked, size_t size) {
  enum { SEGMENTS_MAX = 64 };
  const bool v4 = stp_address_is4(route->to.address);
  const size_t most = v4 ? STP_UDP_MAX4 : STP_UDP_MAX6, headers = v4 ? 28 : 48;
  const size_t segment = segment_of(udp, asked, size);
  const int discover = udp->options.mtu_discover;
  const bool whole = !segment && (discover == IP_PMTUDISC_DO || discover == IP_PMTUDISC_PROBE);
  const size_t mtu = (size_t)stp_interface_at(udp->socket.host, route->interface - 1).mtu;
  if (size > most || (whole && size + headers > mtu)) {
    stp_udp_too_large(udp, route->to, (uint32_t)mtu);
    return -EMSGSIZE;
  }
  return segment && (segment + headers > mtu || size > segment * SEGMENTS_MAX) ? -EINVAL : 0;
}

static struct stp_datagram* make(const struct stp_udp* udp, const struct stp_udp_route* route,
                                 const struct stp_udp_asked* asked, struct stp_cursor* data,
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
  stp_cursor_load(data, datagram->data, size);
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
  datagram->landed = stp_udp_own_address(udp->socket.host, route->interface, route->to.address);
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

static void send_one(struct stp_udp* udp, const struct stp_udp_route* route,
                     const struct stp_udp_asked* asked, struct stp_datagram* datagram) {
  if (asked->stamps >= 0 || udp->options.stamping)
    stp_udp_stamp_made(udp, datagram, asked->stamps);
  if (route->kind == STP_UDP_UNICAST)
    send_unicast(udp, route, datagram);
  else
    send_to_group(udp, route, datagram);
}

void stp_udp_dispatch(struct stp_udp* udp, const struct stp_udp_route* route,
                      const struct stp_udp_asked* asked, struct stp_cursor* data, size_t size) {
  const size_t segment = segment_of(udp, asked, size);
  if (segment && route->path && route->path->loopback) { /* cut where it arrives */
    struct stp_datagram* const datagram = make(udp, route, asked, data, size);
    datagram->segment = (uint16_t)segment;
    send_one(udp, route, asked, datagram);
    return;
  }
  while (segment && size > segment) {
    send_one(udp, route, asked, make(udp, route, asked, data, segment));
    size -= segment;
  }
  send_one(udp, route, asked, make(udp, route, asked, data, size));
}
