/* Reading and writing sockets of TCP: what blocks, what is returned when (net/ipv4/tcp.c). */
#include "net/tcp_io.h"

#include <errno.h>
#include <poll.h>

#include "net/control.h"
#include "time/work.h"
#include "trace/log.h"

static uint64_t min(uint64_t a, uint64_t b) { return a < b ? a : b; }

static struct stp_tcp_socket* tcp_of(struct stp_socket* socket) {
  return (struct stp_tcp_socket*)socket;
}

/* ---- send ---- */

/* sk_stream_error: the pending error, or EPIPE. */
static int broken(struct stp_socket* socket) {
  const int error = stp_socket_take_error(socket);
  return error ? error : -EPIPE;
}

/* Waits until a connection under way is there (sk_stream_wait_connect). */
static int await_connection(struct stp_tcp_socket* tcp, int flags, double deadline) {
  for (;;) {
    const int state = stp_tcp_state(tcp);
    if (state == TCP_ESTABLISHED || state == TCP_CLOSE_WAIT)
      return 0;
    if (tcp->socket.error || state != TCP_SYN_SENT)
      return broken(&tcp->socket);
    const int error = stp_socket_wait(&tcp->socket, POLLOUT, flags, deadline);
    if (error)
      return error;
  }
}

/* Room in the send buffer, waiting for it if need be; -errno. A call that has sent some leaves the
 * pending error for the next. */
static long await_room(struct stp_tcp_socket* tcp, bool some, int flags, double deadline) {
  for (;;) {
    struct stp_tcp_end* const end = tcp->end;
    if (tcp->socket.error || !end || end->shut_send)
      return some ? -EPIPE : broken(&tcp->socket);
    stp_tcp_settle(end);
    const uint64_t queued = stp_tcp_queued(end), size = (uint64_t)tcp->socket.send_buffer;
    if (queued < size)
      return (long)(size - queued);
    stp_tcp_want_space(end);
    const int error = stp_socket_wait(&tcp->socket, POLLOUT, flags, deadline);
    if (error)
      return error;
  }
}

ssize_t stp_tcp_send(struct stp_socket* socket, const struct msghdr* message, int flags) {
  struct stp_tcp_socket* const tcp = tcp_of(socket);
  if (flags & MSG_FASTOPEN) { /* no cookie is known: the data follows the handshake */
    const struct sockaddr* const name = message->msg_name;
    if (name && message->msg_namelen >= sizeof name->sa_family && name->sa_family == AF_UNSPEC)
      return -EOPNOTSUPP;
    const int failed = socket->ops->connect(socket, name, name ? message->msg_namelen : 0);
    if (failed)
      return failed;
  }
  stp_work_flush();
  struct stp_cursor from = {message->msg_iov, (int)message->msg_iovlen, 0};
  const uint64_t size = stp_cursor_left(&from);
  const double deadline = stp_socket_deadline(socket->send_timeout);
  const int error = await_connection(tcp, flags, deadline);
  if (error)
    return error;
  if (tcp->end->shut_send)
    return broken(socket);
  uint64_t sent = 0;
  while (sent < size) {
    const long room = await_room(tcp, sent > 0, flags, deadline);
    if (room < 0)
      return sent ? (ssize_t)sent : room;
    const uint64_t part = min((uint64_t)room, size - sent);
    stp_bytes_put(&tcp->end->bytes, &from, part);
    tcp->end->written += part;
    sent += part;
    if (flags & MSG_OOB)
      tcp->end->urgent = tcp->end->written;
    stp_tcp_transmit(tcp->end);
  }
  return (ssize_t)sent;
}

/* ---- receive ---- */

/* Why there is nothing more to wait for: 1 with a result in *result; or 0. */
static int is_over(struct stp_tcp_socket* tcp, bool some, ssize_t* result) {
  const struct stp_tcp_end* const end = tcp->end;
  *result = 0;
  if (some)
    return tcp->socket.error || !end || end->shut_receive || end->state == TCP_CLOSE;
  if (end && end->finned)
    return 1;
  if (tcp->socket.error) {
    *result = stp_socket_take_error(&tcp->socket);
    return 1;
  }
  if (!end)
    *result = -ENOTCONN;
  return !end || end->shut_receive;
}

