/* Keys, identifiers and permissions, after ipc/util.c of Linux: an id is an index, the lowest free,
 * with a sequence number above it that changes when indices are used again. */
#include "ipc/ids.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>

#include "process/identity.h"
#include "process/process.h"
#include "time/clock.h"

enum { INDEX_BITS = 15, INDEX_MASK = (1 << INDEX_BITS) - 1, SEQUENCES = 1 << 16 };

struct stp_ipc_host* stp_ipc_host(void) {
  struct stp_host* const host = stp_me->host;
  if (host->ipc == NULL)
    host->ipc = stp_alloc(sizeof *host->ipc);
  return host->ipc;
}

struct stp_ipc* stp_ipc_of(struct stp_process* process) {
  if (process->ipc == NULL)
    process->ipc = stp_alloc(sizeof *process->ipc);
  return process->ipc;
}

time_t stp_ipc_time(void) {
  const double date = stp_self == NULL ? stp_engine_now() : stp_now();
  return stp_date_to_timespec(date, CLOCK_REALTIME).tv_sec;
}

/* ---- the table ---- */

struct stp_ipc_object* stp_ipc_at(const struct stp_ipc_table* table, int index) {
  return index >= 0 && index < table->capacity ? table->slots[index] : NULL;
}

struct stp_ipc_object* stp_ipc_find(const struct stp_ipc_table* table, int id) {
  struct stp_ipc_object* const object = id < 0 ? NULL : stp_ipc_at(table, id & INDEX_MASK);
  return object != NULL && object->id == id ? object : NULL;
}

int stp_ipc_last_index(const struct stp_ipc_table* table) {
  int last = 0;
  for (int i = 0; i < table->capacity; i++)
    if (table->slots[i] != NULL)
      last = i;
  return last;
}

int stp_ipc_get(const struct stp_ipc_table* table, key_t key, int flags,
                struct stp_ipc_object** found) {
  *found = NULL;
  if (key == IPC_PRIVATE)
    return 0;
  for (int i = 0; i < table->capacity && *found == NULL; i++)
    if (table->slots[i] != NULL && table->slots[i]->permissions.__key == key)
      *found = table->slots[i];
  if (*found == NULL)
    return flags & IPC_CREAT ? 0 : -ENOENT;
  return flags & IPC_CREAT && flags & IPC_EXCL ? -EEXIST : 0;
}

static int free_index(struct stp_ipc_table* table) {
  for (int i = 0; i < table->capacity; i++)
    if (table->slots[i] == NULL)
      return i;
  const int old = table->capacity;
  table->capacity = old == 0 ? 8 : 2 * old;
  struct stp_ipc_object** const slots = stp_alloc((size_t)table->capacity * sizeof(*slots));
  if (old != 0)
    memcpy(slots, table->slots, (size_t)old * sizeof(*slots));
  stp_free(table->slots);
  table->slots = slots;
  return old;
}

int stp_ipc_add(struct stp_ipc_table* table, struct stp_ipc_object* object, key_t key, int flags,
                int limit) {
  if (table->count >= limit)
    return -ENOSPC;
  const int index = free_index(table);
  if (index < table->last_index)
    table->sequence = (table->sequence + 1) % SEQUENCES;
  table->last_index = index + 1;
  table->slots[index] = object;
  table->count++;
  object->id = (int)(table->sequence << INDEX_BITS) | index;
  const struct stp_identity* const self = stp_identity();
  object->permissions = (struct ipc_perm){.__key = key,
                                          .uid = self->user.effective,
                                          .gid = self->group.effective,
                                          .cuid = self->user.effective,
                                          .cgid = self->group.effective,
                                          .mode = (mode_t)flags & 0777,
                                          .__seq = (unsigned short)table->sequence};
  object->changed = stp_ipc_time();
  return 0;
}

void stp_ipc_remove(struct stp_ipc_table* table, const struct stp_ipc_object* object) {
  table->slots[object->id & INDEX_MASK] = NULL;
  table->count--;
}

/* ---- permissions ---- */

static bool in_group(gid_t group) {
  const struct stp_identity* const self = stp_identity();
  bool found = self->group.effective == group;
  for (int i = 0; i < self->group_count; i++)
    found = found || self->groups[i] == group;
  return found;
}

int stp_ipc_access(const struct stp_ipc_object* object, int mode) {
  const struct ipc_perm* const p = &object->permissions;
  const uid_t user = stp_identity()->user.effective;
  const int requested = mode >> 6 | mode >> 3 | mode;
  int granted = (int)p->mode;
  if (user == p->cuid || user == p->uid)
    granted >>= 6;
  else if (in_group(p->cgid) || in_group(p->gid))
    granted >>= 3;
  return requested & ~granted & 7 && !stp_capable(CAP_IPC_OWNER) ? -EACCES : 0;
}

int stp_ipc_owned(const struct stp_ipc_object* object) {
  const uid_t user = stp_identity()->user.effective;
  const bool owner = user == object->permissions.cuid || user == object->permissions.uid;
  return owner || stp_capable(CAP_SYS_ADMIN) ? 0 : -EPERM;
}

int stp_ipc_set(struct stp_ipc_object* object, const struct ipc_perm* wanted) {
  if (wanted->uid == (uid_t)-1 || wanted->gid == (gid_t)-1)
    return -EINVAL;
  struct ipc_perm* const p = &object->permissions;
  p->uid = wanted->uid;
  p->gid = wanted->gid;
  p->mode = (p->mode & ~(mode_t)0777) | (wanted->mode & 0777);
  object->changed = stp_ipc_time();
  return 0;
}
