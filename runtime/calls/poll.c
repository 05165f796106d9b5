/* poll.h. */
#include "file/poll.h"

#include "calls/adapter.h"
#include "calls/mask.h"
#include "file/fdtable.h"

/* What poll reports whether it is asked for or not. */
enum { ALWAYS = POLLERR | POLLHUP };

int simterpose_poll(struct pollfd* fds, nfds_t count, int timeout) {
  STP_CALL_INTERRUPTED();
  STP_CANCELLATION_POINT();
  if (count > (nfds_t)stp_fd_limit())
    return (int)stp_return(-EINVAL);
  return (int)stp_return(stp_poll(fds, count, ALWAYS, stp_deadline_of_milliseconds(timeout)));
}

int simterpose_ppoll(struct pollfd* fds, nfds_t count, const struct timespec* timeout,
                     const sigset_t* signals) {
  STP_CALL_INTERRUPTED();
  STP_CANCELLATION_POINT();
  if (count > (nfds_t)stp_fd_limit() || (timeout && !stp_delay_valid(timeout)))
    return (int)stp_return(-EINVAL);
  const double deadline = stp_deadline_of_timespec(timeout);
  const struct stp_mask mask = stp_mask_replace(signals);
  const int result = stp_poll(fds, count, ALWAYS, deadline);
  return (int)stp_return(stp_mask_restore(&mask, result));
}

static void check_size(nfds_t count, size_t size) {
  if (size / sizeof(struct pollfd) < count)
    stp_process_abort("buffer overflow detected");
}

int simterpose___poll_chk(struct pollfd* fds, nfds_t count, int timeout, size_t size) {
  check_size(count, size);
  return simterpose_poll(fds, count, timeout);
}

int simterpose___ppoll_chk(struct pollfd* fds, nfds_t count, const struct timespec* timeout,
                           const sigset_t* signals, size_t size) {
  check_size(count, size);
  return simterpose_ppoll(fds, count, timeout, signals);
}
