/* Sending bytes: windows, flows, acknowledgements. See tcp.h for the offsets. */
#include <errno.h>
#include <math.h>
#include <stddef.h>

#include "engine/engine.h"
#include "net/tcp.h"
#include "process/process.h"

/* The timeout of RFC 6298 without variance: Linux adds at least TCP_RTO_MIN to the round trip and
 * never waits longer than TCP_RTO_MAX; it gives up after net.ipv4.tcp_retries2. */
static const double timeout_min = 0.2, timeout_max = 120;
enum { RETRIES = 15, INITIAL_SEGMENTS = 10 };

static uint64_t min(uint64_t a, uint64_t b) { return a < b ? a : b; }
static uint64_t max(uint64_t a, uint64_t b) { return a > b ? a : b; }

static uint64_t segments(uint64_t size) { return (size + STP_TCP_MSS - 1) / STP_TCP_MSS; }

static bool may_send(const struct stp_tcp_end* end) {
  return end->state == TCP_ESTABLISHED || end->state == TCP_CLOSE_WAIT ||
         end->state == TCP_FIN_WAIT1 || end->state == TCP_CLOSING || end->state == TCP_LAST_ACK;
}

/* ---- what the sender knows ---- */

/* Slow start (RFC 5681): a window that was at least half used grows by what is acknowledged. */
static void acknowledge(struct stp_tcp_end* end, uint64_t offset) {
  const uint64_t fresh = offset - end->acknowledged;
  end->acknowledged = offset;
  if (fresh == 0 || end->congestion_window >= 2 * end->flight ||
      end->congestion_window >= 2 * STP_TCP_SEND_MAX)
    return;
  end->congestion_window += fresh;
  stp_tcp_buffers_fit(end);
}

/* net.ipv4.tcp_slow_start_after_idle: the window shrinks by half for each timeout without sending.
 */
static void restart_after_idle(struct stp_tcp_end* end) {
  const uint64_t initial = INITIAL_SEGMENTS * stp_tcp_mss(end);
  if (end->congestion_window <= initial || end->started > end->acknowledged)
    return;
  const double timeout = stp_tcp_round_trip(end) + timeout_min;
  for (double idle = stp_engine_now() - end->last_sent - timeout;
       idle > 0 && end->congestion_window > initial; idle -= timeout)
    end->congestion_window = max(end->congestion_window / 2, initial);
}

void stp_tcp_settle(struct stp_tcp_end* end) {
  const struct stp_transit_item* item = stp_transit_first(&end->news);
  if (!item)
    return;
  for (const double now = stp_engine_now(); item && item->date <= now;
       item = stp_transit_first(&end->news)) {
    end->edge = item->edge;
    end->heard = item->date;
    acknowledge(end, item->offset);
    stp_transit_pop(&end->news);
  }
  if (end->fin_departed && end->acknowledged > end->departed)
    stp_tcp_fin_acknowledged(end);
}

uint64_t stp_tcp_queued(const struct stp_tcp_end* end) {
  return end->written > end->acknowledged ? end->written - end->acknowledged : 0;
}

bool stp_tcp_writable(const struct stp_tcp_end* end) {
  const uint64_t queued = stp_tcp_queued(end);
  return queued + queued / 2 <= (uint64_t)end->socket->socket.send_buffer;
}

/* ---- reacting to news ---- */

static void news_arrived(void* argument);

static bool waits_for_news(const struct stp_tcp_end* end) {
  return end->wants_space || end->state == TCP_LAST_ACK || end->state == TCP_CLOSING ||
         (end->started < end->written && !end->flow && !end->deferred);
}

void stp_tcp_want_news(struct stp_tcp_end* end) {
  const struct stp_transit_item* const first = stp_transit_first(&end->news);
  if (first && !end->reaction && waits_for_news(end))
    end->reaction = stp_engine_timer(first->date, news_arrived, end);
}

void stp_tcp_want_space(struct stp_tcp_end* end) {
  end->wants_space = true;
  stp_tcp_want_news(end);
}

static void react(struct stp_tcp_end* end) {
  stp_tcp_transmit(end);
  if (end->wants_space && end->socket && stp_tcp_writable(end)) {
    end->wants_space = false;
    stp_socket_notify_writable(&end->socket->socket);
  }
  stp_tcp_want_news(end);
}

static void news_arrived(void* argument) {
  struct stp_tcp_end* const end = argument;
  struct stp_tcp_connection* const connection = end->connection;
  end->reaction = NULL;
  stp_tcp_settle(end);
  react(end);
  stp_tcp_reap(connection);
}

/* ---- flows ---- */

/* How many of `unsent` bytes may leave now, at most a part of the window so that the next part is
 * on its way when the acknowledgement of the first comes back. Nothing rather than a sliver of a
 * segment (RFC 1122, 4.2.3.4). */
static uint64_t allowance(const struct stp_tcp_end* end, uint64_t unsent) {
  const uint64_t mss = stp_tcp_mss(end);
  const uint64_t flight = end->started - end->acknowledged;
  const uint64_t window = min(end->congestion_window, end->edge - end->acknowledged);
  const uint64_t size = min(unsent, window > flight ? window - flight : 0);
  if (size < unsent && size < min(mss, window / 2))
    return 0;
  const uint64_t part = max(window / 8, min(max(window / 2, 1), INITIAL_SEGMENTS * mss));
  if (size <= part)
    return size;
  return part > mss ? part - part % mss : part;
}

