/* Segments on their way: in a queue per direction, with one timer for the first of them. */
#include <stddef.h>

#include "engine/engine.h"
#include "net/tcp.h"
#include "net/tell.h"
#include "process/host.h"

/* `edge` of an item: up to where what the sender sends is urgent. */
static void deliver(struct stp_tcp_end* receiver, const struct stp_transit_item* item) {
  const int kind = item->kind;
  if (!receiver->host->on) {
    if (stp_observed())
      stp_tell_tcp_lost(receiver->peer, item->id, kind, "host off");
    return;
  }
  if (stp_observed())
    stp_tell_tcp_arrived(receiver, item->id, kind, item->offset);
  if (receiver->dead) {
    if (kind & STP_TCP_DATA)
      receiver->peer->arrived = item->offset; /* who observes asks what comes next */
    if (!(kind & STP_TCP_RST))
      stp_tcp_segment_send(receiver, STP_TCP_RST);
    return;
  }
  receiver->heard = stp_engine_now();
  if (receiver->state == TCP_SYN_RECV && kind & (STP_TCP_DATA | STP_TCP_FIN))
    stp_tcp_handshake_arrived(receiver, STP_TCP_ACK); /* as every segment, it acknowledges */
  if (kind & (STP_TCP_SYN | STP_TCP_SYN_ACK | STP_TCP_ACK))
    stp_tcp_handshake_arrived(receiver, kind);
  if (kind & STP_TCP_DATA) {
    stp_tcp_urgent_told(receiver, item->edge, item->offset);
    stp_tcp_data_arrived(receiver, item->offset, item->time);
  }
  if (kind & STP_TCP_FIN)
    stp_tcp_fin_arrived(receiver);
  if (kind & STP_TCP_RST)
    stp_tcp_rst_arrived(receiver);
}

static void arrive(void* argument);

static void await_first(struct stp_tcp_end* end) {
  const struct stp_transit_item* const first = stp_transit_first(&end->segments);
  if (!first || end->arrival || end->peer->host->paused)
    return;
  end->arrival_date = first->date;
  end->arrival = stp_engine_timer(first->date, arrive, end);
}

static void arrive(void* argument) {
  struct stp_tcp_end* const end = argument;
  struct stp_tcp_connection* const connection = end->connection;
  const struct stp_transit_item item = *stp_transit_first(&end->segments);
  end->arrival = NULL;
  if (end->peer->host->paused)
    return;
  stp_transit_pop(&end->segments);
  await_first(end);
  deliver(end->peer, &item);
  stp_tcp_reap(connection);
}

void stp_tcp_segments_resume(struct stp_tcp_end* end) { await_first(end); }

static void push(struct stp_tcp_end* end, struct stp_transit_item item) {
  const struct stp_transit_item* const last = stp_transit_last(&end->segments);
  if (last && last->date > item.date) /* waits for what was lost before it, and comes at once */
    item.time = 0;
  stp_transit_push(&end->segments, item);
  await_first(end);
}

void stp_tcp_segment_depart(struct stp_tcp_end* end, int kind, uint64_t offset, double date,
                            double time, uint64_t id) {
  push(end, (struct stp_transit_item){.date = date,
                                      .kind = kind,
                                      .offset = offset,
                                      .edge = end->urgent,
                                      .time = time,
                                      .id = id});
}

void stp_tcp_segment_hasten(struct stp_tcp_end* end, double date) {
  stp_transit_hasten(&end->segments, date);
  const struct stp_transit_item* const first = stp_transit_first(&end->segments);
  if (!end->arrival || !first || first->date == end->arrival_date)
    return;
  stp_engine_timer_cancel(end->arrival);
  end->arrival = NULL;
  await_first(end);
}

/* By chance. Who waits for it sends it again, or asks for it (tcp_handshake.c, tcp_keepalive.c);
 * what only a FIN is sent for comes later. */
static bool is_lost(struct stp_tcp_end* end, int kind) {
  if (kind & STP_TCP_FIN || stp_path_passing(end->path, 1) > 0)
    return false;
  if (kind & STP_TCP_ACK)
    stp_tcp_handshake_lost(end->peer);
  return true;
}

/* On loopback it may come with data, all that has not arrived. A FIN may have been lost first. */
static uint64_t tell_left(const struct stp_tcp_end* end, int kind, double latency, bool lost) {
  static const uint32_t only;
  const uint64_t size = kind & STP_TCP_DATA ? end->departed - end->arrived : 0;
  const double now = stp_engine_now();
  const struct stp_tcp_told told = {.id = stp_event_message_id(),
                                    .kind = kind,
                                    .offset = end->departed - size,
                                    .size = size,
                                    .begin = now,
                                    .date = now,
                                    .latency = latency,
                                    .lost = &only,
                                    .lost_count = lost};
  stp_tell_tcp_left(end, &told);
  return told.id;
}

void stp_tcp_segment_send(struct stp_tcp_end* end, int kind) {
  if (end->path->loopback) {
    deliver(end->peer, &(struct stp_transit_item){
                           .kind = kind,
                           .offset = end->departed,
                           .edge = end->urgent,
                           .id = stp_observed() ? tell_left(end, kind, 0, false) : 0,
                       });
    return;
  }
  const bool works = stp_path_now(end->path)->works;
  if (!works || is_lost(end, kind)) {
    if (stp_observed())
      stp_tell_tcp_lost(end, tell_left(end, kind, end->path->latency, false), kind,
                        works ? "chance" : stp_path_fault(end->path));
    return;
  }
  const double wait = kind & STP_TCP_FIN ? stp_tcp_lone_delay(end) : 0;
  const double latency = stp_path_delay(end->path);
  push(end, (struct stp_transit_item){
                .date = stp_engine_now() + latency + wait,
                .kind = kind,
                .offset = end->departed,
                .id = stp_observed() ? tell_left(end, kind, latency, wait > 0) : 0,
            });
}
