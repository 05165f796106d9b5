/* When faults are done and undone. They do not keep a run going: when all processes have ended, or
 * wait for what faults alone have not brought about many times, nothing more is done. */
#include <math.h>
#include <string.h>
#include <utlist.h>

#include "deployed.h"
#include "engine/engine.h"
#include "faults/fault.h"
#include "process/process.h"
#include "trace/events.h"
#include "trace/log.h"

static struct stp_fault* faults;
static size_t count;
struct stp_fault_case* stp_fault_cases;

/* In the order of enum stp_fault_kind. Links and ways share kinds: whose case it is says group_of.
 */
static void network_begin(struct stp_fault_case* it) {
  (it->group_of == NULL ? stp_fault_links_begin : stp_fault_ways_begin)(it);
}

static void network_end(struct stp_fault_case* it) {
  (it->group_of == NULL ? stp_fault_links_end : stp_fault_ways_end)(it);
}

const struct stp_fault_action stp_fault_actions[STP_FAULT_KINDS] = {
    {"crash", "restart", stp_fault_crash, stp_fault_uncrash, true},
    {"restart", NULL, stp_fault_restart, NULL, false},
    {"kill", "end of kill", stp_fault_kill, stp_fault_unkill, false},
    {"pause", "resume", stp_fault_pause, stp_fault_unpause, true},
    {"resume", NULL, stp_fault_resume, NULL, false},
    {"clock jump", "clock jump back", stp_fault_jump, stp_fault_unjump, false},
    {"clock drift", "end of clock drift", stp_fault_drift, stp_fault_undrift, false},
    {"partition", "heal", stp_fault_ways_begin, stp_fault_ways_end, true},
    {"heal", NULL, stp_fault_ways_begin, NULL, true},
    {"link down", "link up", stp_fault_links_begin, stp_fault_links_end, true},
    {"link up", NULL, stp_fault_links_begin, NULL, false},
    {"degrade", "restore", network_begin, network_end, true},
    {"restore", NULL, network_begin, NULL, true},
};

/* ---- whether to go on ---- */

static bool ended; /* nothing is done any more */
static size_t vain;
static double vain_since;
enum { VAIN_ENOUGH = 1000 };

static void end_all(void) {
  ended = true;
  for (size_t i = 0; i < count; i++)
    if (faults[i].timer != NULL)
      stp_engine_timer_cancel(faults[i].timer);
  struct stp_fault_case* it;
  DL_FOREACH(stp_fault_cases, it) {
    if (it->end != NULL)
      stp_engine_timer_cancel(it->end);
    it->end = NULL;
  }
}

/* What is to come. */
struct future {
  size_t timers;
  bool power; /* a host may be on again */
  bool again; /* a process is started again */
  bool once;  /* a fault that does not come again and again */
};

static void add_case(struct future* future, const struct stp_fault_case* it) {
  future->power = future->power || it->fault->kind == STP_FAULT_CRASH;
  future->again = future->again || it->killed_count > 0;
}

static void add_fault(struct future* future, const struct stp_fault* fault) {
  future->power = future->power || fault->kind == STP_FAULT_RESTART;
  future->once = future->once || fault->request->every == 0;
}

static struct future look_ahead(void) {
  struct future future = {0};
  for (size_t i = 0; i < count; i++) {
    if (faults[i].timer == NULL)
      continue;
    future.timers++;
    add_fault(&future, &faults[i]);
  }
  const struct stp_fault_case* it;
  DL_FOREACH(stp_fault_cases, it) {
    if (it->end == NULL)
      continue;
    future.timers++;
    add_case(&future, it);
  }
  return future;
}

/* Before a fault is done or a case ends, whose timer has gone off. */
static bool goes_on(const struct stp_fault* fault, const struct stp_fault_case* it) {
  struct future future = look_ahead();
  if (fault != NULL)
    add_fault(&future, fault);
  if (it != NULL)
    add_case(&future, it);
  bool due;
  if (stp_deployed_over(&due) && !future.again && !(due && future.power))
    return false;
  if (!stp_engine_idle(future.timers + stp_deployed_hopes())) {
    vain = 0;
    return true;
  }
  if (vain++ == 0)
    vain_since = stp_engine_now();
  if (vain < VAIN_ENOUGH || future.once)
    return true;
  stp_warn("faults end at %.6f: since %.6f they have not made any process go on", stp_engine_now(),
           vain_since);
  return false;
}

/* ---- cases ---- */

static void say(const struct stp_fault_case* it, const char* what) {
  stp_info("fault at %.6f: %s of %s", stp_engine_now(), what, stp_fault_text(it));
  if (stp_observed())
    stp_tell_fault(what, stp_fault_subject(it), stp_fault_text(it),
                   it->group_of == NULL && it->hosts.count == 1 ? it->hosts.hosts[0] : NULL);
}

static void case_free(struct stp_fault_case* it) {
  stp_free(it->hosts.hosts);
  stp_free(it->links.links);
  stp_free(it->group_of);
  stp_free(it->killed);
  stp_free(it);
}

void stp_fault_case_drop(struct stp_fault_case* it) {
  DL_DELETE(stp_fault_cases, it);
  if (it->end != NULL)
    stp_engine_timer_cancel(it->end);
  case_free(it);
}

