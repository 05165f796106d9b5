// CALLS: wait waitpid wait3 wait4 waitid
// RUN: %both
//
// A process without children has none to wait for.
#define _GNU_SOURCE
#include <limits.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "check.h"

int main(void) {
  int status;
  siginfo_t info;
  struct rusage usage;
  CHECK_ERRNO(wait(&status), ECHILD);
  CHECK_ERRNO(waitpid(-1, &status, WNOHANG), ECHILD);
  CHECK_ERRNO(waitpid(4711, NULL, 0), ECHILD);
  CHECK_ERRNO(waitpid(-1, &status, 0x1000), EINVAL);
  CHECK_ERRNO(waitpid(INT_MIN, &status, 0), ESRCH);
  CHECK_ERRNO(wait3(&status, WNOHANG, &usage), ECHILD);
  CHECK_ERRNO(wait4(-1, &status, 0, &usage), ECHILD);
  CHECK_ERRNO(waitid(P_ALL, 0, &info, WEXITED | WNOHANG), ECHILD);
  CHECK_ERRNO(waitid(P_ALL, 0, &info, 0), EINVAL);
  CHECK_ERRNO(waitid(P_PID, 0, &info, WEXITED), EINVAL);
  CHECK_ERRNO(waitid(77, 0, &info, WEXITED), EINVAL);
  return 0;
}
