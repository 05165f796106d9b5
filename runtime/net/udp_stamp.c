/* Timestamps of datagrams that leave (SO_TIMESTAMPING; Documentation/networking/timestamping.rst):
 * the error queue gives them, with the frame as the driver had it. Only software stamps: there is
 * no hardware. */
#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/udp.h>
#include <string.h>
#include <time.h>

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>

#include "engine/engine.h"
#include "net/interfaces.h"
#include "net/udp.h"
#include "process/process.h"

enum {
  /* What one datagram may ask for (SOF_TIMESTAMPING_TX_RECORD_MASK); what takes a number. */
  RECORD = SOF_TIMESTAMPING_TX_HARDWARE | SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_TX_SCHED |
           SOF_TIMESTAMPING_TX_ACK,
  COUNTED = RECORD & ~SOF_TIMESTAMPING_TX_ACK,
};

int stp_udp_stamps_asked(unsigned flags) { return flags & ~(unsigned)RECORD ? -EINVAL : 0; }

/* ---- the frame ---- */

static char* add(char* at, const void* header, size_t size) {
  memcpy(at, header, size);
  return at + size;
}

static uint16_t checksum(const void* header, size_t size) {
  uint32_t sum = 0;
  for (size_t i = 0; i < size; i += 2) {
    uint16_t word;
    memcpy(&word, (const char*)header + i, sizeof word);
    sum += word;
  }
  sum = (sum & 0xffff) + (sum >> 16);
  return (uint16_t) ~(sum + (sum >> 16));
}

static char* add_ethernet(char* at, const struct stp_host* host,
                          const struct stp_datagram* datagram, bool v4) {
  const struct stp_host* const to = stp_address_host((struct stp_host*)host, datagram->to.address);
  struct ether_header header = {.ether_type = htons(v4 ? ETHERTYPE_IP : ETHERTYPE_IPV6)};
  if (datagram->interface == STP_ETH) {
    memcpy(header.ether_shost, stp_interface_at(host, STP_ETH - 1).hardware, ETH_ALEN);
    if (to)
      memcpy(header.ether_dhost, stp_interface_at(to, STP_ETH - 1).hardware, ETH_ALEN);
    else
      memset(header.ether_dhost, 0xff, ETH_ALEN);
  }
  return add(at, &header, sizeof header);
}

static char* add_ip(char* at, const struct stp_datagram* datagram, bool v4) {
  const size_t size = sizeof(struct udphdr) + datagram->size;
  if (v4) {
    struct iphdr header = {.ihl = 5,
                           .version = 4,
                           .tos = datagram->tos,
                           .tot_len = htons((uint16_t)(sizeof header + size)),
                           .ttl = datagram->ttl,
                           .protocol = IPPROTO_UDP,
                           .saddr = stp_address_to4(datagram->from.address).s_addr,
                           .daddr = stp_address_to4(datagram->to.address).s_addr};
    header.check = checksum(&header, sizeof header);
    return add(at, &header, sizeof header);
  }
  struct ip6_hdr header = {.ip6_src = datagram->from.address, .ip6_dst = datagram->to.address};
  header.ip6_flow = htonl(6u << 28 | (uint32_t)datagram->tos << 20);
  header.ip6_plen = htons((uint16_t)size);
  header.ip6_nxt = IPPROTO_UDP;
  header.ip6_hlim = datagram->ttl;
  return add(at, &header, sizeof header);
}

/* A datagram whose data is the frame of another. The checksum of UDP is left to the hardware. */
static struct stp_datagram* frame_of(const struct stp_host* host,
                                     const struct stp_datagram* datagram) {
  const bool v4 = stp_address_is4(datagram->to.address);
  const size_t ip = v4 ? sizeof(struct iphdr) : sizeof(struct ip6_hdr);
  const size_t size = sizeof(struct ether_header) + ip + sizeof(struct udphdr) + datagram->size;
  struct stp_datagram* const frame = stp_alloc(sizeof *frame + size);
  *frame = *datagram;
  frame->size = size;
  const struct udphdr header = {
      .source = datagram->from.port,
      .dest = datagram->to.port,
      .len = htons((uint16_t)(sizeof header + datagram->size)),
  };
  char* at = add_ethernet(frame->data, host, datagram, v4);
  at = add_ip(at, datagram, v4);
  at = add(at, &header, sizeof header);
  add(at, datagram->data, datagram->size);
  return frame;
}

/* ---- stamps ---- */

static void stamp(struct stp_udp* udp, const struct stp_datagram* datagram, unsigned type,
                  double date) {
  struct stp_datagram* report;
  if (udp->options.stamping & SOF_TIMESTAMPING_OPT_TSONLY) {
    report = stp_alloc(sizeof *report);
    *report = *datagram;
    report->size = 0;
  } else {
    report = frame_of(udp->socket.host, datagram);
  }
  report->date = date;
  stp_udp_report_put(udp, report,
                     (struct sock_extended_err){.ee_errno = ENOMSG,
                                                .ee_origin = SO_EE_ORIGIN_TIMESTAMPING,
                                                .ee_info = type,
                                                .ee_data = datagram->stamp_key});
  stp_socket_notify(&udp->socket);
}

void stp_udp_stamp_made(struct stp_udp* udp, struct stp_datagram* datagram, int asked) {
  const unsigned flags = asked >= 0 ? (unsigned)asked : udp->options.stamping & (unsigned)RECORD;
  datagram->stamps = (uint16_t)flags;
  if (flags & COUNTED && udp->options.stamping & SOF_TIMESTAMPING_OPT_ID)
    datagram->stamp_key = udp->stamp_key++;
  if (flags & SOF_TIMESTAMPING_TX_SCHED)
    stamp(udp, datagram, SCM_TSTAMP_SCHED, stp_engine_now());
}

void stp_udp_stamp_sent(struct stp_udp* udp, struct stp_datagram* datagram, double date) {
  if (datagram->stamps & SOF_TIMESTAMPING_TX_SOFTWARE)
    stamp(udp, datagram, SCM_TSTAMP_SND, date);
  datagram->stamps = 0;
}
