/* Deployed processes. A host that loses power takes its processes along without a word; when it is
 * on again, those that the deployment wants back are started afresh, on the files that it had. */
#include "deployed.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "calls/user_databases.h"
#include "endings.h"
#include "engine/engine.h"
#include "file/fdtable.h"
#include "file/typed_input.h"
#include "ipc/power.h"
#include "net/power.h"
#include "process/process.h"
#include "process/program.h"
#include "process/signals.h"
#include "process/tree.h"
#include "run.h"
#include "trace/events.h"

/* One entry of the deployment: it and what it started are its unit. */
struct stp_deployed {
  const struct stp_run_process* request;
  struct stp_program* program;
  struct stp_host* host;
  struct stp_user* user; /* null: root, as by default */
  bool due;              /* is to start when its host is on again, */
  bool again;            /* at a date that whoever killed it knows */
};

static struct stp_deployed* deployed;
static size_t count;
static size_t to_start; /* at their dates, which are to come */
static bool ceased;

static const char* const default_environment[] = {
    "HOME=/root",
    "LOGNAME=root",
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "PWD=/",
    "SHELL=/bin/sh",
    "USER=root",
};

/* Sets a variable, in place of one of the same name. */
static size_t set_variable(char** environment, size_t length, char* variable) {
  const size_t name = strcspn(variable, "=") + 1;
  size_t at = 0;
  while (at < length && strncmp(environment[at], variable, name) != 0)
    at++;
  environment[at] = variable;
  return length + (at == length);
}

/* The default environment, that of the user, and what the deployment adds to it. */
static char** environment_of(const struct stp_deployed* unit) {
  enum { DEFAULTS = sizeof default_environment / sizeof *default_environment };
  char* const* const more = unit->request->environment;
  size_t added = 0, length = 0;
  while (more != NULL && more[added] != NULL)
    added++;
  char** const environment = stp_alloc((DEFAULTS + added + 1) * sizeof *environment);
  for (size_t i = 0; i < DEFAULTS; i++)
    environment[length++] = (char*)default_environment[i];
  for (size_t i = 0; unit->user != NULL && i < STP_USER_VARIABLES; i++)
    length = set_variable(environment, length, unit->user->variables[i]);
  for (size_t i = 0; i < added; i++)
    length = set_variable(environment, length, more[i]);
  return environment;
}

/* ---- waiting for hosts ---- */

/* The simulator follows its profiles only as far as something else is to come. So something is, a
 * long way off, while a host that is off has processes to start, and when every process waits: a
 * host that goes off or on may be what they wait for. */
static struct stp_timer* hope;
static double stuck_since = -1; /* the date at which every process came to wait; < 0: they do not */
static unsigned in_vain;        /* changes since, that concerned nobody */

static const double long_enough = 1e7; /* s */
enum { CHANGES_ENOUGH = 1000 };

static void give_up(void* unused) {
  (void)unused;
  hope = NULL;
  for (size_t i = 0; i < count; i++)
    if (deployed[i].due)
      stp_warn("%s: host %s is off and stays so: %s is not started", deployed[i].request->where,
               deployed[i].host->name, deployed[i].program->name);
}

static bool any_due(void) {
  for (size_t i = 0; i < count; i++)
    if (deployed[i].due)
      return true;
  return false;
}

static void hope_on(bool reason) {
  if (reason && hope == NULL) {
    hope = stp_engine_timer(stp_engine_now() + long_enough, give_up, NULL);
  } else if (!reason && hope != NULL) {
    stp_engine_timer_cancel(hope);
    hope = NULL;
  }
}

/* Something has happened to `count` processes. */
static void changed(size_t concerned) {
  if (concerned > 0)
    stuck_since = -1;
  in_vain = concerned > 0 ? 0 : in_vain + 1;
  hope_on(any_due() || (stuck_since >= 0 && in_vain < CHANGES_ENOUGH));
}

bool stp_deployed_stuck(void) {
  if (stuck_since >= 0)
    return false;
  stuck_since = stp_engine_now();
  in_vain = 0;
  hope_on(true);
  return true;
}

double stp_deployed_stuck_since(void) { return stuck_since; }

size_t stp_deployed_hopes(void) { return hope != NULL; }

bool stp_deployed_over(bool* due) {
  *due = any_due();
  if (to_start > 0 && !ceased)
    return false;
  for (const struct stp_process* p = stp_processes; p != NULL; p = p->next)
    if (!p->zombie)
      return false;
  return true;
}

/* ---- start ---- */

