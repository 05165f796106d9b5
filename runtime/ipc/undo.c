/* The records of SEM_UNDO, in two lists each: their set's and their process's. */
#include "ipc/undo.h"

#include <utlist.h>

#include "ipc/ids.h"
#include "ipc/process.h"
#include "ipc/semaphore_set.h"
#include "process/process.h"

struct stp_undo* stp_undo_of(struct stp_process* process, struct stp_semaphore_set* set) {
  struct stp_ipc* const ipc = stp_ipc_of(process);
  struct stp_undo* undo;
  DL_FOREACH(ipc->undos, undo) {
    if (undo->set == set)
      return undo;
  }
  undo = stp_alloc(sizeof *undo + (size_t)set->count * sizeof *undo->adjustments);
  undo->set = set;
  undo->process = process;
  DL_APPEND(ipc->undos, undo);
  DL_APPEND2(set->undos, undo, prev_in_set, next_in_set);
  return undo;
}

static void forget(struct stp_undo* undo) {
  DL_DELETE(undo->process->ipc->undos, undo);
  DL_DELETE2(undo->set->undos, undo, prev_in_set, next_in_set);
  stp_free(undo);
}

void stp_undo_clear(struct stp_semaphore_set* set, int member) {
  struct stp_undo* undo;
  DL_FOREACH2(set->undos, undo, next_in_set) undo->adjustments[member] = 0;
}

void stp_undo_drop(struct stp_semaphore_set* set) {
  while (set->undos != NULL)
    forget(set->undos);
}

static void pay_back(const struct stp_undo* undo) {
  struct stp_semaphore_set* const set = undo->set;
  for (int i = 0; i < set->count; i++) {
    if (undo->adjustments[i] == 0)
      continue;
    struct stp_semaphore_member* const member = &set->members[i];
    member->value += undo->adjustments[i];
    /* As Linux: neither below zero nor above the maximum. */
    if (member->value < 0)
      member->value = 0;
    if (member->value > STP_SEMVMX)
      member->value = STP_SEMVMX;
    member->pid = undo->process->pid;
  }
  stp_set_changed(set);
}

void stp_undo_end(struct stp_process* process) {
  while (process->ipc->undos != NULL) {
    pay_back(process->ipc->undos);
    forget(process->ipc->undos);
  }
}
