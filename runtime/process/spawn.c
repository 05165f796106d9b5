/* Children that run another program from the start. */
#include "process/spawn.h"

#include <errno.h>
#include <stdio.h>

#include "process/exec.h"
#include "process/process.h"
#include "process/tree.h"
#include "trace/events.h"

struct stp_process* stp_spawn_begin(void) {
  struct stp_process *const parent = stp_me, *const child = stp_process_child();
  for (int i = 0; stp_process_hooks[i] != NULL; i++)
    if (stp_process_hooks[i]->spawned)
      stp_process_hooks[i]->fork(child, parent);
  stp_process_name(child, parent->name);
  child->libc = parent->libc; /* as with vfork */
  child->heap = parent->heap;
  stp_self->process = child;
  return child;
}

void stp_spawn_return(struct stp_process* parent) { stp_self->process = parent; }

int stp_spawn_finish(struct stp_process* child, struct stp_exec* exec, uint64_t blocked) {
  struct stp_process* const parent = stp_me;
  child->program = exec->program;
  child->executable = stp_strdup(exec->path);
  stp_process_name(child, exec->name);
  const bool placed = stp_process_place(child, exec->argv, exec->envp);
  stp_exec_drop(exec);
  if (!placed) {
    stp_spawn_abort(child);
    return -ENOMEM;
  }
  for (int i = 0; stp_process_hooks[i] != NULL; i++) {
    const struct stp_process_hooks* const hooks = stp_process_hooks[i];
    void (*const prepare)(struct stp_process*) = hooks->spawned ? hooks->exec : hooks->start;
    if (prepare != NULL)
      prepare(child);
  }
  stp_tree_add(child, parent);
  stp_process_enlist(child);
  if (stp_observed())
    stp_tell_process(child, STP_PROCESS_STARTED);
  stp_thread_start_main(child, stp_process_entry);
  child->threads->blocked = blocked;
  snprintf(child->threads->name, sizeof child->threads->name, "%s", child->name);
  return 0;
}

void stp_spawn_abort(struct stp_process* child) {
  child->libc = NULL;
  child->heap = NULL;
  for (int i = 0; stp_process_hooks[i] != NULL; i++)
    if (stp_process_hooks[i]->spawned && stp_process_hooks[i]->end != NULL)
      stp_process_hooks[i]->end(child);
  stp_process_discard(child);
}
