/* Condition variables. Between letting go of the mutex and waiting nobody else
 * runs unless a thread is handed the mutex, and that one only becomes runnable; so no wake is lost.
 * Work is accounted before, for that lets others run. */
#include "sync/condition.h"

#include <errno.h>
#include <math.h>

#include "process/thread.h"
#include "sync/mutex.h"
#include "sync/word.h"
#include "time/work.h"

int stp_condition_wait(struct stp_condition* condition, struct stp_mutex* mutex, double deadline) {
  stp_work_flush();
  int error = stp_mutex_unlock(mutex);
  if (error != 0)
    return error;
  const struct stp_word word = stp_word_at(condition);
  const int woken = stp_word_wait(&word, UINT_MAX, &condition->waiters, 0, deadline);
  const bool point = stp_self->cancel_point; /* it ends with the mutex in its hands */
  stp_self->cancel_point = false;
  error = stp_mutex_lock(mutex, INFINITY);
  stp_self->cancel_point = point;
  if (error != 0)
    return error;
  return woken < 0 ? woken : 0; /* after a signal handler, too: POSIX allows to wake for nothing */
}

static void wake(struct stp_condition* condition, int count) {
  if (condition->waiters == 0)
    return;
  stp_work_flush();
  const struct stp_word word = stp_word_at(condition);
  stp_word_wake(&word, UINT_MAX, &condition->waiters, count);
}

void stp_condition_signal(struct stp_condition* condition) { wake(condition, 1); }

void stp_condition_broadcast(struct stp_condition* condition) { wake(condition, INT_MAX); }
