/* Waiting: the one way to block (stp_park), and giving way to others. */
#include <errno.h>
#include <math.h>

#include "engine/engine.h"
#include "process/process.h"
#include "process/signals.h"
#include "process/thread.h"
#include "trace/events.h"

static void deadline_passed(void* argument) {
  struct stp_thread* const thread = argument;
  thread->timed_out = true;
  thread->deadline = NULL;
  stp_engine_unpark(thread->actor);
}

static void wait_unpark(struct stp_thread* thread) { stp_engine_park(thread->actor); }

static void park_without_deadline(void* unused) {
  (void)unused;
  stp_thread_block(wait_unpark);
}

static void park_until(void* argument) {
  const double deadline = *(double*)argument;
  struct stp_thread* const thread = stp_self;
  thread->deadline = stp_engine_timer_loose(deadline, deadline_passed, thread);
  stp_thread_block(wait_unpark);
  if (thread->deadline != NULL) {
    stp_engine_timer_cancel(thread->deadline);
    thread->deadline = NULL;
  }
}

void stp_thread_aimed_anew(struct stp_thread* thread) {
  if (thread->deadline == NULL || !thread->aims)
    return;
  stp_engine_timer_cancel(thread->deadline);
  thread->deadline =
      stp_engine_timer_loose(fmax(thread->aim.date, stp_engine_now()), deadline_passed, thread);
}

static bool interrupted(void) {
  return (stp_self->signalled && stp_signals_deliverable()) || stp_cancel_due();
}

int stp_park(double deadline) {
  if (stp_thread_settle != NULL)
    stp_thread_settle();
  if (interrupted())
    return -EINTR;
  stp_self->aims = deadline == stp_self->aim.asked;
  if (stp_self->aims)
    deadline = stp_self->aim.date;
  if (!isinf(deadline) && deadline <= stp_engine_now())
    return -ETIMEDOUT;
  stp_self->timed_out = false;
  stp_self->parked = true;
  if (stp_observed())
    stp_tell_wait(stp_self, deadline);
  if (isinf(deadline))
    stp_on_kernel_stack(park_without_deadline, NULL);
  else
    stp_on_kernel_stack(park_until, &deadline);
  stp_self->parked = false;
  const int result = stp_self->timed_out ? -ETIMEDOUT : interrupted() ? -EINTR : 0;
  if (stp_observed())
    stp_tell_goes_on(stp_self, result);
  return result;
}

void stp_thread_unpark(struct stp_thread* thread) {
  if (thread->actor != NULL)
    stp_engine_unpark(thread->actor);
}

static void wait_turn(struct stp_thread* thread) { stp_engine_yield(thread->actor); }

static void yield_now(void* unused) {
  (void)unused;
  stp_thread_block(wait_turn);
}

void stp_in_maestro(void (*function)(void*), void* argument) {
  stp_engine_defer(function, argument);
  stp_thread_yield(); /* deferred calls are served first */
}

void stp_thread_yield(void) { stp_on_kernel_stack(yield_now, NULL); }
