/* A list per host, looked at whenever rates of CPU time change there: each deadline has a timer for
 * the date at which it will be reached as long as they do not. */
#include "time/cpu_deadline.h"

#include <math.h>
#include <stddef.h>
#include <utlist.h>

#include "engine/engine.h"
#include "process/process.h"
#include "time/work.h"

/* CPU times are sums of doubles (s). */
static const double tolerance = 1e-10;

/* CPU time until it is reached, and how fast that passes. */
static double left(const struct stp_cpu_deadline* deadline, double* rate) {
  const double share = stp_cores_share(deadline->process->host);
  const struct stp_thread* thread;
  *rate = 0;
  DL_FOREACH(deadline->process->threads, thread) {
    if ((deadline->tid == 0 || thread->tid == deadline->tid) && thread->stint.runs)
      *rate += share;
  }
  return deadline->time - stp_work_of(deadline->process, deadline->tid);
}

static void stop_timer(struct stp_cpu_deadline* deadline) {
  if (deadline->timer != NULL)
    stp_engine_timer_cancel(deadline->timer);
  deadline->timer = NULL;
}

static void expire(void* argument);

static void aim(struct stp_cpu_deadline* deadline) {
  double rate;
  const double to_come = left(deadline, &rate);
  stop_timer(deadline);
  if (to_come <= tolerance)
    deadline->timer = stp_engine_timer_loose(stp_engine_now(), expire, deadline);
  else if (rate > 0 && to_come / rate < INFINITY)
    deadline->timer = stp_engine_timer_loose(stp_engine_now() + to_come / rate, expire, deadline);
}

/* In maestro. */
static void expire(void* argument) {
  struct stp_cpu_deadline* const deadline = argument;
  double rate;
  deadline->timer = NULL;
  if (left(deadline, &rate) > tolerance) {
    aim(deadline);
    return;
  }
  stp_cpu_deadline_cancel(deadline);
  deadline->reached(deadline->argument);
}

static void look(struct stp_host* host) {
  struct stp_cpu_deadline* deadline;
  DL_FOREACH(host->cpu_deadlines, deadline) aim(deadline);
}

void stp_cpu_deadlines_look(void) { look(stp_me->host); }

void stp_cpu_deadlines_start(void) { stp_cores_changed = look; }

void stp_cpu_deadline_set(struct stp_cpu_deadline* deadline) {
  deadline->set = true;
  DL_APPEND(deadline->process->host->cpu_deadlines, deadline);
  aim(deadline);
}

void stp_cpu_deadline_cancel(struct stp_cpu_deadline* deadline) {
  if (!deadline->set)
    return;
  deadline->set = false;
  stop_timer(deadline);
  DL_DELETE(deadline->process->host->cpu_deadlines, deadline);
}

static void process_ended(struct stp_process* process) {
  struct stp_cpu_deadline *deadline, *next;
  DL_FOREACH_SAFE(process->host->cpu_deadlines, deadline, next) {
    if (deadline->process == process)
      stp_cpu_deadline_cancel(deadline);
  }
}

const struct stp_process_hooks stp_cpu_deadline_hooks = {.end = process_ended};
