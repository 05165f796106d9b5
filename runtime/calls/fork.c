/* fork, _Fork and vfork (unistd.h), and what a process registers to be called around them. What the
 * functions called here keep in locals about the process is the parent's: nothing is. */
#include <pthread.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "process/atfork.h"
#include "process/fork.h"
#include "process/tree.h"
#include "time/spin.h"
#include "trace/strace.h"

pid_t simterpose__Fork(void) {
  STP_CALL();
  return (pid_t)stp_return(stp_fork());
}

pid_t simterpose_fork(void) {
  STP_CALL();
  stp_atfork_prepare();
  const pid_t pid = stp_fork();
  if (pid == 0)
    stp_atfork_child();
  else
    stp_atfork_parent();
  if (pid > 0)
    stp_spin_fork();
  return (pid_t)stp_return(pid);
}

pid_t simterpose_vfork(void) {
  STP_CALL();
  const pid_t pid =
      stp_vfork(stp_strace_caller((char*)__builtin_frame_address(0) + 2 * sizeof(void*)));
  if (pid > 0) {
    stp_tree_await_exec(pid);
    stp_spin_fork();
  }
  return (pid_t)stp_return(pid);
}

int simterpose_pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void)) {
  return simterpose___register_atfork(prepare, parent, child, NULL);
}

int simterpose___register_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void),
                                 void* dso_handle) {
  stp_atfork_add(&(struct stp_atfork){prepare, parent, child, dso_handle});
  return 0;
}
