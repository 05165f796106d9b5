/* sys/select.h. */
#include <math.h>

#include "calls/adapter.h"
#include "calls/mask.h"
#include "file/poll.h"
#include "time/clock.h"

static struct timespec delay_of(const struct timeval* time) {
  return (struct timespec){time->tv_sec + time->tv_usec / 1000000, time->tv_usec % 1000000 * 1000};
}

/* What is left until the deadline, as Linux stores it after select. */
static struct timeval left_until(double deadline) {
  const double left = deadline > 0 ? deadline - stp_now() : 0;
  const struct timespec delay = stp_delay_to_timespec(left > 0 ? left : 0);
  return (struct timeval){delay.tv_sec, delay.tv_nsec / 1000};
}

int simterpose_select(int count, fd_set* readable, fd_set* writable, fd_set* exceptional,
                      struct timeval* timeout) {
  STP_CALL_INTERRUPTED();
  STP_CANCELLATION_POINT();
  if (count < 0 || (timeout && (timeout->tv_sec < 0 || timeout->tv_usec < 0)))
    return (int)stp_return(-EINVAL);
  const struct timespec delay = timeout ? delay_of(timeout) : (struct timespec){0};
  const double deadline = stp_deadline_of_timespec(timeout ? &delay : NULL);
  const int result = stp_select(count, readable, writable, exceptional, deadline);
  if (timeout && !isinf(deadline))
    *timeout = left_until(deadline);
  return (int)stp_return(result);
}

int simterpose_pselect(int count, fd_set* readable, fd_set* writable, fd_set* exceptional,
                       const struct timespec* timeout, const sigset_t* signals) {
  STP_CALL_INTERRUPTED();
  STP_CANCELLATION_POINT();
  if (count < 0 || (timeout && !stp_delay_valid(timeout)))
    return (int)stp_return(-EINVAL);
  const double deadline = stp_deadline_of_timespec(timeout);
  const struct stp_mask mask = stp_mask_replace(signals);
  const int result = stp_select(count, readable, writable, exceptional, deadline);
  return (int)stp_return(stp_mask_restore(&mask, result));
}

/* The word of an fd_set that holds a descriptor, checked. */
long simterpose___fdelt_chk(long fd) {
  if (fd < 0 || fd >= FD_SETSIZE)
    stp_process_abort("bit out of range 0 - FD_SETSIZE on fd_set");
  return fd / __NFDBITS;
}
