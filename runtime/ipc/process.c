/* The share of ipc/ in the life of a process. */
#include "ipc/process.h"

#include "ipc/ids.h"
#include "process/process.h"

static void end(struct stp_process* process) {
  if (process->ipc == NULL)
    return;
  stp_undo_end(process);
  stp_mqueue_forget_fired(process);
  stp_named_semaphores_forget(process);
  stp_free(process->ipc);
  process->ipc = NULL;
}

static void fork_ipc(struct stp_process* child, struct stp_process* parent) {
  if (parent->ipc != NULL)
    stp_named_semaphores_fork(child, parent);
}

/* What is owed to semaphores stays; threads and mappings are gone. */
static void exec(struct stp_process* process) {
  if (process->ipc == NULL)
    return;
  stp_mqueue_forget_fired(process);
  stp_named_semaphores_forget(process);
  process->ipc->notifies = false;
}

extern const struct stp_process_hooks stp_ipc_hooks;
const struct stp_process_hooks stp_ipc_hooks = {.end = end, .fork = fork_ipc, .exec = exec};
