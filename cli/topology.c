/* Networks of links between hosts. Shortest paths are found by SimGrid, once for each host that
 * sends (DijkstraCache); a fat tree is a cluster of its own kind. */
#include "topology.h"

#include <stdbool.h>
#include <string.h>

#include "platform.h"
#include "trace/log.h"
#include "units.h"

static const char* const names[] = {"star", "ring", "line", "mesh", "tree", "fat-tree"};

enum { KINDS = sizeof names / sizeof *names, MESH_MOST = 300, DEGREE = 2, DEGREE_MOST = 1000 };

struct cli_topology cli_parse_topology(const char* where, const char* text) {
  const size_t length = strcspn(text, ":");
  struct cli_topology topology = {.degree = DEGREE};
  int kind = 0;
  while (kind < KINDS && (strncmp(text, names[kind], length) != 0 || names[kind][length] != '\0'))
    kind++;
  topology.kind = (enum cli_topology_kind)kind;
  const char* const parameter = text[length] == '\0' ? NULL : text + length + 1;
  if (kind == KINDS || (parameter != NULL && kind != CLI_TREE && kind != CLI_FAT_TREE))
    stp_fatal(
        "%s: \"%s\" is no topology: say star, ring, line, mesh, tree, tree:DEGREE or fat-tree",
        where, text);
  if (parameter != NULL && kind == CLI_TREE)
    topology.degree = (unsigned)cli_parse_count(where, parameter, 1, DEGREE_MOST);
  if (kind == CLI_FAT_TREE)
    topology.layers = parameter;
  return topology;
}

/* ---- links between hosts ---- */

static void write_link(FILE* file, const struct cli_network* network, size_t a, size_t b,
                       const char* direction) {
  fprintf(file, "    <link id=\"link-%zu-%zu_%s\" bandwidth=\"%.17gBps\" latency=\"%.17gs\"", a, b,
          direction, network->bandwidth, network->latency);
  if (network->loss <= 0 && network->jitter <= 0) {
    fprintf(file, "/>\n");
    return;
  }
  fprintf(file,
          ">\n      <prop id=\"loss\" value=\"%.17g\"/>\n"
          "      <prop id=\"jitter\" value=\"%.17gs\"/>\n    </link>\n",
          network->loss, network->jitter);
}

static void write_route(FILE* file, size_t from, size_t to, size_t a, size_t b,
                        const char* direction) {
  fprintf(file,
          "    <route src=\"node-%zu\" dst=\"node-%zu\" symmetrical=\"NO\">"
          "<link_ctn id=\"link-%zu-%zu_%s\"/></route>\n",
          from, to, a, b, direction);
}

/* SimGrid wants all hosts before the links, and these before the routes: `part` says which. */
enum part { LINKS, ROUTES };

static void join(FILE* file, const struct cli_network* network, enum part part, size_t a,
                 size_t b) {
  if (part == LINKS) {
    write_link(file, network, a, b, "UP");
    write_link(file, network, a, b, "DOWN");
  } else {
    write_route(file, a, b, a, b, "UP");
    write_route(file, b, a, a, b, "DOWN");
  }
}

static void write_part(FILE* file, const struct cli_network* network, enum part part) {
  const size_t n = network->hosts;
  const enum cli_topology_kind kind = network->topology.kind;
  for (size_t i = 1; i < n; i++) {
    if (kind == CLI_RING || kind == CLI_LINE)
      join(file, network, part, i - 1, i);
    else if (kind == CLI_TREE)
      join(file, network, part, (i - 1) / network->topology.degree, i);
    for (size_t k = 0; kind == CLI_MESH && k < i; k++)
      join(file, network, part, k, i);
  }
  if (kind == CLI_RING && n > 2)
    join(file, network, part, n - 1, 0);
}

static void write_graph(FILE* file, const struct cli_network* network) {
  const bool mesh = network->topology.kind == CLI_MESH;
  if (mesh && network->hosts > MESH_MOST)
    stp_fatal("a mesh has at most %d hosts: the links of %zu would be %zu", MESH_MOST,
              network->hosts, network->hosts * (network->hosts - 1));
  fprintf(file, "  <zone id=\"nodes\" routing=\"%s\">\n", mesh ? "Full" : "DijkstraCache");
  for (size_t i = 0; i < network->hosts; i++)
    fprintf(file, "    <host id=\"node-%zu\" speed=\"%.17gf\" core=\"%u\"/>\n", i, network->speed,
            network->cores);
  write_part(file, network, LINKS);
  write_part(file, network, ROUTES);
  fprintf(file, "  </zone>\n");
}

/* ---- fat trees ---- */

/* The largest divisor up to the square root. */
static size_t divisor(size_t n) {
  size_t best = 1;
  for (size_t d = 2; d * d <= n; d++)
    if (n % d == 0)
      best = d;
  return best;
}

/* As many hosts at each switch as there are switches or fewer, and as many ways up as down, so that
 * all hosts together can send at their full rate (C. E. Leiserson, "Fat-trees", 1985). */
static void write_fat_tree(FILE* file, const struct cli_network* network) {
  const size_t n = network->hosts, below = divisor(n);
  if (network->loss > 0 || network->jitter > 0)
    stp_fatal(
        "the links of a fat tree have neither loss nor jitter; say --fault \"degrade=* ...\"");
  if (network->topology.layers == NULL && below == 1)
    stp_fatal("a fat tree of %zu hosts: the number must be a product, as 16 = 4 x 4", n);
  /* Within a zone: SimGrid 4.0 crashes where a fat tree is outermost. */
  fprintf(
      file,
      "  <zone id=\"network\" routing=\"Full\">\n"
      "  <cluster id=\"nodes\" prefix=\"node-\" suffix=\"\" radical=\"0-%zu\" speed=\"%.17gf\"\n"
      "           core=\"%u\" bw=\"%.17gBps\" lat=\"%.17gs\" sharing_policy=\"SPLITDUPLEX\"\n"
      "           topology=\"FAT_TREE\" topo_parameters=\"",
      n - 1, network->speed, network->cores, network->bandwidth, network->latency);
  if (network->topology.layers != NULL)
    fprintf(file, "%s\"/>\n", network->topology.layers);
  else
    fprintf(file, "2;%zu,%zu;1,%zu;1,1\"/>\n", below, n / below, below);
  fprintf(file, "  </zone>\n");
}

void cli_topology_write(FILE* file, const struct cli_network* network) {
  (network->topology.kind == CLI_FAT_TREE ? write_fat_tree : write_graph)(file, network);
}
