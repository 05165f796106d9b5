/* sys/ioctl.h. */
#include <fcntl.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>

#include "calls/adapter.h"
#include "file/description.h"
#include "file/fdtable.h"

/* Requests that only a terminal answers (asm-generic/ioctls.h), FIONREAD and FIONBIO apart. */
static bool of_terminals(unsigned long request) {
  return _IOC_TYPE(request) == 'T' && request != FIONREAD && request != FIONBIO;
}

static int set_flag(struct stp_file* file, int flag, bool on) {
  stp_file_set_flags(file, on ? file->flags | flag : file->flags & ~flag);
  return 0;
}

static int request_of(int fd, unsigned long request, void* argument) {
  STP_HOLD hold = stp_fd_hold(fd);
  if (!hold.file)
    return -EBADF;
  switch (request) {
  case FIONBIO:
    return set_flag(hold.file, O_NONBLOCK, *(int*)argument);
  case FIOCLEX:
  case FIONCLEX:
    stp_fd_set_close_on_exec(fd, request == FIOCLEX);
    return 0;
  case FICLONE: /* files cannot share blocks, as on ext4 */
    return stp_fd_get((int)(long)argument) ? -EOPNOTSUPP : -EBADF;
  default:
    break;
  }
  const int result = stp_file_ioctl(hold.file, request, argument);
  if (result == -ENOTTY && request != FIONREAD && !of_terminals(request)) {
    char what[64];
    snprintf(what, sizeof what, "request %#lx on a %s", request, hold.file->ops->kind);
    stp_refuse("ioctl", what);
  }
  return result;
}

int simterpose_ioctl(int fd, unsigned long request, ...) {
  STP_CALL();
  va_list arguments;
  va_start(arguments, request);
  void* const argument = va_arg(arguments, void*);
  va_end(arguments);
  return (int)stp_return(request_of(fd, request & 0xffffffff, argument));
}
