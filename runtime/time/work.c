/* Sources of CPU work. */
#include "time/work.h"

#include <time.h>

#include "process/identity.h"
#include "process/process.h"
#include "process/program.h"
#include "time/alarm.h"

enum stp_work_source stp_work_source;

/* Less pending work than this (s) is not executed: counted work is kept, measured work dropped. */
static const double threshold = 1e-7;

static double machine_speed; /* of this machine: flops per second, as calibrated */

/* The kernel thread's CPU time: that of all virtual threads and of the simulator. */
static double real_cpu_time(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void mark_time(void) { stp_self->work_mark = real_cpu_time(); }

/* What the code of the running program has counted since the last reset, in cycles. */
static double counted(void) {
  const struct stp_program* const program = stp_me->program;
  uint64_t sum = 0;
  for (size_t i = 0; i < program->module_count; i++) {
    const uint64_t* const work = program->modules[i].descriptor->work;
    sum += work ? *work : 0;
  }
  return (double)sum / 1000;
}

static void reset_count(void) {
  const struct stp_program* const program = stp_me->program;
  for (size_t i = 0; i < program->module_count; i++)
    if (program->modules[i].descriptor->work)
      *program->modules[i].descriptor->work = 0;
}

/* Abstract cycles per second. A step of this loop is a chain of a multiplication and an addition,
 * which the plugin counts as eight cycles. */
static double calibrate(void) {
  enum { STEPS = 100000 };
  const double start = real_cpu_time();
  double elapsed, flops = 0;
  volatile double sink = 1;
  do {
    double x = sink;
    for (int i = 0; i < STEPS; i++)
      x = x * 0.999999 + 1e-6;
    sink = x;
    flops += 8.0 * STEPS;
    elapsed = real_cpu_time() - start;
  } while (elapsed < 0.01);
  return flops / elapsed;
}

void stp_work_start(enum stp_work_source source) {
  stp_work_source = source;
  if (source == STP_WORK_NONE)
    return;
  if (source == STP_WORK_MEASURED)
    machine_speed = calibrate();
  stp_thread_settle = stp_work_flush;
  stp_thread_resumed = source == STP_WORK_MEASURED ? mark_time : reset_count;
}

/* In flops. */
static double pending(void) {
  switch (stp_work_source) {
  case STP_WORK_MEASURED: {
    const double delay = real_cpu_time() - stp_self->work_mark;
    return delay > 0 ? delay * machine_speed : 0;
  }
  case STP_WORK_COUNTED:
    return stp_self->work_left + counted();
  case STP_WORK_NONE:
    break;
  }
  return 0;
}

double stp_work_pending(void) { return pending() / stp_engine_host_speed(stp_me->host->engine); }

void stp_work_charge(double delay) {
  stp_self->cpu_time += delay;
  stp_me->cpu_time += delay;
}

void stp_work_flush(void) {
  if (stp_work_source == STP_WORK_NONE)
    return;
  const double flops = pending();
  const double delay = flops / stp_engine_host_speed(stp_me->host->engine);
  if (stp_work_source == STP_WORK_COUNTED) {
    reset_count();
    stp_self->work_left = delay < threshold ? flops : 0;
  }
  if (delay < threshold)
    return;
  stp_work_charge(delay);
  stp_thread_execute(flops);
  stp_limit_cpu_time();
  stp_alarm_worked();
}

double stp_work_of_thread(const struct stp_thread* thread) {
  return thread->cpu_time + (thread == stp_self ? stp_work_pending() : 0);
}

double stp_work_of_process(const struct stp_process* process) {
  return process->cpu_time + (stp_self != NULL && process == stp_me ? stp_work_pending() : 0);
}
