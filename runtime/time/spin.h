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
 * Those that fork some thousand times faster than a real machine are held back to its pace. Seldom
 * blocks. */
void stp_spin_fork(void);

/* Counts an answer of `self`, the calling thread, at the date `now`. Seldom blocks. */
static inline void stp_spin_count(struct stp_thread* self, double now) {
  if (self->spin_date < now) {
    self->spin_date = now;
    self->spins = 0;
  }
  if (__builtin_expect(++self->spins >= STP_SPINS, false))
    stp_spin_step();
}

/* Call before an answer that does not wait: the time, "not yet", "ready still". Seldom blocks; a
 * few nanoseconds otherwise. Work that is counted makes time pass by itself. */
static inline void stp_spin_check(void) {
  if (stp_thread_settle != NULL)
    stp_thread_settle();
  stp_spin_count(stp_self, stp_engine_now());
}

#endif