static void flow_ended(void* argument, bool ok);

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
  restart_after_idle(end);
  const uint64_t size = allowance(end, unsent);
  if (size == 0) {
    if (end->peer->dead) /* nor are probes of the window answered */
      stp_tcp_retry(end);
    stp_tcp_want_news(end);
    return;
  }
  end->started += size;
  end->flight = end->started - end->acknowledged;
  const double bytes = (double)(size + STP_TCP_HEADERS * segments(size));
  end->flow = stp_engine_flow(end->host->engine, end->path->to->engine, bytes, flow_ended, end);
}

static void flow_retry(void* argument) {
  struct stp_tcp_end* const end = argument;
  struct stp_tcp_connection* const connection = end->connection;
  end->retry = NULL;
  if (end->retries > RETRIES)
    stp_tcp_end_fail(end, ETIMEDOUT);
  else
    flow_start(end);
  stp_tcp_reap(connection);
}

bool stp_tcp_has_to_send(const struct stp_tcp_end* end) {
  return may_send(end) && (end->departed < end->written || (end->shut_send && !end->fin_departed));
}

void stp_tcp_retry(struct stp_tcp_end* end) {
  const double timeout =
      fmin(timeout_max, ldexp(timeout_min + stp_tcp_round_trip(end), end->retries++));
  end->retry = stp_engine_timer(stp_engine_now() + timeout, flow_retry, end);
}

static void flow_ended(void* argument, bool ok) {
  struct stp_tcp_end* const end = argument;
  struct stp_tcp_connection* const connection = end->connection;
  end->flow = NULL;
  if (ok) {
    end->retries = 0;
    end->last_sent = stp_engine_now();
    end->departed = end->started;
    end->fin_departed = end->shut_send && end->departed == end->written;
    stp_tcp_segment_send(end, end->fin_departed ? STP_TCP_DATA | STP_TCP_FIN : STP_TCP_DATA);
    flow_start(end);
  } else { /* a link or a host on the way has failed */
    end->started = end->departed;
    stp_tcp_retry(end);
  }
  stp_tcp_reap(connection);
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
  if (end->flow)
    stp_engine_flow_cancel(end->flow);
  end->flow = NULL;
  end->started = end->written = end->departed;
}

/* ---- the receiver's side ---- */

void stp_tcp_announce(struct stp_tcp_end* receiver) {
  struct stp_tcp_end* const sender = receiver->peer;
  if (sender->state == TCP_CLOSE)
    return;
  receiver->announced = max(receiver->announced, sender->read + receiver->window);
  const struct stp_transit_item item = {
      .date = stp_engine_now() + stp_path_now(receiver->path)->latency,
      .offset = sender->arrived + receiver->finned,
      .edge = receiver->announced,
  };
  struct stp_transit_item* const last = stp_transit_last(&sender->news);
  if (last && last->date == item.date)
    *last = item;
  else
    stp_transit_push(&sender->news, item);
  if (receiver->path->loopback) {
    stp_tcp_settle(sender);
    react(sender);
  } else {
    stp_tcp_want_news(sender);
  }
}

/* Dynamic right-sizing, as tcp_rcv_space_adjust: the window is to hold twice what the program reads
 * in a round trip. */
static void tune_window(struct stp_tcp_end* receiver) {
  struct stp_socket* const socket = &receiver->socket->socket;
  const double now = stp_engine_now();
  if (socket->receive_buffer_fixed || now < receiver->tuned_date + stp_tcp_round_trip(receiver))
    return;
  const uint64_t read = receiver->peer->read - receiver->tuned_read;
  const uint64_t window = min(2 * read + 16 * stp_tcp_mss(receiver), STP_TCP_RECEIVE_MAX / 2);
  receiver->tuned_read = receiver->peer->read;
  receiver->tuned_date = now;
  if (read <= receiver->tuned_space)
    return;
  receiver->tuned_space = read;
  if (window <= receiver->window)
    return;
  receiver->window = window;
  socket->receive_buffer = (int)(2 * window);
}

void stp_tcp_was_read(struct stp_tcp_end* receiver) {
  tune_window(receiver);
  const uint64_t edge = receiver->peer->read + receiver->window;
  if (edge >= receiver->announced + min(stp_tcp_mss(receiver), receiver->window / 2))
    stp_tcp_announce(receiver);
}

void stp_tcp_data_arrived(struct stp_tcp_end* receiver, uint64_t offset) {
  struct stp_tcp_end* const sender = receiver->peer;
  sender->arrived = offset;
  if (receiver->state == TCP_CLOSE) {
    if (sender->state != TCP_CLOSE)
      stp_tcp_segment_send(receiver, STP_TCP_RST);
    return;
  }
  if (receiver->orphan) {
    stp_tcp_abort(receiver);
    return;
  }
  stp_tcp_announce(receiver);
  if (receiver->socket)
    stp_socket_notify_readable(&receiver->socket->socket);
}
