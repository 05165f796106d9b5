/* Datagrams arrive: in the receive buffer of a socket, of several, or of none. */
#include <errno.h>
#include <stddef.h>

#include "engine/engine.h"
#include "net/udp.h"
#include "net/zone.h"
#include "process/process.h"

/* ---- errors, as ICMP reports them ---- */

struct report {
  struct stp_host* host;
  struct stp_endpoint local, remote;
  int error;
  bool fatal;
};

/* __udp4_lib_err: for the socket that would get an answer from there. */
static void tell(const struct report* report) {
  struct stp_udp* const udp = stp_udp_ports_find(report->host, report->local, report->remote);
  if (!report->host->on || !udp)
    return;
  const bool wanted = stp_address_is4(report->remote.address) ? udp->options.receive_errors
                                                              : udp->options.receive_errors6;
  if (!wanted && !(report->fatal && udp->connected))
    return;
  udp->socket.error = report->error;
  stp_socket_notify(&udp->socket);
}

static void tell_later(void* argument) {
  tell(argument);
  stp_free(argument);
}

void stp_udp_error(struct stp_host* host, struct stp_endpoint local, struct stp_endpoint remote,
                   int error, bool fatal, double delay) {
  const struct report report = {host, local, remote, error, fatal};
  if (delay <= 0) {
    tell(&report);
    return;
  }
  struct report* const kept = stp_alloc(sizeof *kept);
  *kept = report;
  stp_engine_timer(stp_engine_now() + delay, tell_later, kept);
}

/* Nobody has the port: the answer goes back where the datagram came from. */
static void refuse(struct stp_host* host, const struct stp_datagram* datagram) {
  struct stp_host* const sender = stp_address_host(host, datagram->from.address);
  const struct stp_path* const back = sender ? stp_path_between(host, sender) : NULL;
  if (!back || !stp_path_now(back)->works || stp_path_passing(back, 1) == 0)
    return;
  stp_udp_error(sender, datagram->from, datagram->to, ECONNREFUSED, true, stp_path_delay(back));
}

/* ---- buffers ---- */

/* __udp_enqueue_schedule_skb of Linux 6: what does not fit is dropped, unless it is alone. */
static void enqueue(struct stp_udp* udp, struct stp_datagram* datagram) {
  const bool loopback = datagram->interface == STP_LO;
  const unsigned charge =
      stp_udp_charge(datagram->size, stp_address_is4(datagram->to.address), loopback);
  if (udp->receive_used && udp->receive_used + charge > (unsigned)udp->socket.receive_buffer) {
    udp->drops++;
    stp_free(datagram);
    return;
  }
  udp->receive_used += charge;
  datagram->charge = charge;
  stp_datagrams_put(&udp->received, datagram);
  stp_socket_notify_readable(&udp->socket);
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

void stp_udp_arrive(struct stp_host* host, struct stp_datagram* datagram) {
  datagram->date = stp_engine_now();
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
  stp_free(datagram);
}
