/* Sending bytes: flows, and when to start the next. See tcp.h for the offsets. */
#include <errno.h>
#include <math.h>
#include <stddef.h>

#include "engine/engine.h"
#include "net/tcp.h"
#include "net/tell.h"
#include "process/process.h"

/* Linux never waits longer than TCP_RTO_MAX, and gives up after net.ipv4.tcp_retries2, for a closed
 * socket after tcp_orphan_retries. */
static const double timeout_max = 120;
enum { RETRIES = 15, ORPHAN_RETRIES = 8, INITIAL_SEGMENTS = 10 };

static uint64_t min(uint64_t a, uint64_t b) { return a < b ? a : b; }
static uint64_t max(uint64_t a, uint64_t b) { return a > b ? a : b; }

static uint64_t segments(uint64_t size) { return (size + STP_TCP_MSS - 1) / STP_TCP_MSS; }

static bool may_send(const struct stp_tcp_end* end) {
  return end->state == TCP_ESTABLISHED || end->state == TCP_CLOSE_WAIT ||
         end->state == TCP_FIN_WAIT1 || end->state == TCP_CLOSING || end->state == TCP_LAST_ACK;
}

/* ---- flows ---- */

/* Whether the congestion window is used: it is what holds the sender back, or in slow start more
 * than half of it would fly (tcp_is_cwnd_limited). */
static void note_limit(struct stp_tcp_end* end, uint64_t unsent, uint64_t room, uint64_t size) {
  struct stp_tcp_congestion* const c = &end->congestion;
  const uint64_t flight = end->started + size - c->delivered;
  if (unsent >= room ? size >= room : c->window < c->threshold && c->window < 2 * flight)
    c->limited = c->delivered + c->window;
}

/* A chunk: at most half of a window (tcp.h), for then the sender stands still as it would without
 * chunks. Larger ones cost less, smaller ones let the receiver have the first bytes earlier: as
 * much as goes in `slice` seconds, but no more than an eighth of a large window. */
static uint64_t chunk_of(const struct stp_tcp_end* end, uint64_t window) {
  static const double slice = 0.05;
  static const uint64_t large = 65536;
  const uint64_t least = INITIAL_SEGMENTS * stp_tcp_mss(end);
  const double wanted = fmin(end->rate * slice, (double)max(window / 8, large));
  return min(max(least, (uint64_t)wanted), max(window / 2, 1));
}

/* How many of `unsent` bytes may leave now. Nothing rather than a sliver of a segment (RFC 1122,
 * 4.2.3.4). */
static uint64_t allowance(struct stp_tcp_end* end, uint64_t unsent) {
  const uint64_t mss = stp_tcp_mss(end), room = stp_tcp_congestion_room(end);
  const uint64_t offered = end->edge - min(end->edge, end->started);
  const uint64_t window =
      min(end->congestion.window, end->edge - min(end->edge, end->acknowledged));
  const uint64_t size = min(unsent, min(room, offered));
  note_limit(end, unsent, room, size);
  if (size < unsent && size < min(mss, window / 2))
    return 0;
  const uint64_t chunk = min(size, chunk_of(end, window));
  return chunk == unsent || chunk <= mss ? chunk : chunk - chunk % mss;
}

static void flow_ended(void* argument, bool ok);
static void flow_lost(struct stp_tcp_end* end);

static void flow_start(struct stp_tcp_end* end) {
  stp_tcp_settle(end);
  if (!may_send(end))
    return;
  const uint64_t unsent = end->written - end->started;
  if (unsent == 0) {
    if (!end->shut_send || end->fin_departed)
      return;
    end->fin_departed = true;
    stp_tcp_segment_send(end, STP_TCP_FIN);
    if (end->peer->dead || !stp_path_now(end->path)->works) {
      end->fin_departed = false;
      stp_tcp_retry(end);
    }
    return;
  }
  stp_tcp_congestion_restart(end);
  const uint64_t size = allowance(end, unsent);
  if (size == 0) {
    if (end->peer->dead) /* nor are probes of the window answered */
      stp_tcp_retry(end);
    stp_tcp_want_news(end);
    return;
  }
  end->started += size;
  end->flow_date = stp_engine_now();
  end->flow_bytes = (double)(size + STP_TCP_HEADERS * segments(size) + end->resent);
  end->resent = 0;
  if (stp_observed())
    stp_tell_tcp_begins(end, end->flow_id = stp_event_message_id());
  const struct stp_path* const path = stp_path_now(end->path);
  if (!path->works) {
    flow_lost(end);
    return;
  }
  end->flow = stp_engine_flow(path->from->engine, path->to->engine, end->flow_bytes, path->penalty,
                              flow_ended, end);
}

