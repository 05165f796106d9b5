/* A datagram to many hosts: broadcast and multicast reach the hosts of the sender's zone of the
 * platform, which stands for a LAN. A switch makes the copies: the sender's link carries one. It
 * takes one flow, to the host with the narrowest path, and arrives everywhere when that is done,
 * plus the latency to each. */
#include <math.h>

#include "engine/engine.h"
#include "net/interfaces.h"
#include "net/udp.h"
#include "process/process.h"

static in_addr_t broadcast_of(const struct stp_host* host) {
  return stp_interface_at(host, STP_ETH - 1).broadcast.s_addr;
}

/* The path to a host that wants the datagram and can have it, or null. */
static const struct stp_path* path_for(struct stp_host* from, const struct stp_datagram* datagram,
                                       struct stp_host* to) {
  const struct in6_addr group = datagram->to.address;
  if (to == from || !to->on || !stp_udp_ports_held(to, datagram->to.port) ||
      !stp_engine_host_same_zone(from->engine, to->engine))
    return NULL;
  const bool wanted = stp_address_is_multicast(group)
                          ? stp_group_has_host(group, to, STP_ETH)
                          : stp_address_to4(group).s_addr == INADDR_BROADCAST ||
                                broadcast_of(to) == broadcast_of(from);
  const struct stp_path* const path = wanted ? stp_path_between(from, to) : NULL;
  return path && stp_path_now(path)->works ? path : NULL;
}

void stp_udp_spread(struct stp_udp* udp, struct stp_datagram* datagram) {
  struct stp_host* const from = udp->socket.host;
  const struct stp_path* narrowest = NULL;
  for (size_t i = 0; i < stp_host_count(); i++) {
    const struct stp_path* const path = path_for(from, datagram, stp_host_at(i));
    if (path && (!narrowest || path->bandwidth < narrowest->bandwidth))
      narrowest = path;
  }
  if (!narrowest) {
    stp_udp_stamp_sent(udp, datagram, stp_engine_now());
    return;
  }
  struct stp_datagram* const copy = stp_datagram_copy(datagram);
  copy->charge = stp_udp_charge(copy->size, stp_address_is4(copy->to.address), false);
  copy->spread = true;
  stp_udp_lane_send(udp, narrowest, copy);
}

void stp_udp_spread_out(struct stp_udp* udp, struct stp_host* from, struct stp_datagram* datagram) {
  for (size_t i = 0; i < stp_host_count(); i++) {
    struct stp_host* const to = stp_host_at(i);
    const struct stp_path* const path = path_for(from, datagram, to);
    if (!path)
      continue;
    struct stp_datagram* const copy = stp_datagram_copy(datagram);
    copy->landed = stp_address_of_host(to, copy->to.address);
    stp_udp_lane_depart(udp, path, copy);
  }
  stp_free(datagram);
}
