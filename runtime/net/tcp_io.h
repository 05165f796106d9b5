/* Reading and writing sockets of TCP. */
#ifndef STP_TCP_IO_H
#define STP_TCP_IO_H

#include "net/tcp.h"

ssize_t stp_tcp_send(struct stp_socket* socket, const struct msghdr* message, int flags);
ssize_t stp_tcp_receive(struct stp_socket* socket, struct msghdr* message, int flags);

/* Bytes that can be read now. */
static inline uint64_t stp_tcp_unread(const struct stp_tcp_end* end) {
  return end->peer->arrived - end->peer->read;
}

#endif
