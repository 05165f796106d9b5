/* pthread.h: mutexes. */
#include <math.h>

#include "calls/adapter.h"
#include "sync/mutex.h"
#include "time/clock.h"

static struct stp_mutex* model(pthread_mutex_t* mutex) { return (struct stp_mutex*)mutex; }

int simterpose_pthread_mutex_init(pthread_mutex_t* mutex, const pthread_mutexattr_t* attributes) {
  /* libc's writes what static initialisers write: zeros and the kind. */
  return pthread_mutex_init(mutex, attributes);
}

int simterpose_pthread_mutex_destroy(pthread_mutex_t* mutex) {
  return -stp_mutex_destroy(model(mutex));
}

int simterpose_pthread_mutex_lock(pthread_mutex_t* mutex) {
  STP_CALL_UNINTERRUPTED();
  return -stp_mutex_lock(model(mutex), INFINITY);
}

int simterpose_pthread_mutex_trylock(pthread_mutex_t* mutex) {
  return -stp_mutex_try(model(mutex));
}

int simterpose_pthread_mutex_clocklock(pthread_mutex_t* mutex, clockid_t clock,
                                       const struct timespec* time) {
  STP_CALL_UNINTERRUPTED();
  double deadline;
  int error = stp_deadline(time, clock, &deadline);
  if (error == -EINVAL && (clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC)) {
    /* An invalid time only matters to who has to wait. */
    const int taken = stp_mutex_try(model(mutex));
    return taken == -EBUSY ? EINVAL : -taken;
  }
  if (error == 0)
    error = stp_mutex_lock(model(mutex), deadline);
  return -error;
}

int simterpose_pthread_mutex_timedlock(pthread_mutex_t* mutex, const struct timespec* time) {
  return simterpose_pthread_mutex_clocklock(mutex, CLOCK_REALTIME, time);
}

int simterpose_pthread_mutex_unlock(pthread_mutex_t* mutex) {
  STP_CALL_UNINTERRUPTED();
  return -stp_mutex_unlock(model(mutex));
}

int simterpose_pthread_mutex_consistent(pthread_mutex_t* mutex) {
  return -stp_mutex_consistent(model(mutex));
}
