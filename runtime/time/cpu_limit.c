/* One deadline per process that has a limit. */
#include "time/cpu_limit.h"

#include <math.h>
#include <signal.h>
#include <sys/resource.h>

#include "process/identity.h"
#include "process/process.h"
#include "process/signals.h"
#include "time/cpu_deadline.h"

static struct rlimit* limit_of(struct stp_process* process) {
  return &stp_identity_of(process)->limits[RLIMIT_CPU];
}

/* In maestro. */
static void reached(void* argument) {
  struct stp_process* const process = argument;
  struct rlimit* const limit = limit_of(process);
  const double time = process->cpu_limit->time;
  siginfo_t info = {.si_signo = SIGXCPU, .si_code = SI_KERNEL};
  if (process->ending)
    return;
  if (time >= (double)limit->rlim_max)
    info.si_signo = SIGKILL;
  else
    limit->rlim_cur = (rlim_t)time + 1;
  stp_signal_send(process, &info);
  if (info.si_signo != SIGKILL)
    stp_cpu_limit_changed(process);
}

void stp_cpu_limit_changed(struct stp_process* process) {
  const struct rlimit* const limit = limit_of(process);
  const rlim_t next = limit->rlim_cur < limit->rlim_max ? limit->rlim_cur : limit->rlim_max;
  if (process->cpu_limit != NULL)
    stp_cpu_deadline_cancel(process->cpu_limit);
  if (next == RLIM_INFINITY)
    return;
  if (process->cpu_limit == NULL)
    process->cpu_limit = stp_alloc(sizeof *process->cpu_limit);
  *process->cpu_limit = (struct stp_cpu_deadline){
      .process = process, .time = (double)next, .reached = reached, .argument = process};
  stp_cpu_deadline_set(process->cpu_limit);
}

static void child_limit(struct stp_process* child, struct stp_process* parent) {
  (void)parent;
  stp_cpu_limit_changed(child);
}

static void end(struct stp_process* process) {
  if (process->cpu_limit != NULL)
    stp_cpu_deadline_cancel(process->cpu_limit);
  stp_free(process->cpu_limit);
  process->cpu_limit = NULL;
}

const struct stp_process_hooks stp_cpu_limit_hooks = {
    .fork = child_limit, .end = end, .spawned = true};
