/* What a power cut leaves of TCP: at the peers, connections whose other end does not answer; on the
 * host, once it is on again, nothing that knows them (RFC 9293, 3.5.1: half-open connections). */
#include "net/power.h"

#include "engine/engine.h"
#include "net/tcp.h"
#include "process/process.h"

/* The peer of an end that is gone. What it has sent and the other has not had is lost. */
static void bereave(struct stp_tcp_end* end) {
  if (end->state == TCP_CLOSE || end->state == TCP_SYN_SENT)
    return;
  if (end->state == TCP_SYN_RECV) {
    if (end->listener)
      stp_tcp_listener_forget(end);
    stp_tcp_end_done(end, false);
    return;
  }
  if (end->orphan && end->state == TCP_FIN_WAIT2) { /* only the other's FIN is missing */
    stp_tcp_end_done(end, false);
    return;
  }
  end->departed = end->congestion.delivered = end->arrived;
  end->probe = 0;
  stp_transit_clear(&end->feedback);
  if (!end->peer->finned)
    end->fin_departed = false;
  if (!end->flow)
    end->started = end->departed;
  if (!end->flow && !end->retry && !end->deferred && stp_tcp_has_to_send(end))
    stp_tcp_retry(end);
  stp_tcp_keepalive(end, stp_engine_now());
}

static void die(struct stp_tcp_end* end) {
  end->dead = true;
  if (end->listener)
    stp_tcp_listener_forget(end);
  stp_tcp_end_done(end, false);
}

void stp_net_ways_changed(void) {
  stp_paths_changed();
  for (struct stp_tcp_connection* c = stp_tcp_connections; c; c = c->next)
    for (int i = 0; i < 2; i++)
      stp_tcp_way_changed(&c->ends[i]);
  stp_net_links_changed(stp_engine_now());
}

void stp_net_power_off(struct stp_host* host) {
  struct stp_tcp_connection* next;
  for (struct stp_tcp_connection* c = stp_tcp_connections; c; c = next) {
    next = c->next;
    for (int i = 0; i < 2; i++)
      if (c->ends[i].host == host && !c->ends[i].dead)
        die(&c->ends[i]);
    for (int i = 0; i < 2; i++)
      if (c->ends[i].dead && !c->ends[!i].dead && c->ends[i].host == host)
        bereave(&c->ends[!i]);
    stp_tcp_reap(c);
  }
  stp_ports_power_off(host);
}
