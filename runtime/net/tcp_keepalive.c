/* Keep-alive (SO_KEEPALIVE; net/ipv4/tcp_timer.c). As long as probes would be answered, nobody
 * simulates them. */
#include <errno.h>
#include <math.h>
#include <stddef.h>

#include "engine/engine.h"
#include "net/power.h"
#include "net/tcp.h"
#include "process/process.h"

static void probe(void* argument);

static void probe_at(struct stp_tcp_end* end, double date) {
  end->keepalive = stp_engine_timer(fmax(date, stp_engine_now()), probe, end);
}

static bool out_of_patience(const struct stp_tcp_end* end) {
  const struct stp_tcp_options* const options = &end->socket->options;
  if (options->user_timeout == 0)
    return end->probes >= options->keep_count;
  return end->probes > 0 && stp_engine_now() - end->heard >= options->user_timeout * 1e-3;
}

static void probe(void* argument) {
  struct stp_tcp_end* const end = argument;
  struct stp_tcp_connection* const connection = end->connection;
  end->keepalive = NULL;
  if (!end->socket) /* closed meanwhile: its FIN is sent again and again */
    return;
  const struct stp_tcp_options* const options = &end->socket->options;
  if (!end->peer->dead && stp_tcp_reachable(end)) /* answered */
    return;
  if (stp_tcp_has_to_send(end)) { /* that will tell */
    probe_at(end, stp_engine_now() + options->keep_idle);
  } else if (out_of_patience(end)) {
    stp_tcp_end_fail(end, ETIMEDOUT);
  } else {
    end->probes++;
    stp_tcp_segment_send(end, STP_TCP_PROBE);
    probe_at(end, stp_engine_now() + options->keep_interval);
  }
  stp_tcp_reap(connection);
}

void stp_tcp_keepalive(struct stp_tcp_end* end, double since) {
  if (end->keepalive || end->state == TCP_CLOSE || end->state == TCP_SYN_SENT || !end->socket ||
      !stp_socket_flag(&end->socket->socket, SO_KEEPALIVE) || end->path->loopback ||
      (!end->peer->dead && stp_tcp_reachable(end)))
    return;
  /* What the peer answered as long as it could. */
  const double idle = end->socket->options.keep_idle, cycle = idle + stp_tcp_round_trip(end);
  end->heard += cycle * fmax(floor((since - end->heard) / cycle), 0);
  double date = end->heard + idle;
  for (end->probes = 0; date < stp_engine_now() && !out_of_patience(end); end->probes++)
    date += end->socket->options.keep_interval;
  probe_at(end, date);
}

void stp_net_links_changed(double date) {
  for (struct stp_tcp_connection* c = stp_tcp_connections; c; c = c->next)
    for (int i = 0; i < 2; i++)
      stp_tcp_keepalive(&c->ends[i], date);
}
