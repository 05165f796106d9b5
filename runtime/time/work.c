/* Sources of CPU work. */
#include "time/work.h"

#include <math.h>
#include <time.h>

#include "process/process.h"
#include "process/program.h"
#include "time/loop.h"

enum stp_work_source stp_work_source;

/* Less work than this (s) is owed rather than given to the cores. */
static double threshold;

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
  for (size_t i = 0; i < program->counter_count; i++)
    sum += *program->counters[i];
  return (double)sum * 1e-3;
}

static void reset_count(void) {
  const struct stp_program* const program = stp_me->program;
  for (size_t i = 0; i < program->counter_count; i++)
    *program->counters[i] = 0;
}

/* Abstract cycles per second. A step of this loop is a chain of a multiplication and an addition,
 * which the plugin counts as six cycles. */
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
    flops += 6.0 * STEPS;
    elapsed = real_cpu_time() - start;
  } while (elapsed < 0.01);
  return flops / elapsed;
}

void stp_work_start(enum stp_work_source source, double least, double speed) {
  stp_work_source = source;
  threshold = least;
  stp_cores_start();
  if (source == STP_WORK_NONE)
    return;
  if (source == STP_WORK_MEASURED)
    machine_speed = speed > 0 ? speed : calibrate();
  stp_thread_settle = stp_work_flush;
  stp_thread_resumed = source == STP_WORK_MEASURED ? mark_time : reset_count;
}

/* What the calling thread has done since it last looked, in seconds of its host's cores. */
static double fresh(void) {
  const double flops = stp_work_source == STP_WORK_COUNTED
                           ? counted()
                           : fmax(real_cpu_time() - stp_self->work_mark, 0) * machine_speed;
  return flops == 0 ? 0 : flops * stp_cores_period(stp_me->host);
}

/* What is owed is being done while the thread waits. */
static double still_owed(const struct stp_thread* thread, double now) {
  if (thread->owed == 0)
    return 0;
  const double left = thread->owed - (now - thread->owed_date);
  return left > 0 ? left : 0;
}

double stp_work_pending(void) {
  return stp_work_source == STP_WORK_NONE ? 0 : still_owed(stp_self, stp_engine_now()) + fresh();
}

static void charge(struct stp_thread* thread, double delay) {
  thread->cpu_time += delay;
  thread->process->cpu_time += delay;
}

void stp_work_charge(double delay) { charge(stp_self, delay); }

/* Takes note of what the calling thread has done (`more`), and of what it has paid by waiting. */
static void collect(struct stp_thread* self, double now, double more) {
  const double owed = still_owed(self, now);
  if (stp_work_source == STP_WORK_MEASURED)
    mark_time();
  else
    reset_count();
  charge(self, self->owed - owed);
  self->owed = owed + more;
  self->owed_date = now;
}

static void work_off(double least) {
  struct stp_thread* const self = stp_self;
  if (stp_work_source == STP_WORK_NONE || self->stint.runs) /* it spins: that is work */
    return;
  const double now = stp_engine_now(), more = fresh();
  if (more == 0 && (self->owed == 0 || (self->owed_date == now && self->owed < least)))
    return; /* nothing new: most calls that wait come here twice */
  collect(self, now, more);
  const double owed = self->owed;
  if (owed == 0 || owed < least)
    return;
  self->owed = 0;
  stp_cores_work(owed * stp_cores_speed(self->process->host));
  stp_loop_worked();
}

void stp_work_flush(void) { work_off(threshold); }

double stp_work_look(void) {
  if (stp_work_source == STP_WORK_NONE)
    return 0;
  const double pending = still_owed(stp_self, stp_engine_now()) + fresh();
  if (pending < threshold || stp_self->stint.runs)
    return pending;
  work_off(threshold);
  return stp_work_pending();
}

void stp_work_finish(void) { work_off(0); }

double stp_work_of_thread(const struct stp_thread* thread) {
  return thread->cpu_time + thread->owed + stp_cores_under_way(thread) +
         (thread == stp_self && stp_work_source != STP_WORK_NONE ? fresh() : 0);
}

double stp_work_of_process(const struct stp_process* process) {
  double time = process->cpu_time;
  for (const struct stp_thread* thread = process->threads; thread != NULL; thread = thread->next)
    time += stp_work_of_thread(thread) - thread->cpu_time;
  return time;
}

double stp_work_of_host(const struct stp_host* host) {
  double time = host->past_cpu_time;
  for (const struct stp_process* p = host->processes; p != NULL; p = p->next_on_host)
    time += stp_work_of_process(p);
  return time;
}

double stp_work_of(const struct stp_process* process, int tid) {
  if (tid == 0)
    return stp_work_of_process(process);
  for (const struct stp_thread* thread = process->threads; thread != NULL; thread = thread->next)
    if (thread->tid == tid)
      return stp_work_of_thread(thread);
  return 0;
}
