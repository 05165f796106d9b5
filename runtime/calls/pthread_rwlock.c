/* pthread.h: readers-writer locks and spin locks. */
#include <math.h>

#include "calls/adapter.h"
#include "sync/rwlock.h"
#include "sync/word.h"
#include "time/clock.h"
#include "time/spin.h"

static struct stp_rwlock* model(pthread_rwlock_t* lock) { return (struct stp_rwlock*)lock; }

int simterpose_pthread_rwlock_init(pthread_rwlock_t* lock, const pthread_rwlockattr_t* attributes) {
  int kind = PTHREAD_RWLOCK_DEFAULT_NP;
  if (attributes != NULL)
    pthread_rwlockattr_getkind_np(attributes, &kind);
  *model(lock) = (struct stp_rwlock){.kind = (uint32_t)kind};
  return 0;
}

int simterpose_pthread_rwlock_destroy(pthread_rwlock_t* lock) {
  (void)lock;
  return 0;
}

int simterpose_pthread_rwlock_rdlock(pthread_rwlock_t* lock) {
  STP_CALL_UNINTERRUPTED();
  return -stp_rwlock_read(model(lock), INFINITY);
}

int simterpose_pthread_rwlock_wrlock(pthread_rwlock_t* lock) {
  STP_CALL_UNINTERRUPTED();
  return -stp_rwlock_write(model(lock), INFINITY);
}

/* -EBUSY is an answer like any other "not yet". */
static int tried(int error) {
  if (error == -EBUSY)
    stp_spin_check();
  return -error;
}

int simterpose_pthread_rwlock_tryrdlock(pthread_rwlock_t* lock) {
  return tried(stp_rwlock_try_read(model(lock)));
}

int simterpose_pthread_rwlock_trywrlock(pthread_rwlock_t* lock) {
  return tried(stp_rwlock_try_write(model(lock)));
}

int simterpose_pthread_rwlock_clockrdlock(pthread_rwlock_t* lock, clockid_t clock,
                                          const struct timespec* time) {
  STP_CALL_UNINTERRUPTED();
  double deadline;
  int error = stp_deadline(time, clock, &deadline);
  if (error == 0)
    error = stp_rwlock_read(model(lock), deadline);
  return -error;
}

int simterpose_pthread_rwlock_clockwrlock(pthread_rwlock_t* lock, clockid_t clock,
                                          const struct timespec* time) {
  STP_CALL_UNINTERRUPTED();
  double deadline;
  int error = stp_deadline(time, clock, &deadline);
  if (error == 0)
    error = stp_rwlock_write(model(lock), deadline);
  return -error;
}

int simterpose_pthread_rwlock_timedrdlock(pthread_rwlock_t* lock, const struct timespec* time) {
  return simterpose_pthread_rwlock_clockrdlock(lock, CLOCK_REALTIME, time);
}

int simterpose_pthread_rwlock_timedwrlock(pthread_rwlock_t* lock, const struct timespec* time) {
  return simterpose_pthread_rwlock_clockwrlock(lock, CLOCK_REALTIME, time);
}

int simterpose_pthread_rwlock_unlock(pthread_rwlock_t* lock) {
  STP_CALL_UNINTERRUPTED();
  stp_rwlock_unlock(model(lock));
  return 0;
}

/* ---- spin locks ---- */

int simterpose_pthread_spin_init(pthread_spinlock_t* lock, int shared) {
  (void)shared; /* makes no difference */
  *lock = STP_SPIN_FREE;
  return 0;
}

int simterpose_pthread_spin_destroy(pthread_spinlock_t* lock) {
  (void)lock;
  return 0;
}

int simterpose_pthread_spin_lock(pthread_spinlock_t* lock) {
  STP_CALL_UNINTERRUPTED();
  stp_spin_lock(lock);
  return 0;
}

int simterpose_pthread_spin_trylock(pthread_spinlock_t* lock) { return -stp_spin_try(lock); }

int simterpose_pthread_spin_unlock(pthread_spinlock_t* lock) {
  STP_CALL_UNINTERRUPTED();
  stp_spin_unlock(lock);
  return 0;
}
