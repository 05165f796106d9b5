/* Events of the network, from what TCP, UDP and ICMP know of them. */
#include "net/tell.h"

#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/udp.h>
#include <string.h>

#include "engine/engine.h"
#include "net/icmp.h"
#include "net/tcp.h"
#include "net/udp.h"
#include "process/process.h"

static uint64_t max(uint64_t a, uint64_t b) { return a > b ? a : b; }

/* ---- TCP ---- */

static struct stp_event_message of_tcp(const struct stp_tcp_end* sender, uint64_t id, int kind) {
  const double now = stp_engine_now();
  return (struct stp_event_message){
      .date = now,
      .protocol = STP_EVENT_TCP,
      .id = id,
      .from = sender->host,
      .to = sender->peer->host,
      .source = sender->local,
      .destination = sender->remote,
      .loopback = sender->path != NULL && sender->path->loopback,
      .connection = sender->connection->number,
      .accepted = sender == &sender->connection->ends[1],
      .kind = (unsigned)kind,
      .begin = now,
      .mss = stp_tcp_mss(sender),
  };
}

/* Bytes of what an end has written lie in its queue until they have been read. */
static void add_payload(struct stp_event_message* event, const struct stp_tcp_end* sender,
                        uint64_t offset, uint64_t size) {
  static char* buffer;
  static size_t room;
  event->offset = offset;
  event->size = size;
  const size_t wanted = stp_observed_payload();
  event->kept = size < wanted ? size : wanted;
  if (event->kept > room) {
    stp_free(buffer);
    room = 2 * event->kept;
    buffer = stp_alloc(room);
  }
  stp_bytes_peek(&sender->bytes, offset - sender->read, buffer, event->kept);
  event->data = buffer;
}

void stp_tell_tcp_begins(const struct stp_tcp_end* end, uint64_t id) {
  struct stp_event_message event = of_tcp(end, id, STP_TCP_DATA);
  event.phase = STP_MESSAGE_BEGINS;
  event.offset = end->departed;
  event.size = end->started - end->departed;
  stp_tell_message(&event);
}

void stp_tell_tcp_withdrawn(const struct stp_tcp_end* end, const char* why) {
  struct stp_event_message event = of_tcp(end, end->flow_id, STP_TCP_DATA);
  event.phase = STP_MESSAGE_LOST;
  event.lost = why;
  event.begin = end->flow_date;
  event.latency = end->path->latency;
  event.edge = end->announced;
  add_payload(&event, end, end->departed, end->started - end->departed);
  stp_tell_message(&event);
}

void stp_tell_tcp_left(const struct stp_tcp_end* end, const struct stp_tcp_told* told) {
  struct stp_event_message event = of_tcp(end, told->id, told->kind);
  event.phase = STP_MESSAGE_LEFT;
  event.begin = told->begin;
  event.date = told->date;
  event.latency = told->latency;
  event.edge = end->announced;
  event.lost_segments = told->lost;
  event.lost_count = told->lost_count;
  add_payload(&event, end, told->offset, told->size);
  stp_tell_message(&event);
}

void stp_tell_tcp_arrived(const struct stp_tcp_end* receiver, uint64_t id, int kind,
                          uint64_t offset) {
  const struct stp_tcp_end* const sender = receiver->peer;
  struct stp_event_message event = of_tcp(sender, id, kind);
  event.phase = STP_MESSAGE_ARRIVED;
  event.edge = max(receiver->announced, sender->read + receiver->window);
  if (kind & STP_TCP_DATA && offset > sender->arrived)
    add_payload(&event, sender, sender->arrived, offset - sender->arrived);
  else
    event.offset = offset;
  stp_tell_message(&event);
}

void stp_tell_tcp_lost(const struct stp_tcp_end* end, uint64_t id, int kind, const char* why) {
  struct stp_event_message event = of_tcp(end, id, kind);
  event.phase = STP_MESSAGE_LOST;
  event.lost = why;
  stp_tell_message(&event);
}

static struct stp_event_connection of_connection(const struct stp_tcp_end* end) {
  return (struct stp_event_connection){
      .date = stp_engine_now(),
      .connection = end->connection->number,
      .accepted = end == &end->connection->ends[1],
      .host = end->host,
      .peer = end->peer->host,
      .local = end->local,
      .remote = end->remote,
  };
}

void stp_tell_tcp_opened(const struct stp_tcp_end* end) {
  struct stp_event_connection event = of_connection(end);
  event.opened = true;
  stp_tell_connection(&event);
}

void stp_tell_tcp_closed(const struct stp_tcp_end* end, int error) {
  struct stp_event_connection event = of_connection(end);
  event.error = error;
  stp_tell_connection(&event);
}

void stp_tell_tcp_window(const struct stp_tcp_end* receiver) {
  const struct stp_event_window event = {
      .date = stp_engine_now(),
      .connection = receiver->connection->number,
      .accepted = receiver == &receiver->connection->ends[1],
      .edge = receiver->announced,
  };
  stp_tell_window(&event);
}

/* ---- UDP ---- */

