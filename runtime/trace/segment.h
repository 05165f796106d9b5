/* A segment of TCP for a capture, and the ends of connections as far as segments that have left and
 * arrived tell of them. For segments.c, which makes the segments. Sequence numbers are counted from
 * the SYN, which is number 0. */
#ifndef STP_SEGMENT_H
#define STP_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/headers.h"

struct stp_host;
struct stp_segment_connection;

/* From one end to the other. */
struct stp_segment_way {
  const struct stp_host *from, *to;
  struct stp_endpoint source, destination;
  bool loopback;
  double latency;
};

struct stp_segment {
  struct stp_segment_connection* connection;
  bool accepted; /* which side sends it */
  bool pure;     /* an acknowledgement that something made necessary */
  bool last;     /* of its chunk */
  struct stp_segment_way way;
  unsigned references;
  uint64_t number;          /* of the first byte */
  uint64_t edge, back_edge; /* that the sender offers, and the receiver when it has it */
  unsigned kind;
  struct stp_tcp_header header;
  uint32_t id;
  size_t size;
  uint8_t* payload; /* after room for a header */
  uint8_t bytes[];
};

/* That of a number; made when it is first asked for, gone when both its ends are. */
struct stp_segment_connection* stp_segment_connection(uint64_t number);

/* Remembers the way from an end to the other: acknowledgements take it. */
void stp_segment_set_way(struct stp_segment_connection* connection, bool accepted,
                         const struct stp_segment_way* way);

/* When one that an end sends arrives if it does not overtake: at `date`, not before the last, but
 * at `latest` at the latest. */
double stp_segment_in_order(struct stp_segment_connection* connection, bool accepted, double date,
                            double latest);

/* A segment with room for its payload, and a copy of one that is to be sent again; with one
 * reference. */
struct stp_segment* stp_segment_new(struct stp_segment_connection* connection, size_t size);
struct stp_segment* stp_segment_again(const struct stp_segment* like);
void stp_segment_unref(struct stp_segment* segment);

/* For stp_sequence_add: it leaves, and is shown with the header that its sender gives it then; it
 * arrives, is shown, and may be acknowledged. Each drops a reference. */
void stp_segment_leaves(void* segment, double date);
void stp_segment_arrives(void* segment, double date);

#endif
