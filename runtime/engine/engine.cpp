/* Actors, deferred work, flows and executions over SimGrid 3.32 and 4.x. Costs and pitfalls
 * behind each choice are measured in shared/simgrid-facts.md:
 * - park is an empty blocking simcall and unpark its answer: the cheapest hand-off, without
 * suspend's side effects;
 * - what an actor asks for (wake-ups, flows, spawns) is queued and done in maestro by the simcall
 * of its next park, so an operation that does not block never enters the simulator;
 * - flows are started in maestro, where their completion signal fires by itself. */
#include "engine/engine.h"

#include "engine/simgrid_compat.hpp"

#include <vector>

namespace {

namespace sg = simgrid::s4u;

struct Deferred {
  void (*function)(void*);
  void* argument;
};

std::vector<Deferred> deferred; // asked for by actors, not yet done
stp_actor* current = nullptr;   // the actor that runs, null in maestro
std::vector<sg::CommPtr> ended; // completed flows, kept while SimGrid's signal is on the stack

// While SimGrid works for a virtual thread, no virtual thread runs.
class Outside {
  stp_thread* const thread_ = stp_self;

public:
  Outside() { stp_self = nullptr; }
  ~Outside() { stp_self = thread_; }
  Outside(Outside const&) = delete;
  Outside& operator=(Outside const&) = delete;
};

void flush_deferred() {
  ended.clear();
  // What is done here may defer more: index, not iterator.
  for (size_t i = 0; i < deferred.size(); i++)
    deferred[i].function(deferred[i].argument);
  deferred.clear();
}

struct DeadlockFound {};

} // namespace

struct stp_actor {
  simgrid::kernel::actor::ActorImpl* impl = nullptr;
  void (*code)(void*) = nullptr;
  void* argument = nullptr;
  bool parked = false; // in park's simcall, not answered
  bool woken = false;  // unparked while not parked
};

struct stp_flow {
  sg::Host *from, *to;
  double bytes;
  void (*callback)(void*, bool);
  void* argument;
  sg::CommPtr comm; // null until started
};

/* ---- the run ---- */

bool stp_engine_run(void (*advanced)(void)) {
  if (advanced)
    sg::Engine::on_time_advance_cb([advanced](double) { advanced(); });
  sg::Engine::on_deadlock_cb([] { throw DeadlockFound(); });
  try {
    sg::Engine::get_instance()->run();
  } catch (DeadlockFound const&) {
    return false;
  }
  return true;
}

double stp_engine_now(void) { return simgrid_get_clock(); }

void stp_engine_defer(void (*function)(void*), void* argument) {
  if (not current)
    return function(argument);
  Outside outside;
  deferred.push_back({function, argument});
}

/* ---- actors ---- */

static void actor_body(stp_actor* self) {
  current = self;
  self->code(self->argument);
  simgrid::kernel::actor::simcall_answered([] {
    current = nullptr;
    flush_deferred();
  });
  delete self;
}

stp_actor* stp_engine_spawn(const char* name, stp_engine_host* host, void (*code)(void*),
                            void* argument) {
  auto* actor = new stp_actor;
  actor->code = code;
  actor->argument = argument;
  auto const handle =
      stp::create_actor(name, reinterpret_cast<sg::Host*>(host), [actor] { actor_body(actor); });
  actor->impl = handle->get_impl();
  return actor;
}

static void answer(void* argument) {
  auto* actor = static_cast<stp_actor*>(argument);
  if (actor->parked) {
    actor->parked = false;
    actor->impl->simcall_answer();
  } else {
    actor->woken = true;
  }
}

// Gives control to maestro, which does what was deferred; back when the actor is answered. SimGrid
// runs all runnable actors before it looks at their simcalls, so an answer may come between this
// call and its handler: it is found in `woken`.
static void give_way(stp_actor* self, bool runnable) {
  simcall_run_blocking(
      [self, runnable] {
        current = nullptr;
        self->parked = true;
        flush_deferred();
        if (runnable || self->woken)
          answer(self);
      },
      nullptr);
  current = self;
  self->woken = false;
}

void stp_engine_park(stp_actor* self) {
  if (self->woken) {
    self->woken = false;
    return;
  }
  give_way(self, false);
}

void stp_engine_yield(stp_actor* self) { give_way(self, true); }

void stp_engine_unpark(stp_actor* actor) {
  if (current) {
    Outside outside;
    deferred.push_back({answer, actor});
  } else {
    answer(actor);
  }
}

void stp_engine_execute(stp_actor* self, double flops) {
  simgrid::kernel::actor::simcall_answered([] {
    current = nullptr;
    flush_deferred();
  });
  sg_actor_execute(flops);
  current = self;
}

/* ---- flows ---- */

static void flow_ended(stp_flow* flow, bool ok) {
  ended.push_back(std::move(flow->comm));
  if (flow->callback)
    flow->callback(flow->argument, ok);
  delete flow;
}

static void flow_begin(void* argument) {
  auto* flow = static_cast<stp_flow*>(argument);
  if (not flow->callback) { // cancelled before it began
    delete flow;
    return;
  }
  flow->comm =
      stp::start_flow(flow->from, flow->to, flow->bytes, [flow](bool ok) { flow_ended(flow, ok); });
}

stp_flow* stp_engine_flow(stp_engine_host* from, stp_engine_host* to, double bytes,
                          void (*callback)(void*, bool), void* argument) {
  Outside outside;
  auto* flow = new stp_flow{reinterpret_cast<sg::Host*>(from),
                            reinterpret_cast<sg::Host*>(to),
                            bytes,
                            callback,
                            argument,
                            nullptr};
  stp_engine_defer(flow_begin, flow);
  return flow;
}

static void flow_stop(void* argument) { static_cast<stp_flow*>(argument)->comm->cancel(); }

void stp_engine_flow_cancel(stp_flow* flow) {
  flow->callback = nullptr;
  if (flow->comm)
    stp_engine_defer(flow_stop, flow);
}