static void start(void* argument) {
  struct stp_deployed* const unit = argument;
  const struct stp_run_process* const request = unit->request;
  if (ceased)
    return;
  if (!stp_engine_host_is_on(unit->host->engine)) {
    unit->due = request->restart;
    if (!unit->due)
      stp_warn("%s: host %s is off at %.6f: %s is not started", request->where, unit->host->name,
               stp_engine_now(), unit->program->name);
    if (!unit->due)
      stp_endings_never((size_t)(unit - deployed));
    hope_on(any_due());
    return;
  }
  unit->due = false;
  char** const environment = environment_of(unit);
  struct stp_process* const process =
      stp_process_start(unit->program, unit->host, request->argv, environment);
  stp_free(environment);
  if (process == NULL) {
    stp_endings_never((size_t)(unit - deployed));
    return;
  }
  process->origin = unit;
  stp_endings_begun((size_t)(unit - deployed), process);
  if (request->input != NULL)
    stp_fd_replace_in(process, STDIN_FILENO, stp_typed_input_open(request->input), false);
  if (unit->user != NULL)
    stp_user_become(process, unit->user);
}

static void ended(const struct stp_process* process) {
  const struct stp_deployed* const unit = process->origin;
  stp_endings_ended((size_t)(unit - deployed), process, !unit->due && !unit->again);
}

static void start_first(void* unit) {
  to_start--;
  start(unit);
}

void stp_deployed_to_come(struct stp_deployed* unit) { unit->again = true; }

void stp_deployed_again(struct stp_deployed* unit) {
  unit->again = false;
  for (const struct stp_process* p = unit->host->processes; p != NULL; p = p->next_on_host)
    if (p->origin == unit && p->deployed && !p->ending)
      return;
  if (unit->request->stop < 0 || unit->request->stop > stp_engine_now())
    start(unit);
  else
    stp_endings_never((size_t)(unit - deployed));
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
  hope_on(any_due());
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

/* ---- power ---- */

static bool wanted_back(const struct stp_deployed* unit) {
  const struct stp_run_process* const request = unit->request;
  return request->restart && (request->stop < 0 || request->stop > stp_engine_now());
}

static void power_off(struct stp_host* host) {
  host->on = false;
  if (stp_observed())
    stp_tell_fault("host off", host->name, NULL, host);
  stp_net_power_off(host);
  stp_host_forget_names(host);
  size_t lost = 0;
  for (struct stp_process* p = host->processes; p != NULL; p = p->next_on_host) {
    if (p->ending)
      continue;
    lost++;
    p->stopped = true;
    if (p->origin != NULL && !ceased)
      p->origin->due = wanted_back(p->origin);
    stp_process_kill(p, SIGKILL);
  }
  stp_info("host %s loses its power at %.6f, with %zu process%s", host->name, stp_engine_now(),
           lost, lost == 1 ? "" : "es");
  changed(lost);
}

static void boot(struct stp_host* host) {
  host->on = true;
  if (stp_observed())
    stp_tell_fault("host on", host->name, NULL, host);
  stp_ipc_boot(host);
  stp_info("host %s is on again at %.6f", host->name, stp_engine_now());
  size_t started = 0;
  for (size_t i = 0; i < count; i++)
    if (deployed[i].due && deployed[i].host == host) {
      start(&deployed[i]);
      started++;
    }
  changed(started);
}

static void host_changed(struct stp_engine_host* handle, bool on) {
  struct stp_host* const host = stp_host_by_name(stp_engine_host_name(handle));
  if (host->on != on)
    (on ? boot : power_off)(host);
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
  count = request_count;
  deployed = stp_alloc((count + 1) * sizeof *deployed);
  for (size_t i = 0; i < count; i++)
    prepare(&deployed[i], &requests[i]);
  for (size_t i = 0; i < count; i++)
    find_user(&deployed[i]);
}

void stp_deployed_schedule(void) {
  stp_process_deployed_ended = ended;
  stp_engine_watch_hosts(host_changed);
  stp_engine_watch_links(stp_net_links_changed);
  for (size_t i = 0; i < stp_host_count(); i++)
    stp_host_at(i)->on = stp_engine_host_is_on(stp_host_at(i)->engine);
  for (size_t i = 0; i < count; i++) {
    const struct stp_run_process* const request = deployed[i].request;
    to_start++;
    stp_engine_timer_loose(request->start > 0 ? request->start : 0, start_first, &deployed[i]);
    if (request->stop >= 0)
      stp_engine_timer(request->stop, stop_unit, &deployed[i]);
  }
}

void stp_deployed_cease(void) {
  ceased = true;
  for (size_t i = 0; i < count; i++)
    deployed[i].due = false;
  hope_on(false);
}
