/* Processes that a process makes (sys/wait.h, unistd.h): it cannot make any yet, so it has no
 * children to wait for. */
#include <sys/wait.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "process/identity.h"

static const int wait_flags = WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WALL | __WCLONE;

pid_t simterpose_wait4(pid_t pid, int* status, int options, struct rusage* usage) {
  (void)status;
  (void)usage;
  if ((options & ~wait_flags) != 0)
    return (pid_t)stp_return(-EINVAL);
  if (pid == INT32_MIN)
    return (pid_t)stp_return(-ESRCH);
  return (pid_t)stp_return(-ECHILD);
}

pid_t simterpose_waitpid(pid_t pid, int* status, int options) {
  return simterpose_wait4(pid, status, options, NULL);
}

pid_t simterpose_wait3(int* status, int options, struct rusage* usage) {
  return simterpose_wait4(-1, status, options, usage);
}

pid_t simterpose_wait(int* status) { return simterpose_wait4(-1, status, 0, NULL); }

int simterpose_waitid(idtype_t type, id_t id, siginfo_t* info, int options) {
  (void)info;
  const bool known = type == P_ALL || type == P_PID || type == P_PGID || type == P_PIDFD;
  if (!known || (options & ~(wait_flags | WEXITED | WNOWAIT)) != 0 ||
      (options & (WEXITED | WSTOPPED | WCONTINUED)) == 0 || (type == P_PID && (pid_t)id <= 0))
    return (int)stp_return(-EINVAL);
  return (int)stp_return(-ECHILD);
}