static void end(void* argument) {
  struct stp_fault_case* const it = argument;
  it->end = NULL;
  if (!goes_on(NULL, it)) {
    end_all();
    return;
  }
  const struct stp_fault_action* const action = &stp_fault_actions[it->fault->kind];
  DL_DELETE(stp_fault_cases, it);
  say(it, action->over);
  action->end(it);
  case_free(it);
}

/* `wanted` of `from`, each as likely as another, in their order; 0: all. */
static size_t pick(struct stp_random* random, void** to, void* const* from, size_t size,
                   size_t wanted) {
  size_t picked = 0;
  for (size_t i = 0; i < size; i++) {
    const size_t left = wanted - picked;
    if (wanted == 0 || wanted >= size || stp_random_draw(random) % (size - i) < left)
      to[picked++] = from[i];
  }
  return picked;
}

static void take_hosts(struct stp_fault_case* it, struct stp_fault* fault) {
  const struct stp_fault_hosts* const first = &fault->groups[0];
  it->hosts.hosts = stp_alloc(first->count * sizeof(void*));
  it->hosts.count = pick(&fault->random, (void**)it->hosts.hosts, (void* const*)first->hosts,
                         first->count, fault->request->pick);
}

static void take_links(struct stp_fault_case* it, struct stp_fault* fault) {
  if (fault->request->links.count == 0) {
    it->links = stp_fault_links_of(&it->hosts);
    return;
  }
  it->links.links = stp_alloc(fault->links.count * sizeof(void*));
  it->links.count = pick(&fault->random, (void**)it->links.links, (void* const*)fault->links.links,
                         fault->links.count, fault->request->pick);
}

static void take_groups(struct stp_fault_case* it, const struct stp_fault* fault) {
  it->group_of = stp_alloc((stp_host_count() + 1) * sizeof *it->group_of);
  for (size_t i = 0; i < stp_host_count(); i++)
    it->group_of[i] = fault->group_of[i] == 1 ? 0 : fault->group_of[i];
  for (size_t i = 0; i < it->hosts.count; i++)
    it->group_of[it->hosts.hosts[i]->index] = 1;
}

static struct stp_fault_case* case_new(struct stp_fault* fault) {
  struct stp_fault_case* const it = stp_alloc(sizeof *it);
  it->fault = fault;
  if (fault->request->group_count > 0)
    take_hosts(it, fault);
  if (fault->group_of != NULL)
    take_groups(it, fault);
  else if (fault->kind >= STP_FAULT_LINK_DOWN)
    take_links(it, fault);
  return it;
}

/* ---- dates ---- */

static void occur(void* argument);

static double interval(struct stp_fault* fault) {
  const struct stp_run_fault* const request = fault->request;
  return request->random
             ? -request->every * stp_random_logarithm(stp_random_draw_unit(&fault->random))
             : request->every;
}

static void await(struct stp_fault* fault) {
  const double until = fault->request->until;
  fault->timer = NULL;
  if (until == 0 || fault->next < until)
    fault->timer = stp_engine_timer(fault->next, occur, fault);
}

/* What a fault has done before in the same way, and for good, is not done twice. */
static void supersede(const struct stp_fault* fault) {
  struct stp_fault_case *it, *next;
  DL_FOREACH_SAFE(stp_fault_cases, it, next)
  if (it->fault == fault && it->end == NULL && fault->request->pick == 0)
    stp_fault_case_drop(it);
}

static void apply(struct stp_fault* fault) {
  struct stp_fault_case* const it = case_new(fault);
  const struct stp_fault_action* const action = &stp_fault_actions[fault->kind];
  const double duration = fault->request->duration;
  supersede(fault);
  DL_APPEND(stp_fault_cases, it);
  say(it, action->name);
  if (duration > 0)
    it->end = stp_engine_timer(stp_engine_now() + duration, end, it);
  action->begin(it);
  if (!action->stays && duration == 0)
    stp_fault_case_drop(it);
}

static void occur(void* argument) {
  struct stp_fault* const fault = argument;
  fault->timer = NULL;
  if (ended || !goes_on(fault, NULL)) {
    end_all();
    return;
  }
  if (fault->request->every > 0) {
    fault->next += interval(fault);
    await(fault);
  }
  apply(fault);
}

/* ---- the whole ---- */

/* A stream of numbers of its own: paths and processes have theirs by indices of hosts. */
static const uint64_t stream = (uint64_t)1 << 62;

void stp_faults_prepare(const struct stp_run_fault* requests, size_t request_count) {
  count = request_count;
  faults = stp_alloc((count + 1) * sizeof *faults);
  for (size_t i = 0; i < count; i++) {
    stp_fault_check(&requests[i]);
    stp_fault_find(&faults[i], &requests[i]);
    stp_random_init(&faults[i].random, stream, i);
  }
}

/* What is due at once is done before the first process runs. */
void stp_faults_schedule(void) {
  for (size_t i = 0; i < count; i++) {
    struct stp_fault* const fault = &faults[i];
    fault->next = fault->request->date;
    if (fault->request->random)
      fault->next += interval(fault);
    if (fault->next == 0)
      occur(fault);
    else
      await(fault);
  }
}
