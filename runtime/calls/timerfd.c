/* sys/timerfd.h. */
#include "file/timerfd.h"

#include <fcntl.h>

#include "calls/adapter.h"
#include "file/fdtable.h"
#include "file/poll.h"

int simterpose_timerfd_create(clockid_t clock, int flags) {
  switch (clock) {
  case CLOCK_REALTIME:
  case CLOCK_REALTIME_ALARM:
    clock = CLOCK_REALTIME;
    break;
  case CLOCK_MONOTONIC:
  case CLOCK_BOOTTIME:
  case CLOCK_BOOTTIME_ALARM:
    clock = CLOCK_MONOTONIC;
    break;
  default:
    return (int)stp_return(-EINVAL);
  }
  if (flags & ~(TFD_CLOEXEC | TFD_NONBLOCK))
    return (int)stp_return(-EINVAL);
  struct stp_file* file = stp_timerfd_create(clock, flags & O_NONBLOCK);
  return (int)stp_return(stp_fd_install(file, 0, flags & TFD_CLOEXEC));
}

/* The timer behind `fd`: 0, -EBADF or -EINVAL. */
static int find(int fd, struct stp_file** file) {
  *file = stp_fd_get(fd);
  if (!*file)
    return -EBADF;
  return stp_is_timerfd(*file) ? 0 : -EINVAL;
}

int simterpose_timerfd_settime(int fd, int flags, const struct itimerspec* new_timer,
                               struct itimerspec* old_timer) {
  if (!new_timer)
    return (int)stp_return(-EFAULT);
  if (flags & ~(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET) ||
      !stp_delay_valid(&new_timer->it_value) || !stp_delay_valid(&new_timer->it_interval))
    return (int)stp_return(-EINVAL);
  struct stp_file* file;
  const int result = find(fd, &file);
  if (result < 0)
    return (int)stp_return(result);
  const struct itimerspec setting = *new_timer; /* may be the same object as old_timer */
  if (old_timer)
    *old_timer = stp_timerfd_get(file);
  return (int)stp_return(
      stp_timerfd_set(file, &setting, flags & TFD_TIMER_ABSTIME, flags & TFD_TIMER_CANCEL_ON_SET));
}

int simterpose_timerfd_gettime(int fd, struct itimerspec* timer) {
  struct stp_file* file;
  const int result = find(fd, &file);
  if (result < 0)
    return (int)stp_return(result);
  *timer = stp_timerfd_get(file);
  return 0;
}
