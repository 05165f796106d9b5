/* Flows: SimGrid's host-to-host communications, started in maestro, where their completion signal
 * fires by itself. */
#include "engine/internal.hpp"

#include <unordered_map>
#include <utility>
#include <vector>

namespace sg = simgrid::s4u;

struct stp_flow {
  sg::Host *from, *to;
  double bytes, penalty;
  void (*callback)(void*, bool);
  void* argument;
  sg::CommPtr comm;    // null until started
  unsigned* beside_it; // of those in progress, once started
};

// Completed ones, kept while SimGrid's signal is on the stack.
static std::vector<sg::CommPtr> ended;

// How many have started and not ended, by where they come from.
static std::unordered_map<sg::Host const*, unsigned> in_progress;

// Not ended, nor cancelled before they began.
static size_t existing;

bool stp::flows_exist() { return existing > 0; }

void stp::flows_settled() { ended.clear(); }

static void tell(stp_flow* flow, bool ok) {
  if (flow->callback)
    flow->callback(flow->argument, ok);
  existing--;
  delete flow;
}

static void tell_done(void* argument) { tell(static_cast<stp_flow*>(argument), true); }

// SimGrid has an order for flows that end at one date, and it is always the same.
static void flow_ended(stp_flow* flow, bool ok) {
  if (flow->comm)
    --*flow->beside_it;
  ended.push_back(std::move(flow->comm));
  if (ok and stp::permutes())
    stp_engine_timer_loose(stp_engine_now(), tell_done, flow);
  else
    tell(flow, ok);
}

// SimGrid starts no flow where a host or a link is off.
static void flow_lost(void* argument) { flow_ended(static_cast<stp_flow*>(argument), false); }

static void flow_begin(void* argument) {
  auto* flow = static_cast<stp_flow*>(argument);
  if (not flow->callback) { // cancelled before it began
    existing--;
    delete flow;
    return;
  }
  if (not flow->from->is_on() or not flow->to->is_on() or
      not stp::route_works(flow->from, flow->to)) {
    stp_engine_timer(stp_engine_now(), flow_lost, flow);
    return;
  }
  flow->beside_it = &in_progress[flow->from];
  ++*flow->beside_it;
  flow->comm = stp::start_flow(flow->from, flow->to, flow->bytes, flow->penalty,
                               [flow](bool ok) { flow_ended(flow, ok); });
}

stp_flow* stp_engine_flow(stp_engine_host* from, stp_engine_host* to, double bytes, double penalty,
                          void (*callback)(void*, bool), void* argument) {
  stp::Outside outside;
  auto* flow = new stp_flow{stp::host_of(from), stp::host_of(to), bytes,   penalty,
                            callback,           argument,         nullptr, nullptr};
  existing++;
  stp_engine_defer(flow_begin, flow);
  return flow;
}

static void flow_stop(void* argument) { static_cast<stp_flow*>(argument)->comm->cancel(); }

void stp_engine_flow_cancel(stp_flow* flow) {
  flow->callback = nullptr;
  if (flow->comm)
    stp_engine_defer(flow_stop, flow);
}

unsigned stp_engine_flows_from(const stp_engine_host* host) {
  auto const found = in_progress.find(stp::host_of(host));
  return found == in_progress.end() ? 0 : found->second;
}
