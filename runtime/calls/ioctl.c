/* sys/ioctl.h and termios.h. There are no terminals: what asks for one is told so. */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "file/description.h"
#include "file/fdtable.h"

/* Requests that only a terminal answers (asm-generic/ioctls.h), FIONREAD and FIONBIO apart. */
static bool of_terminals(unsigned long request) {
  return request >> 8 == 'T' && request != FIONREAD && request != FIONBIO;
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

/* ---- termios.h ---- */

static int no_terminal(int fd) { return (int)stp_return(stp_fd_get(fd) ? -ENOTTY : -EBADF); }

int simterpose_tcgetattr(int fd, struct termios* result) {
  (void)result;
  return no_terminal(fd);
}

int simterpose_tcsetattr(int fd, int when, const struct termios* settings) {
  (void)when, (void)settings;
  return no_terminal(fd);
}

int simterpose_tcdrain(int fd) { return no_terminal(fd); }

int simterpose_tcflush(int fd, int queue) {
  (void)queue;
  return no_terminal(fd);
}

int simterpose_tcflow(int fd, int action) {
  (void)action;
  return no_terminal(fd);
}

int simterpose_tcsendbreak(int fd, int duration) {
  (void)duration;
  return no_terminal(fd);
}

pid_t simterpose_tcgetsid(int fd) { return no_terminal(fd); }

pid_t simterpose_tcgetpgrp(int fd) { return no_terminal(fd); }

int simterpose_tcsetpgrp(int fd, pid_t group) {
  (void)group;
  return no_terminal(fd);
}
