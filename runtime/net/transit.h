/* What is on its way along a path: a queue of items, each with the date at which it arrives. They
 * keep their order: one that is faster than the last arrives with it. */
#ifndef STP_TRANSIT_H
#define STP_TRANSIT_H

#include <stdint.h>

struct stp_transit_item {
  double date;
  uint64_t offset, edge; /* what they mean is the owner's business, as that of the rest */
  double time;
  uint64_t id; /* of what is told of it (trace/events.h) */
  int kind;
};

/* Zero-initialised is empty. */
struct stp_transit {
  struct stp_transit_item* items; /* a ring of `capacity`, a power of two */
  unsigned capacity, head, count;
};

void stp_transit_push(struct stp_transit* transit, struct stp_transit_item item);

/* The first item and the last one, null if there is none. Good until the next push. */
struct stp_transit_item* stp_transit_first(const struct stp_transit* transit);
struct stp_transit_item* stp_transit_last(const struct stp_transit* transit);

void stp_transit_pop(struct stp_transit* transit);

/* Lets the last item arrive earlier, but not before the one before it. */
void stp_transit_hasten(struct stp_transit* transit, double date);

/* Drops all items and the memory. */
void stp_transit_clear(struct stp_transit* transit);

#endif
