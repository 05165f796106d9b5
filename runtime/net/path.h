/* Where an address leads from a host, and what the way there costs. */
#ifndef STP_PATH_H
#define STP_PATH_H

#include <stdbool.h>

#include "net/address.h"

struct stp_engine_host;
struct stp_host;

/* One way, from one host to another or to itself. Lives as long as the run. */
struct stp_path {
  struct stp_host *from, *to;
  bool loopback;    /* inside the host: no delay, no bandwidth */
  double latency;   /* s */
  double bandwidth; /* of the narrowest link, bytes/s */
};

/* Null if the platform has no route. */
const struct stp_path* stp_path_between(struct stp_host* from, struct stp_host* to);

/* The address of a host in the family of `like`. */
struct in6_addr stp_address_of_host(const struct stp_host* host, struct in6_addr like);

/* Whether `address` is one of `host`'s own: a loopback address or its own. */
bool stp_address_is_local(const struct stp_host* host, struct in6_addr address);

/* The host that `address` leads to from `host` (0.0.0.0, :: and local ones: itself), or null. */
struct stp_host* stp_address_host(struct stp_host* host, struct in6_addr address);

#endif
