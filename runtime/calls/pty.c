/* stdlib.h, pty.h, utmp.h: opening pseudo-terminals, over /dev/ptmx (glibc's login/openpty.c and
 * its neighbours). */
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "process/hidden.h"

int simterpose_posix_openpt(int flags) { return simterpose_open("/dev/ptmx", flags); }
int simterpose_getpt(void) { return simterpose_posix_openpt(O_RDWR); }

/* What is no master is an invalid argument. */
static int as_master(int result) {
  if (result != 0 && errno == ENOTTY)
    errno = EINVAL;
  return result;
}

int simterpose_grantpt(int master) {
  unsigned number;
  return as_master(simterpose_ioctl(master, TIOCGPTN, &number));
}

int simterpose_unlockpt(int master) {
  int unlocked = 0;
  return as_master(simterpose_ioctl(master, TIOCSPTLCK, &unlocked));
}

int simterpose_ptsname_r(int master, char* name, size_t size) {
  unsigned number;
  char path[32];
  if (simterpose_ioctl(master, TIOCGPTN, &number) != 0)
    return errno;
  if (size < (size_t)snprintf(path, sizeof path, "/dev/pts/%u", number) + 1)
    return errno = ERANGE;
  strcpy(name, path);
  return 0;
}

char* simterpose_ptsname(int master) {
  static const char key;
  enum { SIZE = 32 };
  char* const name = stp_hidden_block(&key, SIZE);
  return simterpose_ptsname_r(master, name, SIZE) == 0 ? name : NULL;
}

int simterpose_openpty(int* master, int* slave, char* name, const struct termios* settings,
                       const struct winsize* window) {
  STP_CALL();
  const int first = simterpose_getpt();
  if (first < 0)
    return -1;
  int second = -1;
  if (simterpose_unlockpt(first) == 0)
    second = simterpose_ioctl(first, TIOCGPTPEER, O_RDWR | O_NOCTTY);
  if (second < 0) {
    simterpose_close(first);
    return -1;
  }
  if (settings)
    simterpose_tcsetattr(second, TCSAFLUSH, settings);
  if (window)
    simterpose_ioctl(second, TIOCSWINSZ, window);
  *master = first;
  *slave = second;
  if (name)
    strcpy(name, simterpose_ptsname(first));
  return 0;
}

int simterpose_login_tty(int fd) {
  STP_CALL();
  simterpose_setsid();
  if (simterpose_ioctl(fd, TIOCSCTTY, NULL) != 0)
    return -1;
  for (int standard = 0; standard < 3; standard++)
    simterpose_dup2(fd, standard);
  if (fd > 2)
    simterpose_close(fd);
  return 0;
}

pid_t simterpose_forkpty(int* master, char* name, const struct termios* settings,
                         const struct winsize* window) {
  STP_CALL();
  int first, slave;
  if (simterpose_openpty(&first, &slave, name, settings, window) != 0)
    return -1;
  const pid_t pid = simterpose_fork();
  if (pid < 0) {
    simterpose_close(first);
    simterpose_close(slave);
  } else if (pid == 0) {
    simterpose_close(first);
    if (simterpose_login_tty(slave) != 0)
      simterpose__exit(1);
  } else {
    *master = first;
    simterpose_close(slave);
  }
  return pid;
}
