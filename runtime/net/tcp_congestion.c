/* Congestion control: slow start (RFC 5681), CUBIC as Linux has it (RFC 9438, net/ipv4/tcp_cubic.c)
 * or Reno, by the socket's option TCP_CONGESTION. */
#include <math.h>
#include <stddef.h>

#include "engine/engine.h"
#include "net/tcp.h"

/* RFC 9438: C in segments per s^3, and by what a window is multiplied when something is lost. The
 * window that Reno would have grows by 3 (1 - beta) / (1 + beta) segments in a round trip. */
static const double cubic_c = 0.4, cubic_beta = 0.7, reno_beta = 0.5;
enum { INITIAL_SEGMENTS = 10 /* RFC 6928 */, LEAST_SEGMENTS = 2 };

static uint64_t min(uint64_t a, uint64_t b) { return a < b ? a : b; }
static uint64_t max(uint64_t a, uint64_t b) { return a > b ? a : b; }

static bool is_reno(const struct stp_tcp_end* end) {
  return end->socket && end->socket->options.congestion[0] == 'r';
}

void stp_tcp_congestion_start(struct stp_tcp_end* end) {
  end->congestion = (struct stp_tcp_congestion){.window = INITIAL_SEGMENTS * stp_tcp_mss(end),
                                                .threshold = UINT64_MAX,
                                                .loss.noticed = INFINITY,
                                                .epoch = -1};
}

uint64_t stp_tcp_congestion_room(const struct stp_tcp_end* end) {
  const uint64_t flight = end->started - min(end->started, end->congestion.delivered);
  return end->congestion.window - min(flight, end->congestion.window);
}

/* ---- growth ---- */

/* Newton's method: the last digits of libm's cbrt differ between machines. */
static double cube_root(double x) {
  if (x <= 0)
    return 0;
  int exponent;
  frexp(x, &exponent);
  double root = ldexp(1, exponent / 3);
  for (int i = 0; i < 8; i++)
    root = (2 * root + x / (root * root)) / 3;
  return root;
}

static void begin_epoch(struct stp_tcp_congestion* c, double window, double date) {
  c->epoch = date;
  c->friendly = window;
  c->origin = fmax(window, c->peak);
  c->middle = cube_root((c->origin - window) / cubic_c);
}

/* By how many segments the window grows when `count` more have been acknowledged. */
static double growth(struct stp_tcp_end* end, double count, double date) {
  struct stp_tcp_congestion* const c = &end->congestion;
  const double window = (double)c->window / (double)stp_tcp_mss(end);
  if (is_reno(end))
    return count / window;
  if (c->epoch < 0)
    begin_epoch(c, window, date);
  const double time = date + stp_tcp_round_trip(end) - c->epoch - c->middle;
  const double target = c->origin + cubic_c * time * time * time;
  c->friendly += count / window * 3 * (1 - cubic_beta) / (1 + cubic_beta);
  const double wanted = fmax(fmax(target, c->friendly) - window, 0.01);
  return fmin(count * wanted / window, count / 2);
}

void stp_tcp_congestion_delivered(struct stp_tcp_end* end, uint64_t offset, double date) {
  struct stp_tcp_congestion* const c = &end->congestion;
  uint64_t fresh = offset - min(offset, c->delivered);
  c->delivered = max(offset, c->delivered);
  if (fresh == 0 || offset <= c->frozen || date < c->repaired || offset > c->limited ||
      c->window >= 2 * STP_TCP_SEND_MAX)
    return;
  if (c->window < c->threshold) {
    const uint64_t part = min(fresh, c->threshold - c->window);
    c->window += part;
    fresh -= part;
  }
  const double mss = (double)stp_tcp_mss(end);
  if (fresh > 0)
    c->window += (uint64_t)(mss * growth(end, (double)fresh / mss, date));
  stp_tcp_buffers_fit(end);
}

/* ---- shrinking ---- */

static void shrink(struct stp_tcp_end* end) {
  struct stp_tcp_congestion* const c = &end->congestion;
  const double mss = (double)stp_tcp_mss(end), window = (double)c->window / mss;
  const double beta = is_reno(end) ? reno_beta : cubic_beta;
  /* Fast convergence: who has less than before makes room. */
  c->peak = window < c->peak ? window * (1 + cubic_beta) / 2 : window;
  c->threshold = (uint64_t)(mss * fmax(window * beta, LEAST_SEGMENTS));
  c->epoch = -1;
  c->recovery = end->started;
}

void stp_tcp_congestion_lost(struct stp_tcp_end* end, uint64_t offset, double repaired) {
  struct stp_tcp_congestion* const c = &end->congestion;
  c->repaired = fmax(c->repaired, repaired);
  if (offset <= c->recovery)
    return;
  shrink(end);
  c->window = c->threshold;
  c->frozen = c->recovery;
}

void stp_tcp_congestion_timeout(struct stp_tcp_end* end) {
  shrink(end);
  end->congestion.window = stp_tcp_mss(end);
  end->congestion.frozen = 0;
}

/* net.ipv4.tcp_slow_start_after_idle (RFC 2861): the window shrinks by half for each timeout
 * without sending. */
void stp_tcp_congestion_restart(struct stp_tcp_end* end) {
  struct stp_tcp_congestion* const c = &end->congestion;
  const uint64_t initial = INITIAL_SEGMENTS * stp_tcp_mss(end);
  if (c->window <= initial || end->started > c->delivered)
    return;
  const double timeout = stp_tcp_timeout(end);
  double idle = stp_engine_now() - end->last_sent - timeout;
  if (idle <= 0)
    return;
  c->threshold = max(c->threshold, c->window / 4 * 3); /* tcp_current_ssthresh */
  for (; idle > 0 && c->window > initial; idle -= timeout)
    c->window = max(c->window / 2, initial);
}
