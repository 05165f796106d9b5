/* sys/pidfd.h: processes by descriptor. */
#include "file/pidfd.h"

#include <fcntl.h>
#include <sys/pidfd.h>

#include "calls/adapter.h"
#include "file/description.h"
#include "file/fdtable.h"
#include "process/identity.h"
#include "process/kill.h"
#include "process/signals.h"

int simterpose_pidfd_open(pid_t pid, unsigned flags) {
  if (pid <= 0 || (flags & ~(unsigned)O_NONBLOCK) != 0)
    return (int)stp_return(-EINVAL);
  struct stp_process* const process = stp_process_by_pid(pid);
  if (!process)
    return (int)stp_return(-ESRCH);
  struct stp_file* const file = stp_pidfd_create(process, (int)flags);
  return (int)stp_return(stp_fd_install(file, 0, FD_CLOEXEC));
}

int simterpose_pidfd_send_signal(int fd, int signal, siginfo_t* info, unsigned flags) {
  STP_CALL();
  struct stp_file* const file = stp_fd_get(fd);
  if (flags != 0)
    return (int)stp_return(-EINVAL);
  if (!file || !stp_is_pidfd(file))
    return (int)stp_return(-EBADF);
  const struct stp_process* const process = stp_pidfd_process(file);
  if (info && info->si_signo != signal)
    return (int)stp_return(-EINVAL);
  if (!process)
    return (int)stp_return(-ESRCH);
  if (info && process != stp_me && (info->si_code >= 0 || info->si_code == SI_TKILL))
    return (int)stp_return(-EPERM);
  const siginfo_t sent = info ? *info : stp_signal_info(signal, SI_USER);
  return (int)stp_return(stp_kill(process->pid, &sent));
}
