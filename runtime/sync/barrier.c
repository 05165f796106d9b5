/* Barriers. Who is woken never looks at the barrier again: it may be gone by then. */
#include "sync/barrier.h"

#include <math.h>

#include "time/work.h"

bool stp_barrier_wait(struct stp_barrier* barrier) {
  stp_work_flush();
  if (++barrier->arrived == barrier->needed) {
    barrier->arrived = 0;
    barrier->round++;
    stp_wake_all(&barrier->waiters);
    return true;
  }
  const unsigned round = barrier->round;
  while (stp_wait_handed(&barrier->waiters, INFINITY) == 0 && barrier->round == round)
    ; /* a signal handler has run meanwhile */
  return false;
}
