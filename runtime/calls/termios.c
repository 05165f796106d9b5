/* termios.h: settings and control of terminals (terminal/tty.h). */
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "file/fdtable.h"
#include "process/hidden.h"
#include "terminal/tty.h"

/* The terminal that the hold is on, or null with the error. */
static struct stp_tty_end* terminal_in(const struct stp_hold* hold, int* error) {
  struct stp_tty_end* const end = stp_tty_of(hold->file);
  *error = !hold->file ? -EBADF : !end ? -ENOTTY : end->hung_up ? -EIO : 0;
  return *error ? NULL : end;
}

int simterpose_tcgetattr(int fd, struct termios* result) {
  STP_CALL();
  STP_HOLD hold = stp_fd_hold(fd);
  int error;
  const struct stp_tty_end* const end = terminal_in(&hold, &error);
  if (!end)
    return (int)stp_return(error);
  const struct stp_tty_settings* const settings = &end->tty->settings;
  *result = (struct termios){.c_iflag = settings->input,
                             .c_oflag = settings->output,
                             .c_cflag = settings->control,
                             .c_lflag = settings->local,
                             .c_line = settings->line,
                             .c_ispeed = settings->control & (CBAUD | CBAUDEX),
                             .c_ospeed = settings->control & (CBAUD | CBAUDEX)};
  memcpy(result->c_cc, settings->characters, sizeof settings->characters);
  return 0;
}

int simterpose_tcsetattr(int fd, int when, const struct termios* wanted) {
  STP_CALL();
  STP_HOLD hold = stp_fd_hold(fd);
  int error;
  struct stp_tty_end* const end = terminal_in(&hold, &error);
  if (when != TCSANOW && when != TCSADRAIN && when != TCSAFLUSH)
    error = -EINVAL;
  if (error)
    return (int)stp_return(error);
  struct stp_tty_settings settings = {.input = wanted->c_iflag,
                                      .output = wanted->c_oflag,
                                      .control = wanted->c_cflag,
                                      .local = wanted->c_lflag,
                                      .line = wanted->c_line};
  memcpy(settings.characters, wanted->c_cc, sizeof settings.characters);
  return (int)stp_return(stp_tty_change(end, when, &settings));
}

/* All is sent at once: there is nothing to wait for. */
int simterpose_tcdrain(int fd) {
  STP_CALL();
  STP_HOLD hold = stp_fd_hold(fd);
  int error;
  terminal_in(&hold, &error);
  return (int)stp_return(error);
}

int simterpose_tcsendbreak(int fd, int duration) {
  (void)duration;
  return simterpose_tcdrain(fd);
}

int simterpose_tcflush(int fd, int queue) {
  STP_CALL();
  STP_HOLD hold = stp_fd_hold(fd);
  int error;
  struct stp_tty_end* const end = terminal_in(&hold, &error);
  return (int)stp_return(end ? stp_tty_flush(end, queue) : error);
}

int simterpose_tcflow(int fd, int action) {
  STP_CALL();
  STP_HOLD hold = stp_fd_hold(fd);
  int error;
  struct stp_tty_end* const end = terminal_in(&hold, &error);
  return (int)stp_return(end ? stp_tty_flow(end, action) : error);
}

/* A request with a pid. */
static int request(int fd, unsigned long request, pid_t* pid) {
  STP_HOLD hold = stp_fd_hold(fd);
  int error;
  terminal_in(&hold, &error);
  return error ? error : stp_tty_ioctl(hold.file, request, pid);
}

pid_t simterpose_tcgetsid(int fd) {
  STP_CALL();
  pid_t pid = 0;
  const int error = request(fd, TIOCGSID, &pid);
  return (pid_t)stp_return(error ? error : pid);
}

pid_t simterpose_tcgetpgrp(int fd) {
  STP_CALL();
  pid_t pid = 0;
  const int error = request(fd, TIOCGPGRP, &pid);
  return (pid_t)stp_return(error ? error : pid);
}

int simterpose_tcsetpgrp(int fd, pid_t group) {
  STP_CALL();
  return (int)stp_return(request(fd, TIOCSPGRP, &group));
}

/* ---- unistd.h ---- */

int simterpose_isatty(int fd) {
  STP_CALL();
  STP_HOLD hold = stp_fd_hold(fd);
  int error;
  const bool is = terminal_in(&hold, &error) != NULL;
  if (!is)
    errno = -error;
  return is;
}

int simterpose_ttyname_r(int fd, char* name, size_t size) {
  STP_CALL();
  STP_HOLD hold = stp_fd_hold(fd);
  int error;
  const struct stp_tty_end* const end = terminal_in(&hold, &error);
  char path[32];
  snprintf(path, sizeof path, "/dev/pts/%d", end ? end->tty->number : 0);
  if (end && end->is_master)
    strcpy(path, "/dev/ptmx");
  if (end && size < strlen(path) + 1)
    error = -ERANGE;
  if (!error)
    strcpy(name, path);
  else
    errno = -error;
  return -error;
}

char* simterpose_ttyname(int fd) {
  static const char key;
  enum { SIZE = 32 };
  char* const name = stp_hidden_block(&key, SIZE);
  return simterpose_ttyname_r(fd, name, SIZE) == 0 ? name : NULL;
}
