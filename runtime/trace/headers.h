/* Packets of IP as they are on a wire: headers, checksums, fragments. */
#ifndef STP_HEADERS_H
#define STP_HEADERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/address.h"

struct stp_ip {
  struct in6_addr from, to; /* of one family */
  uint8_t protocol, ttl, tos;
  uint32_t id;
  bool whole; /* must not be fragmented */
};

/* What of TCP is in a header, besides ports; host byte order. */
struct stp_tcp_header {
  uint32_t sequence, acknowledged;
  uint8_t flags; /* TH_SYN ... */
  uint16_t window;
  bool opening; /* a SYN: says its MSS and the scale of windows */
  uint16_t mss;
  uint8_t scale;
  uint32_t stamp, echo; /* time stamps */
  struct stp_sack {
    uint32_t from, to;
  } sacks[3];
  unsigned sack_count;
};

enum { STP_TCP_HEADER_MOST = 60, STP_UDP_HEADER = 8 };

/* Write a header before the `size` bytes of payload at `payload`, which has room for it there;
 * return where it begins. */
uint8_t* stp_headers_tcp(const struct stp_ip* ip, in_port_t source, in_port_t destination,
                         const struct stp_tcp_header* tcp, uint8_t* payload, size_t size);
uint8_t* stp_headers_udp(const struct stp_ip* ip, in_port_t source, in_port_t destination,
                         uint8_t* payload, size_t size);

/* Cuts what IP carries into packets, at most `mtu` bytes each, and calls put(argument, bytes, size)
 * for each. */
void stp_headers_ip(const struct stp_ip* ip, const uint8_t* data, size_t size, size_t mtu,
                    void (*put)(void* argument, const uint8_t* bytes, size_t size), void* argument);

#endif
