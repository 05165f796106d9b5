/* fork: the copy is made on the kernel stack, while the user stack does not change. */
#include "process/fork.h"

#include <errno.h>

#include "process/family.h"
#include "process/libraries.h"
#include "process/process.h"
#include "process/stack.h"
#include "process/tree.h"

static void fork_now(void* argument) { *(struct stp_process**)argument = stp_process_fork(); }

pid_t stp_vfork(char* frame) {
  const pid_t pid = stp_fork();
  if (pid == 0)
    stp_me->vfork_frame = frame;
  return pid;
}

/* Threads of the parent that went on meanwhile have written to its memory, and would lose that. */
void stp_vfork_end(struct stp_process* child) {
  struct stp_process* const parent = child->parent;
  char* const frame = child->vfork_frame;
  child->vfork_frame = NULL;
  if (frame == NULL || parent == NULL || parent->ending || parent->thread_count != 1)
    return;
  const struct stp_thread* const thread = parent->threads;
  char* const low = thread->user_stack == NULL ? parent->region.base : thread->user_stack;
  stp_family_place(&child->region);
  if (stp_family_give(&child->region, &parent->region, low, frame)) {
    stp_process_take_memory(parent, child);
    stp_libraries_give(child, parent);
  }
}

pid_t stp_fork(void) {
  if (!stp_tree_may_grow())
    return -EAGAIN;
  struct stp_process* child;
  if (stp_stack_fork(&stp_self->resume_sp, stp_self->kernel_sp, fork_now, &child) == 1)
    return 0;
  return child == NULL ? -ENOMEM : child->pid;
}
