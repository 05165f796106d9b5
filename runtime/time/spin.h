/* A program that waits by asking over and over (a clock, a non-blocking read, poll with no timeout)
 * would ask for ever: virtual time only passes while threads wait. So a thread that keeps asking at
 * one date is made to wait for a moment. */
#ifndef STP_SPIN_H
#define STP_SPIN_H

#include "engine/engine.h"
#include "process/thread.h"

enum { STP_SPINS = 10000 }; /* answers without waiting, at one date, before a thread spins */

/* Lets a microsecond pass for the calling thread, others running meanwhile. Blocks. */
void stp_spin_step(void);

/* Call after a fork, in the parent: loops of a shell start programs until something has happened.
 * After some thousands at one date a fork takes a millisecond, about what it takes to start and
 * reap a small program. Seldom blocks. */
void stp_spin_fork(void);

/* Counts `more` answers; whether there were too many at this date. */
static inline bool stp_spins(unsigned more) {
  struct stp_thread* self = stp_self;
  const double now = stp_engine_now();
  if (self->spin_date < now) {
    self->spin_date = now;
    self->spins = 0;
  }
  self->spins += more;
  return self->spins >= STP_SPINS;
}

/* Call before an answer that does not wait: the time, "not yet", "ready still". Seldom blocks; a
 * few nanoseconds otherwise. */
static inline void stp_spin_check(void) {
  if (stp_spins(1))
    stp_spin_step();
}

#endif
