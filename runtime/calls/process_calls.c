/* Waiting for children (sys/wait.h): wait4 and waitid over process/children.h, the others over
 * them. Clones that are no threads do not exist, and any thread waits for the children of all. */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "calls/rusage.h"
#include "file/description.h"
#include "file/fdtable.h"
#include "file/pidfd.h"
#include "process/children.h"
#include "process/identity.h"
#include "time/spin.h"

static const int clone_flags = __WNOTHREAD | (int)__WCLONE | __WALL;

/* Only clones with another signal than SIGCHLD are waited for with __WCLONE alone: there are none.
 */
static int await(const struct stp_child_wait* wanted, struct stp_child_news* news) {
  if ((wanted->options & ((int)__WCLONE | __WALL)) == (int)__WCLONE)
    return -ECHILD;
  const int result = stp_child_wait(wanted, news);
  if (result == 0)
    stp_spin_check();
  return result;
}

pid_t simterpose_wait4(pid_t pid, int* status, int options, struct rusage* usage) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  if ((options & ~(WNOHANG | WUNTRACED | WCONTINUED | clone_flags)) != 0)
    return (pid_t)stp_return(-EINVAL);
  if (pid == INT32_MIN)
    return (pid_t)stp_return(-ESRCH);
  struct stp_child_wait wanted = {.type = P_ALL, .options = options | WEXITED};
  if (pid > 0)
    wanted = (struct stp_child_wait){P_PID, pid, wanted.options, false};
  else if (pid == 0)
    wanted = (struct stp_child_wait){P_PGID, stp_identity()->process_group, wanted.options, false};
  else if (pid < -1)
    wanted = (struct stp_child_wait){P_PGID, -pid, wanted.options, false};
  struct stp_child_news news;
  const int result = await(&wanted, &news);
  if (result <= 0)
    return (pid_t)stp_return(result);
  if (status)
    *status = news.status;
  if (usage)
    stp_rusage_fill(usage, news.cpu_time, news.resident);
  return news.pid;
}

pid_t simterpose_waitpid(pid_t pid, int* status, int options) {
  return simterpose_wait4(pid, status, options, NULL);
}

pid_t simterpose_wait3(int* status, int options, struct rusage* usage) {
  return simterpose_wait4(-1, status, options, usage);
}

pid_t simterpose_wait(int* status) { return simterpose_wait4(-1, status, 0, NULL); }

/* What si_status says: of an exit its code, else the signal. */
static int status_of(const struct stp_child_news* news) {
  switch (news->code) {
  case CLD_EXITED:
    return WEXITSTATUS(news->status);
  case CLD_STOPPED:
    return WSTOPSIG(news->status);
  case CLD_CONTINUED:
    return SIGCONT;
  default:
    return WTERMSIG(news->status);
  }
}

/* Makes a P_PID of a P_PIDFD. One that does not block makes the call fail where it would. */
static int of_descriptor(struct stp_child_wait* wanted) {
  struct stp_file* const file = stp_fd_get(wanted->id);
  if (!file || !stp_is_pidfd(file))
    return wanted->id < 0 ? -EINVAL : -EBADF;
  const struct stp_process* const process = stp_pidfd_process(file);
  if (!process)
    return -ECHILD;
  wanted->type = P_PID;
  wanted->id = process->pid;
  wanted->nonblocking = stp_file_nonblocking(file);
  return 0;
}

static int check_type(struct stp_child_wait* wanted) {
  switch ((int)wanted->type) {
  case P_ALL:
    return 0;
  case P_PID:
    return wanted->id > 0 ? 0 : -EINVAL;
  case P_PGID:
    if (wanted->id == 0)
      wanted->id = stp_identity()->process_group;
    return wanted->id > 0 ? 0 : -EINVAL;
  case P_PIDFD:
    return of_descriptor(wanted);
  default:
    return -EINVAL;
  }
}

int simterpose_waitid(idtype_t type, id_t id, siginfo_t* info, int options) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  const int kinds = WEXITED | WSTOPPED | WCONTINUED;
  if ((options & ~(kinds | WNOHANG | WNOWAIT | clone_flags)) != 0 || (options & kinds) == 0)
    return (int)stp_return(-EINVAL);
  struct stp_child_wait wanted = {type, (pid_t)id, options, false};
  const int error = check_type(&wanted);
  if (error < 0)
    return (int)stp_return(error);
  struct stp_child_news news;
  const int result = await(&wanted, &news);
  if (result < 0)
    return (int)stp_return(result);
  if (info) {
    memset(info, 0, sizeof *info);
    if (result > 0) {
      info->si_signo = SIGCHLD;
      info->si_code = news.code;
      info->si_pid = news.pid;
      info->si_uid = news.user;
      info->si_status = status_of(&news);
    }
  }
  return 0;
}
