/* Where an address leads from a host, and what the way there does to packets. */
#ifndef STP_PATH_H
#define STP_PATH_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/engine.h"
#include "net/address.h"

struct stp_host;
struct stp_link;
struct stp_path_chance;

/* What becomes of a number: scale * number + add. */
struct stp_affine {
  double scale, add;
};

/* What is done to a way besides what its links do (faults). */
struct stp_path_harm {
  bool blocked;                               /* packets are lost without a word */
  signed char reorder;                        /* < 0: as the links say */
  struct stp_affine latency, loss, duplicate; /* of what the links make of them */
  struct stp_affine jitter; /* scale: of the links' jitters; add: one more, uniform, in s */
};

/* One way, from one host to another or to itself. Lives as long as the run. */
struct stp_path {
  struct stp_host *from, *to;
  bool loopback;           /* inside the host: no delay, no bandwidth, no loss */
  bool reorder;            /* a packet may arrive before one that was sent earlier */
  double loss;             /* probability that a packet is lost on the way */
  double duplicate;        /* probability that one arrives twice */
  struct stp_link** links; /* in order */
  size_t length;

  /* What the platform's profiles change: read by stp_path_now. */
  double latency;   /* s, without jitter */
  double bandwidth; /* of the narrowest link, bytes/s */
  double penalty;   /* of flows, as SimGrid has it (engine.h) */
  bool works;       /* no link is off, and it is not blocked */

  /* The rest is path.c's. */
  double date, extra;             /* when that was read; latency besides the links' */
  struct stp_path_chance* chance; /* null: nothing is random */
  struct stp_path_harm* harm;     /* null: none */
};

/* Says what is done to a way between two hosts; false: nothing. Null: to none. */
extern bool (*stp_path_harmed)(const struct stp_host* from, const struct stp_host* to,
                               struct stp_path_harm* harm);

/* Links, or what stp_path_harmed says, have changed at this date. Maestro. */
void stp_paths_changed(void);

/* Null if the platform has no route. */
const struct stp_path* stp_path_between(struct stp_host* from, struct stp_host* to);

/* The path itself, with the latency and bandwidth of this date. Cheap: costs something only if the
 * platform has profiles, and then once in a date. */
void stp_path_refresh(const struct stp_path* path);
static inline const struct stp_path* stp_path_now(const struct stp_path* path) {
  if (stp_engine_links_vary && path->date != stp_engine_now())
    stp_path_refresh(path);
  return path;
}

/* Why it does not work, for observers. */
const char* stp_path_fault(const struct stp_path* path);

/* The link with the least bandwidth at this date, of those after the first; of equal ones the last.
 * Null if there is one link only. */
struct stp_link* stp_path_bottleneck(const struct stp_path* path);

/* How long the next packet takes: the latency, with the jitter of each link. What must not overtake
 * (unless path->reorder) is the caller's business. */
double stp_path_draw_delay(const struct stp_path* path);
static inline double stp_path_delay(const struct stp_path* path) {
  return path->chance ? stp_path_draw_delay(path) : stp_path_now(path)->latency;
}

/* Of the next `count` packets, how many get through before the first that is lost by chance; all:
 * `count`. (The one that was lost is not counted again: the next call is about those after it.) */
uint64_t stp_path_draw_passing(const struct stp_path* path, uint64_t count);
static inline uint64_t stp_path_passing(const struct stp_path* path, uint64_t count) {
  return path->loss > 0 ? stp_path_draw_passing(path, count) : count;
}

/* Whether the next one arrives twice. */
bool stp_path_draw_duplicate(const struct stp_path* path);
static inline bool stp_path_duplicates(const struct stp_path* path) {
  return path->duplicate > 0 && stp_path_draw_duplicate(path);
}

/* The address of a host in the family of `like`. */
struct in6_addr stp_address_of_host(const struct stp_host* host, struct in6_addr like);

/* Whether `address` is one of `host`'s own: a loopback address or its own. */
bool stp_address_is_local(const struct stp_host* host, struct in6_addr address);

/* The host that `address` leads to from `host` (0.0.0.0, :: and local ones: itself), or null. */
struct stp_host* stp_address_host(struct stp_host* host, struct in6_addr address);

#endif
