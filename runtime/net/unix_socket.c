/* Unix sockets: listening, accepting, connecting, closing, options. */
#include <errno.h>
#include <poll.h>
#include <utlist.h>

#include "net/families.h"
#include "net/unix_control.h"
#include "net/unix_message.h"
#include "process/identity.h"
#include "process/process.h"

enum { BUFFER = 212992 /* net.core.wmem_default */, BACKLOG_MAX = 4096 };

struct stp_unix* stp_unix_of(struct stp_socket* socket) {
  return (struct stp_unix*)socket;
}

/* ---- pairs ---- */

struct ucred stp_unix_own_credentials(void) {
  const struct stp_identity* const identity = stp_identity();
  return (struct ucred){stp_me->pid, identity->user.effective, identity->group.effective};
}

int stp_unix_autobind(struct stp_unix* socket) {
  const struct sockaddr unnamed = {.sa_family = AF_UNIX};
  return socket->pass_credentials && !socket->name
             ? stp_unix_bind(socket, &unnamed, sizeof unnamed.sa_family)
             : 0;
}

static void join(struct stp_unix* a, struct stp_unix* b) {
  a->peer = b;
  b->peer = a;
  a->state = b->state = STP_UNIX_CONNECTED;
}

/* ---- bind, listen, accept ---- */

int stp_unix_socket_bind(struct stp_socket* base, const struct sockaddr* address,
                         socklen_t length) {
  return stp_unix_bind(stp_unix_of(base), address, length);
}

static int unix_listen(struct stp_socket* base, int backlog) {
  struct stp_unix* const socket = stp_unix_of(base);
  if (!socket->name || socket->state == STP_UNIX_CONNECTED)
    return -EINVAL;
  socket->state = STP_UNIX_LISTENING;
  socket->backlog = backlog < 0 || backlog > BACKLOG_MAX ? BACKLOG_MAX : backlog;
  socket->peer_credentials = stp_unix_own_credentials();
  stp_socket_notify(base);
  return 0;
}

static int unix_accept(struct stp_socket* base, struct stp_socket** accepted,
                       struct sockaddr_storage* name, socklen_t* length) {
  struct stp_unix* const socket = stp_unix_of(base);
  const double deadline = stp_socket_deadline(base->receive_timeout);
  for (;;) {
    if (socket->state != STP_UNIX_LISTENING || socket->shut_receive)
      return -EINVAL;
    if (socket->waiting)
      break;
    const int error = stp_socket_wait(base, POLLIN, 0, deadline);
    if (error)
      return error;
  }
  struct stp_unix* const fresh = socket->waiting;
  DL_DELETE(socket->waiting, fresh);
  socket->waiting_count--;
  fresh->embryo = false;
  stp_unix_name_store(fresh->peer_name, name, length);
  *accepted = &fresh->socket;
  stp_socket_notify_writable(base); /* room for who waits to connect */
  return 0;
}

/* ---- connect ---- */

/* The listener at the address, once it has room. Looked up anew after each wait, for it may go. */
static int await_listener(struct stp_unix* socket, const struct sockaddr* address, socklen_t length,
                          struct stp_unix** listener) {
  const double deadline = stp_socket_deadline(socket->socket.send_timeout);
  for (;;) {
    int error = stp_unix_find(address, length, socket->socket.type, listener);
    if (error)
      return error;
    if ((*listener)->state != STP_UNIX_LISTENING || (*listener)->shut_receive)
      return -ECONNREFUSED;
    if ((*listener)->waiting_count <= (*listener)->backlog)
      return 0;
    if (stp_socket_nonblocking(&socket->socket, 0))
      return -EAGAIN;
    error = stp_wait_for(&(*listener)->socket.file.changed, POLLOUT, deadline);
    if (error)
      return error == -ETIMEDOUT ? -EAGAIN : error;
  }
}

