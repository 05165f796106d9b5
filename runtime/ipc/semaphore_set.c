/* Operations on sets of semaphores, after ipc/sem.c of Linux. */
#include "ipc/semaphore_set.h"

#include <errno.h>
#include <string.h>

#include "ipc/undo.h"
#include "process/process.h"
#include "time/spin.h"
#include "time/work.h"

/* An operation that waits; in the memory of stp_wait_memory. */
struct pending {
  struct stp_waiter waiter; /* its owner is this */
  struct stp_process* process;
  int result;   /* WAITS until somebody completes it */
  int blocking; /* the index of the operation that cannot be done yet */
  bool alters;
  size_t count;
  struct sembuf operations[];
};

enum { WAITS = 1 };

int stp_set_get(key_t key, int count, int flags) {
  struct stp_ipc_table* const sets = &stp_ipc_host()->sets;
  if (count < 0 || count > STP_SEMMSL)
    return -EINVAL;
  struct stp_ipc_object* found;
  int error = stp_ipc_get(sets, key, flags, &found);
  if (error < 0)
    return error;
  if (found != NULL) {
    if (count > ((struct stp_semaphore_set*)found)->count)
      return -EINVAL;
    error = stp_ipc_access(found, flags);
    return error < 0 ? error : found->id;
  }
  if (count == 0)
    return -EINVAL;
  struct stp_semaphore_set* const set =
      stp_alloc(sizeof *set + (size_t)count * sizeof *set->members);
  set->count = count;
  error = stp_ipc_add(sets, &set->object, key, flags, STP_SEMMNI);
  if (error < 0) {
    stp_free(set);
    return error;
  }
  return set->object.id;
}

/* ---- doing a list of operations, or none of it ---- */

/* One operation: 0, WAITS or -ERANGE. */
static int operate(struct stp_semaphore_set* set, const struct sembuf* operation,
                   struct stp_undo* undo) {
  struct stp_semaphore_member* const member = &set->members[operation->sem_num];
  const int value = member->value + operation->sem_op;
  if ((operation->sem_op == 0 && member->value != 0) || value < 0)
    return operation->sem_flg & IPC_NOWAIT ? -EAGAIN : WAITS;
  if (value > STP_SEMVMX)
    return -ERANGE;
  if (operation->sem_flg & SEM_UNDO) {
    const int owed = undo->adjustments[operation->sem_num] - operation->sem_op;
    if (owed < -STP_SEMVMX - 1 || owed > STP_SEMVMX)
      return -ERANGE;
    undo->adjustments[operation->sem_num] = (short)owed;
  }
  member->value = value;
  return 0;
}

static void take_back(struct stp_semaphore_set* set, const struct sembuf* operation,
                      struct stp_undo* undo) {
  set->members[operation->sem_num].value -= operation->sem_op;
  if (operation->sem_flg & SEM_UNDO)
    undo->adjustments[operation->sem_num] =
        (short)(undo->adjustments[operation->sem_num] + operation->sem_op);
}

/* All of them for `process`: 0, WAITS (in *blocking: the first that cannot be done), or an error.
 */
static int perform(struct stp_semaphore_set* set, const struct sembuf* operations, size_t count,
                   struct stp_process* process, int* blocking) {
  struct stp_undo* undo = NULL;
  for (size_t i = 0; i < count && undo == NULL; i++)
    if (operations[i].sem_flg & SEM_UNDO)
      undo = stp_undo_of(process, set);
  for (size_t i = 0; i < count; i++) {
    const int result = operate(set, &operations[i], undo);
    if (result == 0)
      continue;
    *blocking = (int)i;
    while (i-- > 0)
      take_back(set, &operations[i], undo);
    return result;
  }
  for (size_t i = 0; i < count; i++)
    set->members[operations[i].sem_num].pid = process->pid;
  set->operated = stp_ipc_time();
  return 0;
}

/* ---- waiting ---- */

static void complete(struct pending* pending, int result) {
  struct stp_waiter* const waiter = &pending->waiter;
  pending->result = result;
  stp_waitq_remove(waiter);
  waiter->notify(waiter);
}

/* Completes those that can be, of the kind asked for; true once one of them altered something. */
static bool complete_some(struct stp_semaphore_set* set, bool altering) {
  struct stp_waiter* next;
  for (struct stp_waiter* waiter = set->waiters.first; waiter != NULL; waiter = next) {
    next = waiter->next;
    struct pending* const pending = waiter->owner;
    if (pending->alters != altering || !stp_waiter_lives(waiter))
      continue;
    const int result =
        perform(set, pending->operations, pending->count, pending->process, &pending->blocking);
    if (result == WAITS)
      continue;
    complete(pending, result);
    if (altering && result == 0)
      return true;
  }
  return false;
}

void stp_set_changed(struct stp_semaphore_set* set) {
  do /* those that wait for zero first, as in Linux */
    complete_some(set, false);
  while (complete_some(set, true));
}

int stp_set_waiting(const struct stp_semaphore_set* set, int member, bool zero) {
  int count = 0;
  for (const struct stp_waiter* w = set->waiters.first; w != NULL; w = w->next) {
    const struct pending* const pending = w->owner;
    const struct sembuf* const blocking = &pending->operations[pending->blocking];
    count += blocking->sem_num == member && (blocking->sem_op == 0) == zero;
  }
  return count;
}

void stp_set_expel(struct stp_semaphore_set* set, int result) {
  while (set->waiters.first != NULL)
    complete(set->waiters.first->owner, result);
}

static int wait_for(struct stp_semaphore_set* set, const struct sembuf* operations, size_t count,
                    bool alters, int blocking, double deadline) {
  struct pending* const pending = stp_wait_memory(sizeof *pending + count * sizeof *operations);
  stp_waiter_of_self(&pending->waiter);
  pending->waiter.owner = pending;
  pending->process = stp_me;
  pending->result = WAITS;
  pending->blocking = blocking;
  pending->alters = alters;
  pending->count = count;
  memcpy(pending->operations, operations, count * sizeof *operations);
  stp_waitq_add(&set->waiters, &pending->waiter);
  int error = 0;
  while (pending->result == WAITS && error == 0)
    error = stp_park(deadline);
  if (pending->result != WAITS)
    return pending->result;
  stp_waitq_remove(&pending->waiter);
  return error == -ETIMEDOUT ? -EAGAIN : error; /* -EINTR is final, whatever SA_RESTART says */
}

int stp_set_operate(int id, const struct sembuf* operations, size_t count, double deadline) {
  stp_work_flush();
  if (count < 1)
    return -EINVAL;
  if (count > STP_SEMOPM)
    return -E2BIG;
  struct stp_semaphore_set* const set =
      (struct stp_semaphore_set*)stp_ipc_find(&stp_ipc_host()->sets, id);
  if (set == NULL)
    return -EINVAL;
  bool alters = false;
  for (size_t i = 0; i < count; i++) {
    if (operations[i].sem_num >= set->count)
      return -EFBIG;
    alters = alters || operations[i].sem_op != 0;
  }
  int error = stp_ipc_access(&set->object, alters ? 0222 : 0444);
  if (error < 0)
    return error;
  int blocking;
  error = perform(set, operations, count, stp_me, &blocking);
  if (error == WAITS)
    return wait_for(set, operations, count, alters, blocking, deadline);
  if (error == 0 && alters)
    stp_set_changed(set);
  if (error == -EAGAIN)
    stp_spin_check();
  return error;
}
