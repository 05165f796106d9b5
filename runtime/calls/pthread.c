/* pthread.h: the life of threads. */
#include <math.h>

#include "calls/adapter.h"
#include "calls/exit.h"
#include "calls/unwind.h"
#include "process/signals.h"
#include "sync/threads.h"
#include "time/clock.h"

/* The first function of a thread. */
static void run(void* argument) {
  struct stp_thread_record* const record = argument;
  stp_unwind_finish(record->start(record->argument));
}

static int create(pthread_t* handle, const pthread_attr_t* attributes, void* (*start)(void*),
                  void* argument) {
  size_t stack_size = 0;
  int detach_state = PTHREAD_CREATE_JOINABLE;
  if (attributes != NULL) {
    pthread_attr_getstacksize(attributes, &stack_size);
    pthread_attr_getdetachstate(attributes, &detach_state);
  }
  struct stp_thread_record* record;
  const int error = stp_thread_begin(&record, run, start, argument, stack_size,
                                     detach_state == PTHREAD_CREATE_DETACHED);
  if (error == 0)
    *handle = (pthread_t)record;
  return -error;
}

int simterpose_pthread_create(pthread_t* handle, const pthread_attr_t* attributes,
                              void* (*start)(void*), void* argument) {
  STP_CALL_UNINTERRUPTED();
  return create(handle, attributes, start, argument);
}

pthread_t simterpose_pthread_self(void) { return (pthread_t)stp_thread_record_self(); }

int simterpose_pthread_join(pthread_t handle, void** result) {
  STP_CALL_UNINTERRUPTED();
  STP_CANCELLATION_POINT();
  return stp_return_number(stp_thread_join(stp_thread_record_find(handle), INFINITY, result));
}

int simterpose_pthread_tryjoin_np(pthread_t handle, void** result) {
  STP_CALL_UNINTERRUPTED();
  return -stp_thread_join(stp_thread_record_find(handle), -INFINITY, result);
}

int simterpose_pthread_clockjoin_np(pthread_t handle, void** result, clockid_t clock,
                                    const struct timespec* time) {
  STP_CALL_UNINTERRUPTED();
  STP_CANCELLATION_POINT();
  double deadline;
  int error = stp_deadline(time, clock, &deadline);
  if (error == 0)
    error = stp_thread_join(stp_thread_record_find(handle), deadline, result);
  return stp_return_number(error);
}

int simterpose_pthread_timedjoin_np(pthread_t handle, void** result, const struct timespec* time) {
  return simterpose_pthread_clockjoin_np(handle, result, CLOCK_REALTIME, time);
}

int simterpose_pthread_detach(pthread_t handle) {
  return -stp_thread_detach(stp_thread_record_find(handle));
}

/* ---- what a thread is like ---- */

int simterpose_pthread_getattr_np(pthread_t handle, pthread_attr_t* attributes) {
  const struct stp_thread_record* const record = stp_thread_record_find(handle);
  const struct stp_thread* const thread = stp_thread_of_record(record);
  if (thread == NULL)
    return ESRCH;
  char* stack = thread->user_stack;
  size_t size = thread->user_stack_size, guard = STP_PAGE; /* below the stack */
  if (stack == NULL) {
    guard = STP_GUARD;
    stack = thread->process->main_stack_top - STP_MAIN_STACK + guard;
    size = STP_MAIN_STACK - guard;
  }
  const int error = pthread_attr_init(attributes);
  if (error != 0)
    return error;
  pthread_attr_setguardsize(attributes, guard);
  pthread_attr_setdetachstate(attributes,
                              record->detached ? PTHREAD_CREATE_DETACHED : PTHREAD_CREATE_JOINABLE);
  return pthread_attr_setstack(attributes, stack, size);
}

/* The same in all processes, as pthread_setattr_default_np is refused. */
int simterpose_pthread_getattr_default_np(pthread_attr_t* attributes) {
  return pthread_getattr_default_np(attributes);
}

int simterpose_pthread_setname_np(pthread_t handle, const char* name) {
  struct stp_thread* const thread = stp_thread_of_record(stp_thread_record_find(handle));
  if (strlen(name) >= sizeof thread->name)
    return ERANGE;
  if (thread == NULL)
    return ESRCH;
  strcpy(thread->name, name);
  return 0;
}

int simterpose_pthread_getname_np(pthread_t handle, char* name, size_t size) {
  struct stp_thread* const thread = stp_thread_of_record(stp_thread_record_find(handle));
  if (size < sizeof thread->name)
    return ERANGE;
  if (thread == NULL)
    return ESRCH;
  strcpy(name, thread->name);
  return 0;
}

int simterpose_pthread_getcpuclockid(pthread_t handle, clockid_t* clock) {
  struct stp_thread* const thread = stp_thread_of_record(stp_thread_record_find(handle));
  if (thread == NULL)
    return ESRCH;
  *clock = stp_clock_of_thread(thread);
  return 0;
}

/* ---- signals ---- */

int simterpose_pthread_kill(pthread_t handle, int signal) {
  STP_CALL_UNINTERRUPTED();
  struct stp_thread* const thread = stp_thread_of_record(stp_thread_record_find(handle));
  if (thread == NULL)
    return ESRCH;
  if (signal == 0)
    return 0;
  if (!stp_signal_valid(signal))
    return EINVAL;
  const siginfo_t info = stp_signal_info(signal, SI_TKILL);
  return -stp_signal_send_thread(thread, &info);
}

int simterpose_pthread_sigqueue(pthread_t handle, int signal, const union sigval value) {
  STP_CALL_UNINTERRUPTED();
  struct stp_thread* const thread = stp_thread_of_record(stp_thread_record_find(handle));
  if (thread == NULL)
    return ESRCH;
  if (signal != 0 && !stp_signal_valid(signal))
    return EINVAL;
  siginfo_t info = stp_signal_info(signal, SI_QUEUE);
  info.si_value = value;
  return signal == 0 ? 0 : -stp_signal_send_thread(thread, &info);
}

/* ---- C++ ---- */

int simterpose___cxa_thread_atexit_impl(void (*function)(void*), void* object, void* dso_handle) {
  (void)dso_handle;
  return stp_return(stp_thread_at_exit(function, object)) == 0 ? 0 : -1;
}
