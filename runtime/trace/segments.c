/* Chunks become segments. An event tells of a chunk when it is over; what that means for each of
 * its segments is put into sequence (trace/sequence.h). */
#include "trace/segments.h"

#include <math.h>
#include <string.h>

#include "net/hash.h"
#include "net/tcp.h"
#include "process/process.h"
#include "trace/segment.h"
#include "trace/sequence.h"

/* A message that has left and is not over. */
struct message {
  uint64_t id;
  struct stp_sequence_hold hold;
  double date, latency;
  double spacing; /* between segments */
  struct stp_segment** segments;
  size_t count;
  uint32_t* lost;
  size_t lost_count;
  UT_hash_handle hh;
};

static struct message* messages;

static struct message* message_of(uint64_t id, double since) {
  struct message* found;
  HASH_FIND(hh, messages, &id, sizeof id, found);
  if (found == NULL) {
    found = stp_alloc(sizeof *found);
    found->id = id;
    stp_sequence_hold(&found->hold, since);
    HASH_ADD(hh, messages, id, sizeof found->id, found);
  }
  return found;
}

static void message_over(struct message* message) {
  for (size_t i = 0; i < message->count; i++)
    stp_segment_unref(message->segments[i]);
  stp_sequence_release(&message->hold);
  HASH_DEL(messages, message);
  stp_free(message->segments);
  stp_free(message->lost);
  stp_free(message);
}

static double departure(const struct message* message, size_t i) {
  return message->date - message->spacing * (double)(message->count - i);
}

static struct stp_segment* cut(const struct stp_event_message* event, size_t at, size_t size) {
  struct stp_segment* const segment =
      stp_segment_new(stp_segment_connection(event->connection), size);
  segment->accepted = event->accepted;
  segment->last = at + size == event->size;
  segment->way = (struct stp_segment_way){.from = event->from,
                                          .to = event->to,
                                          .source = event->source,
                                          .destination = event->destination,
                                          .loopback = event->loopback,
                                          .latency = event->latency};
  stp_segment_set_way(segment->connection, event->accepted, &segment->way);
  segment->kind = event->kind;
  segment->number = event->kind & (STP_TCP_SYN | STP_TCP_SYN_ACK) ? 0 : event->offset + at + 1;
  segment->edge = event->edge + 1;
  if (size > 0)
    memcpy(segment->payload, (const uint8_t*)event->data + at, size);
  return segment;
}

static void left(const struct stp_event_message* event) {
  struct message* const message = message_of(event->id, event->begin);
  message->count = event->size > 0 ? (event->size + event->mss - 1) / event->mss : 1;
  message->segments = stp_alloc(message->count * sizeof *message->segments);
  message->date = event->date;
  message->latency = event->latency;
  message->spacing = (event->date - event->begin) / (double)message->count;
  message->lost_count = event->lost_count;
  message->lost = stp_alloc((event->lost_count + 1) * sizeof *message->lost);
  if (event->lost_count > 0)
    memcpy(message->lost, event->lost_segments, event->lost_count * sizeof *message->lost);
  for (size_t i = 0; i < message->count; i++) {
    const size_t at = i * event->mss, rest = event->size - at;
    struct stp_segment* const segment = cut(event, at, rest < event->mss ? rest : event->mss);
    message->segments[i] = segment;
    segment->references++;
    stp_sequence_add(departure(message, i), stp_segment_leaves, segment);
  }
}

static void arrive_at(struct stp_segment* segment, double date, uint64_t edge) {
  segment->references++;
  segment->back_edge = edge;
  stp_sequence_add(date, stp_segment_arrives, segment);
}

/* Those that were lost come as copies: the last of them when the message has arrived, the others as
 * long before it as they had left before it, since each is missed a round trip after it has left.
 */
static void send_again(const struct message* message, size_t which, double date, uint64_t edge) {
  const size_t i = message->lost[which], later = message->lost_count - 1 - which;
  const size_t last = message->lost[message->lost_count - 1];
  struct stp_segment* const again = stp_segment_again(message->segments[i]);
  again->header.flags = 0; /* yet to be filled in */
  const double spacing = fmax(message->spacing, 1e-6);
  const double before =
      fmax(departure(message, last) - departure(message, i), spacing * (double)later);
  const double arrival =
      fmax(date - before, departure(message, i) + 2 * message->latency + spacing);
  stp_sequence_add(fmin(arrival, date) - message->latency, stp_segment_leaves, again);
  arrive_at(again, fmin(arrival, date), edge);
}

static void arrived(const struct stp_event_message* event) {
  struct message* message;
  HASH_FIND(hh, messages, &event->id, sizeof event->id, message);
  if (message == NULL)
    return;
  struct stp_segment_connection* const connection = stp_segment_connection(event->connection);
  const uint64_t edge = event->edge + 1;
  size_t lost = 0;
  for (size_t i = 0; i < message->count; i++) {
    if (lost < message->lost_count && message->lost[lost] == i) {
      send_again(message, lost++, event->date, edge);
      continue;
    }
    const double date = departure(message, i + 1) + message->latency;
    arrive_at(message->segments[i],
              stp_segment_in_order(connection, event->accepted, date, event->date), edge);
  }
  message_over(message);
}

/* It began to leave, and a fault is in the way: what its sender tries when a timeout has told it so
 * is one segment (cwnd is 1, RFC 5681, 3.1). How many had left when the fault came, nobody knows.
 */
static void withdrawn(const struct stp_event_message* event) {
  if (event->begin == event->date && event->size > 0)
    stp_sequence_add(event->date, stp_segment_leaves,
                     cut(event, 0, event->size < event->mss ? event->size : event->mss));
}

void stp_segments_message(const struct stp_event_message* event) {
  struct message* message;
  switch (event->phase) {
  case STP_MESSAGE_BEGINS:
    message_of(event->id, event->begin);
    return;
  case STP_MESSAGE_LEFT:
    left(event);
    return;
  case STP_MESSAGE_ARRIVED:
    arrived(event);
    return;
  case STP_MESSAGE_LOST:
    HASH_FIND(hh, messages, &event->id, sizeof event->id, message);
    if (message == NULL)
      return;
    if (message->count == 0)
      withdrawn(event);
    message_over(message);
  }
}
