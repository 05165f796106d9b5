/* semctl: values, waiters and status of sets of semaphores. */
#include <errno.h>
#include <string.h>

#include "ipc/semaphore_set.h"
#include "ipc/undo.h"
#include "process/process.h"
#include "time/work.h"
#include "trace/log.h"

static void status(const struct stp_semaphore_set* set, struct semid_ds* result) {
  *result = (struct semid_ds){.sem_perm = set->object.permissions,
                              .sem_otime = set->operated,
                              .sem_ctime = set->object.changed,
                              .sem_nsems = (unsigned long)set->count};
}

static int limits(const struct stp_ipc_table* sets, bool in_use, struct seminfo* result) {
  *result = (struct seminfo){.semmap = STP_SEMMNS,
                             .semmni = STP_SEMMNI,
                             .semmns = STP_SEMMNS,
                             .semmnu = STP_SEMMNS,
                             .semmsl = STP_SEMMSL,
                             .semopm = STP_SEMOPM,
                             .semume = STP_SEMOPM,
                             .semusz = 20,
                             .semvmx = STP_SEMVMX,
                             .semaem = STP_SEMVMX};
  if (in_use) {
    result->semusz = sets->count;
    result->semaem = 0;
    for (int i = 0; i < sets->capacity; i++)
      if (sets->slots[i] != NULL)
        result->semaem += ((const struct stp_semaphore_set*)sets->slots[i])->count;
  }
  return stp_ipc_last_index(sets);
}

static void remove_set(struct stp_ipc_table* sets, struct stp_semaphore_set* set) {
  stp_ipc_remove(sets, &set->object);
  stp_undo_drop(set);
  stp_set_expel(set, -EIDRM);
  stp_free(set);
}

void stp_sets_clear(struct stp_ipc_table* sets) {
  for (int i = 0; i < sets->capacity; i++)
    if (sets->slots[i] != NULL)
      remove_set(sets, (struct stp_semaphore_set*)sets->slots[i]);
}

static int set_value(struct stp_semaphore_set* set, int member, int value) {
  if (value < 0 || value > STP_SEMVMX)
    return -ERANGE;
  set->members[member].value = value;
  set->members[member].pid = stp_me->pid;
  stp_undo_clear(set, member);
  set->object.changed = stp_ipc_time();
  return 0;
}

static int set_all(struct stp_semaphore_set* set, const unsigned short* values) {
  for (int i = 0; i < set->count; i++)
    if (values[i] > STP_SEMVMX)
      return -ERANGE;
  for (int i = 0; i < set->count; i++)
    set_value(set, i, values[i]);
  stp_set_changed(set);
  return 0;
}

static int get_all(const struct stp_semaphore_set* set, unsigned short* values) {
  for (int i = 0; i < set->count; i++)
    values[i] = (unsigned short)set->members[i].value;
  return 0;
}

static int control_member(struct stp_semaphore_set* set, int member, int command, int value) {
  if (member < 0 || member >= set->count)
    return -EINVAL;
  const struct stp_semaphore_member* const m = &set->members[member];
  switch (command) {
  case GETVAL:
    return m->value;
  case GETPID:
    return m->pid;
  case GETNCNT:
  case GETZCNT:
    return stp_set_waiting(set, member, command == GETZCNT);
  default: {
    const int error = set_value(set, member, value);
    if (error == 0)
      stp_set_changed(set);
    return error;
  }
  }
}

static int control(struct stp_semaphore_set* set, int member, int command,
                   union stp_set_argument argument) {
  const bool changes = command == IPC_RMID || command == IPC_SET;
  const bool writes = command == SETVAL || command == SETALL;
  const int error = changes                   ? stp_ipc_owned(&set->object)
                    : command == SEM_STAT_ANY ? 0
                                              : stp_ipc_access(&set->object, writes ? 0222 : 0444);
  if (error < 0)
    return error;
  switch (command) {
  case IPC_RMID:
    remove_set(&stp_ipc_host()->sets, set);
    return 0;
  case IPC_SET:
    return stp_ipc_set(&set->object, &argument.status->sem_perm);
  case IPC_STAT:
    status(set, argument.status);
    return 0;
  case SEM_STAT:
  case SEM_STAT_ANY:
    status(set, argument.status);
    return set->object.id;
  case GETALL:
    return get_all(set, argument.values);
  case SETALL:
    return set_all(set, argument.values);
  default:
    return control_member(set, member, command, argument.value);
  }
}

static bool known(int command) {
  switch (command) {
  case IPC_RMID:
  case IPC_SET:
  case IPC_STAT:
  case SEM_STAT:
  case SEM_STAT_ANY:
  case GETALL:
  case SETALL:
  case GETVAL:
  case SETVAL:
  case GETPID:
  case GETNCNT:
  case GETZCNT:
    return true;
  default:
    return false;
  }
}

int stp_set_control(int id, int member, int command, union stp_set_argument argument) {
  stp_work_flush();
  const struct stp_ipc_table* const sets = &stp_ipc_host()->sets;
  if (command == IPC_INFO || command == SEM_INFO)
    return limits(sets, command == SEM_INFO, argument.info);
  if (!known(command))
    return -EINVAL;
  const bool by_index = command == SEM_STAT || command == SEM_STAT_ANY;
  struct stp_ipc_object* const found = by_index ? stp_ipc_at(sets, id) : stp_ipc_find(sets, id);
  return found == NULL ? -EINVAL
                       : control((struct stp_semaphore_set*)found, member, command, argument);
}
