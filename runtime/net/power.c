/* What a power cut leaves of TCP: at the peers, connections whose other end does not answer; on the
 * host, once it is on again, nothing that knows them (RFC 9293, 3.5.1: half-open connections). */
#include "net/power.h"

#include <errno.h>
#include <math.h>

#include "net/tcp.h"
#include "process/process.h"

/* ---- keepalive (net/ipv4/tcp_timer.c) ---- */

static void probe(void* argument);

static void probe_at(struct stp_tcp_end* end, double date) {
  end->keepalive = stp_engine_timer(fmax(date, stp_engine_now()), probe, end);
}

static void probe(void* argument) {
  struct stp_tcp_end* const end = argument;
  struct stp_tcp_connection* const connection = end->connection;
  end->keepalive = NULL;
  if (!end->socket) /* closed meanwhile: its FIN is sent again and again */
    return;
  const struct stp_tcp_options* const options = &end->socket->options;
  if (stp_tcp_has_to_send(end)) { /* that will tell */
    probe_at(end, stp_engine_now() + options->keep_idle);
  } else if (end->probes++ < options->keep_count) {
    stp_tcp_segment_send(end, STP_TCP_PROBE);
    probe_at(end, stp_engine_now() + options->keep_interval);
  } else {
    stp_tcp_end_fail(end, ETIMEDOUT);
  }
  stp_tcp_reap(connection);
}

void stp_tcp_keepalive(struct stp_tcp_end* end) {
  if (end->keepalive || !end->peer->dead || end->state == TCP_CLOSE || !end->socket ||
      !stp_socket_flag(&end->socket->socket, SO_KEEPALIVE))
    return;
  /* What the peer answered as long as it could, and nobody simulated. */
  const double idle = end->socket->options.keep_idle, cycle = idle + stp_tcp_round_trip(end);
  end->heard += cycle * floor((stp_engine_now() - end->heard) / cycle);
  end->probes = 0;
  probe_at(end, end->heard + idle);
}

/* ---- the cut ---- */

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
  end->departed = end->arrived;
  if (!end->peer->finned)
    end->fin_departed = false;
  if (!end->flow)
    end->started = end->departed;
  if (!end->flow && !end->retry && !end->deferred && stp_tcp_has_to_send(end))
    stp_tcp_retry(end);
  stp_tcp_keepalive(end);
}

static void die(struct stp_tcp_end* end) {
  end->dead = true;
  if (end->listener)
    stp_tcp_listener_forget(end);
  stp_tcp_end_done(end, false);
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
