/* What a sender hears of its bytes: news (acknowledged, how much may be sent) and feedback (no
 * longer in flight, lost). */
#include <math.h>
#include <stddef.h>

#include "engine/engine.h"
#include "net/tcp.h"

static uint64_t max(uint64_t a, uint64_t b) { return a > b ? a : b; }

/* ---- taking it into account ---- */

static void notice_loss(struct stp_tcp_end* end) {
  struct stp_tcp_congestion* const c = &end->congestion;
  c->loss.noticed = INFINITY;
  if (c->loss.timeout)
    stp_tcp_congestion_timeout(end);
  else
    stp_tcp_congestion_lost(end, c->loss.offset, c->loss.repaired);
}

static void settle_feedback(struct stp_tcp_end* end, double now) {
  const struct stp_transit_item* item;
  for (;;) {
    item = stp_transit_first(&end->feedback);
    const double date = item ? item->date : INFINITY;
    if (fmin(date, end->congestion.loss.noticed) > now)
      return;
    if (end->congestion.loss.noticed <= date) {
      notice_loss(end);
      continue;
    }
    stp_tcp_congestion_delivered(end, item->offset, date);
    stp_transit_pop(&end->feedback);
  }
}

static void settle_news(struct stp_tcp_end* end, double now) {
  for (const struct stp_transit_item* item;
       (item = stp_transit_first(&end->news)) && item->date <= now;) {
    end->edge = item->edge;
    end->heard = fmax(end->heard, item->date);
    end->acknowledged = max(end->acknowledged, item->offset);
    stp_transit_pop(&end->news);
  }
  if (end->fin_departed && end->acknowledged > end->departed)
    stp_tcp_fin_acknowledged(end);
}

void stp_tcp_settle(struct stp_tcp_end* end) {
  const double now = stp_engine_now();
  if (end->state == TCP_CLOSE)
    return;
  settle_feedback(end, now);
  settle_news(end, now);
}

uint64_t stp_tcp_queued(const struct stp_tcp_end* end) {
  return end->written > end->acknowledged ? end->written - end->acknowledged : 0;
}

bool stp_tcp_writable(const struct stp_tcp_end* end) {
  const uint64_t queued = stp_tcp_queued(end);
  return queued + queued / 2 <= (uint64_t)end->socket->socket.send_buffer;
}

/* ---- reacting ---- */

static void news_arrived(void* argument) {
  struct stp_tcp_end* const end = argument;
  struct stp_tcp_connection* const connection = end->connection;
  end->reaction = NULL;
  stp_tcp_settle(end);
  stp_tcp_react(end);
  stp_tcp_reap(connection);
}

static bool waits_to_send(const struct stp_tcp_end* end) {
  return end->started < end->written && !end->flow && !end->deferred && !end->retry;
}

static bool waits_for_news(const struct stp_tcp_end* end) {
  return end->wants_space || end->state == TCP_LAST_ACK || end->state == TCP_CLOSING ||
         waits_to_send(end);
}

static double first_date(const struct stp_transit* transit) {
  const struct stp_transit_item* const item = stp_transit_first(transit);
  return item ? item->date : INFINITY;
}

void stp_tcp_want_news(struct stp_tcp_end* end) {
  double date = INFINITY;
  if (waits_for_news(end))
    date = first_date(&end->news);
  if (waits_to_send(end))
    date = fmin(date, first_date(&end->feedback));
  if (date == INFINITY || (end->reaction && end->reaction_date <= date))
    return;
  if (end->reaction)
    stp_engine_timer_cancel(end->reaction);
  end->reaction_date = date;
  end->reaction = stp_engine_timer(date, news_arrived, end);
}

void stp_tcp_want_space(struct stp_tcp_end* end) {
  end->wants_space = true;
  stp_tcp_want_news(end);
}

void stp_tcp_react(struct stp_tcp_end* end) {
  stp_tcp_transmit(end);
  if (end->wants_space && end->socket && stp_tcp_writable(end)) {
    end->wants_space = false;
    stp_socket_notify_writable(&end->socket->socket);
  }
  stp_tcp_want_news(end);
}
