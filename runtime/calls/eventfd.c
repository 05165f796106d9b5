/* sys/eventfd.h. */
#include "file/eventfd.h"

#include <fcntl.h>

#include "calls/adapter.h"
#include "file/description.h"
#include "file/fdtable.h"

int simterpose_eventfd(unsigned value, int flags) {
  if (flags & ~(EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE))
    return (int)stp_return(-EINVAL);
  struct stp_file* file = stp_eventfd_create(value, flags & EFD_SEMAPHORE, flags & O_NONBLOCK);
  return (int)stp_return(stp_fd_install(file, 0, flags & EFD_CLOEXEC));
}

/* glibc: a read or write of 8 bytes, whatever the descriptor is. */
static int result_of(ssize_t moved) {
  return moved < 0 ? (int)stp_return(moved) : moved == sizeof(eventfd_t) ? 0 : -1;
}

int simterpose_eventfd_read(int fd, eventfd_t* value) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  STP_HOLD hold = stp_fd_hold(fd);
  if (!hold.file)
    return (int)stp_return(-EBADF);
  const struct iovec vector = {value, sizeof *value};
  return result_of(stp_file_read(hold.file, &vector, 1, -1));
}

int simterpose_eventfd_write(int fd, eventfd_t value) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  STP_HOLD hold = stp_fd_hold(fd);
  if (!hold.file)
    return (int)stp_return(-EBADF);
  const struct iovec vector = {&value, sizeof value};
  return result_of(stp_file_write(hold.file, &vector, 1, -1));
}