static int unix_connect(struct stp_socket* base, const struct sockaddr* address, socklen_t length) {
  struct stp_unix* const socket = stp_unix_of(base);
  struct stp_unix* listener;
  int error = stp_unix_autobind(socket);
  if (!error)
    error = await_listener(socket, address, length, &listener);
  if (error)
    return error;
  if (socket->state != STP_UNIX_FRESH)
    return socket->state == STP_UNIX_CONNECTED ? -EISCONN : -EINVAL;
  struct stp_unix* const fresh = stp_unix_new(base->type);
  stp_socket_inherit(&fresh->socket, &listener->socket);
  fresh->name = stp_unix_name_ref(listener->name);
  fresh->peer_name = stp_unix_name_ref(socket->name);
  fresh->embryo = true;
  socket->peer_name = stp_unix_name_ref(listener->name);
  socket->peer_credentials = listener->peer_credentials;
  fresh->peer_credentials = stp_unix_own_credentials();
  join(socket, fresh);
  DL_APPEND(listener->waiting, fresh);
  listener->waiting_count++;
  stp_socket_notify_readable(&listener->socket);
  return 0;
}

/* ---- names, options ---- */

int stp_unix_local_name(struct stp_socket* base, struct sockaddr_storage* name, socklen_t* length) {
  stp_unix_name_store(stp_unix_of(base)->name, name, length);
  return 0;
}

static int unix_peer_name(struct stp_socket* base, struct sockaddr_storage* name,
                          socklen_t* length) {
  const struct stp_unix* const socket = stp_unix_of(base);
  if (!socket->peer)
    return -ENOTCONN;
  stp_unix_name_store(socket->peer_name, name, length);
  return 0;
}

int stp_unix_get_option(struct stp_socket* base, int level, int option, void* value,
                        socklen_t* length) {
  const struct stp_unix* const socket = stp_unix_of(base);
  if (level != SOL_SOCKET)
    return -EOPNOTSUPP;
  if (option == SO_ACCEPTCONN)
    return stp_option_from(&(int){socket->state == STP_UNIX_LISTENING}, sizeof(int), value, length);
  if (option == SO_PASSCRED)
    return stp_option_from(&(int){socket->pass_credentials}, sizeof(int), value, length);
  if (option == SO_PEERCRED) {
    struct ucred none = {0, (uid_t)-1, (gid_t)-1};
    return stp_option_from(socket->state == STP_UNIX_FRESH ? &none : &socket->peer_credentials,
                           sizeof none, value, length);
  }
  return -ENOPROTOOPT;
}

int stp_unix_set_option(struct stp_socket* base, int level, int option, const void* value,
                        socklen_t length) {
  if (level != SOL_SOCKET)
    return -EOPNOTSUPP;
  if (option != SO_PASSCRED)
    return -ENOPROTOOPT;
  int number;
  const int error = stp_option_to_int(value, length, &number);
  if (!error)
    stp_unix_of(base)->pass_credentials = number;
  return error;
}

/* ---- shutdown, poll, close ---- */

static int unix_shutdown(struct stp_socket* base, int how) {
  struct stp_unix* const socket = stp_unix_of(base);
  const bool receive = how != SHUT_WR, send = how != SHUT_RD;
  socket->shut_receive |= receive;
  socket->shut_send |= send;
  if (socket->peer) {
    socket->peer->shut_receive |= send;
    socket->peer->shut_send |= receive;
    stp_socket_notify(&socket->peer->socket);
  }
  stp_socket_notify(base);
  return 0;
}

static unsigned unix_poll(struct stp_socket* base) {
  const struct stp_unix* const socket = stp_unix_of(base);
  unsigned events = base->error ? POLLERR : 0;
  if (socket->state == STP_UNIX_LISTENING)
    return events | (socket->waiting ? POLLIN | POLLRDNORM : 0);
  if ((socket->shut_receive && socket->shut_send) || socket->state == STP_UNIX_FRESH)
    events |= POLLHUP;
  if (socket->shut_receive)
    events |= POLLRDHUP | POLLIN | POLLRDNORM;
  if (socket->unread > 0)
    events |= POLLIN | POLLRDNORM;
  if (stp_unix_writable(socket))
    events |= POLLOUT | POLLWRNORM | POLLWRBAND;
  return events;
}

