/* pthread.h: cancellation. A thread that is asked to end does so at a cancellation point: when such
 * a call begins, or in place of waiting in it, when it ends and has done nothing. It ends as by
 * pthread_exit. One whose type is asynchronous also ends when any call ends and where a loop polls.
 */
#include <pthread.h>

#include "calls/adapter.h"
#include "calls/unwind.h"
#include "sync/threads.h"

static void end_if_asked(bool here) {
  struct stp_thread* const self = stp_self;
  if (!self->cancelled || self->cancel_disabled || !here)
    return;
  stp_unwind(PTHREAD_CANCELED);
}

void stp_call_cancelled(bool begins) {
  end_if_asked(begins || stp_self->cancel_now || stp_self->cancel_anywhere);
}

int simterpose_pthread_cancel(pthread_t handle) {
  const struct stp_thread_record* const record = stp_thread_record_find(handle);
  if (record == NULL)
    return ESRCH;
  struct stp_thread* const thread = stp_thread_of_record(record);
  if (thread == NULL) /* has ended, is still to be joined */
    return 0;
  thread->cancelled = true;
  if (thread == stp_self)
    end_if_asked(thread->cancel_anywhere);
  else if (thread->parked && thread->cancel_point && !thread->cancel_disabled)
    stp_thread_unpark(thread);
  return 0;
}

void simterpose_pthread_testcancel(void) { end_if_asked(true); }

int simterpose_pthread_setcancelstate(int state, int* old) {
  if (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE)
    return EINVAL;
  if (old != NULL)
    *old = stp_self->cancel_disabled ? PTHREAD_CANCEL_DISABLE : PTHREAD_CANCEL_ENABLE;
  stp_self->cancel_disabled = state == PTHREAD_CANCEL_DISABLE;
  end_if_asked(stp_self->cancel_anywhere);
  return 0;
}

int simterpose_pthread_setcanceltype(int type, int* old) {
  if (type != PTHREAD_CANCEL_DEFERRED && type != PTHREAD_CANCEL_ASYNCHRONOUS)
    return EINVAL;
  if (old != NULL)
    *old = stp_self->cancel_anywhere ? PTHREAD_CANCEL_ASYNCHRONOUS : PTHREAD_CANCEL_DEFERRED;
  stp_self->cancel_anywhere = type == PTHREAD_CANCEL_ASYNCHRONOUS;
  end_if_asked(stp_self->cancel_anywhere);
  return 0;
}
