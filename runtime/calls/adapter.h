/* What every adapter uses: the one place where a model's -errno becomes POSIX's -1 and errno. */
#ifndef STP_ADAPTER_H
#define STP_ADAPTER_H

#include <errno.h>

#include "process/process.h"
#include "simterpose/calls.h"
#include "trace/log.h"

/* A call that has done nothing because its thread is cancelled: the thread ends when it returns. */
static inline void stp_note_cancellation(long result) {
  if (result == -EINTR && stp_cancel_due())
    stp_self->cancel_now = true;
}

/* A model's -errno as an error number, which functions of pthread.h return. */
static inline int stp_return_number(int result) {
  stp_note_cancellation(result);
  return -result;
}

/* A model's result as the call returns it: -errno becomes -1 with errno set. */
static inline long stp_return(long result) {
  if (result >= 0)
    return result;
  stp_note_cancellation(result);
  errno = (int)-result;
  return -1;
}

#endif
