/* Opening connections: SYN, SYN-ACK and ACK, refusals and retries (RFC 9293; retries as tcp(7)). */
#include <errno.h>
#include <math.h>
#include <stddef.h>

#include "engine/engine.h"
#include "net/tcp.h"
#include "net/tell.h"
#include "net/zone.h"
#include "process/process.h"

/* net.ipv4.tcp_synack_retries; the first retry comes after TCP_TIMEOUT_INIT, each next one after
 * twice the time. An address that nobody answers for is unreachable after three ARP requests
 * (neighbour mcast_solicit 3, retrans_time 1 s). */
enum { SYN_ACK_RETRIES = 5, ARP_SECONDS = 3 };
static const double first_timeout = 1;

/* ---- the end that connects ---- */

static void connect_unanswered(void* argument) {
  struct stp_tcp_end* const end = argument;
  end->retry = NULL;
  stp_tcp_end_fail(end, EHOSTUNREACH);
  stp_tcp_reap(end->connection);
}

static void syn_send(struct stp_tcp_end* end);

static void syn_unanswered(void* argument) {
  struct stp_tcp_end* const end = argument;
  struct stp_tcp_connection* const connection = end->connection;
  end->retry = NULL;
  if (end->retries == 0)
    end->retried = stp_engine_now();
  if (end->retries++ < end->socket->options.syn_count && stp_tcp_patience(end) > 0)
    syn_send(end);
  else
    stp_tcp_end_fail(end, ETIMEDOUT);
  stp_tcp_reap(connection);
}

static void syn_send(struct stp_tcp_end* end) {
  stp_tcp_segment_send(end, STP_TCP_SYN);
  if (end->state != TCP_SYN_SENT)
    return;
  const double timeout = ldexp(first_timeout, end->retries);
  end->retry = stp_engine_timer(
      stp_engine_now() + (end->retries > 0 ? fmin(timeout, stp_tcp_patience(end)) : timeout),
      syn_unanswered, end);
}

void stp_tcp_handshake_start(struct stp_tcp_end* end) {
  end->state = TCP_SYN_SENT;
  if (end->path)
    syn_send(end);
  else
    end->retry = stp_engine_timer(stp_engine_now() + ARP_SECONDS, connect_unanswered, end);
}

static void syn_ack_arrived(struct stp_tcp_end* end) {
  if (end->state == TCP_CLOSE) {
    stp_tcp_segment_send(end, STP_TCP_RST);
    return;
  }
  const bool first = end->state == TCP_SYN_SENT;
  if (first) {
    end->state = TCP_ESTABLISHED;
    end->retries = 0;
    if (end->retry)
      stp_engine_timer_cancel(end->retry);
    end->retry = NULL;
    stp_tcp_buffers_fit(end);
    if (stp_observed())
      stp_tell_tcp_opened(end);
  }
  stp_tcp_segment_send(end, STP_TCP_ACK);
  if (first)
    stp_tcp_notify(end);
}

/* ---- the end that accepts ---- */

static void syn_arrived(struct stp_tcp_end* end) {
  if (end->state == TCP_SYN_RECV) /* the answer was lost */
    stp_tcp_segment_send(end, STP_TCP_SYN_ACK);
  if (end->state != TCP_CLOSE)
    return;
  struct stp_tcp_listener* const listener = stp_ports_listener(end->host, end->local, end->remote);
  if (!listener && stp_zone_listens(end->local)) {
    end->zone = true;
    end->state = TCP_SYN_RECV;
    stp_tcp_segment_send(end, STP_TCP_SYN_ACK);
    return;
  }
  if (!listener) {
    stp_tcp_segment_send(end, STP_TCP_RST);
    return;
  }
  if (stp_tcp_listener_full(listener))
    return;
  const struct stp_tcp_socket* const socket = listener->socket;
  end->state = TCP_SYN_RECV;
  end->window = (uint64_t)socket->socket.receive_buffer / 2;
  end->peer->edge = end->announced = end->window;
  end->binding = stp_ports_accept(socket->binding, end->local, end->remote);
  stp_tcp_listener_add(listener, end);
  stp_tcp_segment_send(end, STP_TCP_SYN_ACK);
}

/* Linux sends SYN-ACK again until an ACK finds room in the queue for accept. */
static void ack_missing(void* argument) {
  struct stp_tcp_end* const end = argument;
  struct stp_tcp_connection* const connection = end->connection;
  end->retry = NULL;
  if (end->retries++ < SYN_ACK_RETRIES) {
    stp_tcp_segment_send(end, STP_TCP_SYN_ACK);
  } else {
    stp_tcp_listener_forget(end);
    stp_tcp_end_done(end, false);
  }
  stp_tcp_reap(connection);
}

void stp_tcp_handshake_lost(struct stp_tcp_end* end) {
  if (end->state != TCP_SYN_RECV || end->retry)
    return;
  const double waited = stp_path_now(end->path)->latency;
  const double wait = fmax(0, ldexp(first_timeout, end->retries) - waited);
  end->retry = stp_engine_timer(stp_engine_now() + wait, ack_missing, end);
}

static void ack_arrived(struct stp_tcp_end* end);

/* The threads of the date have run. If they have taken nothing, there will be no room: dropped. */
static void ack_again(void* argument) {
  struct stp_tcp_end* const end = argument;
  end->retry = NULL;
  if (!stp_tcp_listener_full(end->listener) || end->listener->taken != end->taken) {
    ack_arrived(end);
    return;
  }
  const double wait = fmax(0, ldexp(first_timeout, end->retries) - stp_tcp_round_trip(end));
  end->retry = stp_engine_timer(stp_engine_now() + wait, ack_missing, end);
}

/* What arrives at one date arrives, on a real link, one after the other, and a server accepts in
 * between: it may do so before what finds no room is dropped. */
static void ack_arrived(struct stp_tcp_end* end) {
  if (end->state == TCP_SYN_RECV && end->zone)
    end->state = TCP_ESTABLISHED;
  if (end->state != TCP_SYN_RECV || !end->listener)
    return;
  if (stp_tcp_listener_full(end->listener)) {
    if (end->retry)
      return;
    end->taken = end->listener->taken;
    end->retry = stp_engine_timer(stp_engine_now() + 1e-9, ack_again, end);
    return;
  }
  end->state = end->finned ? TCP_CLOSE_WAIT : TCP_ESTABLISHED;
  end->retries = 0;
  if (end->retry)
    stp_engine_timer_cancel(end->retry);
  end->retry = NULL;
  if (stp_observed())
    stp_tell_tcp_opened(end);
  stp_tcp_listener_ready(end);
}

void stp_tcp_handshake_arrived(struct stp_tcp_end* end, int kind) {
  if (kind & STP_TCP_SYN)
    syn_arrived(end);
  else if (kind & STP_TCP_SYN_ACK)
    syn_ack_arrived(end);
  else
    ack_arrived(end);
}
