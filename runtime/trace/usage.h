/* What links carry, over time: for each link bytes in equal spans, a bounded number of them. Spans
 * are as long as the run needs: when there are too many, two become one. */
#ifndef STP_USAGE_H
#define STP_USAGE_H

#include <stddef.h>

#include "trace/events.h"

struct stp_engine_link;

struct stp_link_usage {
  double bytes, flows; /* in all; how many transfers */
  double busy;         /* bytes divided by the bandwidth that the link had: s */
  double span;         /* s */
  double* spans;       /* bytes in [i * span, (i + 1) * span) */
  size_t count;
};

enum { STP_USAGE_MOST = 1024 };

/* Shares the bytes evenly over their time. */
void stp_usage_add(const struct stp_event_carried* event);

/* Null if it has carried nothing. */
const struct stp_link_usage* stp_usage_of(const struct stp_engine_link* link);

#endif
