/* What observers are told of the network (trace/events.h). Call these if stp_observed(). */
#ifndef STP_NET_TELL_H
#define STP_NET_TELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/events.h"

struct stp_datagram;
struct stp_icmp;
struct stp_tcp_end;

/* ---- TCP ---- */

/* What an end sends: a chunk that begins to leave now; what has left, of the bytes from `offset` on
 * `size`, and arrives `latency` later. */
void stp_tell_tcp_begins(const struct stp_tcp_end* end, uint64_t id);
struct stp_tcp_told {
  uint64_t id;
  int kind;
  uint64_t offset, size;
  double begin, date, latency;
  const uint32_t* lost; /* segments, counted from `offset` */
  size_t lost_count;
};
void stp_tell_tcp_left(const struct stp_tcp_end* end, const struct stp_tcp_told* told);

/* What began to leave and has not: a fault is in the way, or the connection is over. */
void stp_tell_tcp_withdrawn(const struct stp_tcp_end* end, const char* why);

/* What has come to an end from its peer, up to an offset of the peer's; or what the end has sent
 * that never will. */
void stp_tell_tcp_arrived(const struct stp_tcp_end* receiver, uint64_t id, int kind,
                          uint64_t offset);
void stp_tell_tcp_lost(const struct stp_tcp_end* end, uint64_t id, int kind, const char* why);

void stp_tell_tcp_opened(const struct stp_tcp_end* end);
void stp_tell_tcp_closed(const struct stp_tcp_end* end, int error);
void stp_tell_tcp_window(const struct stp_tcp_end* receiver);

/* ---- datagrams ---- */

void stp_tell_udp(const struct stp_datagram* datagram, enum stp_message_phase phase,
                  const struct stp_host* from, const struct stp_host* to, const char* why);
void stp_tell_icmp(const struct stp_icmp* message, enum stp_message_phase phase,
                   const struct stp_host* from, const struct stp_host* to, const char* why);

/* The error that ICMP sends from a host for a datagram that it has no use for: as a message of its
 * own. */
void stp_tell_udp_refused(const struct stp_datagram* datagram, const struct stp_host* from,
                          const struct stp_host* to, enum stp_message_phase phase);

#endif