static void unix_close(struct stp_socket* base) {
  struct stp_unix* const socket = stp_unix_of(base);
  stp_unix_unbind(socket);
  while (socket->waiting) {
    struct stp_unix* const refused = socket->waiting;
    DL_DELETE(socket->waiting, refused);
    if (refused->peer)
      refused->peer->socket.error = ECONNRESET;
    stp_file_unref(&refused->socket.file);
  }
  stp_socket_notify(base); /* who waits to connect looks for another */
  if (socket->peer) {
    struct stp_unix* const peer = socket->peer;
    peer->peer = NULL;
    peer->shut_receive = peer->shut_send = true;
    if (socket->unread > 0 || socket->first_message)
      peer->socket.error = ECONNRESET;
    stp_socket_notify(&peer->socket);
  }
  stp_unix_name_unref(socket->name);
  stp_unix_name_unref(socket->peer_name);
  stp_bytes_clear(&socket->bytes);
  stp_unix_messages_drop(socket);
  stp_unix_account_close(socket);
  stp_unix_marks_clear(socket);
  stp_unix_flight_delist(socket);
  stp_free(socket);
  stp_unix_flight_collect();
}

static long unix_unread(struct stp_socket* base) {
  const struct stp_unix* const socket = stp_unix_of(base);
  return socket->state == STP_UNIX_LISTENING ? -EINVAL : (long)socket->unread;
}

static long unix_unsent(struct stp_socket* base) {
  const struct stp_unix* const socket = stp_unix_of(base);
  return socket->peer ? (long)socket->peer->unread : 0;
}

/* ---- the family ---- */

static unsigned packet_poll(struct stp_socket* base) {
  const struct stp_unix* const socket = stp_unix_of(base);
  const unsigned events = stp_unix_message_poll(socket);
  if (socket->state == STP_UNIX_LISTENING)
    return (events & POLLERR) | (socket->waiting ? POLLIN | POLLRDNORM : 0);
  return socket->state == STP_UNIX_FRESH ? events | POLLHUP : events;
}

static long packet_unsent(struct stp_socket* base) {
  return stp_unix_messages_sent(stp_unix_of(base));
}

#define CONNECTED_OPS                                                                              \
  .bind = stp_unix_socket_bind, .listen = unix_listen, .accept = unix_accept,                      \
  .connect = unix_connect, .shutdown = unix_shutdown, .local_name = stp_unix_local_name,           \
  .peer_name = unix_peer_name, .get_option = stp_unix_get_option,                                  \
  .set_option = stp_unix_set_option, .unread = unix_unread, .close = unix_close

static const struct stp_socket_ops stream_ops = {
    CONNECTED_OPS,     .send = stp_unix_send, .receive = stp_unix_receive,
    .poll = unix_poll, .unsent = unix_unsent,
};

static const struct stp_socket_ops packet_ops = {
    CONNECTED_OPS,       .send = stp_unix_packet_send, .receive = stp_unix_message_receive,
    .poll = packet_poll, .unsent = packet_unsent,
};

struct stp_unix* stp_unix_new(int type) {
  struct stp_unix* const socket = stp_alloc(sizeof *socket);
  const struct stp_socket_ops* const ops = type == SOCK_STREAM      ? &stream_ops
                                           : type == SOCK_SEQPACKET ? &packet_ops
                                                                    : &stp_unix_datagram_ops;
  stp_socket_init(&socket->socket, ops, AF_UNIX, type, 0);
  stp_unix_flight_enlist(socket);
  socket->socket.receive_buffer = socket->socket.send_buffer = BUFFER;
  return socket;
}

struct stp_socket* stp_unix_create(int type) {
  return &stp_unix_new(type)->socket;
}

void stp_unix_create_pair(int type, struct stp_socket* pair[2]) {
  struct stp_unix *const a = stp_unix_new(type), *const b = stp_unix_new(type);
  a->peer_credentials = b->peer_credentials = stp_unix_own_credentials();
  if (type == SOCK_DGRAM) {
    stp_unix_datagram_join(a, b);
    stp_unix_datagram_join(b, a);
  } else {
    join(a, b);
  }
  pair[0] = &a->socket;
  pair[1] = &b->socket;
}
