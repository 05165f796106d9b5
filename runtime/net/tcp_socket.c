/* Sockets of TCP: naming, listening, accepting, connecting, closing. */
#include <errno.h>
#include <poll.h>

#include "net/address.h"
#include "net/families.h"
#include "net/tcp_io.h"
#include "process/process.h"
#include "time/work.h"

static struct stp_tcp_socket* tcp_of(struct stp_socket* socket) {
  return (struct stp_tcp_socket*)socket;
}

int stp_tcp_state(const struct stp_tcp_socket* socket) {
  if (socket->listener)
    return TCP_LISTEN;
  return socket->end ? socket->end->state : TCP_CLOSE;
}

/* ---- bind and listen ---- */

/* A socket for IPv6 only does not talk to mapped addresses. */
static bool excludes(const struct stp_tcp_socket* tcp, struct in6_addr address) {
  return tcp->options.v6_only && stp_address_is4(address);
}

static int bind_endpoint(struct stp_tcp_socket* tcp, struct stp_endpoint local) {
  const struct stp_socket* const socket = &tcp->socket;
  const struct stp_sharing sharing = {.reuse_address = stp_socket_flag(socket, SO_REUSEADDR),
                                      .reuse_port = stp_socket_flag(socket, SO_REUSEPORT),
                                      .v6_only = tcp->options.v6_only};
  return stp_ports_bind(socket->host, local, sharing, &tcp->binding);
}

static int tcp_bind(struct stp_socket* socket, const struct sockaddr* address, socklen_t length) {
  struct stp_tcp_socket* const tcp = tcp_of(socket);
  struct stp_endpoint local;
  const int error =
      stp_endpoint_to_bind(socket->domain, tcp->options.v6_only, address, length, &local);
  if (error)
    return error;
  if (!stp_address_is_any(local.address) && !stp_address_is_local(socket->host, local.address))
    return -EADDRNOTAVAIL;
  if (tcp->binding || stp_tcp_state(tcp) != TCP_CLOSE)
    return -EINVAL;
  return bind_endpoint(tcp, local);
}

static int tcp_listen(struct stp_socket* socket, int backlog) {
  struct stp_tcp_socket* const tcp = tcp_of(socket);
  if (tcp->phase != STP_TCP_UNCONNECTED)
    return -EINVAL;
  if (!tcp->binding) {
    const int error =
        bind_endpoint(tcp, (struct stp_endpoint){.address = stp_address_any(socket->domain)});
    if (error)
      return error;
  }
  return stp_tcp_listen(tcp, backlog);
}

/* ---- accept ---- */

static struct stp_tcp_socket* socket_new(int domain);

static int tcp_accept(struct stp_socket* socket, struct stp_socket** accepted,
                      struct sockaddr_storage* name, socklen_t* length) {
  struct stp_tcp_socket* const tcp = tcp_of(socket);
  struct stp_tcp_end* end = NULL;
  const double deadline = stp_socket_deadline(socket->receive_timeout);
  while (tcp->listener && !(end = stp_tcp_listener_take(tcp->listener))) {
    const int error = stp_socket_wait(socket, POLLIN, 0, deadline);
    if (error)
      return error;
  }
  if (!end)
    return -EINVAL;
  struct stp_tcp_socket* const fresh = socket_new(socket->domain);
  stp_socket_inherit(&fresh->socket, socket);
  fresh->options = tcp->options;
  fresh->options.fast_open = 0;
  fresh->phase = STP_TCP_CONNECTED;
  stp_tcp_end_attach(end, fresh);
  stp_tcp_buffers_fit(end);
  stp_endpoint_store(socket->domain, end->remote, name, length);
  *accepted = &fresh->socket;
  return 0;
}

/* ---- connect ---- */

/* Parts from a connection that has ended. */
static void forget_end(struct stp_tcp_socket* tcp) {
  struct stp_tcp_end* const end = tcp->end;
  tcp->end = NULL;
  if (!end)
    return;
  stp_tcp_close(end, true);
  stp_tcp_reap(end->connection);
}

static int tcp_disconnect(struct stp_tcp_socket* tcp) {
  if (tcp->listener)
    stp_tcp_unlisten(tcp);
  if (tcp->end)
    stp_tcp_abort(tcp->end);
  forget_end(tcp);
  tcp->phase = STP_TCP_UNCONNECTED;
  tcp->socket.error = 0;
  return 0;
}

/* The address that the connection comes from: the one bound, else the one that suits the target.
 */
static struct in6_addr source_for(const struct stp_tcp_socket* tcp, struct in6_addr target) {
  if (tcp->binding && !stp_address_is_any(tcp->binding->pair.local_address))
    return tcp->binding->pair.local_address;
  return stp_address_is_loopback(target) ? stp_address_loopback(target)
                                         : stp_address_of_host(tcp->socket.host, target);
}

