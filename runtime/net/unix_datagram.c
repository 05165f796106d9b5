/* Unix sockets of type SOCK_DGRAM (unix_dgram_sendmsg and its like). A queue takes eleven messages
 * of those whom its owner is not connected to. A peer that has been closed stays one, of which only
 * the name is left, until something is sent to it. */
#include <errno.h>
#include <poll.h>
#include <utlist.h>

#include "net/unix_control.h"
#include "net/unix_message.h"
#include "process/process.h"
#include "time/work.h"

enum { QUEUE_MAX = 10 /* net.unix.max_dgram_qlen */ };

/* ---- connect ---- */

static bool may_send(const struct stp_unix* from, const struct stp_unix* to) {
  return to->state != STP_UNIX_CONNECTED || to->peer == from;
}

static bool is_full(const struct stp_unix* from, const struct stp_unix* to) {
  return from != to && to->peer != from && to->message_count > QUEUE_MAX;
}

void stp_unix_datagram_join(struct stp_unix* socket, struct stp_unix* peer) {
  socket->peer = peer;
  socket->state = STP_UNIX_CONNECTED;
  DL_APPEND2(peer->senders, socket, prev_sender, next_sender);
}

static void part(struct stp_unix* socket) {
  stp_unix_name_unref(socket->peer_name);
  socket->peer_name = NULL;
  if (socket->peer)
    DL_DELETE2(socket->peer->senders, socket, prev_sender, next_sender);
  socket->peer = NULL;
  socket->state = STP_UNIX_FRESH;
}

/* unix_dgram_disconnected: what the old peer has sent is lost. */
static void change_peer(struct stp_unix* socket, struct stp_unix* peer) {
  struct stp_unix* const old = socket->peer;
  const bool had = socket->state == STP_UNIX_CONNECTED;
  part(socket);
  if (peer)
    stp_unix_datagram_join(socket, peer);
  if (had && (!old || old != peer) && socket->first_message) {
    stp_unix_messages_drop(socket);
    if (old && old->peer == socket)
      old->socket.error = ECONNRESET;
  }
  if (old)
    stp_socket_notify(&old->socket);
}

static int datagram_connect(struct stp_socket* base, const struct sockaddr* address,
                            socklen_t length) {
  struct stp_unix *const socket = stp_unix_of(base), *peer;
  if (length < sizeof address->sa_family)
    return -EINVAL;
  if (address->sa_family == AF_UNSPEC) {
    change_peer(socket, NULL);
    return 0;
  }
  int error = stp_unix_autobind(socket);
  if (!error)
    error = stp_unix_find(address, length, SOCK_DGRAM, &peer);
  if (error)
    return error;
  if (!may_send(socket, peer))
    return -EPERM;
  change_peer(socket, peer);
  return 0;
}

/* ---- send ---- */

/* Who gets it: the socket named, else the peer. Looked up anew after each wait, for it may go. */
static int find_receiver(struct stp_unix* socket, const struct msghdr* message,
                         struct stp_unix** to) {
  if (message->msg_namelen > 0)
    return stp_unix_find(message->msg_name, message->msg_namelen, SOCK_DGRAM, to);
  *to = socket->peer;
  if (*to)
    return 0;
  if (socket->state != STP_UNIX_CONNECTED)
    return -ENOTCONN;
  change_peer(socket, NULL); /* it has been closed */
  return -ECONNREFUSED;
}

static int await_receiver(struct stp_unix* socket, const struct msghdr* message, int flags,
                          struct stp_unix** to) {
  const double deadline = stp_socket_deadline(socket->socket.send_timeout);
  for (;;) {
    int error = stp_unix_message_room(socket, flags, deadline);
    if (!error)
      error = find_receiver(socket, message, to);
    if (error)
      return error;
    if (!may_send(socket, *to))
      return -EPERM;
    if ((*to)->shut_receive)
      return -EPIPE;
    if (!is_full(socket, *to))
      return 0;
    if (stp_socket_nonblocking(&socket->socket, flags))
      return -EAGAIN;
    error = stp_wait_for(&(*to)->socket.file.changed, POLLOUT, deadline);
    if (error)
      return error == -ETIMEDOUT ? -EAGAIN : error;
  }
}

static ssize_t datagram_send(struct stp_socket* base, const struct msghdr* message, int flags) {
  struct stp_unix *const socket = stp_unix_of(base), *to;
  size_t size;
  stp_work_flush();
  int error = stp_unix_message_check(socket, message, flags, &size);
  if (!error)
    error = stp_unix_autobind(socket);
  if (!error)
    error = await_receiver(socket, message, flags, &to);
  if (error)
    return error;
  stp_unix_message_put(socket, to, message, size);
  return (ssize_t)size;
}

/* ---- the rest ---- */

static int datagram_peer_name(struct stp_socket* base, struct sockaddr_storage* name,
                              socklen_t* length) {
  const struct stp_unix* const socket = stp_unix_of(base);
  if (socket->state != STP_UNIX_CONNECTED)
    return -ENOTCONN;
  stp_unix_name_store(socket->peer ? socket->peer->name : socket->peer_name, name, length);
  return 0;
}

static int datagram_shutdown(struct stp_socket* base, int how) {
  struct stp_unix* const socket = stp_unix_of(base);
  socket->shut_receive |= how != SHUT_WR;
  socket->shut_send |= how != SHUT_RD;
  stp_socket_notify(base);
  return 0;
}

static unsigned datagram_poll(struct stp_socket* base) {
  const struct stp_unix* const socket = stp_unix_of(base);
  const unsigned events = stp_unix_message_poll(socket);
  if (socket->peer && is_full(socket, socket->peer))
    return events & ~(unsigned)(POLLOUT | POLLWRNORM | POLLWRBAND);
  return events;
}

static void datagram_close(struct stp_socket* base) {
  struct stp_unix* const socket = stp_unix_of(base);
  stp_unix_unbind(socket);
  part(socket);
  while (socket->senders) {
    struct stp_unix* const sender = socket->senders;
    part(sender);
    sender->state = STP_UNIX_CONNECTED;
    sender->peer_name = stp_unix_name_ref(socket->name);
    stp_socket_notify(&sender->socket);
  }
  stp_socket_notify(base); /* who waits for room looks for another */
  stp_unix_messages_drop(socket);
  stp_unix_account_close(socket);
  stp_unix_name_unref(socket->name);
  stp_unix_flight_delist(socket);
  stp_free(socket);
  stp_unix_flight_collect();
}

static long datagram_unread(struct stp_socket* base) {
  const struct stp_unix_message* const first = stp_unix_of(base)->first_message;
  return first ? (long)first->size : 0;
}

static long datagram_unsent(struct stp_socket* base) {
  return stp_unix_messages_sent(stp_unix_of(base));
}

const struct stp_socket_ops stp_unix_datagram_ops = {
    .bind = stp_unix_socket_bind,
    .connect = datagram_connect,
    .send = datagram_send,
    .receive = stp_unix_message_receive,
    .shutdown = datagram_shutdown,
    .local_name = stp_unix_local_name,
    .peer_name = datagram_peer_name,
    .get_option = stp_unix_get_option,
    .set_option = stp_unix_set_option,
    .poll = datagram_poll,
    .unread = datagram_unread,
    .unsent = datagram_unsent,
    .close = datagram_close,
};
