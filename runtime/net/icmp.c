/* Messages of ICMP on their way, and the answers of hosts (net/ipv4/icmp.c, net/ipv6/icmp.c). */
#include "net/icmp.h"

#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <string.h>

#include "engine/engine.h"
#include "net/path.h"
#include "net/pause.h"
#include "net/tell.h"
#include "process/process.h"

/* Three ARP requests; the bytes of an Ethernet frame around a packet, and its least size. */
enum { NEIGHBOUR_SECONDS = 3, FRAME = 38, LEAST_FRAME = 84, HEADER = 8 };

uint16_t stp_icmp_sum(const void* data, size_t size, uint32_t start) {
  const uint8_t* const bytes = data;
  uint32_t sum = start;
  for (size_t i = 0; i < size; i++)
    sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
  while (sum >> 16)
    sum = (sum & 0xffff) + (sum >> 16);
  return htons((uint16_t)~sum);
}

/* Of IPv6 the addresses count as well. */
void stp_icmp_fill_sum(struct stp_icmp* message) {
  uint32_t start = 0;
  if (message->size < 4)
    return;
  if (!stp_address_is4(message->from)) {
    start = IPPROTO_ICMPV6 + (uint32_t)message->size;
    for (int i = 0; i < 16; i += 2)
      start += (uint32_t)(message->from.s6_addr[i] << 8 | message->from.s6_addr[i + 1]) +
               (uint32_t)(message->to.s6_addr[i] << 8 | message->to.s6_addr[i + 1]);
  }
  memset(message->data + 2, 0, 2);
  const uint16_t sum = stp_icmp_sum(message->data, message->size, start);
  memcpy(message->data + 2, &sum, sizeof sum);
}

static struct stp_icmp* copy_of(const struct stp_icmp* message) {
  struct stp_icmp* const copy = stp_alloc(sizeof *copy + message->size);
  memcpy(copy, message, sizeof *copy + message->size);
  copy->next = NULL;
  return copy;
}

/* ---- answers ---- */

static void answer(const struct stp_icmp* request) {
  const bool v4 = stp_address_is4(request->to);
  struct stp_icmp* const reply = copy_of(request);
  reply->from = request->to;
  reply->to = request->from;
  reply->ttl = 64;
  reply->data[0] = v4 ? ICMP_ECHOREPLY : ICMP6_ECHO_REPLY;
  stp_icmp_send(request->host, reply);
  stp_free(reply);
}

static void arrive(void* argument);

static void arrive_late(struct stp_host* host, void* message) {
  (void)host;
  arrive(message);
}

static void arrive(void* argument) {
  struct stp_icmp* const message = argument;
  if (stp_net_hold(message->host, arrive_late, stp_free, message))
    return;
  const bool v4 = stp_address_is4(message->to);
  message->date = stp_engine_now();
  if (stp_observed() && message->id)
    stp_tell_icmp(message, message->host->on ? STP_MESSAGE_ARRIVED : STP_MESSAGE_LOST, NULL,
                  message->host, message->host->on ? NULL : "host off");
  if (message->host->on) {
    stp_icmp_deliver(message->host, message);
    if (message->size >= HEADER && message->data[0] == (v4 ? ICMP_ECHO : ICMP6_ECHO_REQUEST))
      answer(message);
  }
  stp_free(message);
}

/* ---- nobody there ---- */

/* The sender's own host says so, with the beginning of what could not be delivered. */
static void return_unreachable(void* argument) {
  struct stp_icmp* const lost = argument;
  const bool v4 = stp_address_is4(lost->to);
  const size_t header = v4 ? sizeof(struct iphdr) : 40,
               kept = lost->size < HEADER ? lost->size : HEADER, size = HEADER + header + kept;
  struct stp_icmp* const news = stp_alloc(sizeof *news + size);
  news->host = lost->host;
  news->from = news->to = lost->from;
  news->ttl = 64;
  news->size = size;
  news->data[0] = v4 ? ICMP_DEST_UNREACH : ICMP6_DST_UNREACH;
  news->data[1] = v4 ? ICMP_HOST_UNREACH : ICMP6_DST_UNREACH_ADDR;
  if (v4) {
    const struct iphdr original = {.ihl = 5,
                                   .version = 4,
                                   .tot_len = htons((uint16_t)(header + lost->size)),
                                   .ttl = lost->ttl,
                                   .protocol = IPPROTO_ICMP,
                                   .saddr = stp_address_to4(lost->from).s_addr,
                                   .daddr = stp_address_to4(lost->to).s_addr};
    memcpy(news->data + HEADER, &original, sizeof original);
  } else {
    news->data[HEADER] = 0x60;
    news->data[HEADER + 6] = IPPROTO_ICMPV6;
    memcpy(news->data + HEADER + 8, &lost->from, 16);
    memcpy(news->data + HEADER + 24, &lost->to, 16);
  }
  memcpy(news->data + HEADER + header, lost->data, kept);
  stp_icmp_fill_sum(news);
  stp_free(lost);
  arrive(news);
}

void stp_icmp_send(struct stp_host* host, const struct stp_icmp* message) {
  struct stp_icmp* const copy = copy_of(message);
  struct stp_host* const target = stp_address_host(host, message->to);
  stp_icmp_fill_sum(copy);
  copy->host = target ? target : host;
  if (!target) {
    stp_engine_timer(stp_engine_now() + NEIGHBOUR_SECONDS, return_unreachable, copy);
    return;
  }
  const struct stp_path* const path = stp_path_between(host, target);
  if (stp_observed()) {
    copy->id = stp_event_message_id();
    copy->left = stp_engine_now();
    stp_tell_icmp(copy, STP_MESSAGE_LEFT, host, target, NULL);
  }
  if (path && path->loopback) {
    arrive(copy);
    return;
  }
  if (!path || !stp_path_now(path)->works || stp_path_passing(path, 1) == 0) {
    if (stp_observed())
      stp_tell_icmp(copy, STP_MESSAGE_LOST, host, target,
                    !path         ? "no route"
                    : path->works ? "chance"
                                  : stp_path_fault(path));
    stp_free(copy);
    return;
  }
  const size_t packet = message->size + (stp_address_is4(message->to) ? 20 : 40) + FRAME;
  const double bytes = packet < LEAST_FRAME ? LEAST_FRAME : (double)packet;
  stp_engine_timer(stp_engine_now() + stp_path_delay(path) + bytes / path->bandwidth, arrive, copy);
}
