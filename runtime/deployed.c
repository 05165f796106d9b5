/* Deployed processes. A host that loses power takes its processes along without a word; when it is
 * on again, those that the deployment wants back are started afresh, on the files that it had:
 * deployed_power.c. */
#include "deployed.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "calls/user_databases.h"
#include "deployed_parts.h"
#include "endings.h"
#include "engine/engine.h"
#include "file/fdtable.h"
#include "file/typed_input.h"
#include "net/power.h"
#include "process/process.h"
#include "process/program.h"
#include "process/signals.h"
#include "process/tree.h"
#include "run.h"

struct stp_deployed* stp_deployed_units;
size_t stp_deployed_count;
bool stp_deployed_ceased;

static size_t to_start; /* at their dates, which are to come */

bool stp_deployed_any_due(void) {
  for (size_t i = 0; i < stp_deployed_count; i++)
    if (stp_deployed_units[i].due)
      return true;
  return false;
}

bool stp_deployed_over(bool* due) {
  *due = stp_deployed_any_due();
  if (to_start > 0 && !stp_deployed_ceased)
    return false;
  for (const struct stp_process* p = stp_processes; p != NULL; p = p->next)
    if (!p->zombie)
      return false;
  return true;
}

/* ---- start ---- */

void stp_deployed_start(void* argument) {
  struct stp_deployed* const unit = argument;
  const struct stp_run_process* const request = unit->request;
  if (stp_deployed_ceased)
    return;
  if (!stp_engine_host_is_on(unit->host->engine)) {
    unit->due = request->restart;
    if (!unit->due)
      stp_warn("%s: host %s is off at %.6f: %s is not started", request->where, unit->host->name,
               stp_engine_now(), unit->program->name);
    if (!unit->due)
      stp_endings_never((size_t)(unit - stp_deployed_units));
    stp_deployed_hope(stp_deployed_any_due());
    return;
  }
  unit->due = false;
  char** const environment = stp_deployed_environment(unit);
  struct stp_process* const process =
      stp_process_start(unit->program, unit->host, request->argv, environment);
  stp_free(environment);
  if (process == NULL) {
    stp_endings_never((size_t)(unit - stp_deployed_units));
    return;
  }
  process->origin = unit;
  stp_endings_begun((size_t)(unit - stp_deployed_units), process);
  if (request->input != NULL)
    stp_fd_replace_in(process, STDIN_FILENO, stp_typed_input_open(request->input), false);
  if (unit->user != NULL)
    stp_user_become(process, unit->user);
}

static void ended(const struct stp_process* process) {
  const struct stp_deployed* const unit = process->origin;
  stp_endings_ended((size_t)(unit - stp_deployed_units), process, !unit->due && !unit->again);
}

static void start_first(void* unit) {
  to_start--;
  stp_deployed_start(unit);
}

void stp_deployed_to_come(struct stp_deployed* unit) { unit->again = true; }

void stp_deployed_again(struct stp_deployed* unit) {
  unit->again = false;
  for (const struct stp_process* p = unit->host->processes; p != NULL; p = p->next_on_host)
    if (p->origin == unit && p->deployed && !p->ending)
      return;
  if (unit->request->stop < 0 || unit->request->stop > stp_engine_now())
    stp_deployed_start(unit);
  else
    stp_endings_never((size_t)(unit - stp_deployed_units));
}

/* ---- stop ---- */

static bool belongs(const struct stp_process* process, const struct stp_deployed* unit) {
  return process->origin == unit && !process->ending;
}

static void kill_unit(void* argument) {
  const struct stp_deployed* const unit = argument;
  for (struct stp_process* p = unit->host->processes; p != NULL; p = p->next_on_host)
    if (belongs(p, unit)) {
      p->stopped = true;
      stp_process_kill(p, SIGKILL);
    }
}

/* The signal goes to all of the unit, as service managers do it; who is left after the grace is
 * killed. */
static void stop_unit(void* argument) {
  struct stp_deployed* const unit = argument;
  const struct stp_run_process* const request = unit->request;
  unit->due = false;
  stp_deployed_hope(stp_deployed_any_due());
  if (request->stop_signal == SIGKILL) {
    kill_unit(unit);
    return;
  }
  siginfo_t info = {.si_signo = request->stop_signal, .si_code = SI_USER};
  info.si_pid = STP_INIT_PID;
  bool any = false;
  for (struct stp_process* p = unit->host->processes; p != NULL; p = p->next_on_host)
    if (belongs(p, unit)) {
      any = p->stopped = true;
      stp_signal_send(p, &info);
    }
  if (any)
    stp_engine_timer(stp_engine_now() + request->stop_grace, kill_unit, unit);
}

/* ---- the whole ---- */

static void prepare(struct stp_deployed* unit, const struct stp_run_process* request) {
  unit->request = request;
  unit->host = stp_host_by_name(request->host);
  if (unit->host == NULL)
    stp_fatal("%s: the platform has no host \"%s\"", request->where, request->host);
  if (request->base != NULL)
    stp_host_set_base(unit->host, request->base, request->where);
  /* Of many processes most run the same program as the one before. */
  static const struct stp_deployed* last;
  enum stp_program_error error;
  char message[1024];
  if (last != NULL && strcmp(last->request->program, request->program) == 0)
    unit->program = last->program;
  else
    unit->program = stp_program_load(request->program, &error, message, sizeof message);
  last = unit;
  if (unit->program == NULL)
    stp_fatal("%s: %s", request->where, message);
}

/* When the directories that hosts start from are known. */
static void find_user(struct stp_deployed* unit) {
  const struct stp_run_process* const request = unit->request;
  if (request->user == NULL)
    return;
  unit->user = stp_user_find(unit->host, request->user);
  if (unit->user == NULL)
    stp_fatal("%s: host %s has no user \"%s\"", request->where, unit->host->name, request->user);
}

void stp_deployed_prepare(const struct stp_run_process* requests, size_t request_count) {
  stp_deployed_count = request_count;
  stp_deployed_units = stp_alloc((stp_deployed_count + 1) * sizeof *stp_deployed_units);
  for (size_t i = 0; i < stp_deployed_count; i++)
    prepare(&stp_deployed_units[i], &requests[i]);
  for (size_t i = 0; i < stp_deployed_count; i++)
    find_user(&stp_deployed_units[i]);
}

void stp_deployed_schedule(void) {
  stp_process_deployed_ended = ended;
  stp_engine_watch_hosts(stp_deployed_host_changed);
  stp_engine_watch_links(stp_net_links_changed);
  for (size_t i = 0; i < stp_host_count(); i++)
    stp_host_at(i)->on = stp_engine_host_is_on(stp_host_at(i)->engine);
  for (size_t i = 0; i < stp_deployed_count; i++) {
    const struct stp_run_process* const request = stp_deployed_units[i].request;
    to_start++;
    stp_engine_timer_loose(request->start > 0 ? request->start : 0, start_first,
                           &stp_deployed_units[i]);
    if (request->stop >= 0)
      stp_engine_timer(request->stop, stop_unit, &stp_deployed_units[i]);
  }
}

void stp_deployed_cease(void) {
  stp_deployed_ceased = true;
  for (size_t i = 0; i < stp_deployed_count; i++)
    stp_deployed_units[i].due = false;
  stp_deployed_hope(false);
}
