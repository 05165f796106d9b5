/* Sources of CPU work. Another source (the plugin's counters: `work` of struct simterpose_module,
 * abstract cycles counted up by the code that runs) needs three things here: a value of enum
 * stp_work_source, what it has counted since `work_mark` in pending(), and setting `work_mark` to
 * the present count in mark(), which is called whenever a thread begins or resumes to run. */
#include "time/work.h"

#include <time.h>

#include "process/identity.h"
#include "process/process.h"
#include "time/alarm.h"

enum stp_work_source stp_work_source;

/* Less pending work than this (s) is dropped rather than executed. */
static const double threshold = 1e-7;

static double machine_speed; /* of this machine: flops per second, as calibrated */

/* The kernel thread's CPU time: that of all virtual threads and of the simulator. */
static double real_cpu_time(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void mark(void) { stp_self->work_mark = real_cpu_time(); }

/* A flop is one step of a chain of dependent multiplications and additions: what compiled code
 * does at its least parallel, as SMPI's calibration does. */
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
    flops += 2.0 * STEPS;
    elapsed = real_cpu_time() - start;
  } while (elapsed < 0.01);
  return flops / elapsed;
}

void stp_work_start(enum stp_work_source source) {
  stp_work_source = source;
  if (source == STP_WORK_NONE)
    return;
  machine_speed = calibrate();
  stp_thread_settle = stp_work_flush;
  stp_thread_resumed = mark;
}

/* In flops. */
static double pending(void) {
  switch (stp_work_source) {
  case STP_WORK_MEASURED: {
    const double delay = real_cpu_time() - stp_self->work_mark;
    return delay > 0 ? delay * machine_speed : 0;
  }
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
