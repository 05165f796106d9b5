/* Sockets of UDP: naming, connecting, closing. */
#include <errno.h>
#include <poll.h>

#include "net/families.h"
#include "net/udp.h"
#include "process/process.h"
#include "time/work.h"

/* ---- bind ---- */

/* Groups may be bound to: only what is sent to them is then received. */
static bool may_bind(const struct stp_udp* udp, struct in6_addr address) {
  struct stp_udp_route route;
  if (stp_address_is_any(address) || stp_address_is_local(udp->socket.host, address) ||
      stp_address_is_group(address) || udp->options.free_bind)
    return true;
  const int error =
      stp_udp_route(udp, (struct stp_endpoint){.address = address}, STP_ANY6, 0, &route);
  return error == -EACCES || (!error && route.kind == STP_UDP_BROADCAST);
}

static int udp_bind(struct stp_socket* socket, const struct sockaddr* address, socklen_t length) {
  struct stp_udp* const udp = stp_udp_of(socket);
  struct stp_endpoint local;
  int error = stp_endpoint_to_bind(socket->domain, udp->options.v6_only, address, length, &local);
  if (error)
    return error;
  if (!may_bind(udp, local.address))
    return -EADDRNOTAVAIL;
  if (udp->port || udp->connected)
    return -EINVAL;
  error = stp_udp_ports_bind(udp, local);
  if (error)
    return error;
  udp->address_locked = !stp_address_is_any(local.address);
  if (udp->address_locked && !stp_address_is4(local.address))
    udp->options.v6_only = 1; /* as Linux shows it, too */
  udp->port_locked = local.port != 0;
  return 0;
}

/* ---- connect ---- */

/* __udp_disconnect: keeps what bind has fixed. */
static int dissolve(struct stp_udp* udp) {
  udp->connected = false;
  udp->remote = (struct stp_endpoint){.port = 0};
  if (!udp->address_locked)
    udp->local.address = stp_address_any(udp->socket.domain);
  if (!udp->port_locked)
    stp_udp_ports_release(udp);
  return 0;
}

static int udp_connect(struct stp_socket* socket, const struct sockaddr* address,
                       socklen_t length) {
  struct stp_udp* const udp = stp_udp_of(socket);
  if (length < sizeof address->sa_family)
    return -EINVAL;
  if (address->sa_family == AF_UNSPEC)
    return dissolve(udp);
  stp_work_flush();
  struct stp_endpoint remote;
  struct stp_udp_route route;
  int error = stp_udp_autobind(udp);
  if (!error)
    error = stp_udp_endpoint_of(udp, address, length, &remote);
  if (!error && address->sa_family == AF_INET && udp->options.v6_only)
    error = -EAFNOSUPPORT;
  if (!error)
    error = stp_udp_route(udp, remote, STP_ANY6, 0, &route);
  if (error)
    return error;
  udp->remote = route.to;
  udp->connected = true;
  if (stp_address_is_any(udp->local.address))
    udp->local.address = route.source;
  return 0;
}

/* ---- names ---- */

static int udp_local_name(struct stp_socket* socket, struct sockaddr_storage* name,
                          socklen_t* length) {
  stp_endpoint_store(socket->domain, stp_udp_of(socket)->local, name, length);
  return 0;
}

static int udp_peer_name(struct stp_socket* socket, struct sockaddr_storage* name,
                         socklen_t* length) {
  const struct stp_udp* const udp = stp_udp_of(socket);
  if (!udp->connected || udp->remote.port == 0)
    return -ENOTCONN;
  stp_endpoint_store(socket->domain, udp->remote, name, length);
  return 0;
}

/* ---- shutdown, poll, close ---- */

/* Of a socket that is not connected it takes effect as well (inet_shutdown). */
static int udp_shutdown(struct stp_socket* socket, int how) {
  struct stp_udp* const udp = stp_udp_of(socket);
  udp->shut |= how == SHUT_RD   ? STP_UDP_SHUT_RECEIVE
               : how == SHUT_WR ? STP_UDP_SHUT_SEND
                                : STP_UDP_SHUT_RECEIVE | STP_UDP_SHUT_SEND;
  stp_socket_notify(socket);
  return udp->connected ? 0 : -ENOTCONN;
}

/* datagram_poll. */
static unsigned udp_poll(struct stp_socket* socket) {
  struct stp_udp* const udp = stp_udp_of(socket);
  unsigned events = 0;
  if (socket->error || udp->reports)
    events = udp->options.select_errors ? POLLERR | POLLPRI : POLLERR;
  if (udp->shut & STP_UDP_SHUT_RECEIVE)
    events |= POLLRDHUP | POLLIN | POLLRDNORM;
  if (udp->shut == (STP_UDP_SHUT_RECEIVE | STP_UDP_SHUT_SEND))
    events |= POLLHUP;
  if (udp->received.first)
    events |= POLLIN | POLLRDNORM;
  if (stp_udp_writable(udp))
    events |= POLLOUT | POLLWRNORM | POLLWRBAND;
  else
    udp->wants_space = true;
  return events;
}

static void udp_close(struct stp_socket* socket) {
  struct stp_udp* const udp = stp_udp_of(socket);
  stp_udp_lanes_part(udp);
  stp_group_leave_all(udp);
  stp_udp_ports_release(udp);
  stp_datagrams_clear(&udp->received);
  stp_udp_reports_clear(udp);
  stp_udp_cork_drop(udp);
  stp_free(udp);
}

static long udp_unread(struct stp_socket* socket) {
  const struct stp_datagram* const first = stp_udp_of(socket)->received.first;
  return first ? (long)first->size : 0;
}

static long udp_unsent(struct stp_socket* socket) { return stp_udp_of(socket)->send_used; }

/* ---- the family ---- */

static const struct stp_socket_ops ops = {
    .bind = udp_bind,
    .connect = udp_connect,
    .send = stp_udp_send,
    .receive = stp_udp_receive,
    .shutdown = udp_shutdown,
    .local_name = udp_local_name,
    .peer_name = udp_peer_name,
    .get_option = stp_udp_get_option,
    .set_option = stp_udp_set_option,
    .poll = udp_poll,
    .unread = udp_unread,
    .unsent = udp_unsent,
    .close = udp_close,
};

struct stp_socket* stp_udp_create(int domain) {
  struct stp_udp* const udp = stp_alloc(sizeof *udp);
  stp_socket_init(&udp->socket, &ops, domain, SOCK_DGRAM, IPPROTO_UDP);
  udp->socket.receive_buffer = udp->socket.send_buffer = STP_UDP_BUFFER;
  stp_udp_options_init(&udp->options);
  udp->local.address = stp_address_any(udp->socket.domain);
  return &udp->socket;
}
