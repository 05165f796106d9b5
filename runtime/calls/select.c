/* sys/select.h. */
#include <math.h>

#include "calls/adapter.h"
#include "calls/mask.h"
#include "file/poll.h"
#include "time/clock.h"

/* What is left until the deadline, as Linux stores it after select. */
static struct timeval left_until(double deadline) {
  const long long nanoseconds = deadline > 0 ? llrint((deadline - stp_now()) * 1e9) : 0;
  const long long microseconds = nanoseconds > 0 ? nanoseconds / 1000 : 0;
  return (struct timeval){.tv_sec = (time_t)(microseconds / 1000000),
                          .tv_usec = (suseconds_t)(microseconds % 1000000)};
}

int simterpose_select(int count, fd_set* readable, fd_set* writable, fd_set* exceptional,
                      struct timeval* timeout) {
  STP_CALL();
  if (count < 0 || (timeout && (timeout->tv_sec < 0 || timeout->tv_usec < 0)))
    return (int)stp_return(-EINVAL);
  double deadline = INFINITY;
  if (timeout)
    deadline = timeout->tv_sec == 0 && timeout->tv_usec == 0
                   ? 0
                   : stp_now() + (double)timeout->tv_sec + (double)timeout->tv_usec * 1e-6;
  const int result = stp_select(count, readable, writable, exceptional, deadline);
  if (timeout)
    *timeout = left_until(deadline);
  return (int)stp_return(result);
}

int simterpose_pselect(int count, fd_set* readable, fd_set* writable, fd_set* exceptional,
                       const struct timespec* timeout, const sigset_t* signals) {
  STP_CALL();
  if (count < 0 || (timeout && !stp_delay_valid(timeout)))
    return (int)stp_return(-EINVAL);
  double deadline = stp_deadline_of_timespec(timeout);
  const struct stp_mask mask = stp_mask_replace(signals, &deadline);
  const int result = stp_select(count, readable, writable, exceptional, deadline);
  return (int)stp_return(stp_mask_restore(&mask, result));
}

/* The word of an fd_set that holds a descriptor, checked. */
long simterpose___fdelt_chk(long fd) {
  if (fd < 0 || fd >= FD_SETSIZE)
    stp_process_abort("bit out of range 0 - FD_SETSIZE on fd_set");
  return fd / __NFDBITS;
}
