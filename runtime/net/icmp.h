/* Echo messages of ICMP and ICMPv6 between hosts: what ping sends and what each host answers. A
 * message takes the latency of the path, and its bytes at the narrowest link, but no bandwidth from
 * others. */
#ifndef STP_ICMP_H
#define STP_ICMP_H

#include <stddef.h>
#include <stdint.h>

#include "net/address.h"

struct stp_host;

/* A message from one address to another; `data` begins with its type. */
struct stp_icmp {
  struct stp_icmp* next;
  struct stp_host* host; /* where it arrives */
  struct in6_addr from, to;
  uint8_t ttl, tos;
  double date; /* at which it has arrived */
  uint64_t id; /* for observers, as ... */
  double left; /* ... when it has left its host */
  unsigned charge;
  size_t size;
  uint8_t data[];
};

/* Sends a copy of a message from a host; the checksum is filled in. Answers itself where it gets
 * to. One to an address that nobody has is returned as unreachable after three seconds. */
void stp_icmp_send(struct stp_host* host, const struct stp_icmp* message);

/* For those who listen on a host (icmp_socket.c): the message stays the caller's. */
void stp_icmp_deliver(struct stp_host* host, const struct stp_icmp* message);

/* Fills in the checksum of a message whose size and addresses are known. */
void stp_icmp_fill_sum(struct stp_icmp* message);

uint16_t stp_icmp_sum(const void* data, size_t size, uint32_t start);

#endif
