/* Reading and writing Unix sockets. */
#include <errno.h>
#include <poll.h>
#include <stdint.h>

#include "net/unix.h"
#include "time/work.h"
#include "trace/log.h"

static size_t min(size_t a, size_t b) { return a < b ? a : b; }

/* ---- send ---- */

bool stp_unix_writable(const struct stp_unix* socket) {
  const size_t queued = socket->peer ? socket->peer->unread : 0;
  return 4 * queued <= (size_t)socket->socket.send_buffer;
}

static int broken(struct stp_unix* socket) {
  const int error = stp_socket_take_error(&socket->socket);
  return error ? error : -EPIPE;
}

/* Room at the peer, waiting for it if need be; -errno. */
static long await_room(struct stp_unix* socket, int flags, double deadline) {
  const size_t size = (size_t)socket->socket.send_buffer;
  for (;;) {
    if (socket->shut_send || !socket->peer || socket->peer->shut_receive)
      return broken(socket);
    if (socket->peer->unread < size)
      return (long)(size - socket->peer->unread);
    const int error = stp_socket_wait(&socket->socket, POLLOUT, flags, deadline);
    if (error)
      return error;
  }
}

ssize_t stp_unix_send(struct stp_socket* base, const struct msghdr* message, int flags) {
  struct stp_unix* const socket = stp_unix_of(base);
  if (flags & MSG_OOB || message->msg_controllen > 0) {
    stp_refuse("sendmsg", flags & MSG_OOB ? "MSG_OOB" : "control messages of Unix sockets");
    return flags & MSG_OOB ? -EOPNOTSUPP : -EINVAL;
  }
  if (message->msg_namelen > 0)
    return socket->state == STP_UNIX_CONNECTED ? -EISCONN : -EOPNOTSUPP;
  if (socket->state != STP_UNIX_CONNECTED)
    return -ENOTCONN;
  stp_work_flush();
  struct stp_cursor from = {message->msg_iov, (int)message->msg_iovlen, 0};
  const size_t size = stp_cursor_left(&from);
  const double deadline = stp_socket_deadline(base->send_timeout);
  if (size == 0 && (socket->shut_send || !socket->peer))
    return broken(socket);
  size_t sent = 0;
  while (sent < size) {
    const long room = await_room(socket, flags, deadline);
    if (room < 0)
      return sent ? (ssize_t)sent : room;
    const size_t part = min((size_t)room, size - sent);
    stp_bytes_put(&socket->peer->bytes, &from, part);
    socket->peer->unread += part;
    sent += part;
    stp_socket_notify_readable(&socket->peer->socket);
  }
  return (ssize_t)sent;
}

/* ---- receive ---- */

static void take(struct stp_unix* socket, struct stp_cursor* to, size_t size, int flags) {
  stp_bytes_copy(&socket->bytes, to, size);
  if (flags & MSG_PEEK)
    return;
  stp_bytes_drop(&socket->bytes, size);
  socket->unread -= size;
  if (socket->peer && stp_unix_writable(socket->peer))
    stp_socket_notify_writable(&socket->peer->socket);
}

ssize_t stp_unix_receive(struct stp_socket* base, struct msghdr* message, int flags) {
  struct stp_unix* const socket = stp_unix_of(base);
  message->msg_namelen = 0;
  message->msg_controllen = 0;
  message->msg_flags = 0;
  if (flags & MSG_OOB)
    return -EOPNOTSUPP;
  if (socket->state != STP_UNIX_CONNECTED)
    return -EINVAL;
  struct stp_cursor to = {message->msg_iov, (int)message->msg_iovlen, 0};
  const size_t size = stp_cursor_left(&to);
  const size_t enough = flags & MSG_WAITALL ? size : min((size_t)base->low_water, size);
  const double deadline = stp_socket_deadline(base->receive_timeout);
  size_t received = 0;
  for (;;) {
    const size_t part = min(size - received, socket->unread);
    if (part > 0 && (!(flags & MSG_PEEK) || socket->unread >= enough || socket->shut_receive)) {
      take(socket, &to, part, flags);
      received += part;
      if (flags & MSG_PEEK)
        break;
    }
    if (received >= enough)
      break;
    if (base->error && received == 0)
      return stp_socket_take_error(base);
    if (base->error || socket->shut_receive)
      break;
    const int error = stp_socket_wait(base, POLLIN, flags, deadline);
    if (error && received == 0)
      return error;
    if (error)
      break;
  }
  return (ssize_t)received;
}
