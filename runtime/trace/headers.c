/* Headers of TCP (RFC 9293, 7323, 2018), UDP (RFC 768), IPv4 (RFC 791) and IPv6 (RFC 8200). */
#include "trace/headers.h"

#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <string.h>

#include "net/icmp.h"
#include "process/process.h"

/* The sum over the pseudo header. */
static uint32_t pseudo(const struct stp_ip* ip, size_t size) {
  const int first = stp_address_is4(ip->to) ? 12 : 0;
  uint32_t sum = ip->protocol + (uint32_t)size;
  for (int i = first; i < 16; i += 2)
    sum += (uint32_t)(ip->from.s6_addr[i] << 8 | ip->from.s6_addr[i + 1]) +
           (uint32_t)(ip->to.s6_addr[i] << 8 | ip->to.s6_addr[i + 1]);
  return sum;
}

static uint8_t* put8(uint8_t* at, unsigned value) {
  *at = (uint8_t)value;
  return at + 1;
}

static uint8_t* put16(uint8_t* at, unsigned value) {
  return put8(put8(at, value >> 8), value & 255);
}

static uint8_t* put32(uint8_t* at, uint32_t value) {
  return put16(put16(at, value >> 16), value & 0xffff);
}

/* ---- TCP ---- */

static size_t put_options(uint8_t* options, const struct stp_tcp_header* tcp) {
  uint8_t* at = options;
  if (tcp->opening) {
    at = put16(put8(put8(at, TCPOPT_MAXSEG), TCPOLEN_MAXSEG), tcp->mss);
    at = put8(put8(at, TCPOPT_SACK_PERMITTED), TCPOLEN_SACK_PERMITTED);
  } else {
    at = put8(put8(at, TCPOPT_NOP), TCPOPT_NOP);
  }
  at = put8(put8(at, TCPOPT_TIMESTAMP), TCPOLEN_TIMESTAMP);
  at = put32(put32(at, tcp->stamp), tcp->echo);
  if (tcp->opening)
    at = put8(put8(put8(put8(at, TCPOPT_NOP), TCPOPT_WINDOW), TCPOLEN_WINDOW), tcp->scale);
  if (tcp->sack_count > 0) {
    at = put8(put8(at, TCPOPT_NOP), TCPOPT_NOP);
    at = put8(put8(at, TCPOPT_SACK), 2 + 8 * tcp->sack_count);
    for (unsigned i = 0; i < tcp->sack_count; i++)
      at = put32(put32(at, tcp->sacks[i].from), tcp->sacks[i].to);
  }
  return (size_t)(at - options);
}

uint8_t* stp_headers_tcp(const struct stp_ip* ip, in_port_t source, in_port_t destination,
                         const struct stp_tcp_header* tcp, uint8_t* payload, size_t size) {
  uint8_t options[40];
  const size_t option_size = put_options(options, tcp);
  const struct tcphdr fixed = {.th_sport = source,
                               .th_dport = destination,
                               .th_seq = htonl(tcp->sequence),
                               .th_ack = htonl(tcp->acknowledged),
                               .th_off = (uint8_t)((sizeof fixed + option_size) / 4),
                               .th_flags = tcp->flags,
                               .th_win = htons(tcp->window)};
  uint8_t* const begin = payload - sizeof fixed - option_size;
  const size_t whole = sizeof fixed + option_size + size;
  memcpy(begin, &fixed, sizeof fixed);
  memcpy(begin + sizeof fixed, options, option_size);
  const uint16_t sum = stp_icmp_sum(begin, whole, pseudo(ip, whole));
  memcpy(begin + 16, &sum, sizeof sum);
  return begin;
}

/* ---- UDP ---- */

uint8_t* stp_headers_udp(const struct stp_ip* ip, in_port_t source, in_port_t destination,
                         uint8_t* payload, size_t size) {
  const size_t whole = sizeof(struct udphdr) + size;
  struct udphdr header = {
      .uh_sport = source, .uh_dport = destination, .uh_ulen = htons((uint16_t)whole)};
  uint8_t* const begin = payload - sizeof header;
  memcpy(begin, &header, sizeof header);
  header.uh_sum = stp_icmp_sum(begin, whole, pseudo(ip, whole));
  if (header.uh_sum == 0)
    header.uh_sum = 0xffff;
  memcpy(begin, &header, sizeof header);
  return begin;
}

/* ---- IP ---- */

static size_t header4(const struct stp_ip* ip, uint8_t* at, size_t size, size_t offset, bool more) {
  const unsigned flags = ip->whole ? IP_DF : more ? IP_MF : 0;
  struct iphdr header = {.ihl = 5,
                         .version = 4,
                         .tos = ip->tos,
                         .tot_len = htons((uint16_t)(sizeof header + size)),
                         .id = htons((uint16_t)ip->id),
                         .frag_off = htons((uint16_t)(flags | offset / 8)),
                         .ttl = ip->ttl,
                         .protocol = ip->protocol,
                         .saddr = stp_address_to4(ip->from).s_addr,
                         .daddr = stp_address_to4(ip->to).s_addr};
  header.check = stp_icmp_sum(&header, sizeof header, 0);
  memcpy(at, &header, sizeof header);
  return sizeof header;
}

static size_t header6(const struct stp_ip* ip, uint8_t* at, size_t size, size_t offset, bool more) {
  const bool fragment = more || offset > 0;
  const struct ip6_frag extension = {.ip6f_nxt = ip->protocol,
                                     .ip6f_offlg = htons((uint16_t)(offset | more)),
                                     .ip6f_ident = htonl(ip->id)};
  const size_t extended = fragment ? sizeof extension : 0;
  struct ip6_hdr header = {.ip6_src = ip->from, .ip6_dst = ip->to};
  header.ip6_flow = htonl(6U << 28 | (uint32_t)ip->tos << 20);
  header.ip6_plen = htons((uint16_t)(extended + size));
  header.ip6_nxt = fragment ? IPPROTO_FRAGMENT : ip->protocol;
  header.ip6_hlim = ip->ttl;
  memcpy(at, &header, sizeof header);
  memcpy(at + sizeof header, &extension, extended);
  return sizeof header + extended;
}

void stp_headers_ip(const struct stp_ip* ip, const uint8_t* data, size_t size, size_t mtu,
                    void (*put)(void* argument, const uint8_t* bytes, size_t size),
                    void* argument) {
  enum { HEADERS = 48 };
  static uint8_t packet[(64 << 10) + HEADERS];
  const bool v4 = stp_address_is4(ip->to);
  const size_t header = v4 ? 20 : 40;
  const bool whole = ip->whole || header + size <= mtu;
  const size_t most = whole ? size : (mtu - (v4 ? 20 : HEADERS)) / 8 * 8;
  for (size_t at = 0; at == 0 || at < size; at += most) {
    const bool more = at + most < size;
    const size_t part = more ? most : size - at;
    const size_t before = (v4 ? header4 : header6)(ip, packet, part, at, more);
    memcpy(packet + before, data + at, part);
    put(argument, packet, before + part);
    if (!more)
      return;
  }
}
