/* Shared memory segments, after ipc/shm.c of Linux: a segment that is removed lives until its last
 * mapping is gone. */
#include "ipc/segment.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "file/mapping.h"
#include "file/maps.h"
#include "file/regular.h"
#include "file/shared.h"
#include "process/process.h"
#include "trace/log.h"

struct segment {
  struct stp_ipc_object object;
  struct stp_ipc_table* table;
  size_t size;
  int real; /* the memfd */
  struct stp_shared* shared;
  unsigned long mappings; /* of all processes */
  time_t attached, detached;
  pid_t creator, last;
};

/* ---- life ---- */

static void destroy(struct segment* segment) {
  stp_ipc_remove(segment->table, &segment->object);
  segment->shared->mapped = NULL;
  stp_shared_unref(segment->shared);
  close(segment->real);
  stp_free(segment);
}

/* Told of every mapping that comes (by mmap, fork, a cut) and goes (in any way). */
static void mapped(struct stp_shared* shared, struct stp_process* process, int by) {
  struct segment* const segment = shared->owner;
  segment->mappings += (unsigned long)by;
  segment->last = process->pid;
  if (by > 0)
    segment->attached = stp_ipc_time();
  else
    segment->detached = stp_ipc_time();
  if (segment->mappings == 0 && segment->object.permissions.mode & SHM_DEST)
    destroy(segment);
}

static int create(struct stp_ipc_table* segments, key_t key, size_t size, int flags) {
  struct segment* const segment = stp_alloc(sizeof *segment);
  const int id = stp_ipc_add(segments, &segment->object, key, flags, STP_SHMMNI);
  if (id < 0) {
    stp_free(segment);
    return id;
  }
  char name[16];
  snprintf(name, sizeof name, "SYSV%08x", (unsigned)key);
  segment->real = memfd_create(name, MFD_CLOEXEC);
  if (segment->real < 0 || ftruncate(segment->real, (off_t)size) < 0) {
    const int error = segment->real < 0 ? stp_real_error() : -ENOMEM;
    if (segment->real >= 0)
      close(segment->real);
    stp_ipc_remove(segments, &segment->object);
    stp_free(segment);
    return error;
  }
  segment->table = segments;
  segment->size = size;
  segment->creator = stp_me->pid;
  segment->shared = stp_shared_of(segment->real);
  segment->shared->mapped = mapped;
  segment->shared->owner = segment;
  return segment->object.id;
}

int stp_segment_get(key_t key, size_t size, int flags) {
  struct stp_ipc_table* const segments = &stp_ipc_host()->segments;
  if (flags & SHM_HUGETLB) {
    stp_refuse("shmget", "SHM_HUGETLB");
    return -ENOMEM;
  }
  struct stp_ipc_object* found;
  int error = stp_ipc_get(segments, key, flags, &found);
  if (error < 0)
    return error;
  if (found == NULL)
    return size < 1 || size > STP_SHMMAX ? -EINVAL : create(segments, key, size, flags);
  if (size > ((struct segment*)found)->size)
    return -EINVAL;
  error = stp_ipc_access(found, flags);
  return error < 0 ? error : found->id;
}

void stp_segments_clear(struct stp_ipc_table* segments) {
  for (int i = 0; i < segments->capacity; i++)
    if (segments->slots[i] != NULL)
      destroy((struct segment*)segments->slots[i]);
}

/* ---- attaching ---- */

/* A memfd once more: what is mapped through it cannot be made writable. */
static int open_to_read(int real) {
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", real);
  const int result = open(path, O_RDONLY | O_CLOEXEC);
  return result < 0 ? stp_real_error() : result;
}

int stp_segment_attach(int id, void* wanted, int flags, void** address) {
  struct segment* const segment = (struct segment*)stp_ipc_find(&stp_ipc_host()->segments, id);
  uintptr_t place = (uintptr_t)wanted;
  if (flags & SHM_RND)
    place -= place % STP_PAGE;
  if (place % STP_PAGE != 0 || (place == 0 && (wanted != NULL || flags & SHM_REMAP)))
    return -EINVAL;
  if (segment == NULL)
    return -EINVAL;
  const int mode = 0444 | (flags & SHM_RDONLY ? 0 : 0222) | (flags & SHM_EXEC ? 0111 : 0);
  int error = stp_ipc_access(&segment->object, mode);
  if (error < 0)
    return error;
  const int protection =
      PROT_READ | (flags & SHM_RDONLY ? 0 : PROT_WRITE) | (flags & SHM_EXEC ? PROT_EXEC : 0);
  const int fixed = place == 0 ? 0 : flags & SHM_REMAP ? MAP_FIXED : MAP_FIXED_NOREPLACE;
  const int real = flags & SHM_RDONLY ? open_to_read(segment->real) : segment->real;
  if (real < 0)
    return real;
  error = stp_map_shared((void*)place, segment->size, protection, MAP_SHARED | fixed, real,
                         segment->shared, address);
  if (real != segment->real)
    close(real);
  return error == -EEXIST || (error == -ENOMEM && fixed != 0) ? -EINVAL : error;
}