static int connect_start(struct stp_tcp_socket* tcp, struct stp_endpoint remote) {
  struct stp_host* const host = tcp->socket.host;
  if (stp_address_is_group(remote.address) || excludes(tcp, remote.address))
    return -ENETUNREACH;
  if (stp_address_is_any(remote.address))
    remote.address = stp_address_loopback(remote.address);
  const struct in6_addr source = source_for(tcp, remote.address);
  if (stp_address_is4(source) != stp_address_is4(remote.address))
    return stp_address_is4(source) ? -ENETUNREACH : -EINVAL;
  struct stp_host* const target = stp_address_host(host, remote.address);
  if (target != host && stp_address_is_loopback(source))
    return -EINVAL; /* a loopback address does not leave the host */
  const struct stp_path* const path = target ? stp_path_between(host, target) : NULL;
  const struct stp_path* const back = target ? stp_path_between(target, host) : NULL;
  if (target && (!path || !back))
    return -ENETUNREACH;
  forget_end(tcp);
  const bool bound = tcp->binding;
  const int error = stp_ports_connect(host, source, remote, &tcp->binding);
  if (error)
    return error;

  struct stp_tcp_connection* const connection = stp_tcp_connection_new();
  struct stp_tcp_end *const end = &connection->ends[0], *const far = &connection->ends[1];
  end->binding = tcp->binding;
  end->bound = bound;
  tcp->binding = NULL;
  end->host = host;
  far->host = target;
  end->local = far->remote = stp_binding_local(end->binding);
  end->remote = far->local = remote;
  end->window = (uint64_t)tcp->socket.receive_buffer / 2;
  stp_tcp_end_start(end, path);
  stp_tcp_end_start(far, back);
  stp_tcp_end_attach(end, tcp);
  tcp->phase = STP_TCP_CONNECTING;
  stp_tcp_handshake_start(end);
  return 0;
}

static int connect_wait(struct stp_tcp_socket* tcp, int pending) {
  struct stp_socket* const socket = &tcp->socket;
  const double deadline = stp_socket_deadline(socket->send_timeout);
  while (stp_tcp_state(tcp) == TCP_SYN_SENT) {
    const int error = stp_socket_wait(socket, POLLOUT, 0, deadline);
    if (error)
      return error == -EAGAIN ? pending : error;
  }
  if (stp_tcp_state(tcp) == TCP_CLOSE) {
    const int error = stp_socket_take_error(socket);
    tcp->phase = STP_TCP_UNCONNECTED;
    return error ? error : -ECONNABORTED;
  }
  tcp->phase = STP_TCP_CONNECTED;
  return 0;
}

static int tcp_connect(struct stp_socket* socket, const struct sockaddr* address,
                       socklen_t length) {
  struct stp_tcp_socket* const tcp = tcp_of(socket);
  if (length < sizeof address->sa_family)
    return -EINVAL;
  if (address->sa_family == AF_UNSPEC)
    return tcp_disconnect(tcp);
  if (tcp->phase == STP_TCP_CONNECTED || tcp->listener)
    return -EISCONN;
  if (tcp->phase == STP_TCP_CONNECTING)
    return connect_wait(tcp, -EALREADY);
  struct stp_endpoint remote;
  stp_work_flush();
  int error = stp_endpoint_of(socket->domain, address, length, &remote);
  if (!error)
    error = connect_start(tcp, remote);
  if (error)
    return error;
  /* Even inside a host Linux handles the answer only when this call has returned. */
  return stp_socket_nonblocking(socket, 0) ? -EINPROGRESS : connect_wait(tcp, -EINPROGRESS);
}

/* ---- names ---- */

static int tcp_local_name(struct stp_socket* socket, struct sockaddr_storage* name,
                          socklen_t* length) {
  const struct stp_tcp_socket* const tcp = tcp_of(socket);
  struct stp_endpoint local = {.address = stp_address_any(socket->domain)};
  if (tcp->binding)
    local = stp_binding_local(tcp->binding);
  else if (tcp->end)
    local = tcp->end->local;
  stp_endpoint_store(socket->domain, local, name, length);
  return 0;
}

static int tcp_peer_name(struct stp_socket* socket, struct sockaddr_storage* name,
                         socklen_t* length) {
  const struct stp_tcp_socket* const tcp = tcp_of(socket);
  const int state = stp_tcp_state(tcp);
  if (state == TCP_CLOSE || state == TCP_SYN_SENT || state == TCP_LISTEN)
    return -ENOTCONN;
  stp_endpoint_store(socket->domain, tcp->end->remote, name, length);
  return 0;
}

/* ---- shutdown, poll, close ---- */

