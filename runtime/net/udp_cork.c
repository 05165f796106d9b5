/* A datagram in several parts (UDP_CORK, MSG_MORE): it goes where the first part was to go, when
 * the last has come (net/ipv4/udp.c: up->pending). */
#include <errno.h>

#include "file/bytes.h"
#include "net/udp.h"
#include "process/process.h"

struct stp_udp_cork {
  struct stp_udp_route route;
  struct stp_udp_asked asked;
  size_t size;
  char data[STP_UDP_MAX6];
};

void stp_udp_cork_begin(struct stp_udp* udp, const struct stp_udp_route* route,
                        const struct stp_udp_asked* asked) {
  udp->cork = stp_alloc(sizeof *udp->cork);
  udp->cork->route = *route;
  udp->cork->asked = *asked;
}

void stp_udp_cork_drop(struct stp_udp* udp) {
  stp_free(udp->cork);
  udp->cork = NULL;
}

int stp_udp_cork_add(struct stp_udp* udp, struct stp_cursor* data, size_t size) {
  struct stp_udp_cork* const cork = udp->cork;
  const int error = stp_udp_check_size(udp, &cork->route, &cork->asked, cork->size + size);
  if (error) {
    stp_udp_cork_drop(udp);
    return error;
  }
  stp_cursor_load(data, cork->data + cork->size, size);
  cork->size += size;
  return 0;
}

void stp_udp_cork_send(struct stp_udp* udp) {
  struct stp_udp_cork* const cork = udp->cork;
  if (!cork)
    return;
  struct iovec all = {cork->data, cork->size};
  struct stp_cursor data = {&all, 1, 0};
  udp->cork = NULL;
  stp_udp_dispatch(udp, &cork->route, &cork->asked, &data, cork->size);
  stp_free(cork);
}
