/* Barriers. Who is woken never looks at the barrier again: it may be gone by then. */
#include "sync/barrier.h"

#include <errno.h>
#include <math.h>

#include "time/work.h"

bool stp_barrier_wait(struct stp_barrier* barrier) {
  stp_work_flush();
  if (++barrier->arrived == barrier->needed) {
    barrier->arrived = 0;
    stp_wake_all(&barrier->waiters);
    return true;
  }
  while (stp_wait(&barrier->waiters, INFINITY) == -EINTR)
    ;
  return false;
}
