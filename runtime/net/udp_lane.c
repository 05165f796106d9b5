/* Datagrams on their way from a socket to another host: one flow at a time, then the latency. */
#include <stddef.h>
#include <string.h>

#include "engine/engine.h"
#include "net/udp.h"
#include "process/process.h"

/* Ethernet (IEEE 802.3): 38 bytes around each packet (preamble 8, header 14, checksum 4, gap 12),
 * which holds at least 46 and at most 1500. IP takes 20 or 40 of them, UDP 8. Fragments hold
 * multiples of 8 bytes (RFC 791); those of IPv6 have 8 bytes more of header (RFC 8200). */
enum { FRAME = 38, LEAST = 46, MTU = 1500, UDP_HEADER = 8, IP4 = 20, IP6 = 40, FRAGMENT = 8 };

static size_t packet(size_t bytes) { return FRAME + (bytes < LEAST ? LEAST : bytes); }

static size_t wire_bytes(size_t size, bool v4) {
  const size_t whole = size + UDP_HEADER, header = v4 ? IP4 : IP6;
  if (whole + header <= MTU)
    return packet(whole + header);
  const size_t extended = v4 ? header : header + FRAGMENT;
  const size_t most = (MTU - extended) / 8 * 8;
  const size_t count = whole / most, rest = whole % most;
  return count * packet(most + extended) + (rest ? packet(rest + extended) : 0);
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

/* ---- queues ---- */

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

/* ---- a lane ---- */

static void reap(struct stp_udp_lane* lane) {
  if (!lane->socket && !lane->flow && !lane->waiting.first && !lane->departed.first)
    stp_free(lane);
}

static void arrive(void* argument);

static void await_first(struct stp_udp_lane* lane) {
  if (lane->departed.first && !lane->arrival)
    lane->arrival = stp_engine_timer(lane->departed.first->date, arrive, lane);
}

static void arrive(void* argument) {
  struct stp_udp_lane* const lane = argument;
  struct stp_datagram* const datagram = stp_datagrams_take(&lane->departed);
  lane->arrival = NULL;
  await_first(lane);
  stp_udp_arrive(lane->path->to, datagram);
  reap(lane);
}

/* sock_def_write_space: writers are told when half of the buffer is free. */
static void make_room(struct stp_udp* udp, unsigned charge) {
  udp->send_used -= charge;
  if (udp->wants_space && 2 * udp->send_used <= (unsigned)udp->socket.send_buffer) {
    udp->wants_space = false;
    stp_socket_notify_writable(&udp->socket);
  }
}

static void flow_ended(void* argument, bool ok);

static void flow_start(struct stp_udp_lane* lane) {
  const struct stp_datagram* const first = lane->waiting.first;
  if (!first)
    return;
  const size_t bytes = wire_bytes(first->size, stp_address_is4(first->to.address));
  lane->flow = stp_engine_flow(lane->path->from->engine, lane->path->to->engine, (double)bytes,
                               flow_ended, lane);
}

/* Not ok: a link or a host on the way is off, and nobody hears of it. */
static void flow_ended(void* argument, bool ok) {
  struct stp_udp_lane* const lane = argument;
  struct stp_datagram* const datagram = stp_datagrams_take(&lane->waiting);
  lane->flow = NULL;
  if (lane->socket)
    make_room(lane->socket, datagram->charge);
  if (ok) {
    datagram->date = stp_engine_now() + lane->path->latency;
    stp_datagrams_put(&lane->departed, datagram);
    await_first(lane);
  } else {
    stp_free(datagram);
  }
  flow_start(lane);
  reap(lane);
}

/* ---- of a socket ---- */

static struct stp_udp_lane* lane_of(struct stp_udp* udp, const struct stp_path* path) {
  struct stp_udp_lane* lane = udp->last_lane;
  if (lane && lane->path == path)
    return lane;
  HASH_FIND_PTR(udp->lanes, &path, lane);
  if (!lane) {
    lane = stp_alloc(sizeof *lane);
    lane->path = path;
    lane->socket = udp;
    HASH_ADD_PTR(udp->lanes, path, lane);
  }
  return udp->last_lane = lane;
}

void stp_udp_lane_send(struct stp_udp* udp, const struct stp_path* path,
                       struct stp_datagram* datagram) {
  struct stp_udp_lane* const lane = lane_of(udp, path);
  udp->send_used += datagram->charge;
  stp_datagrams_put(&lane->waiting, datagram);
  if (!lane->flow)
    flow_start(lane);
}

void stp_udp_lanes_part(struct stp_udp* udp) {
  struct stp_udp_lane* lane;
  while ((lane = udp->lanes)) {
    HASH_DELETE(hh, udp->lanes, lane);
    lane->socket = NULL;
    reap(lane);
  }
}
