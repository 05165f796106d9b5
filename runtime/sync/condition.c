/* Condition variables: a wait queue each. Between letting go of the mutex and waiting nobody else
 * runs unless a thread is handed the mutex, and that one only becomes runnable; so no wake is lost.
 * Work is accounted before, for that lets others run. */
#include "sync/condition.h"

#include <errno.h>
#include <math.h>

#include "sync/mutex.h"
#include "time/work.h"

int stp_condition_wait(struct stp_condition* condition, struct stp_mutex* mutex, double deadline) {
  stp_work_flush();
  int error = stp_mutex_unlock(mutex);
  if (error != 0)
    return error;
  const int woken = stp_wait(&condition->waiters, deadline);
  error = stp_mutex_lock(mutex, INFINITY);
  if (error != 0)
    return error;
  return woken; /* 0 after a signal handler: a spurious wake-up, as POSIX allows */
}

void stp_condition_signal(struct stp_condition* condition) {
  if (condition->waiters.first == NULL)
    return;
  stp_work_flush();
  stp_wake_one(&condition->waiters);
}

void stp_condition_broadcast(struct stp_condition* condition) {
  if (condition->waiters.first == NULL)
    return;
  stp_work_flush();
  stp_wake_all(&condition->waiters);
}
