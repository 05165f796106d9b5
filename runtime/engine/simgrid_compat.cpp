/* Starting actors and flows, and what is off, which SimGrid 3.32 and 4.x spell differently. */
#include "engine/simgrid_compat.hpp"

#include <cstdint>
#include <unordered_map>

namespace stp {

namespace sg = simgrid::s4u;

/* SimGrid sets the penalty of a flow when its latency has been paid. As ours pay none, all would
 * have the same. The flow that has just started is the last of its model's. */
static void set_penalty(sg::Comm const& comm, double penalty) {
  static auto* const started = [] {
    simgrid::kernel::resource::Model* network = nullptr;
    for (auto* model : sg::Engine::get_instance()->get_all_models())
      if (model->get_name() == "Network_CM02")
        network = model;
    xbt_assert(network, "simterpose: SimGrid has no model CM02");
    return network->get_started_action_set();
  }();
  if (not started->empty() and started->back().get_activity() == comm.get_impl())
    started->back().set_sharing_penalty(penalty);
}

#if SIMGRID_VERSION >= 40000

sg::CommPtr start_flow(sg::Host* from, sg::Host* to, double bytes, double penalty,
                       std::function<void(bool)> done) {
  auto comm = sg::Comm::sendto_init(from, to)->set_payload_size(static_cast<uint64_t>(bytes));
  comm->on_this_completion_cb([done = std::move(done)](sg::Comm const& ended) {
    done(ended.get_state() == sg::Activity::State::FINISHED);
  });
  comm->start();
  set_penalty(*comm, penalty);
  return comm;
}

#else

/* 3.32 has one signal for all activities: ours are found by address. */
static std::unordered_map<sg::Activity const*, std::function<void(bool)>> flows;

static void activity_ended(sg::Activity const& activity) {
  auto const found = flows.find(&activity);
  if (found == flows.end())
    return;
  auto const done = std::move(found->second);
  flows.erase(found);
  done(activity.get_state() == sg::Activity::State::FINISHED);
}

sg::CommPtr start_flow(sg::Host* from, sg::Host* to, double bytes, double penalty,
                       std::function<void(bool)> done) {
  static bool const connected = (sg::Activity::on_completion_cb(activity_ended), true);
  (void)connected;
  auto comm = sg::Comm::sendto_init(from, to)->set_payload_size(static_cast<uint64_t>(bytes));
  flows.emplace(comm.get(), std::move(done));
  comm->vetoable_start();
  set_penalty(*comm, penalty);
  return comm;
}

#endif

sg::ActorPtr create_actor(const char* name, sg::Host* host, std::function<void()> code) {
#if SIMGRID_VERSION >= 40000
  return sg::Engine::get_instance()->add_actor(name, host, std::move(code));
#else
  return sg::Actor::create(name, host, std::move(code));
#endif
}

void on_host_switched(std::function<void(sg::Host const&)> call) {
#if SIMGRID_VERSION >= 40000
  sg::Host::on_onoff_cb(call);
#else
  sg::Host::on_state_change_cb(call);
#endif
}

void on_link_switched(std::function<void(sg::Link const&)> call) {
#if SIMGRID_VERSION >= 40000
  sg::Link::on_onoff_cb(call);
#else
  sg::Link::on_state_change_cb(call);
#endif
}

/* Until 4.0 SimGrid creates them without saying so, and then does not find what it traces. */
void trace_directions() {
#if SIMGRID_VERSION < 40000
  sg::Link::on_creation_cb([](sg::Link const& link) {
    auto const* whole = dynamic_cast<sg::SplitDuplexLink const*>(&link);
    if (whole == nullptr)
      return;
    whole->get_link_up()->seal();
    whole->get_link_down()->seal();
  });
#endif
}

double link_load(sg::Link const* link) {
#if SIMGRID_VERSION >= 40000
  return link->get_load();
#else
  return link->get_usage();
#endif
}

} // namespace stp
