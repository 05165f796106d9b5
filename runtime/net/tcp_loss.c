/* What becomes of the segments of a flow that has left: they arrive a latency later, or are lost,
 * found missing and sent again. All that is known when they leave, so nothing but the dates of what
 * arrives and of what the sender notices comes of it: no events.
 *
 * A loss is noticed when segments sent later are acknowledged: three of them, or one and a quarter
 * of a round trip (RACK, RFC 8985, 6.2). If nothing was sent later, a probe sends the last segment
 * again after two round trips (RFC 8985, 7.2; net/ipv4/tcp_output.c, tcp_schedule_loss_probe), and
 * what was lost before it is noticed by the answer. If that is lost as well, the timeout comes. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "engine/engine.h"
#include "net/tcp.h"
#include "net/tell.h"
#include "process/process.h"

static const double timeout_max = 120; /* TCP_RTO_MAX */
static const double probe_slack = 0.002, lone_probe_slack = 0.2;
enum { DUPLICATES = 3 };

/* What is lost of a chunk of segments, of which `segment` seconds are between two. */
struct losses {
  uint64_t count;       /* 0: nothing */
  uint64_t first, last; /* which */
  uint64_t passed;      /* how many got through after the first that is lost, */
  uint64_t passed_last; /* after the last */
  unsigned again;       /* how often the unluckiest was lost again */
};

/* Which they are: for observers only, good until the next are drawn. */
static uint32_t* lost;
static size_t lost_room;

static void note(uint64_t index, uint64_t segment) {
  if (index >= lost_room) {
    lost_room = 2 * index + 64;
    uint32_t* const more = stp_alloc(lost_room * sizeof *more);
    if (index > 0)
      memcpy(more, lost, index * sizeof *more);
    stp_free(lost);
    lost = more;
  }
  lost[index] = (uint32_t)segment;
}

static bool is_lost(const struct stp_path* path) { return stp_path_passing(path, 1) == 0; }

static struct losses draw(const struct stp_path* path, uint64_t segments) {
  struct losses losses = {0};
  for (uint64_t done = 0; done < segments;) {
    const uint64_t passing = stp_path_passing(path, segments - done);
    done += passing;
    if (losses.count > 0)
      losses.passed += passing;
    losses.passed_last = passing;
    if (done == segments)
      break;
    losses.last = done++;
    if (stp_observed())
      note(losses.count, losses.last);
    if (losses.count++ == 0)
      losses.first = losses.last;
    if (done == segments)
      losses.passed_last = 0;
    unsigned again = 0;
    while (again < 15 && is_lost(path))
      again++;
    losses.again = again > losses.again ? again : losses.again;
  }
  return losses;
}

/* When a probe of the tail is sent, after what was sent last. */
static double probe_delay(const struct stp_tcp_end* end) {
  const bool lone = end->started - end->congestion.delivered <= stp_tcp_mss(end);
  return fmin(2 * stp_tcp_round_trip(end) + (lone ? lone_probe_slack : probe_slack),
              stp_tcp_timeout(end));
}

/* How long timeouts take until the one after `count` more. */
static double timeouts(const struct stp_tcp_end* end, unsigned count) {
  double sum = 0, timeout = stp_tcp_timeout(end);
  for (unsigned i = 0; i < count; i++, timeout *= 2)
    sum += fmin(timeout, timeout_max);
  return sum;
}

double stp_tcp_lone_delay(const struct stp_tcp_end* end) {
  unsigned count = 0;
  while (count < 15 && is_lost(end->path))
    count++;
  return count == 0 ? 0 : stp_tcp_timeout(end) + timeouts(end, count - 1);
}

static void expect_loss(struct stp_tcp_end* end, double noticed, double repaired, bool timeout) {
  struct stp_tcp_congestion* const c = &end->congestion;
  if (c->loss.noticed != INFINITY) { /* of the same window */
    c->loss.repaired = fmax(c->loss.repaired, repaired);
    if (!timeout)
      return;
  }
  c->loss.noticed = fmin(c->loss.noticed, noticed);
  c->loss.repaired = repaired;
  c->loss.offset = end->started;
  c->loss.timeout = timeout;
}

