/* Segments in their turn: what fills their headers is what their sender has seen by then. */
#include "trace/segment.h"

#include <math.h>
#include <netinet/tcp.h>
#include <string.h>

#include "net/hash.h"
#include "net/tcp.h"
#include "process/process.h"
#include "trace/segments.h"
#include "trace/sequence.h"

void (*stp_segments_seen)(const struct stp_host* host, double date, const struct stp_ip* ip,
                          const uint8_t* data, size_t size);

enum { SCALE = 7, MSS_OPTION = 1460, RANGES = 64 };

/* One end of a connection, as far as segments that have left and arrived tell of it. */
struct stp_segment_side {
  uint64_t sent;               /* the number after the last one sent */
  uint64_t received;           /* up to which all has arrived */
  uint64_t acknowledged;       /* as it has told the other */
  uint64_t edge;               /* number that it offers to receive up to */
  uint64_t offered;            /* as it has told */
  unsigned pending;            /* segments that it has not acknowledged */
  bool begun, closed, invited; /* it has sent something; is no more; has seen a SYN */
  struct stp_segment_way way;  /* to the other */
  double last_arrival;         /* there, of what was not sent again */
  uint32_t stamp;              /* the last that it has seen */
  uint32_t ids;                /* of IPv4 */
  struct range {
    uint64_t from, to;
  } ranges[RANGES]; /* that arrived early, ascending, apart from each other */
  unsigned range_count;
};

struct stp_segment_connection {
  uint64_t number;
  struct stp_segment_side sides[2]; /* who connects, who accepts */
  unsigned references;              /* of segments, and each end that is not closed */
  UT_hash_handle hh;
};

static struct stp_segment_connection* connections;

/* ---- life ---- */

struct stp_segment_connection* stp_segment_connection(uint64_t number) {
  struct stp_segment_connection* found;
  HASH_FIND(hh, connections, &number, sizeof number, found);
  if (found == NULL) {
    found = stp_alloc(sizeof *found);
    found->number = number;
    found->references = 2;
    HASH_ADD(hh, connections, number, sizeof found->number, found);
  }
  return found;
}

static void connection_unref(struct stp_segment_connection* connection) {
  if (--connection->references > 0)
    return;
  HASH_DEL(connections, connection);
  stp_free(connection);
}

void stp_segment_unref(struct stp_segment* segment) {
  if (--segment->references > 0)
    return;
  connection_unref(segment->connection);
  stp_free(segment);
}

struct stp_segment* stp_segment_new(struct stp_segment_connection* connection, size_t size) {
  struct stp_segment* const segment = stp_alloc(sizeof *segment + STP_TCP_HEADER_MOST + size);
  segment->connection = connection;
  connection->references++;
  segment->references = 1;
  segment->size = size;
  segment->payload = segment->bytes + STP_TCP_HEADER_MOST;
  return segment;
}

struct stp_segment* stp_segment_again(const struct stp_segment* like) {
  struct stp_segment* const segment = stp_segment_new(like->connection, like->size);
  const size_t size = like->size;
  *segment = *like;
  segment->references = 1;
  segment->payload = segment->bytes + STP_TCP_HEADER_MOST;
  memcpy(segment->payload, like->payload, size);
  return segment;
}

void stp_segment_set_way(struct stp_segment_connection* connection, bool accepted,
                         const struct stp_segment_way* way) {
  connection->sides[accepted].way = *way;
}

double stp_segment_in_order(struct stp_segment_connection* connection, bool accepted, double date,
                            double latest) {
  struct stp_segment_side* const side = &connection->sides[accepted];
  return side->last_arrival = fmin(fmax(side->last_arrival, date), latest);
}

/* The first sequence number of an end. */
static uint32_t initial(const struct stp_segment_connection* connection, bool accepted) {
  return (uint32_t)((2 * connection->number + accepted) * 2654435761U);
}

static uint64_t max(uint64_t a, uint64_t b) { return a > b ? a : b; }

/* ---- what a segment has for a header ---- */

