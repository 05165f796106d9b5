/* The platform of a run that names none. */
#ifndef CLI_PLATFORM_H
#define CLI_PLATFORM_H

#include <stddef.h>

#include "topology.h"

/* What a run that names no platform says of its network. */
struct cli_network {
  size_t hosts;
  double latency, bandwidth; /* s, bytes/s */
  double loss;               /* probability that a packet is lost */
  double jitter;             /* s */
  double speed;              /* of a core of a host, flops/s */
  unsigned cores;            /* of a host */
  struct cli_topology topology;
};

/* A SimGrid platform of hosts node-0 to node-(hosts-1). In a star each has private links to a
 * switch, one for each direction, so that the route between any two is as the network says and
 * shares only what their other connections use. Returns the path of a file that disappears with
 * this process, however it ends. */
const char* cli_platform_make(const struct cli_network* network);

/* Ends the program, with file and line, if `file` is not a readable, well-formed XML file. (SimGrid
 * checks what is in it.) */
void cli_platform_check(const char* file);

#endif
