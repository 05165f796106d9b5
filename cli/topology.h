/* The shape of a generated network: what is between its hosts. */
#ifndef CLI_TOPOLOGY_H
#define CLI_TOPOLOGY_H

#include <stdio.h>

struct cli_network;

enum cli_topology_kind {
  CLI_STAR,     /* around a switch: the default (platform.c) */
  CLI_RING,     /* each connected to the next, the last to the first */
  CLI_LINE,     /* each connected to the next */
  CLI_MESH,     /* each connected to each */
  CLI_TREE,     /* each connected to the next DEGREE that have no parent yet */
  CLI_FAT_TREE, /* switches in two layers, as in data centres */
};

struct cli_topology {
  enum cli_topology_kind kind;
  unsigned degree;    /* of a tree */
  const char* layers; /* of a fat tree: its parameters as SimGrid has them; null: by the hosts */
};

/* "ring", "tree", "tree:3", "fat-tree:2;4,4;1,2;1,2". Others end the program (status 2):
 * "WHERE: ...". */
struct cli_topology cli_parse_topology(const char* where, const char* text);

/* Writes the zone. Latency, bandwidth, loss and jitter are those of each link, in either direction.
 * A number of hosts that does not suit ends the program. */
void cli_topology_write(FILE* file, const struct cli_network* network);

#endif
