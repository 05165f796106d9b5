/* sys/sem.h: System V semaphores. */
#include <math.h>
#include <stdarg.h>

#include "calls/adapter.h"
#include "ipc/semaphore_set.h"
#include "time/clock.h"

int simterpose_semget(key_t key, int count, int flags) {
  return (int)stp_return(stp_set_get(key, count, flags));
}

int simterpose_semtimedop(int id, struct sembuf* operations, size_t count,
                          const struct timespec* timeout) {
  STP_CALL_INTERRUPTED();
  if (timeout != NULL && (timeout->tv_sec < 0 || !stp_timespec_valid(timeout)))
    return (int)stp_return(-EINVAL);
  const double deadline = timeout == NULL ? INFINITY : stp_date_after(timeout);
  return (int)stp_return(stp_set_operate(id, operations, count, deadline));
}

int simterpose_semop(int id, struct sembuf* operations, size_t count) {
  return simterpose_semtimedop(id, operations, count, NULL);
}

int simterpose_semctl(int id, int member, int command, ...) {
  STP_CALL_INTERRUPTED();
  va_list arguments;
  va_start(arguments, command);
  const union stp_set_argument argument = va_arg(arguments, union stp_set_argument);
  va_end(arguments);
  return (int)stp_return(stp_set_control(id, member, command, argument));
}
