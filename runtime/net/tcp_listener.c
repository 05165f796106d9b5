/* Listening sockets: connections whose handshake is under way, and those ready for accept. */
#include <errno.h>
#include <utlist.h>

#include "net/tcp.h"
#include "process/process.h"

int stp_tcp_listen(struct stp_tcp_socket* socket, int backlog) {
  if (!socket->listener) {
    struct stp_tcp_listener* const listener = stp_alloc(sizeof *listener);
    listener->socket = socket;
    const int error = stp_ports_listen(socket->binding, listener);
    if (error) {
      stp_free(listener);
      return error;
    }
    socket->listener = listener;
  }
  socket->listener->backlog = backlog < 0 || backlog > STP_BACKLOG_MAX ? STP_BACKLOG_MAX : backlog;
  return 0;
}

bool stp_tcp_listener_full(const struct stp_tcp_listener* listener) {
  return listener->ready_count > listener->backlog;
}

void stp_tcp_listener_add(struct stp_tcp_listener* listener, struct stp_tcp_end* end) {
  end->listener = listener;
  DL_APPEND2(listener->handshaking, end, prev_queued, next_queued);
}

void stp_tcp_listener_ready(struct stp_tcp_end* end) {
  struct stp_tcp_listener* const listener = end->listener;
  DL_DELETE2(listener->handshaking, end, prev_queued, next_queued);
  DL_APPEND2(listener->ready, end, prev_queued, next_queued);
  listener->ready_count++;
  end->queued = true;
  stp_socket_notify_readable(&listener->socket->socket);
}

void stp_tcp_listener_forget(struct stp_tcp_end* end) {
  struct stp_tcp_listener* const listener = end->listener;
  if (end->queued) {
    DL_DELETE2(listener->ready, end, prev_queued, next_queued);
    listener->ready_count--;
  } else {
    DL_DELETE2(listener->handshaking, end, prev_queued, next_queued);
  }
  end->queued = false;
  end->listener = NULL;
}

struct stp_tcp_end* stp_tcp_listener_take(struct stp_tcp_listener* listener) {
  struct stp_tcp_end* const end = listener->ready;
  if (end) {
    stp_tcp_listener_forget(end);
    listener->taken++;
  }
  return end;
}

static void refuse(struct stp_tcp_end* end) {
  stp_tcp_listener_forget(end);
  end->orphan = true;
  stp_tcp_abort(end);
  stp_tcp_reap(end->connection);
}

void stp_tcp_unlisten(struct stp_tcp_socket* socket) {
  struct stp_tcp_listener* const listener = socket->listener;
  socket->listener = NULL;
  stp_ports_unlisten(socket->binding);
  while (listener->ready)
    refuse(listener->ready);
  while (listener->handshaking)
    refuse(listener->handshaking);
  stp_free(listener);
}
