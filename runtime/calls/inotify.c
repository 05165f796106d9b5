/* sys/inotify.h. */
#include "file/inotify.h"

#include <fcntl.h>

#include "calls/adapter.h"
#include "file/description.h"
#include "file/fdtable.h"

int simterpose_inotify_init1(int flags) {
  if (flags & ~(IN_CLOEXEC | IN_NONBLOCK))
    return (int)stp_return(-EINVAL);
  struct stp_file* file = stp_inotify_create(flags & O_NONBLOCK);
  return (int)stp_return(stp_fd_install(file, 0, flags & IN_CLOEXEC));
}

int simterpose_inotify_init(void) { return simterpose_inotify_init1(0); }

int simterpose_inotify_add_watch(int fd, const char* path, uint32_t mask) {
  struct stp_file* file = stp_fd_get(fd);
  return (int)stp_return(file ? stp_inotify_add(file, path, mask) : -EBADF);
}

int simterpose_inotify_rm_watch(int fd, int number) {
  struct stp_file* file = stp_fd_get(fd);
  return (int)stp_return(file ? stp_inotify_remove(file, number) : -EBADF);
}
