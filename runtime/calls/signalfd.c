/* sys/signalfd.h. */
#include "file/signalfd.h"

#include <fcntl.h>
#include <sys/signalfd.h>

#include "calls/adapter.h"
#include "file/description.h"
#include "file/fdtable.h"
#include "process/signals.h"

int simterpose_signalfd(int fd, const sigset_t* set, int flags) {
  if (flags & ~(SFD_CLOEXEC | SFD_NONBLOCK))
    return (int)stp_return(-EINVAL);
  if (fd == -1) {
    struct stp_file* const file = stp_signalfd_create(stp_sigset_of(set), flags & O_NONBLOCK);
    return (int)stp_return(stp_fd_install(file, 0, flags & SFD_CLOEXEC));
  }
  struct stp_file* const file = stp_fd_get(fd);
  if (!file)
    return (int)stp_return(-EBADF);
  if (!stp_is_signalfd(file))
    return (int)stp_return(-EINVAL);
  stp_signalfd_set(file, stp_sigset_of(set));
  return fd;
}
