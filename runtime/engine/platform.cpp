/* Starting SimGrid on a platform file, and the facts of its hosts. */
#include "engine/engine.h"

#include "engine/internal.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <malloc.h>
#include <string>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

namespace {

namespace sg = simgrid::s4u;

std::vector<sg::Host*> hosts; // ordered by name

/* ---- loading, with SimGrid's own complaints turned into one line ---- */

const char* loading; // the platform file while it is being loaded
int captured = -1;   // what SimGrid wrote to the standard error meanwhile
int real_stderr = -1;

// The last words of SimGrid's log, without its decoration; empty if it said nothing of use.
std::string last_complaint() {
  char text[4096];
  ssize_t const length = pread(captured, text, sizeof text - 1, 0);
  if (length <= 0)
    return "";
  text[length] = '\0';
  std::string complaint;
  for (char* line = strtok(text, "\n"); line; line = strtok(nullptr, "\n")) {
    if (strstr(line, "Backtrace") or strstr(line, "(in "))
      break;
    char* const decoration = strrchr(line, ']');
    std::string const words = decoration ? decoration + 1 : line;
    auto const start = words.find_first_not_of(" ");
    if (start != std::string::npos)
      complaint = words.substr(start);
  }
  return complaint;
}

[[noreturn]] void load_failed(std::string const& reason) {
  dprintf(real_stderr, "simterpose: cannot load the platform %s: %s\n", loading,
          reason.empty() ? "SimGrid gave up without a reason" : reason.c_str());
  _exit(2);
}

void load_aborted(int) { load_failed(last_complaint()); }

void load_crashed(int) {
  load_failed("SimGrid crashed; SimGrid 4.0 does where a torus, fat tree or dragonfly is not "
              "within a <zone>");
}

void refuse_switched(const char* file) {
  std::string const link = stp::split_link_that_is_switched(file);
  if (link.empty())
    return;
  fprintf(stderr,
          "simterpose: %s: link %s: SimGrid cannot turn a link with sharing_policy=\"SPLITDUPLEX\" "
          "on and off (state_file): make two links of it, one for each direction\n",
          file, link.c_str());
  exit(2);
}

void load(const char* file) {
  refuse_switched(file);
  loading = file;
  captured = memfd_create("simgrid-messages", MFD_CLOEXEC);
  real_stderr = dup(STDERR_FILENO);
  dup2(captured, STDERR_FILENO);
  auto const old_aborted = signal(SIGABRT, load_aborted);
  auto const old_crashed = signal(SIGSEGV, load_crashed);
  try {
    simgrid_load_platform(file);
    sg::Engine::get_instance()->seal_platform();
  } catch (std::exception const& error) {
    load_failed(error.what());
  }
  signal(SIGABRT, old_aborted);
  signal(SIGSEGV, old_crashed);
  dup2(real_stderr, STDERR_FILENO);
  close(real_stderr);
  close(captured);
}

/* Digits compare by value, so that node-2 comes before node-10. */
bool name_before(sg::Host const* a, sg::Host const* b) {
  return strverscmp(a->get_cname(), b->get_cname()) < 0;
}

sg::Host* unwrap(const stp_engine_host* host) {
  return reinterpret_cast<sg::Host*>(const_cast<stp_engine_host*>(host));
}

} // namespace

static std::string paje;

void stp_engine_paje(const char* file) { paje = std::string("--cfg=tracing/filename:") + file; }

void stp_engine_start(const char* platform_file) {
  /* Actor stacks come from malloc: without this each would be padded, then zeroed page by page. */
  mallopt(M_TOP_PAD, 0);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
  /* Flows are pure bandwidth phases: latency, windows and handshakes are the network model's
   * business (net/). They share links as in SimGrid's LV08, by round trips. */
  std::vector<const char*> arguments{"simterpose",
                                     "--log=root.thres:critical",
                                     "--cfg=network/model:CM02",
                                     "--cfg=network/latency-factor:0",
                                     "--cfg=network/weight-S:20537",
                                     "--cfg=network/bandwidth-factor:1",
                                     "--cfg=network/crosstraffic:0",
                                     "--cfg=network/TCP-gamma:0",
#ifdef __SANITIZE_ADDRESS__
                                     "--cfg=contexts/stack-size:512",
#else
                                     "--cfg=contexts/stack-size:60",
                                     "--cfg=contexts/guard-size:0",
#endif
                                     "--cfg=debug/clean-atexit:0"};
  if (not paje.empty())
    for (const char* argument :
         {paje.c_str(), "--cfg=tracing:yes", "--cfg=tracing/uncategorized:yes",
          "--cfg=tracing/platform/topology:no"})
      arguments.push_back(argument);
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  simgrid_init(&count, const_cast<char**>(arguments.data()));
  if (not paje.empty())
    stp::trace_directions();
  load(platform_file);
  stp::links_start(platform_file);
  /* SimGrid reports deadlocks by itself, in its own terms; ours come instead. */
  xbt_log_control_set("root.app:file:/dev/null");
  hosts = sg::Engine::get_instance()->get_all_hosts();
  std::sort(hosts.begin(), hosts.end(), name_before);
}

const char* stp_engine_version(void) {
  static std::string const version = [] {
    int major, minor, patch;
    sg_version_get(&major, &minor, &patch);
    return std::to_string(major) + "." + std::to_string(minor) +
           (patch ? "." + std::to_string(patch) : "");
  }();
  return version.c_str();
}

size_t stp_engine_host_count(void) { return hosts.size(); }

stp_engine_host* stp_engine_host_at(size_t index) {
  return reinterpret_cast<stp_engine_host*>(hosts[index]);
}

const char* stp_engine_host_name(const stp_engine_host* host) { return unwrap(host)->get_cname(); }

double stp_engine_host_speed(const stp_engine_host* host) { return unwrap(host)->get_speed(); }

double stp_engine_host_speed_now(const stp_engine_host* host) {
  return unwrap(host)->get_speed() * unwrap(host)->get_available_speed();
}

void stp_engine_watch_speeds(void (*changed)(stp_engine_host* host)) {
  sg::Host::on_speed_change_cb([changed](sg::Host const& host) {
    changed(reinterpret_cast<stp_engine_host*>(const_cast<sg::Host*>(&host)));
  });
}

int stp_engine_host_cores(const stp_engine_host* host) { return unwrap(host)->get_core_count(); }

const char* stp_engine_host_property(const stp_engine_host* host, const char* name) {
  return unwrap(host)->get_property(name);
}

bool stp_engine_host_same_zone(const stp_engine_host* a, const stp_engine_host* b) {
  return unwrap(a)->get_englobing_zone() == unwrap(b)->get_englobing_zone();
}
