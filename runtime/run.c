/* A run: the platform's hosts, the deployed processes, the simulation, the result. The only file
 * that knows all parts of the runtime. */
#include "run.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/single_threaded.h>

#include "calls/exit.h"
#include "calls/table.h"
#include "engine/engine.h"
#include "file/fdtable.h"
#include "file/output.h"
#include "process/identity.h"
#include "process/process.h"
#include "process/program.h"
#include "process/signals.h"
#include "time/timers.h"

uint64_t stp_seed;

/* ---- the parts of a process ---- */

extern const struct stp_process_hooks stp_fd_hooks, stp_path_hooks, stp_stdio_hooks, stp_libc_hooks,
    stp_sync_hooks, stp_map_hooks, stp_ipc_hooks;

const struct stp_process_hooks* const stp_process_hooks[] = {
    &stp_identity_hooks,
    &stp_libc_hooks,
    &stp_signal_hooks,
    &stp_timer_hooks,
    &stp_sync_hooks,
    &stp_path_hooks,
    &stp_fd_hooks,
    &stp_stdio_hooks,
    &stp_map_hooks,
    &stp_ipc_hooks,
    NULL,
};

void stp_process_entry(void* argument) {
  struct stp_process* const process = argument;
  struct stp_program* const program = process->program;
  stp_program_init(program, process->argc, process->argv, process->libc->environ_);
  stp_exit(program->main(process->argc, process->argv, process->libc->environ_));
}

/* ---- deployed processes ---- */

struct deployed {
  const struct stp_run_process* request;
  struct stp_program* program;
  struct stp_host* host;
};

static size_t stopped;

static const char* const default_environment[] = {
    "HOME=/root",
    "LOGNAME=root",
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "PWD=/",
    "SHELL=/bin/sh",
    "USER=root",
};

/* The default environment and what the deployment adds to it (a later value of a name wins). */
static char** environment_of(const struct stp_run_process* request) {
  enum { DEFAULTS = sizeof default_environment / sizeof *default_environment };
  size_t added = 0;
  while (request->environment != NULL && request->environment[added] != NULL)
    added++;
  char** const environment = stp_alloc((DEFAULTS + added + 1) * sizeof *environment);
  size_t count = 0;
  for (size_t i = 0; i < DEFAULTS; i++)
    environment[count++] = (char*)default_environment[i];
  for (size_t i = 0; i < added; i++) {
    const size_t name = strcspn(request->environment[i], "=") + 1;
    size_t at = 0;
    while (at < count && strncmp(environment[at], request->environment[i], name) != 0)
      at++;
    environment[at] = request->environment[i];
    count += at == count;
  }
  return environment;
}

static void start_process(void* argument) {
  struct deployed* const deployed = argument;
  char** const environment = environment_of(deployed->request);
  struct stp_process* const process =
      stp_process_start(deployed->program, deployed->host, deployed->request->argv, environment);
  if (process != NULL)
    process->origin = deployed;
  stp_free(environment);
}

/* Ends the deployed process and all that came of it. */
static void stop_process(void* argument) {
  const struct deployed* const deployed = argument;
  struct stp_process* next;
  for (struct stp_process* p = deployed->host->processes; p != NULL; p = next) {
    next = p->next_on_host;
    if (p->origin != deployed || p->ending)
      continue;
    stopped += p->deployed;
    stp_process_kill(p, SIGKILL);
  }
}

/* An actor that waits for the start dates: SimGrid's run ends when no actor is left. */
static struct stp_actor* starter;
static size_t to_start;

static double end_date = -1; /* of --stop, once it has come */

static void start_at_date(void* argument) {
  if (end_date >= 0)
    return;
  start_process(argument);
  if (--to_start == 0)
    stp_engine_unpark(starter);
}

static void wait_for_starts(void* unused) {
  (void)unused;
  while (to_start > 0)
    stp_engine_park(starter);
}

