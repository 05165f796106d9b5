/* Reading and writing Unix sockets. */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <utlist.h>

#include "net/unix_control.h"
#include "process/process.h"
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

/* What goes with the next bytes to the peer, `size` of them, if anything. */
static void mark(const struct stp_unix* socket, const struct msghdr* message, size_t size) {
  struct stp_unix* const peer = socket->peer;
  struct stp_unix_control* const control = stp_unix_control_make(socket, peer, message);
  if (!control)
    return;
  struct stp_unix_mark* const made = stp_alloc(sizeof *made);
  *made = (struct stp_unix_mark){.begin = peer->position + peer->unread,
                                 .end = peer->position + peer->unread + size,
                                 .control = control};
  LL_APPEND(peer->marks, made);
}

ssize_t stp_unix_send(struct stp_socket* base, const struct msghdr* message, int flags) {
  struct stp_unix* const socket = stp_unix_of(base);
  const int error = stp_unix_control_check(message);
  if (error)
    return error;
  if (flags & MSG_OOB) {
    stp_refuse("sendmsg", "MSG_OOB");
    return -EOPNOTSUPP;
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
  static const struct msghdr plain;
  size_t sent = 0;
  while (sent < size) {
    const long room = await_room(socket, flags, deadline);
    if (room < 0)
      return sent ? (ssize_t)sent : room;
    const size_t part = min((size_t)room, size - sent);
    mark(socket, sent == 0 ? message : &plain, part);
    stp_bytes_put(&socket->peer->bytes, &from, part);
    socket->peer->unread += part;
    sent += part;
    stp_socket_notify_readable(&socket->peer->socket);
  }
  return (ssize_t)sent;
}

/* ---- receive ---- */

/* How many bytes at the front the same goes with, and what (null: nothing). */
static size_t stretch(const struct stp_unix* socket, struct stp_unix_control** control) {
  const struct stp_unix_mark* const first = socket->marks;
  const bool inside = first && first->begin <= socket->position;
  *control = inside ? first->control : NULL;
  if (!first)
    return socket->unread;
  return min(socket->unread, (size_t)((inside ? first->end : first->begin) - socket->position));
}

static void take(struct stp_unix* socket, struct stp_cursor* to, size_t size, int flags) {
  stp_bytes_copy(&socket->bytes, 0, to, size);
  if (flags & MSG_PEEK)
    return;
  stp_bytes_drop(&socket->bytes, size);
  socket->unread -= size;
  socket->position += size;
  struct stp_unix_mark* const first = socket->marks;
  if (first && first->end <= socket->position) {
    socket->marks = first->next;
    stp_unix_control_free(first->control);
    stp_free(first);
  }
  if (socket->peer && stp_unix_writable(socket->peer))
    stp_socket_notify_writable(&socket->peer->socket);
}

static bool from_same(const struct ucred* sender, const struct stp_unix_control* control) {
  static const struct ucred nobody;
  return memcmp(sender, control ? &control->credentials : &nobody, sizeof nobody) == 0;
}

/* Tells what comes with the bytes that are read next: credentials with the first, descriptors with
 * the first of their own. Whether there were descriptors: then the call takes no more bytes. */
static bool tell(const struct stp_unix* socket, struct stp_unix_control* control,
                 struct msghdr* message, size_t room, int flags, bool first) {
  const bool files = control && control->count > 0;
  if (first || files)
    stp_unix_control_tell(socket, control, message, room, flags);
  if (files && !(flags & MSG_PEEK))
    stp_unix_control_land(control);
  return files;
}

ssize_t stp_unix_receive(struct stp_socket* base, struct msghdr* message, int flags) {
  struct stp_unix* const socket = stp_unix_of(base);
  const size_t room = message->msg_controllen;
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
  struct ucred sender = {0};
  size_t received = 0;
  for (;;) {
    struct stp_unix_control* control;
    const size_t part = min(size - received, stretch(socket, &control));
    if (part > 0 && (!(flags & MSG_PEEK) || socket->unread >= enough || socket->shut_receive)) {
      if (received > 0 && socket->pass_credentials && !from_same(&sender, control))
        break;
      const bool gave = tell(socket, control, message, room, flags, received == 0);
      sender = control ? control->credentials : (struct ucred){0};
      take(socket, &to, part, flags);
      received += part;
      if (flags & MSG_PEEK || gave)
        break;
      if (received < size && socket->unread > 0)
        continue;
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
