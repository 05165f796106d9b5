/* Platforms: generated, or given by the user. A flat cluster without backbone is the cheapest that
 * SimGrid has: no link is shared by all flows, and a route is made of two private links. */
#include "platform.h"

#include <stdio.h>
#include <sys/mman.h>

#include "trace/log.h"
#include "xml.h"

const char* cli_platform_make(size_t hosts, double latency, double bandwidth) {
  const int fd = memfd_create("platform.xml", MFD_CLOEXEC);
  if (fd < 0)
    stp_fatal("cannot make the platform: %m");
  dprintf(fd,
          "<?xml version='1.0'?>\n"
          "<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"
          "<platform version=\"4.1\">\n"
          "  <cluster id=\"nodes\" prefix=\"node-\" suffix=\"\" radical=\"0-%zu\" speed=\"1Gf\"\n"
          "           bw=\"%.17gBps\" lat=\"%.17gs\" sharing_policy=\"SPLITDUPLEX\"/>\n"
          "</platform>\n",
          hosts - 1, bandwidth, latency / 2);
  static char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  return path;
}

void cli_platform_check(const char* file) {
  const struct cli_xml nothing = {.start = NULL};
  cli_xml_read(file, "platform", &nothing);
}