static const struct stp_host* sender_of(const struct stp_host* host, struct in6_addr address) {
  return stp_address_host((struct stp_host*)host, address);
}

static size_t kept_of(size_t size) {
  const size_t wanted = stp_observed_payload();
  return size < wanted ? size : wanted;
}

void stp_tell_udp(const struct stp_datagram* datagram, enum stp_message_phase phase,
                  const struct stp_host* from, const struct stp_host* to, const char* why) {
  const struct stp_event_message event = {
      .date = stp_engine_now(),
      .phase = phase,
      .protocol = STP_EVENT_UDP,
      .id = datagram->id,
      .from = from != NULL ? from : sender_of(to, datagram->from.address),
      .to = to,
      .source = datagram->from,
      .destination = datagram->to,
      .loopback = datagram->interface == STP_LO,
      .lost = why,
      .size = datagram->size,
      .kept = kept_of(datagram->size),
      .data = datagram->data,
      .ttl = datagram->ttl,
      .tos = datagram->tos,
      .begin = datagram->left,
  };
  stp_tell_message(&event);
}

/* ---- ICMP ---- */

static void tell_icmp(const struct stp_icmp* message, enum stp_message_phase phase, bool loopback,
                      const struct stp_host* from, const struct stp_host* to, const char* why) {
  const struct stp_event_message event = {
      .date = stp_engine_now(),
      .phase = phase,
      .protocol = STP_EVENT_ICMP,
      .id = message->id,
      .from = from != NULL ? from : sender_of(to, message->from),
      .to = to,
      .source = {message->from, 0},
      .destination = {message->to, 0},
      .loopback = loopback,
      .lost = why,
      .size = message->size,
      .kept = kept_of(message->size),
      .data = message->data,
      .ttl = message->ttl,
      .tos = message->tos,
      .begin = message->left,
  };
  stp_tell_message(&event);
}

void stp_tell_icmp(const struct stp_icmp* message, enum stp_message_phase phase,
                   const struct stp_host* from, const struct stp_host* to, const char* why) {
  const bool loopback = to != NULL && stp_address_is_local(to, message->from);
  tell_icmp(message, phase, loopback, from, to, why);
}

/* The header of IP and UDP that the datagram had, as ICMP quotes it. */
static size_t quote(uint8_t* at, const struct stp_datagram* datagram) {
  const bool v4 = stp_address_is4(datagram->to.address);
  const size_t whole = sizeof(struct udphdr) + datagram->size;
  const size_t header = v4 ? sizeof(struct iphdr) : 40;
  if (v4) {
    struct iphdr ip = {.ihl = 5,
                       .version = 4,
                       .tos = datagram->tos,
                       .tot_len = htons((uint16_t)(header + whole)),
                       .ttl = datagram->ttl,
                       .protocol = IPPROTO_UDP,
                       .saddr = stp_address_to4(datagram->from.address).s_addr,
                       .daddr = stp_address_to4(datagram->to.address).s_addr};
    ip.check = stp_icmp_sum(&ip, sizeof ip, 0);
    memcpy(at, &ip, sizeof ip);
  } else {
    memset(at, 0, header);
    at[0] = 0x60;
    at[4] = (uint8_t)(whole >> 8);
    at[5] = (uint8_t)whole;
    at[6] = IPPROTO_UDP;
    at[7] = datagram->ttl;
    memcpy(at + 8, &datagram->from.address, 16);
    memcpy(at + 24, &datagram->to.address, 16);
  }
  const struct udphdr udp = {.uh_sport = datagram->from.port,
                             .uh_dport = datagram->to.port,
                             .uh_ulen = htons((uint16_t)whole)};
  memcpy(at + header, &udp, sizeof udp);
  return header + sizeof udp;
}

void stp_tell_udp_refused(const struct stp_datagram* datagram, const struct stp_host* from,
                          const struct stp_host* to, enum stp_message_phase phase) {
  enum { HEADER = 8, MOST = 1280 - 40 };
  const bool v4 = stp_address_is4(datagram->to.address);
  const size_t most = v4 ? 576 - 20 : MOST; /* RFC 1812, 4443 */
  struct stp_icmp* const news = stp_alloc(sizeof *news + MOST);
  news->id = datagram->id;
  news->left = datagram->left;
  news->from = datagram->to.address;
  news->to = datagram->from.address;
  news->ttl = 64;
  news->data[0] = v4 ? ICMP_DEST_UNREACH : ICMP6_DST_UNREACH;
  news->data[1] = v4 ? ICMP_PORT_UNREACH : ICMP6_DST_UNREACH_NOPORT;
  news->size = HEADER + quote(news->data + HEADER, datagram);
  const size_t room = most - news->size, kept = datagram->size < room ? datagram->size : room;
  memcpy(news->data + news->size, datagram->data, kept);
  news->size += kept;
  stp_icmp_fill_sum(news);
  tell_icmp(news, phase, datagram->interface == STP_LO, from, to,
            phase == STP_MESSAGE_LOST ? "chance" : NULL);
  stp_free(news);
}