/* ---- again ---- */

double stp_tcp_patience(const struct stp_tcp_end* end) {
  if (!end->socket || end->socket->options.user_timeout == 0)
    return INFINITY;
  const double since = end->retries > 0 ? end->retried : stp_engine_now();
  const double left = since + end->socket->options.user_timeout * 1e-3 - stp_engine_now();
  return left > 1e-9 ? left : 0;
}

static void flow_retry(void* argument) {
  struct stp_tcp_end* const end = argument;
  struct stp_tcp_connection* const connection = end->connection;
  end->retry = NULL;
  if (end->retries++ == 0)
    end->retried = stp_engine_now();
  if (end->retries > (end->orphan ? ORPHAN_RETRIES : RETRIES) || stp_tcp_patience(end) == 0)
    stp_tcp_end_fail(end, ETIMEDOUT);
  else
    flow_start(end);
  stp_tcp_reap(connection);
}

bool stp_tcp_has_to_send(const struct stp_tcp_end* end) {
  return may_send(end) && (end->departed < end->written || (end->shut_send && !end->fin_departed));
}

void stp_tcp_retry(struct stp_tcp_end* end) {
  const double timeout = fmin(timeout_max, ldexp(stp_tcp_timeout(end), end->retries));
  if (end->retries == 0)
    stp_tcp_congestion_timeout(end);
  end->retry = stp_engine_timer(
      stp_engine_now() + (end->retries > 0 ? fmin(timeout, stp_tcp_patience(end)) : timeout),
      flow_retry, end);
}

static void flow_lost(struct stp_tcp_end* end) {
  if (stp_observed())
    stp_tell_tcp_withdrawn(end, stp_path_fault(end->path));
  end->started = end->departed;
  stp_tcp_retry(end);
}

static void flow_ended(void* argument, bool ok) {
  struct stp_tcp_end* const end = argument;
  struct stp_tcp_connection* const connection = end->connection;
  end->flow = NULL;
  if (ok) {
    if (stp_observed())
      stp_tell_carried(end->path, end->flow_date, end->flow_bytes);
    end->retries = 0;
    end->last_sent = stp_engine_now();
    end->rate =
        (double)(end->started - end->departed) / fmax(end->last_sent - end->flow_date, 1e-9);
    end->fin_departed = end->shut_send && end->started == end->written;
    stp_tcp_depart(end, end->fin_departed ? STP_TCP_DATA | STP_TCP_FIN : STP_TCP_DATA);
    flow_start(end);
  } else { /* a link or a host on the way has failed */
    flow_lost(end);
  }
  stp_tcp_reap(connection);
}

void stp_tcp_way_changed(struct stp_tcp_end* end) {
  if (!end->flow || stp_path_now(end->path)->works)
    return;
  stp_engine_flow_cancel(end->flow);
  end->flow = NULL;
  flow_lost(end);
}

static void transmit_deferred(void* argument) {
  struct stp_tcp_end* const end = argument;
  struct stp_tcp_connection* const connection = end->connection;
  end->deferred = false;
  if (!end->flow && !end->retry)
    flow_start(end);
  stp_tcp_reap(connection);
}

/* Inside a host, what the window admits arrives while it is sent. */
static void transmit_on_loopback(struct stp_tcp_end* end) {
  const uint64_t size = min(end->written, end->edge) - min(end->started, end->edge);
  int kind = 0;
  if (size > 0) {
    kind = STP_TCP_DATA;
    end->departed = end->started += size;
  }
  if (end->shut_send && !end->fin_departed && end->departed == end->written) {
    kind |= STP_TCP_FIN;
    end->fin_departed = true;
  }
  if (kind)
    stp_tcp_segment_send(end, kind);
}

void stp_tcp_transmit(struct stp_tcp_end* end) {
  if (end->flow || end->deferred || end->retry || !may_send(end))
    return;
  if (end->path->loopback) {
    transmit_on_loopback(end);
  } else if (stp_self) {
    end->deferred = true;
    stp_engine_defer(transmit_deferred, end);
  } else {
    flow_start(end);
  }
}

void stp_tcp_stop_sending(struct stp_tcp_end* end) {
  if (end->flow) {
    stp_engine_flow_cancel(end->flow);
    if (stp_observed())
      stp_tell_tcp_withdrawn(end, "connection over");
  }
  end->flow = NULL;
  end->started = end->written = end->departed;
}
