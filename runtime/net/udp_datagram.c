/* Datagrams: queues of them, and what they take on the wire and in buffers. */
#include <string.h>

#include "net/udp.h"
#include "process/process.h"

void stp_datagrams_put(struct stp_datagrams* queue, struct stp_datagram* datagram) {
  datagram->next = NULL;
  if (queue->last)
    queue->last->next = datagram;
  else
    queue->first = datagram;
  queue->last = datagram;
}

struct stp_datagram* stp_datagrams_take(struct stp_datagrams* queue) {
  struct stp_datagram* const datagram = queue->first;
  if (!datagram)
    return NULL;
  queue->first = datagram->next;
  if (!queue->first)
    queue->last = NULL;
  return datagram;
}

void stp_datagrams_clear(struct stp_datagrams* queue) {
  while (queue->first)
    stp_free(stp_datagrams_take(queue));
}

struct stp_datagram* stp_datagram_copy(const struct stp_datagram* datagram) {
  const size_t size = sizeof *datagram + datagram->size;
  return memcpy(stp_alloc(size), datagram, size);
}

/* ---- sizes ---- */

/* Fragments hold multiples of 8 bytes (RFC 791); those of IPv6 have 8 bytes more of header (RFC
 * 8200). */
enum { MTU = 1500, UDP_HEADER = 8, IP4 = 20, IP6 = 40, FRAGMENT = 8 };

struct stp_udp_wire stp_udp_wire(size_t size, bool v4) {
  const unsigned whole = (unsigned)size + UDP_HEADER, header = v4 ? IP4 : IP6;
  if (whole + header <= MTU)
    return (struct stp_udp_wire){1, whole + header};
  const unsigned extended = v4 ? header : header + FRAGMENT;
  const unsigned most = (MTU - extended) / 8 * 8;
  const unsigned packets = (whole + most - 1) / most;
  return (struct stp_udp_wire){packets, whole + packets * extended};
}

/* As Linux 6 on x86-64 has it (measured by SO_MEMINFO on loopback): sk_buff, and a head of a power
 * of two with skb_shared_info in it; small heads have a size of their own, and what is larger than
 * 16 KiB lies in pages. Other hosts' datagrams come in fragments. */
static unsigned charge_whole(size_t size) {
  enum { SK_BUFF = 256, OVERHEAD = 379, SMALL = 197, SMALL_CHARGE = 832, LINEAR = 16384 };
  if (size <= SMALL)
    return SMALL_CHARGE;
  if (size + OVERHEAD > LINEAR)
    return SMALL_CHARGE + (unsigned)size;
  unsigned head = 1024;
  while (head < size + OVERHEAD)
    head *= 2;
  return SK_BUFF + head;
}

unsigned stp_udp_charge(size_t size, bool v4, bool loopback) {
  const size_t header = v4 ? IP4 : IP6, most = (MTU - header) / 8 * 8;
  if (loopback || size + UDP_HEADER + header <= MTU)
    return charge_whole(size);
  const size_t whole = size + UDP_HEADER;
  return (unsigned)(whole / most) * charge_whole(most - UDP_HEADER) +
         (whole % most ? charge_whole(whole % most) : 0);
}
