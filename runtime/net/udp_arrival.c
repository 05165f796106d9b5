/* Datagrams arrive: in the receive buffer of a socket, of several, or of none. */
#include <stddef.h>
#include <string.h>

#include "engine/engine.h"
#include "net/pause.h"
#include "net/tell.h"
#include "net/udp.h"
#include "net/zone.h"
#include "process/process.h"

/* Nobody has the port: the answer goes back where the datagram came from. Takes it over. */
static void refuse(struct stp_host* host, struct stp_datagram* datagram) {
  struct stp_host* const sender = stp_address_host(host, datagram->from.address);
  const struct stp_path* const back = sender ? stp_path_between(host, sender) : NULL;
  const bool told = back && stp_path_now(back)->works && stp_path_passing(back, 1) == 1;
  if (stp_observed()) {
    datagram->id = stp_event_message_id();
    datagram->left = stp_engine_now();
    stp_tell_udp_refused(datagram, host, sender, STP_MESSAGE_LEFT);
    if (!told)
      stp_tell_udp_refused(datagram, host, sender, STP_MESSAGE_LOST);
  }
  if (told)
    stp_udp_unreachable(sender, datagram, STP_UDP_NO_PORT, stp_path_delay(back));
  else
    stp_free(datagram);
}

/* ---- buffers ---- */

/* __udp_enqueue_schedule_skb of Linux 6: what does not fit is dropped, unless it is alone. */
static void enqueue_one(struct stp_udp* udp, struct stp_datagram* datagram) {
  const bool loopback = datagram->interface == STP_LO;
  const unsigned charge =
      stp_udp_charge(datagram->size, stp_address_is4(datagram->to.address), loopback);
  if (udp->receive_used && udp->receive_used + charge > (unsigned)udp->socket.receive_buffer) {
    udp->drops++;
    if (stp_observed())
      stp_tell_udp(datagram, STP_MESSAGE_LOST, NULL, udp->socket.host, "buffer full");
    stp_free(datagram);
    return;
  }
  udp->receive_used += charge;
  datagram->charge = charge;
  stp_datagrams_put(&udp->received, datagram);
  stp_socket_notify_readable(&udp->socket);
}

/* Several in one are cut where the socket does not take them so (udp_unexpected_gso). */
static void enqueue(struct stp_udp* udp, struct stp_datagram* datagram) {
  const size_t segment = datagram->segment, size = datagram->size;
  if (!segment || udp->options.together) {
    enqueue_one(udp, datagram);
    return;
  }
  datagram->segment = 0;
  for (size_t at = 0; at < size; at += segment) {
    datagram->size = size - at < segment ? size - at : segment;
    struct stp_datagram* const one = stp_datagram_copy(datagram);
    memcpy(one->data, datagram->data + at, one->size);
    enqueue_one(udp, one);
  }
  stp_free(datagram);
}

/* To every socket that suits. */
static void deliver_to_group(struct stp_host* host, struct stp_datagram* datagram) {
  const struct in6_addr group = datagram->to.address;
  struct stp_udp* udp = NULL;
  if (!stp_address_is_multicast(group) || stp_group_has_host(group, host, datagram->interface))
    udp = stp_udp_ports_next(host, datagram, NULL);
  while (udp) {
    struct stp_udp* const next = stp_udp_ports_next(host, datagram, udp);
    enqueue(udp, stp_datagram_copy(datagram));
    udp = next;
  }
  stp_free(datagram);
}

/* What has no id yet has not left the host. */
static void tell_arrived(struct stp_host* host, struct stp_datagram* datagram) {
  if (datagram->id == 0) {
    datagram->id = stp_event_message_id();
    datagram->left = stp_engine_now();
    stp_tell_udp(datagram, STP_MESSAGE_LEFT, host, host, NULL);
  }
  if (host->on)
    stp_tell_udp(datagram, STP_MESSAGE_ARRIVED, NULL, host, NULL);
  else
    stp_tell_udp(datagram, STP_MESSAGE_LOST, NULL, host, "host off");
}

static void arrive_late(struct stp_host* host, void* datagram) { stp_udp_arrive(host, datagram); }

void stp_udp_arrive(struct stp_host* host, struct stp_datagram* datagram) {
  if (stp_net_hold(host, arrive_late, stp_free, datagram))
    return;
  datagram->date = stp_engine_now();
  if (stp_observed())
    tell_arrived(host, datagram);
  if (!host->on) {
    stp_free(datagram);
    return;
  }
  if (!stp_address_equal(datagram->landed, datagram->to.address)) {
    deliver_to_group(host, datagram);
    return;
  }
  struct stp_udp* const udp = stp_udp_ports_find(host, datagram->to, datagram->from);
  if (udp) {
    enqueue(udp, datagram);
    return;
  }
  if (!stp_zone_serve(host, datagram))
    refuse(host, datagram);
}
