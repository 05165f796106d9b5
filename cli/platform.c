/* Platforms: generated, or given by the user. A flat cluster without backbone is the cheapest that
 * SimGrid has: no link is shared by all flows, and a route is made of two private links. */
#include "platform.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "trace/log.h"
#include "xml.h"

static const char head[] = "<?xml version='1.0'?>\n"
                           "<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"
                           "<platform version=\"4.1\">\n";

static void write_cluster(FILE* file, const struct cli_network* network) {
  fprintf(
      file,
      "  <cluster id=\"nodes\" prefix=\"node-\" suffix=\"\" radical=\"0-%zu\" speed=\"%.17gf\"\n"
      "           core=\"%u\" bw=\"%.17gBps\" lat=\"%.17gs\" sharing_policy=\"SPLITDUPLEX\"/>\n",
      network->hosts - 1, network->speed, network->cores, network->bandwidth, network->latency / 2);
}

/* The same in more words, for links with properties: chance is all on the way up, so that a route
 * has as much of it as was asked for. */
static void write_zone(FILE* file, const struct cli_network* network) {
  fprintf(file, "  <zone id=\"nodes\" routing=\"Cluster\">\n");
  for (size_t i = 0; i < network->hosts; i++)
    fprintf(file,
            "    <host id=\"node-%zu\" speed=\"%.17gf\" core=\"%u\"/>\n"
            "    <link id=\"node-%zu_UP\" bandwidth=\"%.17gBps\" latency=\"%.17gs\">\n"
            "      <prop id=\"loss\" value=\"%.17g\"/>\n"
            "      <prop id=\"jitter\" value=\"%.17gs\"/>\n"
            "    </link>\n"
            "    <link id=\"node-%zu_DOWN\" bandwidth=\"%.17gBps\" latency=\"0s\"/>\n"
            "    <host_link id=\"node-%zu\" up=\"node-%zu_UP\" down=\"node-%zu_DOWN\"/>\n",
            i, network->speed, network->cores, i, network->bandwidth, network->latency,
            network->loss, network->jitter, i, network->bandwidth, i, i, i);
  fprintf(file, "  </zone>\n");
}

const char* cli_platform_make(const struct cli_network* network) {
  const int fd = memfd_create("platform.xml", MFD_CLOEXEC);
  FILE* const file = fd < 0 ? NULL : fdopen(dup(fd), "w");
  if (file == NULL)
    stp_fatal("cannot make the platform: %m");
  fputs(head, file);
  if (network->topology.kind != CLI_STAR && network->hosts > 1)
    cli_topology_write(file, network);
  else
    (network->loss > 0 || network->jitter > 0 ? write_zone : write_cluster)(file, network);
  fputs("</platform>\n", file);
  if (fclose(file) != 0)
    stp_fatal("cannot make the platform: %m");
  static char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  return path;
}

/* What SimGrid says of these two is hard to understand. */
struct checking {
  bool doctype, root;
};

static void on_doctype(void* context) { ((struct checking*)context)->doctype = true; }

static void on_start(void* context, const char* element, const char** attributes,
                     const char* where) {
  struct checking* const checking = context;
  if (checking->root)
    return;
  checking->root = true;
  if (strcmp(element, "platform") != 0 || cli_xml_attribute(attributes, "version") == NULL)
    stp_fatal("%s: a platform begins with <platform version=\"4.1\">, not <%s>", where, element);
  if (!checking->doctype)
    stp_fatal("%s: before <platform>, SimGrid wants the line <!DOCTYPE platform SYSTEM "
              "\"https://simgrid.org/simgrid.dtd\">",
              where);
}

void cli_platform_check(const char* file) {
  struct checking checking = {0};
  const struct cli_xml handlers = {.start = on_start, .context = &checking, .doctype = on_doctype};
  cli_xml_read(file, "platform", &handlers);
}
