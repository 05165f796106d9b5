/* What the files of the engine tell each other. */
#ifndef STP_ENGINE_INTERNAL_HPP
#define STP_ENGINE_INTERNAL_HPP

#include "engine/engine.h"
#include "engine/simgrid_compat.hpp"

namespace stp {

// While SimGrid works for a virtual thread, no virtual thread runs.
class Outside {
  stp_thread* const thread_ = stp_self;

public:
  Outside() { stp_self = nullptr; }
  ~Outside() { stp_self = thread_; }
  Outside(Outside const&) = delete;
  Outside& operator=(Outside const&) = delete;
};

inline simgrid::s4u::Host* host_of(const stp_engine_host* handle) {
  return reinterpret_cast<simgrid::s4u::Host*>(const_cast<stp_engine_host*>(handle));
}

inline stp_engine_host* handle_of(const simgrid::s4u::Host* host) {
  return reinterpret_cast<stp_engine_host*>(const_cast<simgrid::s4u::Host*>(host));
}

/* engine.cpp: SimGrid is killing the actors of a host. */
void actors_killed(simgrid::s4u::Host const& host);

/* links.cpp: the platform has been loaded. */
void links_start(const char* platform_file);

/* split_links.cpp: the first link of a file that has a profile which it cannot have; or "". */
std::string split_link_that_is_switched(const char* platform_file);

/* failures.cpp: whether all links of a route are on. Costs nothing while nothing is off. */
bool route_works(simgrid::s4u::Host const* from, simgrid::s4u::Host const* to);

/* order.cpp: whether stp_engine_any chooses at all. */
bool permutes();

/* flows.cpp: SimGrid is not in the middle of ending a flow. */
void flows_settled();

/* flows.cpp: whether one has been asked for that has not ended. */
bool flows_exist();

} // namespace stp

#endif