/* When all of the chunk has arrived, the last segment of which leaves now. */
static double repair(struct stp_tcp_end* end, const struct losses* losses, double segment,
                     double latency) {
  const double now = stp_engine_now(), trip = stp_tcp_round_trip(end);
  const uint64_t segments = losses->last + 1 + losses->passed_last;
  const double first = now - segment * (double)(segments - 1 - losses->first);
  const double last = now - segment * (double)(segments - 1 - losses->last);
  const bool more = end->written > end->started;
  const uint64_t passed = more ? DUPLICATES : losses->passed_last;
  double noticed, sent; /* the last time */
  bool timeout = false;
  end->probe = 0;
  if (passed > 0) {
    const double wait = passed < DUPLICATES ? trip / 4 : DUPLICATES * segment;
    noticed = first + trip + wait;
    sent = last + trip + wait + losses->again * trip * 5 / 4;
  } else if (losses->passed > 0) { /* what is sent again for the first tells of the last */
    noticed = first + trip + (losses->passed < DUPLICATES ? trip / 4 : DUPLICATES * segment);
    sent = noticed + trip + losses->again * trip * 5 / 4;
  } else {
    sent = now + probe_delay(end) + (losses->count > 1 ? trip : 0);
    end->probe = losses->again == 0 ? sent : 0;
    noticed = sent + trip;
    if (losses->again > 0) {
      timeout = true;
      noticed = sent + stp_tcp_timeout(end);
      sent += timeouts(end, losses->again);
    }
  }
  expect_loss(end, noticed, sent + trip, timeout);
  return sent + latency;
}

/* A segment that is sent before the probe makes the sender notice earlier. */
static void hasten(struct stp_tcp_end* end, double latency) {
  struct stp_tcp_congestion* const c = &end->congestion;
  const double trip = stp_tcp_round_trip(end), noticed = stp_engine_now() + trip * 5 / 4;
  if (noticed < end->probe) {
    stp_tcp_segment_hasten(end, noticed + latency);
    c->loss.noticed = fmin(c->loss.noticed, noticed);
    c->loss.repaired = noticed + trip;
  }
  end->probe = 0;
}

/* Tells of a chunk: of what comes before the first loss, and of the rest, whose id it returns. */
static uint64_t tell(struct stp_tcp_end* end, int kind, const struct losses* losses, double segment,
                     double latency) {
  struct stp_tcp_told told = {.id = end->flow_id,
                              .kind = kind,
                              .offset = end->departed,
                              .size = end->started - end->departed,
                              .begin = end->flow_date,
                              .date = stp_engine_now(),
                              .latency = latency};
  if (losses->first > 0) {
    struct stp_tcp_told before = told;
    before.kind = STP_TCP_DATA;
    before.size = losses->first * stp_tcp_mss(end);
    before.date = told.begin + segment * (double)losses->first;
    stp_tell_tcp_left(end, &before);
    told.id = stp_event_message_id();
    told.offset += before.size;
    told.size -= before.size;
    told.begin = before.date;
  }
  for (uint64_t i = 0; i < losses->count; i++)
    lost[i] -= (uint32_t)losses->first;
  told.lost = lost;
  told.lost_count = losses->count;
  stp_tell_tcp_left(end, &told);
  return told.id;
}

void stp_tcp_depart(struct stp_tcp_end* end, int kind) {
  const double now = stp_engine_now(), time = now - end->flow_date;
  const double latency = stp_path_delay(end->path);
  const uint64_t mss = stp_tcp_mss(end), size = end->started - end->departed;
  const uint64_t segments = size > 0 ? (size + mss - 1) / mss : 1;
  const double segment = time / (double)segments;
  const double back = stp_path_now(end->peer->path)->latency;
  double arrival = now + latency;
  const uint64_t first_id = end->flow_id;
  uint64_t id = first_id;
  struct losses losses = {0};
  if (end->path->loss > 0)
    losses = draw(end->path, segments);
  if (stp_observed())
    id = tell(end, kind, &losses, segment, latency);
  if (end->path->loss > 0) {
    if (end->probe > now && losses.count < segments)
      hasten(end, latency);
    if (losses.count > 0) {
      if (losses.first > 0)
        stp_tcp_segment_depart(end, STP_TCP_DATA, end->departed + losses.first * mss, now + latency,
                               time - segment, first_id);
      arrival = repair(end, &losses, segment, latency);
      if (end->written > end->started) /* else the link has time for them */
        end->resent += losses.count * (mss + STP_TCP_HEADERS);
    }
  }
  const bool whole = arrival == now + latency;
  stp_tcp_segment_depart(end, kind, end->started, arrival, whole ? time - segment : 0, id);
  stp_transit_push(&end->feedback, (struct stp_transit_item){
                                       .date = fmax(now, now + latency + back - (time - segment)),
                                       .offset = end->started,
                                   });
  end->departed = end->started;
}
