/* Actors and deferred work over SimGrid 3.32 and 4.x. Costs and pitfalls
 * behind each choice are measured in shared/simgrid-facts.md:
 * - park is an empty blocking simcall and unpark its answer: the cheapest hand-off, without
 * suspend's side effects;
 * - what an actor asks for (wake-ups, flows, spawns) is queued and done in maestro by the simcall
 * of its next park, so an operation that does not block never enters the simulator;
 * - an actor that SimGrid kills with its host is not unwound through foreign frames: the exception
 * is caught here, and thrown again once the actor has returned from its code. */
#include "engine/engine.h"

#include "engine/internal.hpp"
#include "engine/simgrid_compat.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace {

namespace sg = simgrid::s4u;

struct Deferred {
  void (*function)(void*);
  void* argument;
};

std::vector<Deferred> deferred; // asked for by actors, not yet done
stp_actor* current = nullptr;   // the actor that runs, null in maestro

void set_halt();

void flush_deferred() {
  set_halt();
  stp::flows_settled();
  // What is done here may defer more: index, not iterator.
  for (size_t i = 0; i < deferred.size(); i++)
    deferred[i].function(deferred[i].argument);
  deferred.clear();
}

struct DeadlockFound {};

double halt_set = INFINITY; // the date of the timer for it

void halt() {
  halt_set = INFINITY;
  stp_engine_halt();
}

// What was asked for since.
void set_halt() {
  if (stp_engine_halt_date == INFINITY || stp_engine_halt_date == halt_set)
    return;
  double const date = std::max(stp_engine_halt_date, stp_engine_now());
  halt_set = date;
  stp_engine_halt_date = INFINITY;
  simgrid::kernel::timer::Timer::set(date, [date] {
    if (date == halt_set) // else there was another wish since
      halt();
  });
}

} // namespace

struct stp_actor {
  simgrid::kernel::actor::ActorImpl* impl = nullptr;
  sg::Host* host = nullptr;
  void (*code)(void*) = nullptr;
  void* argument = nullptr;
  enum { RUNS, PARKED, DOZES, YIELDS } state = RUNS; // of the simcall that is not answered yet
  bool woken = false;                                // unparked while not parked
  bool roused = false;                               // likewise, while it did not doze
  bool killed = false; // with its host: SimGrid runs it once more, for it to end
  bool told = false;   // it knows: the exception has come
  stp_actor *prev = nullptr, *next = nullptr;
};

static stp_actor* actors; // all of them

/* ---- the run ---- */

double stp_engine_halt_date = INFINITY;
void (*stp_engine_halt)(void);

bool stp_engine_run(void (*advanced)(void), bool (*stuck)(void)) {
  sg::Engine::on_time_advance_cb([advanced](double) {
    advanced();
    set_halt();
  });
  set_halt();
  sg::Engine::on_deadlock_cb([] { throw DeadlockFound(); });
  for (;;) {
    try {
      sg::Engine::get_instance()->run();
      return true;
    } catch (DeadlockFound const&) {
      if (not stuck())
        return false;
    }
  }
}

double stp_engine_now(void) { return simgrid::kernel::EngineImpl::get_clock(); }

void stp_engine_defer(void (*function)(void*), void* argument) {
  if (not current)
    return function(argument);
  stp::Outside outside;
  deferred.push_back({function, argument});
}

/* ---- actors ---- */

static void destroy(void* argument) {
  auto* const actor = static_cast<stp_actor*>(argument);
  (actor->prev ? actor->prev->next : actors) = actor->next;
  if (actor->next)
    actor->next->prev = actor->prev;
  delete actor;
}

// SimGrid lets a killed actor do nothing but unwind its stack by this exception. What was deferred
// is then done before the date changes.
[[noreturn]] static void die(stp_actor* self) {
  current = nullptr;
  deferred.push_back({destroy, self});
  simgrid::kernel::timer::Timer::set(stp_engine_now(), flush_deferred);
  throw simgrid::ForcefulKillException();
}

static void actor_body(stp_actor* self) {
  current = self;
  self->code(self->argument);
  if (self->told)
    die(self);
  try {
    simgrid::kernel::actor::simcall_answered([] {
      current = nullptr;
      flush_deferred();
    });
  } catch (simgrid::ForcefulKillException const&) {
    self->told = true;
  }
  if (self->told)
    die(self);
  destroy(self);
}

stp_actor* stp_engine_spawn(const char* name, stp_engine_host* host, void (*code)(void*),
                            void* argument) {
  auto* const place = reinterpret_cast<sg::Host*>(host);
  if (not place->is_on())
    return nullptr;
  auto* actor = new stp_actor;
  actor->host = place;
  actor->code = code;
  actor->argument = argument;
  actor->next = actors;
  if (actors)
    actors->prev = actor;
  actors = actor;
  auto const handle = stp::create_actor(name, place, [actor] { actor_body(actor); });
  actor->impl = handle->get_impl();
  return actor;
}

uint64_t stp_engine_events;

static void answer(stp_actor* actor) {
  stp_engine_events++;
  actor->state = stp_actor::RUNS;
  actor->impl->simcall_answer();
}

static void unpark(void* argument) {
  auto* actor = static_cast<stp_actor*>(argument);
  if (actor->killed)
    return;
  if (actor->state == stp_actor::PARKED)
    answer(actor);
  else
    actor->woken = true;
}

static void rouse(void* argument) {
  auto* actor = static_cast<stp_actor*>(argument);
  if (actor->killed)
    return;
  if (actor->state == stp_actor::DOZES)
    answer(actor);
  else
    actor->roused = true;
}

// Gives control to maestro, which does what was deferred; back when the actor is answered. SimGrid
// runs all runnable actors before it looks at their simcalls, so an answer may come between this
// call and its handler: it is found in `token`.
static void give_way(stp_actor* self, decltype(stp_actor::state) state, bool& token) {
  auto const handler = [self, state, &token] {
    current = nullptr;
    self->state = state;
    flush_deferred();
    if (self->state == state && token)
      answer(self);
  };
  try { // by reference: a std::function that holds more than two words allocates memory
    simcall_run_blocking(std::cref(handler), nullptr);
  } catch (simgrid::ForcefulKillException const&) {
    self->told = true;
  }
  current = self;
  token = false;
}

void stp_engine_park(stp_actor* self) {
  if (self->told)
    return;
  if (self->woken) {
    self->woken = false;
    return;
  }
  give_way(self, stp_actor::PARKED, self->woken);
}

void stp_engine_yield(stp_actor* self) {
  bool at_once = true;
  if (not self->told)
    give_way(self, stp_actor::YIELDS, at_once);
}

void stp_engine_doze(stp_actor* self) {
  if (not self->told and not self->roused)
    give_way(self, stp_actor::DOZES, self->roused);
  self->roused = false;
}

void stp_engine_unpark(stp_actor* actor) {
  if (current) {
    stp::Outside outside;
    deferred.push_back({unpark, actor});
  } else {
    unpark(actor);
  }
}

void stp_engine_rouse(stp_actor* actor) {
  if (current) {
    stp::Outside outside;
    deferred.push_back({rouse, actor});
  } else {
    rouse(actor);
  }
}

bool stp_engine_killed(stp_actor const* actor) { return actor && actor->killed; }

void stp::actors_killed(sg::Host const& host) {
  for (stp_actor* actor = actors; actor; actor = actor->next)
    actor->killed = actor->killed || actor->host == &host;
}