static uint8_t flags_of(const struct stp_segment* segment, const struct stp_segment_side* side) {
  uint8_t flags = side->invited ? TH_ACK : 0;
  if (segment->kind & (STP_TCP_SYN | STP_TCP_SYN_ACK))
    flags |= TH_SYN;
  if (segment->kind & STP_TCP_FIN && segment->last)
    flags |= TH_FIN;
  if (segment->kind & STP_TCP_RST)
    flags |= TH_RST;
  if (segment->kind & STP_TCP_DATA && segment->last)
    flags |= TH_PUSH;
  return flags;
}

/* A little more than there is, if there is any, in units of its scale. */
static uint16_t window_of(const struct stp_segment_side* side, bool opening) {
  const uint64_t left = side->edge > side->received ? side->edge - side->received : 0;
  const uint64_t shown = opening || left == 0 ? left : (left >> SCALE) + 1;
  return shown > UINT16_MAX ? UINT16_MAX : (uint16_t)shown;
}

static uint64_t length_of(const struct stp_segment* segment) {
  return segment->size + ((segment->header.flags & (TH_SYN | TH_FIN)) != 0);
}

static void fill_header(struct stp_segment* segment, double date) {
  struct stp_segment_connection* const connection = segment->connection;
  struct stp_segment_side* const side = &connection->sides[segment->accepted];
  const uint32_t own = initial(connection, segment->accepted);
  const uint32_t other = initial(connection, !segment->accepted);
  struct stp_tcp_header* const header = &segment->header;
  side->edge = max(side->edge, segment->edge);
  *header = (struct stp_tcp_header){.flags = flags_of(segment, side),
                                    .opening = segment->kind & (STP_TCP_SYN | STP_TCP_SYN_ACK),
                                    .mss = MSS_OPTION,
                                    .scale = SCALE,
                                    .stamp = (uint32_t)(date * 1e3) + 1000000,
                                    .echo = side->stamp};
  header->window = window_of(side, header->opening);
  if (segment->pure || segment->kind & (STP_TCP_ACK | STP_TCP_RST))
    segment->number = side->sent;
  if (segment->kind & STP_TCP_PROBE)
    segment->number = side->sent - 1;
  if (side->begun || !(segment->kind & STP_TCP_RST))
    header->sequence = own + (uint32_t)segment->number;
  if (header->flags & TH_ACK)
    header->acknowledged = other + (uint32_t)side->received;
  for (unsigned i = 0; i < side->range_count && i < 3 && !header->opening;
       i++, header->sack_count++)
    header->sacks[i] = (struct stp_sack){other + (uint32_t)side->ranges[i].from,
                                         other + (uint32_t)side->ranges[i].to};
  segment->id = side->ids++;
  side->begun = true;
  side->sent = max(side->sent, segment->number + length_of(segment));
  side->acknowledged = side->received;
  side->offered = side->edge;
  side->pending = 0;
}

static void show(struct stp_segment* segment, const struct stp_host* host, double date) {
  const struct stp_segment_way* const way = &segment->way;
  const struct stp_ip ip = {.from = way->source.address,
                            .to = way->destination.address,
                            .protocol = IPPROTO_TCP,
                            .ttl = 64,
                            .id = segment->id,
                            .whole = true};
  uint8_t* const begin = stp_headers_tcp(&ip, way->source.port, way->destination.port,
                                         &segment->header, segment->payload, segment->size);
  stp_segments_seen(host, date, &ip, begin, (size_t)(segment->payload - begin) + segment->size);
}

/* ---- leaving and arriving, in turn ---- */

void stp_segment_leaves(void* what, double date) {
  struct stp_segment* const segment = what;
  if (segment->header.flags == 0) /* else it was sent before */
    fill_header(segment, date);
  show(segment, segment->way.from, date);
  stp_segment_unref(segment);
}

/* Unless what has been sent meanwhile has said it. */
static void acknowledges(void* what, double date) {
  struct stp_segment* const segment = what;
  const struct stp_segment_side* const side = &segment->connection->sides[segment->accepted];
  const bool early = side->range_count > 0;
  if (!early && side->acknowledged == side->received && side->pending == 0 &&
      side->offered == side->edge) {
    stp_segment_unref(segment);
    return;
  }
  segment->references++;
  stp_sequence_add(date + segment->way.latency, stp_segment_arrives, segment);
  stp_segment_leaves(segment, date);
}