static void prepare(struct deployed* deployed, const struct stp_run_process* request) {
  deployed->request = request;
  deployed->host = stp_host_by_name(request->host);
  if (deployed->host == NULL)
    stp_fatal("%s: the platform has no host \"%s\"", request->where, request->host);
  /* Of many processes most run the same program as the one before. */
  static const struct deployed* last;
  enum stp_program_error error;
  char message[1024];
  if (last != NULL && strcmp(last->request->program, request->program) == 0)
    deployed->program = last->program;
  else
    deployed->program = stp_program_load(request->program, &error, message, sizeof message);
  last = deployed;
  if (deployed->program == NULL)
    stp_fatal("%s: %s", request->where, message);
}

static void schedule(struct deployed* deployed) {
  const struct stp_run_process* const request = deployed->request;
  if (request->start <= 0) {
    start_process(deployed);
  } else {
    to_start++;
    stp_engine_timer(request->start, start_at_date, deployed);
  }
  if (request->stop >= 0)
    stp_engine_timer(request->stop, stop_process, deployed);
}

/* ---- the end ---- */

static void stop_all(void* unused) {
  (void)unused;
  end_date = stp_engine_now();
  struct stp_process* next;
  for (struct stp_process* process = stp_processes; process != NULL; process = next) {
    next = process->next;
    if (process->ending)
      continue;
    stopped += process->deployed;
    stp_process_kill(process, SIGKILL);
  }
  if (to_start > 0) {
    to_start = 0;
    stp_engine_unpark(starter);
  }
}

static void report_deadlock(void) {
  stp_warn("deadlock at %.6f: every process waits for something that will never come",
           stp_engine_now());
  for (const struct stp_process* p = stp_processes; p != NULL; p = p->next)
    for (const struct stp_thread* t = p->threads; t != NULL; t = t->next) {
      const char* call = t->call;
      if (strncmp(call, "simterpose_", strlen("simterpose_")) == 0)
        call += strlen("simterpose_");
      fprintf(stderr, "  %s: %s, thread %d, waits in %s\n", p->host->name, p->label, t->tid, call);
    }
}

static void (*progress)(double date);

static void advanced(void) { progress(stp_engine_now()); }

void stp_run_open(const char* platform, const char* output) {
  stp_regions_start(0);
  stp_engine_start(platform);
  stp_hosts_start(output);
}

struct stp_run_result stp_run(const struct stp_run_options* options) {
  /* Virtual threads are threads: libstdc++ asks before it locks (static variables, shared_ptr). */
  __libc_single_threaded = 0;
  stp_seed = options->seed;
  stp_work_start(options->work);
  stp_program_calls =
      (struct stp_program_calls){stp_call_address, stp_guard_address, stp_call_data};

  struct deployed* const deployed = stp_alloc((options->process_count + 1) * sizeof *deployed);
  for (size_t i = 0; i < options->process_count; i++)
    prepare(&deployed[i], &options->processes[i]);
  if (options->ready != NULL)
    options->ready();
  stp_crash_start();
  stp_engine_uncaught = stp_uncaught;
  stp_engine_catch();
  for (size_t i = 0; i < options->process_count; i++)
    schedule(&deployed[i]);
  if (to_start > 0)
    starter = stp_engine_spawn("starter", stp_engine_host_at(0), wait_for_starts, NULL);
  if (options->stop >= 0)
    stp_engine_timer(options->stop, stop_all, NULL);

  progress = options->progress;
  const bool completed = stp_engine_run(progress == NULL ? NULL : advanced);
  stp_output_flush();
  if (!completed)
    report_deadlock();
  stp_free(deployed);
  return (struct stp_run_result){
      .date = end_date >= 0 ? end_date : stp_process_last_end,
      .started = stp_process_tally.started,
      .succeeded = stp_process_tally.succeeded,
      .failed = stp_process_tally.failed - stopped,
      .stopped = stopped,
      .deadlock = !completed,
  };
}
