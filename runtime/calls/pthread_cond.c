/* pthread.h: condition variables and barriers. */
#include <math.h>

#include "calls/adapter.h"
#include "sync/barrier.h"
#include "sync/condition.h"
#include "sync/mutex.h"
#include "time/clock.h"

/* ---- condition variables ---- */

static struct stp_condition* model(pthread_cond_t* condition) {
  return (struct stp_condition*)condition;
}

int simterpose_pthread_cond_init(pthread_cond_t* condition, const pthread_condattr_t* attributes) {
  clockid_t clock = CLOCK_REALTIME;
  if (attributes != NULL)
    pthread_condattr_getclock(attributes, &clock);
  *model(condition) = (struct stp_condition){.clock = clock};
  return 0;
}

int simterpose_pthread_cond_destroy(pthread_cond_t* condition) {
  (void)condition;
  return 0;
}

int simterpose_pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
  STP_CALL_UNINTERRUPTED();
  STP_CANCELLATION_POINT();
  return stp_return_number(
      stp_condition_wait(model(condition), (struct stp_mutex*)mutex, INFINITY));
}

int simterpose_pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                                      clockid_t clock, const struct timespec* time) {
  STP_CALL_UNINTERRUPTED();
  STP_CANCELLATION_POINT();
  double deadline;
  int error = stp_deadline(time, clock, &deadline);
  if (error == 0)
    error = stp_condition_wait(model(condition), (struct stp_mutex*)mutex, deadline);
  return stp_return_number(error);
}

int simterpose_pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                                      const struct timespec* time) {
  return simterpose_pthread_cond_clockwait(condition, mutex, model(condition)->clock, time);
}

int simterpose_pthread_cond_signal(pthread_cond_t* condition) {
  STP_CALL_UNINTERRUPTED();
  stp_condition_signal(model(condition));
  return 0;
}

int simterpose_pthread_cond_broadcast(pthread_cond_t* condition) {
  STP_CALL_UNINTERRUPTED();
  stp_condition_broadcast(model(condition));
  return 0;
}

/* ---- barriers ---- */

int simterpose_pthread_barrier_init(pthread_barrier_t* barrier,
                                    const pthread_barrierattr_t* attributes, unsigned count) {
  (void)attributes; /* whether other processes share it makes no difference */
  if (count == 0 || count > INT32_MAX)
    return EINVAL;
  *(struct stp_barrier*)barrier = (struct stp_barrier){.needed = count};
  return 0;
}

int simterpose_pthread_barrier_destroy(pthread_barrier_t* barrier) {
  (void)barrier;
  return 0;
}

int simterpose_pthread_barrier_wait(pthread_barrier_t* barrier) {
  STP_CALL_UNINTERRUPTED();
  return stp_barrier_wait((struct stp_barrier*)barrier) ? PTHREAD_BARRIER_SERIAL_THREAD : 0;
}
