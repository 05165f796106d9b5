/* What the files of sockets of ICMP share. */
#ifndef STP_ICMP_SOCKET_H
#define STP_ICMP_SOCKET_H

#include "net/icmp.h"
#include "net/socket.h"

enum { STP_PING_KEPT = 24 };

struct stp_ping {
  struct stp_socket socket;
  struct stp_ping *prev, *next;
  struct in6_addr local, remote;
  bool connected;
  uint16_t number; /* of echoes: network byte order */
  struct stp_icmp* received;
  unsigned used; /* of the receive buffer */
  int stamp;     /* SO_TIMESTAMP, SO_TIMESTAMPNS or 0 */
  uint32_t filter, filter6[8];
  struct {
    int level, option, value;
  } kept[STP_PING_KEPT]; /* options that have been set */
  int kept_count;
};

static inline struct stp_ping* stp_ping_of(struct stp_socket* socket) {
  return (struct stp_ping*)socket;
}

static inline bool stp_ping_is_raw(const struct stp_ping* ping) {
  return ping->socket.type == SOCK_RAW;
}
static inline bool stp_ping_is_v4(const struct stp_ping* ping) {
  return ping->socket.domain == AF_INET;
}

/* An option that has been set, or its standard value. */
int stp_ping_option(const struct stp_ping* ping, int level, int option, int standard);

int stp_ping_get_option(struct stp_socket* socket, int level, int option, void* value,
                        socklen_t* length);
int stp_ping_set_option(struct stp_socket* socket, int level, int option, const void* value,
                        socklen_t length);

#endif
