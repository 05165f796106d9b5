/* The receiver's side: what has arrived, the window, and news of both to the sender. */
#include <math.h>
#include <stddef.h>

#include "engine/engine.h"
#include "net/tcp.h"
#include "net/tell.h"
#include "net/zone.h"

static uint64_t min(uint64_t a, uint64_t b) { return a < b ? a : b; }
static uint64_t max(uint64_t a, uint64_t b) { return a > b ? a : b; }

/* What is said of a chunk when it has come was said of its first segment when that had. */
static double news_date(const struct stp_tcp_end* receiver) {
  const double now = stp_engine_now(), latency = stp_path_now(receiver->path)->latency;
  return fmax(now, now + latency - (receiver->chunk_date == now ? receiver->chunk_time : 0));
}

void stp_tcp_announce(struct stp_tcp_end* receiver) {
  struct stp_tcp_end* const sender = receiver->peer;
  if (sender->state == TCP_CLOSE)
    return;
  receiver->announced = max(receiver->announced, sender->read + receiver->window);
  const struct stp_transit_item item = {
      .date = news_date(receiver),
      .offset = sender->arrived + receiver->finned,
      .edge = receiver->announced,
  };
  struct stp_transit_item* const last = stp_transit_last(&sender->news);
  if (last && last->date >= item.date) {
    last->offset = item.offset;
    last->edge = item.edge;
  } else {
    stp_transit_push(&sender->news, item);
  }
  if (receiver->path->loopback) {
    stp_tcp_settle(sender);
    stp_tcp_react(sender);
  } else {
    stp_tcp_want_news(sender);
  }
}

/* A round trip as the receiver sees it, by time stamps: with what waits at the sender's end before
 * what is sent next, if the path is full. */
static double measured_trip(const struct stp_tcp_end* receiver) {
  const struct stp_tcp_end* const sender = receiver->peer;
  const double trip = stp_tcp_round_trip(receiver);
  if (sender->rate == 0)
    return trip;
  const uint64_t unknown = sender->written - min(sender->written, sender->congestion.delivered);
  const uint64_t flight = min(unknown, min(sender->congestion.window, receiver->window));
  return fmax(trip, (double)flight / sender->rate);
}

/* Dynamic right-sizing, as tcp_rcv_space_adjust: the window is to hold twice what the program reads
 * in a round trip, and more while that grows, since what is said now is for the round trip after
 * the next. */
static void tune_window(struct stp_tcp_end* receiver) {
  struct stp_socket* const socket = &receiver->socket->socket;
  const double now = stp_engine_now();
  if (socket->receive_buffer_fixed || now < receiver->tuned_date + measured_trip(receiver))
    return;
  const uint64_t read = receiver->peer->read - receiver->tuned_read;
  receiver->tuned_read = receiver->peer->read;
  receiver->tuned_date = now;
  if (read <= receiver->tuned_space)
    return;
  const double growth = (double)(read - receiver->tuned_space) / (double)receiver->tuned_space;
  const double wanted = (double)(2 * read + 16 * stp_tcp_mss(receiver)) * (1 + 2 * growth);
  const uint64_t window = (uint64_t)fmin(wanted, 0.5 * STP_TCP_RECEIVE_MAX);
  receiver->tuned_space = read;
  if (window <= receiver->window)
    return;
  receiver->window = window;
  socket->receive_buffer = (int)(2 * window);
}

void stp_tcp_was_read(struct stp_tcp_end* receiver) {
  tune_window(receiver);
  const uint64_t edge = receiver->peer->read + receiver->window;
  if (edge < receiver->announced + min(stp_tcp_mss(receiver), receiver->window / 2))
    return;
  stp_tcp_announce(receiver);
  if (stp_observed())
    stp_tell_tcp_window(receiver);
}

void stp_tcp_data_arrived(struct stp_tcp_end* receiver, uint64_t offset, double time) {
  struct stp_tcp_end* const sender = receiver->peer;
  sender->arrived = offset;
  receiver->chunk_date = stp_engine_now();
  receiver->chunk_time = time;
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
  if (receiver->zone) {
    stp_zone_read(receiver);
    return;
  }
  stp_tcp_urgent_arrived(receiver);
  if (receiver->socket)
    stp_socket_notify_readable(&receiver->socket->socket);
}
