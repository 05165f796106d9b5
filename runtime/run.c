/* A run: the platform's hosts, the deployed processes, the simulation, the result. The only file
 * that knows all parts of the runtime. */
#include "run.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/single_threaded.h>
#include <sys/stat.h>

#include "calls/exit.h"
#include "calls/table.h"
#include "deployed.h"
#include "endings.h"
#include "engine/engine.h"
#include "faults/fault.h"
#include "file/fdtable.h"
#include "file/output.h"
#include "net/link.h"
#include "process/identity.h"
#include "process/process.h"
#include "process/program.h"
#include "process/signals.h"
#include "time/alarm.h"
#include "time/cpu_deadline.h"
#include "time/cpu_limit.h"
#include "time/cycles.h"
#include "time/host_clock.h"
#include "time/loop.h"
#include "time/preempt.h"
#include "time/timers.h"
#include "trace/debug.h"
#include "trace/events.h"
#include "trace/strace.h"

uint64_t stp_seed;

/* ---- the parts of a process ---- */

extern const struct stp_process_hooks stp_library_hooks, stp_fd_hooks, stp_path_hooks,
    stp_stdio_hooks, stp_libc_hooks, stp_sync_hooks, stp_map_hooks, stp_ipc_hooks, stp_tty_hooks;

const struct stp_process_hooks* const stp_process_hooks[] = {
    &stp_strace_hooks,
    &stp_library_hooks,
    &stp_identity_hooks,
    &stp_libc_hooks,
    &stp_signal_hooks,
    &stp_alarm_hooks,
    &stp_timer_hooks,
    &stp_sync_hooks,
    &stp_path_hooks,
    &stp_fd_hooks,
    &stp_stdio_hooks,
    &stp_map_hooks,
    &stp_ipc_hooks,
    &stp_tty_hooks,
    &stp_cpu_limit_hooks,
    &stp_cpu_deadline_hooks,
    NULL,
};

void stp_process_entry(void* argument) {
  struct stp_process* const process = argument;
  struct stp_program* const program = process->program;
  stp_program_init(program, process->argc, process->argv, process->libc->environ_);
  stp_exit(program->main(process->argc, process->argv, process->libc->environ_));
}

/* ---- the end ---- */

static double end_date = -1; /* when the run was stopped */
static struct stp_timer* stop_timer;

static void stop_all(void* unused) {
  (void)unused;
  if (end_date >= 0 || (stp_endings_all() && stp_processes == NULL))
    return;
  end_date = stp_engine_now();
  stp_deployed_cease();
  struct stp_process* next;
  for (struct stp_process* process = stp_processes; process != NULL; process = next) {
    next = process->next;
    if (process->ending)
      continue;
    process->stopped = true;
    stp_process_kill(process, SIGKILL);
  }
}

static void stop_at_date(void* unused) {
  stop_timer = NULL;
  stop_all(unused);
}

/* Those for whose sake the run goes on have ended: it does not last until the stop date. */
static void stop_after(void* unused) {
  if (stop_timer != NULL)
    stp_engine_timer_cancel(stop_timer);
  stop_timer = NULL;
  stop_all(unused);
}

static void report_deadlock(void) {
  stp_warn("deadlock at %.6f: every process waits for something that will never come",
           stp_deployed_stuck_since());
  for (const struct stp_process* p = stp_processes; p != NULL; p = p->next)
    for (const struct stp_thread* t = p->threads; t != NULL; t = t->next) {
      const char* call = t->call;
      if (strncmp(call, "simterpose_", strlen("simterpose_")) == 0)
        call += strlen("simterpose_");
      fprintf(stderr, "  %s: %s, thread %d, waits in %s\n", p->host->name, p->label, t->tid, call);
    }
}

static void bring_out(void) {
  stp_output_flush();
  stp_strace_flush(false);
}

static void (*progress)(double date);

static void advanced(void) {
  simterpose_debug.date = stp_engine_now();
  if (progress != NULL)
    progress(stp_engine_now());
}

void stp_run_open(const char* platform, const char* output) {
  stp_regions_start(0);
  stp_engine_start(platform);
  stp_hosts_start(output);
  stp_host_clocks_start();
  stp_links_start(platform);
}

/* Up to where nothing has been written yet and all input is known to be good. */
static void prepare(const struct stp_run_options* options) {
  /* Virtual threads are threads: libstdc++ asks before it locks (static variables, shared_ptr). */
  __libc_single_threaded = 0;
  stp_seed = options->seed;
  if (options->seed != STP_DEFAULT_SEED)
    stp_engine_permute(options->seed);
  stp_cpu_deadlines_start();
  stp_work_start(options->work, options->work_threshold, options->machine_speed);
  stp_program_calls =
      (struct stp_program_calls){stp_call_address,    stp_guard_address, stp_call_data,
                                 stp_loop_poll_entry, stp_cycles_read,   stp_unknown_address};

  stp_deployed_prepare(options->processes, options->process_count);
  stp_endings_start(options, stop_after);
  stp_faults_prepare(options->faults, options->fault_count);
}

void stp_run_check(const struct stp_run_options* options) { prepare(options); }

struct stp_run_result stp_run(const struct stp_run_options* options) {
  prepare(options);
  if (options->ready != NULL)
    options->ready();
  stp_tell_start();
  umask(022); /* that of who runs us holds for the output directory as a whole, not in it */
  stp_log_before = bring_out;
  stp_crash_start();
  if (options->work == STP_WORK_MEASURED)
    stp_preempt_start();
  stp_engine_uncaught = stp_uncaught;
  stp_engine_catch();
  stp_deployed_schedule();
  stp_faults_schedule();
  if (options->stop >= 0)
    stop_timer = stp_engine_timer(options->stop, stop_at_date, NULL);

  progress = options->progress;
  if (options->until >= 0)
    stp_engine_halt_date = options->until;
  stp_debug_start();
  const bool completed = stp_engine_run(advanced, stp_deployed_stuck);
  const double last = end_date >= 0 ? end_date : stp_process_last_end;
  stp_tell_finish(completed ? last : stp_deployed_stuck_since());
  bring_out();
  stp_strace_flush(true);
  if (!completed) {
    report_deadlock();
    simterpose_debug.date = stp_deployed_stuck_since();
    stp_debug_halt(STP_DEBUG_STUCK);
  }
  return (struct stp_run_result){
      .date = last,
      .started = stp_process_tally.started,
      .succeeded = stp_process_tally.succeeded,
      .failed = stp_process_tally.failed,
      .stopped = stp_process_tally.stopped,
      .deadlock = !completed,
  };
}
