/* fork: the copy is made on the kernel stack, while the user stack does not change. */
#include "process/fork.h"

#include <errno.h>

#include "process/process.h"
#include "process/stack.h"
#include "process/tree.h"

static void fork_now(void* argument) { *(struct stp_process**)argument = stp_process_fork(); }

pid_t stp_fork(void) {
  if (!stp_tree_may_grow())
    return -EAGAIN;
  struct stp_process* child;
  if (stp_stack_fork(&stp_self->resume_sp, stp_self->kernel_sp, fork_now, &child) == 1)
    return 0;
  return child == NULL ? -ENOMEM : child->pid;
}
