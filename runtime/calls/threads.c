/* threads.h: C11's threads, which glibc makes of the same things as POSIX's. */
#include <math.h>
#include <stdint.h>

#include "calls/adapter.h"
#include "calls/unwind.h"
#include "sync/condition.h"
#include "sync/keys.h"
#include "sync/mutex.h"
#include "sync/threads.h"
#include "sync/word.h"
#include "time/clock.h"

static int convert(int error) {
  switch (error) {
  case 0:
    return thrd_success;
  case -ENOMEM:
  case -EAGAIN:
    return thrd_nomem;
  case -ETIMEDOUT:
    return thrd_timedout;
  case -EBUSY:
    return thrd_busy;
  default:
    return thrd_error;
  }
}

/* ---- threads ---- */

static void run(void* argument) {
  struct stp_thread_record* const record = argument;
  /* `start` is a thrd_start_t in truth. */
  thrd_start_t start = (thrd_start_t)(void (*)(void))record->start;
  stp_unwind_finish((void*)(intptr_t)start(record->argument));
}

int simterpose_thrd_create(thrd_t* handle, thrd_start_t start, void* argument) {
  STP_CALL_UNINTERRUPTED();
  struct stp_thread_record* record;
  const int error =
      stp_thread_begin(&record, run, (void* (*)(void*))(void (*)(void))start, argument, 0, false);
  if (error == 0)
    *handle = (thrd_t)record;
  return convert(error);
}

thrd_t simterpose_thrd_current(void) { return (thrd_t)stp_thread_record_self(); }

int simterpose_thrd_join(thrd_t handle, int* result) {
  STP_CALL_UNINTERRUPTED();
  void* value;
  const int error = stp_thread_join(stp_thread_record_find(handle), INFINITY, &value);
  if (error == 0 && result != NULL)
    *result = (int)(intptr_t)value;
  return convert(error);
}

int simterpose_thrd_detach(thrd_t handle) {
  return convert(stp_thread_detach(stp_thread_record_find(handle)));
}

void simterpose_thrd_exit(int result) {
  STP_CALL_UNINTERRUPTED();
  stp_unwind((void*)(intptr_t)result);
}

void simterpose_thrd_yield(void) { simterpose_sched_yield(); }

int simterpose_thrd_sleep(const struct timespec* delay, struct timespec* remaining) {
  switch (simterpose_clock_nanosleep(CLOCK_REALTIME, 0, delay, remaining)) {
  case 0:
    return 0;
  case EINTR:
    return -1;
  default:
    return -2;
  }
}

void simterpose_call_once(once_flag* flag, void (*routine)(void)) {
  STP_CALL_UNINTERRUPTED();
  stp_once((int*)flag, routine);
}

/* ---- mutexes ---- */

int simterpose_mtx_init(mtx_t* mutex, int type) {
  *(struct stp_mutex*)mutex = (struct stp_mutex){
      .kind = type & mtx_recursive ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL};
  return thrd_success;
}

void simterpose_mtx_destroy(mtx_t* mutex) { stp_mutex_destroy((struct stp_mutex*)mutex); }

int simterpose_mtx_lock(mtx_t* mutex) {
  STP_CALL_UNINTERRUPTED();
  return convert(stp_mutex_lock((struct stp_mutex*)mutex, INFINITY));
}

int simterpose_mtx_timedlock(mtx_t* mutex, const struct timespec* time) {
  STP_CALL_UNINTERRUPTED();
  double deadline;
  int error = stp_deadline(time, CLOCK_REALTIME, &deadline);
  if (error == 0)
    error = stp_mutex_lock((struct stp_mutex*)mutex, deadline);
  return convert(error);
}

int simterpose_mtx_trylock(mtx_t* mutex) {
  return convert(stp_mutex_try((struct stp_mutex*)mutex));
}

int simterpose_mtx_unlock(mtx_t* mutex) {
  STP_CALL_UNINTERRUPTED();
  return convert(stp_mutex_unlock((struct stp_mutex*)mutex));
}

/* ---- condition variables ---- */

int simterpose_cnd_init(cnd_t* condition) {
  *(struct stp_condition*)condition = (struct stp_condition){.clock = CLOCK_REALTIME};
  return thrd_success;
}

void simterpose_cnd_destroy(cnd_t* condition) { (void)condition; }

int simterpose_cnd_signal(cnd_t* condition) {
  STP_CALL_UNINTERRUPTED();
  stp_condition_signal((struct stp_condition*)condition);
  return thrd_success;
}

int simterpose_cnd_broadcast(cnd_t* condition) {
  STP_CALL_UNINTERRUPTED();
  stp_condition_broadcast((struct stp_condition*)condition);
  return thrd_success;
}

int simterpose_cnd_wait(cnd_t* condition, mtx_t* mutex) {
  STP_CALL_UNINTERRUPTED();
  return convert(
      stp_condition_wait((struct stp_condition*)condition, (struct stp_mutex*)mutex, INFINITY));
}

int simterpose_cnd_timedwait(cnd_t* condition, mtx_t* mutex, const struct timespec* time) {
  STP_CALL_UNINTERRUPTED();
  double deadline;
  int error = stp_deadline(time, CLOCK_REALTIME, &deadline);
  if (error == 0)
    error =
        stp_condition_wait((struct stp_condition*)condition, (struct stp_mutex*)mutex, deadline);
  return convert(error);
}

/* ---- thread-specific storage ---- */

int simterpose_tss_create(tss_t* key, tss_dtor_t destructor) {
  return convert(stp_key_create(key, destructor));
}

void simterpose_tss_delete(tss_t key) { stp_key_delete(key); }

void* simterpose_tss_get(tss_t key) { return stp_key_get(key); }

int simterpose_tss_set(tss_t key, void* value) { return convert(stp_key_set(key, value)); }
