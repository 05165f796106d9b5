/* Time for threads that spin. Once a thread is known to spin, it is made to wait again after as
 * many answers as a real machine gives in a microsecond, until it waits for something by itself. */
#include "time/spin.h"

#include <errno.h>

#include "process/process.h"
#include "process/signals.h"
#include "time/clock.h"
#include "time/cpu_deadline.h"
#include "time/work.h"
#include "trace/log.h"

enum { ANSWERS_PER_STEP = 50, FORKS = 2000 };
static const double fork_time = 2e-4; /* about what a real machine needs to start and reap */

/* Lets `step` pass for the calling thread, others running meanwhile. */
static void pass(double step) {
  const double date = stp_now() + step;
  for (int result; (result = stp_park(date)) != -ETIMEDOUT;)
    if (result == -EINTR)
      stp_signals_handle();
  stp_work_charge(step);
  stp_cpu_deadlines_look();
  stp_self->spin_date = stp_engine_now();
}

void stp_spin_step(void) {
  static bool told;
  if (!told)
    stp_warn("%s keeps asking without waiting (a clock, poll, a non-blocking call): from now on "
             "every %d answers take it 1 us",
             stp_me->label, ANSWERS_PER_STEP);
  told = true;
  pass(1e-6);
  stp_self->spins = STP_SPINS - ANSWERS_PER_STEP;
}

void stp_spin_fork(void) {
  static bool told;
  struct stp_thread* const self = stp_self;
  const double now = stp_engine_now();
  if (now >= self->fork_date + self->forks * fork_time) {
    self->fork_date = now;
    self->forks = 0;
  }
  if (++self->forks < FORKS)
    return;
  if (!told)
    stp_warn("%s has forked %d times while hardly any time passed: from now on each fork takes it "
             "at least %g ms",
             stp_me->label, FORKS, fork_time * 1000);
  told = true;
  pass(fork_time);
}