static void acknowledge(struct stp_segment_connection* connection, bool accepted, double date) {
  const struct stp_segment_side* const side = &connection->sides[accepted];
  if (side->way.from == NULL)
    return;
  struct stp_segment* const ack = stp_segment_new(connection, 0);
  ack->accepted = accepted;
  ack->pure = true;
  ack->way = side->way;
  stp_sequence_add(date, acknowledges, ack);
}

/* Joins [from, to) to what has arrived early, and that to the rest when the gap is closed. False:
 * it came early, or again. */
static bool take_in(struct stp_segment_side* side, uint64_t from, uint64_t to) {
  const bool in_order = from <= side->received && to > side->received && side->range_count == 0;
  if (from <= side->received) {
    side->received = max(side->received, to);
    while (side->range_count > 0 && side->ranges[0].from <= side->received) {
      side->received = max(side->received, side->ranges[0].to);
      memmove(side->ranges, side->ranges + 1, --side->range_count * sizeof *side->ranges);
    }
    return in_order;
  }
  unsigned i = 0;
  while (i < side->range_count && side->ranges[i].to < from)
    i++;
  if (i < side->range_count && side->ranges[i].from <= to) {
    struct range* const range = &side->ranges[i];
    range->from = from < range->from ? from : range->from;
    range->to = max(range->to, to);
    while (i + 1 < side->range_count && side->ranges[i + 1].from <= range->to) {
      range->to = max(range->to, side->ranges[i + 1].to);
      memmove(range + 1, range + 2, (--side->range_count - i - 1) * sizeof *range);
    }
  } else if (side->range_count < RANGES) {
    memmove(side->ranges + i + 1, side->ranges + i, (side->range_count - i) * sizeof *side->ranges);
    side->ranges[i] = (struct range){from, to};
    side->range_count++;
  }
  return false;
}

void stp_segment_arrives(void* what, double date) {
  struct stp_segment* const segment = what;
  struct stp_segment_side* const side = &segment->connection->sides[!segment->accepted];
  const uint64_t length = length_of(segment);
  if (!segment->way.loopback)
    show(segment, segment->way.to, date);
  side->edge = max(side->edge, segment->back_edge);
  side->stamp = segment->header.stamp;
  if (segment->header.flags & TH_SYN)
    side->invited = true;
  if (length > 0) {
    const bool in_order = take_in(side, segment->number, segment->number + length);
    const bool answer = segment->kind & (STP_TCP_DATA | STP_TCP_FIN) && !side->closed;
    if (answer && (++side->pending >= 2 || !in_order || segment->last))
      acknowledge(segment->connection, !segment->accepted, date);
  }
  stp_segment_unref(segment);
}

/* ---- windows and ends ---- */

struct notice {
  struct stp_segment_connection* connection;
  bool accepted;
  uint64_t edge;
};

static void in_turn(uint64_t connection, bool accepted, uint64_t edge, double date,
                    void (*act)(void*, double)) {
  struct notice* const notice = stp_alloc(sizeof *notice);
  *notice = (struct notice){stp_segment_connection(connection), accepted, edge};
  stp_sequence_add(date, act, notice);
}

static void closes(void* what, double date) {
  struct notice* const notice = what;
  (void)date;
  notice->connection->sides[notice->accepted].closed = true;
  connection_unref(notice->connection); /* its own */
  stp_free(notice);
}

void stp_segments_connection(const struct stp_event_connection* event) {
  if (!event->opened)
    in_turn(event->connection, event->accepted, 0, event->date, closes);
}

/* Told on its own only if the window was nearly closed. */
static void opens(void* what, double date) {
  struct notice* const notice = what;
  struct stp_segment_side* const side = &notice->connection->sides[notice->accepted];
  side->edge = max(side->edge, notice->edge);
  if (side->offered < side->received + 2 * STP_TCP_MSS && !side->closed)
    acknowledge(notice->connection, notice->accepted, date);
  connection_unref(notice->connection);
  stp_free(notice);
}

void stp_segments_window(const struct stp_event_window* event) {
  stp_segment_connection(event->connection)->references++;
  in_turn(event->connection, event->accepted, event->edge + 1, event->date, opens);
}
