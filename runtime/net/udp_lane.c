/* Datagrams on their way from a socket to another host.
 *
 *     waiting ---> queued ---> sending ---> departed
 *      socket      router       flow        latency
 *
 * One is in a flow, which shares all links of the path with other flows. The others wait in the
 * socket's buffer until the host's own interface, the first link, has sent them; if that is sooner
 * than the flow is done, some link further on is narrower, and they queue in the router before it,
 * or are dropped when that queue is full. The first link serves the sockets of its hosts in turn,
 * at its full rate, or at their share if flows fill it. So a sender is held up by its own interface
 * only, and what exceeds a narrow link later is lost. */
#include <math.h>
#include <stddef.h>
#include <utlist.h>

#include "engine/engine.h"
#include "net/link.h"
#include "net/tell.h"
#include "net/udp.h"
#include "process/process.h"

struct stp_udp_lane* stp_udp_lanes;

static void reap(struct stp_udp_lane* lane) {
  if (lane->socket || lane->sending || lane->departed.first || lane->overtaking > 0)
    return;
  DL_DELETE(stp_udp_lanes, lane);
  stp_free(lane);
}

/* ---- what has left ---- */

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

static void arrive_alone(void* argument) {
  struct stp_datagram* const datagram = argument;
  struct stp_udp_lane* const lane = datagram->lane;
  lane->overtaking--;
  stp_udp_arrive(lane->path->to, datagram);
  reap(lane);
}

/* Whether one of its packets is lost by chance. */
static bool is_lost(const struct stp_path* path, uint64_t packets) {
  bool lost = false;
  for (uint64_t passing; (passing = stp_path_passing(path, packets)) < packets;) {
    packets -= passing + 1;
    lost = true;
  }
  return lost;
}

static void travel(struct stp_udp_lane* lane, struct stp_datagram* datagram) {
  datagram->date = stp_engine_now() + stp_path_delay(lane->path);
  if (lane->path->reorder) {
    datagram->lane = lane;
    lane->overtaking++;
    stp_engine_timer(datagram->date, arrive_alone, datagram);
    return;
  }
  if (lane->departed.last)
    datagram->date = fmax(datagram->date, lane->departed.last->date);
  stp_datagrams_put(&lane->departed, datagram);
  await_first(lane);
}

static void tell_lost(const struct stp_path* path, const struct stp_datagram* datagram,
                      const char* why) {
  if (stp_observed())
    stp_tell_udp(datagram, STP_MESSAGE_LOST, path->from, path->to, why);
}

static void depart(struct stp_udp_lane* lane, struct stp_datagram* datagram) {
  if (is_lost(lane->path, datagram->wire.packets)) {
    tell_lost(lane->path, datagram, "chance");
    stp_free(datagram);
    return;
  }
  if (stp_path_duplicates(lane->path))
    travel(lane, stp_datagram_copy(datagram));
  travel(lane, datagram);
}

static struct stp_udp_lane* lane_new(struct stp_udp* udp, const struct stp_path* path) {
  struct stp_udp_lane* const lane = stp_alloc(sizeof *lane);
  *lane = (struct stp_udp_lane){.path = path, .to = path->to, .socket = udp};
  DL_APPEND(stp_udp_lanes, lane);
  return lane;
}

static struct stp_udp_lane* lane_find(const struct stp_udp* udp, const struct stp_host* to) {
  struct stp_udp_lane* lane = udp->last_lane;
  if (!lane || lane->to != to)
    HASH_FIND_PTR(udp->lanes, &to, lane);
  return lane;
}

static struct stp_udp_lane* lane_of(struct stp_udp* udp, const struct stp_path* path) {
  struct stp_udp_lane* lane = lane_find(udp, path->to);
  if (!lane) {
    lane = lane_new(udp, path);
    HASH_ADD_PTR(udp->lanes, to, lane);
  }
  return udp->last_lane = lane;
}

