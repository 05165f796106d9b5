/* Time for threads that spin. Once a thread is known to spin, it is made to wait again after as
 * many answers as a real machine gives in a microsecond, until it waits for something by itself. */
#include "time/spin.h"

#include <errno.h>

#include "process/identity.h"
#include "process/process.h"
#include "process/signals.h"
#include "time/alarm.h"
#include "time/clock.h"
#include "time/work.h"
#include "trace/log.h"

enum { ANSWERS_PER_STEP = 50, FORKS = 2000 };

/* Lets `step` pass for the calling thread, others running meanwhile. */
static void pass(double step) {
  if (stp_park(stp_now() + step) == -EINTR)
    stp_signals_handle();
  stp_work_charge(step);
  stp_limit_cpu_time();
  stp_alarm_worked();
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
  if (!stp_spins(STP_SPINS / FORKS))
    return;
  if (!told)
    stp_warn("%s has forked %d times without any time passing: from now on each fork takes it 1 ms",
             stp_me->label, FORKS);
  told = true;
  pass(1e-3);
  stp_self->spins = STP_SPINS;
}