/* How many bytes can be read at once, up to the urgent byte; *skipped: one comes before that is not
 * read. */
static uint64_t readable(const struct stp_tcp_end* end, bool* skipped) {
  const uint64_t there = stp_tcp_unread(end);
  *skipped = there > 0 && stp_tcp_skips_mark(end);
  return min(there - *skipped, stp_tcp_before_mark(end));
}

/* Moves up to `size` bytes that have arrived to the cursor; MSG_TRUNC: to nowhere. */
static uint64_t take(struct stp_tcp_end* end, struct stp_cursor* to, uint64_t size, int flags) {
  struct stp_tcp_end* const sender = end->peer;
  bool skipped;
  const uint64_t part = min(size, readable(end, &skipped));
  if (part > 0 && !(flags & MSG_TRUNC))
    stp_bytes_copy(&sender->bytes, skipped, to, part);
  if (flags & MSG_PEEK || part + skipped == 0)
    return part;
  stp_bytes_drop(&sender->bytes, part + skipped);
  sender->read += part + skipped;
  stp_tcp_passed_mark(end);
  stp_tcp_was_read(end);
  return part;
}

/* Whether a call that has read, or could, so much is to stop at the urgent byte. */
static bool at_mark(const struct stp_tcp_end* end, uint64_t received, int flags) {
  return received > 0 &&
         (flags & MSG_PEEK ? stp_tcp_before_mark(end) <= received : stp_tcp_at_mark(end));
}

/* Adds what can be read now to what a call has received. What there was. */
static uint64_t look(struct stp_tcp_end* end, struct stp_cursor* to, uint64_t size, int flags,
                     uint64_t* received) {
  bool skipped;
  const uint64_t there = readable(end, &skipped);
  if (flags & MSG_PEEK)
    *received = min(size, there);
  else
    *received += take(end, to, size - *received, flags);
  return there;
}

/* When the last that has come came: of what is read, if nothing is left. */
static void tell_stamp(const struct stp_tcp_socket* tcp, struct stp_control* control) {
  if (tcp->options.stamp && tcp->end)
    stp_control_put_stamp(control, tcp->options.stamp, tcp->end->chunk_date);
}

ssize_t stp_tcp_receive(struct stp_socket* socket, struct msghdr* message, int flags) {
  struct stp_tcp_socket* const tcp = tcp_of(socket);
  struct stp_control control = stp_control_begin(message);
  message->msg_namelen = 0;
  message->msg_controllen = 0;
  message->msg_flags = 0;
  if (tcp->listener)
    return -ENOTCONN;
  if (flags & MSG_OOB)
    return stp_tcp_receive_urgent(tcp, message, flags);
  if (flags & MSG_ERRQUEUE)
    return -EAGAIN;
  struct stp_cursor to = {message->msg_iov, (int)message->msg_iovlen, 0};
  const uint64_t size = stp_cursor_left(&to);
  uint64_t enough = flags & MSG_WAITALL ? size : min((uint64_t)socket->low_water, size);
  if (enough == 0)
    enough = 1;
  const double deadline = stp_socket_deadline(socket->receive_timeout);
  uint64_t received = 0;
  for (;;) {
    struct stp_tcp_end* const end = tcp->end;
    const bool stopped = end && at_mark(end, received, flags);
    const uint64_t there = end && !stopped ? look(end, &to, size, flags, &received) : 0;
    if (stopped || received >= enough || (there && size == 0) ||
        (end && at_mark(end, received, flags)))
      break;
    ssize_t result;
    if (is_over(tcp, received > 0, &result)) {
      if (result < 0)
        return result;
      break;
    }
    const int error = stp_socket_wait(socket, POLLIN, flags, deadline);
    if (error) {
      if (received == 0)
        return error;
      break;
    }
  }
  if (flags & MSG_PEEK && received)
    take(tcp->end, &to, received, flags);
  if (received)
    tell_stamp(tcp, &control);
  stp_control_end(&control, message);
  return (ssize_t)received;
}
