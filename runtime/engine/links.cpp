/* Links: their facts, and the routes that they make. */
#include "engine/internal.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <unordered_map>
#include <vector>

namespace sg = simgrid::s4u;

bool stp_engine_links_vary;

static std::vector<sg::Link*> links;                                // ordered by name
static std::unordered_map<sg::Link const*, sg::Link const*> wholes; // of directions

static sg::Link* link_of(const stp_engine_link* handle) {
  return reinterpret_cast<sg::Link*>(const_cast<stp_engine_link*>(handle));
}

static stp_engine_link* handle_of(sg::Link* link) {
  return reinterpret_cast<stp_engine_link*>(link);
}

// SimGrid does not say whether anything will change. A file that has no word of profiles has none.
static bool has_profiles(const char* file) {
  std::ifstream stream(file);
  std::string const text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  for (const char* word : {"_file", "_profile", "trace_connect", "include"})
    if (text.find(word) != std::string::npos)
      return true;
  return text.empty() or text.find("<platform") == std::string::npos; // not XML
}

// What the platform says of a split-duplex link, properties among it, SimGrid keeps with neither of
// its directions.
static void find_whole(sg::Link const* link) {
  std::string const& name = link->get_name();
  for (const char* direction : {"_UP", "_DOWN"}) {
    size_t const length = strlen(direction);
    if (name.size() <= length or name.compare(name.size() - length, length, direction) != 0)
      continue;
    try {
      auto const* whole = sg::SplitDuplexLink::by_name(name.substr(0, name.size() - length));
      if (whole->get_link_up() == link or whole->get_link_down() == link)
        wholes.emplace(link, whole);
    } catch (std::exception const&) {
      // a link that is just called so
    }
  }
}

void stp::links_start(const char* platform_file) {
  stp_engine_links_vary = has_profiles(platform_file);
  links = sg::Engine::get_instance()->get_all_links();
  std::sort(links.begin(), links.end(), [](sg::Link const* a, sg::Link const* b) {
    return strverscmp(a->get_cname(), b->get_cname()) < 0;
  });
  for (auto const* link : links)
    find_whole(link);
}

size_t stp_engine_link_count(void) { return links.size(); }

stp_engine_link* stp_engine_link_at(size_t index) { return handle_of(links[index]); }

const char* stp_engine_link_name(const stp_engine_link* link) { return link_of(link)->get_cname(); }

const char* stp_engine_link_property(const stp_engine_link* link, const char* name) {
  auto const whole = wholes.find(link_of(link));
  return (whole == wholes.end() ? link_of(link) : whole->second)->get_property(name);
}

double stp_engine_link_latency(const stp_engine_link* link) { return link_of(link)->get_latency(); }

double stp_engine_link_bandwidth(const stp_engine_link* link) {
  return link_of(link)->get_bandwidth();
}

void stp_engine_link_set_latency(stp_engine_link* link, double latency) {
  link_of(link)->set_latency(latency);
}

void stp_engine_link_set_bandwidth(stp_engine_link* link, double bandwidth) {
  link_of(link)->set_bandwidth(bandwidth);
}

double stp_engine_link_load(const stp_engine_link* link) { return stp::link_load(link_of(link)); }

bool stp_engine_link_is_on(const stp_engine_link* link) { return link_of(link)->is_on(); }

// Without a latency SimGrid does not add up those of the links.
static std::vector<sg::Link*> route_of(const stp_engine_host* from, const stp_engine_host* to,
                                       double* latency) {
  stp::Outside outside;
  std::vector<sg::Link*> route;
  try {
    stp::host_of(from)->route_to(stp::host_of(to), route, latency);
  } catch (std::exception const&) {
    route.clear(); // a zone that has no path says so by throwing
  }
  return route;
}

size_t stp_engine_route(const stp_engine_host* from, const stp_engine_host* to,
                        stp_engine_link** found, size_t room, double* latency) {
  *latency = 0;
  std::vector<sg::Link*> const route = route_of(from, to, latency);
  for (size_t i = 0; i < std::min(room, route.size()); i++)
    found[i] = handle_of(route[i]);
  return route.size();
}

void stp_engine_route_ends(const stp_engine_host* from, const stp_engine_host* to,
                           stp_engine_link* ends[2]) {
  std::vector<sg::Link*> const route = route_of(from, to, nullptr);
  ends[0] = route.empty() ? nullptr : handle_of(route.front());
  ends[1] = route.empty() ? nullptr : handle_of(route.back());
}
