/* Polls of loops. Threads that wait in them stand in a queue of their host, which is woken whenever
 * a thread of the host stops running: it may have changed what they look at. But a loop that polls
 * again wakes, at most, those that only spin, and one of those nobody, for it has changed nothing:
 * so loops that wait for each other do not wake each other for ever. */
#include "time/loop.h"

#include <cpuid.h>
#include <math.h>
#include <sys/resource.h>

#include "process/identity.h"
#include "process/process.h"
#include "simterpose/module.h"
#include "sync/wait.h"
#include "time/alarm.h"
#include "time/work.h"

/* Whom a wake is for: loops that only spin, loops that do something themselves. */
enum { SPINNING = 1, BUSY = 2 };

/* From so many polls at one date on, time passes: a nanosecond an iteration, twice as much after
 * each so many more, up to a limit. */
static const struct {
  unsigned patience, polls_per_doubling, doublings;
} waiting = {16, 16, 10}, computing = {4096, 1024, 5};
static const double iteration = 1e-9;

/* Work is measured once in so many polls. */
enum { POLLS_PER_MEASUREMENT = 4 };

/* Whether the processor and the kernel know xsave. */
bool stp_loop_xsave;

__attribute__((constructor)) static void look_at_processor(void) {
  unsigned a, b, c = 0, d;
  stp_loop_xsave = __get_cpuid(1, &a, &b, &c, &d) && (c & bit_OSXSAVE) != 0;
}

static void wake_others(struct stp_host* host, unsigned events) {
  if (host->pollers != NULL)
    stp_wake_for(host->pollers, events);
}

static void paused(struct stp_thread* thread) {
  if (!thread->polling)
    wake_others(thread->process->host, SPINNING | BUSY);
}

/* The date at which the process has worked so much, if this thread goes on, that it is told so: an
 * interval timer or a limit of CPU time. A nanosecond later, for sums of doubles. */
static double cpu_deadline(void) {
  const double worked = stp_work_of_process(stp_me);
  const rlim_t limit = stp_limit(RLIMIT_CPU);
  double left = limit == RLIM_INFINITY ? INFINITY : (double)limit - worked;
  for (enum stp_alarm_clock clock = STP_ALARM_VIRTUAL; clock <= STP_ALARM_PROF; clock++)
    left = fmin(left, stp_alarm_get(clock).date - worked);
  return stp_engine_now() + fmax(left, 0) + 1e-9;
}

/* Blocks until `deadline`, another thread's wake, or a signal. Time spent so is CPU time. */
static void wait(unsigned event, uint32_t what, double deadline) {
  struct stp_host* const host = stp_me->host;
  if ((what & SIMTERPOSE_POLL_AGAIN) == 0)
    wake_others(host, SPINNING | BUSY);
  else if (event == BUSY)
    wake_others(host, SPINNING);
  if (host->pollers == NULL)
    host->pollers = stp_alloc(sizeof *host->pollers);
  stp_thread_paused = paused;
  const double before = stp_engine_now();
  stp_self->polling = true;
  stp_wait_for(host->pollers, event, fmin(deadline, cpu_deadline()));
  stp_self->polling = false;
  stp_work_charge(stp_engine_now() - before);
  stp_limit_cpu_time();
  stp_alarm_worked();
  stp_self->poll_date = stp_engine_now();
}

static void count_poll(struct stp_thread* self) {
  const double now = stp_engine_now();
  if (self->poll_date < now) { /* it has waited for something else meanwhile */
    self->poll_date = now;
    self->polls = 0;
  }
  self->polls++;
}

/* How long the iterations since the last poll have taken; 0: still none. */
static double passed(unsigned polls, bool waits, double iterations) {
  const unsigned patience = waits ? waiting.patience : computing.patience;
  const unsigned step = waits ? waiting.polls_per_doubling : computing.polls_per_doubling;
  const unsigned most = waits ? waiting.doublings : computing.doublings;
  if (polls <= patience)
    return 0;
  const unsigned doublings = (polls - patience) / step;
  return ldexp(iterations * iteration, (int)(doublings < most ? doublings : most));
}

static void go_on(struct stp_thread* self, uint32_t what) {
  count_poll(self);
  if (stp_work_source != STP_WORK_NONE) {
    if (self->polls % POLLS_PER_MEASUREMENT == 0 || what == 0)
      stp_work_flush();
    return;
  }
  const bool waits = (what & SIMTERPOSE_POLL_KIND) == SIMTERPOSE_POLL_WAITING;
  const double delay = passed(self->polls, waits, (double)(what & SIMTERPOSE_POLL_ITERATIONS));
  if (delay == 0)
    return;
  wait(BUSY, what, stp_engine_now() + delay);
}

void stp_loop_poll(uint32_t what) {
  struct stp_thread* const self = stp_self;
  if (self == NULL)
    return;
  const char call __attribute__((cleanup(stp_call_end), unused)) =
      stp_call_begin("a loop", STP_INTERRUPTED);
  self->cancel_point = self->cancel_anywhere;
  if ((what & SIMTERPOSE_POLL_KIND) == SIMTERPOSE_POLL_SPINNING)
    wait(SPINNING, what, INFINITY);
  else
    go_on(self, what);
}