static int tcp_shutdown(struct stp_socket* socket, int how) {
  struct stp_tcp_socket* const tcp = tcp_of(socket);
  switch (stp_tcp_state(tcp)) {
  case TCP_CLOSE:
    return -ENOTCONN;
  case TCP_LISTEN:
    if (how == SHUT_WR)
      return 0;
    stp_tcp_unlisten(tcp);
    break;
  case TCP_SYN_SENT:
    tcp_disconnect(tcp);
    break;
  default:
    if (how != SHUT_WR)
      tcp->end->shut_receive = true;
    if (how != SHUT_RD)
      stp_tcp_finish(tcp->end);
  }
  stp_socket_notify(socket);
  return 0;
}

static unsigned tcp_poll(struct stp_socket* socket) {
  struct stp_tcp_socket* const tcp = tcp_of(socket);
  struct stp_tcp_end* const end = tcp->end;
  if (tcp->listener)
    return tcp->listener->ready ? POLLIN | POLLRDNORM : 0;
  unsigned events = socket->error ? POLLERR : 0;
  if (!end)
    return events | POLLOUT | POLLWRNORM | POLLHUP;
  stp_tcp_settle(end);
  if (end->state == TCP_CLOSE || (end->shut_receive && end->shut_send))
    events |= POLLHUP;
  if (end->shut_receive)
    events |= POLLIN | POLLRDNORM | POLLRDHUP;
  if (end->state == TCP_SYN_SENT)
    return events;
  if (stp_tcp_unread(end) >= (uint64_t)socket->low_water + stp_tcp_skips_mark(end))
    events |= POLLIN | POLLRDNORM;
  if (end->urgent_state == STP_TCP_URGENT_THERE)
    events |= POLLPRI;
  if (end->shut_send || stp_tcp_writable(end))
    events |= POLLOUT | POLLWRNORM;
  else
    stp_tcp_want_space(end);
  return events;
}

static void tcp_close(struct stp_socket* socket) {
  struct stp_tcp_socket* const tcp = tcp_of(socket);
  if (tcp->listener)
    stp_tcp_unlisten(tcp);
  if (tcp->end) {
    stp_tcp_close(tcp->end, socket->linger.l_onoff && socket->linger.l_linger == 0);
    stp_tcp_reap(tcp->end->connection);
  }
  if (tcp->binding)
    stp_ports_release(tcp->binding);
  stp_free(tcp);
}

static long tcp_unread(struct stp_socket* socket) {
  const struct stp_tcp_socket* const tcp = tcp_of(socket);
  if (tcp->listener)
    return -EINVAL;
  return tcp->end ? (long)stp_tcp_in_line(tcp->end) : 0;
}

static long tcp_unsent(struct stp_socket* socket) {
  const struct stp_tcp_socket* const tcp = tcp_of(socket);
  if (tcp->listener)
    return -EINVAL;
  if (!tcp->end)
    return 0;
  stp_tcp_settle(tcp->end);
  return (long)stp_tcp_queued(tcp->end);
}

static bool tcp_at_mark(struct stp_socket* socket) {
  const struct stp_tcp_end* const end = tcp_of(socket)->end;
  return end && stp_tcp_at_mark(end);
}

static void tcp_buffers_changed(struct stp_socket* socket) {
  struct stp_tcp_end* const end = tcp_of(socket)->end;
  const uint64_t window = (uint64_t)socket->receive_buffer / 2;
  if (end && end->window < window)
    end->window = window;
}

/* ---- the family ---- */

static const struct stp_socket_ops ops = {
    .bind = tcp_bind,
    .listen = tcp_listen,
    .accept = tcp_accept,
    .connect = tcp_connect,
    .send = stp_tcp_send,
    .receive = stp_tcp_receive,
    .shutdown = tcp_shutdown,
    .local_name = tcp_local_name,
    .peer_name = tcp_peer_name,
    .get_option = stp_tcp_get_option,
    .set_option = stp_tcp_set_option,
    .buffers_changed = tcp_buffers_changed,
    .poll = tcp_poll,
    .unread = tcp_unread,
    .unsent = tcp_unsent,
    .at_mark = tcp_at_mark,
    .close = tcp_close,
};

static struct stp_tcp_socket* socket_new(int domain) {
  struct stp_tcp_socket* const tcp = stp_alloc(sizeof *tcp);
  stp_socket_init(&tcp->socket, &ops, domain, SOCK_STREAM, IPPROTO_TCP);
  tcp->socket.receive_buffer = STP_TCP_RECEIVE_BUFFER;
  tcp->socket.send_buffer = STP_TCP_SEND_BUFFER;
  return tcp;
}

struct stp_socket* stp_tcp_create(int domain) {
  struct stp_tcp_socket* const tcp = socket_new(domain);
  stp_tcp_options_init(&tcp->options);
  return &tcp->socket;
}
