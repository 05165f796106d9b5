/* System V semaphores: sets of semaphores on which a list of operations is done all at once or not
 * at all. Who has to wait is completed by the one that makes it possible, in order of arrival, as
 * in Linux. Errors are -errno. */
#ifndef STP_SEMAPHORE_SET_H
#define STP_SEMAPHORE_SET_H

#include <sys/sem.h>

#include "ipc/ids.h"
#include "sync/wait.h"

/* The defaults of Linux. */
enum {
  STP_SEMMNI = 32000,
  STP_SEMMSL = 32000,
  STP_SEMMNS = 1024000000,
  STP_SEMOPM = 500,
  STP_SEMVMX = 32767,
};

struct stp_semaphore_member {
  int value;
  pid_t pid; /* who changed it last */
};

struct stp_semaphore_set {
  struct stp_ipc_object object;
  int count;
  time_t operated;          /* otime */
  struct stp_waitq waiters; /* operations that wait, as they came */
  struct stp_undo* undos;   /* ipc/undo.c */
  struct stp_semaphore_member members[];
};

/* semget: the id, or an error. */
int stp_set_get(key_t key, int count, int flags);

/* semtimedop: 0 or an error. Blocks until `deadline`. */
int stp_set_operate(int id, const struct sembuf* operations, size_t count, double deadline);

/* Every command of semctl. */
union stp_set_argument {
  int value;
  struct semid_ds* status;
  unsigned short* values;
  struct seminfo* info;
};
int stp_set_control(int id, int member, int command, union stp_set_argument argument);

/* The host has lost its power: removes all. No process is left there. */
void stp_sets_clear(struct stp_ipc_table* sets);

/* ---- inside ---- */

/* Values have changed: completes the operations that have become possible. Anywhere. */
void stp_set_changed(struct stp_semaphore_set* set);

/* How many wait for the member to rise, or to become zero. */
int stp_set_waiting(const struct stp_semaphore_set* set, int member, bool zero);

/* Ends all waits with this result. */
void stp_set_expel(struct stp_semaphore_set* set, int result);

#endif
