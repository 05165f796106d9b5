/* Named semaphores: what a process has open is a list, for closing and for opening again. */
#include "ipc/named_semaphore.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <utlist.h>

#include "file/change.h"
#include "file/description.h"
#include "file/mapping.h"
#include "file/regular.h"
#include "ipc/ids.h"
#include "ipc/process.h"
#include "process/process.h"
#include "sync/semaphore.h"

struct stp_named_semaphore {
  uint64_t object; /* what is mapped (file/shared.h) */
  void* address;
  unsigned opens;
  struct stp_named_semaphore *prev, *next;
};

enum { PATH_ROOM = NAME_MAX + 16 };

/* The path in /dev/shm; false: no such name can be. */
static bool path_of(const char* name, char path[PATH_ROOM]) {
  name += strspn(name, "/");
  if (!name[0] || strchr(name, '/') || strlen(name) >= NAME_MAX)
    return false;
  stpcpy(stpcpy(path, "/dev/shm/sem."), name);
  return true;
}

static int create(const char* path, mode_t mode, unsigned value, struct stp_file** file) {
  const int error = stp_open(AT_FDCWD, path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode, file);
  if (error < 0)
    return error;
  union {
    sem_t whole; /* its size */
    struct stp_semaphore semaphore;
  } first;
  memset(&first, 0, sizeof first);
  first.semaphore.value = value;
  const struct iovec vector = {&first, sizeof first};
  const ssize_t written = stp_file_write(*file, &vector, 1, -1);
  if (written == sizeof first)
    return 0;
  stp_file_unref(*file);
  stp_unlink(AT_FDCWD, path);
  return written < 0 ? (int)written : -ENOSPC;
}

static int open_file(const char* path, int flags, mode_t mode, unsigned value,
                     struct stp_file** file) {
  int error = -ENOENT;
  if (!(flags & O_CREAT && flags & O_EXCL))
    error = stp_open(AT_FDCWD, path, O_RDWR | O_NOFOLLOW, 0, file);
  if (error == -ENOENT && flags & O_CREAT)
    error = value > SEM_VALUE_MAX ? -EINVAL : create(path, mode, value, file);
  return error;
}

/* The address of what is open already, or of a new mapping. */
static int enter(struct stp_file* file, sem_t** semaphore) {
  void* mapped;
  const int error =
      stp_map(NULL, sizeof(sem_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0, &mapped);
  if (error < 0)
    return error;
  uint64_t object = 0, offset;
  stp_shared_key(mapped, &object, &offset);
  struct stp_ipc* const ipc = stp_ipc_of(stp_me);
  struct stp_named_semaphore* found;
  DL_SEARCH_SCALAR(ipc->semaphores, found, object, object);
  if (found != NULL) {
    stp_unmap(mapped, sizeof(sem_t));
  } else {
    found = stp_alloc(sizeof *found);
    found->object = object;
    found->address = mapped;
    DL_APPEND(ipc->semaphores, found);
  }
  found->opens++;
  *semaphore = found->address;
  return 0;
}

int stp_named_semaphore_open(const char* name, int flags, mode_t mode, unsigned value,
                             sem_t** semaphore) {
  char path[PATH_ROOM];
  if (!path_of(name, path))
    return -EINVAL;
  struct stp_file* file;
  int error = open_file(path, flags, mode, value, &file);
  if (error < 0)
    return error;
  error = enter(file, semaphore);
  stp_file_unref(file);
  return error;
}

int stp_named_semaphore_close(sem_t* semaphore) {
  struct stp_ipc* const ipc = stp_ipc_of(stp_me);
  struct stp_named_semaphore* found;
  DL_SEARCH_SCALAR(ipc->semaphores, found, address, semaphore);
  if (found == NULL)
    return -EINVAL;
  if (--found->opens > 0)
    return 0;
  stp_unmap(found->address, sizeof(sem_t));
  DL_DELETE(ipc->semaphores, found);
  stp_free(found);
  return 0;
}

int stp_named_semaphore_unlink(const char* name) {
  char path[PATH_ROOM];
  if (!path_of(name, path))
    return -ENOENT;
  const int error = stp_unlink(AT_FDCWD, path);
  return error == -EPERM ? -EACCES : error;
}

/* ---- in the life of a process ---- */

void stp_named_semaphores_fork(struct stp_process* child, struct stp_process* parent) {
  const struct stp_named_semaphore* parents;
  DL_FOREACH(parent->ipc->semaphores, parents) {
    struct stp_named_semaphore* const copy = stp_alloc(sizeof *copy);
    *copy = *parents;
    DL_APPEND(stp_ipc_of(child)->semaphores, copy);
  }
}

void stp_named_semaphores_forget(struct stp_process* process) {
  struct stp_named_semaphore *semaphore, *next;
  DL_FOREACH_SAFE(process->ipc->semaphores, semaphore, next) stp_free(semaphore);
  process->ipc->semaphores = NULL;
}
