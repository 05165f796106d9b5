/* Receiving datagrams: one per call, whatever fits of it. */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "file/bytes.h"
#include "net/udp.h"
#include "process/process.h"

#ifndef SO_RXQ_OVFL
#define SO_RXQ_OVFL 40
#endif

void stp_udp_give_name(const struct stp_udp* udp, struct stp_endpoint endpoint,
                       struct msghdr* message) {
  struct sockaddr_storage name;
  socklen_t length;
  if (!message->msg_name)
    return;
  stp_endpoint_store(udp->socket.domain, endpoint, &name, &length);
  memcpy(message->msg_name, &name, message->msg_namelen < length ? message->msg_namelen : length);
  message->msg_namelen = length;
}

/* The first datagram, once there is one. Null: *result says why (0: shut down). */
static struct stp_datagram* await(struct stp_udp* udp, int flags, ssize_t* result) {
  const double deadline = stp_socket_deadline(udp->socket.receive_timeout);
  for (;;) {
    *result = stp_socket_take_error(&udp->socket);
    if (*result)
      return NULL;
    if (udp->received.first)
      return udp->received.first;
    if (udp->shut & STP_UDP_SHUT_RECEIVE && !stp_socket_nonblocking(&udp->socket, flags))
      return NULL;
    *result = stp_socket_wait(&udp->socket, POLLIN, flags, deadline);
    if (*result)
      return NULL;
  }
}

ssize_t stp_udp_receive(struct stp_socket* socket, struct msghdr* message, int flags) {
  struct stp_udp* const udp = stp_udp_of(socket);
  message->msg_flags = 0;
  if (flags & MSG_ERRQUEUE)
    return stp_udp_receive_report(udp, message);
  ssize_t result;
  struct stp_datagram* const datagram = await(udp, flags, &result);
  if (!datagram) {
    message->msg_controllen = 0;
    return result;
  }
  struct stp_cursor to = {message->msg_iov, (int)message->msg_iovlen, 0};
  const size_t copied = stp_cursor_store(&to, datagram->data, datagram->size);
  result = (ssize_t)(flags & MSG_TRUNC ? datagram->size : copied);
  if (copied < datagram->size)
    message->msg_flags |= MSG_TRUNC;
  stp_udp_give_name(udp, datagram->from, message);
  struct stp_control control = stp_control_begin(message);
  stp_udp_tell_date(&control, udp, datagram->date, false);
  if (udp->options.overflow && udp->drops)
    stp_control_put(&control, SOL_SOCKET, SO_RXQ_OVFL, &udp->drops, sizeof udp->drops);
  stp_udp_tell_packet(&control, udp, datagram);
  stp_control_end(&control, message);
  if (!(flags & MSG_PEEK)) {
    stp_datagrams_take(&udp->received);
    udp->receive_used -= datagram->charge;
    stp_free(datagram);
  }
  return result;
}
