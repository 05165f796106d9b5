/* What every adapter uses: the one place where a model's -errno becomes POSIX's -1 and errno. */
#ifndef STP_ADAPTER_H
#define STP_ADAPTER_H

#include <errno.h>

#include "process/process.h"
#include "simterpose/calls.h"
#include "trace/log.h"

/* A model's -errno as an error number, which functions of pthread.h return. */
static inline int stp_return_number(int result) {
  stp_cancel_note(result);
  return -result;
}

/* A model's result as the call returns it: -errno becomes -1 with errno set. */
static inline long stp_return(long result) {
  if (result >= 0)
    return result;
  stp_cancel_note(result);
  errno = (int)-result;
  return -1;
}

#endif
