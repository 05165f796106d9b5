/* Barriers. Who is woken never looks at the barrier again: it may be gone by then. */
#include "sync/barrier.h"

#include <math.h>

#include "sync/word.h"
#include "time/work.h"

bool stp_barrier_wait(struct stp_barrier* barrier) {
  stp_work_flush();
  const struct stp_word word = stp_word_at(barrier);
  if (++barrier->arrived == barrier->needed) {
    barrier->arrived = 0;
    barrier->round++;
    stp_word_wake(&word, UINT_MAX, NULL, INT_MAX);
    return true;
  }
  const uint32_t round = barrier->round;
  while (stp_word_wait(&word, UINT_MAX, NULL, 0, INFINITY) == 0 && barrier->round == round)
    ; /* a signal handler has run meanwhile */
  return false;
}
