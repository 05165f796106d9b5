/* Sending datagrams: what a program says, and room in the send buffer. */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "file/bytes.h"
#include "net/udp.h"
#include "process/process.h"
#include "time/work.h"

int stp_udp_autobind(struct stp_udp* udp) {
  if (udp->port)
    return 0;
  return stp_udp_ports_bind(udp, (struct stp_endpoint){udp->local.address, 0}) ? -EAGAIN : 0;
}

/* ---- room ---- */

bool stp_udp_writable(const struct stp_udp* udp) {
  return 2 * udp->send_used < (unsigned)udp->socket.send_buffer;
}

/* sock_alloc_send_pskb: one more may begin while the buffer is not full. */
static int await_room(struct stp_udp* udp, int flags) {
  const double deadline = stp_socket_deadline(udp->socket.send_timeout);
  for (;;) {
    if (udp->socket.error)
      return stp_socket_take_error(&udp->socket);
    if (udp->shut & STP_UDP_SHUT_SEND)
      return -EPIPE;
    if (udp->send_used < (unsigned)udp->socket.send_buffer)
      return 0;
    udp->wants_space = true;
    const int error = stp_socket_wait(&udp->socket, POLLOUT, flags, deadline);
    if (error)
      return error;
  }
}

/* ---- send ---- */

/* The address given, or the peer's. */
static int target_of(const struct stp_udp* udp, const struct msghdr* message,
                     struct stp_endpoint* to, int* interface) {
  const struct sockaddr* const name = message->msg_name;
  const bool v6 = udp->socket.domain == AF_INET6;
  if (!name || message->msg_namelen == 0 ||
      (v6 && message->msg_namelen >= sizeof name->sa_family && name->sa_family == AF_UNSPEC)) {
    *to = udp->remote;
    return udp->connected ? 0 : -EDESTADDRREQ;
  }
  int error = stp_udp_endpoint_of(udp, name, message->msg_namelen, to);
  if (error == -EAFNOSUPPORT)
    error = v6 ? -EINVAL : name->sa_family == AF_UNSPEC ? 0 : error;
  struct sockaddr_in6 inet;
  if (!error && name->sa_family == AF_INET6 && message->msg_namelen >= sizeof inet &&
      IN6_IS_ADDR_MULTICAST(&to->address)) {
    memcpy(&inet, name, sizeof inet);
    *interface = (int)inet.sin6_scope_id;
    if (*interface > STP_ETH)
      return -ENODEV;
  }
  return error;
}

/* A peer's port may be 0, but not where a socket of IPv6 hands its address on to IPv4. */
static bool may_not_be_zero(const struct stp_udp* udp, const struct msghdr* message,
                            struct in6_addr to) {
  return message->msg_namelen > 0 || (udp->socket.domain == AF_INET6 && stp_address_is4(to));
}

/* What IPv4 looks at before anything else. */
static int check_early(size_t size, int flags) {
  return size > UINT16_MAX ? -EMSGSIZE : flags & MSG_OOB ? -EOPNOTSUPP : 0;
}

/* Reads all that the message says but its data. */
static int look_up(struct stp_udp* udp, const struct msghdr* message, int flags, size_t size,
                   struct stp_udp_route* route, struct stp_udp_asked* asked) {
  const int domain = udp->socket.domain;
  struct stp_endpoint to;
  int scope = 0;
  int error = stp_udp_autobind(udp);
  if (!error && domain == AF_INET)
    error = check_early(size, flags);
  if (!error)
    error = target_of(udp, message, &to, &scope);
  if (!error && domain == AF_INET6 && stp_address_is4(to.address))
    error = udp->options.v6_only ? -ENETUNREACH : check_early(size, flags);
  if (!error && to.port == 0 && may_not_be_zero(udp, message, to.address))
    error = -EINVAL;
  if (!error)
    error = stp_udp_asked(udp, message, asked);
  if (!error)
    error =
        stp_udp_route(udp, to, asked->source, asked->interface ? asked->interface : scope, route);
  return error;
}

/* One more part of a datagram, perhaps the last. */
static int send_part(struct stp_udp* udp, struct stp_cursor* data, size_t size, bool last) {
  const int error = stp_udp_cork_add(udp, data, size);
  if (!error && last)
    stp_udp_cork_send(udp);
  return error;
}

ssize_t stp_udp_send(struct stp_socket* socket, const struct msghdr* message, int flags) {
  struct stp_udp* const udp = stp_udp_of(socket);
  struct stp_cursor data = {message->msg_iov, (int)message->msg_iovlen, 0};
  const size_t size = stp_cursor_left(&data);
  const bool last = !(flags & MSG_MORE) && !udp->options.cork;
  stp_work_flush();
  struct stp_udp_asked asked;
  struct stp_udp_route route;
  int error =
      udp->cork ? check_early(size, flags) : look_up(udp, message, flags, size, &route, &asked);
  if (!error && !udp->cork)
    error = stp_udp_check_size(udp, &route, &asked, size);
  if (!error)
    error = await_room(udp, flags);
  if (error)
    return error;
  if (!udp->cork && last) {
    stp_udp_dispatch(udp, &route, &asked, &data, size);
    return (ssize_t)size;
  }
  if (!udp->cork)
    stp_udp_cork_begin(udp, &route, &asked);
  error = send_part(udp, &data, size, last);
  return error ? error : (ssize_t)size;
}