int stp_segment_detach(void* address) {
  const struct stp_mapping* mapping = stp_maps_at(stp_me, address);
  if (mapping == NULL || mapping->start != address || mapping->offset != 0 ||
      mapping->shared == NULL || mapping->shared->mapped != mapped)
    return -EINVAL;
  /* It may have been cut since: all parts that are where they were. */
  struct stp_shared* const shared = mapping->shared;
  shared->references++;
  char* const start = address;
  while (mapping != NULL && mapping->offset == (uint64_t)(mapping->start - start)) {
    char* const from = mapping->start;
    char* const to = mapping->end;
    if (mapping->shared == shared)
      stp_unmap(from, (size_t)(to - from));
    mapping = stp_maps_after(stp_me, to);
    if (mapping != NULL && mapping->shared != shared)
      break;
  }
  stp_shared_unref(shared);
  return 0;
}

/* ---- control ---- */

static void status(const struct segment* segment, struct shmid_ds* result) {
  *result = (struct shmid_ds){.shm_perm = segment->object.permissions,
                              .shm_segsz = segment->size,
                              .shm_atime = segment->attached,
                              .shm_dtime = segment->detached,
                              .shm_ctime = segment->object.changed,
                              .shm_cpid = segment->creator,
                              .shm_lpid = segment->last,
                              .shm_nattch = segment->mappings};
}

static int limits(const struct stp_ipc_table* segments, struct shminfo* result) {
  *result = (struct shminfo){.shmmax = STP_SHMMAX,
                             .shmmin = 1,
                             .shmmni = STP_SHMMNI,
                             .shmseg = STP_SHMMNI,
                             .shmall = STP_SHMMAX};
  return stp_ipc_last_index(segments);
}

static int in_use(const struct stp_ipc_table* segments, struct shm_info* result) {
  *result = (struct shm_info){.used_ids = segments->count};
  for (int i = 0; i < segments->capacity; i++)
    if (segments->slots[i] != NULL)
      result->shm_tot +=
          (((const struct segment*)segments->slots[i])->size + STP_PAGE - 1) / STP_PAGE;
  result->shm_rss = result->shm_tot;
  return stp_ipc_last_index(segments);
}

static int remove_segment(struct segment* segment) {
  segment->object.permissions.mode |= SHM_DEST;
  segment->object.permissions.__key = IPC_PRIVATE; /* nobody finds it any more */
  if (segment->mappings == 0)
    destroy(segment);
  return 0;
}

static int change(struct segment* segment, int command, const struct shmid_ds* wanted) {
  const int error = stp_ipc_owned(&segment->object);
  if (error < 0)
    return error;
  switch (command) {
  case IPC_RMID:
    return remove_segment(segment);
  case IPC_SET:
    return stp_ipc_set(&segment->object, &wanted->shm_perm);
  case SHM_LOCK:
    segment->object.permissions.mode |= SHM_LOCKED;
    return 0;
  default:
    segment->object.permissions.mode &= ~(mode_t)SHM_LOCKED;
    return 0;
  }
}

int stp_segment_control(int id, int command, void* argument) {
  const struct stp_ipc_table* const segments = &stp_ipc_host()->segments;
  if (command == IPC_INFO)
    return limits(segments, argument);
  if (command == SHM_INFO)
    return in_use(segments, argument);
  const bool by_index = command == SHM_STAT || command == SHM_STAT_ANY;
  const bool changes =
      command == IPC_RMID || command == IPC_SET || command == SHM_LOCK || command == SHM_UNLOCK;
  if (!by_index && !changes && command != IPC_STAT)
    return -EINVAL;
  struct segment* const segment =
      (struct segment*)(by_index ? stp_ipc_at(segments, id) : stp_ipc_find(segments, id));
  if (segment == NULL)
    return -EINVAL;
  if (changes)
    return change(segment, command, argument);
  const int error = command == SHM_STAT_ANY ? 0 : stp_ipc_access(&segment->object, 0444);
  if (error < 0)
    return error;
  status(segment, argument);
  return by_index ? segment->object.id : 0;
}