const struct stp_path* stp_udp_path(const struct stp_udp* udp, struct stp_host* to) {
  const struct stp_udp_lane* const lane = lane_find(udp, to);
  return lane ? lane->path : stp_path_between(udp->socket.host, to);
}

void stp_udp_lane_depart(struct stp_udp* udp, const struct stp_path* path,
                         struct stp_datagram* datagram) {
  struct stp_udp_lane* const lane = udp ? lane_of(udp, path) : lane_new(NULL, path);
  depart(lane, datagram);
  reap(lane);
}

/* ---- the host's interface ---- */

/* sock_def_write_space: writers are told when half of the buffer is free. */
static void make_room(struct stp_udp_lane* lane, const struct stp_datagram* datagram) {
  struct stp_udp* const udp = lane->socket;
  if (!udp)
    return;
  udp->send_used -= datagram->charge;
  if (udp->wants_space && 2 * udp->send_used <= (unsigned)udp->socket.send_buffer) {
    udp->wants_space = false;
    stp_socket_notify_writable(&udp->socket);
  }
}

static double own_time(const struct stp_udp_lane* lane, const struct stp_datagram* datagram) {
  const double bandwidth = stp_engine_link_bandwidth(lane->path->links[0]->engine);
  return datagram->wire.bytes / fmax(bandwidth, 1); /* a profile may make it 0 for a while */
}

/* The first link is taken for as long as it needs. Returns when it will be done. */
static double reserve(struct stp_udp_lane* lane, const struct stp_datagram* datagram) {
  struct stp_link* const first = lane->path->links[0];
  lane->reserved = fmax(first->busy, stp_engine_now());
  first->busy = lane->reserved + own_time(lane, datagram);
  return first->busy;
}

/* What one datagram takes of a first link that is full: as long as it would with the share that
 * SimGrid gives to each flow. */
static double shared_time(const struct stp_udp_lane* lane, const struct stp_datagram* datagram) {
  const struct stp_link* const first = lane->path->links[0];
  const double full = 0.999 * stp_engine_link_bandwidth(first->engine);
  const double time = own_time(lane, datagram);
  if (stp_engine_link_load(first->engine) < full)
    return time;
  return time * stp_engine_flows_from(lane->path->from->engine) / first->lanes;
}

static void interface_done(void* argument);

static void await_interface(struct stp_udp_lane* lane) {
  if (lane->path->length > 1 && lane->waiting.first && !lane->interface)
    lane->interface = stp_engine_timer(reserve(lane, lane->waiting.first), interface_done, lane);
}

/* It has left the socket, and is on the first link. */
static void tell_left(const struct stp_udp_lane* lane, struct stp_datagram* datagram) {
  if (!stp_observed())
    return;
  datagram->id = stp_event_message_id();
  datagram->left = stp_engine_now();
  stp_tell_udp(datagram, STP_MESSAGE_LEFT, lane->path->from,
               datagram->spread ? NULL : lane->path->to, NULL);
}

/* The router's queue, in the unit of its limit. */
static double queue_size(const struct stp_link* link, const struct stp_datagram* datagram) {
  return link->queue_bytes ? datagram->wire.bytes : datagram->wire.packets;
}

/* Tail drop. */
static void enqueue(struct stp_udp_lane* lane, struct stp_datagram* datagram) {
  struct stp_link* const link = stp_path_bottleneck(lane->path);
  const double size = queue_size(link, datagram);
  if (link->queue + size > link->queue_limit) {
    tell_lost(lane->path, datagram, "queue full");
    stp_free(datagram);
    return;
  }
  link->queue += size;
  datagram->queue = link;
  stp_datagrams_put(&lane->queued, datagram);
}

static void interface_done(void* argument) {
  struct stp_udp_lane* const lane = argument;
  struct stp_link* const first = lane->path->links[0];
  const double end = lane->reserved + shared_time(lane, lane->waiting.first);
  if (end > stp_engine_now() * (1 + 1e-12)) {
    first->busy = fmax(first->busy, end);
    lane->interface = stp_engine_timer(end, interface_done, lane);
    return;
  }
  lane->interface = NULL;
  struct stp_datagram* const datagram = stp_datagrams_take(&lane->waiting);
  if (lane->socket && datagram->stamps)
    stp_udp_stamp_sent(lane->socket, datagram, lane->reserved);
  make_room(lane, datagram);
  tell_left(lane, datagram);
  enqueue(lane, datagram);
  await_interface(lane);
}

