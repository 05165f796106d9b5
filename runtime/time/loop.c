/* Polls of loops. Threads that wait in them stand in a queue of their host, which is woken whenever
 * a thread of the host stops running: it may have changed what they look at. But a loop that polls
 * again wakes, at most, those that only spin, and one of those nobody, for it has changed nothing:
 * so loops that wait for each other do not wake each other for ever. */
#include "time/loop.h"

#include <cpuid.h>
#include <math.h>

#include "process/process.h"
#include "simterpose/module.h"
#include "sync/wait.h"
#include "time/work.h"

/* Whom a wake is for: loops that only spin, loops that do something themselves. */
enum { SPINNING = 1, BUSY = 2 };

/* From so many polls at one date on, time passes: a nanosecond an iteration, twice as much after
 * each so many more, up to a limit. */
static const struct {
  unsigned patience, polls_per_doubling, doublings;
} waiting = {16, 16, 10}, computing = {4096, 1024, 5};
static const double iteration = 1e-9;

/* Work is measured once in so many polls. Counted work of a loop that computes is given to the
 * cores when there is so much of it (s), for others to run meanwhile and signals to be handled. */
enum { POLLS_PER_MEASUREMENT = 4 };
static const double slice = 1e-4;

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
  if (!thread->polling && !thread->stint.runs)
    wake_others(thread->process->host, SPINNING | BUSY);
}

/* Blocks until `deadline`, another thread's wake, or a signal, without letting its core go. */
static void wait(unsigned event, uint32_t what, double deadline) {
  struct stp_host* const host = stp_me->host;
  if ((what & SIMTERPOSE_POLL_AGAIN) == 0)
    wake_others(host, SPINNING | BUSY);
  else if (event == BUSY)
    wake_others(host, SPINNING);
  if (host->pollers == NULL)
    host->pollers = stp_alloc(sizeof *host->pollers);
  stp_thread_paused = paused;
  stp_work_finish();
  stp_self->polling = true;
  stp_cores_spin();
  stp_wait_for(host->pollers, event, deadline);
  stp_cores_spun();
  stp_self->polling = false;
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

/* False: the loop's code does not count. */
static bool work(const struct stp_thread* self, bool waits, bool interrupted) {
  if (stp_work_source == STP_WORK_MEASURED) {
    if (self->polls % POLLS_PER_MEASUREMENT == 0 || interrupted)
      stp_work_flush();
    return true;
  }
  const double pending = stp_work_pending();
  if (waits || pending >= slice)
    stp_work_flush();
  return pending > 0;
}

static void go_on(struct stp_thread* self, uint32_t what) {
  count_poll(self);
  const bool waits = (what & SIMTERPOSE_POLL_KIND) == SIMTERPOSE_POLL_WAITING;
  if (work(self, waits, what == 0))
    return;
  const double delay = passed(self->polls, waits, (double)(what & SIMTERPOSE_POLL_ITERATIONS));
  if (delay == 0)
    return;
  wait(BUSY, what, stp_engine_now() + delay);
}

void stp_loop_worked(void) {
  const struct stp_waitq* const pollers = stp_me->host->pollers;
  if (pollers != NULL && pollers->first != NULL && !stp_self->polling)
    stp_thread_yield();
}

void stp_loop_poll(uint32_t what) {
  struct stp_thread* const self = stp_self;
  if (self == NULL)
    return;
  const char call __attribute__((cleanup(stp_call_end), unused)) = 0;
  self->call = "a loop";
  self->interruption = STP_INTERRUPTED;
  self->cancel_point = self->cancel_anywhere;
  if ((what & SIMTERPOSE_POLL_KIND) == SIMTERPOSE_POLL_SPINNING)
    wait(SPINNING, what, INFINITY);
  else
    go_on(self, what);
}
