/* What links do to packets besides taking their time: properties of links in the platform that are
 * Simterpose's own (docs/platforms.md). */
#ifndef STP_LINK_H
#define STP_LINK_H

#include <stdbool.h>

struct stp_engine_link;
struct stp_random;

/* As Linux's netem has them (tc-netem(8)): jitter J is the largest deviation of uniform, the
 * standard deviation of the others; no packet deviates by more than 4 J. */
enum stp_jitter {
  STP_JITTER_UNIFORM,
  STP_JITTER_NORMAL,
  STP_JITTER_PARETO,
  STP_JITTER_PARETONORMAL
};

struct stp_link {
  struct stp_engine_link* engine;
  double loss;   /* probability that a packet is lost */
  double jitter; /* s; 0: none */
  enum stp_jitter distribution;
  double duplicate;   /* probability that a datagram comes twice */
  bool reorder;       /* packets may overtake each other by their jitter */
  bool queue_bytes;   /* its queue is bounded by bytes, not by packets */
  double queue_limit; /* what fits into the router's queue before it */

  /* Kept by udp_lane.c. */
  double queue;   /* what is there */
  double busy;    /* until when it is taken, as the first link of a host */
  unsigned lanes; /* of UDP whose first link it is, with a flow */
};

/* Reads the properties of all links. A bad one ends the program (status 2). */
void stp_links_start(const char* platform);

/* The link of the engine's. Lives as long as the run. */
struct stp_link* stp_link_of(struct stp_engine_link* engine);

/* How much later (negative: sooner) than the link's latency the next packet arrives, in seconds. */
double stp_link_deviation(const struct stp_link* link, struct stp_random* random);

#endif
