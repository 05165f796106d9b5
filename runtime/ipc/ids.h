/* What the three families of System V objects have in common: keys, identifiers and permissions,
 * counted per host as the kernel counts them (ipc/util.c of Linux). Errors are -errno. */
#ifndef STP_IPC_IDS_H
#define STP_IPC_IDS_H

#include <stdbool.h>
#include <sys/ipc.h>
#include <sys/types.h>
#include <time.h>

#include "process/host.h"
#include "sync/wait.h"

struct stp_process;

/* The first member of each object. */
struct stp_ipc_object {
  struct ipc_perm permissions;
  int id;
  time_t changed; /* ctime */
};

struct stp_ipc_table {
  struct stp_ipc_object** slots; /* by index, null where free */
  int capacity, count;
  int last_index; /* the latest taken, plus 1 */
  unsigned sequence;
};

/* What processes of a host share. */
struct stp_ipc_host {
  struct stp_ipc_table sets, queues, segments;
  struct stp_mqueue* named_queues; /* ipc/mqueue_open.c */
};

/* Of the calling process's host; never null. */
struct stp_ipc_host* stp_ipc_host(void);

/* What a process keeps here. */
struct stp_ipc {
  struct stp_undo* undos;                 /* ipc/undo.c */
  struct stp_mqueue_fired* fired;         /* ipc/mqueue_open.c: SIGEV_THREAD notifications due */
  struct stp_waitq notifier;              /* the thread that waits for them */
  struct stp_named_semaphore* semaphores; /* ipc/named_semaphore.c: those it has open */
  bool notifies;                          /* there is one */
};
struct stp_ipc* stp_ipc_of(struct stp_process* process); /* never null */

/* The object with this id, or null. */
struct stp_ipc_object* stp_ipc_find(const struct stp_ipc_table* table, int id);
struct stp_ipc_object* stp_ipc_at(const struct stp_ipc_table* table, int index);
int stp_ipc_last_index(const struct stp_ipc_table* table); /* 0 if there is none */

/* What a `get` call with this key and these flags means: an existing object in *found; or null in
 * *found: a new one is to be made; or -ENOENT, -EEXIST. */
int stp_ipc_get(const struct stp_ipc_table* table, key_t key, int flags,
                struct stp_ipc_object** found);

/* Gives a new object an id; `limit`: how many there may be. 0 or -ENOSPC. */
int stp_ipc_add(struct stp_ipc_table* table, struct stp_ipc_object* object, key_t key, int flags,
                int limit);
void stp_ipc_remove(struct stp_ipc_table* table, const struct stp_ipc_object* object);

/* Whether the caller may read (0444) or write (0222) it: 0 or -EACCES. */
int stp_ipc_access(const struct stp_ipc_object* object, int mode);

/* Whether the caller may change or remove it: 0 or -EPERM. */
int stp_ipc_owned(const struct stp_ipc_object* object);

/* IPC_SET: takes over owner and mode. 0 or -EINVAL. */
int stp_ipc_set(struct stp_ipc_object* object, const struct ipc_perm* wanted);

/* CLOCK_REALTIME in seconds. Anywhere. */
time_t stp_ipc_time(void);

#endif