/* ---- flows ---- */

static void flow_ended(void* argument, bool ok);

static void nothing_left(void* argument) { flow_ended(argument, false); }

/* From the queue, which has left the socket, or from the socket itself. */
static struct stp_datagram* take(struct stp_udp_lane* lane) {
  struct stp_datagram* datagram = stp_datagrams_take(&lane->queued);
  lane->sending_waits = !datagram;
  if (datagram) {
    datagram->queue->queue -= queue_size(datagram->queue, datagram);
    return datagram;
  }
  datagram = stp_datagrams_take(&lane->waiting);
  if (lane->interface)
    stp_engine_timer_cancel(lane->interface);
  else if (datagram)
    reserve(lane, datagram);
  lane->interface = NULL;
  return datagram;
}

static void flow_start(struct stp_udp_lane* lane) {
  const struct stp_path* const path = stp_path_now(lane->path);
  struct stp_datagram* const datagram = lane->sending = take(lane);
  if (!datagram)
    return;
  if (lane->socket && datagram->stamps)
    stp_udp_stamp_sent(lane->socket, datagram, stp_engine_now());
  if (lane->sending_waits)
    tell_left(lane, datagram);
  lane->sending_date = stp_engine_now();
  path->links[0]->lanes++;
  if (path->works && path->to->on)
    lane->flow = stp_engine_flow(path->from->engine, path->to->engine, datagram->wire.bytes,
                                 path->penalty - path->latency, flow_ended, lane);
  else
    stp_engine_timer(stp_engine_now() + own_time(lane, datagram), nothing_left, lane);
  await_interface(lane);
}

/* A link on the way is off, and nobody hears of it; or the host itself: its neighbours, or the
 * router there, find out and tell. */
static void lose(const struct stp_path* path, struct stp_datagram* datagram) {
  tell_lost(path, datagram, stp_path_fault(path));
  if (path->to->on || !stp_path_now(path)->works || datagram->spread) {
    stp_free(datagram);
    return;
  }
  const struct stp_path* const back = stp_path_between(path->to, path->from);
  const bool neighbour = stp_engine_host_same_zone(path->from->engine, path->to->engine);
  const double way = neighbour || !back ? 0 : path->latency + stp_path_now(back)->latency;
  stp_udp_unreachable(path->from, datagram, STP_UDP_NO_HOST, STP_UDP_NEIGHBOUR + way);
}

static void flow_ended(void* argument, bool ok) {
  struct stp_udp_lane* const lane = argument;
  struct stp_datagram* const datagram = lane->sending;
  lane->flow = NULL;
  lane->path->links[0]->lanes--;
  if (lane->sending_waits)
    make_room(lane, datagram);
  if (ok && stp_observed())
    stp_tell_carried(lane->path, lane->sending_date, datagram->wire.bytes);
  if (ok && datagram->spread)
    stp_udp_spread_out(lane->socket, lane->path->from, datagram);
  else if (!ok || !stp_path_now(lane->path)->works)
    lose(lane->path, datagram);
  else
    depart(lane, datagram);
  flow_start(lane);
  reap(lane);
}

/* ---- of a socket ---- */

void stp_udp_lane_send(struct stp_udp* udp, const struct stp_path* path,
                       struct stp_datagram* datagram) {
  struct stp_udp_lane* const lane = lane_of(udp, path);
  datagram->wire = stp_udp_wire(datagram->size, stp_address_is4(datagram->to.address));
  udp->send_used += datagram->charge;
  stp_datagrams_put(&lane->waiting, datagram);
  if (lane->sending)
    await_interface(lane);
  else
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
