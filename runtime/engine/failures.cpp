/* Hosts and links that go off and on: by profiles in the platform (state_file, state_profile), or
 * because the runtime says so. */
#include "engine/internal.hpp"

#include <algorithm>
#include <unordered_set>
#include <vector>

namespace sg = simgrid::s4u;

static std::unordered_set<void const*> off; // hosts and links
static void (*host_changed)(stp_engine_host*, bool);
static void (*links_changed)(double);
static bool links_alarm;

static void remember(void const* resource, bool on) {
  if (on)
    off.erase(resource);
  else
    off.insert(resource);
}

// SimGrid has marked the host's actors: they run, to end, in its next round. What the runtime has
// to do comes before that, when the date is settled.
static void host_switched(sg::Host const& host) {
  bool const on = host.is_on();
  remember(&host, on);
  if (not on)
    stp::actors_killed(host);
  stp_engine_host* const handle = stp::handle_of(&host);
  simgrid::kernel::timer::Timer::set(simgrid_get_clock(),
                                     [handle, on] { host_changed(handle, on); });
}

// Several may change at a date. SimGrid stops at this date only if a flow uses the link.
static void link_switched(sg::Link const& link) {
  remember(&link, link.is_on());
  if (not links_changed or links_alarm)
    return;
  links_alarm = true;
  simgrid::kernel::timer::Timer::set(simgrid_get_clock(), [date = simgrid_get_clock()] {
    links_alarm = false;
    links_changed(date);
  });
}

void stp_engine_watch_links(void (*changed)(double)) { links_changed = changed; }

void stp_engine_watch_hosts(void (*changed)(struct stp_engine_host*, bool on)) {
  host_changed = changed;
  stp::on_host_switched(host_switched);
  stp::on_link_switched(link_switched);
  for (auto const* host : sg::Engine::get_instance()->get_all_hosts()) // some may be off already
    remember(host, host->is_on());
  for (auto const* link : sg::Engine::get_instance()->get_all_links())
    remember(link, link->is_on());
}

void stp_engine_host_turn(stp_engine_host* host, bool on) {
  if (on)
    stp::host_of(host)->turn_on();
  else
    stp::host_of(host)->turn_off();
}

void stp_engine_link_turn(stp_engine_link* handle, bool on) {
  auto* const link = reinterpret_cast<sg::Link*>(handle);
  if (on)
    link->turn_on();
  else
    link->turn_off();
}

bool stp_engine_host_is_on(const stp_engine_host* host) { return stp::host_of(host)->is_on(); }

bool stp::route_works(sg::Host const* from, sg::Host const* to) {
  if (off.empty())
    return true;
  std::vector<sg::Link*> links;
  double latency = 0;
  from->route_to(to, links, &latency);
  return std::all_of(links.begin(), links.end(),
                     [](sg::Link const* link) { return link->is_on(); });
}
