/* The only file that knows SimGrid has versions: what 3.32 (Debian 12) and 4.x (Debian 13) do
 * differently. */
#ifndef STP_SIMGRID_COMPAT_HPP
#define STP_SIMGRID_COMPAT_HPP

#include <simgrid/actor.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>
#include <simgrid/kernel/Timer.hpp>
#include <simgrid/kernel/resource/Action.hpp>
#include <simgrid/kernel/resource/Model.hpp>
#include <simgrid/s4u.hpp>
#include <simgrid/version.h>
#if SIMGRID_VERSION >= 40000
#include <simgrid/simcall.hpp>
#else
#include <simgrid/simix.hpp>
#endif

#include <functional>
#include <string>

/* SimGrid exports these but installs no header that declares them. */
namespace simgrid::kernel {
class EngineImpl {
public:
  static double get_clock(); /* what Engine::get_clock, when asked, comes to in the end */
};
namespace actor {
class XBT_PUBLIC ActorImpl {
public:
  void simcall_answer();
};
} // namespace actor
} // namespace simgrid::kernel

namespace stp {

/* Starts code on a host. Maestro. */
simgrid::s4u::ActorPtr create_actor(const char* name, simgrid::s4u::Host* host,
                                    std::function<void()> code);

/* Starts a transfer whose end calls done(true if all was transferred) in maestro. Maestro. */
simgrid::s4u::CommPtr start_flow(simgrid::s4u::Host* from, simgrid::s4u::Host* to, double bytes,
                                 double penalty, std::function<void(bool)> done);

/* Calls back in maestro when a host or a link has gone off or on. */
void on_host_switched(std::function<void(simgrid::s4u::Host const&)> call);
void on_link_switched(std::function<void(simgrid::s4u::Link const&)> call);

/* Whether links of the policy SPLITDUPLEX can be turned off by a profile. */
constexpr bool split_links_switch = SIMGRID_VERSION >= 40000;

/* Before the platform is loaded: SimGrid's traces have the directions of split-duplex links. */
void trace_directions();

/* Bytes per second that cross a link. */
double link_load(simgrid::s4u::Link const* link);

} // namespace stp

#endif
