/* Where an address leads from a host, and what the way there costs. */
#ifndef STP_PATH_H
#define STP_PATH_H

#include <netinet/in.h>
#include <stdbool.h>

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

/* Whether `address` is one of `host`'s own: 127.0.0.0/8 or its address. */
bool stp_address_is_local(const struct stp_host* host, struct in_addr address);

/* Whether it names no single host: multicast or broadcast. */
bool stp_address_is_group(struct in_addr address);

/* The host that `address` leads to from `host` (0.0.0.0 and local ones: itself), or null. */
struct stp_host* stp_address_host(struct stp_host* host, struct in_addr address);

#endif
