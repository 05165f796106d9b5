/* Who is whose child, and what remains of a process that has ended. */
#include "process/tree.h"

#include <utlist.h>

#include "process/process.h"

pid_t stp_tree_parent(const struct stp_process* process) {
  return process->parent ? process->parent->pid : STP_INIT_PID;
}

void stp_tree_add(struct stp_process* child, struct stp_process* parent) {
  child->parent = parent;
  DL_APPEND2(parent->children, child, prev_sibling, next_sibling);
}

void stp_tree_ended(struct stp_process* process) { stp_process_forget(process); }
