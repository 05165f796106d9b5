/* sys/epoll.h. */
#include "file/epoll.h"

#include <fcntl.h>
#include <limits.h>

#include "calls/adapter.h"
#include "calls/mask.h"
#include "file/description.h"
#include "file/fdtable.h"
#include "file/poll.h"

int simterpose_epoll_create1(int flags) {
  if (flags & ~EPOLL_CLOEXEC)
    return (int)stp_return(-EINVAL);
  return (int)stp_return(stp_fd_install(stp_epoll_create(), 0, flags & EPOLL_CLOEXEC));
}

int simterpose_epoll_create(int size) {
  return size <= 0 ? (int)stp_return(-EINVAL) : simterpose_epoll_create1(0);
}

int simterpose_epoll_ctl(int set_fd, int operation, int fd, struct epoll_event* event) {
  if (!event && operation != EPOLL_CTL_DEL)
    return (int)stp_return(-EFAULT);
  struct stp_file *set = stp_fd_get(set_fd), *file = stp_fd_get(fd);
  if (!set || !file || (set->flags | file->flags) & O_PATH)
    return (int)stp_return(-EBADF);
  return (int)stp_return(stp_epoll_control(set, operation, fd, file, event));
}

static int wait_for(int set_fd, struct epoll_event* events, int limit, double deadline,
                    const sigset_t* signals) {
  if (limit <= 0 || (size_t)limit > INT_MAX / sizeof *events)
    return (int)stp_return(-EINVAL);
  STP_HOLD hold = stp_fd_hold(set_fd);
  if (!hold.file)
    return (int)stp_return(-EBADF);
  if (!stp_is_epoll(hold.file))
    return (int)stp_return(-EINVAL);
  const struct stp_mask mask = stp_mask_replace(signals);
  const int result = stp_epoll_wait(hold.file, events, limit, deadline);
  return (int)stp_return(stp_mask_restore(&mask, result));
}

int simterpose_epoll_wait(int set_fd, struct epoll_event* events, int limit, int timeout) {
  STP_CALL_INTERRUPTED();
  STP_CANCELLATION_POINT();
  return wait_for(set_fd, events, limit, stp_deadline_of_milliseconds(timeout), NULL);
}

int simterpose_epoll_pwait(int set_fd, struct epoll_event* events, int limit, int timeout,
                           const sigset_t* signals) {
  STP_CALL_INTERRUPTED();
  STP_CANCELLATION_POINT();
  return wait_for(set_fd, events, limit, stp_deadline_of_milliseconds(timeout), signals);
}

int simterpose_epoll_pwait2(int set_fd, struct epoll_event* events, int limit,
                            const struct timespec* timeout, const sigset_t* signals) {
  STP_CALL_INTERRUPTED();
  STP_CANCELLATION_POINT();
  if (timeout && !stp_delay_valid(timeout))
    return (int)stp_return(-EINVAL);
  return wait_for(set_fd, events, limit, stp_deadline_of_timespec(timeout), signals);
}
