/* Waiting for children to end, to stop, to go on: what wait4(2) and waitid(2) have in common. */
#ifndef STP_CHILDREN_H
#define STP_CHILDREN_H

#include <stdbool.h>
#include <sys/types.h>
#include <sys/wait.h>

struct stp_child_wait {
  idtype_t type; /* P_ALL, P_PID or P_PGID */
  pid_t id;
  int options;      /* WEXITED, WSTOPPED, WCONTINUED: what is waited for; WNOHANG, WNOWAIT */
  bool nonblocking; /* without WNOHANG, -EAGAIN instead of blocking */
};

/* What became of a child. */
struct stp_child_news {
  pid_t pid;
  uid_t user;
  int code;        /* CLD_EXITED, CLD_KILLED, CLD_STOPPED, CLD_CONTINUED */
  int status;      /* as waitpid reports it */
  double cpu_time; /* of itself and of the children that it waited for, s */
  long resident;   /* KiB */
};

/* Waits for news of a child of the calling process; the oldest child that has some comes first. A
 * child that has ended is gone then, unless WNOWAIT. Returns 1, or 0 if there is no news (WNOHANG),
 * or -ECHILD (no such child), -EAGAIN or -EINTR. Blocks. */
int stp_child_wait(const struct stp_child_wait* wanted, struct stp_child_news* news);

#endif
