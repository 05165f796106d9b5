/* The life of connections: two ends that are made together and freed together, when neither a
 * socket nor the network needs them any more. */
#include <utlist.h>

#include "engine/engine.h"
#include "net/tcp.h"
#include "net/tell.h"
#include "process/process.h"

/* The unit in which Linux counts send buffers: a full segment with its book-keeping (tcp_input.c,
 * tcp_sndbuf_expand), of which there are to be twice as many as the congestion window lets fly. */
enum { SEGMENT_COST = 4352, SEGMENT_COST_LOOPBACK = 131328 };

struct stp_tcp_connection* stp_tcp_connections;

static uint64_t min(uint64_t a, uint64_t b) { return a < b ? a : b; }

uint64_t stp_tcp_mss(const struct stp_tcp_end* end) {
  return end->path && end->path->loopback ? STP_TCP_MSS_LOOPBACK : STP_TCP_MSS;
}

static double latency(const struct stp_path* path) {
  return path ? stp_path_now(path)->latency : 0;
}

double stp_tcp_round_trip(const struct stp_tcp_end* end) {
  return latency(end->path) + latency(end->peer->path);
}

double stp_tcp_timeout(const struct stp_tcp_end* end) {
  static const double slack = 0.2; /* TCP_RTO_MIN */
  return stp_tcp_round_trip(end) + slack;
}

bool stp_tcp_reachable(const struct stp_tcp_end* end) {
  return stp_path_now(end->path)->works && stp_path_now(end->peer->path)->works &&
         end->peer->host->on && !end->peer->host->paused;
}

struct stp_tcp_connection* stp_tcp_connection_new(void) {
  static uint64_t last;
  struct stp_tcp_connection* const connection = stp_alloc(sizeof *connection);
  connection->number = ++last;
  DL_PREPEND(stp_tcp_connections, connection);
  for (int i = 0; i < 2; i++) {
    struct stp_tcp_end* const end = &connection->ends[i];
    end->connection = connection;
    end->peer = &connection->ends[!i];
    end->state = TCP_CLOSE;
    end->window = STP_TCP_RECEIVE_BUFFER / 2;
  }
  return connection;
}

void stp_tcp_end_start(struct stp_tcp_end* end, const struct stp_path* path) {
  end->path = path;
  stp_tcp_congestion_start(end);
  end->tuned_space = min(end->window, end->congestion.window);
  end->edge = end->peer->announced = end->peer->window;
}

void stp_tcp_buffers_fit(struct stp_tcp_end* end) {
  struct stp_socket* const socket = end->socket ? &end->socket->socket : NULL;
  if (!socket || socket->send_buffer_fixed)
    return;
  const uint64_t cost = end->path && end->path->loopback ? SEGMENT_COST_LOOPBACK : SEGMENT_COST;
  const uint64_t size = 2 * (end->congestion.window / stp_tcp_mss(end)) * cost;
  if (size > (uint64_t)socket->send_buffer)
    socket->send_buffer = size < STP_TCP_SEND_MAX ? (int)size : STP_TCP_SEND_MAX;
}

void stp_tcp_end_attach(struct stp_tcp_end* end, struct stp_tcp_socket* socket) {
  end->socket = socket;
  socket->end = end;
  if (end->error)
    socket->socket.error = end->error;
}

/* ---- the end of an end ---- */

static void give_up_address(struct stp_tcp_end* end, bool time_wait) {
  struct stp_binding* const binding = end->binding;
  end->binding = NULL;
  if (!binding)
    return;
  if (time_wait) {
    stp_ports_time_wait(binding);
  } else if (end->bound && end->socket) {
    stp_ports_disconnect(binding);
    end->socket->binding = binding;
  } else {
    stp_ports_release(binding);
  }
}

static void cancel(struct stp_timer** timer) {
  if (*timer)
    stp_engine_timer_cancel(*timer);
  *timer = NULL;
}

static void done(struct stp_tcp_end* end, bool time_wait, int error) {
  if (stp_observed() && end->state != TCP_CLOSE)
    stp_tell_tcp_closed(end, error);
  end->state = TCP_CLOSE;
  end->shut_receive = end->shut_send = true;
  end->wants_space = false;
  stp_tcp_stop_sending(end);
  cancel(&end->retry);
  cancel(&end->reaction);
  cancel(&end->keepalive);
  stp_transit_clear(&end->news);
  stp_transit_clear(&end->feedback);
  give_up_address(end, time_wait);
}

void stp_tcp_end_done(struct stp_tcp_end* end, bool time_wait) { done(end, time_wait, 0); }

void stp_tcp_end_fail(struct stp_tcp_end* end, int error) {
  done(end, false, error);
  if (end->socket)
    end->socket->socket.error = error;
  else
    end->error = error;
  stp_tcp_notify(end);
}

void stp_tcp_notify(struct stp_tcp_end* end) {
  if (end->socket)
    stp_socket_notify(&end->socket->socket);
}

/* ---- the end of a connection ---- */

static bool needed(const struct stp_tcp_end* end) {
  return end->state != TCP_CLOSE || end->socket || end->listener || end->deferred;
}

/* What nobody waits for any more. */
static void tell_rest(struct stp_tcp_end* end) {
  for (const struct stp_transit_item* item; (item = stp_transit_first(&end->segments));) {
    stp_tell_tcp_lost(end, item->id, item->kind, "connection over");
    stp_transit_pop(&end->segments);
  }
}

void stp_tcp_reap(struct stp_tcp_connection* connection) {
  for (int i = 0; i < 2; i++)
    if (needed(&connection->ends[i]))
      return;
  for (int i = 0; i < 2; i++) {
    struct stp_tcp_end* const end = &connection->ends[i];
    if (stp_observed())
      tell_rest(end);
    cancel(&end->arrival);
    cancel(&end->retry);
    stp_bytes_clear(&end->bytes);
    stp_transit_clear(&end->segments);
    stp_transit_clear(&end->news);
    stp_transit_clear(&end->feedback);
  }
  DL_DELETE(stp_tcp_connections, connection);
  stp_free(connection);
}
